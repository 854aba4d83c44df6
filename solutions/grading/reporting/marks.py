"""Marks given by a person, kept when a submission is graded again, and known to be for this very
text or for an earlier one.

nbgrader marks every grade given by hand as to be looked at again after each grading, so that nobody
knows who has been read. Here it is marked only where the student's text is another one than that
which was read. A grade is

- "unread", where a person has to give points and has not,
- "read", where a person has given points for the text that is there now,
- "changed", where a person has given points for another text,
- "", where no person need look.

Which of these it is follows from nbgrader's own columns, so Formgrader and nbgrader agree; which
text was shown, and which was read, is kept in a table of ours beside nbgrader's.
"""

import hashlib
from typing import NamedTuple

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveAutoGrades
from sqlalchemy import Column, MetaData, String, Table, delete, insert, select
from sqlalchemy.schema import CreateTable

from .tasks import is_handed_out, name_of, tasks_of

CHANGED = "Changed since it was read."
SEEN = Table(
    "answers_seen",
    MetaData(),
    Column("grade", String(32), primary_key=True),  # nbgrader's id of it
    Column("shown", String(64)),  # hash of the text that the last grading put before a person
    Column("read", String(64)),  # hash of the text for which points were given by hand
)


class Mark(NamedTuple):
    points: float
    most: float
    state: str  # as above
    comment: str  # of a person


def state_of(grade):
    if grade.needs_manual_grade:
        return "unread" if grade.manual_score is None else "changed"
    return "" if grade.manual_score is None else "read"


def marks_of(gradebook, problem_set, student):
    """({name of the graded cell: Mark}, {name of an answer's cell: comment of a person}) of one
    submission, both empty where there is none."""
    try:
        notebook = gradebook.find_submission_notebook(problem_set, problem_set, student)
    except MissingEntry:
        return {}, {}
    comments = {one.name: one.manual_comment or "" for one in notebook.comments}
    return {
        grade.name: Mark(
            grade.score, grade.max_score, state_of(grade), comments.get(grade.name, "")
        )
        for grade in notebook.grades
    }, comments


def texts_in(notebook):
    """{name of a graded cell: a hash of all that the student wrote in its task} in a notebook that
    was not cleaned yet. Its metadata may be the student's own."""
    return {
        name: hashlib.sha256(
            "\0".join(cell.source for cell in task.cells if not is_handed_out(cell)).encode(
                "utf-8", "replace"
            )
        ).hexdigest()
        for task in tasks_of(notebook)
        for name in task.graded
    }


def read_again(grades):
    """A sentence for each answer that was changed after a person had given points for it."""
    return [
        f"{grade.name}: changed since it was read, with {grade.manual_score:g} of "
        f"{grade.max_score:g} points for the earlier text; read it again."
        for grade in grades
        if state_of(grade) == "changed"
    ]


def _seen(gradebook, grade):
    """(hash of the text shown last, hash of the text that was read) for a grade as it is now."""
    gradebook.db.execute(CreateTable(SEEN, if_not_exists=True))
    row = gradebook.db.execute(
        select(SEEN.c.shown, SEEN.c.read).where(SEEN.c.grade == grade.id)
    ).first()
    shown, read = row or (None, None)
    return shown, shown if state_of(grade) == "read" else read


def _remember(gradebook, grade, shown, read):
    gradebook.db.execute(delete(SEEN).where(SEEN.c.grade == grade.id))
    gradebook.db.execute(insert(SEEN).values(grade=grade.id, shown=shown, read=read))


def text_is_gone(gradebook, grade):
    """Note that a submission holds nothing any more: what was read is to be read again when it is
    back with another text."""
    shown, read = _seen(gradebook, grade)
    _remember(gradebook, grade, shown, read)
    grade.auto_score, grade.needs_manual_grade = 0, grade.manual_score is not None


def forget(gradebook, problem_set, student):
    """Remove a submission from the gradebook, and what was kept of its texts."""
    grades = gradebook.find_submission_notebook(problem_set, problem_set, student).grades
    gradebook.db.execute(CreateTable(SEEN, if_not_exists=True))
    gradebook.db.execute(delete(SEEN).where(SEEN.c.grade.in_([grade.id for grade in grades])))
    gradebook.remove_submission(problem_set, student)


class OneSubmission:
    """A gradebook opened at one submission: its grades and comments are looked up once, and what is
    written is kept together, which costs a third of asking for each cell."""

    def __init__(self, gradebook, problem_set, student):
        notebook = gradebook.find_submission_notebook(problem_set, problem_set, student)
        self.grades = {grade.name: grade for grade in notebook.grades}
        self.comments = {comment.name: comment for comment in notebook.comments}
        self.db, self.execute = self, gradebook.db.execute

    def find_grade(self, name, *where):
        if name not in self.grades:
            raise MissingEntry(name)
        return self.grades[name]

    def find_comment(self, name, *where):
        return self.comments[name]

    def commit(self):
        """Later, once for all cells."""


class SaveMarks(SaveAutoGrades):
    """nbgrader's step that enters marks, which then says "needs a look" only where that is so."""

    def preprocess(self, nb, resources):
        self.texts = texts_in(nb)
        return super().preprocess(nb, resources)

    def enter(self, gradebook, problem_set, student, notebook):
        """Enter the marks of a notebook in a gradebook that is open already."""
        self.gradebook = OneSubmission(gradebook, problem_set, student)
        self.texts = texts_in(notebook)
        self.notebook_id = self.assignment_id = problem_set
        self.student_id = student
        for place, cell in enumerate(notebook.cells):
            self.preprocess_cell(cell, {}, place)
        gradebook.db.commit()

    def _place(self, cell):
        return name_of(cell), self.notebook_id, self.assignment_id, self.student_id

    def _add_score(self, cell, resources):
        grade = self.gradebook.find_grade(*self._place(cell))
        _, read = _seen(self.gradebook, grade)
        super()._add_score(cell, resources)
        text = self.texts.get(grade.name)
        if grade.manual_score is None:
            read = None
        else:
            grade.needs_manual_grade = text is None or text != read
        _remember(self.gradebook, grade, text, read)
        self.gradebook.db.commit()

    def _add_comment(self, cell, resources):
        super()._add_comment(cell, resources)
        try:
            grade = self.gradebook.find_grade(*self._place(cell))
        except MissingEntry:  # the answer is one cell, its points are in another
            return
        if state_of(grade) == "changed":  # Formgrader shows it where a comment is written
            comment = self.gradebook.find_comment(*self._place(cell))
            comment.auto_comment = CHANGED
            self.gradebook.db.commit()


def open_gradebook(course):
    return Gradebook(course.db_url, course.course_id)
