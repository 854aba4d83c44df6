"""The numbered thread: every item is stated once, and shown by number once, in the notebook where
it belongs."""

import json
import pathlib
import re
from collections import Counter

import pytest

NOTEBOOKS = pathlib.Path(__file__).resolve().parent.parent / "notebooks"

THREAD = {
    "01": ["H1", "H2", "H3", "T1", "T2"],
    "02": ["F1", "F2", "F3", "F4", "D1"],
    "03": [f"D{n}" for n in range(2, 18)],
    "04": ["B1", "B2", "B3", *(f"A{n}" for n in range(1, 6)), *(f"S{n}" for n in range(1, 5))],
    "05": [*(f"G{n}" for n in range(1, 6)), "R1", "R2"],
    "09": ["H4"],
    "10": ["R3"],
    "11": ["R4"],
}
WITHOUT_CHECK = {"H1", "H2", "H3", "F1", "F2"}


def tags(number):
    """(tag, cell) for each tag in the notebook with this number."""
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return [
        (tag, cell)
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for tag in cell["metadata"].get("tags", [])
    ]


@pytest.mark.parametrize("number", sorted(path.name[:2] for path in NOTEBOOKS.glob("*.ipynb")))
def test_each_item_is_stated_once_and_checked_once(number):
    expected = THREAD.get(number, [])
    found = Counter(tag for tag, _ in tags(number))
    assert {tag: n for tag, n in found.items() if tag.startswith("eq-")} == {
        f"eq-{item}": 1 for item in expected
    }
    assert {tag: n for tag, n in found.items() if tag.startswith("check-")} == {
        f"check-{item}": 1 for item in expected if item not in WITHOUT_CHECK
    }


@pytest.mark.parametrize("number", sorted(THREAD))
def test_statements_are_prose_that_names_them_and_checks_are_code_that_can_fail(number):
    for tag, cell in tags(number):
        source, item = "".join(cell["source"]), tag.split("-", 1)[1]
        if tag.startswith("eq-"):
            assert cell["cell_type"] == "markdown" and f"**{item}" in source, tag
        if tag.startswith("check-"):
            assert cell["cell_type"] == "code" and re.search(r"\bagree\(|\bassert\b", source), tag
            printed = "".join("".join(output.get("text", "")) for output in cell["outputs"])
            assert printed.strip(), f"{tag} says nothing"


def test_every_notebook_of_the_thread_is_there():
    assert set(THREAD) <= {path.name[:2] for path in NOTEBOOKS.glob("*.ipynb")}
