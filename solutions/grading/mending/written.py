"""Answers in words that stand beside the cell for them, in a new one: a person reads them all the
same."""

import ast
import re

from .definitions import parsed
from .parts import is_untouched
from .recognise import Piece


def prose(piece):
    """The text of a cell that does nothing but say something, or None."""
    source = piece.source.strip()
    if not source or not piece.is_code:
        return source or None
    lines = [line.strip() for line in source.split("\n") if line.strip()]
    if all(line.startswith("#") for line in lines):
        return "\n".join(line.lstrip("#").strip() for line in lines)
    tree = parsed(source)
    if tree is None:  # words in a cell of code; code with a slip has signs that words have not
        return (
            None
            if re.search(r"^\s*(def|import|from|class|for|if|@)\b|[\w\])]\s*=", source, re.M)
            else source
        )
    said = [_said(statement) for statement in tree.body]
    return "\n".join(said) if said and None not in said else None


def _said(statement):
    """The text of a string that stands alone or is printed, or None."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "print"
    ):
        value = value.args[0] if len(value.args) == 1 else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def settle_words(pieces, slots, region, report):
    """Give each answer in words its name, and its text where that stands in a new cell beside the
    untouched one. Returns the pieces."""
    stubs = [slot for slot in slots.values() if slot.kind == "words"]
    for slot in stubs:
        marked = [piece for piece in pieces if piece.mark == slot.name and not piece.name]
        written = [piece for piece in marked if not is_untouched(piece.source, slot)]
        if len(marked) > 1:
            report.copied.append(slot.name)
        kept = (written or marked or [None])[-1]
        for piece in marked:
            if piece is not kept and not prose(piece) or piece not in written + [kept]:
                pieces = [other for other in pieces if other is not piece]
        if kept:
            kept.name = slot.name
            if kept.is_code:
                kept.source = prose(kept) or kept.source
        beside = [
            piece
            for piece in pieces
            if not piece.name
            and stands_in(piece, slot, pieces, slots, region)
            and prose(piece)
            and not any(is_untouched(prose(piece), other) for other in stubs)
        ]
        if beside and not written:
            pieces = _put_in_place(pieces, slot, kept, beside, slots, region, report)
        elif beside:
            report.look.append(f"{slot.name}: there is text in a new cell beside the answer, too.")
    return pieces


def stands_in(piece, slot, pieces, slots, region):
    """Whether a cell stands in a slot's part: below its text, where that is there."""
    first, last = region.get(piece, (0, -1))
    has_text = any(
        p.name and slots[p.name].kind == "text" and slots[p.name].part == slot.part for p in pieces
    )
    return first == slot.part or (not has_text and first <= slot.part <= last)


def _put_in_place(pieces, slot, kept, beside, slots, region, report):
    """The text of the new cells in the answer's place, where it can be an answer to nothing
    else."""
    others = {other.part for other in slots.values() if other.answered} - {slot.part}
    sure = [
        piece
        for piece in beside
        if region[piece][0] == slot.part
        or (
            not piece.is_code
            and not others & set(range(region[piece][0] + 1, region[piece][1] + 1))
        )
    ]
    if len(sure) < len(beside):
        report.look.append(
            f"{slot.name} is untouched, but text stands in a new cell that may be the answer."
        )
        return pieces
    text, attachments = [], {}
    for number, piece in enumerate(beside, start=1):
        said = prose(piece)
        for name, picture in piece.attachments.items():
            new = name if attachments.get(name, picture) == picture else f"{number}-{name}"
            attachments[new] = picture
            said = said.replace(f"attachment:{name}", f"attachment:{new}")
        text.append(said)
    answer = Piece("\n\n".join(text), "markdown", name=slot.name, attachments=attachments)
    region[answer] = region[beside[0]]
    if kept:
        report.look.append(
            f"{slot.name}: the answer stood in a new cell beside it and was put in its place."
        )
    else:
        report.found.append(slot.name)
    place = next(i for i, piece in enumerate(pieces) if piece is (kept or beside[0]))
    pieces = pieces[:place] + [answer] + pieces[place:]
    return [piece for piece in pieces if piece is not kept and piece not in beside]
