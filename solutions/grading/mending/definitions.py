"""Which names a cell of Python defines, and with what: read from its source, which is never run."""

import ast
import functools
import re
import textwrap
import warnings
from typing import NamedTuple

MOST_CODE = 50_000  # characters; no answer is as long, and a parser needs memory and time
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
RUN_BELOW = ("%%time", "%%capture", "%%prun")  # IPython runs what stands below these


class Definition(NamedTuple):
    """One statement that binds a name: whether it makes a `function`, takes an `import` or sets a
    `value`; whether it is `empty`, an answer not begun; the lines where it stands, from 1 on, or
    0 where the source cannot be parsed."""

    name: str
    kind: str
    empty: bool
    first: int
    last: int


@functools.lru_cache(maxsize=256)
def parsed(source):
    """The syntax tree of a cell, or None. Lines for IPython alone count as `pass`."""
    if len(source) > MOST_CODE:
        return None
    for text in (source, textwrap.dedent(source), textwrap.dedent(_without_magics(source))):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of strings with a backslash too many
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_magics(source):
    """The source with `pass` in the place of each line that IPython does not give to Python."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        text = line.strip()
        if text.startswith(RUN_BELOW) or (text.startswith(("%", "!")) and text[:2] != "%%"):
            lines[number] = line[: len(line) - len(line.lstrip())] + "pass"
        elif text.endswith("?") and "#" not in text:
            lines[number] = line[: len(line) - len(line.lstrip())] + "pass"
    return "\n".join(lines)


@functools.lru_cache(maxsize=256)
def runs(source):
    """Whether Python takes the source as a whole: it parses, and nothing in it is out of place."""
    if len(source) > MOST_CODE:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False


def shape(statement):
    """A statement as text, by which two that do the same are the same: without comments, layout and
    docstring; None where it is nested too deep."""
    try:
        if isinstance(statement, FUNCTIONS) and ast.get_docstring(statement, clean=False):
            docstring, *body = statement.body
            statement = type(statement)(**{**dict(ast.iter_fields(statement)), "body": body})
        return ast.dump(statement)
    except (RecursionError, MemoryError):
        return None


@functools.lru_cache(maxsize=256)
def shapes(source):
    """The shapes of the statements of a cell, in order; None where it cannot be parsed."""
    tree = parsed(source)
    return None if tree is None else tuple(shape(statement) for statement in tree.body)


@functools.lru_cache(maxsize=256)
def definitions(source, stub=frozenset()):
    """The Definitions of a cell, in order. `stub` holds shapes of statements that count as
    empty."""
    tree = parsed(source)
    if tree is None:
        return _guessed(source)
    found = []
    for statement in tree.body:
        bound = _bound(statement)
        if bound:
            empty = _is_empty(statement) or bool(stub and shape(statement) in stub)
            first = min([statement.lineno, *(d.lineno for d in _decorators(statement))])
            kind = (
                "import"
                if isinstance(statement, (ast.Import, ast.ImportFrom))
                else "function"
                if isinstance(statement, FUNCTIONS)
                or isinstance(getattr(statement, "value", None), ast.Lambda)
                else "value"
            )
            found += [Definition(name, kind, empty, first, statement.end_lineno) for name in bound]
    return tuple(found)


def used(source):
    """The names that a cell reads."""
    tree = parsed(source)
    names = [] if tree is None else [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}


def without(source, cut):
    """The source without the statements of these Definitions. One that shares its lines with
    another statement stays."""
    tree, lines = parsed(source), source.split("\n")
    places = {(definition.first, definition.last) for definition in cut if definition.last}
    spans = [(d.first, d.last) for d in definitions(source)] if tree else []
    for first, last in sorted(places, reverse=True):
        shared = [
            span for span in spans if span != (first, last) and span[0] <= last and first <= span[1]
        ]
        if not shared:
            del lines[first - 1 : last]
    return "\n".join(lines)


def _decorators(statement):
    return getattr(statement, "decorator_list", [])


def _bound(statement):
    """The names that a statement binds where it stands; what is inside a function is its own."""
    names, waiting = [], [statement]
    while waiting:  # no recursion: the source may be nested as deep as it likes
        node = waiting.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Name):
            names += [node.id] if isinstance(node.ctx, ast.Store) else []
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [alias.asname or alias.name.split(".")[0] for alias in node.names]
        elif not isinstance(node, SCOPES):
            waiting.extend(ast.iter_child_nodes(node))
    return list(dict.fromkeys(names))


def _is_nothing(value, empty=()):
    return (isinstance(value, ast.Constant) and value.value in (..., None)) or (
        isinstance(value, ast.Name) and value.id in empty
    )


def _is_empty(statement):
    """Whether a statement binds names to nothing yet: `answer = ...`, or a function that does no
    work."""
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return statement.value is None or _is_nothing(statement.value)
    if not isinstance(statement, FUNCTIONS):
        return False
    empty = set()
    for line in statement.body:
        if isinstance(line, ast.Assign) and _is_nothing(line.value, empty):
            empty |= {target.id for target in line.targets if isinstance(target, ast.Name)}
        elif isinstance(line, ast.Return):
            values = line.value.elts if isinstance(line.value, ast.Tuple) else [line.value]
            if not all(value is None or _is_nothing(value, empty) for value in values):
                return False
        elif isinstance(line, ast.Raise):
            error = line.exc.func if isinstance(line.exc, ast.Call) else line.exc
            if not isinstance(error, ast.Name) or error.id != "NotImplementedError":
                return False
        elif not isinstance(line, ast.Pass) and not (
            isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
        ):
            return False
    return True


def _guessed(source):
    """What a cell with a syntax error meant to define."""
    found = []
    for line in source[:MOST_CODE].split("\n"):
        function = re.match(r"(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(", line)
        values = re.match(r"([\w, \t]+)=(?![=.]|[ \t]*\.\.\.)", line)
        if function:
            found.append(Definition(function[1], "function", False, 0, 0))
        elif values:
            for name in re.findall(r"\w+", values[1]):
                found.append(Definition(name, "value", False, 0, 0))
    return tuple(found)
