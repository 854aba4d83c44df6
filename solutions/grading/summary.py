"""What a class got wrong: the mistakes named in a graded batch, as a table and as a picture."""

import sys
import textwrap
from collections import Counter

import nbformat
from nbgrader import utils

from bpkit.diagnosis.exercise import VERDICT
from bpkit.diagnosis.mistakes import CATALOGUE, WATCHED

STATUSES = ["right", "named", "unknown", "unusable", "untouched"]
CHANGED_ARGUMENT = ("an argument changed by the function", "02 section 6")


def about(mistake):
    """(what it is, where to reread) for the id of a mistake."""
    known = {one.id: (one.name, one.read) for one in (*CATALOGUE, *WATCHED)}
    return known.get(
        mistake, CHANGED_ARGUMENT if mistake == "39" else ("not in the catalogue", "–")
    )


def summary(problem_set, out):
    """Print and draw how often each named mistake was made. Returns {mistake: number of
    submissions}."""
    paths = sorted((out / "autograded").glob(f"*/{problem_set}/{problem_set}.ipynb"))
    if not paths:
        sys.exit(f"No graded submission of {problem_set} is in {out}: run the grade command first.")
    mistakes, statuses = Counter(), {}
    for path in paths:
        named = set()
        for verdict in verdicts_in(nbformat.read(path, as_version=4)):
            statuses.setdefault(str(verdict.get("task")), Counter())[verdict.get("status")] += 1
            named.update(str(mistake) for mistake in verdict.get("mistakes") or [])
        mistakes.update(named)
    print(f"{problem_set}: {len(paths)} submissions\n")
    width = max([len(task) for task in statuses] + [len("task")])
    print(f"{'task':{width}}", *(f"{status:>9}" for status in STATUSES))
    for task, counts in statuses.items():
        print(f"{task:{width}}", *(f"{counts[status]:9}" for status in STATUSES))
    ranked = sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))
    print(
        "\nmistake  submissions  what it is (where to reread)"
        if ranked
        else "\nNo named mistake was made."
    )
    for mistake, count in ranked:
        print(f"{mistake:7}  {count:11}  {'{} ({})'.format(*about(mistake))}")
    picture = out / f"mistakes_{problem_set}.png"
    draw_mistakes(ranked, len(paths), picture)
    print(f"\nThe same as a picture: {picture}")
    return dict(ranked)


def verdicts_in(notebook):
    """What the tests of a graded notebook said of each task."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []) if utils.is_grade(cell) else []:
            verdict = output.get("data", {}).get(VERDICT)
            if isinstance(verdict, dict):
                yield verdict


def draw_mistakes(ranked, submissions, path):
    """Bars, the most frequent mistake on top; the printed table says the same."""
    from matplotlib.figure import Figure  # only here: its import takes longer than the table

    figure = Figure(figsize=(9, 1.4 + 0.45 * len(ranked)), layout="constrained")
    axes = figure.add_subplot()
    names = [f"{mistake}: " + textwrap.fill(about(mistake)[0], 50) for mistake, _ in ranked]
    bars = axes.barh(names, [count for _, count in ranked], color="#0072B2")
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()
    axes.set_xlim(0, max([count for _, count in ranked], default=1) * 1.1)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(f"submissions with this mistake, of {submissions}")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
