"""The marks of all problem sets together, and in the columns that Moodle and Canvas import.

Moodle finds a person by the id number or the e-mail and takes points and feedback, each in a column
of its own. Canvas finds a person by the SIS ids or the name; its import knows no comments, which
stand in a table of their own.
"""

import sys
from types import SimpleNamespace

import nbformat
from nbgrader.api import Gradebook

from ..course import course_directory, prepare_process
from ..finding.find import to_student
from ..finding.late import SAID
from ..finding.found import read_found
from ..gradebook import read_grades
from ..finding.late import rule_of
from .tables import padded, write_csv
from .tasks import name_of, short, tasks_of, title_of


def totals(out, roster=None):
    """Write and print the totals of the gradebook in `out`. Returns the rows of each student,
    {student: {problem set: row}}."""
    out = out.resolve()
    if not any(out.glob("found_*.json")):
        sys.exit(f"Nothing was graded into {out}: run the grade command first.")
    prepare_process()
    course, marks = course_directory(out), {}
    with Gradebook(course.db_url, course.course_id) as gradebook:
        assignments = sorted(gradebook.assignments, key=lambda one: one.name)
        sets = {one.name: ProblemSet(one, out) for one in assignments}
    for name in sets:
        for row in read_grades(course, name, read_found(out, name), rule_of(out, name)):
            marks.setdefault(row["student"], {})[name] = row
    people = persons_in(marks, roster or [])
    lines = [["student", "name", "e-mail", *sets, "total", "out of", "not yet read"]]
    for one in people:
        own = marks.get(one.student, {})
        lines.append(
            [
                one.student,
                one.name,
                one.email,
                *(own[name]["total"] if name in own else "" for name in sets),
                sum(row["total"] for row in own.values()),
                sum(one.most for one in sets.values()),
                " ".join(task for row in own.values() for task in row["by hand"]),
            ]
        )
    write_csv(out / "totals.csv", lines)
    write_csv(out / "totals_moodle.csv", for_moodle(people, marks, sets))
    write_csv(out / "totals_canvas.csv", for_canvas(people, marks, sets))
    write_csv(out / "totals_canvas_comments.csv", comments_for_canvas(people, marks, sets))
    heads = "  ".join(f"{name.split('_')[0]:>6}" for name in sets)
    print(f"{padded('student')}  {heads}   total")
    for one, line in zip(people, lines[1:]):
        points = "  ".join(f"{value:6.4g}" if value != "" else f"{'–':>6}" for value in line[3:-3])
        print(f"{padded(one.name or one.student)}  {points}  {line[-3]:6.4g}")
    waiting = sum(len(row["by hand"]) for own in marks.values() for row in own.values())
    if waiting:
        print(
            f"\nAnswers that wait for a person: {waiting}. Until they are read they count as 0, or "
            "as before they were changed; the last column of totals.csv names them."
        )
    strangers = [one.student for one in people if roster and not one.id]
    if strangers:
        print(f"\nNot in the roster: {', '.join(strangers)}.")
    return marks


class ProblemSet:
    """What students call a problem set and its tasks, and the points of each graded cell."""

    def __init__(self, assignment, out):
        name = self.title = assignment.name
        path, self.tasks = out / "release" / name / f"{name}.ipynb", {}
        if path.is_file():
            release = nbformat.read(path, as_version=4)
            self.title = short(title_of(release, name))
            for task in tasks_of(release):
                self.tasks |= {name_of(cell): short(task.heading) for cell in task.cells}
        self.worth = {
            cell.name: cell.max_score for one in assignment.notebooks for cell in one.grade_cells
        }
        self.most = sum(self.worth.values())

    def comment(self, row):
        """What a student reads: points of each task, and what was found."""
        tasks, said = {}, []
        for cell in row["tasks"]:
            tasks.setdefault(self.tasks.get(cell, cell), []).append(cell)
        for task, cells in tasks.items():
            earned, most = (sum(map(of.get, cells)) for of in (row["tasks"], self.worth))
            waits = any(cell in row["by hand"] for cell in cells)
            said.append(f"{task}: not yet read." if waits else f"{task}: {earned:g} of {most:g}.")
        if row["penalty"]:
            said += [one for one in row["remarks"] if SAID.fullmatch(one)]
            said.append(f"{row['penalty']:g} points are taken off for that.")
        if not sum(row["tasks"].values()):  # other remarks are for whoever grades
            said += map(to_student, row["remarks"])
        return " ".join(said)


def persons_in(marks, roster):
    """All who have marks and all of the roster, by name."""
    people = {one.student: one for one in roster}
    for student, own in marks.items():
        name, email = next(
            ((row["name"], row["e-mail"]) for row in own.values() if row["name"]), ("", "")
        )
        stranger = SimpleNamespace(student=student, id="", name=name, email=email)
        if name and not roster:
            stranger.id = student  # graded with a roster that was not given now
        people.setdefault(student, stranger)
    return sorted(
        people.values(), key=lambda one: ((one.name or one.student).casefold(), one.student)
    )


def for_moodle(people, marks, sets):
    titles = [one.title for one in sets.values()]
    heads = [head for title in titles for head in (f"{title} (Real)", f"{title} (Feedback)")]
    lines = [["Full name", "ID number", "Email address", *heads]]
    for one in people:
        cells = []
        for name, problem_set in sets.items():
            row = marks.get(one.student, {}).get(name)
            cells += [row["total"], problem_set.comment(row)] if row else ["", ""]
        lines.append([one.name or one.student, one.id, one.email, *cells])
    return lines


def for_canvas(people, marks, sets):
    """The columns must be these, in this order; ID is Canvas's own number, which is left empty so
    that no other number is taken for it."""
    lines = [
        [
            "Student",
            "ID",
            "SIS User ID",
            "SIS Login ID",
            "Section",
            *(one.title for one in sets.values()),
        ],
        ["    Points Possible", "", "", "", "", *(one.most for one in sets.values())],
    ]
    for one in people:
        own = marks.get(one.student, {})
        points = [own[name]["total"] if name in own else "" for name in sets]
        lines.append([one.name or one.student, "", one.id, one.email, "", *points])
    return lines


def comments_for_canvas(people, marks, sets):
    lines = [["Student", "SIS User ID", "SIS Login ID", "Assignment", "Comment"]]
    for one in people:
        for name, problem_set in sets.items():
            row = marks.get(one.student, {}).get(name)
            if row:
                who = one.name or one.student, one.id, one.email
                lines.append([*who, problem_set.title, problem_set.comment(row)])
    return lines
