"""Releases the problem sets and grades what comes back, with nbgrader.

    python solutions/grade.py release [PROBLEM_SET ...]
    python solutions/grade.py grade PROBLEM_SET SUBMISSIONS_FOLDER [--out graded]
    python solutions/grade.py summary PROBLEM_SET [--out graded]

nbgrader keeps the gradebook, the marks and the feedback. This program adds what a batch from
strangers needs: each submission is put into the shape nbgrader expects (repair.py), its cells run
in a kernel that may be stopped, killed and started anew (run_cells.py), in a sandbox where the
machine has bubblewrap (kernel.py), and what went wrong is said in a sentence. No submission stops
the others. What a class got wrong is counted by summary.py.

What stays possible: a student's code runs in the same Python process as the tests, so code written
to deceive can put other functions in the place of those the tests call and so forge a result, or
read a hidden test and print it. It can do that only for its own submission. Whoever grades sees the
code in the feedback.
"""

import argparse
import concurrent.futures
import csv
import logging
import os
import re
import shutil
import sys
import tempfile
import warnings
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

from kernel import sandbox_works
from repair import Unreadable, read_submission, repaired
from run_cells import NOT_RUN, RunCells
from summary import summary

SOLUTIONS = Path(__file__).resolve().parent
COURSE = SOLUTIONS.parent


# ---------------------------------------------------------------------------------- one submission


def course_directory(root, **settings):
    """nbgrader's course in the folder `root`, with the texts that solutions/nbgrader_config.py
    sets."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(SOLUTIONS)).load_config()
    del config[
        "CourseDirectory"
    ]  # `root` holds nbgrader's usual folders: source, release, submitted, autograded, feedback
    config.Autograde.autograde_preprocessors = [
        RunCells,
        IgnorePattern,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.RunCells.update(settings)
    config.CourseDirectory.root = str(root)
    # several processes write to the gradebook: each waits for the others
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}?timeout=60"
    return CourseDirectory(config=config)


def convert(converter, course, problem_set, student="."):
    """Run one of nbgrader's converters. Raises RuntimeError with the first error in its log."""
    course.assignment_id, course.student_id = problem_set, student
    task = converter(coursedir=course, parent=course)
    task.force = True
    result = utils.capture_log(task)
    if not result["success"]:
        log = result.get("log", "") + result["error"]
        errors = re.findall(r"^\s*([\w.]+(?:Error|Exception): .+)", log, re.MULTILINE)
        raise RuntimeError(errors[0] if errors else log.strip().splitlines()[-1])


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
        submitted = root / "submitted" / student / problem_set / f"{problem_set}.ipynb"
        submitted.parent.mkdir(parents=True)
        nbformat.write(notebook, submitted)
        convert(Autograde, course, problem_set, student)
        convert(GenerateFeedback, course, problem_set, student)
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


def prepare_process():
    """Let nbgrader work in this process, quietly: what goes wrong with a submission is in the
    table."""
    # nbgrader calls the program alembic, which lies beside Python, also where the environment is
    # not activated
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    warnings.filterwarnings("ignore", category=SAWarning)
    logging.getLogger("traitlets").handlers = [logging.NullHandler()]
    logging.getLogger("traitlets").propagate = False


def one_line(text):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(text)).strip()
    return (text.splitlines() or [""])[0][:200]


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


def give_nothing(course, problem_set, student):
    """Enter zeros in the gradebook, as nbgrader does where a file is missing."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(problem_set, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
        gradebook.db.commit()


# --------------------------------------------------------------------------------------- the batch


def find_submissions(folder, problem_set):
    """The notebook of each student, {student: path}, in any of the three layouts; the path is None
    where there is none.

    A name keeps its letters, digits, spaces and -_.@,' and gets _ in the place of others, which
    nbgrader would take for patterns.
    """
    found = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            name = entry.name
            places = [entry / problem_set / f"{problem_set}.ipynb", entry / f"{problem_set}.ipynb"]
            path = next((place for place in places if os.path.lexists(place)), None)
        elif entry.suffix == ".ipynb":
            name, path = entry.stem, entry
        else:
            continue
        student = re.sub(r"[^\w \-.@,']", "_", name).strip()
        while student in found:
            student += "_2"
        found[student] = path
    return found


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
    write_table(out / f"grades_{problem_set}.csv", rows)
    print_table(rows)
    return rows


def enter_problem_set(folder, out):
    """Put a problem set into the gradebook, and its release beside it."""
    prepare_process()
    out.mkdir(parents=True, exist_ok=True)
    source = out / "source" / folder.name
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(folder, source)
    try:
        convert(GenerateAssignment, course_directory(out), folder.name)
    except RuntimeError as failure:
        sys.exit(
            f"{folder.name} cannot be entered in the gradebook in {out}: {failure}\nWhere its "
            "graded cells have changed since submissions were graded, grade into another folder "
            "with --out."
        )


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


def read_grades(course, problem_set, results):
    """The marks of each student in `results` from the gradebook, those given by hand included."""
    rows = []
    with Gradebook(course.db_url, course.course_id) as gradebook:
        order = [
            cell.name for cell in gradebook.find_notebook(problem_set, problem_set).source_cells
        ]
        for student, (remarks, failed) in sorted(results.items()):
            grades = gradebook.find_submission_notebook(problem_set, problem_set, student).grades
            grades = sorted(grades, key=lambda grade: order.index(grade.name))
            rows.append(
                {
                    "student": student,
                    "tasks": {grade.name: grade.score for grade in grades},
                    "total": sum(grade.score for grade in grades),
                    "out of": sum(grade.max_score for grade in grades),
                    "by hand": [grade.name for grade in grades if grade.needs_manual_grade],
                    "remarks": remarks,
                    "failed": failed,
                }
            )
    return rows


def write_table(path, rows):
    tasks = list(rows[0]["tasks"]) if rows else []
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            ["student", *tasks, "total", "out of", "needs manual grading", "what was wrong"]
        )
        for row in rows:
            points = [f"{row['tasks'][task]:g}" for task in tasks]
            table.writerow(
                [
                    row["student"],
                    *points,
                    f"{row['total']:g}",
                    f"{row['out of']:g}",
                    " ".join(row["by hand"]),
                    " ".join(row["remarks"]),
                ]
            )


def print_table(rows):
    width = max([len(row["student"]) for row in rows] + [len("student")])
    print(f"\n{'student':{width}}  points  out of  by hand  what was wrong")
    for row in rows:
        shown = row["remarks"][:3] + (
            [f"and {len(row['remarks']) - 3} more."] if len(row["remarks"]) > 3 else []
        )
        print(
            f"{row['student']:{width}}  {row['total']:6g}  {row['out of']:6g}  "
            f"{len(row['by hand']):7}  {' '.join(shown)}"
        )


# ------------------------------------------------------------------------------------- the release


def release(problem_set_folders, destination):
    """Write what students get of each problem set to `destination`; nothing is written unless all
    can be made."""
    prepare_process()
    destination.mkdir(parents=True, exist_ok=True)
    # beside the destination, so that each file can be put in place in one step
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".release-") as temporary:
        root = Path(temporary)
        for folder in problem_set_folders:
            shutil.copytree(folder, root / "source" / folder.name)
            convert(GenerateAssignment, course_directory(root), folder.name)
        made = root / "release"
        for path in sorted(made.rglob("*")):
            if path.is_file():
                target = destination / path.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)


def problem_sets(folder):
    return sorted(path for path in folder.iterdir() if (path / f"{path.name}.ipynb").exists())


def problem_set_named(name):
    """The folder of a problem set: ps1, its full name or its path."""
    if (Path(name) / f"{Path(name).resolve().name}.ipynb").exists():
        return Path(name).resolve()
    fitting = [
        folder
        for folder in problem_sets(SOLUTIONS)
        if folder.name == name or folder.name.startswith(f"{name}_")
    ]
    if len(fitting) != 1:
        known = ", ".join(folder.name for folder in problem_sets(SOLUTIONS))
        sys.exit(f"There is no problem set {name}; there are: {known}")
    return fitting[0]


# -------------------------------------------------------------------------------- the command line


def main():
    parser = argparse.ArgumentParser(description="Release problem sets and grade what comes back.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("release", help="make exercises/ from solutions/")
    command.add_argument("problem_sets", nargs="*", metavar="PROBLEM_SET")
    command = commands.add_parser("grade", help="grade a folder of submissions")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("submissions", type=Path, metavar="SUBMISSIONS_FOLDER")
    command.add_argument(
        "--out", type=Path, default=COURSE / "graded", help="folder for marks and feedback"
    )
    command.add_argument("--seconds", type=float, default=20, help="time limit of a cell")
    command.add_argument(
        "--memory", type=int, default=2048, help="memory limit of a submission in MiB"
    )
    command = commands.add_parser("summary", help="count the named mistakes of a graded batch")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("--out", type=Path, default=COURSE / "graded")
    chosen = parser.parse_args()

    if chosen.command == "release":
        folders = [problem_set_named(name) for name in chosen.problem_sets] or problem_sets(
            SOLUTIONS
        )
        release(folders, COURSE / "exercises")
        print(f"Wrote exercises/: {', '.join(folder.name for folder in folders)}")
    elif chosen.command == "summary":
        summary(problem_set_named(chosen.problem_set).name, chosen.out)
    else:
        if not chosen.submissions.is_dir():
            sys.exit(f"There is no folder {chosen.submissions}")
        rows = grade(
            problem_set_named(chosen.problem_set),
            chosen.submissions,
            chosen.out,
            chosen.seconds,
            chosen.memory,
        )
        print(f"\nMarks: {chosen.out}/grades_*.csv, feedback: {chosen.out}/feedback/")
        sys.exit(any(row["failed"] for row in rows))


if __name__ == "__main__":
    main()
