"""A problem set as it was handed out, seen as parts: each leads up to one graded cell."""

import builtins
from typing import NamedTuple

from nbgrader import utils

from .definitions import definitions, shapes, used
from .text import lines_of_words, plain, words


LONGER = 10  # times as long as another text: no editor's doing


class Slot(NamedTuple):
    """A cell of the release, and what a submission is asked for there.

    `kind` is "text", "setup" (code that is given), "answer" (code), "check", "words" (an answer for
    a person) or "free" (a cell that nbgrader does not know). `names` are those that an answer has
    to define, `stub` the shapes of the statements that it was handed out with, and `part` the
    number of its part.
    """

    name: str
    kind: str
    part: int
    cell: dict
    names: tuple = ()
    stub: frozenset = frozenset()

    @property
    def locked(self):
        return self.kind in ("text", "setup", "check")

    @property
    def answered(self):
        """Whether it is for a student to write in."""
        return self.kind in ("answer", "words")


def slots_of(release):
    """The Slots of a release by name, in order."""
    found, part = {}, 0
    for cell in release.cells:
        kind = kind_of(cell)
        name = (
            f"id {cell.get('id', '')}" if kind == "free" else cell.metadata["nbgrader"]["grade_id"]
        )
        found[name] = Slot(name, kind, part, cell)
        if kind in ("check", "words") or utils.is_grade(cell):
            part += 1
    for name, slot in found.items():
        if slot.kind == "answer":
            stub = frozenset(shapes(slot.cell.source) or ()) - {None}
            found[name] = slot._replace(names=_names_asked_for(slot, found), stub=stub)
    return found


def kind_of(cell):
    code = cell.cell_type == "code"
    if "nbgrader" not in cell.metadata or not (
        utils.is_solution(cell) or utils.is_locked(cell) or utils.is_grade(cell)
    ):
        return "free"
    if utils.is_solution(cell):
        return "answer" if code else "words"
    return "check" if utils.is_grade(cell) and code else "setup" if code else "text"


def check_of(slot, slots):
    """The cell that checks an answer, or None."""
    checks = [other for other in slots.values() if other.kind == "check"]
    return next((other for other in checks if other.part == slot.part), None)


def is_untouched(source, slot):
    """Whether an answer is what was handed out, or nothing."""
    if len(source) > LONGER * len(slot.cell.source):
        return False
    if slot.kind == "words":
        said, handed_out = (f" {' '.join(words(text))} " for text in (source, slot.cell.source))
        return not source.strip() or (bool(said.strip()) and said in handed_out)
    if plain(source) in ("", plain(slot.cell.source)):
        return True
    done = shapes(source)
    return done is not None and set(done) <= slot.stub


def is_part_of(source, slot):
    """Whether a text is some whole lines, one after the other, of that of a locked cell; or whether
    code is some of the statements of a check."""
    if len(source) > LONGER * len(slot.cell.source):
        return False
    if slot.kind == "check":
        own, whole = shapes(source), shapes(slot.cell.source)
        return bool(own) and whole is not None and set(own) <= set(whole) - {None}
    own, whole = lines_of_words(source), lines_of_words(slot.cell.source)
    return bool(own) and any(
        whole[start : start + len(own)] == own for start in range(len(whole) - len(own) + 1)
    )


def _names_asked_for(slot, slots):
    """The names that a stub defines and its check uses; where a stub defines none of them, the
    names that the check alone uses."""
    stub = {definition.name for definition in definitions(slot.cell.source)}
    check = check_of(slot, slots)
    if check is None:
        return tuple(sorted(stub))
    wanted = used(check.cell.source)
    given = {
        definition.name
        for other in slots.values()
        if other.kind in ("setup", "answer") and other.name != slot.name
        for definition in definitions(other.cell.source)
    }
    return tuple(sorted(stub & wanted or stub or wanted - given - set(dir(builtins))))
