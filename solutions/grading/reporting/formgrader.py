"""Formgrader as this course shows it: its page of a submission, where a person reads, made from our
template, with the rubric beside the answer and nothing active in it; and its lists, where nbgrader
by itself shows folders that are no problem sets, and graded submissions as not graded."""

from pathlib import Path

import nbgrader
from nbgrader.api import MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.preprocessors import OverwriteCells

from ..course import problem_sets
from .clean import page_part, shown
from .formulas import drawn
from .rubrics import rubric

TEMPLATE = "formgrade_course/index.html.j2"
TEMPLATES = [
    str(Path(__file__).resolve().parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]


def text_cell(cell):
    return drawn(shown(cell))


def html_output(text):
    return drawn(page_part(text))


def rubric_for(name, problem_set):
    """The rubric of an answer read by a person, as a part of the page."""
    found = rubric(problem_set, name)
    return f'<div class="rubric rendered_html">{drawn(found)}</div>' if found else ""


FILTERS = {"text_cell": text_cell, "html_output": html_output, "rubric_for": rubric_for}


def assignments(api):
    """The names of all problem sets, for nbgrader's list: by itself it takes every folder."""
    return {folder.name for folder in problem_sets(_source(api.coursedir))}


def _source(course):
    return Path(course.format_path(course.source_directory, ".", ""))


TIME_IN_FILE = NbGraderAPI.get_submitted_timestamp


def handed_in(api, problem_set, student):
    """When a submission was handed in, which nbgrader compares with the gradebook to see whether it
    has been graded. Only its exchange writes that beside a submission, and only where there is a
    late date does our grading write it into the gradebook: where one of them is missing, nothing is
    compared."""
    written = TIME_IN_FILE(api, problem_set, student)
    try:
        with api.gradebook as gradebook:
            known = gradebook.find_submission(problem_set, student).timestamp
    except MissingEntry:
        return written
    return written if written and known else known


class PutBack(OverwriteCells):
    """nbgrader's step that puts the course's checks in the place of those handed in. It warns of
    each that differs, and all do: the hidden tests were not handed out."""

    def report_change(self, name, attr, old, new):
        if attr != "checksum":
            super().report_change(name, attr, old, new)
