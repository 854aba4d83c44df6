"""The problem sets: what is handed out is up to date, gives nothing away and runs to its end; what
is solved is right."""

import pathlib
import re
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from bpkit.diagnosis import TASKS

ROOT = pathlib.Path(__file__).resolve().parent.parent

SETS = {path.stem: path for path in sorted((ROOT / "solutions").glob("*/*.ipynb"))}
SOLVED = {name: nbformat.read(path, as_version=4) for name, path in SETS.items()}
RELEASED = {
    name: nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4) for name in SETS
}

GUIDE = (ROOT / "solutions" / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.parametrize("name", SETS)


def cells(notebook, kind=None, graded=None):
    return [
        cell
        for cell in notebook.cells
        if (kind is None or cell.cell_type == kind)
        and (graded is None or cell.metadata.nbgrader.grade == graded)
    ]


def total_of(notebook, kind):
    return sum(cell.metadata.nbgrader.get("points", 0) for cell in cells(notebook, kind))


def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


@pytest.fixture(scope="module")
def released_now(tmp_path_factory):
    sys.path.insert(0, str(ROOT / "solutions"))
    from grading.release import release  # slow, and not needed for the other tests

    folder = tmp_path_factory.mktemp("course") / "exercises"
    release([path.parent for path in SETS.values()], folder)
    return folder


@pytest.mark.slow
def test_the_release_is_up_to_date(name, released_now):
    made = (released_now / name / f"{name}.ipynb").read_bytes()
    assert made == (ROOT / "exercises" / name / f"{name}.ipynb").read_bytes(), "run make exercises"


def test_the_release_gives_nothing_away(name):
    released = text(RELEASED[name])
    for word in ("BEGIN SOLUTION", "BEGIN HIDDEN", "Rubric", "grade(", "grade_choice("):
        assert word not in released, word
    for cell in SOLVED[name].cells:
        shown, *hidden = re.split(
            r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n|### END (?:SOLUTION|HIDDEN TESTS)", cell.source
        )
        for line in filter(None, map(str.strip, "\n".join(hidden[::2]).splitlines())):
            short = len(line) < 25 or line.startswith(("def ", "return", "for ", '"""'))
            given = line in shown or f"`{line}`" in released  # in a mend, or by the statement
            assert short or given or line not in released, line
    assert not any(cell.get("outputs") for cell in RELEASED[name].cells)


@pytest.mark.slow
def test_the_release_runs_to_its_end_and_says_of_each_task_that_it_is_not_attempted(name, tmp_path):
    notebook = nbformat.from_dict(RELEASED[name])
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    for cell in cells(notebook, "code", graded=True):
        printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        mend = "all_or_nothing" in next(
            solved.source for solved in SOLVED[name].cells if solved.id == cell.id
        )
        lines = printed.strip().splitlines()
        assert lines, cell.source
        assert mend or all(
            line.startswith("– ") and line.endswith("not attempted yet.") for line in lines
        ), printed
    assert not [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def test_solutions_are_stored_with_full_points(name):
    for cell in cells(SOLVED[name], "code", graded=True):
        earned = [
            float(output.data["text/plain"])
            for output in cell.outputs
            if output.output_type == "execute_result"
        ]
        assert earned == [cell.metadata.nbgrader.points], cell.id


def test_anatomy_of_a_problem_set(name):
    solved = SOLVED[name]
    top, prose = (
        solved.cells[0].source,
        [cell.source for cell in cells(solved, "markdown", graded=False)],
    )
    tasks = [source for source in prose if source.startswith("## Task ")]
    total = sum(cell.metadata.nbgrader.get("points", 0) for cell in solved.cells)
    assert (
        top.startswith(f"# Problem set {name[2]}") and f"{total} points" in top and "minutes" in top
    )
    assert 4 <= len(tasks) <= 7
    assert [int(re.match(r"## Task (\d)", source)[1]) for source in tasks] == list(
        range(1, len(tasks) + 1)
    )
    points = minutes = 0
    for source in tasks:
        ids, took, said = re.search(
            r"^\*(.+?\.) (\d+) minutes.*?(\d+) points", source, flags=re.M
        ).groups()
        assert re.match(r"(?:[ABDFGHRST]\d+|[^.]*[ABDFGHRST]\d+)", ids), source
        points, minutes = points + int(said), minutes + int(took)
    assert points == total
    assert f"about {minutes} minutes" in top
    assert (
        f"| `{name}` |" in GUIDE
        and f"| {minutes} | {total_of(solved, 'code')} | {total_of(solved, 'markdown')} |" in GUIDE
    )
    assert any(
        cell.metadata.nbgrader.grade and cell.metadata.nbgrader.solution for cell in solved.cells
    ), "a question answered in words"
    for cell in solved.cells:
        assert cell.id == cell.metadata.nbgrader.grade_id
        if cell.cell_type == "code":
            assert max(map(len, cell.source.splitlines())) <= 115, cell.source


def test_manual_answers_have_a_rubric_and_a_stub(name):
    for solved, released in zip(SOLVED[name].cells, RELEASED[name].cells):
        if solved.metadata.nbgrader.grade and solved.metadata.nbgrader.solution:
            assert "**Rubric.**" in solved.source and released.source.startswith(
                "Your answer here."
            ), solved.id


def test_tasks_exist_and_each_check_is_followed_by_a_hidden_one(name):
    for cell in cells(SOLVED[name], "code", graded=True):
        shown, hidden = cell.source.split("### BEGIN HIDDEN TESTS")
        for task in re.findall(r'diagnosis\.check\("([^"]+)"', shown):
            assert task in TASKS or re.search(r"[_^]|^E$", task), task
        assert "diagnosis.grade" in hidden and "diagnosis.check" in shown


def test_words_of_the_house(name):
    for cell in cells(SOLVED[name], "markdown"):
        prose = re.sub(r"`[^`]*`|\$[^$]*\$|<[^>]*>|###.*", " ", cell.source)
        found = re.findall(r"(?i)\b(?:simply|just|obviously|clearly|of course)\b|!(?!\[)", prose)
        assert not found, (found, cell.source[:200])
