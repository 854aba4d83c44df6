"""Every notebook with sliders in a real JupyterLab: each control is moved with the keyboard, and
the picture and the sentence follow.

Their texts are left out, since they take longest to draw; that texts and stored outputs are
accessible is tested on the web page, of all notebooks, and here on one. Chromium and Playwright are
needed; without them these tests are skipped, but never where CI=true.
"""

import re

import nbformat
import pytest

import browser

if not browser.is_here():
    pytest.skip(browser.NOT_HERE, allow_module_level=True)

pytestmark = pytest.mark.slow
MAKES_EXPLORER = r"widgets\.(?:\w+_explorer|phase_stepper|Explorer)\("


def explorers_of(notebook):
    return sum(
        len(re.findall(MAKES_EXPLORER, cell.source))
        for cell in notebook.cells
        if cell.cell_type == "code"
    )


ALL = {
    path.name: nbformat.read(path, as_version=4)
    for path in sorted((browser.ROOT / "notebooks").glob("*.ipynb"))
}
NOTEBOOKS = {name: notebook for name, notebook in ALL.items() if explorers_of(notebook)}
WHOLE = "05_reference_example.ipynb"
SAVED = "08_activations_and_depth.ipynb"


def without_texts(notebook):
    notebook = nbformat.from_dict(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return notebook


@pytest.fixture(scope="module")
def lab():
    short = [(name, without_texts(ALL[name])) for name in NOTEBOOKS if name != WHOLE]
    with browser.laboratory(short) as chromium:
        yield chromium


@pytest.fixture(scope="module", params=NOTEBOOKS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def room(lab):
    """A page with JupyterLab, in which the notebooks are opened one after the other."""
    with browser.opened(lab, next(iter(NOTEBOOKS)), run=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(room, name):
    """The notebook, opened and run once for all the tests of it, in a kernel of its own; each
    leaves the explorers as they were."""
    browser.go_on(room, name)
    room.complaints.clear()  # what the notebook before it has left behind
    return room


def assert_handles_speak(explorer):
    """A slider's handle has the name and the number beside it for a screen reader."""
    for slider in explorer.locator(".widget-slider").all():
        handle = slider.locator(".noUi-handle")
        assert handle.get_attribute("aria-label") == slider.locator(".widget-label").inner_text()
        assert (
            handle.get_attribute("aria-valuetext") == slider.locator(".widget-readout").inner_text()
        )


def assert_nothing_went_wrong(page):
    assert page.complaints == []
    assert [
        output
        for output in browser.outputs(page)
        if output["output_type"] == "error"
        or output.get("name") == "stderr"
        and output["text"].strip()
    ] == []  # blanks are where a progress bar was, on a slow machine


def test_each_control_moves_picture_and_sentence(page, name):
    found = 0
    for explorer in browser.explorers(page):
        found += 1
        start = browser.seen(explorer)
        assert start[1] == start[2]
        assert_handles_speak(explorer)
        controls = browser.controls(explorer)
        assert len(controls) == explorer.locator("> *").count() - 3, (
            "beside Reset, the picture and the sentence all are controls"
        )
        for label, there, back in controls:
            assert browser.press(page, there), (label, "no new picture")
            moved = browser.seen(explorer)
            assert all(now != before for now, before in zip(moved, start)), label
            assert "cannot be drawn" not in moved[2]
            assert_handles_speak(explorer)
            assert browser.press(page, back), (label, "no picture on the way back")
            assert browser.seen(explorer) == start, label
        browser.press(page, there)
        assert browser.press(page, (explorer.get_by_role("button", name="Reset"), ["Space"])), (
            "Reset draws nothing"
        )
        assert browser.seen(explorer) == start
    assert found == explorers_of(NOTEBOOKS[name])
    assert_nothing_went_wrong(page)


def test_a_player_moves_its_slider_and_the_picture(page):
    for explorer in browser.explorers(page):
        for player in explorer.locator(".widget-play").all():
            row = player.locator("xpath=..")
            readout, start = row.locator(".widget-readout"), browser.seen(explorer)
            before = readout.inner_text()
            player.locator("button").first.press("Space")
            browser.wait_until(page, lambda: readout.inner_text() != before)
            player.locator("button").first.press("Space")  # pause, before it is round
            browser.settled(page)
            assert readout.inner_text() != before and browser.seen(explorer)[0] != start[0]
            assert browser.press(page, (explorer.get_by_role("button", name="Reset"), ["Space"]))
            browser.wait_until(page, lambda: browser.seen(explorer) == start, patience=20.0)
            assert browser.seen(explorer) == start
    assert_nothing_went_wrong(page)


def test_focus_is_visible(page):
    for explorer in browser.explorers(page):
        reset = explorer.get_by_role("button", name="Reset")
        before = None
        for label, control in [
            *((label, there[0]) for label, there, _ in browser.controls(explorer)),
            ("Reset", reset),
        ]:
            control.scroll_into_view_if_needed()
            box = control.bounding_box()
            around = {
                "x": box["x"] - 6,
                "y": box["y"] - 6,
                "width": box["width"] + 12,
                "height": box["height"] + 12,
            }
            page.evaluate("document.activeElement.blur()")
            without = page.screenshot(clip=around)
            page.keyboard.press(
                "Shift"
            )  # the style of a focus that is set after a key is that of one that came by Tab
            (before or control).focus()
            if before:
                for _ in range(
                    6
                ):  # a slider's number, or further buttons, lie between it and the next control
                    page.keyboard.press("Tab")
                    if control.evaluate("e => e === document.activeElement"):
                        break
            assert control.evaluate("e => e === document.activeElement"), (
                label,
                "is not reached by Tab",
            )
            assert page.screenshot(clip=around) != without, (label, "looks the same with the focus")
            before = control


def test_explorers_are_accessible(page):
    for explorer in browser.explorers(page):
        identity = explorer.get_attribute("id")
        assert browser.faults(page, {"include": [[f"#{identity}"]]}) == []


def test_texts_and_pictures_are_accessible(page, name):
    if name == WHOLE:
        assert browser.faults_of_notebook(page) == []


def test_saved_and_opened_without_its_kernel_it_shows_still_pictures(page, lab, name):
    """Last, since it ends the kernel."""
    if name != SAVED:
        return
    assert shown(page) == (0, explorers_of(NOTEBOOKS[name]), 0)
    browser.save_and_shut_down(page)
    with browser.opened(lab, name, run=False) as reopened:
        assert shown(reopened) == (explorers_of(NOTEBOOKS[name]), 0, 0)


def shown(page):
    """How many still pictures of explorers, live explorers, and messages in place of one can be
    seen."""
    seen = [set(), set(), set()]
    kinds = (".bpkit-still", ".bpkit-explorer", ".jupyter-widgets:has-text('Error displaying')")
    for _ in browser.screens(page):
        for found, kind in zip(seen, kinds):
            for one in page.locator(kind).all():
                if one.is_visible():
                    found.add(one.evaluate("e => e.closest('.jp-Cell').dataset.windowedListIndex"))
    return tuple(map(len, seen))
