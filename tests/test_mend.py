"""Mending submissions: whatever an editor or a student did to the cells, each answer is found."""

import ast
import functools
import json
import re
import sys
from types import SimpleNamespace

import nbformat
import pytest

from batches import ROOT, problem_set
from edited_submissions import EDITS, new, unmarked

sys.path.insert(0, str(ROOT / "solutions"))
from grading.course import problem_sets  # noqa: E402
from grading.finding.contents import look_into  # noqa: E402
from grading.mending.mend import Unreadable, mended, read_submission  # noqa: E402

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
    known = {names(cell): cell for cell in release.cells}
    found = [names(cell) for cell in notebook.cells if names(cell)]
    assert sorted(found) == sorted(known)
    for cell in notebook.cells:
        if names(cell):
            original = known[names(cell)]
            assert (cell.metadata, cell.cell_type) == (original.metadata, original.cell_type)
            if original.metadata.nbgrader.locked:
                assert cell.source == original.source


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("submission")


@functools.cache
def graded_of(name, untouched):
    """What is graded of a submission before an edit."""
    notebook = SUBMISSIONS[name][untouched]
    return bound_at_checks(notebook), words(notebook)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("untouched", [False, True])
@pytest.mark.parametrize("name", SETS)
def test_an_edit_changes_nothing_of_what_is_graded(name, untouched, edit, folder):
    submission, release = SUBMISSIONS[name][untouched], SUBMISSIONS[name][1]
    fixed = mended(read(EDITS[edit](submission, release), folder), release).notebook
    assert_whole(fixed, release)
    assert (bound_at_checks(fixed), words(fixed)) == graded_of(name, untouched)
    if name == SETS[0] and not untouched:  # it takes as long as all the rest
        nbformat.validate(fixed)


def release_as_dict(name="ps3"):
    good, release = SUBMISSIONS[name]
    return json.loads(nbformat.writes(good)), release


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


# -------------------------------------------------------------------------------- what is said


@pytest.mark.parametrize("name", SETS)
def test_a_submission_as_it_was_handed_out_needs_no_word(name, tmp_path):
    for notebook in SUBMISSIONS[name]:
        for edit in ("as it was", "ids gone", "metadata gone", "\\r\\n", "\\r", "format 3"):
            fixed = mended(
                read(EDITS[edit](notebook, SUBMISSIONS[name][1]), tmp_path), SUBMISSIONS[name][1]
            )
            assert (fixed.remarks, fixed.look) == ([], []), edit


def test_nobody_is_accused_of_what_an_editor_does(tmp_path):
    good, release = SUBMISSIONS["ps3"]
    for name, edit in EDITS.items():
        if name in ("checks of an older release", "texts of an older release"):
            continue
        if name.startswith(("answers in the check", "answers in the place", "answers in the text")):
            continue
        remarks = " ".join(mended(read(edit(good, release), tmp_path), release).remarks)
        assert "Changed test cells" not in remarks and "Changed setup cells" not in remarks, name


def test_changed_cells_are_named_for_what_they_are(tmp_path):
    notebook, release = release_as_dict()
    cell_of(notebook, "ps3-t4-check")["source"] = "6.0"
    cell_of(notebook, "ps3-setup")["source"] = (
        "import numpy as np\nimport math\nfrom bpkit import Network, diagnosis, forward\n"
        "diagnosis = None\n\n@np.vectorize\ndef double(x):  # mine\n    return 2 * x\n"
    )
    fixed = mended(read(notebook, tmp_path), release)
    assert fixed.remarks == [
        "Changed test cells: ps3-t4-check; the original ones were used.",
        "Changed setup cells: ps3-setup; the original ones were used.",
    ]
    assert_whole(fixed.notebook, release)
    place = [names(cell) for cell in fixed.notebook.cells].index("ps3-setup")
    assert fixed.notebook.cells[place + 1].source == (
        "import math\nfrom bpkit import Network\n"
        "@np.vectorize\ndef double(x):  # mine\n    return 2 * x"
    )


def test_own_cells_stay_where_they_stood(tmp_path):
    good, release = SUBMISSIONS["ps3"]
    notebook = EDITS["experiments everywhere"](good, release)
    fixed = mended(read(notebook, tmp_path), release).notebook
    assert [cell.source for cell in fixed.cells] == [cell["source"] for cell in notebook["cells"]]


@pytest.mark.parametrize(
    "edit", [name for name in EDITS if name.startswith("words") and "code" not in name]
)
def test_a_written_answer_in_a_new_cell_is_put_in_its_place_and_set_apart(edit, tmp_path):
    good, release = SUBMISSIONS["ps3"]
    fixed = mended(read(EDITS[edit](good, release), tmp_path), release)
    assert fixed.look == [
        "ps3-t7-answer: the answer stood in a new cell beside it and was put in its place."
    ]


def test_a_cell_of_ones_own_beside_an_untouched_answer_is_set_apart(tmp_path):
    notebook, release = release_as_dict()
    place = notebook["cells"].index(cell_of(notebook, "ps3-t4-answer"))
    notebook["cells"][place]["source"] = cell_of(
        json.loads(nbformat.writes(release)), "ps3-t4-answer"
    )["source"]
    assert mended(read(notebook, tmp_path), release).look == []
    notebook["cells"].insert(place + 2, new("code", "exec(open('mine.py').read())"))
    assert mended(read(notebook, tmp_path), release).look == [
        "ps3-t4-answer is untouched, but a cell of the student's own stands beside it."
    ]


def test_a_second_definition_below_the_check_is_set_apart(tmp_path):
    notebook, release = release_as_dict()
    place = notebook["cells"].index(cell_of(notebook, "ps3-t4-check"))
    notebook["cells"].insert(place + 1, new("code", "def my_backward(*_):\n    return 1"))
    for marks in (notebook, unmarked(notebook, release)):
        fixed = mended(read(marks, tmp_path), release)
        assert bound_at_checks(fixed.notebook) == bound_at_checks(SUBMISSIONS["ps3"][0])
        assert "my_backward (ps3-t4-answer)" in " ".join(fixed.remarks)
        assert ["ps3-t4-answer" in sentence for sentence in fixed.look] == [True]


def test_an_empty_notebook_is_set_apart_from_a_plain_0(tmp_path):
    _, release = SUBMISSIONS["ps3"]
    fixed = mended(read({"nbformat": 4, "nbformat_minor": 5, "cells": []}, tmp_path), release)
    assert "8 of the 8 cells for answers are missing" in fixed.look[0]
    assert_whole(fixed.notebook, release)


# ------------------------------------------------------------------------- nothing counts twice


def test_an_answer_counts_for_its_own_task_alone(tmp_path):
    """Cells that pretend to be others', by every mark there is: what is right in task 1 is worth
    nothing in the other tasks."""
    good, release = SUBMISSIONS["ps3"]
    notebook = json.loads(nbformat.writes(release))
    right = next(cell.source for cell in good.cells if names(cell) == "ps3-t1-answer")
    for cell in notebook["cells"]:
        if cell["id"].endswith(("-answer", "-check", "-choice")):
            cell["source"] = right
    fixed = mended(read(notebook, tmp_path), release).notebook
    assert_whole(fixed, release)
    found, untouched = bound_at_checks(fixed), bound_at_checks(release)
    assert found.pop("ps3-t1-check") == bound_at_checks(good)["ps3-t1-check"]
    for check, bound in found.items():
        assert bound in ({}, untouched[check])


def test_a_letter_in_another_task_is_no_answer_to_the_question(tmp_path):
    _, release = SUBMISSIONS["ps3"]
    notebook = json.loads(nbformat.writes(release))
    notebook["cells"].insert(5, new("code", 'answer = "b"'))
    for marks in (notebook, unmarked(notebook, release)):
        fixed = mended(read(marks, tmp_path), release).notebook
        assert bound_at_checks(fixed) == bound_at_checks(release)


# ------------------------------------------------------------------------------- hostile files


def notebook_of(*cells, **more):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


def deep(levels):
    made = "x"
    for _ in range(levels):
        made = {"x": [made]}
    return made


HOSTILE = {
    "deep metadata": notebook_of({**new("code", "1"), "metadata": deep(100)}),
    "deep attachments": notebook_of({**new("markdown", "1"), "attachments": {"a": deep(100)}}),
    "deep nbgrader": notebook_of({**new("code", "1"), "metadata": {"nbgrader": deep(50)}}),
    "names of other types": notebook_of(
        *(
            {**new("code", "1"), "id": x, "metadata": {"id": x, "nbgrader": {"grade_id": x}}}
            for x in (1, None, [], {}, True, 1.5, ["ps3-t1-answer"], {"ps3-t1": 1})
        )
    ),
    "metadata of other types": notebook_of(
        *({**new("code", "1"), "metadata": x} for x in (1, None, [], "x", [[]], True))
    ),
    "sources of other types": notebook_of(
        *({**new("code", "1"), "source": x} for x in (1, None, {}, [1], [None], [["x"]], True))
    ),
    "types of other types": notebook_of(
        *({**new("code", "x = 1"), "cell_type": x} for x in (1, None, [], {}, "sql", ""))
    ),
    "cells of other types": notebook_of(1, None, [], "x", True, [[]], {}),
    "attachments of other types": notebook_of(
        *(
            {**new("markdown", "1"), "attachments": x}
            for x in (1, [], "x", {"a": 1}, {"a": {"image/png": 1}}, {"a": {"image/png": ["x"]}})
        )
    ),
    "half characters": notebook_of(
        new("code", "x = '\ud800'"),
        {**new("markdown", "\udfff"), "attachments": {"\ud800": {"image/png": "x"}}},
        {**new("markdown", "a"), "id": "\ud800", "metadata": {"id": "\ud800"}},
    ),
    "not a number": notebook_of(new("code", "x"), metadata={"x": float("nan")}),
    "the same id": notebook_of(
        *({**new("code", f"{i}"), "id": "ps3-t1-answer"} for i in range(50))
    ),
    "the same check": notebook_of(*({**new("code", "1"), "id": "ps3-t1-check"} for i in range(50))),
    "null bytes": notebook_of(new("code", "\0"), new("markdown", "\0")),
    "deep code": notebook_of(
        *(
            new("code", text)
            for text in (
                "(" * 40_000,
                "-" * 40_000 + "1",
                "x" + ".x" * 20_000,
                "lambda:" * 6_000 + "1",
                "if 1:\n " * 5_000,
                "[" * 150 + "]" * 150,
                "f'{" * 5_000,
                "x = " * 10_000 + "1",
            )
        )
    ),
    "a long line": notebook_of(new("code", "x" * 3_000_000), new("markdown", "`" * 3_000_000)),
    "many fences": notebook_of(new("markdown", "```\n" * 300_000)),
    "many cells": notebook_of(*(new("code", f"x{i} = {i}") for i in range(500))),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_harmless(content, tmp_path):
    _, release = SUBMISSIONS["ps3"]
    good = EDITS["as it was"](*SUBMISSIONS["ps3"])
    for cells in (content["cells"], [*content["cells"], *good["cells"]]):
        fixed = mended(read({**content, "cells": cells}, tmp_path), release)
        assert_whole(fixed.notebook, release)
        nbformat.validate(fixed.notebook)
        assert nbformat.writes(fixed.notebook).encode()
        assert all(isinstance(sentence, str) for sentence in fixed.remarks + fixed.look)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"nbformat": true}',
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": {}}',
        "1",
        '{"nbformat": NaN}',
        '{"nbformat": 3}',
        '{"nbformat": 1e999}',
        '{"nbformat": -4, "cells": 1}',
        '{"nbformat": 4, "cells": ' + "[" * 900 + "]" * 900 + ', "x": ' + "9" * 5_000 + "}",
    ],
)
def test_what_is_no_notebook_is_called_so_in_a_sentence(content, tmp_path):
    with pytest.raises(Unreadable, match=r"^The file is .*\.$"):
        read(content, tmp_path)


# --------------------------------------------------------------------- which problem set it is


def belongs_to(content, folder):
    """The problem set that a file of the submissions is taken for, where another one is graded."""
    path = folder / "submission.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    file = SimpleNamespace(path=path, name=path.name, is_ordinary=True)
    found = look_into(file, "another", problem_sets(ROOT / "solutions"))
    return found and found.problem_set and found.problem_set.split("_")[0]


@pytest.mark.parametrize("name", SETS)
def test_a_problem_set_is_recognised_whatever_is_lost(name, tmp_path):
    """Where nothing is left but code without marks, nothing tells: it counts as what is graded."""
    good, release = SUBMISSIONS[name]
    for edit, change in EDITS.items():
        nothing_left = edit == "only answers in code left, unmarked"
        taken_for = belongs_to(change(good, release), tmp_path)
        assert taken_for == (None if nothing_left else name), edit


def test_what_is_no_problem_set_belongs_to_none(tmp_path):
    own = notebook_of(new("markdown", "# My notes"), new("code", "answer = 1\ny_hat = 2"))
    for content in (own, notebook_of(), HOSTILE["null bytes"], HOSTILE["half characters"]):
        assert belongs_to(content, tmp_path) is None
