"""The one training loop, around Hugging Face Accelerate: the same command on a CPU, a GPU or several processes.

    ACCELERATE_USE_CPU=true torchrun --nproc_per_node 2 -m -- train.vae.train ...     # or simply: python -m train.vae.train ...

A run is kept in a folder and can be killed at any moment. Started again with the same arguments, it resumes from its
last saved step, and on a CPU with the same number of threads it ends with the same weights, bit for bit. To make this
possible, a step's batch depends only on the seed and the step, and all other random states are saved.
"""

import argparse
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from emoji_qa.checkpoint import write_atomically

Loss = Callable[[nn.Module, Tensor, int], dict[str, Tensor]]  # (model, rows of a batch, step) → {"loss", what to log}
Validate = Callable[[nn.Module], dict[str, float]]  # model → figures; keeps the best "score", or the last weights


class Objective(nn.Module):
    """Model and loss as one module, so that several processes can exchange gradients."""

    def __init__(self, model: nn.Module, loss: Loss):
        super().__init__()
        self.model, self.loss = model, loss

    def forward(self, rows: Tensor, step: int) -> dict[str, Tensor]:
        return self.loss(self.model, rows, step)


class Progress:
    """How far a run has come, in a form that Accelerate saves and restores."""

    def __init__(self):
        self.step, self.best, self.history = 0, -math.inf, []

    def state_dict(self) -> dict:
        return dict(vars(self))

    def load_state_dict(self, state: dict) -> None:
        vars(self).update(state)


def batch_rows(step: int, *, n: int, batch_size: int, seed: int, weights: Tensor | None = None) -> Tensor:
    """The rows of batch number `step`: a new permutation of range(n) each epoch, without its incomplete last batch.

    With weights (n,), rows are drawn in proportion to them instead.
    """
    batch_size = min(batch_size, n)
    if weights is not None:
        return torch.multinomial(weights, batch_size, generator=generator(seed, step))
    epoch, position = divmod(step, n // batch_size)
    order = torch.randperm(n, generator=generator(seed, epoch))
    return order[position * batch_size : (position + 1) * batch_size]


def generator(seed: int, count: int) -> torch.Generator:
    """A random generator that depends only on these two numbers."""
    return torch.Generator().manual_seed(seed * 1_000_003 + count)


def learning_rate(step: int, *, steps: int, warmup: int, cosine: bool) -> float:
    """Factor on the learning rate: a linear rise over `warmup` steps, then constant or a half cosine down to 1 %."""
    if step < warmup:
        return (step + 1) / warmup
    if not cosine:
        return 1.0
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warmup) / max(1, steps - warmup))))


@dataclass(frozen=True)
class Settings:
    """How a run trains.

    run: its folder; arguments: the options that define the run, saved so that a folder is never resumed with others.
    validate_every, save_every: in steps; by default the state is saved after each validation. clip: the maximum norm of
    the gradient. warmup: steps over which the learning rate rises to lr; cosine: whether it then falls. average: the
    decay of an exponential moving average of the weights, which is validated and kept instead of the weights
    themselves. rates: prefixes of parameter names, each with a factor on lr.
    """

    run: Path
    arguments: dict
    steps: int
    batch_size: int
    lr: float
    seed: int
    validate_every: int
    save_every: int | None = None
    bf16: bool = False
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    clip: float | None = None
    warmup: int = 0
    cosine: bool = False
    average: float | None = None
    rates: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, options: argparse.Namespace, **others) -> "Settings":
        """The settings of a command line: those of its options that every training has, with `others` beside or in place of
        them."""
        common = {name: getattr(options, name) for name in ("run", "steps", "batch_size", "lr", "seed")}
        return cls(**{**common, "arguments": vars(options), **others})


def fit(
    model: nn.Module, loss: Loss, validate: Validate, n: int, settings: Settings, weights: Tensor | None = None
) -> list[dict]:
    """Train `model` on batches of rows out of `n`; leave it with the weights that validated best, or with the last.

    weights: (n,), how often each row is drawn; by default all equally. Returns the history, a dict of figures for each
    validation; only the main process validates. Raises ValueError when the folder holds a run with other arguments.
    """
    run, steps = settings.run, settings.steps
    accelerator = Accelerator(mixed_precision="bf16" if settings.bf16 else "no")
    set_seed(settings.seed, device_specific=True)
    claim(run, settings.arguments, accelerator)
    objective = Objective(model, loss)
    optimizer = torch.optim.AdamW(
        parameter_groups(model, settings.lr, settings.rates),
        lr=settings.lr,
        betas=settings.betas,
        fused=True,
        weight_decay=settings.weight_decay,
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: learning_rate(step, steps=steps, warmup=settings.warmup, cosine=settings.cosine)
    )
    objective, optimizer = accelerator.prepare(objective, optimizer)
    decay = settings.average
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay)) if decay else None
    kept = averaged.module if averaged else model
    progress = Progress()
    accelerator.register_for_checkpointing(progress, scheduler, *([averaged] if averaged else []))
    resume(run, accelerator)
    bar = tqdm(
        total=steps, initial=progress.step, disable=not accelerator.is_main_process, mininterval=1, desc=run.name
    )
    while progress.step < steps:
        rows = batch_rows(progress.step, n=n, batch_size=settings.batch_size, seed=settings.seed, weights=weights)
        mine = rows[accelerator.process_index :: accelerator.num_processes].to(accelerator.device)
        parts = objective(mine, progress.step)
        accelerator.backward(parts["loss"])
        if settings.clip is not None:
            accelerator.clip_grad_norm_(objective.parameters(), settings.clip)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        if averaged:
            averaged.update_parameters(model)
        progress.step += 1
        bar.update()
        last = progress.step == steps
        if last or progress.step % settings.validate_every == 0:
            figures = {k: accelerator.reduce(v.detach(), "mean").item() for k, v in parts.items()}
            if accelerator.is_main_process:
                check(kept, validate, progress, figures, run)
                bar.write(" ".join(f"{k} {v:.4g}" for k, v in progress.history[-1].items()))
        if last or progress.step % (settings.save_every or settings.validate_every) == 0:
            save_state(run, progress.step, accelerator)
    bar.close()
    accelerator.wait_for_everyone()
    model.load_state_dict(load_file(run / "best.safetensors"))
    return progress.history


def parameter_groups(model: nn.Module, lr: float, rates: dict[str, float]) -> list[dict]:
    """One group of parameters per prefix of `rates` (the first that matches counts), and one for all others."""
    groups: dict[str, list] = {}
    for name, parameter in model.named_parameters():
        groups.setdefault(next((prefix for prefix in rates if name.startswith(prefix)), ""), []).append(parameter)
    return [{"params": some, "lr": lr * rates.get(prefix, 1.0)} for prefix, some in groups.items()]


def check(model: nn.Module, validate: Validate, progress: Progress, figures: dict, run: Path) -> None:
    """Validate, append the figures to the history, and save the weights if they are the best so far."""
    model.eval()
    with torch.no_grad(), torch.random.fork_rng():
        figures = {"step": progress.step, **figures, **validate(model)}
    model.train()
    progress.history.append(figures)
    write_atomically(run / "history.json", lambda path: path.write_text(json.dumps(progress.history, indent=1)))
    score = figures.get("score", math.inf)
    if score > progress.best or score == math.inf:
        progress.best = score
        weights = {k: v.detach().cpu().contiguous() for k, v in model.state_dict().items()}
        write_atomically(run / "best.safetensors", lambda path: save_file(weights, path))


def claim(run: Path, arguments: dict, accelerator: Accelerator) -> None:
    """Reserve the folder `run` for these arguments. Raises ValueError when it holds a run with others."""
    note = run / "arguments.json"
    arguments = json.loads(json.dumps(arguments, default=str))
    if note.exists() and (theirs := json.loads(note.read_text())) != arguments:
        other = ", ".join(k for k in {**theirs, **arguments} if theirs.get(k) != arguments.get(k))
        raise ValueError(
            f"{run} holds a run with other arguments ({other}). Choose another --run, or delete that folder."
        )
    if accelerator.is_main_process:
        run.mkdir(parents=True, exist_ok=True)
        write_atomically(note, lambda path: path.write_text(json.dumps(arguments, indent=1)))
    accelerator.wait_for_everyone()


def save_state(run: Path, step: int, accelerator: Accelerator) -> None:
    """Save model, optimiser, scheduler, random states and progress as `run/state-<step>`; delete the state before."""
    part, state = run / "saving", run / f"state-{step:08d}"
    if accelerator.is_main_process:
        shutil.rmtree(part, ignore_errors=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(part)
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        shutil.rmtree(state, ignore_errors=True)
        part.rename(state)
        for old in set(run.glob("state-*")) - {state}:
            shutil.rmtree(old)
    accelerator.wait_for_everyone()


def resume(run: Path, accelerator: Accelerator) -> None:
    """Restore the latest complete state of `run`, if there is one."""
    if states := sorted(run.glob("state-*")):
        accelerator.load_state(states[-1])
