"""bpkit as a submission finds it: without the judge, and without what the task asks the learner to
write."""

import ast
import compileall
import shutil
from pathlib import Path

import bpkit
from bpkit.diagnosis.tasks import ALL_SLOPES_OF_BPKIT, ERRORS_OF_BPKIT, FORWARD_OF_BPKIT

BPKIT = Path(bpkit.__file__).resolve().parent
NO_JUDGE = '''"""In the place of bpkit.diagnosis where submissions are run: nothing here judges."""

import numpy as np

from ..network import Network

{given}

TASKS = ()


def check(task, answer, name_it=True):
    """Say nothing of an answer."""
    print(f"– {{task}}: judged when all cells have been run.")


def check_choice(answer, options="abc"):
    check("choice", answer)


def checked(task, answer):
    """The answer itself, judged or not."""
    return answer
'''
# What bpkit writes a second time, for speed or to check itself: where the first is left aside, so
# is this. None stands for all functions of a file.
FORWARD = {*FORWARD_OF_BPKIT, *ERRORS_OF_BPKIT, "sigmoid", "softmax", "softmax_cross_entropy"}
SLOPES = {*ALL_SLOPES_OF_BPKIT, *(f"{name}_slope" for name in ("sigmoid", "tanh", "relu"))}
SECOND_WRITINGS = (
    (FORWARD | SLOPES, "descent.py", None),
    (FORWARD | SLOPES, "activations.py", {"calls_in_place"}),
    (FORWARD | SLOPES, "surface.py", {"error_surface", "_errors", "descend"}),
    (SLOPES - {"train"} | FORWARD, "gradcheck.py", None),
)
GIVEN = (("numbers.py", "paper_network"), ("cases.py", "Node"))  # what problem sets use of it


def write_library(folder, left_out=()):
    """Write bpkit into `folder`; the functions and methods of these names say that they are not
    there."""
    target = folder / "bpkit"
    shutil.copytree(BPKIT, target, ignore=shutil.ignore_patterns("diagnosis", "__pycache__"))
    given = "\n\n".join(_source_of(BPKIT / "diagnosis" / file, name) for file, name in GIVEN)
    (target / "diagnosis").mkdir()
    (target / "diagnosis" / "__init__.py").write_text(
        NO_JUDGE.format(given=given), encoding="utf-8"
    )
    for path in target.rglob("*.py") if left_out else ():
        source = path.read_text(encoding="utf-8")
        names = set(left_out)
        for first, file, second in SECOND_WRITINGS:
            if path == target / file and first & names:
                names |= second or _functions_in(source)
        without = _without(source, names)
        if without != source:
            path.write_text(without, encoding="utf-8")
    compileall.compile_dir(target, quiet=2, stripdir=str(folder))


def _functions_in(source):
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


def _source_of(path, name):
    source = path.read_text(encoding="utf-8")
    (found,) = (node for node in ast.parse(source).body if getattr(node, "name", "") == name)
    return ast.get_source_segment(source, found)


def _without(source, names):
    """The source with the bodies of these functions taken out."""
    tree, changed = ast.parse(source), False
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            said = (
                f"bpkit's {node.name} is not here: this task asks you to write yourself what it "
                "does."
            )
            node.body = [
                ast.Raise(ast.Call(ast.Name("RuntimeError", ast.Load()), [ast.Constant(said)], []))
            ]
            node.decorator_list, changed = [], True
    return ast.unparse(ast.fix_missing_locations(tree)) if changed else source
