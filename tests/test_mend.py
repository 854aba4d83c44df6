"""Mending submissions: whatever an editor or a student did to the cells, each answer is found."""

import ast
import copy
import json
import re
import sys

import nbformat
import pytest

from batches import ROOT, problem_set
from broken_submissions import BROKEN
from edited_submissions import EDITS

sys.path.insert(0, str(ROOT / "solutions"))
from grading.mend import Unreadable, belongs_to, mended, read_submission  # noqa: E402

SETS = [f"ps{number}" for number in range(1, 7)]
SUBMISSIONS = {name: problem_set(name) for name in SETS}


def read(content, folder):
    path = folder / "notebook.ipynb"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return read_submission(path)


def names(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def bound_at_checks(notebook):
    """{check: {name: the statement that has bound it}} where a kernel would run the cells in order:
    an account of its own, which knows nothing of how a notebook is mended."""
    bound, found = {}, {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(re.sub("^%%.*", "", cell.source))
        if cell.metadata.get("nbgrader", {}).get("grade"):
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            found[names(cell)] = {name: bound[name] for name in used & set(bound)}
        for statement in tree.body:
            targets = getattr(statement, "targets", [])
            for target in [node for outer in targets for node in ast.walk(outer)]:
                if isinstance(target, ast.Name):
                    bound[target.id] = ast.dump(statement)
            if isinstance(statement, ast.FunctionDef):
                if ast.get_docstring(statement):  # editors change blanks in it
                    del statement.body[0]
                bound[statement.name] = ast.dump(statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for alias in statement.names:
                    bound[alias.asname or alias.name] = "import"
    return found


def words(notebook):
    """The words of the answers for a person."""
    return {
        names(cell): re.findall(r"\w+", cell.source)
        for cell in notebook.cells
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("grade")
    }


def assert_whole(notebook, release):
    """Each cell that nbgrader knows is there once, with the release's metadata and, where it is
    locked, its source."""
    nbformat.validate(notebook)
    known = {names(cell): cell for cell in release.cells}
    found = [names(cell) for cell in notebook.cells if names(cell)]
    assert sorted(found) == sorted(known)
    for cell in notebook.cells:
        if names(cell):
            original = known[names(cell)]
            assert (cell.metadata, cell.cell_type) == (original.metadata, original.cell_type)
            if original.metadata.nbgrader.locked:
                assert cell.source == original.source


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", SETS)
def test_every_answer_is_found(name, edit, tmp_path):
    good, release = SUBMISSIONS[name]
    fixed = mended(read(EDITS[edit](good, release), tmp_path), release).notebook
    assert_whole(fixed, release)
    assert bound_at_checks(fixed) == bound_at_checks(good)
    assert words(fixed) == words(good)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", SETS)
def test_an_untouched_problem_set_stays_untouched(name, edit, tmp_path):
    _, release = SUBMISSIONS[name]
    fixed = mended(read(EDITS[edit](release, release), tmp_path), release).notebook
    assert_whole(fixed, release)
    assert bound_at_checks(fixed) == bound_at_checks(release)
    assert words(fixed) == words(release)
