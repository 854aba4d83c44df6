"""Answers that resemble each other more than chance explains, pointed out without a verdict.

Answers are compared by their sequences of tokens, as MOSS does (Schleimer, Wilkerson and Aiken
2003): names that a student chose, comments and layout do not count. What was handed out, what
stands in the model answer and what a large part of the class wrote is no sign of anything and is
left out.
"""

import ast
import io
import itertools
import re
import tokenize
from collections import Counter, defaultdict

import nbformat

from .clean import written
from .reading import graded_notebooks
from .tasks import is_handed_out, tasks_of

LENGTH = {"code": 8, "markdown": 4}  # tokens, or words, that make one piece
FEWEST = 12  # pieces of its own that an answer must have to be compared
SHARE = 0.7  # of the smaller answer's pieces
LARGE_CLASS, COMMON = 12, 0.25  # in a class of so many, what a quarter wrote is common
SOLUTION = re.compile(r"### (BEGIN|END) SOLUTION\n?")
NOTE = (
    "This is no verdict. Two people who worked or learned together, or from the same page, write "
    "alike, and some tasks leave little choice. Read both answers, and ask before you judge."
)


def copies(problem_set, out):
    """Print the pairs of submissions with answers alike.

    Returns
    -------
    [(share, {task: share}, student, student)], the most alike first
    """
    source = nbformat.read(out / "source" / problem_set / f"{problem_set}.ipynb", as_version=4)
    release = nbformat.read(out / "release" / problem_set / f"{problem_set}.ipynb", as_version=4)
    submissions = graded_notebooks(problem_set, out)
    pairs = alike(submissions, release, source)
    if not pairs:
        print(f"No two of {len(submissions)} submissions of {problem_set} have answers alike.")
        return []
    print(
        f"{problem_set}: answers alike among {len(submissions)} submissions\n\n"
        "share  who, and in what"
    )
    for share, tasks, one, other in pairs:
        found = "; ".join(f"{task} ({part:.0%})" for task, part in tasks.items())
        print(f"{share:5.0%}  {one} and {other}: {found}")
    print(f"\n{NOTE}")
    return pairs


def alike(submissions, release, source):
    """[(share, {task: share}, student, student)] for notebooks {student: notebook}."""
    given = {task.graded[-1]: pieces_of(task.cells) for task in _graded(release)}
    model = {task.graded[-1]: pieces_of(_without_marks(task.cells)) for task in _graded(source)}
    shared, sizes, headings = defaultdict(Counter), {}, {}
    own = defaultdict(dict)
    for student, notebook in submissions.items():
        for task in _graded(notebook):
            name = task.graded[-1]
            mine = [cell for cell in task.cells if not is_handed_out(cell)]
            pieces = pieces_of(mine) - given.get(name, set()) - model.get(name, set())
            own[name][student] = pieces
            headings[name] = task.heading
    for name, answers in own.items():
        owners = defaultdict(list)
        for student, pieces in answers.items():
            for piece in pieces:
                owners[piece].append(student)
        most = COMMON * len(answers) if len(answers) >= LARGE_CLASS else len(answers)
        rare = {piece: who for piece, who in owners.items() if len(who) <= most}
        sizes[name] = Counter(student for who in rare.values() for student in who)
        for who in rare.values():
            for pair in itertools.combinations(sorted(who), 2):
                shared[pair][name] += 1
    found = []
    for (one, other), counts in shared.items():
        tasks, alike_in, all_of = {}, 0, 0
        for name in own:
            smaller = min(sizes[name][one], sizes[name][other])
            if smaller >= FEWEST and counts[name] / smaller >= SHARE:
                tasks[headings[name]] = counts[name] / smaller
                alike_in, all_of = alike_in + counts[name], all_of + smaller
        if tasks:
            found.append((alike_in / all_of, tasks, one, other))
    return sorted(found, key=lambda pair: (-len(pair[1]), -pair[0], pair[2:]))


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
