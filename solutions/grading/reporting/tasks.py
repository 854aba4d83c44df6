"""The tasks of a problem set: its cells from one heading to the next."""

import re
from typing import NamedTuple

from nbgrader import utils

HEADING = re.compile(r"^#{1,2} +(.+?)\s*$", re.MULTILINE)


class Task(NamedTuple):
    heading: str  # as it stands in the notebook, without the #
    cells: list

    @property
    def graded(self):
        """The names of its graded cells."""
        return [name_of(cell) for cell in self.cells if utils.is_grade(cell)]


def name_of(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_handed_out(cell):
    """Whether a cell holds what was handed out and not what a student wrote."""
    return bool(name_of(cell)) and utils.is_locked(cell)


def by_hand(cell):
    """Whether a person gives the points of a cell."""
    return utils.is_grade(cell) and utils.is_solution(cell)


def short(heading):
    """`Task 4` of `Task 4. The gradient of a network of any depth`."""
    return re.sub(r"[.:].*", "", heading)


def heading_in(cell):
    found = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
    return found[1] if found and is_handed_out(cell) and found.start() == 0 else None


def title_of(notebook, otherwise):
    return next(filter(None, map(heading_in, notebook.cells)), otherwise)


def tasks_of(notebook):
    """The tasks of a problem set in their order; what stands before the first one is left out.

    Where nothing has a heading, a task ends with its graded cell and has the name of that.
    """
    tasks, current, loose = [], None, []
    for cell in notebook.cells:
        heading = heading_in(cell)
        if heading and cell.source.startswith("## "):
            current = Task(heading, [])
            tasks.append(current)
        if current:
            current.cells.append(cell)
        else:
            loose.append(cell)
            if utils.is_grade(cell):
                tasks.append(Task(name_of(cell), loose))
                loose = []
    return tasks
