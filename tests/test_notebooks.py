"""How the notebooks are stored and built. That they run, and give the stored outputs, is nbval's
part: see the Makefile."""

import pathlib
import re
import sys

import nbformat
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.name: nbformat.read(path, as_version=4) for path in PATHS}

pytestmark = pytest.mark.parametrize("name", NOTEBOOKS)


def cells(name, kind):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == kind]


def outputs(name):
    return [output for cell in cells(name, "code") for output in cell.outputs]


def test_stored_as_store_outputs_stores(name):
    notebook = NOTEBOOKS[name]
    assert set(notebook.metadata) == {
        "kernelspec",
        "language_info",
    } and notebook.metadata.language_info == {"name": "python"}
    assert (ROOT / "notebooks" / name).stat().st_size < 1_000_000
    assert [cell.execution_count for cell in cells(name, "code")] == list(
        range(1, len(cells(name, "code")) + 1)
    )
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for output in outputs(name):
        assert output.output_type != "error" and output.get("name") != "stderr", output
        assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


def test_outputs_hold_nothing_that_changes(name):
    for output in outputs(name):
        data = output.get("data", {})
        text = (
            output.get("text", "")
            + data.get("text/plain", "")
            + re.sub(r"base64,[^\"]+", "", data.get("text/html", ""))
        )
        assert not re.search(r" at 0x[0-9a-f]|/home/|/tmp/|/work/|C:\\", text), text
        assert not re.search(r"\b\d(\.\d+)?e-1[5-9]\b", text), (
            f"rounding noise in an output: {text}"
        )


def test_pictures_have_alternative_text(name):
    for output in outputs(name):
        data = output.get("data", {})
        assert "image/png" not in data, (
            "show pictures with plotting.show, which gives them alternative text"
        )
        for tag in re.findall(r"<img[^>]*>", data.get("text/html", "")):
            assert re.search(r'alt="[^"]{20,}"', tag), tag[:200]
    for cell in cells(name, "markdown"):
        assert "![](" not in cell.source
        for tag in re.findall(r"<img[^>]*>", cell.source):
            assert 'alt="' in tag


def test_cells_are_short_and_shown_as_slides(name):
    for cell in NOTEBOOKS[name].cells:
        assert "slideshow" in cell.metadata
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 48, cell.source


def test_alone_it_says_in_one_sentence_what_is_missing_and_stops(name, monkeypatch):
    first = cells(name, "code")[0]
    assert "remove-cell" in first.metadata.tags and first.metadata.jupyter.source_hidden
    (module,) = re.findall(r"import (\w+)", first.source)
    monkeypatch.setitem(sys.modules, module, None)  # as where it is not installed
    with pytest.raises(
        SystemExit, match=r"^This notebook is one part of a course [^.]+ make lab\.$"
    ):
        exec(first.source)


def test_anatomy(name):
    text = [cell.source for cell in cells(name, "markdown")]
    number, whole = name[:2], "\n".join(text)
    assert text[0].startswith(f"# {number} ") and "minutes" in text[0]
    if number == "00":
        return
    for part in (
        "> **Predict.**",
        "**What you predicted.**",
        "**Check yourself.**",
        "<details>",
        "## In five lines",
        "## Exercise",
        "## Next",
    ):
        assert part in whole, part
    assert 4 <= whole.count("> **Predict.**")
    formulas, folded = r"\$\$.*?\$\$|\$[^$]*\$", "<details>.*?</details>|```.*?```"
    assert len(re.sub(f"(?s){formulas}|{folded}", " ", whole).split()) < 3150


def test_links_lead_somewhere(name):
    for cell in cells(name, "markdown"):
        for target in re.findall(r"\]\(([^)#\s]+)", cell.source):
            assert target.startswith("http") or (ROOT / "notebooks" / target).exists(), target


def test_words_of_the_house(name):
    for cell in cells(name, "markdown"):
        prose = re.sub(r"`[^`]*`|\$[^$]*\$|<[^>]*>", " ", cell.source)
        found = re.findall(r"(?i)\b(?:simply|just|obviously|clearly|of course)\b|!(?!\[)", prose)
        assert not found, (found, cell.source[:200])


def test_a_first_contact_shows_few_lines_of_checks(name):
    """Of 00 to 05 together; the fiftieth line that holds convinces nobody."""
    first = [f"0{number}" for number in range(6)]
    if name[:2] != first[0]:
        return
    shown = [
        line
        for other in NOTEBOOKS
        if other[:2] in first
        for output in outputs(other)
        for line in output.get("text", "").splitlines()
        if ": holds" in line
    ]
    assert len(shown) <= 40, len(shown)
