"""Answers that resemble each other more than chance explains, pointed out without a verdict.

Answers are compared by their sequences of tokens, as MOSS does (Schleimer, Wilkerson and Aiken
2003): names that a student chose, comments and layout do not count. What was handed out, what
stands in the model answer and what several others wrote is no sign of anything and is left out, and
so is an answer of which too little remains: two right answers of a line are always alike.
"""

import ast
import io
import itertools
import re
import tokenize
from collections import Counter, defaultdict

import nbformat

from .clean import written
from .reading import graded_notebooks, release_of
from .tasks import is_handed_out, short, tasks_of

LENGTH = {"code": 8, "markdown": 4}  # tokens, or words, that make one piece
FEWEST = {"code": 40, "markdown": 20}  # pieces of its own that an answer must have to be compared
SHARE = 0.7  # of the smaller answer's pieces
FEW, COMMON = 3, 0.25  # what more than three have, and more than a quarter of a class, is common
SOLUTION = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
NOTE = (
    "This is no verdict. Two people who worked or learned together, or from the same page, write "
    "alike, and some tasks leave little choice. Read both answers, and ask before you judge."
)


def copies(problem_set, out):
    """Print the pairs of submissions with answers alike.

    Returns
    -------
    [(pieces, {task: share}, student, student)], those that share most first
    """
    release = release_of(problem_set, out)
    source = nbformat.read(out / "source" / problem_set / f"{problem_set}.ipynb", as_version=4)
    submissions = graded_notebooks(problem_set, out)
    pairs, left_out = alike(submissions, release, source)
    if pairs:
        print(
            f"{problem_set}: answers alike among {len(submissions)} submissions, first those that "
            "share most of what few others have\n\nin common  who, and in what"
        )
        for pieces, tasks, one, other in pairs:
            found = "; ".join(f"{task} ({share:.0%})" for task, share in tasks.items())
            print(f"{pieces:9.0f}  {one} and {other}: {found}")
        print(f"\n{NOTE}")
    else:
        print(f"No two of {len(submissions)} submissions of {problem_set} have answers alike.")
    if left_out:
        counted = ", ".join(
            f"{task} ({few} of {all_of} answers)" for task, (few, all_of) in left_out.items()
        )
        print(
            "\nLeft out, because too little remains without the course's own solution and what "
            f"many wrote: {counted}."
        )
    return pairs


def alike(submissions, release, source):
    """Which of the notebooks {student: notebook} have answers alike.

    Returns
    -------
    [(pieces, {task: share}, student, student)], with the pieces that the two have in common, of
    which one that others have too counts less; and {task: (answers not compared, answers)}
    """
    given = {task.graded[-1]: pieces_of(task.cells) for task in _graded(release)}
    model = {task.graded[-1]: pieces_of(_without_marks(task.cells)) for task in _graded(source)}
    headings, answers = {}, defaultdict(dict)
    for student, notebook in submissions.items():
        for task in _graded(notebook):
            name = task.graded[-1]
            mine = [cell for cell in task.cells if not is_handed_out(cell)]
            pieces = pieces_of(mine) - given.get(name, set())
            headings[name] = task.heading
            if pieces:
                answers[name][student] = pieces
    found, left_out = defaultdict(lambda: [0, {}]), {}
    most = max(FEW, COMMON * len(submissions))
    for name, written_by in answers.items():
        owners = Counter(piece for pieces in written_by.values() for piece in pieces)
        own = {
            student: {piece for piece in pieces if owners[piece] <= most} - model.get(name, set())
            for student, pieces in written_by.items()
        }
        compared = [student for student in sorted(own) if enough(own[student])]
        if len(compared) < len(own):
            left_out[short(headings[name])] = len(own) - len(compared), len(own)
        for one, other in itertools.combinations(compared, 2):
            both = own[one] & own[other]
            share = len(both) / min(len(own[one]), len(own[other]))
            if share >= SHARE:
                pair = found[one, other]
                pair[0] += sum(1 / (owners[piece] - 1) for piece in both)
                pair[1][headings[name]] = share
    pairs = [(pieces, tasks, *who) for who, (pieces, tasks) in found.items()]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[2:])), left_out


def enough(pieces):
    """Whether an answer says so much of its own that another one like it is a sign of anything."""
    lengths = Counter(map(len, pieces))
    return any(lengths[LENGTH[kind]] >= FEWEST[kind] for kind in LENGTH)


def _graded(notebook):
    return [task for task in tasks_of(notebook) if task.graded]


def _without_marks(cells):
    changed = [nbformat.from_dict(dict(cell)) for cell in cells]
    for cell in changed:
        cell.source = SOLUTION.sub("", cell.source)
    return changed


def pieces_of(cells):
    """All runs of tokens in these cells, so long that they say something."""
    pieces = set()
    for cell in cells:
        text = written(cell)
        is_code = cell.cell_type == "code"
        tokens = code_tokens(text) if is_code else re.findall(r"\w+", text.casefold())
        length = LENGTH["code" if is_code else "markdown"]
        pieces.update(
            tuple(tokens[start : start + length]) for start in range(len(tokens) - length + 1)
        )
    return pieces


def code_tokens(source):
    """The tokens of Python code without layout and comments, each name that the code itself gives
    replaced by one sign."""
    given, tokens, before, new_line = names_given(source), [], "", True
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind, text = token.type, token.string
            if kind == tokenize.NAME:
                tokens.append("name" if text in given and before != "." else text)
            elif kind == tokenize.STRING and new_line:
                continue  # a docstring
            elif kind == tokenize.STRING:
                tokens.append("text")
            elif kind in (tokenize.NUMBER, tokenize.OP):
                tokens.append(text)
            if kind not in (tokenize.COMMENT, tokenize.NL):
                new_line = kind in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
                before = text
    except (tokenize.TokenError, SyntaxError):
        pass  # what comes after a fault in the code is not compared
    return tokens


def names_given(source):
    """Names of variables, arguments and functions that this code defines; none where it is no
    Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return (
        {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        | {one.arg for one in nodes if isinstance(one, ast.arg)}
        | {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
    )
