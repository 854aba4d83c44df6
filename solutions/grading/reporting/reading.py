"""All answers to each question that a person reads, on one page beside its rubric."""

import sys
from pathlib import Path

import nbformat

from .clean import markdown
from ..course import course_directory
from .feedback import (
    Room,
    answer_parts,
    is_question,
    name_of_person,
    plain_heading,
    without_heading,
)
from .formulas import drawn
from .marks import marks_of, open_gradebook
from .pages import page, points, write_page
from .rubrics import rubric
from .tasks import by_hand, is_handed_out, name_of, tasks_of, title_of

WAITING = ("unread", "changed")


def read(problem_set, out):
    """Write OUT/reading/PROBLEM_SET.html. Returns its path, and prints it."""
    release = release_of(problem_set, out)
    submissions = graded_notebooks(problem_set, out)
    with open_gradebook(course_directory(out)) as gradebook:
        handed_in = [
            (
                name_of_person(gradebook, student),
                tasks_of(notebook),
                marks_of(gradebook, problem_set, student)[0],
            )
            for student, notebook in submissions.items()
        ]
    tasks = []
    for task in tasks_of(release):
        for cell in filter(by_hand, task.cells):
            tasks.append(
                {
                    "id": f"task-{len(tasks) + 1}",
                    "heading": plain_heading(task.heading),
                    "question": "".join(
                        drawn(without_heading(cell)) for cell in task.cells if is_question(cell)
                    ),
                    "rubric": drawn(rubric(problem_set, name_of(cell), out / "source")),
                    "answers": _answers(name_of(cell), len(tasks) + 1, handed_in),
                }
            )
    path = out / "reading" / f"{problem_set}.html"
    every = [one for task in tasks for one in task["answers"]]
    write_page(
        path,
        page(
            "reading.html.j2",
            title=plain_heading(title_of(release, problem_set)),
            tasks=tasks,
            answers=len(every),
            waiting=sum(one["waits"] for one in every),
        ),
    )
    print(f"Answers to read, beside their rubric: {path}")
    return path


def release_of(problem_set, out):
    """The problem set as it was handed out. Exits with a sentence where nothing of it was graded
    into `out`."""
    path = out / "release" / problem_set / f"{problem_set}.ipynb"
    if not path.is_file():
        sys.exit(f"Nothing of {problem_set} was graded into {out}: run the grade command first.")
    return nbformat.read(path, as_version=4)


def graded_notebooks(problem_set, out):
    """{student: graded notebook} of all that could be graded."""
    paths = sorted(Path(out, "autograded").glob(f"*/{problem_set}/{problem_set}.ipynb"))
    return {path.parent.parent.name: nbformat.read(path, as_version=4) for path in paths}


def _answers(name, number, handed_in):
    """The answers in the cell `name`: those that wait first, each with a link to the next that
    waits."""
    answers = []
    for person, tasks, marks in handed_in:
        task = next((task for task in tasks if name in task.graded), None)
        if task is None or name not in marks:
            continue
        mark, room = marks[name], Room()
        answers.append(
            {
                "person": person,
                "said": _said(mark),
                "waits": mark.state in WAITING,
                "changed": mark.state == "changed",
                "parts": [
                    part
                    for cell in task.cells
                    if not is_handed_out(cell)
                    for part in answer_parts(cell, room)
                ],
                "comment": drawn(markdown(mark.comment)) if mark.comment else "",
            }
        )
    answers.sort(key=lambda one: not one["waits"])  # of equal ones, the order stays
    following = ""
    for place, one in reversed(list(enumerate(answers, start=1))):
        one["id"], one["next"] = f"answer-{number}-{place}", following
        following = one["id"] if one["waits"] else following
    return answers


def _said(mark):
    earned = f"{points(mark.points)} of {points(mark.most)} points"
    return {
        "unread": f"not yet read, {points(mark.most)} points to give",
        "changed": f"changed since it was read, {earned} for the earlier text",
        "read": f"read, {earned}",
        "": f"left as it was handed out, {earned}",
    }[mark.state]
