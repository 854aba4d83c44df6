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


def source(cell):
    return "".join(cell["source"])


def turns():
    """(notebook's number, cell before, the learner's cell, cell after) of each; and the cells above
    it whose functions its answer may call: earlier turns, and those tagged engine."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells, above = json.loads(path.read_text(encoding="utf-8"))["cells"], []
        for before, cell, after in zip(cells, cells[1:], cells[2:]):
            tags = cell["metadata"].get("tags", [])
            if "your-turn" in tags:
                yield path.name[:2], before, cell, after, list(above)
            if "your-turn" in tags or "engine" in tags:
                above.append(source(cell))


TURNS = {cell["id"]: (before, cell, after, above) for _, before, cell, after, above in turns()}


def said(above, code):
    """What the code prints, run after the cells above with the names that a notebook has."""
    printed = io.StringIO()
    names = {name: getattr(bpkit, name) for name in bpkit.__all__}
    names |= {"__name__": "__main__", "np": np, "diagnosis": diagnosis}
    for given in above:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(given, names)
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    return printed.getvalue()


def test_each_notebook_has_one_to_three():
    found = [number for number, *_ in turns()]
    for number in ("02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"):
        assert 1 <= found.count(number) <= 3, number


@pytest.mark.parametrize("turn", TURNS)
def test_says_what_is_asked_hints_in_three_stages_and_folds_the_answer(turn):
    before, cell, after, _ = TURNS[turn]
    assert source(before).startswith("**Your turn.**")
    folded = re.findall(r"<details><summary>([^<]+)</summary>", source(after))
    assert folded == ["Hint 1", "Hint 2", "Hint 3", "Answer"]
    printed = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    assert printed.startswith("– ") and "not attempted yet." in printed


@pytest.mark.parametrize("turn", TURNS)
def test_the_folded_answer_is_right(turn):
    _, cell, after, above = TURNS[turn]
    written = source(cell)
    (answer,) = re.findall(r"(?s)<summary>Answer</summary>.*```python\n(.*?)```", source(after))
    last = ast.parse(written).body[-1]
    check = "".join(written.splitlines(keepends=True)[last.lineno - 1 :])
    assert "not attempted yet." in said(above, written)
    printed = said(above, answer + check)
    assert printed.startswith("✓ ") and "✗" not in printed, printed
