"""A batch of submissions, judged side by side. No submission stops the others.

Whoever judges (judge_one) gets a file and gives back a graded notebook, and needs nothing else of
this machine: it can be another one (workers.py). The gradebook is written here alone.
"""

import copy
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbgrader import utils
from nbgrader.utils import is_locked

from .course import course_directory, prepare_process, problem_sets
from .reporting.feedback import write_feedback
from .finding.find import find_submissions
from .finding.found import keep_found, read_found
from .finding.late import keep_rule
from .gradebook import (
    enter_graded,
    enter_persons,
    enter_problem_set,
    give_nothing,
    read_grades,
)
from .judging.graded import Graded
from .judging.judge import prepare_libraries, said_by
from .reporting.marks import open_gradebook
from .mending.mend import Unreadable, mended, read_submission
from .persons import take_over
from .reporting.pack import remember_names
from .mending.remarks import cell_names
from .judging.sandbox import sandbox_works
from .judging.seed import seed_of
from .judging.steps import cleaned, judged
from .reporting.tables import print_table, write_table
from .judging.workers import judge_all


class Job(NamedTuple):
    """A submission to judge, with all that is needed for it."""

    content: bytes | str  # of the file; or the sentence that says why there is none
    release: dict  # the problem set as it was handed out
    source: dict  # and with its answers and hidden tests
    settings: dict


def grade(
    problem_set_folder,
    submissions,
    out,
    seconds=20,
    memory=2048,
    workers=None,
    roster=None,
    rule=None,
    only=None,
    own=None,
    scheduler=None,
):
    """Grade all submissions, or that of one person, `only`, for whom alone `own` holds (late.Rule).
    Returns one dict for each student in the gradebook: the row of the table. Prints what it does.
    """
    problem_set, out = problem_set_folder.name, out.resolve()
    found = find_submissions(
        submissions,
        problem_set,
        roster,
        folders=problem_sets(problem_set_folder.parent),
        out=out,
        rule=rule,
        known=read_found(out, problem_set),
        only=only,
        own=own,
    )
    found = {one.student: one for one in found}
    if not sandbox_works():
        print(
            "No sandbox: bubblewrap is missing or does not work here, so submissions can read "
            "files and use the network."
        )
    enter_problem_set(problem_set_folder, out)
    course = course_directory(out)
    settings = {"seconds": float(seconds), "memory": memory, "seed": seed_of(out)}
    release, source = (
        nbformat.read(out / kind / problem_set / f"{problem_set}.ipynb", as_version=4)
        for kind in ("release", "source")
    )
    jobs = {
        student: Job(content_of(one.path), release, source, settings)
        for student, one in found.items()
    }
    results = {}
    prepare_libraries(source.cells)
    with open_gradebook(course) as gradebook:
        found = take_over(gradebook, out, problem_set, found)
        rule = rule and rule_with_own(rule, own, found, out, problem_set)
        enter_persons(gradebook, problem_set, found.values(), rule)
        for student, graded in judge_all(judge_one, jobs, workers or os.cpu_count(), scheduler):
            keep(out, course, gradebook, problem_set, student, graded)
            results[student] = graded
            print(f"{len(results)}/{len(found)} {student}", flush=True)
    keep_found(out, problem_set, found, results)
    rows = read_grades(course, problem_set, read_found(out, problem_set), rule)
    write_feedback(course, problem_set, rows)
    remember_names(problem_set, out, found)
    write_table(out / f"grades_{problem_set}.csv", rows)
    print_table([row for row in rows if row["student"] in found])
    return rows


def rule_with_own(rule, own, found, out, problem_set):
    """The rule with what is for one of these persons alone, `own` being new; kept, and said."""
    names = {old: student for student, one in found.items() for old in one.formerly}
    changed = rule.renamed(names)
    if own:
        changed = changed.extended(found, own)
    if changed != rule:
        keep_rule(out, problem_set, changed)
    for student in changed.alone:
        if student in found:
            print(f"{changed.of(student)}, for {student} alone.")
    return changed


def content_of(path):
    try:
        return read_submission(path)
    except Unreadable as reason:
        return str(reason)


def judge_one(job):
    """Judge a submission, wherever this runs."""
    prepare_process()
    if isinstance(job.content, str):
        return Graded(remarks=(job.content,))
    try:
        notebook, remarks, look = mended(job.content, job.release)
        notebook.metadata["grading"] = {"remarks": list(remarks)}  # for the page of feedback
        graded = judged(with_hidden_tests(notebook, job.source), **job.settings)
        return Graded(notebook, graded, (*remarks, *errors_in(graded)), tuple(look))
    except Unreadable as reason:
        return Graded(remarks=(str(reason),))
    except Exception as failure:  # of this program; the others are still graded
        return Graded(remarks=(f"It could not be graded: {one_line(failure)}",), failed=True)


def with_hidden_tests(notebook, source):
    """The notebook, whose locked cells are those of the course, tests that learners do not see
    included."""
    originals = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in source.cells
        if "nbgrader" in cell.metadata and is_locked(cell)
    }
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and is_locked(cell):
            cell.source = originals[cell.metadata.nbgrader.grade_id]
            cell.metadata.nbgrader.checksum = utils.compute_checksum(cell)
    return notebook


def keep(out, course, gradebook, problem_set, student, graded):
    """Write what became of a submission to the folder and into the gradebook."""
    for step in ("submitted", "autograded", "feedback"):  # of an earlier run
        shutil.rmtree(out / step / student / problem_set, ignore_errors=True)
    if graded.notebook is None:
        give_nothing(gradebook, problem_set, student)
    else:
        enter_graded(gradebook, course, problem_set, student, graded.notebook)
        made = {"submitted": graded.submitted, "autograded": cleaned(graded.notebook)}
        for step, notebook in made.items():
            path = Path(out, step, student, problem_set, f"{problem_set}.ipynb")
            path.parent.mkdir(parents=True)
            path.write_text(nbformat.v4.writes(notebook), encoding="utf-8")


def errors_in(graded):
    """A sentence for each cell that ended in an error."""
    sentences = []
    for name, cell in zip(cell_names(graded), graded.cells):
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        if errors:
            what = one_line(said_by(errors[-1]))  # this program's own comes after Python's
            sentences.append(f"{name}: {what.rstrip('.')}.")
    return sentences


def one_line(text):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(text)).strip()
    return (text.splitlines() or [""])[0][:200]
