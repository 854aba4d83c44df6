"""Grading with solutions/grading: a batch of broken submissions, the sandbox, the release.

The batch is graded once, by the command, on a small problem set made here; test_batch grades those
in solutions/.
"""

import copy
import csv
import shutil
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from broken_submissions import BROKEN, ENDLESS, good_submission, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

COURSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(COURSE / "solutions"))
from bpkit.diagnosis.exercise import VERDICT  # noqa: E402
from grading.mending import mend  # noqa: E402
from grading.batch import grade  # noqa: E402
from grading.judging.judge import Judged, libraries, library_without  # noqa: E402
from grading.release import release as make_release  # noqa: E402
from grading.judging.run import Submission  # noqa: E402
from grading.judging.sandbox import sandbox_works  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402
from nbgrader.utils import determine_grade  # noqa: E402

pytestmark = pytest.mark.slow
needs_sandbox = pytest.mark.skipif(
    not sandbox_works(), reason="bubblewrap is missing or does not work here"
)

TEST_CELL = """\
{name}(1)
### BEGIN HIDDEN TESTS
answer = {name}(3)
points = 2.0 if answer == {wanted} else 0.0 if answer is None else 1.0
status, mistakes = {{2: ("right", []), 1: ("named", ["0{number}"]), 0: ("untouched", [])}}[points]
verdict = {{"task": "{name}", "status": status, "mistakes": mistakes, "points": points, "of": 2.0}}
display({{"{verdict}": verdict, "text/plain": str(verdict)}}, raw=True)
points
### END HIDDEN TESTS"""
FUNCTIONS = {"double": "2 * x", "square": "x * x", "cube": "x ** 3"}
FULL = {f"test_{name}": 2.0 for name in FUNCTIONS}


def nbgrader_cell(new_cell, name, source, **settings):
    settings = {
        "grade": False,
        "solution": False,
        "locked": False,
        "schema_version": 3,
        "task": False,
        **settings,
    }
    return new_cell(source, id=name, metadata={"nbgrader": {"grade_id": name, **settings}})


def sample_problem_set(folder):
    """Three tasks of 2 points each, and a written answer of 3."""
    cells = [
        new_markdown_cell("# A sample", id="title"),
        nbgrader_cell(new_code_cell, "setup", "import bpkit", locked=True),
    ]
    for number, (name, formula) in enumerate(FUNCTIONS.items(), start=1):
        solution = (
            f'def {name}(x):\n    """Return {formula}."""\n'
            f"    ### BEGIN SOLUTION\n    return {formula}\n    ### END SOLUTION"
        )
        test = TEST_CELL.format(
            name=name, number=number, wanted=eval(formula, {"x": 3}), verdict=VERDICT
        )
        cells += [
            new_markdown_cell(f"Now `{name}`.", id=f"text_{name}"),
            nbgrader_cell(new_code_cell, f"solve_{name}", solution, solution=True),
            nbgrader_cell(new_code_cell, f"test_{name}", test, grade=True, locked=True, points=2),
        ]
    cells.append(
        nbgrader_cell(new_markdown_cell, "why", "Because.", grade=True, solution=True, points=3)
    )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir(parents=True)
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{folder.name}.ipynb"
    )
    return folder


def notebooks_of(problem_set, folder):
    """A right submission and the release of a problem set."""
    make_release([problem_set], folder / "exercises")
    name = f"{problem_set.name}/{problem_set.name}.ipynb"
    release = nbformat.read(folder / "exercises" / name, as_version=4)
    return good_submission(nbformat.read(problem_set.parent / name, as_version=4), release), release


def run_command(*arguments):
    command = [sys.executable, COURSE / "solutions" / "grading", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def grades_in(out, problem_set):
    with (out / f"grades_{problem_set.name}.csv").open(encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def points(row):
    return {task: float(row[task]) for task in FULL}


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return sample_problem_set(tmp_path_factory.mktemp("course") / "solutions" / "ps0_sample")


@pytest.fixture(scope="module")
def release_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("release")


@pytest.fixture(scope="module")
def good_and_release(sample, release_folder):
    return notebooks_of(sample, release_folder)


@pytest.fixture(scope="module")
def batch(sample, good_and_release, tmp_path_factory):
    """A submission broken in its first task in each way, and some more; `lost` is what each must
    lose. Those that never end are a batch of their own: a short limit in seconds, which a busy
    machine can make too short for a long answer, is for them alone."""
    folder = tmp_path_factory.mktemp("batch")
    good, release = good_and_release
    submissions, out, lost = folder / "submissions", folder / "graded", {}
    endless, out_of_endless = folder / "endless", folder / "graded endless"
    file = f"{sample.name}.ipynb"
    write(good, submissions / "good" / sample.name / file)  # each of the three layouts occurs
    write(release, submissions / "untouched" / file)
    for name, break_it in BROKEN.items():
        broken, lost[name] = break_it(good, task=0)
        write(broken, (endless if name in ENDLESS else submissions) / f"{name}.ipynb")
    (submissions / "no notebook").mkdir()
    wrong = good_submission(good, release)
    for student, task, code in (
        ("wrong", 0, "def double(x): return x"),
        ("wrong twice", 1, "def square(x): return x"),
    ):
        wrong.cells[3 + 3 * task].source = code
        write(wrong, submissions / f"{student}.ipynb")
    write(good, submissions / "Zoë [2] + Jörg, O'Neill.ipynb")
    with ThreadPoolExecutor() as side_by_side:  # the endless ones wait most of the time
        short = side_by_side.submit(
            run_command, "grade", sample, endless, "--out", out_of_endless, "--seconds", "8"
        )
        ran = run_command("grade", sample, submissions, "--out", out, "--seconds", "600")
    assert (ran.returncode, short.result().returncode) == (0, 0), ran.stderr + short.result().stderr
    return {
        "printed": ran.stdout + short.result().stdout,
        "out": out,
        "out of endless": out_of_endless,
        "lost": lost,
        "grades": grades_in(out, sample) | grades_in(out_of_endless, sample),
        "good": good,
    }


def test_a_right_submission_gets_all_points_and_its_text_waits_for_a_person(batch):
    row = batch["grades"]["good"]
    assert points(row) == FULL
    assert (row["total"], row["out of"], row["needs manual grading"], row["what was wrong"]) == (
        "6",
        "9",
        "why",
        "",
    )


def test_an_untouched_submission_gets_nothing_and_no_person_need_look_at_it(batch):
    row = batch["grades"]["untouched"]
    assert (row["total"], row["needs manual grading"], row["what was wrong"]) == ("0", "", "")


def test_a_wrong_submission_gets_the_points_its_test_gives(batch):
    assert points(batch["grades"]["wrong"]) == {**FULL, "test_double": 1}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_submission_keeps_what_it_earned_in_the_other_tasks(batch, name):
    lost = FULL if batch["lost"][name] is None else batch["lost"][name]
    assert points(batch["grades"][name]) == {
        task: 0.0 if task in lost else full for task, full in FULL.items()
    }


@pytest.mark.parametrize(
    "name, sentence",
    {
        "loops forever": "ran longer than 8 seconds of computing and was stopped",
        "stops itself": "did nothing for 20 seconds and was stopped",
        "loops forever and catches the interrupt": "did nothing for 20 seconds and was stopped",
        "os._exit": "ended the Python process",
        "quit": "SystemExit",
        "kills itself": "ended the Python process",
        "syntax error": "SyntaxError",
        "one huge array": "MemoryError",
        "test cells deleted": "Missing cells: test_double, test_square, test_cube",
        "tests changed": "Changed test cells: test_double",
        "copied cells": "Copied cells: solve_double, test_double",
        "binary": "no notebook",
        "empty file": "The file is empty.",
        "no notebook": "There is no notebook in no notebook.",
    }.items(),
)
def test_the_table_says_what_was_wrong(batch, name, sentence):
    row = batch["grades"][name]
    assert sentence in row["what was wrong"] + row["needs a look"]
    assert sentence in next(
        line for line in batch["printed"].splitlines() if line.startswith(f"{name}  ")
    )


def test_a_name_with_signs_of_patterns_is_graded(batch):
    (student,) = [name for name in batch["grades"] if name.startswith("Zoë _2_ _ Jörg, O'Neill")]
    assert points(batch["grades"][student]) == FULL


def test_each_submission_that_was_run_has_feedback(batch):
    for name in ("good", "os._exit", "loops forever", "test cells deleted"):
        out = batch["out of endless" if name in ENDLESS else "out"]
        page = out / "feedback" / name / "ps0_sample" / "ps0_sample.html"
        assert "test_cube" in page.read_text("utf-8")


def test_much_output_is_cut(batch):
    for name in ("prints megabytes", "shows thousands of outputs"):
        assert (
            batch["out"] / "autograded" / name / "ps0_sample" / "ps0_sample.ipynb"
        ).stat().st_size < 100_000


def test_the_summary_counts_each_mistake_once_for_each_submission(batch, sample):
    ran = run_command("summary", sample, "--out", batch["out"])
    assert ran.returncode == 0, ran.stderr
    counted = [
        line.split()[:2] for line in ran.stdout.split("mistake  submissions")[1].splitlines()
    ]
    assert (
        ["01", "2"] in counted and ["02", "1"] in counted and "a sum over the pairs" in ran.stdout
    )
    assert (batch["out"] / "mistakes_ps0_sample.png").read_bytes().startswith(b"\x89PNG")


def test_grading_again_keeps_points_given_by_hand_and_takes_back_those_of_a_lost_notebook(
    sample, good_and_release, tmp_path
):
    good, _ = good_and_release
    submissions, out = tmp_path / "submissions", tmp_path / "graded"
    write(good, submissions / "ada.ipynb")
    write(BROKEN["os._exit"](good, 0)[0], submissions / "bob.ipynb")
    write(good, submissions / "eve.ipynb")
    first = grade(sample, submissions, out, seconds=60)
    with Gradebook(f"sqlite:///{out}/gradebook.db") as gradebook:
        given = gradebook.find_grade("why", sample.name, sample.name, "ada")
        given.manual_score, given.needs_manual_grade = 2.5, False
        gradebook.db.commit()
    write(b"", submissions / "eve.ipynb")
    shutil.rmtree(out / "received")  # where the earlier one, which would count, is kept
    again = grade(sample, submissions, out, seconds=60)
    assert again[1] == first[1]
    assert ([row["total"] for row in first], [row["total"] for row in again]) == (
        [6, 4, 6],
        [8.5, 4, 0],
    )


# ---------------------------------------------------------------------------------- strict grading


CHECKS = {  # what a check of 2 points may end with, and what that earns
    "2.0": 2,
    "0.5": 0.5,
    "0": 0,
    "print('careful')\n2.0": 2,
    "2.1": 0,
    "-1": 0,
    "float('nan')": 0,
    "float('inf')": 0,
    "'2.0'": 0,
    "None": 0,
    "True": 0,
    "points = 2.0": 0,
    "raise ValueError('2.0')": 0,
    "display({'text/plain': '2.0'}, raw=True)": 0,
    "mine": 1.5,
    "not_there": 0,
}


@pytest.fixture(scope="module")
def checks():
    cells = [new_code_cell("mine = 1.5")]
    for number, source in enumerate(CHECKS):
        cells.append(
            nbgrader_cell(
                new_code_cell, f"check_{number}", source, grade=True, locked=True, points=2
            )
        )
    notebook, _ = Judged(sandboxed=sandbox_works()).preprocess(new_notebook(cells=cells), {})
    return dict(zip(CHECKS, notebook.cells[1:]))


@pytest.mark.parametrize("source, earned", CHECKS.items())
def test_a_check_earns_its_one_result_if_that_is_a_number_of_points_and_else_nothing(
    checks, source, earned
):
    assert determine_grade(checks[source])[0] == earned


def test_a_name_that_is_not_defined_is_said(checks):
    (error,) = checks["not_there"].outputs
    assert error.evalue.startswith("not_there is not defined")


# ----------------------------------------------------------------------------------- deleted cells


@pytest.mark.parametrize("kept", range(0, 128, 7))
def test_missing_cells_come_back_in_their_order_whichever_they_are(good_and_release, kept):
    """`kept` says, bit by bit, which of the cells that nbgrader knows stay."""
    good, release = copy.deepcopy(good_and_release)
    known = [cell.id for cell in good.cells if "nbgrader" in cell.metadata]
    gone = {name for number, name in enumerate(known) if not kept >> number & 1}
    good.cells = [cell for cell in good.cells if cell.id not in gone]
    fixed = mend.mended(good, release).notebook
    assert [
        cell.metadata.nbgrader.grade_id for cell in fixed.cells if "nbgrader" in cell.metadata
    ] == known
    nbformat.validate(fixed)


# ------------------------------------------------------------------------------------- the sandbox


def printed(code, sandboxed):
    """What a cell of a submission prints."""
    started = Submission(libraries(), 2**31, sandboxed)
    try:
        started.round(library_without(()))
        outputs = started.cell(code, 20)
    finally:
        started.stop()
    return "".join(output.get("text") or str(output.get("error")) for output in outputs)


@needs_sandbox
def test_a_submission_cannot_open_a_connection():
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=server.accept, daemon=True).start()
        code = (
            f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), "
            "5); print('rea' + 'ched')"
        )
        assert "reached" not in printed(code, sandboxed=True)
        assert "reached" in printed(code, sandboxed=False)


@needs_sandbox
@pytest.mark.parametrize(
    "place", ["solutions", "the gradebook", "another submission", "the home folder", "the tests"]
)
def test_a_submission_cannot_read(batch, place):
    path = {
        "solutions": COURSE / "solutions" / "grading" / "batch.py",
        "the gradebook": batch["out"] / "gradebook.db",
        "another submission": batch["out"]
        / "submitted"
        / "good"
        / "ps0_sample"
        / "ps0_sample.ipynb",
        "the home folder": Path.home(),
        "the tests": COURSE / "tests",
    }[place]
    # a part of the home folder may be there, where Python is installed in it, but nothing else of
    # it
    code = (
        f"from pathlib import Path\npath = Path({str(path)!r})\n"
        "print(sorted(path.glob('.bash*')) if path.is_dir() else path.exists())"
    )
    assert printed(code, sandboxed=True).strip() in ("False", "[]")
    assert (
        printed(f"import os; print(os.path.exists({str(path)!r}))", sandboxed=False).strip()
        == "True"
    )


@needs_sandbox
def test_a_submission_can_write_to_its_own_folder_only():
    code = f"""
open("mine", "w")
for place in ("/", "/usr", "/dev/shm", {sys.prefix!r}):
    try:
        open(place + "/x", "w")
        print(place)
    except OSError:
        pass
"""
    assert printed(code, sandboxed=True) == ""


@needs_sandbox
def test_a_submission_does_not_see_the_environment_of_the_grader(monkeypatch):
    monkeypatch.setenv("GRADERS_PASSWORD", "secret")
    assert (
        printed("import os; print(os.environ.get('GRADERS_PASSWORD'))", sandboxed=True) == "None\n"
    )


def test_without_a_sandbox_the_batch_says_so_and_is_graded(
    sample, good_and_release, tmp_path, monkeypatch, capsys
):
    for module in ("batch", "judging.steps"):
        monkeypatch.setattr(f"grading.{module}.sandbox_works", lambda: False)
    good, _ = good_and_release
    write(good, tmp_path / "submissions" / "ada.ipynb")
    write(
        BROKEN["loops forever and catches the interrupt"](good, 0)[0],
        tmp_path / "submissions" / "bob.ipynb",
    )
    rows = grade(sample, tmp_path / "submissions", tmp_path / "graded", seconds=8)
    assert [row["total"] for row in rows] == [6, 4]
    assert capsys.readouterr().out.startswith("No sandbox: ")


# ------------------------------------------------------------------------------------- the release


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_release_is_the_same_each_time_and_holds_no_answers(
    sample, good_and_release, release_folder, tmp_path
):
    make_release([sample], tmp_path / "exercises")
    released = contents(tmp_path)
    assert released == contents(release_folder)
    assert list(map(str, released)) == [
        "exercises/ps0_sample/ps0_sample.ipynb"
    ]  # no gradebook is left
    text = b"".join(released.values()).decode()
    assert "# Your code here." in text and "Your answer here." in text
    assert not any(secret in text for secret in ("BEGIN", "END", "return", "Because", "verdict"))


def test_a_release_that_fails_changes_nothing(tmp_path):
    whole = sample_problem_set(tmp_path / "solutions" / "ps1_whole")
    broken = sample_problem_set(tmp_path / "solutions" / "ps2_broken")
    path = broken / "ps2_broken.ipynb"
    path.write_text(path.read_text("utf-8").replace("### END SOLUTION", ""), "utf-8")
    with pytest.raises(RuntimeError, match="no end solution"):
        make_release([whole, broken], tmp_path / "exercises")
    assert contents(tmp_path / "exercises") == {}


# ------------------------------------------------------------------------ what an instructor asked


@pytest.mark.parametrize("command", ["read", "pack", "summary", "copies", "totals"])
def test_a_command_for_what_was_graded_says_so_where_nothing_was(command, tmp_path):
    name = [] if command == "totals" else ["ps5"]
    ran = run_command(command, *name, "--out", tmp_path / "graded")
    assert ran.returncode == 1 and ran.stderr.endswith(": run the grade command first.\n")
    assert len(ran.stderr.splitlines()) == 1 and not (tmp_path / "graded").exists()


@pytest.mark.parametrize("command", ["read", "pack", "summary", "copies"])
def test_make_has_a_target_for_each_command_after_grading(command):
    make = ["make", "--no-print-directory", "-n", command, "PS=ps3", "OUT=a b"]
    ran = subprocess.run(make, cwd=COURSE, capture_output=True, text=True)
    assert f'solutions/grading {command} "ps3" --out "a b"' in ran.stdout
    shown = subprocess.run(["make", "help"], cwd=COURSE, capture_output=True, text=True).stdout
    assert f"make {command} PS=ps3" in shown
