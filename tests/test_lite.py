"""The course in a browser tab, as `make lite` builds it: notebooks to their end in Chromium.

make test-lite builds it, with the files of Pyodide in the folder PYODIDE, and runs these tests.
"""

import browser
import nbformat
import pytest

pytestmark = pytest.mark.skipif(not browser.is_here(), reason=browser.NOT_HERE)
NOT_YET = ("08", "10", "11", "12")  # not yet seen to run to their end there
NOTEBOOKS = sorted(
    path.name
    for path in (browser.ROOT / "notebooks").glob("*.ipynb")
    if not path.name.startswith(NOT_YET)
)


@pytest.fixture(scope="module")
def tab():
    with browser.tab(browser.WEB) as chromium:
        yield chromium


def printed(cell):
    """The lines that a cell has printed, without the blanks that a progress bar leaves."""
    text = "".join(
        "".join(output["text"])
        for output in cell.get("outputs", [])
        if output.get("name") == "stdout"
    )
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@browser.of_the_web
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_to_its_end_with_the_same_numbers_and_its_explorers_move(tab, name):
    with browser.opened(tab, name) as page:
        compare(page, name)
        for explorer in browser.explorers(page):
            picture = explorer.locator("img").get_attribute("src")
            label, there, back = browser.controls(explorer)[0]
            assert browser.press(page, there), (label, "no new picture")
            assert explorer.locator("img").get_attribute("src") != picture
        here = tab.address.split("lab/")[0]
        assert page.asked
        others = [url for url in page.asked if not url.startswith((here, "data:", "blob:"))]
        assert others == [], "it asks somebody else"


def compare(page, name):
    """No cell failed or warned, and each has printed what is stored."""
    stored = nbformat.read(browser.ROOT / "notebooks" / name, as_version=4).cells
    for cell, here in zip(stored, browser.cells(page), strict=True):
        for output in here.get("outputs", []):
            assert output["output_type"] != "error", (cell.id, output)
            assert output.get("name") != "stderr", (cell.id, output["text"])
        if "check.main" in cell.source:  # a browser's Python has less to check
            assert set(printed(here)) <= set(printed(cell)) and len(printed(here)) > 8
        elif "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert printed(here) == printed(cell), cell.id
