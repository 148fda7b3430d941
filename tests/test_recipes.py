"""The recipes: what they run, with which options, and which steps they skip as done. `python` and `cp` are replaced by
commands that only record their arguments."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPES = sorted(file.stem for file in (ROOT / "train/recipes").glob("*.sh") if file.stem != "steps")
NOTE = '#!/bin/sh\necho "{} $*" >> "$CALLS"\n'
OTHER = {"SVG": "svgs", "TABLE": "runs/emojis/newer", "OUT": "runs/checkpoints/mine"}
WITH_TABLE = ("train.data.tweets", "train.qa.question", "train.qa.average", "train.qa.linear", "train.vae.train")


def runner(folder):
    """A function that runs a recipe in a folder and returns the commands that the recipe ran."""
    shutil.copytree(ROOT / "train/recipes", folder / "train/recipes")
    for name in ("python", "cp"):
        (folder / name).write_text(NOTE.format(name))
        (folder / name).chmod(0o755)

    def run(recipe, **variables):
        calls = folder / "calls"
        calls.write_text("")
        given = {"PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(calls), "PICTURES": "pictures", **variables}
        subprocess.run(["bash", f"train/recipes/{recipe}.sh"], cwd=folder, env=given, check=True, capture_output=True)
        return calls.read_text().splitlines()

    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A function that returns the commands that a recipe runs in a new folder."""
    return cache(lambda recipe, **variables: runner(tmp_path_factory.mktemp("recipes"))(recipe, **variables))


def source(command):
    """The source code of the module that a command runs."""
    module, first = command.split()[2:4]
    path = ROOT / (module if module != "train.evaluate" else f"{module}.{first}").replace(".", "/")
    return (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("smoke", [{}, {"SMOKE": "1"}], ids=["whole", "smoke"])
def test_every_module_has_the_options_that_it_is_given(run, recipe, smoke):
    commands = [command for command in run(recipe, **smoke) if command.startswith("python")]
    assert commands
    for command in commands:
        for option in re.findall(r" (--[a-z0-9-]+)", command):
            assert f'"{option}"' in source(command), command


def test_what_was_done_is_done_again_for_other_inputs_alone(tmp_path):
    run = runner(tmp_path)
    first = run("tweets")
    assert len(first) > 8 and not run("tweets")
    of_another = run("tweets", VAE="runs/checkpoints/other")
    assert len(of_another) == len(first) and any(
        "cp -rT runs/checkpoints/other runs/before" in one for one in of_another
    )
    assert run("own") and not run("own") and run("own", PICTURES="others") and run("own", OUT="runs/checkpoints/mine")


def test_another_table_is_what_every_step_reads_and_no_shipped_checkpoint_changes(run):
    commands = run("default", **OTHER)
    for command in commands:
        assert not re.search(r"--(out|checkpoint) checkpoints/", command), command
        assert "twemoji" not in command, command
        if command.split()[2] in WITH_TABLE:
            assert re.search(r"--emojis runs/(emojis/newer|checkpoints/remix-newer|before-newer)( |$)", command), (
                command
            )
    told = "\n".join(commands)
    assert "train.remix --emojis runs/emojis/newer --svg svgs" in told
    assert "--kid runs/emojis/newer/vendors.npz" in told
    assert "--split runs/checkpoints/split-mine-newer" in told
    assert "train.publish.results" not in told
    made = re.findall(r"(?:--out|--run) (runs/\S+)", told)
    assert all("newer" in folder for folder in made), made


def test_the_shipped_checkpoint_is_made_of_what_was_trained_before_it(run):
    commands = run("default")
    given = {folder for one in commands for folder in re.findall(r"(?:--out|--run|^cp -rT \S+) (\S+)", one)}
    given |= {f"runs/question-{phase}" for phase in ("pretrain", "lexical", "finetune")}
    taken = {
        Path(start)
        for one in commands
        for start in re.findall(r"(?:--start|--question|--tweets|--messages) (\S+)", one)
    }
    taken |= {Path(run) for one in commands for run in re.findall(r" (runs/\S+)=0\.", one)}
    assert {str(one.parent if one.suffix else one) for one in taken} <= given
    assert "python -m train.publish.results" in commands
    assert commands[-1] == "python -m train.publish.card checkpoints/default"


def test_a_smoke_run_stays_in_folders_of_its_own(run):
    commands = run("default", SMOKE="1")
    assert all("--smoke" in one for one in commands if re.search(r"train\.(qa|vae|data\.tweets)", one))
    assert "python -m train.messages --checkpoint checkpoints/default --out runs/messages-smoke" in commands
    assert all("--messages runs/messages-smoke" in one for one in commands if "--phase messages" in one)


def test_a_free_checkpoint_is_measured_by_itself_and_exported(run):
    commands = run("free", VAE="runs/checkpoints/other")
    assert "--emojis runs/checkpoints/other" in next(one for one in commands if "train.data.tweets" in one)
    order = [one.split()[2] for one in commands if "runs/checkpoints/free" in one]
    assert order == [
        "train.publish.ship",
        "train.qa.answers",
        "train.qa.calibrate",
        "train.publish.onnx",
        *["train.evaluate"] * 2,
    ]
    assert commands[-1].endswith("--checkpoint runs/checkpoints/other --free runs/checkpoints/free")
