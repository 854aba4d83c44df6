"""What a class got wrong: the mistakes named in a graded batch, as a table and as a picture."""

import itertools
import sys
import textwrap
from collections import Counter

import nbformat
from nbgrader import utils

from bpkit.diagnosis.exercise import VERDICT
from bpkit.diagnosis.mistakes import CATALOGUE, WATCHED

from ..course import course_directory
from ..finding.found import read_found
from .handed_out import mistakes_handed_out
from .marks import open_gradebook
from .reading import graded_notebooks, release_of
from .tasks import name_of, short, tasks_of

STATUSES = ["right", "named", "unknown", "unusable", "untouched", "stopped"]
NOTHING = "Nothing was handed in."  # as find.submission_of says it
CHANGED_ARGUMENT = ("an argument changed by the function", "02 section 6")


def about(mistake):
    """(what it is, where to reread) for the id of a mistake."""
    known = {one.id: (one.name, one.read) for one in (*CATALOGUE, *WATCHED)}
    return known.get(
        mistake, CHANGED_ARGUMENT if mistake == "39" else ("not in the catalogue", "–")
    )


def summary(problem_set, out):
    """Print and draw how often each named mistake was made, and how each task went.

    A submission counts once for each mistake, and once for each task. A mistake that stands in the
    program that was handed out is nobody's.

    Returns
    -------
    {mistake: number of submissions}
    """
    submissions = graded_notebooks(problem_set, out)
    found = read_found(out, problem_set)
    absent, unreadable = [], []
    for student in everybody(problem_set, out):
        if NOTHING in found.get(student, {}).get("remarks", []):
            absent.append(student)
        elif student not in submissions:
            unreadable.append(student)
    if not submissions and not unreadable and not absent:
        sys.exit(f"No graded submission of {problem_set} is in {out}: run the grade command first.")
    release = release_of(problem_set, out)
    handed_out = mistakes_handed_out(release)
    labels = {name: short(task.heading) for task in tasks_of(release) for name in task.graded}
    mistakes, statuses = counted(map(results_in, submissions.values()), handed_out)
    nothing = f"; {len(absent)} of the roster handed in nothing" if absent else ""
    print(
        f"{problem_set}: {len(submissions) + len(unreadable)} submissions, of which "
        f"{len(unreadable)} could not be read{nothing}\n"
    )
    order = list(labels)
    print_statuses(
        {
            f"{labels[name]}, {task or name}": statuses[name, task]
            for name, task in sorted(statuses, key=lambda key: order.index(key[0]))
        }
    )
    if handed_out:
        where = " and ".join(dict.fromkeys(labels[name] for name in handed_out))
        print(f"\nIn {where}, untouched means that the mistake handed out is still there.")
    ranked = sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))
    print(
        "\nmistake  submissions  what it is (where to reread)"
        if ranked
        else "\nNo named mistake was made."
    )
    for mistake, count in ranked:
        print(f"{mistake:7}  {count:11}  {'{} ({})'.format(*about(mistake))}")
    picture = out / f"mistakes_{problem_set}.png"
    draw_mistakes(ranked, len(submissions), picture)
    print(f"\nThe same as a picture: {picture}")
    return dict(ranked)


def everybody(problem_set, out):
    """The students who handed something in, by nbgrader's gradebook."""
    course = course_directory(out)
    if course.db_url.startswith("sqlite") and not (out / "gradebook.db").exists():
        return []  # asking for it would make an empty one
    with open_gradebook(course) as gradebook:
        return [one.student_id for one in gradebook.assignment_submissions(problem_set)]


def counted(submissions, handed_out):
    """How many made each mistake, {mistake: number}, and how each task went, {(name of the graded
    cell, task): {status: number}}, in submissions of which each is what results_in says.

    A cell that stopped did so in each task that it asks of others. Whoever has left in a program
    the mistake that was handed out has not touched it.
    """
    submissions = [list(results) for results in submissions]
    asked, mistakes, statuses = {}, Counter(), {}
    for name, task, status, _ in itertools.chain(*submissions):
        if status != "stopped":
            asked.setdefault(name, {})[task] = True
    for results in submissions:
        named = set()
        for name, task, status, made in results:
            own = made - handed_out.get(name, set())
            status = "untouched" if made and not own else status
            named |= own
            for one in asked.get(name, [""]) if status == "stopped" else [task]:
                statuses.setdefault((name, one), Counter())[status] += 1
        mistakes.update(named)
    return mistakes, statuses


def results_in(notebook):
    """(name of the graded cell, task, status, {mistake}) for all that was graded by program; a cell
    without a verdict has stopped with an error."""
    for cell in notebook.cells:
        if utils.is_grade(cell) and cell.cell_type == "code":
            verdicts = list(verdicts_in(nbformat.v4.new_notebook(cells=[cell])))
            for verdict in verdicts:
                yield name_of(cell), verdict["task"], verdict["status"], set(verdict["mistakes"])
            if not verdicts:
                yield name_of(cell), "", "stopped", set()


def print_statuses(statuses):
    width = max([len(label) for label in statuses] + [len("task")])
    print(f"{'task':{width}}", *(f"{status:>9}" for status in STATUSES))
    for label, counts in statuses.items():
        print(f"{label:{width}}", *(f"{counts[status]:9}" for status in STATUSES))


def verdicts_in(notebook):
    """What the tests of a graded notebook said of each task, as far as it has the form of a
    verdict."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []) if utils.is_grade(cell) else []:
            verdict = output.get("data", {}).get(VERDICT)
            if is_verdict(verdict):
                yield verdict


def is_verdict(verdict):
    """Whether this is what the judge puts out. An old graded notebook may hold what a submission
    put out in its place."""
    return (
        isinstance(verdict, dict)
        and isinstance(verdict.get("task"), str)
        and verdict.get("status") in STATUSES[:-1]
        and isinstance(verdict.get("mistakes"), list)
        and all(isinstance(mistake, str) for mistake in verdict["mistakes"])
    )


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
