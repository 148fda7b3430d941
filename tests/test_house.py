"""The structure of the tree: imports go one way, models are used by their common interface only, folders stay small."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.conftest import FORKING

ROOT = Path(__file__).parents[1]
OWN = ("emoji_qa", "train")
MOST = 15  # files directly in a folder
NAMES = {"glove", "encoder", "original", "palette"}  # names of architectures
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for package in OWN
    for file in sorted((ROOT / package).rglob("*.py"))
}


@cache
def tree(module):
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def at_import(body):
    """The statements that run when a module is imported."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for part in ("body", "orelse", "handlers", "finalbody"):
            yield from at_import(getattr(node, part, []))


@cache
def imports(module, *, all_of_it=False):
    """Names of modules that a module imports when it is imported, with their packages; all_of_it: anywhere in its code."""
    found = set()
    for node in ast.walk(tree(module)) if all_of_it else at_import(tree(module).body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    known = {name for name in found if name in FILES or name.split(".")[0] not in OWN}
    return known | {above for name in known for above in packages(name)}


def packages(name):
    parts = name.split(".")
    return {".".join(parts[:i]) for i in range(1, len(parts))}


def reached(module):
    """All modules that are imported along with a module, our own and others'."""
    found, left = set(), [module, *packages(module)]
    while left:
        for name in imports(left.pop()) - found:
            found.add(name)
            left += [name] if name in FILES else []
    return found


def test_nothing_imports_what_imports_it():
    done, on_the_way = set(), []

    def visit(module):
        assert module not in on_the_way, " → ".join([*on_the_way, module])
        if module in done:
            return
        on_the_way.append(module)
        for name in sorted(imports(module) & FILES.keys() - packages(module) - {module}):
            visit(name)
        on_the_way.pop()
        done.add(module)

    for module in FILES:
        visit(module)


def test_imports_run_from_the_page_and_from_training_to_the_models():
    for module in FILES:
        used = imports(module, all_of_it=True)
        if module.startswith("emoji_qa"):
            assert not any(name == "train" or name.startswith("train.") for name in used), module
        if not module.startswith(("emoji_qa.page", "emoji_qa.__main__")) and module != "emoji_qa.hub":
            assert not any(name.startswith("emoji_qa.page") for name in used), module
        if module.startswith("emoji_qa.models"):
            others = {name for name in used if name.startswith("emoji_qa.") and not name.startswith("emoji_qa.models")}
            allowed = ("emoji_qa.precision", "emoji_qa.text", "emoji_qa.text.tokenizers", "emoji_qa.emojis")
            assert {name for name in others if not name.startswith(allowed)} == set(), module


def test_training_publishes_without_gradio_and_emojis_are_known_without_torch():
    for module in FILES:
        if module.startswith("train.publish"):
            loaded = reached(module) | reached("emoji_qa.answerer")  # emoji_qa imports it lazily
            assert "torch" in loaded and not {"gradio", "emoji_qa.page"} & loaded, module
        if module.startswith("emoji_qa.emojis"):
            assert "torch" not in reached(module), module


def test_nobody_outside_the_models_asks_which_system_it_is():
    for module in FILES:
        if module.startswith("emoji_qa.models"):
            continue
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                constants = {side.value for side in sides if isinstance(side, ast.Constant)}
                assert not constants & NAMES, f"{module}:{node.lineno} {ast.unparse(node)}"
                assert not any("arch" in re.findall(r"\w+", ast.unparse(side)) for side in sides), (module, node.lineno)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("hasattr", "isinstance"):
                asked = ast.unparse(node)
                assert not re.search("decoder|Original|Palette|Glove|EncoderQuestion|CodeAnswer|Kernel", asked), (
                    module,
                    asked,
                )


def test_folders_stay_small():
    for package in OWN:
        for folder in [ROOT / package, *(path for path in (ROOT / package).rglob("*") if path.is_dir())]:
            files = [file.name for file in folder.iterdir() if file.is_file()]
            assert len(files) <= MOST, (folder.relative_to(ROOT), sorted(files))


def test_files_whose_tests_fork_are_known():
    others = sorted(path for path in (ROOT / "tests").glob("test_*.py") if path != Path(__file__))
    forking = [path.stem for path in others if re.search(r"tests\.forked|forked_app", path.read_text(encoding="utf-8"))]
    assert forking == [f"test_{name}" for name in sorted(FORKING)]
