"""What a learner waits for, each beside another way of doing the same, in one run: ratios and their
bars.

python tests/benchmarks/waiting.py     as make bench does; exits 1 if a ratio falls short of its bar
"""

import contextlib
import copy
import io
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from nbclient import NotebookClient

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "solutions"))
import browser
import compare
import nbformat
import numpy as np
from answers import RIGHT
from batches import problem_set
from broken_submissions import write
from grading.batch import grade
from test_browser import NOTEBOOKS
from test_same_as_loops import big_network, loop_over_parameters, surface_case

from bpkit import Network, backward, datasets, diagnosis, forward, gradient_check, train

PRESSES, STOCK_PRESSES = 20, 6
LITE = browser.ROOT / "build" / "lite"
RUN_ALL = "jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)"
FIRST_NUMBER = """async () => { const panel = jupyterapp.shell.currentWidget;
await jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
jupyterapp.commands.execute('notebook:run-all-cells');
while (![...panel.content.model.cells].some(cell => cell.outputs?.length))
await new Promise(resolve => setTimeout(resolve, 50)); }"""


def seconds(function, rounds=1):
    """The median of so many rounds, after one that warms up if there are several."""
    times = []
    for _ in range(rounds + (rounds > 1)):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return statistics.median(times[rounds > 1 :])


def surfaces():
    for axes in ("two weights", "two directions"):
        at_once, by_loop = surface_case(axes)
        ratio = seconds(at_once, 15) / seconds(by_loop)
        yield f"a surface over {axes} / a loop of forward phases", ratio, 1 / 100


def gradient_checks():
    net, weights, X, y = big_network()
    gradients = backward(net, weights, forward(net, weights, X), y)
    looped = seconds(lambda: loop_over_parameters(net, weights, X, y))
    for nudge, bar in (("weights", 1 / 10), ("nodes", 1 / 250)):
        ours = seconds(lambda: gradient_check(net, weights, X, y, gradients, nudge=nudge), 7)
        yield f"gradient_check, {nudge} nudged / a loop over parameters", ours / looped, bar
    try:
        import torch
    except ImportError:
        return
    inputs, targets = torch.tensor(X), torch.tensor(y)
    variables = [torch.tensor(w, requires_grad=True) for w in weights]

    def E(*weights):
        o = inputs
        for k, w in enumerate(weights, start=1):
            a = o @ w[1:] + w[0]
            o = torch.sigmoid(a) if k < net.m else a
        return ((o - targets) ** 2).sum() / (2 * len(X))

    ours = seconds(lambda: gradient_check(net, weights, X, y), 7)
    theirs = seconds(lambda: torch.autograd.gradcheck(E, variables))
    yield "gradient_check / torch.autograd.gradcheck", ours / theirs, 1 / 25


def run_python(*command):
    subprocess.run([sys.executable, *command], capture_output=True, check=True)


def starting():
    """An import beside that of NumPy, and the check before a class beside that of Matplotlib."""

    numpy = seconds(lambda: run_python("-c", "import numpy"), 5)
    bpkit = seconds(lambda: run_python("-c", "import bpkit"), 5)
    yield "import bpkit / import numpy", bpkit / numpy, 2
    pyplot = seconds(lambda: run_python("-c", "import matplotlib.pyplot"), 5)
    check = seconds(lambda: run_python(str(browser.ROOT / "notebooks" / "check.py")), 3)
    yield "check.py / import matplotlib.pyplot", check / pyplot, 15


def verdicts():
    """On a right answer, on a typo, and on numbers that no two mistakes explain."""
    right = next(function for task, _, function in RIGHT if task == "backward")

    def typo(net, weights, X, y):
        return missing_name  # noqa: F821

    def unexplained(net, weights, X, y):
        random = np.random.RandomState(1)
        return [g * random.uniform(0.5, 2, g.shape) for g in right(net, weights, X, y)]

    numpy = seconds(lambda: run_python("-c", "import numpy"), 5)
    cold = seconds(lambda: diagnosis.diagnose("backward", unexplained, seed=7))
    yield "first verdict on what nothing explains / import numpy", cold / numpy, 10
    diagnosis.diagnose("backward", right)
    ratio = seconds(lambda: diagnosis.diagnose("backward", typo), 5) / seconds(
        lambda: diagnosis.diagnose("backward", right), 5
    )
    yield "verdict on a NameError / on a right answer", ratio, 3


def training():
    """A run of the reference example beside the same steps with arrays of all pairs and weights."""
    (X, y), net = datasets.reference(), Network((3, 3, 1))
    weights, iterations = net.initial_weights(1), 5000
    ours = seconds(lambda: train(net, weights, X, y, alpha=0.1, iterations=iterations), 7)
    step = compare.per_pair(net.sizes, weights, X, y, threads=1)["step"]
    theirs = seconds(lambda: [step() for _ in range(iterations)], 7)
    yield "training of the reference example / per pair", ours / theirs, 1 / 3


def grading():
    """Three submissions, graded and with their feedback, beside running them alone."""
    good, _ = problem_set("ps3")
    name = "ps3_the_algorithm"
    with tempfile.TemporaryDirectory() as folder:
        submissions = pathlib.Path(folder, "submissions")
        for student in ("one", "two", "three"):
            write(good, submissions / f"{student}.ipynb")
        with contextlib.redirect_stdout(io.StringIO()):
            graded = seconds(
                lambda: grade(
                    browser.ROOT / "solutions" / name, submissions, pathlib.Path(folder, "out")
                )
            )
    alone = seconds(lambda: NotebookClient(copy.deepcopy(good), kernel_name="python3").execute(), 3)
    yield "grading three submissions / running one", graded / alone, 10


def sliders():
    """From key press to changed picture, beside stock `interact` with inline Matplotlib."""
    stock_notebooks = [
        ("stock_" + name, browser.with_stock_interact(notebook))
        for name, notebook in NOTEBOOKS.items()
    ]
    with browser.laboratory(stock_notebooks) as lab:
        for name in NOTEBOOKS:
            stock = {}
            with browser.opened(lab, "stock_" + name) as beside:
                for place, there, back in all_sliders(beside):
                    stock[place] = statistics.median(
                        browser.waits(beside, there, back, STOCK_PRESSES)
                    )
            with browser.opened(lab, name) as page:
                for place, there, back in all_sliders(page):
                    waits = browser.waits(page, there, back, PRESSES)
                    ratio = statistics.median(waits) / stock[place]
                    yield f"{name}, {place[1]} / interact", ratio, 0.5


def browser_tab():
    """The course as `make lite` makes it: a first and a second visit, in seconds, with bars for an
    idle machine; its sliders; and all its cells beside the same in a kernel of this machine."""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        browser.served(LITE) as (address, _),
    ):
        for visit, bar in (("first", 20), ("second", 8)):
            with sync_playwright() as play:
                chromium = play.chromium.launch_persistent_context(
                    profile, executable_path=browser.CHROMIUM, args=browser.ALONE
                )
                yield f"{visit} visit: seconds to the first number", visited(chromium, address), bar
                chromium.pages[-1].wait_for_timeout(30_000)  # all is kept by then
                chromium.close()
    with browser.tab(LITE) as chromium:
        waits, here, native = [], 0, 0
        for path in sorted((browser.ROOT / "notebooks").glob("*.ipynb")):
            with browser.opened(chromium, path.name, run=False) as page:
                here += seconds(lambda: page.evaluate(RUN_ALL))
                for _, there, back in all_sliders(page):
                    waits += browser.waits(page, there, back, STOCK_PRESSES)
            notebook = NotebookClient(
                nbformat.read(path, as_version=4), resources={"metadata": {"path": path.parent}}
            )
            with notebook.setup_kernel():
                native += seconds(lambda: run_cells(notebook))
    yield "a slider in a browser tab, milliseconds", statistics.median(waits), 250
    yield "all cells in a browser tab / in JupyterLab", here / native, 5


def visited(chromium, address):
    """Seconds from opening a notebook to the first number that a cell of it prints."""
    page, began = chromium.new_page(), time.perf_counter()
    page.goto(f"{address}lab/index.html?path=notebooks/05_reference_example.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=900_000)
    page.evaluate(browser.READY)
    page.evaluate(FIRST_NUMBER)
    return time.perf_counter() - began


def run_cells(client):
    for number, cell in enumerate(client.nb.cells):
        client.execute_cell(cell, number)


def all_sliders(page):
    for number, explorer in enumerate(browser.explorers(page)):
        for label, there, back in browser.controls(explorer, only_sliders=True):
            yield (number, label), there, back


def main():
    parts = [surfaces, gradient_checks, training, starting, verdicts, grading]
    if browser.is_here():
        parts.append(sliders)
        if LITE.exists():
            parts.append(browser_tab)
        else:
            print("Left out: the course in a browser tab, which make lite makes.")
    else:
        print(f"Left out: {browser.NOT_HERE}.")
    short = sum(compare.print_figures(part()) for part in parts)
    sys.exit(short > 0)


if __name__ == "__main__":
    main()
