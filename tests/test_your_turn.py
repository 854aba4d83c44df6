"""The places in the notebooks where the learner writes: they stay quiet untouched, and their folded
answers are right."""

import ast
import contextlib
import io
import json
import pathlib
import re

import numpy as np
import pytest

import bpkit
from bpkit import diagnosis

NOTEBOOKS = pathlib.Path(__file__).resolve().parent.parent / "notebooks"


def turns():
    """(notebook's number, cell before, the learner's cell, cell after) of each."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for before, cell, after in zip(cells, cells[1:], cells[2:]):
            if "your-turn" in cell["metadata"].get("tags", []):
                yield path.name[:2], before, cell, after


TURNS = {cell["id"]: (before, cell, after) for _, before, cell, after in turns()}


def source(cell):
    return "".join(cell["source"])


def said(turn, code):
    """What the code prints in the place of a turn, with the names that a notebook has; what is
    asked above it is answered by the course."""
    printed = io.StringIO()
    names = {name: getattr(bpkit, name) for name in bpkit.__all__}
    names |= {"np": np, "diagnosis": diagnosis}
    for earlier, (_, cell, _) in TURNS.items():
        if earlier[:2] == turn[:2] and earlier < turn:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(source(cell), names)
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    return printed.getvalue()


def test_each_notebook_has_one_to_three():
    found = [number for number, *_ in turns()]
    for number in ("02", "03", "04"):
        assert 1 <= found.count(number) <= 3, number


@pytest.mark.parametrize("turn", TURNS)
def test_says_what_is_asked_hints_in_three_stages_and_folds_the_answer(turn):
    before, cell, after = TURNS[turn]
    assert source(before).startswith("**Your turn.**")
    folded = re.findall(r"<details><summary>([^<]+)</summary>", source(after))
    assert folded == ["Hint 1", "Hint 2", "Hint 3", "Answer"]
    printed = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    assert printed.startswith("– ") and "not attempted yet." in printed


@pytest.mark.parametrize("turn", TURNS)
def test_the_folded_answer_is_right(turn):
    _, cell, after = TURNS[turn]
    written = source(cell)
    (answer,) = re.findall(r"(?s)<summary>Answer</summary>.*```python\n(.*?)```", source(after))
    last = ast.parse(written).body[-1]
    check = "".join(written.splitlines(keepends=True)[last.lineno - 1 :])
    assert "not attempted yet." in said(turn, written)
    printed = said(turn, answer + check)
    assert printed.startswith("✓ ") and "✗" not in printed, printed
