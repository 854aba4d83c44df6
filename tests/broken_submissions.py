"""Submissions broken in every way a grader must survive, made from any good one.

`BROKEN` maps a name to a function that takes a good submission and the place of the task to break
(0 the first, -1 the last) and returns the broken submission, a notebook or the bytes of a file, and
the names of the graded cells that must earn nothing for it; None stands for all. All other tasks
must keep their points. On a problem set whose tasks use what earlier tasks made, break the last.
"""

import copy

import nbformat


def good_submission(solution, release):
    """What a student with the right answers hands in: the release with the solutions' code and
    text."""
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solution.cells
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.solution
    }
    submission = copy.deepcopy(release)
    for cell in submission.cells:
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.grade_id in answers:
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    return submission


def tasks(notebook):
    """For each solution cell with code: its place, and the places of the graded cells after it, up
    to the next one."""
    found = []
    for place, cell in enumerate(notebook.cells):
        nbgrader = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and nbgrader.get("solution") and not nbgrader.get("grade"):
            found.append((place, []))
        elif cell.cell_type == "code" and nbgrader.get("grade") and found:
            found[-1][1].append(place)
    return [(place, tests) for place, tests in found if tests]


def graded_names(notebook, places):
    return {notebook.cells[place].metadata.nbgrader.grade_id for place in places}


def with_code(code):
    """Put `code` before a solution, so that what the solution defines never comes to be."""

    def break_it(notebook, task=-1):
        broken = copy.deepcopy(notebook)
        place, tests = tasks(broken)[task]
        broken.cells[place].source = code + "\n" + broken.cells[place].source
        return broken, graded_names(broken, tests)

    return break_it


def with_harmless_code(code):
    """Put `code` before a solution; nothing is lost."""

    def break_it(notebook, task=-1):
        return with_code(code)(notebook, task)[0], set()

    return break_it


def without_tests(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    broken.cells = [
        cell
        for cell in broken.cells
        if not (cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code")
    ]
    return broken, set()


def without_the_solution(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    place, tests = tasks(broken)[task]
    lost = graded_names(broken, tests)
    del broken.cells[place]
    return broken, lost


def without_all_cells_nbgrader_knows(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    broken.cells = [cell for cell in broken.cells if "nbgrader" not in cell.metadata]
    return broken, None


def with_changed_tests(notebook, task=-1):
    """Tests that give full points for nothing; the solution is gone, so the real ones give none."""
    broken = copy.deepcopy(notebook)
    place, tests = tasks(broken)[task]
    broken.cells[place].source = "pass"
    for test in tests:
        broken.cells[test].source = str(broken.cells[test].metadata.nbgrader.points)
    return broken, graded_names(broken, tests)


def with_changed_points(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    for cell in broken.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.points = 1000
            cell.metadata.nbgrader.locked = False
    return broken, set()


def with_nonsense_metadata(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    for cell in broken.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.points = "many"
            cell.metadata.nbgrader.schema_version = 99
            del cell.metadata.nbgrader["checksum"]
    broken.metadata = {
        "kernelspec": {"name": "no-such-kernel", "display_name": "", "language": "klingon"}
    }
    return broken, set()


def with_copied_cells(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    place, tests = tasks(broken)[task]
    for copied in (*reversed(tests), place):
        broken.cells.insert(copied, copy.deepcopy(broken.cells[copied]))
    return broken, set()


def without_ids(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    for cell in broken.cells:
        cell.pop("id", None)
    return broken, set()


def without_nbgrader_metadata(notebook, task=-1):
    """As some editors save it; the cells are known by their ids."""
    broken = copy.deepcopy(notebook)
    for cell in broken.cells:
        cell.metadata.pop("nbgrader", None)
    return broken, set()


def without_any_marks(notebook, task=-1):
    """As other editors save it: the cells are known by what they define and where they stand."""
    return without_ids(without_nbgrader_metadata(notebook)[0])


def with_answers_in_new_cells(below_the_check):
    """Each answer in a new cell, above or below its check; the cell for it as it was handed out but
    for its name."""

    def break_it(notebook, task=-1):
        broken = copy.deepcopy(notebook)
        for place, tests in reversed(tasks(broken)):
            cell = broken.cells[place]
            own = nbformat.v4.new_code_cell(cell.source)
            name = cell.source.split("(")[0].removeprefix("def ")
            cell.source = f"def {name}(*arguments):\n    pass"
            broken.cells.insert(tests[-1] + 1 if below_the_check else place, own)
        return broken, set()

    return break_it


def with_answers_in_test_cells(notebook, task=-1):
    broken = copy.deepcopy(notebook)
    for place, tests in reversed(tasks(broken)):
        test = broken.cells[tests[0]]
        test.source = broken.cells[place].source + "\n" + test.source
        del broken.cells[place]
    return broken, set()


def with_copied_answers(notebook, task=-1):
    """One right answer in the cells of all tasks, under all marks: it counts for its own task."""
    broken = copy.deepcopy(notebook)
    (first, _), *others = tasks(broken)
    lost = set()
    for place, tests in others:
        lost |= graded_names(broken, tests)
        for other in (place, *tests):
            broken.cells[other].source = broken.cells[first].source
    return broken, lost


def in_format_3(notebook, task=-1):
    old = nbformat.convert(copy.deepcopy(notebook), 3)
    return nbformat.v3.writes_json(old).encode(), set()


def file_of(content):
    """A file with this content, whatever the good submission is."""
    return lambda notebook, task=-1: (content, None)


BROKEN = {
    "loops forever": with_code("while True: pass"),
    "loops forever and catches the interrupt": with_code(
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException: pass"
    ),
    "is busy in compiled code": with_code("sum(range(10**15))"),
    "os._exit": with_code("import os; os._exit(0)"),
    "sys.exit": with_code("import sys; sys.exit()"),
    "quit": with_code("quit()\nraise SystemExit"),
    "kills itself": with_code("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
    "stops itself": with_code("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    "crashes the interpreter": with_code("import ctypes; ctypes.string_at(0)"),
    "eats memory": with_code("hoard = []\nwhile True: hoard.append(bytearray(2**26))"),
    "one huge array": with_code("import numpy; numpy.ones(10**12)"),
    "syntax error": with_code("def broken(:"),
    "prints megabytes": with_harmless_code("for _ in range(200): print('x' * 50_000)"),
    "shows thousands of outputs": with_harmless_code(
        "from IPython.display import display\nfor number in range(3000): display(number)"
    ),
    "warns": with_harmless_code("import sys; print('careful', file=sys.stderr)"),
    "asks for input": with_code("input()"),
    "forges a result": with_code("get_ipython().displayhook(1.0); raise ValueError"),
    "test cells deleted": without_tests,
    "solution deleted": without_the_solution,
    "all known cells deleted": without_all_cells_nbgrader_knows,
    "tests changed": with_changed_tests,
    "points changed": with_changed_points,
    "nonsense metadata": with_nonsense_metadata,
    "copied cells": with_copied_cells,
    "cell ids missing": without_ids,
    "nbgrader metadata missing": without_nbgrader_metadata,
    "metadata and ids missing": without_any_marks,
    "answers above their stubs": with_answers_in_new_cells(below_the_check=False),
    "answers below their tests": with_answers_in_new_cells(below_the_check=True),
    "answers in test cells": with_answers_in_test_cells,
    "one answer for all tasks": with_copied_answers,
    "format 3": in_format_3,
    "binary": file_of(bytes(range(256)) * 40),
    "plain text": file_of(b"my answer is 42"),
    "JSON of another kind": file_of(b'{"answer": 42}'),
    "JSON list": file_of(b"[1, 2, 3]"),
    "deep JSON": file_of(b"[" * 100_000),
    "cells of no shape": file_of(
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": [],'
        b' "cells": [1, {"cell_type": "code"}, null]}'
    ),
    "no cells": file_of(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}'),
    "empty file": file_of(b""),
}
ENDLESS = (  # only a limit in seconds ends these
    "loops forever",
    "loops forever and catches the interrupt",
    "is busy in compiled code",
    "stops itself",
)


def write(broken, path):
    """Write a submission, a notebook or bytes, as it is: what is wrong with it stays wrong."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(broken, bytes):
        broken = nbformat.v4.writes(broken).encode()
    path.write_bytes(broken)
