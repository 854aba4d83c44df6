"""The mistakes in programs that a problem set hands out to be mended: whoever leaves one in has not
made it."""

import re

from nbgrader import utils

from bpkit.diagnosis.verdict import diagnose

from .tasks import tasks_of

TO_MEND = re.compile(r'diagnosis\.check\("([^"]+)", (\w+), name_it=False\)')


def mistakes_handed_out(release):
    """{name of the graded cell: ids of the mistakes in the program as it was handed out}

    The programs are the problem set's own, and are run here.
    """
    found = {}
    for task in tasks_of(release):
        for cell in task.cells:
            asked = TO_MEND.search(cell.source) if utils.is_grade(cell) else None
            if asked:
                program = _program(release, cell, asked[2])
                verdicts = (diagnose(asked[1], program, seed) for seed in (0, 1))
                found[cell.metadata.nbgrader.grade_id] = {
                    str(mistake) for verdict in verdicts for mistake in verdict.mistakes
                }
    return found


def _program(release, until, name):
    """The function `name` as the cells before the check define it."""
    space = {}
    for cell in release.cells:
        if cell is until:
            return space[name]
        if cell.cell_type == "code" and not utils.is_grade(cell) and "%" not in cell.source:
            try:
                exec(compile(cell.source, "<handed out>", "exec"), space)
            except Exception:  # a picture that needs a notebook, for example: no part of a program
                continue
    raise ValueError(f"The problem set defines no {name} before its check.")
