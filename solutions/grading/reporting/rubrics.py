"""The model answer and rubric of a task that a person reads, as they stand in the problem set's own
notebook."""

import re
from pathlib import Path

import nbformat

from .clean import markdown
from .tasks import name_of

SOLUTIONS = Path(__file__).resolve().parents[2]
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def rubric(problem_set, name, source=SOLUTIONS):
    """What the problem set in the folder `source` says of the answer in the cell `name`, as clean
    HTML; "" where there is no such problem set or cell."""
    path = source / problem_set / f"{problem_set}.ipynb"
    if not path.is_file():
        return ""
    for cell in nbformat.read(path, as_version=4).cells:
        if name_of(cell) == name:
            found = SOLUTION.search(cell.source)
            return markdown((found[1] if found else cell.source).strip())
    return ""
