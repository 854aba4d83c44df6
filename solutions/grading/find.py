"""Which file of a folder is whose submission."""

import os
import re


def find_submissions(folder, problem_set):
    """The notebook of each student, {student: path}, in any of the three layouts; the path is None
    where there is none.

    A name keeps its letters, digits, spaces and -_.@,' and gets _ in the place of others, which
    nbgrader would take for patterns.
    """
    found = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            name = entry.name
            places = [entry / problem_set / f"{problem_set}.ipynb", entry / f"{problem_set}.ipynb"]
            path = next((place for place in places if os.path.lexists(place)), None)
        elif entry.suffix == ".ipynb":
            name, path = entry.stem, entry
        else:
            continue
        student = re.sub(r"[^\w \-.@,']", "_", name).strip()
        while student in found:
            student += "_2"
        found[student] = path
    return found
