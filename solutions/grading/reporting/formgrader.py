"""Formgrader's page of a submission, where a person reads: made from our template, with the rubric
beside the answer and nothing active in it."""

from pathlib import Path

import nbgrader

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
