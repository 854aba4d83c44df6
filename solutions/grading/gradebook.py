"""nbgrader's gradebook: a problem set put in, the marks of its submissions read out."""

import shutil
import sys

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment

from .course import convert, course_directory, prepare_process
from .marks import read_again, text_is_gone


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


def give_nothing(course, problem_set, student):
    """Enter zeros in the gradebook, as nbgrader does where a file is missing."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(problem_set, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                text_is_gone(gradebook, grade)
        gradebook.db.commit()


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
                    "remarks": [*remarks, *read_again(grades)],
                    "failed": failed,
                }
            )
    return rows
