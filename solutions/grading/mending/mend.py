"""A submission, whatever came back, in the shape in which the problem set was handed out."""

import copy
import json
from typing import NamedTuple

import nbformat

from .answers import Answers, Report, joined, regions
from .arrange import arranged
from .parts import is_untouched, slots_of
from .recognise import pieces_of, recognise
from .remarks import remarks_on
from .written import settle_words, stands_in

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


class Mended(NamedTuple):
    """A submission as it can be graded; sentences on what was done for that; and sentences on what
    a person must look at before believing that an answer is worth nothing."""

    notebook: nbformat.NotebookNode
    remarks: list
    look: list


def mended(submission, release):
    """The submission in the shape in which the problem set was handed out.

    Nothing of the submission is taken on trust but the source of its cells. Cells that nbgrader
    knows get the release's metadata, and locked ones its source; each stands there once. What a
    student wrote stays in its order, and each answer stands before its check.
    """
    slots, report = slots_of(release), Report()
    pieces, damaged = pieces_of(submission, slots)
    pieces, changed, copied = recognise(pieces, slots)
    report.copied = copied
    pieces = joined(pieces, slots, report)
    answers = Answers(pieces, slots, report)
    report.elsewhere = {name: piece.name for name, piece in answers.instead.items()}
    region = dict(zip(answers.pieces, regions(answers.pieces, slots)))
    pieces = settle_words(answers.pieces, slots, region, report)
    _look_beside_untouched_answers(pieces, slots, region, changed, report)
    pieces, missing = arranged(pieces, slots, answers.after, answers.instead)
    if damaged:
        report.look.append(f"Damaged cells that had to be left out: {damaged}.")
    asked = [name for name, slot in slots.items() if slot.answered]
    gone = [name for name in asked if name in missing and name not in answers.instead]
    if len(gone) > len(asked) / 2:
        report.look.append(
            f"{len(gone)} of the {len(asked)} cells for answers are missing, and nothing in the "
            "notebook could be recognised as their answers."
        )
    return Mended(
        _notebook(release, slots, pieces), remarks_on(report, changed, missing, slots), report.look
    )


def _look_beside_untouched_answers(pieces, slots, region, changed, report):
    """What a student wrote beside an untouched answer, or into a locked cell of its part, may be
    the answer after all."""
    told = " ".join(report.look)
    own = [piece for piece in pieces if not piece.name and piece.source.strip()]
    for slot in slots.values():
        here = [piece for piece in pieces if piece.name == slot.name]
        if not slot.answered or slot.name in told or slot.name in report.elsewhere:
            continue
        if not all(is_untouched(piece.source, slot) for piece in here):
            continue
        state = f"{slot.name} is {'untouched' if here else 'missing'}"
        altered = [name for name in changed if slots[name].part == slot.part]
        if any(stands_in(piece, slot, pieces, slots, region) for piece in own):
            report.look.append(f"{state}, but a cell of the student's own stands beside it.")
        elif altered:
            report.look.append(f"{state}, but {altered[0]} was changed.")


def _notebook(release, slots, pieces):
    result = nbformat.from_dict({**release, "cells": []})
    result.cells = [_cell(slots.get(piece.name), piece) for piece in pieces]
    # ids must differ, and must not change from run to run
    result.nbformat, result.nbformat_minor = 4, 5
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return result


def _cell(slot, piece):
    """A clean cell: the release's with the student's source, or, where it is none of the release's,
    the student's own."""
    if slot is not None:
        cell = copy.deepcopy(slot.cell)
        if not slot.locked:
            cell.source = piece.source
    elif piece.is_code:
        cell = nbformat.v4.new_code_cell(piece.source)
    else:
        cell = nbformat.v4.new_markdown_cell(piece.source)
    if cell.cell_type == "markdown" and piece.attachments and not (slot and slot.locked):
        cell.attachments = nbformat.from_dict(piece.attachments)
    return cell
