"""The code is laid out as ruff lays it out, and ruff finds nothing in code and notebooks."""

import pathlib
import subprocess
import sys

import nbformat
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTEBOOK_WIDTH = 88  # longer lines are cut off on the web page


@pytest.mark.parametrize(
    "command",
    [
        ["check", "."],
        ["format", "--check", "--exclude=*.ipynb", "."],
        ["format", "--check", f"--line-length={NOTEBOOK_WIDTH}"]
        + sorted(map(str, [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])),
    ],
    ids=["what it finds", "layout of code", "layout of notebooks"],
)
def test_ruff_finds_nothing(command):
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("folder", ["notebooks", "exercises", "solutions"])
def test_no_line_of_a_notebooks_code_is_cut_off(folder):
    for path in sorted((ROOT / folder).rglob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                for line in cell.source.splitlines():
                    assert len(line) <= NOTEBOOK_WIDTH, (path.name, line)
