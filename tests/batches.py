"""Batches of submissions of the real problem sets: right ones, wrong ones whose mistakes are known,
and broken ones.

python tests/batches.py ps3 folder [--good 40 --wrong 120 --broken 40]

writes such a batch, to try grading on.
"""

import argparse
import inspect
import itertools
import pathlib
import re
import sys

import nbformat

from broken_submissions import BROKEN, good_submission, write
from answers import WRONG

ROOT = pathlib.Path(__file__).resolve().parent.parent
PREAMBLE = "import numpy as np\nfrom bpkit import Network, datasets, forward\n\n"


def problem_set(name):
    """(a right submission, the release) of the problem set whose name begins like this."""
    (path,) = (ROOT / "solutions").glob(f"{name}*/*.ipynb")
    release = nbformat.read(ROOT / "exercises" / path.parent.name / path.name, as_version=4)
    return good_submission(nbformat.read(path, as_version=4), release), release


def functions_asked_for(notebook):
    """{task: (id of the cell for the answer, id of the cell that checks it, name of the function)};
    what is to be mended is left out."""
    found, answer = {}, None
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.nbgrader.solution:
            answer = cell
        check = re.fullmatch(r'diagnosis\.check\("([^"]+)", (\w+)\)', cell.source.strip())
        if check and f"def {check[2]}(" in answer.source:
            found[check[1]] = answer.id, cell.id, check[2]
    return found


def wrong_submissions(good):
    """[(notebook, {id of the checking cell: number of the mistake})]: each has one wrong answer in
    every task, as far as there are any."""
    asked = functions_asked_for(good)
    by_task = {
        task: [
            (number, source_of(function, asked[task][2]))
            for number, of, function in WRONG
            if of == task
        ]
        for task in asked
    }
    made = []
    for answers in itertools.zip_longest(*by_task.values()):
        notebook, mistakes = nbformat.from_dict(good), {}
        notebook.cells = [cell.copy() for cell in good.cells]
        for (answer_id, check_id, _), answer in zip(asked.values(), answers):
            if answer:
                mistakes[check_id], source = answer
                next(cell for cell in notebook.cells if cell.id == answer_id).source = source
        made.append((notebook, mistakes))
    return made


def source_of(function, name):
    """The code of a wrong answer under the name that a problem set asks for."""
    lines = inspect.getsource(function).splitlines()
    code = "\n".join(line for line in lines if not line.startswith("@"))
    return PREAMBLE + re.sub(r"^def \w+", f"def {name}", code, flags=re.M, count=1)


def main():
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("problem_set")
    ask.add_argument("folder", type=pathlib.Path)
    for kind, number in (("good", 40), ("wrong", 120), ("broken", 40)):
        ask.add_argument(f"--{kind}", type=int, default=number)
    wish = ask.parse_args()
    good, _ = problem_set(wish.problem_set)
    for number in range(wish.good):
        write(good, wish.folder / f"good_{number:03}.ipynb")
    for number, (notebook, _) in zip(range(wish.wrong), itertools.cycle(wrong_submissions(good))):
        write(notebook, wish.folder / f"wrong_{number:03}.ipynb")
    for number, (name, break_it) in zip(range(wish.broken), itertools.cycle(BROKEN.items())):
        write(
            break_it(good, task=-1)[0],
            wish.folder / f"broken_{number:03}_{re.sub(r'[^a-z0-9]+', '_', name.lower())}.ipynb",
        )


if __name__ == "__main__":
    sys.exit(main())
