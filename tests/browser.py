"""JupyterLab in headless Chromium, as the tests and the benchmark of the sliders use it.

Times are taken inside the page: from the key's event to the load event of the picture that follows
it.
"""

import contextlib
import copy
import functools
import http.server
import importlib.resources
import importlib.util
import itertools
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import nbformat
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NOT_HERE = "nothing is tested in a browser: Chromium or the package playwright is not installed"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ALONE = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
TOKEN = "tests"
WEB = os.environ.get("WEB")  # what make test-lite or make test-moving has made
READY = """async () => { const session = jupyterapp.shell.currentWidget.sessionContext;
await session.ready; await session.session.kernel.info; }"""
# Chromium may lose a promise that only the test waits for, where it takes minutes.
RUN_ALL = """window.ended = '';
window.running = jupyterapp.commands.execute('notebook:run-all-cells');
window.running.then(() => { ended = 'to its end'; }, error => { ended = String(error); });
void 0"""
FORGET = """
import ipywidgets
ipywidgets.Widget.close_all()
get_ipython().run_line_magic("reset", "-f")
import gc, sys
for module in list(sys.modules):
    if module.split(".")[0] == "bpkit":
        del sys.modules[module]
gc.collect()
del gc, module, sys
"""
# A session of JupyterLab is found by its path: that of the open notebook becomes that of the next.
PASS_ON = """async ([name, forget]) => {
    const panel = jupyterapp.shell.currentWidget, kernel = panel.sessionContext.session.kernel;
    const sessions = jupyterapp.serviceManager.sessions, model = panel.sessionContext.session.model;
    const done = await kernel.requestExecute({code: forget, store_history: false}).done;
    if (done.content.status !== 'ok') throw new Error(done.content.evalue);
    const path = panel.context.path.replace(/[^/]*$/, name), session = sessions.connectTo({model});
    panel.dispose();
    await session.setPath(path);
    session.dispose();
    await jupyterapp.commands.execute('docmanager:open', {path});
    return kernel.id; }"""
CLOCK = """
window.clock = {};
document.addEventListener('keydown', event => { clock = {key: event.timeStamp}; }, true);
document.addEventListener('load', event => {
    if (event.target.tagName !== 'IMG' || !clock.key) return;
    clock.first ??= performance.now();
    clock.last = performance.now();
}, true);
"""

STOCK = """\
%matplotlib inline
from IPython.display import display
from ipywidgets import interact
from bpkit import widgets

def with_interact(explorer):
    draw, explorer.draw = explorer.draw, lambda **values: ()
    def show(**values):
        for scene, sentence in draw(**values):
            pass
        scene.figure.set_dpi(100)
        display(scene.figure)
        print(sentence)
    interact(show, **explorer.controls)

widgets.Explorer._ipython_display_ = with_interact
"""


def of_the_web(test):
    """Marks a test of make test-lite or make test-moving: it needs what takes long to make."""
    return pytest.mark.web(
        pytest.mark.skipif(not WEB, reason="make test-lite or test-moving runs it")(test)
    )


def is_here():
    """Whether Chromium and Playwright are, which the tests in a browser need. Where CI=true they
    have to be."""
    here = bool(CHROMIUM and importlib.util.find_spec("playwright"))
    if not here and os.environ.get("CI") == "true":
        raise RuntimeError(NOT_HERE)
    return here


@contextlib.contextmanager
def laboratory(notebooks=()):
    """A JupyterLab on a copy of the project, as a new user would start it, and a browser for it.

    `notebooks` are (name, nbformat notebook) to add. The browser knows the address of a notebook as
    `browser.address`.
    """
    from playwright.sync_api import sync_playwright

    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root, home = pathlib.Path(folder, "project"), pathlib.Path(folder, "home")
        shutil.copytree(
            ROOT,
            root,
            ignore=shutil.ignore_patterns(
                ".git", ".venv*", "build", "graded", "__pycache__", ".pytest_cache", ".release-*"
            ),
        )
        home.mkdir()
        for name, notebook in notebooks:
            nbformat.write(notebook, root / "notebooks" / name)
        command = [
            sys.executable,
            "-m",
            "jupyter",
            "lab",
            "--config=notebooks/jupyter_lab/config.py",
            "--no-browser",
            f"--port={port}",
            "--expose-app-in-browser",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
        ]
        with open(pathlib.Path(folder, "log"), "w+") as log:
            lab = subprocess.Popen(
                command,
                cwd=root,
                env={**os.environ, "HOME": str(home)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                _wait_for(lab, log, port)
                with sync_playwright() as play:
                    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                    browser.address = (
                        f"http://127.0.0.1:{port}/lab/tree/notebooks/{{}}?token={TOKEN}&reset"
                    )
                    yield browser
                    browser.close()
            finally:
                lab.terminate()
                lab.wait()


@contextlib.contextmanager
def tab(folder):
    """The course of `make lite` in this folder, served, and a browser for it.

    No name of another machine is found in it.
    """
    from playwright.sync_api import sync_playwright

    with served(folder) as (address, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        browser.address = f"{address}lab/index.html?path=notebooks/{{}}"
        yield browser
        browser.close()


@contextlib.contextmanager
def served(folder):
    """(the address of a folder, a function that ends its server)"""

    def cut_off():
        server.shutdown()
        server.server_close()

    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # a page that is closed hangs up
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", cut_off
    finally:
        cut_off()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def free_port():
    """A port that nobody listens at now, so that several test runs go side by side."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(lab, log, port):
    for _ in range(2400):
        if lab.poll() is not None:
            log.seek(0)
            raise RuntimeError("JupyterLab stopped: " + log.read()[-800:])
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token={TOKEN}")
        time.sleep(0.25)
    raise RuntimeError("JupyterLab did not answer within ten minutes")


@contextlib.contextmanager
def opened(browser, name, run=True, kernel=True):
    """The page of notebooks/NAME after all its cells have run, or with its stored outputs; without
    `kernel`, as soon as its cells are there.

    page.complaints collects what its console reports as errors, page.asked the addresses that it
    asks for, page.walks counts how often its explorers were walked through.
    """
    page = browser.new_page()
    page.set_viewport_size({"width": 1280, "height": 1300})
    page.complaints, page.asked, page.walks = [], [], 0
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.add_init_script(CLOCK)
    page.goto(browser.address.format(name))
    _until_open(page, name, kernel)
    if run:
        run_all(page, name)
    try:
        yield page
    finally:
        page.close()


def run_all(page, name):
    """Run all cells of the open notebook to their end."""
    page.evaluate(RUN_ALL)
    page.wait_for_function("window.ended", polling=250, timeout=1_800_000)
    assert page.evaluate("window.ended") == "to its end", f"{name} was not run"
    _until_calm(page, name)
    counts = page.evaluate(
        """jupyterapp.shell.currentWidget.content.model.toJSON().cells
        .filter(cell => cell.cell_type === 'code').map(cell => cell.execution_count)"""
    )
    assert all(counts), f"{name} has cells that were not run"


def pass_on(page, name):
    """Open another notebook of the same folder in the page instead of the one that is open. It gets
    the kernel of that one, in which all names are forgotten, the widgets are closed, and bpkit is
    not yet imported: a kernel in a browser tab takes as long to start as most notebooks to run."""
    left = page.evaluate(PASS_ON, [name, FORGET])
    _until_open(page, name)
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
    assert page.evaluate(kernel) == left, "it has started a kernel of its own"


def go_on(page, name):
    """Open and run another notebook of the same folder in the page instead of the one that is open,
    whose kernel ends; JupyterLab itself takes longer to start than a notebook."""
    page.evaluate(
        """async name => { const panel = jupyterapp.shell.currentWidget;
        const path = panel.context.path.replace(/[^/]*$/, name);
        await panel.sessionContext.shutdown();
        panel.dispose();
        await jupyterapp.commands.execute('docmanager:open', {path}); }""",
        name,
    )
    _until_open(page, name)
    run_all(page, name)


def _until_open(page, name, kernel=True):
    """Wait for the notebook's cells, and for its kernel."""
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=900_000)
    page.evaluate("jupyterapp.shell.currentWidget.context.ready.then(() => true)")
    if kernel:
        page.evaluate(READY)  # a kernel that is not ready yet loses what it is told to run
        _until_calm(page, name)


def write(page, sources):
    """Put these texts into cells of the open notebook, each by its id."""
    page.evaluate(
        """sources => { for (const cell of jupyterapp.shell.currentWidget.content.model.cells)
        if (cell.id in sources) cell.sharedModel.setSource(sources[cell.id]); }""",
        sources,
    )


def save_and_shut_down(page):
    """Save the open notebook and end its kernel."""
    page.evaluate(
        """async () => { const panel = jupyterapp.shell.currentWidget;
        await panel.context.save(); await panel.sessionContext.shutdown(); }"""
    )


def _until_calm(page, name):
    """Wait until the kernel has been idle, with nothing left to run, for a second."""
    calm, limit = 0, time.monotonic() + 1800
    while calm < 4:
        assert time.monotonic() < limit, f"{name} has not run to its end within half an hour"
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").count() > 0
        calm = (
            calm + 1 if idle and not page.locator(".jp-InputPrompt:has-text('[*]')").count() else 0
        )
        page.wait_for_timeout(250)


def cells(page):
    """The cells of the open notebook, those out of sight too, as nbformat has them."""
    return page.evaluate("jupyterapp.shell.currentWidget.content.model.toJSON().cells")


def outputs(page):
    """All outputs of the open notebook."""
    return [output for cell in cells(page) for output in cell.get("outputs", [])]


def screens(page):
    """Scroll through the open notebook, from its top to its end; JupyterLab keeps in the page only
    what is near."""
    scroller = page.locator(".jp-WindowedPanel-outer").first
    scroller.evaluate("e => e.scrollTo(0, 0)")
    while True:
        page.wait_for_timeout(300)
        yield
        if scroller.evaluate("e => e.scrollTop + e.clientHeight >= e.scrollHeight - 2"):
            return
        scroller.evaluate("e => e.scrollBy(0, 900)")


def explorers(page):
    """The explorers of the open notebook one after the other, each scrolled into view; those of
    `interact` too. JupyterLab may keep a cell that is out of sight in the page, and hide it."""
    page.walks += 1
    number = itertools.count(1)
    for _ in screens(page):
        new = page.locator(
            ", ".join(
                f".jp-Cell:visible {kind}:not([data-walk='{page.walks}'])"
                for kind in (".bpkit-explorer", ".widget-interact")
            )
        )
        while new.count():
            identity = f"explorer-{page.walks}-{next(number)}"
            new.first.evaluate(
                "(e, [walk, id]) => { e.dataset.walk = walk; e.id = id; }", [page.walks, identity]
            )
            explorer = page.locator(f"#{identity}")
            explorer.scroll_into_view_if_needed()
            page.wait_for_timeout(300)
            yield explorer


def faults(page, context, **options):
    """What axe-core finds in a part of the page, as text: each rule with the beginning of the
    element.

    context and options are those of axe.run, such as {"include": [[".bpkit-explorer"]]}.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(
            importlib.resources.files("axe_playwright_python")
            .joinpath("axe.min.js")
            .read_text(encoding="utf-8")
        )
    return page.evaluate(
        """async ([context, options]) => (await axe.run(context, options)).violations.flatMap(
        rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`))""",
        [context, {"resultTypes": ["violations"], "preload": False, **options}],
    )


def faults_of_notebook(page):
    """What axe-core finds in the texts, outputs and explorers of the open notebook; JupyterLab's
    own frame is left out."""
    ours = {"include": [[".jp-RenderedMarkdown"], [".jp-OutputArea-output"]]}
    return sorted({fault for _ in screens(page) for fault in faults(page, ours)})


def seen(explorer):
    """What a learner sees, and what a screen reader reads."""
    picture = explorer.locator("img")
    return (
        picture.get_attribute("src"),
        picture.get_attribute("alt"),
        explorer.locator("[role=status]").inner_text(),
    )


def controls(explorer, only_sliders=False):
    """(name, there, back) of each control of an explorer: two moves, each the place of the focus
    and the keys to press there."""
    found = []
    kinds = ".widget-slider" if only_sliders else ".widget-slider, .widget-toggle-buttons"
    for control in explorer.locator(kinds).all():
        buttons, handle = control.locator(".widget-toggle-button"), control.locator(".noUi-handle")
        if buttons.count():
            active = buttons.evaluate_all(
                "all => all.findIndex(e => e.classList.contains('mod-active'))"
            )
            moves = [
                (buttons.nth(number), ["Space"])
                for number in ((active + 1) % buttons.count(), active)
            ]
        else:
            at_end = handle.first.evaluate(
                "e => e.getAttribute('aria-valuenow') === e.getAttribute('aria-valuemax')"
            )
            moves = [(handle.first, [key]) for key in ("ArrowRight", "ArrowLeft")][
                :: -1 if at_end else 1
            ]
        found.append((control.locator(".widget-label").first.inner_text(), *moves))
    return found


def press(page, move, patience=120.0):
    """Make a move; (milliseconds from its last key to the first new picture, and to the last one),
    or None if no picture came."""
    place, keys = move
    place.focus()
    for key in keys[:-1]:
        page.keyboard.press(key)
    page.evaluate("clock = {}")
    page.keyboard.press(keys[-1])
    limit, last = time.monotonic() + patience, None
    while time.monotonic() < limit:
        page.wait_for_timeout(80)
        now = page.evaluate(
            "({...clock, status: "
            "jupyterapp.shell.currentWidget.sessionContext.session.kernel.status})"
        )
        if now.get("last") and now["last"] == last and now["status"] == "idle":
            return now["first"] - now["key"], now["last"] - now["key"]
        last = now.get("last")
    return None


def wait_until(page, happened, patience=120.0):
    limit = time.monotonic() + patience
    while not happened() and time.monotonic() < limit:
        page.wait_for_timeout(40)


def settled(page, patience=120.0):
    """Wait until the kernel has nothing to do any more."""
    limit, idle = time.monotonic() + patience, 0
    while idle < 5 and time.monotonic() < limit:
        page.wait_for_timeout(80)
        status = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
        idle = idle + 1 if page.evaluate(status) == "idle" else 0


def waits(page, there, back, presses):
    """Milliseconds to the first new picture of so many presses, there and back."""
    found = [press(page, (there, back)[n % 2]) for n in range(presses)]
    assert None not in found, "a key was pressed and no picture came"
    return [first for first, _ in found]


def with_stock_interact(notebook):
    """The same notebook, where each explorer is shown as `interact` with Matplotlib's inline
    pictures shows it."""
    notebook = copy.deepcopy(notebook)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(STOCK))
    return notebook
