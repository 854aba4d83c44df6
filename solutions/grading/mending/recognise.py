"""Which cell of a problem set each cell of a submission is.

The text of a cell that nobody changes says it best. Then come nbgrader's name, the id, and the id
where Colab keeps it. Which cell holds which answer is a question of its own (answers.py).
"""

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from .definitions import FUNCTIONS, MOST_CODE, definitions, parsed, shape, shapes, used
from .parts import check_of, is_part_of
from .text import added, heading, plain, with_plain_line_ends, words

MOST_TEXT = 2_000_000  # characters of a submission; what comes after them is kept and not read
GONE = "gone"  # in the place of a name: a copy, which is left out


@dataclass(eq=False)
class Piece:
    """A cell on its way from the submission to the notebook that is graded: `mark` is the slot that
    its metadata name, `name` the one that it is."""

    source: str
    kind: str
    mark: str | None = None
    name: str | None = None
    attachments: dict = field(default_factory=dict)

    @property
    def is_code(self):
        return self.kind == "code"


def pieces_of(submission, slots):
    """The cells of a submission as Pieces, and how many were damaged."""
    found, damaged, length = [], 0, 0
    ids = {slot.cell.get("id"): name for name, slot in slots.items()}
    for cell in submission["cells"]:
        source = source_of(cell)
        if source is None:
            damaged += 1
            continue
        length += len(source)
        kind = cell.get("cell_type")
        if kind not in ("code", "markdown", "raw"):
            kind = "code" if definitions(source) and parsed(source) else "markdown"
        if length > MOST_TEXT:
            kind = "raw"
        found.append(
            Piece(source, kind, mark_of(cell, slots, ids), attachments=attachments_of(cell))
        )
    return found, damaged


def source_of(cell):
    """The text of a submitted cell, or None where it has none that can be read."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "" if "cell_type" in cell else None)
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    source = source.encode("utf-8", "replace").decode()  # half characters cannot be written
    return with_plain_line_ends(source)


def mark_of(cell, slots, ids):
    """The slot that a cell's metadata or ids name, or None."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if isinstance(name, str) and name in slots:
        return name
    for mark in (cell.get("id"), metadata.get("id")):
        if isinstance(mark, str) and mark in ids:
            return ids[mark]
    return None


def attachments_of(cell):
    """The pictures in a cell, as far as they are what a notebook may hold."""
    attachments, found = cell.get("attachments"), {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        if isinstance(bundle, dict) and all(isinstance(data, str) for data in bundle.values()):
            try:
                "".join((name, *bundle, *bundle.values())).encode()
                found[name] = dict(bundle)
            except UnicodeEncodeError:  # half a character
                continue
    return found


def recognise(pieces, slots):
    """Give each piece that comes from a locked cell its name. Returns the pieces, what students
    added to locked cells set apart in pieces of their own, and the names of the locked cells that
    were changed and of those that stand there more than once."""
    copied = _by_their_text(pieces, slots)
    changed = _by_their_marks(pieces, slots)
    _by_a_part_of_their_text(pieces, slots)
    changed += _by_their_heading(pieces, slots)
    changed += _by_what_they_check(pieces, slots)
    _by_what_was_handed_out(pieces, slots)
    result = []
    for piece in pieces:
        own = own_part(piece, slots) if piece.name in changed else None
        if piece.name == GONE:
            continue
        if own and slots[piece.name].kind == "check":
            result += [own, piece]
        else:
            result += [piece, own] if own else [piece]
    return result, [name for name in slots if name in changed], copied


def _keys(source):
    """What stays the same when an editor lays a cell out anew."""
    if len(source) > MOST_CODE:
        return []
    done = shapes(source)
    keys = [("code", done), ("words", tuple(words(source)))]
    return [key for key in keys if key[1]]


def _by_their_text(pieces, slots):
    fitting = defaultdict(list)
    for name, slot in slots.items():
        if slot.kind in ("setup", "check"):
            keys = [key for key in _keys(slot.cell.source) if key[0] == "code"]
        else:
            keys = [key for key in _keys(slot.cell.source) if key[0] == "words"]
        for key in keys if not slot.answered else ():
            fitting[key].append(name)
    claims, undecided = defaultdict(list), []
    for piece in pieces:
        names = {name: 1 for key in _keys(piece.source) for name in fitting[key]}
        if piece.mark in names:
            claims[piece.mark].append(piece)
        elif len(names) == 1 and not (piece.mark in slots and slots[piece.mark].answered):
            claims[next(iter(names))].append(piece)
        elif names:
            undecided.append((piece, list(names)))
    for piece, names in undecided:  # cells of the same text: the next one that is not there yet
        before = pieces[: pieces.index(piece)]
        parts = [slots[n].part for n, own in claims.items() for other in own if other in before]
        part = parts and max(parts) or 0
        free = [name for name in names if name not in claims]
        if free:
            claims[min(free, key=lambda name: (slots[name].part < part, slots[name].part))] = [
                piece
            ]
        elif not (piece.mark in slots and slots[piece.mark].answered):
            claims[names[-1]].append(piece)
    copied = []
    for name, same in claims.items():
        kept = ([piece for piece in same if piece.mark == name] or same)[-1]
        for piece in same:
            piece.name = name if piece is kept else GONE
        if len(same) > 1:
            copied.append(name)
    return copied


def _claimed(pieces):
    return {piece.name for piece in pieces}


def _by_their_marks(pieces, slots):
    """A mark counts where no other cell has the text. Returns the names of changed cells."""
    changed, claimed = [], _claimed(pieces)
    for piece in reversed(pieces):  # of copies the last counts, as in nbgrader
        slot = slots.get(piece.mark)
        if piece.name or slot is None or slot.answered:
            continue
        if slot.name in claimed:
            piece.mark = None
            continue
        piece.name = slot.name
        claimed.add(slot.name)
        if slot.locked and not is_part_of(piece.source, slot):
            changed.append(slot.name)
    return changed


def _by_a_part_of_their_text(pieces, slots):
    """Some editors cut a text into its paragraphs, and a cell can be split."""
    claimed = _claimed(pieces)
    for piece in pieces:
        if piece.name or piece.mark:
            continue
        for name, slot in slots.items():
            if slot.kind == ("check" if piece.is_code else "text") and is_part_of(
                piece.source, slot
            ):
                piece.name = GONE if name in claimed else name
                claimed.add(name)
                break


def _by_their_heading(pieces, slots):
    """A text that was changed, or is of an older release, is known by its heading."""
    changed, claimed = [], _claimed(pieces)
    for piece in pieces:
        said = heading(piece.source) if not piece.name and not piece.mark else None
        if piece.is_code or not said:
            continue
        for name, slot in slots.items():
            handed_out = heading(slot.cell.source) if slot.kind == "text" else None
            numbered = said[:2] == (handed_out or ())[:2] and said[1:2] and said[1].isdigit()
            if name not in claimed and handed_out and (said == handed_out or numbered):
                piece.name = name
                claimed.add(name)
                changed.append(name)
                break
    return changed


def _calls(source):
    """The shapes of the functions that a cell calls, where it does nothing else."""
    tree = parsed(source)
    lines = tree.body if tree else []
    if not lines or not all(
        isinstance(line, ast.Expr) and isinstance(line.value, ast.Call) for line in lines
    ):
        return set()
    return {shape(line.value.func) for line in lines}


def _by_what_they_check(pieces, slots):
    """A check that was changed, or is of an older release, calls the same for the same answer."""
    changed, claimed = [], _claimed(pieces)
    for slot in slots.values():
        check = check_of(slot, slots) if slot.kind == "answer" else None
        if check is None or check.name in claimed:
            continue
        calls = _calls(check.cell.source)
        for piece in pieces:
            if (
                not piece.name
                and not piece.mark
                and piece.is_code
                and calls
                and calls == _calls(piece.source)
                and used(piece.source) & set(slot.names)
            ):
                piece.name = check.name
                claimed.add(check.name)
                changed.append(check.name)
                break
    return changed


def _by_what_was_handed_out(pieces, slots):
    """An answer not begun has the text that it was handed out with, whatever its marks say. It is
    marked, no more: there may be another cell with that answer. Of several that are alike, the next
    one is taken."""
    stubs = defaultdict(list)
    for name, slot in slots.items():
        if slot.answered:
            stubs[plain(slot.cell.source)].append(name)
    part = 0
    for piece in pieces:
        if piece.name in slots:
            part = slots[piece.name].part
        names = stubs.get(plain(piece.source), []) if not piece.name else []
        if names and piece.mark not in names:
            taken = {other.mark for other in pieces}
            free = [name for name in names if name not in taken] or names
            piece.mark = min(free, key=lambda name: (slots[name].part < part, slots[name].part))


def own_part(piece, slots):
    """What a student added to a locked cell, as a piece of its own, or None."""
    slot = slots[piece.name]
    original = slot.cell.source
    if slot.kind == "text":
        source = added(piece.source, original)
    else:
        source = _own_definitions(piece.source, original)
    kind = piece.kind if slot.kind == "text" else "code"
    attachments = piece.attachments if slot.kind == "text" else {}
    return Piece(source, kind, attachments=attachments) if source.strip() else None


def _own_definitions(source, original):
    """The statements of a locked cell that define what the original does not: other answers may
    need them. What would take the place of something that is given is left out."""
    tree, lines = parsed(source), source.split("\n")
    if tree is None:
        guessed = definitions(source)
        given = {plain(line) for line in original.split("\n")}
        imports = [line for line in lines if line.startswith(("import ", "from "))]
        return (
            source
            if any(found.kind == "function" for found in guessed)
            else "\n".join(line for line in imports if plain(line) not in given)
        )
    given = {definition.name for definition in definitions(original)}
    kept = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            new = [
                alias
                for alias in statement.names
                if (alias.asname or alias.name.split(".")[0]) not in given
            ]
            if new:
                statement = type(statement)(**{**dict(ast.iter_fields(statement)), "names": new})
                kept.append(ast.unparse(statement))
        elif isinstance(statement, (*FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign)):
            first = min([statement.lineno, *(d.lineno for d in _decorators(statement))])
            text = "\n".join(lines[first - 1 : statement.end_lineno])
            if not {definition.name for definition in definitions(text)} & given:
                kept.append(text)
    return "\n".join(kept)


def _decorators(statement):
    return getattr(statement, "decorator_list", [])
