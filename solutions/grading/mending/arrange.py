"""The cells of a mended notebook in order: students' own stay as they stood, and locked cells go
around them."""

from .parts import check_of
from .recognise import Piece


def arranged(pieces, slots, after, instead):
    """The pieces with all slots among them, and the names of those that were missing.

    A missing answer is put back right after what stands before it in the release, so before any
    cell that the student wrote for it; other missing cells before what stands after them. A check
    stands after all pieces that `after` names for it, and given code before all that may use it.
    """
    pieces, order = list(pieces), list(slots)
    there = {piece.name for piece in pieces}
    missing = [name for name in order if name not in there and slots[name].kind != "free"]
    for run in _runs(missing, order):
        answers = [place for place, name in enumerate(run) if slots[name].answered]
        first = run[: answers[-1] + 1] if answers else []
        before = _last_before(pieces, order, run[0])
        _insert(pieces, before, first, slots, instead)
        later = _first_after(pieces, order, run[-1])
        _insert(pieces, later, run[len(first) :], slots, instead)
    for slot in slots.values():
        if slot.kind == "setup":
            _move_up(pieces, slot, slots)
    for slot in slots.values():
        if slot.kind == "answer":
            _move_down(pieces, check_of(slot, slots), after)
    return pieces, missing


def _runs(missing, order):
    """The missing names, in runs without another between them."""
    runs = []
    for name in missing:
        if runs and order.index(name) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return runs


def _places(pieces):
    return {piece.name: place for place, piece in enumerate(pieces) if piece.name}


def _last_before(pieces, order, name):
    places = _places(pieces)
    return next(
        (places[other] + 1 for other in reversed(order[: order.index(name)]) if other in places), 0
    )


def _first_after(pieces, order, name):
    places = _places(pieces)
    following = order[order.index(name) + 1 :]
    return next((places[other] for other in following if other in places), len(pieces))


def _insert(pieces, place, names, slots, instead):
    for name in reversed(names):
        source = slots[name].cell.source
        if name in instead:
            source = f"# The answer stands in the cell {instead[name].name or 'of its own'}."
        pieces.insert(place, Piece(source, slots[name].cell.cell_type, name=name))


def _move_up(pieces, slot, slots):
    """Given code stands before each answer and check that the release has after it."""
    places, order = _places(pieces), list(slots)
    using = [
        places[name]
        for name in order[order.index(slot.name) + 1 :]
        if slots[name].kind in ("answer", "check")
    ]
    if using and min(using) < places[slot.name]:
        pieces.insert(min(using), pieces.pop(places[slot.name]))


def _move_down(pieces, check, after):
    """A check stands after the cells that hold its answer."""
    if check is None:
        return
    place = _places(pieces)[check.name]
    last = max((i for i, piece in enumerate(pieces) if piece in after[check.name]), default=-1)
    if last > place:
        pieces.insert(last, pieces.pop(place))
