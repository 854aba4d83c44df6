"""The course in a browser tab, as `make lite` builds it: notebooks to their end in Chromium.

make test-lite builds it, with the files of Pyodide in the folder PYODIDE, and runs these tests.
"""

import contextlib
import gzip
import pathlib
import shutil

import browser
import nbformat
import pytest
from broken_submissions import good_submission
from test_batch import graded

pytestmark = pytest.mark.skipif(not browser.is_here(), reason=browser.NOT_HERE)
LONGEST = ("10", "07", "11")
NOTEBOOKS = sorted(  # the longest first, since they run side by side
    (path.name for path in (browser.ROOT / "notebooks").glob("*.ipynb")),
    key=lambda name: (not name.startswith(LONGEST), name),
)
PATIENCE = 900  # seconds: a slow machine is no fault
KEPT = """(async () => { let files = 0; for (const name of await caches.keys())
files += (await (await caches.open(name)).keys()).length; return files; })()"""
CHANGED = "jupyterapp.shell.currentWidget.context.model.dirty"
OPEN = "args => void jupyterapp.commands.execute('docmanager:open', args)"
STATUSES = """[...jupyterapp.shell.widgets("main")].map(
panel => panel.sessionContext?.session?.kernel?.status)"""
WHOLE = "05"  # its texts and outputs are looked at with axe too
SET = "ps2_deriving_the_gradients"


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


@pytest.fixture(scope="module")
def page(tab):
    """A page that the notebooks are opened in one after the other, with one kernel."""
    with browser.opened(tab, NOTEBOOKS[0], run=False) as first:
        yield first


@browser.of_the_web
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_to_its_end_with_the_same_numbers_and_each_control_of_its_explorers_moves(
    tab, page, name
):
    """The kernel is one that has run other notebooks and has forgotten them (pass_on); nbval runs
    each in a kernel of its own. All import bpkit first, and with that comes all that they need."""
    browser.pass_on(page, name)
    browser.run_all(page, name)
    compare(page, f"notebooks/{name}")
    for explorer in browser.explorers(page):
        for label, there, back in browser.controls(explorer):
            start = browser.seen(explorer)
            assert browser.press(page, there), (label, "no new picture")
            moved = browser.seen(explorer)
            assert all(now != before for now, before in zip(moved, start)), label
            assert moved[1] == moved[2] and "cannot be drawn" not in moved[2], label
            assert browser.press(page, back), (label, "no picture on the way back")
            assert browser.seen(explorer) == start, label
        this = {"include": [[f"#{explorer.get_attribute('id')}"]]}
        assert browser.faults(page, this) == [], "its explorer has faults"
    if name.startswith(WHOLE):
        assert browser.faults_of_notebook(page) == []
    here = tab.address.split("lab/")[0]
    assert page.asked
    others = [url for url in page.asked if not url.startswith((here, "data:", "blob:"))]
    assert others == [], "it asks somebody else"


def compare(page, name):
    """No cell failed or warned, and each has printed what is stored."""
    written = nbformat.read(browser.ROOT / name, as_version=4).cells
    for cell, here in zip(written, browser.cells(page), strict=True):
        for output in here.get("outputs", []):
            assert output["output_type"] != "error", (cell.id, output)
            assert output.get("name") != "stderr", (cell.id, output["text"])
        if "check.main" in cell.source:  # a browser's Python has less to check
            assert set(printed(here)) <= set(printed(cell)) and len(printed(here)) > 8
        elif "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert printed(here) == printed(cell), cell.id


@contextlib.contextmanager
def learner(chromium, address=None):
    """A browser that keeps what is written in it from page to page; at the tab's own address, or
    that of another server."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    context.address = (address or chromium.address.split("lab/")[0]) + "lab/index.html?path={}"
    yield context
    context.close()


def sources(page):
    return {cell["id"]: "".join(cell["source"]) for cell in browser.cells(page)}


def stored(place):
    """The cells of a notebook of the project, as {id: source}."""
    notebook = nbformat.read(browser.ROOT / place, as_version=4)
    return {cell.id: cell.source for cell in notebook.cells}


@browser.of_the_web
def test_what_a_learner_writes_is_kept_and_one_click_brings_the_original_back(tab):
    name = "notebooks/02_networks_and_error.ipynb"
    original = stored(name)
    turn = next(id for id, source in original.items() if " = ...\n" in source)
    answered = {turn: original[turn].replace(" = ...\n", " = 1.0  # mine\n")}
    with learner(tab) as context:
        with browser.opened(context, name, run=False, kernel=False) as page:
            compare(page, name)  # the outputs that are stored
            page.evaluate("jupyterapp.shell.currentWidget.sessionContext.ready.then(() => true)")
            assert not page.evaluate(CHANGED)  # nothing is kept of what was only opened
            browser.write(page, answered)
            page.wait_for_function(f"!({CHANGED})")  # it is saved without being asked
        with browser.opened(context, name, run=False, kernel=False) as page:
            assert sources(page) == original | answered
            page.get_by_role("button", name="Original", exact=True).click()
            page.get_by_text("mine-02_networks_and_error.ipynb, beside it").wait_for()
            assert sources(page) == original
        with browser.opened(context, name, run=False, kernel=False) as page:
            assert sources(page) == original
            page.get_by_role("button", name="Original", exact=True).click()
            page.get_by_text("Nothing had been changed").wait_for()
        with browser.opened(context, name.replace("/", "/mine-"), run=False, kernel=False) as page:
            assert sources(page) == original | answered
            page.get_by_role("button", name="Original", exact=True).click()
            page.get_by_text("not one of the course's").wait_for()
            assert sources(page) == original | answered


@browser.of_the_web
def test_notebooks_that_start_together_do_so_and_a_reload_opens_the_last_one(tab):
    names = sorted(path.name for path in (browser.ROOT / "notebooks").glob("0[1-3]*.ipynb"))
    with (
        learner(tab) as context,
        browser.opened(context, f"notebooks/{names[0]}", run=False, kernel=False) as page,
    ):
        for name in names[1:]:
            page.evaluate(OPEN, {"path": f"notebooks/{name}"})
        browser.wait_until(page, lambda: page.evaluate(STATUSES) == ["idle"] * 3, PATIENCE)
        assert page.evaluate(STATUSES) == ["idle"] * 3
        page.goto(tab.address.split("?")[0])
        page.locator(".jp-RenderedMarkdown h1", has_text="03 ").wait_for()


@browser.of_the_web
def test_a_first_visit_opens_the_first_notebook_and_a_second_one_needs_no_network(tab):
    with (
        browser.served(browser.WEB) as (address, cut_off),
        learner(tab, address) as context,
    ):
        page = context.new_page()
        page.goto(address)
        first = page.locator(".jp-RenderedMarkdown", has_text="twelve handwritten digits").first
        first.wait_for()
        workers = 2  # the browser keeps those itself
        files = sum(path.is_file() for path in pathlib.Path(browser.WEB).rglob("*")) - workers
        browser.wait_until(page, lambda: page.evaluate(KEPT) == files, PATIENCE)
        assert page.evaluate(KEPT) == files
        page.close()
        cut_off()
        with browser.opened(context, "notebooks/03_deriving_the_gradients.ipynb") as page:
            compare(page, "notebooks/03_deriving_the_gradients.ipynb")


@browser.of_the_web
@pytest.mark.parametrize("fits", [True, False])
def test_python_starts_with_its_memory_or_where_that_does_not_fit_without_it(tab, tmp_path, fits):
    name, folder = "notebooks/01_why_backpropagation.ipynb", tmp_path / "site"
    shutil.copytree(browser.WEB, folder)
    if not fits:  # as in a browser that numbers functions otherwise
        memory = folder / "python" / "memory.bin"
        said, number, rest = gzip.decompress(memory.read_bytes()).partition(b'"functions":')
        memory.write_bytes(gzip.compress(said + number + b"9" + rest[1:], compresslevel=1))
    with browser.served(folder) as (address, _), learner(tab, address) as context:
        warned = []
        context.on("console", lambda message: warned.append("without its memory" in message.text))
        for beside_jupyterlab in (False, True):  # that needs what a first visit leaves
            # that they run with it is seen in all other tests
            with browser.opened(context, name, run=not fits) as page:
                compare(page, name)
                (kernel,) = page.workers
                assert kernel.url.endswith("/early.js") == beside_jupyterlab
            assert any(warned) != fits
            warned.clear()


@browser.of_the_web
def test_a_problem_set_done_here_and_downloaded_gets_the_grade_it_gets_elsewhere(tab, tmp_path):
    place = f"{SET}/{SET}.ipynb"
    solution = nbformat.read(browser.ROOT / "solutions" / place, as_version=4)
    release = nbformat.read(browser.ROOT / "exercises" / place, as_version=4)
    answers = good_submission(solution, release)
    for cell in answers.cells:
        if cell.id == "ps2-t3-answer":  # a mistake, so that there is something to say
            cell.source = cell.source.replace("y_hat - y", "y - y_hat")
    by_id = {cell.id: cell.source for cell in answers.cells}
    with learner(tab) as context:
        with browser.opened(context, f"exercises/{place}", run=False) as page:
            browser.write(page, by_id)
            browser.run_all(page, place)
            page.evaluate("jupyterapp.shell.currentWidget.context.save()")
            assert browser.faults_of_notebook(page) == []
        with browser.opened(context, f"exercises/{place}", run=False, kernel=False) as page:
            assert sources(page) == by_id
            said = "".join(str(output) for output in browser.outputs(page))
            assert "sign" in said  # what the checks have said is kept too
            with page.expect_download() as download:
                page.get_by_role("button", name="Download", exact=True).click()
            assert download.value.suggested_filename == f"{SET}.ipynb"
            download.value.save_as(tmp_path / "downloaded.ipynb")
    downloaded = nbformat.read(tmp_path / "downloaded.ipynb", as_version=4)
    assert downloaded.metadata.kernelspec == release.metadata.kernelspec
    handed_in = {"here": downloaded, "elsewhere": answers}
    rows = {student: row for student, (row, _) in graded(SET, handed_in, tmp_path).items()}
    for row in rows.values():
        del row["student"]
    assert rows["here"] == rows["elsewhere"]
    assert rows["here"]["total"] == 20.0
