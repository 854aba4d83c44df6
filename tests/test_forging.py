"""Nobody gets points without an answer, and nothing that a submission does stops its grading.

Each forgery of forgeries.py is graded as a submission of the real problem set, of which it keeps
the forged task and one that is right. The notebook goes through what a batch does with it, but for
nbgrader's own files.
"""

import copy
import functools
import sys

import nbformat
import pytest
from batches import ROOT, problem_set
from forgeries import FORGERIES, WITNESS
from nbgrader.utils import determine_grade

sys.path.insert(0, str(ROOT / "solutions"))
from grading import mend, run  # noqa: E402
from grading.judge import Judged, is_check  # noqa: E402
from grading.sandbox import sandbox_works  # noqa: E402

pytestmark = pytest.mark.slow
needs_sandbox = pytest.mark.skipif(
    not sandbox_works(), reason="bubblewrap is missing or does not work here"
)


@functools.lru_cache(maxsize=None)
def parts(name, tasks):
    """(a right submission, the release, {cell: source with hidden tests}) of these tasks of a
    problem set."""
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

    return of_the_tasks(good), of_the_tasks(release), {name_of(c): c for c in source.cells}


def name_of(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def graded(problem_set_name, tasks, cells, change=None, sandboxed=True, seconds=20.0):
    """({check: points}, {check: full points}, the graded notebook)"""
    good, release, sources = parts(problem_set_name, tuple(tasks))
    submission = copy.deepcopy(good)
    for cell in submission.cells:
        cell.source = cells.get(name_of(cell), cell.source)
    if change:
        change(submission)
    notebook, _ = mend.repaired(submission, release)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.locked:
            cell.source = sources[name_of(cell)].source
    judged = Judged(seconds=seconds, sandboxed=sandboxed, seed=2**70 + 5)
    notebook, _ = judged.preprocess(notebook, {})
    nbformat.writes(notebook).encode()  # what cannot be written to a file stops a batch
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
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_earns_nothing_and_takes_nothing_from_another_task(name, monkeypatch):
    monkeypatch.setattr(run, "IDLE", 2)
    forgery = FORGERIES[name]
    problem_set_name = forgery.task[:3]
    witness = WITNESS[problem_set_name]
    if forgery.task == witness:
        witness = {"ps1": "ps1-t1", "ps2": "ps2-t5", "ps5": "ps5-t4", "ps6": "ps6-t3"}[witness[:3]]
    tasks = (forgery.task.removesuffix("-choice"), witness)
    earned, full, notebook = graded(problem_set_name, tasks, forgery.cells, forgery.change)
    forged = {check for check in earned if check.startswith(f"{forgery.task}-check")}
    assert forged
    assert {check: earned[check] for check in forged} == dict.fromkeys(forged, 0)
    assert all(any(said(notebook, check)) for check in forged)
    honest = {check for check in earned if check.startswith(witness)}
    assert {check: earned[check] for check in honest} == {check: full[check] for check in honest}
    assert errors(notebook) == []
