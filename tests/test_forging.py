"""Nobody gets points without an answer, and nothing that a submission does stops its grading.

Each forgery of forgeries.py is graded as a submission of the real problem set, of which it keeps
the forged task and one that is right. The notebook goes through what a batch does with each, but
for the gradebook. `make test` takes a part of them, `make proof-forging` all.
"""

import contextlib
import copy
import functools
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import nbformat
import numpy as np
import pytest
from batches import ROOT, problem_set
from bpkit import Network, Trace, diagnosis
from bpkit.diagnosis import calls
from bpkit.diagnosis.calls import solved
from bpkit.diagnosis.tasks import TASKS
from endless import ENDLESS
from forgeries import FORGERIES, WITNESS
from nbgrader.utils import determine_grade

sys.path.insert(0, str(ROOT / "solutions"))
from grading.judging import run  # noqa: E402
from grading.batch import Job, judge_one  # noqa: E402
from grading.judging.judge import is_check  # noqa: E402
from grading.judging.sandbox import sandbox_works  # noqa: E402
from grading.judging.steps import cleaned  # noqa: E402
from grading.judging.values import named  # noqa: E402

pytestmark = pytest.mark.slow
WHOLE = "WHOLE" in os.environ
needs_sandbox = pytest.mark.skipif(
    not sandbox_works(), reason="bubblewrap is missing or does not work here"
)


@functools.lru_cache(maxsize=None)
def parts(name, tasks):
    """(a right submission, the release, the source with answers and hidden tests) of these tasks of
    a problem set; the source has all."""
    (path,) = (ROOT / "solutions").glob(f"{name}*/*.ipynb")
    good, release = problem_set(name)
    source = nbformat.read(path, as_version=4)

    def of_the_tasks(notebook):
        notebook = copy.deepcopy(notebook)
        notebook.cells = [
            cell
            for cell in notebook.cells
            if cell.cell_type == "code"
            and name_of(cell).startswith(
                (*(f"{task}-" for task in tasks), f"{name}-course", f"{name}-setup")
            )
        ]
        return notebook

    return of_the_tasks(good), of_the_tasks(release), source


def name_of(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def graded(problem_set_name, tasks, cells, change=None, sandboxed=True, seconds=20.0):
    """({check: points}, {check: full points}, the graded notebook)"""
    good, release, source = parts(problem_set_name, tuple(tasks))
    submission = copy.deepcopy(good)
    for cell in submission.cells:
        cell.source = cells.get(name_of(cell), cell.source)
    if change:
        change(submission)
    settings = {"seconds": seconds, "memory": 2048, "seed": 2**70 + 5, "sandboxed": sandboxed}
    made = judge_one(Job(submission, release, source, settings))
    assert not made.failed, made.remarks
    notebook = made.notebook
    nbformat.writes(cleaned(notebook)).encode()  # what cannot be written stops a batch
    checks = [cell for cell in notebook.cells if is_check(cell)]
    return (
        {name_of(cell): determine_grade(cell)[0] for cell in checks},
        {name_of(cell): cell.metadata.nbgrader.points for cell in checks},
        notebook,
    )


def said(notebook, check):
    """What is said of an answer: the texts of its check."""
    (cell,) = (cell for cell in notebook.cells if name_of(cell) == check)
    return [
        output.get("evalue") or output.get("text") or output.data.get("text/plain", "")
        for output in cell.outputs
    ]


def errors(notebook):
    """The names of errors in checks, this program's own apart."""
    return [
        output.ename
        for cell in notebook.cells
        if is_check(cell)
        for output in cell.outputs
        if output.output_type == "error" and output.ename != "NotRun"
    ]


@needs_sandbox
@pytest.mark.parametrize("name", list(FORGERIES)[:: 1 if WHOLE else 10])
def test_a_forgery_earns_nothing_and_takes_nothing_from_another_task(name, monkeypatch):
    monkeypatch.setattr(run, "IDLE", 2)
    forgery = FORGERIES[name]
    problem_set_name = forgery.task[:3]
    witness = WITNESS[problem_set_name]
    if forgery.task == witness:
        witness = {"ps1": "ps1-t1", "ps2": "ps2-t5", "ps5": "ps5-t4", "ps6": "ps6-t3"}[witness[:3]]
    tasks = (forgery.task.removesuffix("-choice"), witness)
    earned, full, notebook = graded(
        problem_set_name, tasks, forgery.cells, forgery.change, seconds=6.0
    )
    forged = {check for check in earned if check.startswith(f"{forgery.task}-check")}
    assert forged
    assert {check: earned[check] for check in forged} == dict.fromkeys(forged, 0)
    assert all(any(said(notebook, check)) for check in forged)
    honest = {check for check in earned if check.startswith(witness)}
    if not forgery.spoils:
        assert {check: earned[check] for check in honest} == {
            check: full[check] for check in honest
        }
    assert errors(notebook) == []


# --------------------------------------------------------------------------------------- time


@needs_sandbox
@pytest.mark.parametrize("name", list(ENDLESS)[:: 1 if WHOLE else 7])
def test_what_never_ends_costs_only_its_own_points(name, monkeypatch):
    monkeypatch.setattr(run, "IDLE", 2)
    monkeypatch.setattr(calls, "LIMIT", 1.0)
    task, cells = ENDLESS[name].task, ENDLESS[name].cells
    witness = WITNESS[task[:3]]
    earned, full, notebook = graded(task[:3], (task, witness), cells, seconds=3.0)
    assert earned[f"{task}-check"] == 0
    assert ENDLESS[name].spoils or earned[f"{witness}-check"] == full[f"{witness}-check"]
    assert any(
        "stopped" in text or "not defined" in text for text in said(notebook, f"{task}-check")
    )
    assert errors(notebook) == []


IN_THE_BACKGROUND = """
import threading
def compute():
    while True: pass
threading.Thread(target=compute, daemon=True).start()
"""
SLOW = "import time\nbegan = time.process_time()\nwhile time.process_time() - began < 0.1: pass\n"


def a_class():
    """Twelve submissions, by name: what is in the cell of their first answer."""
    right = parts("ps3", ("ps3-t1", "ps3-t3"))[0]
    answer = next(cell.source for cell in right.cells if name_of(cell) == "ps3-t1-answer")
    starts = ("", "# mine\n", IN_THE_BACKGROUND, SLOW, "import time\ntime.sleep(0.6)\n")
    made = {f"right {number}": start + answer for number, start in enumerate(starts)}
    made["stops"] = answer.replace("return result", "return result + foo")
    made["slow, in each call"] = answer.replace(
        "    result = ...", "    " + SLOW.replace("\n", "\n    ")
    )
    made["sum"] = "def slopes_together(pairs): return pairs.sum(axis=0)"
    made["empty"] = ""
    made["endless"] = ENDLESS["a loop in a function"].cells["ps3-t1-answer"]
    made["gone"] = "import os\nos._exit(1)"
    made["asleep"] = ENDLESS["sleep for ever, in a function"].cells["ps3-t1-answer"]
    return made


def points_of(source):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "IDLE", 2)
        patch.setattr(calls, "LIMIT", 1.0)
        return graded("ps3", ("ps3-t1", "ps3-t3"), {"ps3-t1-answer": source}, seconds=5.0)[0]


@contextlib.contextmanager
def busy_loops(count):
    """So many programs beside the test that compute all the time."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


@needs_sandbox
@pytest.mark.skipif(not WHOLE, reason="a part of make proof-forging")
def test_points_are_the_same_on_a_busy_machine_and_with_1_2_and_8_workers():
    made, found = a_class(), []
    assert len(made) == 12
    for workers, beside in ((1, 0), (2, 4), (8, 0)):
        with busy_loops(beside), ProcessPoolExecutor(workers) as pool:
            found.append(dict(zip(made, pool.map(points_of, made.values()))))
    assert found[0] == found[1] == found[2]
    earned = {name: points["ps3-t1-check"] for name, points in found[0].items()}
    nothing = ("stops", "empty", "endless", "gone", "asleep")
    assert earned == {
        name: 0.0 if name in nothing else 1.5 if name == "sum" else 3.0 for name in made
    }
    assert {points["ps3-t3-check"] for points in found[0].values()} == {3.0}


# ----------------------------------------------------------------------------- whatever comes back

ODD = [
    *(np.nan, np.inf, True, 2**900, "a", {1: 2}, [], [[]], [[1.0], [1.0, 2.0]], ..., [...], None),
    *([None, 1.0], 1j, np.full((4, 3), complex(np.nan, 1)), np.zeros(()), np.float16(6e4)),
    *(np.array([True, False]), np.zeros((0, 3)), np.full((300, 300), 1e308), ["a", 2.0]),
    *(np.array([None, "x"]), Network((2, 2)), Trace(1, 2, 3, 4, 5), named("Foo")(), [named("x")()]),
    (Network((2, 2)), named("weights")(), [[1, 2], [3]], {}),
    (Network((2, 2)), [np.zeros((3, 2))], np.zeros((1, 2)), np.full((1, 2), np.nan)),
]
FILL = [np.nan, np.inf, 1e308, 1e-320, complex(np.inf, np.nan), -0.0, np.float16(6e4), np.uint64(3)]
OF_A_KIND = ("combined gradient", "backward", "starting weights", "case that hides nothing")
OF_A_KIND += ("gradient checker", "reverse mode", "sigmoid", "a_1^1")


@pytest.mark.parametrize("task", OF_A_KIND)
def test_whatever_comes_back_the_judge_says_a_sentence_and_gives_nothing(task):
    values = [lambda *given, odd=odd: odd for odd in ODD] + [lambda *given: iter([named("x")()])]
    if task in TASKS:
        shapes = [np.shape(array) for array in solved(TASKS[task], (), 7)[0][0].arrays]
        values += [
            lambda *given, fill=fill: [np.full(shape, fill) for shape in shapes] for fill in FILL
        ]
    for value in values:
        verdicts = []
        answer = value if task in TASKS else value()
        assert diagnosis.grade(task, answer, 3, seed=7, show=verdicts.append) == 0
        assert len(verdicts[0]["text/plain"]) > 40


# ---------------------------------------------------------------------------------- other machines


@pytest.mark.parametrize("forks", (True, False))
def test_without_a_sandbox_and_without_forks_the_points_are_the_same(forks, monkeypatch):
    """As on macOS, and as on Windows."""
    monkeypatch.setattr(run, "FORKS", forks)
    earned, full, _ = graded("ps3", ("ps3-t1", "ps3-t3", "ps3-t4"), {}, sandboxed=False)
    assert earned == full
    forgery = FORGERIES["the inside of bpkit's check of a gradient, _slopes_of_weights"]
    earned, full, _ = graded("ps3", ("ps3-t3", "ps3-t4"), forgery.cells, sandboxed=False)
    assert earned == {"ps3-t3-check": 3, "ps3-t4-check": 0}
    forgery = FORGERIES["process: exits the process"]
    earned, full, _ = graded("ps3", ("ps3-t1", "ps3-t3"), forgery.cells, sandboxed=False)
    assert earned == {"ps3-t1-check": 0, "ps3-t3-check": 3}
