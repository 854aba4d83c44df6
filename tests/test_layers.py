"""bpkit is built from the ground up: a module imports only from those before it in LAYERS."""

import ast
import pathlib

import pytest

import bpkit

FOLDER = pathlib.Path(bpkit.__file__).parent
LAYERS = (
    "arrays",
    "checks",
    "backends",
    "activations",
    "errors",
    "network",
    "datasets",
    "forward",
    "backward",
    "descent",
    "training",
    "surface",
    "gradcheck",
    "plotting",
    "widgets",
    "diagnosis",
    "questions",
)


def layer(file):
    """The module or the package of bpkit that a file belongs to."""
    return file.relative_to(FOLDER).with_suffix("").parts[0]


def imported_layers(file):
    """The names after the dots of `from .name import ...` and of `from .. import name`."""
    depth = len(file.relative_to(FOLDER).parts)  # as many dots lead from the file to bpkit
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        inside = node.level == depth or (node.module or "").split(".")[0] == "bpkit"
        if inside:
            path = (node.module or "").removeprefix("bpkit").strip(".")
            yield from [path.split(".")[0]] if path else [name.name for name in node.names]


@pytest.mark.parametrize(
    "file", sorted(FOLDER.rglob("*.py")), ids=lambda file: str(file.relative_to(FOLDER))
)
def test_no_import_runs_upward(file):
    if file == FOLDER / "__init__.py":
        return
    here = LAYERS.index(layer(file))
    for name in imported_layers(file):
        assert LAYERS.index(name) < here, f"{file.name} imports {name}, which stands above it"
