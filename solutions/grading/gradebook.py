"""nbgrader's gradebook: a problem set put in, the marks of its submissions read out."""

import shutil
import sys
from datetime import UTC

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import AssignLatePenalties

from .course import convert, course_directory, prepare_process
from .finding.late import with_rule_of_now
from .reporting.marks import SaveMarks, read_again, text_is_gone


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
            f"{folder.name} cannot be entered in the gradebook of {out}: {failure}\nIf its "
            "graded cells have changed since submissions were graded, grade into another folder "
            "with --out."
        )


def enter_persons(gradebook, problem_set, found, rule):
    """Enter who the students are, and, where there is a date, when each handed in and who has a
    later one, from which nbgrader follows who is late."""
    if rule:
        gradebook.update_or_create_assignment(problem_set, duedate=in_utc(rule.due))
    for one in found:
        *first, last = one.name.split() or [""]
        who = {"first_name": " ".join(first), "last_name": last, "email": one.email}
        gradebook.update_or_create_student(one.student, **(who if one.name else {}))
        when = {"timestamp": in_utc(one.time)} if rule else {}
        gradebook.update_or_create_submission(problem_set, one.student, **when)
    if rule:
        for row in gradebook.assignment_submissions(problem_set):
            row.extension = in_utc(rule.of(row.student_id).due) - in_utc(rule.due) or None
        gradebook.db.commit()


def enter_graded(gradebook, course, problem_set, student, notebook):
    """Enter the marks of a graded notebook, as nbgrader's own steps do."""
    SaveMarks(parent=course).enter(gradebook, problem_set, student, notebook)
    if gradebook.find_assignment(problem_set).duedate:
        where = {"student": student, "assignment": problem_set, "notebook": problem_set}
        AssignLatePenalties(parent=course).preprocess(
            notebook, {"nbgrader": {**where, "db_url": course.db_url}}
        )


def in_utc(time):
    """A time of this machine's clock as nbgrader keeps it."""
    return time and time.astimezone(UTC).replace(tzinfo=None)


def give_nothing(gradebook, problem_set, student):
    """Enter zeros in the gradebook, as nbgrader does where a file is missing."""
    for notebook in gradebook.find_submission(problem_set, student).notebooks:
        notebook.late_submission_penalty = None
        for grade in notebook.grades:
            text_is_gone(gradebook, grade)
    gradebook.db.commit()


def read_grades(course, problem_set, found, rule=None):
    """The marks of all students who have any for the problem set in the gradebook, those given by
    hand included; `found` is what was found of each (found.read_found)."""
    rows = []
    with Gradebook(course.db_url, course.course_id) as gradebook:
        order = [
            cell.name for cell in gradebook.find_notebook(problem_set, problem_set).source_cells
        ]
        submissions = gradebook.assignment_submissions(problem_set)
        for student in sorted(submission.student.id for submission in submissions):
            grades = gradebook.find_submission_notebook(problem_set, problem_set, student).grades
            grades = sorted(grades, key=lambda grade: order.index(grade.name))
            seen = found.get(student, {})
            score, most = (
                sum(grade.score for grade in grades),
                sum(grade.max_score for grade in grades),
            )
            own = rule and rule.of(student)
            late, remarks = with_rule_of_now(seen, own)
            penalty = own.points(late, score, most) if late else 0
            rows.append(
                {
                    "student": student,
                    "name": seen.get("name", ""),
                    "e-mail": seen.get("email", ""),
                    "tasks": {grade.name: grade.score for grade in grades},
                    "late": late,
                    "penalty": penalty,
                    "total": score - penalty,
                    "out of": most,
                    "by hand": [grade.name for grade in grades if grade.needs_manual_grade],
                    "look": seen.get("look", []),
                    "remarks": [*remarks, *read_again(grades)],
                    "failed": seen.get("failed", False),
                }
            )
    return rows
