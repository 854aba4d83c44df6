"""Whether a file is a notebook, and of which problem set."""

import functools
import json
from typing import NamedTuple

from ..mending.mend import MOST_FILE


class Notebook(NamedTuple):
    """What a file holds: `problem_set` is the name of the one that it is of, None where nothing
    tells."""

    readable: bool
    problem_set: str | None


def look_into(file, problem_set, problem_set_folders):
    """The Notebook that a file is, or None where it is none: whatever it is called. One that holds
    anything of `problem_set` is taken for it."""
    named_so = file.name.casefold().endswith(".ipynb")
    content = None
    if file.is_ordinary and file.path.stat().st_size <= MOST_FILE:
        content = cells_in(file.path)
    if content is None:
        return Notebook(False, None) if named_so else None
    signs = signs_of(content)
    found = {folder.name: len(signs & own) for folder, own in own_signs(problem_set_folders)}
    best = problem_set if found.get(problem_set) else max(found, key=found.get, default=None)
    return Notebook(True, best if found.get(best) else None)


def cells_in(path):
    """The cells of the notebook at `path`, or None."""
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
        if "nbformat" not in content:
            return None
        sheets = [content, *content.get("worksheets", [])]  # format 3 and older
        return [cell for sheet in sheets for cell in sheet.get("cells", [])]
    except (ValueError, RecursionError, TypeError, AttributeError, OSError):
        return None


def signs_of(cells):
    """nbgrader's names of cells, their ids, and headings."""
    signs = set()
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        metadata = cell.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        nbgrader = metadata.get("nbgrader")
        for one in (
            cell.get("id"),
            metadata.get("id"),  # where Colab puts it
            nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None,
        ):
            if isinstance(one, str):
                signs.add(one)
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if isinstance(source, str) and cell.get("cell_type") in ("markdown", "heading"):
            lines = (line.strip() for line in source[:10_000].splitlines())
            signs.update(line for line in lines if line.startswith("#"))
    return signs


def own_signs(folders):
    """(folder, the signs that no other problem set has) of each."""
    folders = tuple(folders)
    return list(zip(folders, _own_signs(folders)))


@functools.cache
def _own_signs(folders):
    signs = [signs_of(cells_in(folder / f"{folder.name}.ipynb") or []) for folder in folders]
    return [own - set().union(*(other for other in signs if other is not own)) for own in signs]
