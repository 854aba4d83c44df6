"""Whole batches on the real problem sets: every mistake loses points and is named in the feedback,
and broken submissions stop nobody."""

import sys

import nbformat
import pytest
from answers import WRONG

from batches import ROOT, functions_asked_for, problem_set, wrong_submissions
from broken_submissions import BROKEN, write

sys.path.insert(0, str(ROOT / "solutions"))
from grading.batch import grade  # noqa: E402
from grading.course import problem_sets  # noqa: E402
from grading.reporting.summary import summary, verdicts_in  # noqa: E402

pytestmark = pytest.mark.slow
NAMES = [path.name for path in problem_sets(ROOT / "solutions")]
BREAK = ["os._exit", "eats memory", "tests changed", "empty file"]  # all ways are in test_grading


def graded(name, submissions, folder):
    """{student: (row of the table, autograded notebook or None)}"""
    for student, notebook in submissions.items():
        write(notebook, folder / "submissions" / f"{student}.ipynb")
    rows = grade(ROOT / "solutions" / name, folder / "submissions", folder / "graded", seconds=600)
    found = {}
    for row in rows:
        path = folder / "graded" / "autograded" / row["student"] / name / f"{name}.ipynb"
        found[row["student"]] = row, nbformat.read(path, as_version=4) if path.exists() else None
    return found


def verdict_of(notebook, cell_id):
    """What was said in one graded cell: its status, mistakes and points."""
    (cell,) = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == cell_id
    ]
    (verdict,) = verdicts_in(nbformat.v4.new_notebook(cells=[cell]))
    return verdict


@pytest.fixture(scope="module", params=NAMES)
def class_of(request, tmp_path_factory):
    """A batch of one problem set: a right submission, the untouched release, a broken one, and one
    with a mistake in each task.

    That every mistake is named, on these hidden networks too, is tested in test_diagnosis.
    """
    name, folder = request.param, tmp_path_factory.mktemp("batch")
    good, release = problem_set(name)
    wrong = wrong_submissions(good)[:1]
    broken, lost = BROKEN["syntax error"](good, task=-1)
    submissions = {
        "good": good,
        "untouched": release,
        "broken": BROKEN["nbgrader metadata missing"](broken)[0],
        **{f"wrong{number}": notebook for number, (notebook, _) in enumerate(wrong)},
    }
    return name, folder, good, wrong, lost, graded(name, submissions, folder)


def full_points(notebook):
    return {
        cell.id: cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.nbgrader.grade and cell.cell_type == "code"
    }


def test_the_solution_gets_full_marks_and_the_untouched_release_none(class_of):
    name, _, good, _, _, results = class_of
    full = full_points(good)
    assert {cell: results["good"][0]["tasks"][cell] for cell in full} == full
    assert results["untouched"][0]["total"] == 0


def test_a_broken_submission_keeps_what_it_earned_in_the_other_tasks(class_of):
    _, _, good, _, lost, results = class_of
    earned = results["broken"][0]["tasks"]
    for cell, most in full_points(good).items():
        assert earned[cell] == (0 if cell in lost else most), cell


def test_each_mistake_loses_points_and_is_named_in_the_feedback(class_of):
    name, folder, good, wrong, _, results = class_of
    full = full_points(good)
    for number, (_, mistakes) in enumerate(wrong):
        row, notebook = results[f"wrong{number}"]
        feedback = (
            folder / "graded" / "feedback" / f"wrong{number}" / name / f"{name}.html"
        ).read_text(encoding="utf-8")
        for cell in full:
            if cell in mistakes:
                said = verdict_of(notebook, cell)
                assert said["status"] == "named" and mistakes[cell] in said["mistakes"], (
                    cell,
                    mistakes[cell],
                    said,
                )
                assert row["tasks"][cell] == said["points"] < full[cell]
            else:
                assert row["tasks"][cell] == full[cell], "another task"
        assert "Read: notebook" in feedback


def test_the_summary_of_a_class_counts_its_mistakes(class_of, capsys):
    name, folder, _, wrong, _, _ = class_of
    counted = summary(name, folder / "graded")
    made = {number for _, mistakes in wrong for number in mistakes.values()}
    assert made <= set(counted)
    assert (folder / "graded" / f"mistakes_{name}.png").stat().st_size > 5000
    assert all(number in capsys.readouterr().out for number in list(made)[:1])


def test_every_wrong_answer_belongs_to_a_problem_set():
    asked = {task for name in NAMES for task in functions_asked_for(problem_set(name)[0])}
    assert {task for _, task, _ in WRONG if not task.startswith("slope of")} <= asked


def test_a_class_with_broken_submissions_is_graded_completely_and_they_twice_the_same(tmp_path):
    good, _ = problem_set("ps3")
    name, wrong = "ps3_the_algorithm", wrong_submissions(good)
    submissions, lost = {"good": good, "wrong": wrong[0][0]}, {}
    for way in BREAK:
        submissions[way], lost[way] = BROKEN[way](good, task=-1)
        submissions[f"{way} again"] = submissions[way]
    results = graded(name, submissions, tmp_path)
    full = full_points(good)
    assert set(results) == set(submissions)
    for way, cells in lost.items():
        row, _ = results[way]
        assert {cell: row["tasks"][cell] for cell in full} == {
            cell: 0 if cells is None or cell in cells else full[cell] for cell in full
        }, way
        assert row["remarks"], way
        assert results[f"{way} again"][0]["tasks"] == row["tasks"], way
    table = (tmp_path / "graded" / f"grades_{name}.csv").read_text(encoding="utf-8").splitlines()
    assert len(table) == 1 + len(submissions)
