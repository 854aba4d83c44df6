"""Which cell of a submission holds which answer: by what it defines, and where it stands.

No statement of a student's is moved. An answer that defines what its check uses gets the place in
the release that is its own, and what was handed out empty is taken away where it would stand
between an answer and its check.
"""

from collections import defaultdict

from .definitions import definitions, parsed, runs, without
from .parts import check_of, is_untouched
from .text import fenced


class Report:
    """What was done, and what a person has to look at, by kind, so that each kind is one
    sentence."""

    def __init__(self):
        self.found, self.below, self.elsewhere, self.several = [], [], {}, []
        self.retyped, self.joined, self.copied = [], [], []
        self.look = []


def joined(pieces, slots, report):
    """The pieces, where a cell that was split in the middle of a statement is one again."""
    result = []
    for piece in pieces:
        before = result[-1] if result else None
        if before and before.is_code and piece.is_code and not before.name and not piece.name:
            whole = before.source + "\n" + piece.source
            apart = runs(_levelled(before.source)) and runs(_levelled(piece.source))
            if not apart and runs(whole) and (piece.mark in (None, before.mark) or not before.mark):
                before.source, before.mark = whole, before.mark or piece.mark
                report.joined.append(before)
                continue
        result.append(piece)
    return result


def _levelled(source):
    """The source as IPython runs it: it takes away a margin that the first line has."""
    lines = source.split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    if margin and all(line[:margin].isspace() or not line for line in lines):
        return "\n".join(line[margin:] for line in lines)
    return source


def regions(pieces, slots):
    """For each piece the first and the last part that it may belong to by where it stands: between
    which cells that are known by now."""
    parts = [slots[piece.name].part if piece.name else None for piece in pieces]
    first_of = {}
    for name, slot in slots.items():
        first_of.setdefault(slot.part, name)
    last = max((slot.part for slot in slots.values()), default=0)
    above, starts = 0, []
    for part in parts:
        above = above if part is None else part
        starts.append(above)
    end, found = last, []
    for piece, part, start in reversed(list(zip(pieces, parts, starts))):
        found.append((start, max(start, end)))
        if part is not None:  # what stands above the first cell of a part belongs to those before
            end = part - (piece.name == first_of[part])
    return found[::-1]


class Answers:
    """The answers in code of one submission. `after` says which pieces each check must follow, and
    `instead` what is put in the place of a slot whose answer stands in another cell."""

    def __init__(self, pieces, slots, report):
        self.pieces, self.slots, self.report = list(pieces), slots, report
        self.stub = frozenset().union(*(slot.stub for slot in slots.values()))
        self.after, self.instead = defaultdict(list), {}
        self.defined = {}
        self.region = dict(zip(self.pieces, regions(self.pieces, slots)))
        for slot in slots.values():
            if slot.kind == "answer":
                self._settle(slot)

    def _definitions(self, piece):
        if piece not in self.defined:
            self.defined[piece] = definitions(piece.source, self.stub)
        return self.defined[piece]

    def _own(self):
        """The pieces that a student wrote."""
        slots = self.slots
        return [p for p in self.pieces if not p.name or slots[p.name].kind == "answer"]

    def _place_of_check(self, slot):
        """Where the check of an answer stands, or where it would."""
        check = check_of(slot, self.slots)
        for place, piece in enumerate(self.pieces):
            if check and piece.name == check.name:
                return place
        for place, piece in enumerate(self.pieces):
            other = self.slots.get(piece.name)
            if other and other.locked and other.part > slot.part:
                return place
        return len(self.pieces)

    def _is_for(self, piece, definition, slot):
        """Whether a definition may be meant as this answer. A function is, wherever it stands; a
        letter or a number is so in its own task only."""
        first, last = self.region.get(piece, (0, -1))
        return not definition.empty and (
            definition.kind == "function"
            or first <= slot.part <= last
            or slot.name in (piece.mark, piece.name)
            or self._answers_another(piece, slot)  # somebody joined them
        )

    def _answers_another(self, piece, slot):
        """Whether a piece holds the whole answer to another task."""
        real = {definition.name for definition in self._definitions(piece) if not definition.empty}
        return any(
            other.names and set(other.names) <= real
            for other in self.slots.values()
            if other.name != slot.name
        )

    def _is_meant_for_another(self, piece, slot):
        """Whether a piece has begun the answer to another task, and not this one's: its marks were
        copied."""
        names = {definition.name for definition in self._definitions(piece)}
        return not names & set(slot.names) and any(
            names & set(other.names) for other in self.slots.values()
        )

    def _winners(self, slot):
        """{name: (piece, definition)}: the last before the check, else the last one; and how many
        pieces define each name."""
        end, winners, others = self._place_of_check(slot), {}, {}
        for name in slot.names:
            fitting = [
                (piece, definition)
                for piece in self._own()
                if piece.is_code
                for definition in self._definitions(piece)
                if definition.name == name and self._is_for(piece, definition, slot)
            ]
            fitting = fitting or self._in_texts(slot, name)
            before = [hit for hit in fitting if self.pieces.index(hit[0]) < end]
            if fitting:
                winners[name] = (before or fitting)[-1]
                others[name] = [hit[0] for hit in fitting if hit[0] is not winners[name][0]]
        return winners, others

    def _in_texts(self, slot, name):
        """An answer that stands in a cell of text: somebody changed the cell's type."""
        for piece in reversed(self._own()):
            if piece.is_code or len(piece.source) > 50_000:
                continue
            code = piece.source if parsed(piece.source) else fenced(piece.source)
            for definition in definitions(code, self.stub) if parsed(code) else ():
                if definition.name == name and self._is_for(piece, definition, slot):
                    piece.source, piece.kind = code, "code"
                    self.defined.pop(piece, None)
                    self.report.retyped.append(slot.name)
                    return [(piece, definition)]
        return []

    def _settle(self, slot):
        pieces, report = self.pieces, self.report
        marked = [
            piece
            for piece in pieces
            if piece.mark == slot.name
            and not piece.name
            and not self._is_meant_for_another(piece, slot)
        ]
        winners, others = self._winners(slot)
        won = [piece for piece, _ in winners.values()]
        full = bool(winners) and set(winners) == set(slot.names)
        label = self._label(slot, marked, won, full)
        if label:
            label.name = slot.name
            if label not in marked:
                report.found.append(slot.name)
        elif full:
            self.instead[slot.name] = won[-1]
        if len(marked) > 1:
            report.copied.append(slot.name)
        for piece in marked:  # what was handed out, or nothing: the answer stands elsewhere
            if piece is not label and is_untouched(piece.source, slot):
                pieces.remove(piece)
        end = self._place_of_check(slot)
        for name, (piece, definition) in winners.items():
            self._clear_the_way(slot, name, piece, definition, end)
        check = check_of(slot, self.slots)
        if check:
            self.after[check.name] += [*won, *([label] if label else [])]
        self._tell(slot, winners, others, end)

    def _label(self, slot, marked, won, full):
        """The piece that is this answer for nbgrader, or None where it must be put back."""
        of_marked = [piece for piece in marked if piece in won]
        if of_marked:
            return of_marked[-1]
        free = [
            piece for piece in won if not piece.name and not self._is_answer_to_another(piece, slot)
        ]
        if full and free:
            return max(free, key=lambda piece: (won.count(piece), self.pieces.index(piece)))
        touched = [piece for piece in marked if not is_untouched(piece.source, slot)]
        return (touched or ([] if full else marked) or [None])[-1]

    def _is_answer_to_another(self, piece, slot):
        other = self.slots.get(piece.mark)
        return (
            other is not None
            and other.kind == "answer"
            and other.name != slot.name
            and any(d.name in other.names and not d.empty for d in self._definitions(piece))
        )

    def _clear_the_way(self, slot, name, winner, definition, end):
        """Take away what binds a name to nothing between its answer and its check."""
        pieces = self.pieces
        start = pieces.index(winner)
        for piece in pieces[start:end]:
            if not piece.is_code or (piece.name and self.slots[piece.name].kind != "answer"):
                continue
            cut = [
                empty
                for empty in self._definitions(piece)
                if empty.name == name
                and empty.empty
                and (piece is not winner or empty.first > definition.last)
            ]
            if cut:
                piece.source = without(piece.source, cut)
                self.defined.pop(piece, None)

    def _tell(self, slot, winners, others, end):
        report, pieces = self.report, self.pieces
        below = [name for name, (piece, _) in winners.items() if pieces.index(piece) >= end]
        if below:
            report.below.append(slot.name)
        for name in winners:
            after = [p for p in others[name] if p in pieces and pieces.index(p) > end]
            if others[name]:
                report.several.append(f"{name} ({slot.name})")
            if after and name not in below:
                report.look.append(
                    f"{slot.name}: {name} is defined again below its check; the definition above "
                    "the check was taken."
                )
