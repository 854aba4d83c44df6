"""A submission, whatever came back, in the shape in which the problem set was handed out."""

import copy
import json

import nbformat
from nbgrader import utils

MOST_FILE = 50 * 2**20  # bytes of a submission


class Unreadable(Exception):
    """A submission that holds nothing to grade; its text says why in a sentence."""


def read_submission(path):
    """The notebook at `path`, in format 4. Raises Unreadable."""
    if path is None or not path.exists():
        raise Unreadable("There is no notebook with the name of the problem set.")
    if path.is_symlink() or not path.is_file():
        raise Unreadable("The notebook is not an ordinary file.")
    if path.stat().st_size > MOST_FILE:
        raise Unreadable(f"The file is larger than {MOST_FILE // 2**20} MiB.")
    if path.stat().st_size == 0:
        raise Unreadable("The file is empty.")
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise Unreadable("The file is no notebook: it cannot be read as JSON.") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise Unreadable("The file is no notebook: it is JSON of another kind.")
    try:
        if content["nbformat"] < 4:
            content = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)
        content = nbformat.from_dict(content)
        if not isinstance(content["cells"], list):
            raise TypeError
    except Exception:
        raise Unreadable("The file is a damaged notebook: its cells cannot be read.") from None
    return content


def repaired(submission, release):
    """The submission in the shape in which it was handed out, and sentences on what had to be done
    for that.

    Nothing of the submission is taken on trust but the source of its cells, and which cell of the
    release each one is. Cells that nbgrader knows get the release's metadata, locked ones its
    source too, and missing ones are put back where the release has them: before the first cell
    after them that is there.
    """
    cells, names = [], []
    known = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in release.cells
        if "nbgrader" in cell.metadata
    }
    for cell in submission["cells"]:
        source = source_of(cell)
        if source is not None:
            cells.append((source, cell))
            names.append(name_in(release, known, source, cell))
    remarks = [] if len(cells) == len(submission["cells"]) else ["A cell was damaged and left out."]
    double = [name for name in known if names.count(name) > 1]
    for name in double:
        places = [i for i, other in enumerate(names) if other == name]
        # of copies the last counts, as in nbgrader, but a written answer counts more than an
        # untouched one
        written = [i for i in places if cells[i][0] != known[name].source]
        keep = (written if not is_locked(known[name]) and written else places)[-1]
        names = [None if other == name and i != keep else other for i, other in enumerate(names)]
    missing = [name for name in known if name not in names]
    if double:
        remarks.append(f"Copied cells: {', '.join(double)}; one of each was used.")
    if missing:
        remarks.append(f"Missing cells: {', '.join(missing)}; put back.")

    result = copy.deepcopy(release)
    result.cells = [
        rebuilt(known.get(name), source, cell) for name, (source, cell) in zip(names, cells)
    ]
    tampered = [
        name
        for name, (source, _) in zip(names, cells)
        if name in known and is_locked(known[name]) and source.strip() != known[name].source.strip()
    ]
    if tampered:
        remarks.append(f"Changed test cells: {', '.join(tampered)}; the original ones were used.")

    order = [release_name(cell) for cell in release.cells]
    for name in reversed(missing):
        later = [names.index(other) for other in order[order.index(name) + 1 :] if other in names]
        place = later[0] if later else len(names)
        names.insert(place, name)
        result.cells.insert(place, copy.deepcopy(known[name]))
    return with_fresh_ids(result), remarks


def release_name(cell):
    """What a cell of the release is called here: nbgrader's name for it, or its id where nbgrader
    does not know it."""
    return (
        cell.metadata["nbgrader"]["grade_id"]
        if "nbgrader" in cell.metadata
        else "id " + cell.get("id", "")
    )


def name_in(release, known, source, cell):
    """The name of the cell of the release that a submitted cell comes from, or None: by nbgrader's
    name, or, where a tool has dropped that, by its id, or by its text where it is one that nobody
    changes."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if isinstance(name, str) and name in known:
        return name
    for original in release.cells:
        same_id = cell.get("id") is not None and cell.get("id") == original.get("id")
        if same_id or (source == original.source and is_locked(original)):
            return release_name(original)
    return None


def is_locked(cell):
    return "nbgrader" in cell.metadata and utils.is_locked(cell)


def source_of(cell):
    """The text of a submitted cell, or None where it has none that can be read."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    return source.encode("utf-8", "replace").decode()  # half characters cannot be written to a file


def rebuilt(original, source, cell):
    """A clean cell: the release's with the student's source, or, where it is none of the release's,
    the student's own."""
    if original is not None:
        result = copy.deepcopy(original)
        if not is_locked(original):
            result.source = source
    elif cell["cell_type"] == "code":
        result = nbformat.v4.new_code_cell(source)
    else:
        result = nbformat.v4.new_markdown_cell(source)
    attachments = cell.get("attachments")
    if result.cell_type == "markdown" and attachments:  # pictures in a written answer
        with_pictures = nbformat.from_dict({**result, "attachments": attachments})
        if nbformat.validator.isvalid(with_pictures, ref="markdown_cell", version=4):
            return with_pictures
    return result


def with_fresh_ids(notebook):
    """The notebook with its cells numbered: ids must differ, and must not change from run to
    run."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook
