"""A batch of submissions, graded side by side. No submission stops the others."""

import concurrent.futures
import os
import re
import shutil
from concurrent.futures.process import BrokenProcessPool

import nbformat
from nbgrader import utils
from nbgrader.converters import Autograde

from .course import convert, course_directory, prepare_process
from .feedback import write_feedback
from .find import find_submissions
from .gradebook import enter_problem_set, give_nothing, read_grades
from .kernel import sandbox_works
from .mend import Unreadable, read_submission, repaired
from .pack import remember_names
from .run_cells import NOT_RUN
from .tables import print_table, write_table


def grade(problem_set_folder, submissions, out, seconds=20, memory=2048, workers=None):
    """Grade all submissions. Returns one dict for each student: the row of the table. Prints what
    it does."""
    problem_set, out = problem_set_folder.name, out.resolve()
    sandboxed = sandbox_works()
    if not sandboxed:
        print(
            "No sandbox: bubblewrap is missing or does not work here, so submissions can read "
            "files and use the network."
        )
    settings = {"seconds": float(seconds), "memory": memory, "sandboxed": sandboxed}
    found = find_submissions(submissions, problem_set)
    enter_problem_set(problem_set_folder, out)
    results = {}
    jobs = {student: (out, problem_set, student, path, settings) for student, path in found.items()}
    for student, result in run_all(jobs, workers or os.cpu_count()):
        results[student] = result
        print(f"{len(results)}/{len(found)} {student}", flush=True)
    rows = read_grades(course_directory(out), problem_set, results)
    write_feedback(course_directory(out), problem_set, rows)
    remember_names(problem_set, out, found)
    write_table(out / f"grades_{problem_set}.csv", rows)
    print_table(rows)
    return rows


def grade_one(root, problem_set, student, path, settings):
    """Grade the submission at `path`. Returns sentences on what was wrong with it, and whether
    grading itself failed."""
    prepare_process()
    course = course_directory(root, **settings)
    for step in ("submitted", "autograded", "feedback"):  # of an earlier run
        shutil.rmtree(root / step / student / problem_set, ignore_errors=True)
    try:
        release = nbformat.read(
            root / "release" / problem_set / f"{problem_set}.ipynb", as_version=4
        )
        notebook, remarks = repaired(read_submission(path), release)
        notebook.metadata["grading"] = {"remarks": remarks}  # for the page of feedback
        submitted = root / "submitted" / student / problem_set / f"{problem_set}.ipynb"
        submitted.parent.mkdir(parents=True)
        nbformat.write(notebook, submitted)
        convert(Autograde, course, problem_set, student)
        graded = nbformat.read(
            root / "autograded" / student / problem_set / f"{problem_set}.ipynb", as_version=4
        )
        return remarks + errors_in(graded), False
    except Unreadable as reason:
        give_nothing(course, problem_set, student)
        return [str(reason)], False
    except Exception as failure:  # of this program or of nbgrader; the others are still graded
        give_nothing(course, problem_set, student)
        return [f"It could not be graded: {one_line(failure)}"], True


def errors_in(graded):
    """A sentence for each cell that ended in an error."""
    sentences = []
    for number, cell in enumerate(graded.cells, start=1):
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        if errors:
            last = errors[-1]  # this program's own comes after Python's
            name = (
                cell.metadata["nbgrader"]["grade_id"] if utils.is_grade(cell) else f"cell {number}"
            )
            what = (
                last.evalue
                if last.ename == NOT_RUN
                else f"{last.ename}: {last.evalue}".removesuffix(": ")
            )
            what = re.sub(
                r"\(\d+\.py, line", "(line", one_line(what)
            )  # the kernel's name for a cell tells nobody anything
            sentences.append(f"{name}: {what.rstrip('.')}.")
    return sentences


def one_line(text):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(text)).strip()
    return (text.splitlines() or [""])[0][:200]


def run_all(jobs, workers):
    """Yield (student, result of grade_one) as they come.

    A process that dies takes its pool with it: what that leaves undone is done again, each in a
    pool of its own.
    """
    undone = []
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        tasks = {pool.submit(grade_one, *job): student for student, job in jobs.items()}
        for task in concurrent.futures.as_completed(tasks):
            try:
                yield tasks[task], task.result()
            except BrokenProcessPool:
                undone.append(tasks[task])
    for student in undone:
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            try:
                yield student, pool.submit(grade_one, *jobs[student]).result()
            except BrokenProcessPool:
                yield student, (["It could not be graded: the grading process died."], True)
