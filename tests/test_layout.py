"""The code is laid out as ruff lays it out, and ruff finds nothing in code and notebooks."""

import pathlib
import re
import subprocess
import sys

import nbformat
import pytest
from PIL import Image

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


def test_the_readmes_picture_moves_is_small_and_has_a_still():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(
        r'<source media="\(prefers-reduced-motion: reduce\)" srcset="notebooks/cover.png">\s*'
        r'<img src="notebooks/cover.gif" [^>]*alt="[^"]{50,}"',
        readme,
    )
    assert (ROOT / "notebooks" / "cover.gif").stat().st_size < 600_000
    with Image.open(ROOT / "notebooks" / "cover.gif") as loop:
        assert (
            loop.n_frames == 15 and loop.size == Image.open(ROOT / "notebooks" / "cover.png").size
        )


@pytest.mark.parametrize("folder", ["notebooks", "exercises", "solutions"])
def test_no_line_of_a_notebooks_code_is_cut_off(folder):
    for path in sorted((ROOT / folder).rglob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                for line in cell.source.splitlines():
                    assert len(line) <= NOTEBOOK_WIDTH, (path.name, line)
