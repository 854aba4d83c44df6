"""The marks of all problem sets together, and in the columns that Moodle and Canvas import.

Moodle finds a person by the id number or the e-mail and takes points and feedback, each in a column
of its own. Canvas finds a person by the SIS ids or the name; its import knows no comments, which
stand in a table of their own.
"""

import sys
from types import SimpleNamespace

from nbgrader.api import Gradebook

from ..course import course_directory, prepare_process
from ..finding.find import to_student
from ..finding.found import read_found
from ..gradebook import read_grades
from ..finding.late import rule_of
from .tables import padded, write_csv


def totals(out, roster=None):
    """Write and print the totals of the gradebook in `out`. Returns the rows of each student,
    {student: {problem set: row}}."""
    out = out.resolve()
    if not any(out.glob("found_*.json")):
        sys.exit(f"Nothing was graded into {out}: run the grade command first.")
    prepare_process()
    course, marks, most = course_directory(out), {}, {}
    with Gradebook(course.db_url, course.course_id) as gradebook:
        names = sorted(assignment.name for assignment in gradebook.assignments)
        most = {name: gradebook.find_assignment(name).max_score for name in names}
    for name in names:
        for row in read_grades(course, name, read_found(out, name), rule_of(out, name)):
            marks.setdefault(row["student"], {})[name] = row
    people = persons_in(marks, roster or [])
    lines = [["student", "name", "e-mail", *names, "total", "out of", "not yet read"]]
    for one in people:
        own = marks.get(one.student, {})
        lines.append(
            [
                one.student,
                one.name,
                one.email,
                *(own[name]["total"] if name in own else "" for name in names),
                sum(row["total"] for row in own.values()),
                sum(most.values()),
                " ".join(task for row in own.values() for task in row["by hand"]),
            ]
        )
    write_csv(out / "totals.csv", lines)
    write_csv(out / "totals_moodle.csv", for_moodle(people, marks, names))
    write_csv(out / "totals_canvas.csv", for_canvas(people, marks, most))
    write_csv(out / "totals_canvas_comments.csv", comments_for_canvas(people, marks, names))
    heads = "  ".join(f"{name.split('_')[0]:>6}" for name in names)
    print(f"{padded('student')}  {heads}   total")
    for one, line in zip(people, lines[1:]):
        points = "  ".join(f"{value:6.4g}" if value != "" else f"{'–':>6}" for value in line[3:-3])
        print(f"{padded(one.name or one.student)}  {points}  {line[-3]:6.4g}")
    strangers = [one.student for one in people if roster and not one.id]
    if strangers:
        print(f"\nNot in the roster: {', '.join(strangers)}.")
    return marks


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


def comment(row):
    """What a student reads of a problem set: points of each task, and what was found."""
    tasks = [
        f"{task} {'not yet read' if task in row['by hand'] else f'{points:g}'}"
        for task, points in row["tasks"].items()
    ]
    late = [f"Late: -{row['penalty']:g} points."] if row["penalty"] else []
    return " ".join([", ".join(tasks) + ".", *late, *map(to_student, row["remarks"])])


def for_moodle(people, marks, names):
    heads = [head for name in names for head in (f"{name} (Real)", f"{name} (Feedback)")]
    lines = [["Full name", "ID number", "Email address", *heads]]
    for one in people:
        cells = []
        for name in names:
            row = marks.get(one.student, {}).get(name)
            cells += [row["total"], comment(row)] if row else ["", ""]
        lines.append([one.name or one.student, one.id, one.email, *cells])
    return lines


def for_canvas(people, marks, most):
    """The columns must be these, in this order; ID is Canvas's own number, which is left empty so
    that no other number is taken for it."""
    lines = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *most],
        ["    Points Possible", "", "", "", "", *most.values()],
    ]
    for one in people:
        own = marks.get(one.student, {})
        points = [own[name]["total"] if name in own else "" for name in most]
        lines.append([one.name or one.student, "", one.id, one.email, "", *points])
    return lines


def comments_for_canvas(people, marks, names):
    lines = [["Student", "SIS User ID", "SIS Login ID", "Assignment", "Comment"]]
    for one in people:
        for name in names:
            row = marks.get(one.student, {}).get(name)
            if row:
                who = one.name or one.student, one.id, one.email
                lines.append([*who, name, comment(row)])
    return lines
