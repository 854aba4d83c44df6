"""Submissions as editors, converters and students leave them: nothing in them is lost, but their
cells have lost their marks, moved, or been cut and joined.

`EDITS` maps a name to a function that takes a submission and its release and returns the edited
submission as a dict, as json.load reads it. Whatever was answered in it still is.
"""

import copy
import json
import random
import textwrap
import unicodedata

import nbformat

MARGIN = "    "


def kind(cell):
    """What a cell of a release is: text, setup, answer, check or words."""
    nbgrader = cell["metadata"]["nbgrader"]
    code = cell["cell_type"] == "code"
    if nbgrader["solution"]:
        return "answer" if code else "words"
    return "check" if nbgrader["grade"] else "setup" if code else "text"


def new(cell_type, source, **metadata):
    cell = {"cell_type": cell_type, "source": source, "metadata": metadata}
    return cell if cell_type != "code" else {**cell, "outputs": [], "execution_count": None}


def edit_of(change):
    """An edit made of a function that changes the list of (kind, cell, cell as released)."""

    def edit(notebook, release):
        notebook = json.loads(json.dumps(notebook))
        handed_out = {cell.id: cell.source for cell in release.cells}
        cells = [(kind(cell), cell, handed_out[cell["id"]]) for cell in notebook["cells"]]
        notebook["cells"] = list(change(cells))
        return notebook

    return edit


def each(change, *kinds):
    """An edit that puts the cells that `change(cell, stub)` returns in the place of each cell of
    these kinds."""

    def edit(cells):
        for what, cell, stub in cells:
            if what in kinds or not kinds:
                made = change(cell, stub)
                yield from made if isinstance(made, list) else [made]
            else:
                yield cell

    return edit_of(edit)


def then(*edits):
    """Edits one after the other; only the first may need the kinds of cells."""

    def edit(notebook, release):
        for change in edits:
            notebook = change(notebook, release)
        return notebook

    return edit


def on_dict(change):
    """An edit of each cell, whatever it is, that needs no marks."""

    def edit(notebook, release):
        if not isinstance(notebook, dict) or isinstance(notebook, nbformat.NotebookNode):
            notebook = edit_of(lambda cells: [cell for _, cell, _ in cells])(notebook, release)
        notebook["cells"] = [
            change(number, copy.deepcopy(cell)) for number, cell in enumerate(notebook["cells"])
        ]
        return notebook

    return edit


def _without_marks(number, cell):
    cell["metadata"] = {}
    cell.pop("id", None)
    return cell


def _with_metadata(make, keep=()):
    def change(number, cell):
        kept = {key: cell["metadata"][key] for key in keep if key in cell["metadata"]}
        cell["metadata"] = {**kept, **make(number, cell)}
        cell.pop("id", None)
        return cell

    return on_dict(change)


unmarked = on_dict(_without_marks)


def _with_source(change):
    return on_dict(lambda number, cell: {**cell, "source": change(cell["source"])})


def _with_ids(make, marks=False):
    def change(number, cell):
        if not marks:
            cell["metadata"] = {}
        return {**cell, "id": make(number, cell)}

    return on_dict(change)


def shifted_ids(notebook, release):
    notebook = edit_of(lambda cells: [cell for _, cell, _ in cells])(notebook, release)
    ids = [cell["id"] for cell in notebook["cells"]]
    for cell, other in zip(notebook["cells"], ids[1:] + ids[:1]):
        cell["id"], cell["metadata"] = other, {}
    return notebook


def stub_of(cell, stub):
    """The cell as it was handed out, with its marks."""
    return {**copy.deepcopy(cell), "source": stub}


def by_task(change):
    """An edit of each answer together with its check: change(answer, stub, check) gives cells.
    What stands between them goes before them."""

    def edit(cells):
        answer = None
        for what, cell, stub in cells:
            if what == "answer":
                answer = cell, stub
            elif what == "check":
                yield from change(*answer, cell)
                answer = None
            else:
                yield cell

    return edit_of(edit)


def in_the_text_of_the_task(write):
    """Each answer in the text above it: write(text, code) gives that cell."""

    def edit(cells):
        result, text = [], None
        for what, cell, stub in cells:
            if what == "text":
                text = len(result)
            if what == "answer":
                result[text] = write(result[text], cell["source"])
                cell = stub_of(cell, stub)
            result.append(cell)
        return result

    return edit_of(edit)


def _fenced(text, code):
    return {**text, "source": f"{text['source']}\n\n```python\n{code}\n```"}


def _turned_into_code(text, code):
    return {**new("code", code), "metadata": text["metadata"], "id": text["id"]}


def split(where, mark=0):
    """Each answer cut in two after a line."""

    def change(cell, stub):
        lines = cell["source"].split("\n")
        place = where(lines)
        halves = ["\n".join(lines[:place]), "\n".join(lines[place:])]
        made = [new("code", half) for half in halves]
        made[mark] = {**copy.deepcopy(cell), "source": halves[mark]}
        return made

    return each(change, "answer")


def joined(first_only):
    """All answers in the cell of the first; the others untouched, or gone."""

    def edit(cells):
        whole = "\n\n\n".join(cell["source"] for what, cell, _ in cells if what == "answer")
        seen = False
        for what, cell, stub in cells:
            if what == "answer":
                if not seen:
                    yield {**cell, "source": whole}
                elif not first_only:
                    yield stub_of(cell, stub)
                seen = True
            else:
                yield cell

    return edit_of(edit)


def functions_at(place):
    """All functions in one new cell at the top or at the end; their own cells untouched."""

    def edit(cells):
        made, moved = [], []
        for what, cell, stub in cells:
            if what == "answer" and "def " in cell["source"] and cell["source"] != stub:
                moved.append(cell["source"])
                cell = stub_of(cell, stub)
            made.append(cell)
        own = [new("code", source) for source in moved]
        return own + made if place == "top" else made + own

    return edit_of(edit)


def pasted_from_the_first(cells):
    """Each answer typed into a copy of the first answer's cell, which has its marks."""
    first = next(cell for what, cell, _ in cells if what == "answer")
    for what, cell, _ in cells:
        yield {**copy.deepcopy(first), "source": cell["source"]} if what == "answer" else cell


def tasks_backwards(cells):
    """The tasks in the opposite order, each as it was."""
    groups = [[]]
    for what, cell, _ in cells:
        groups[-1].append(cell)
        if what in ("check", "words"):
            groups.append([])
    top, *rest = groups[:-1]
    return [cell for group in [top, *reversed(rest)] for cell in group]


def with_experiments(cells):
    """Own cells that compute something between all others."""
    for number, (_, cell, _) in enumerate(cells):
        yield cell
        yield new("code", f"trial_{number} = {number} ** 2\ntrial_{number}")


def texts_in_paragraphs(cells):
    for what, cell, _ in cells:
        if what == "text":
            yield from (new("markdown", part) for part in cell["source"].split("\n\n"))
        else:
            yield cell


def written_answer(make):
    """The answer in words moved to cells that `make(text)` gives, below the untouched one."""
    return each(
        lambda cell, stub: (
            cell if cell["source"] == stub else [stub_of(cell, stub), *make(cell["source"])]
        ),
        "words",
    )


def in_the_question(cells):
    made = []
    for what, cell, stub in cells:
        if what == "words" and cell["source"] != stub:
            made[-1] = {**made[-1], "source": made[-1]["source"] + "\n\n" + cell["source"]}
            cell = stub_of(cell, stub)
        made.append(cell)
    return made


def in_format_3(notebook, release):
    old = nbformat.convert(copy.deepcopy(notebook), 3)
    return json.loads(nbformat.v3.writes_json(old))


def in_format_4(minor):
    def edit(notebook, release):
        notebook = on_dict(lambda number, cell: {k: v for k, v in cell.items() if k != "id"})(
            notebook, release
        )
        return {**notebook, "nbformat_minor": minor}

    return edit


def _hexadecimal(seed):
    draw = random.Random(seed)
    return lambda number, cell: f"{draw.getrandbits(32):08x}"


def only_if_answered(make):
    """An edit of an answer and its check that leaves an untouched one as it is."""
    return by_task(
        lambda cell, stub, check: (
            [cell, check] if cell["source"] == stub else make(cell, stub, check)
        )
    )


def typed(cell):
    return new("code", cell["source"])


def _colab(number, cell):
    made = {"id": cell["id"], "colab_type": "code" if cell["cell_type"] == "code" else "text"}
    cell.pop("id")
    return {**cell, "metadata": {**made, "colab": {"base_uri": "https://localhost:8080/"}}}


def _jupytext(number, cell):
    cell.pop("id")
    return {**cell, "source": cell["source"].strip("\n"), "metadata": {"lines_to_next_cell": 2}}


BADGE = '<a href="https://colab.research.google.com/x.ipynb" target="_parent">Open In Colab</a>'
DRIVE = "from google.colab import drive\ndrive.mount('/content/drive')"
KAGGLE = "# This Python 3 environment comes with many libraries\nimport pandas as pd"

EDITS = {
    # ------------------------------------------------------------------------- marks that are lost
    "as it was": edit_of(lambda cells: [cell for _, cell, _ in cells]),
    "metadata gone": _with_ids(lambda number, cell: cell["id"]),
    "ids gone": in_format_4(4),
    "metadata and ids gone": unmarked,
    "ids made anew": _with_ids(_hexadecimal(1), marks=True),
    "ids made anew, metadata empty": _with_ids(_hexadecimal(2)),
    "ids numbered": _with_ids(lambda number, cell: f"cell-{number}"),
    "ids shifted by one": shifted_ids,
    "ids all the same": _with_ids(lambda number, cell: "x"),
    "names of an older release": then(
        _with_metadata(
            lambda number, cell: {
                "nbgrader": {"grade_id": f"task_{number}", "schema_version": 1, "points": 2}
            }
        )
    ),
    "texts of an older release": then(
        each(lambda cell, _: {**cell, "source": cell["source"] + " As in class."}, "text"),
        unmarked,
    ),
    "checks of an older release": then(
        each(lambda cell, _: {**cell, "source": cell["source"].replace(")", ", **{})")}, "check"),
        unmarked,
    ),
    # ------------------------------------------------------------------------------------- editors
    "Colab": then(
        on_dict(_colab),
        lambda notebook, _: {
            **notebook,
            "nbformat_minor": 0,
            "cells": [new("markdown", BADGE, colab_type="text"), new("code", DRIVE)]
            + notebook["cells"],
        },
    ),
    "VS Code": _with_metadata(lambda number, cell: {"vscode": {"languageId": "python"}}),
    "Kaggle": then(
        _with_metadata(lambda number, cell: {"_uuid": f"{number:040x}", "trusted": True}),
        lambda notebook, _: {**notebook, "cells": [new("code", KAGGLE), *notebook["cells"]]},
    ),
    "Deepnote": then(
        edit_of(texts_in_paragraphs),
        _with_metadata(
            lambda number, cell: {"cell_id": f"{number:032x}", "deepnote_cell_type": "code"}
        ),
    ),
    "vim-jukit": then(
        _with_metadata(lambda number, cell: {"jukit_cell_id": f"{number:010x}"}),
        lambda notebook, _: {**notebook, "nbformat_minor": 4},
    ),
    "jupytext": on_dict(_jupytext),
    "format 3": in_format_3,
    **{f"format 4.{minor}": in_format_4(minor) for minor in range(4)},
    "source as lists": then(
        unmarked,
        on_dict(lambda _, cell: {**cell, "source": cell["source"].splitlines(keepends=True)}),
    ),
    # ------------------------------------------------------------------------- what cannot be seen
    "\\r\\n": _with_source(lambda source: source.replace("\n", "\r\n")),
    "\\r\\n, unmarked": then(_with_source(lambda source: source.replace("\n", "\r\n")), unmarked),
    "\\r": _with_source(lambda source: source.replace("\n", "\r")),
    "trailing blanks": then(
        _with_source(lambda source: source.replace("\n", "  \n") + "\n\n"), unmarked
    ),
    "tabs": then(_with_source(lambda source: source.replace(MARGIN, "\t")), unmarked),
    "letters taken apart": then(
        _with_source(lambda source: unicodedata.normalize("NFD", source)), unmarked
    ),
    "checks laid out anew": then(
        each(
            lambda cell, _: {
                **cell,
                "source": cell["source"].replace('"', "'").replace(", ", ",\n  ") + "  # run me",
            },
            "check",
        ),
    ),
    "texts wrapped": then(
        each(lambda cell, _: {**cell, "source": cell["source"].replace(". ", ".\n")}, "text"),
    ),
    # -------------------------------------------------------------------- answers in another place
    "answers typed anew": each(lambda cell, _: typed(cell), "answer"),
    "answers typed anew, ids and metadata gone": then(
        each(lambda cell, _: typed(cell), "answer"), unmarked
    ),
    "answers above their stubs": only_if_answered(
        lambda cell, stub, check: [typed(cell), stub_of(cell, stub), check]
    ),
    "answers above their stubs, unmarked": then(
        only_if_answered(lambda cell, stub, check: [typed(cell), stub_of(cell, stub), check]),
        unmarked,
    ),
    "answers below their stubs": only_if_answered(
        lambda cell, stub, check: [stub_of(cell, stub), typed(cell), check]
    ),
    "answers below their stubs, unmarked": then(
        only_if_answered(lambda cell, stub, check: [stub_of(cell, stub), typed(cell), check]),
        unmarked,
    ),
    "answers below their checks": only_if_answered(
        lambda cell, stub, check: [stub_of(cell, stub), check, typed(cell)]
    ),
    "answers below their checks, unmarked": then(
        only_if_answered(lambda cell, stub, check: [stub_of(cell, stub), check, typed(cell)]),
        unmarked,
    ),
    "answers below their checks, stubs deleted": only_if_answered(
        lambda cell, stub, check: [check, typed(cell)]
    ),
    "answers in the check cells": only_if_answered(
        lambda cell, stub, check: [
            stub_of(cell, stub),
            {**check, "source": cell["source"] + "\n" + check["source"]},
        ]
    ),
    "answers in the place of the checks": only_if_answered(
        lambda cell, stub, check: [stub_of(cell, stub), {**check, "source": cell["source"]}]
    ),
    "answers in the check cells, stubs deleted": only_if_answered(
        lambda cell, stub, check: [{**check, "source": cell["source"] + "\n" + check["source"]}]
    ),
    "answers in the check cells, unmarked": then(
        only_if_answered(
            lambda cell, stub, check: [{**check, "source": cell["source"] + "\n" + check["source"]}]
        ),
        unmarked,
    ),
    "checks in the answer cells": only_if_answered(
        lambda cell, stub, check: [{**cell, "source": cell["source"] + "\n" + check["source"]}]
    ),
    "answers in the texts": in_the_text_of_the_task(_fenced),
    "answers in the texts, unmarked": then(in_the_text_of_the_task(_fenced), unmarked),
    "functions in a cell at the top": functions_at("top"),
    "functions in cells at the end": functions_at("end"),
    "functions in cells at the end, unmarked": then(functions_at("end"), unmarked),
    "answers in copies of the first answer's cell": edit_of(pasted_from_the_first),
    # ------------------------------------------------------------------------------ types of cells
    "answers as raw cells": each(
        lambda cell, _: {**new("raw", cell["source"]), "metadata": cell["metadata"]}, "answer"
    ),
    "answers as cells of text, unmarked": then(
        each(lambda cell, _: new("markdown", cell["source"]), "answer"), unmarked
    ),
    "answers in fences below their stubs": only_if_answered(
        lambda cell, stub, check: [
            stub_of(cell, stub),
            new("markdown", f"My answer:\n```\n{cell['source']}\n```"),
            check,
        ]
    ),
    "all cells as text": on_dict(
        lambda number, cell: {
            **new("markdown", cell["source"]),
            "id": cell["id"],
            "metadata": cell["metadata"],
        }
    ),
    "cells of unknown types": on_dict(lambda number, cell: {**cell, "cell_type": "Code"}),
    # ---------------------------------------------------------------------------- split and joined
    "answers split after their first line": split(lambda lines: 1),
    "answers split before their last line": split(lambda lines: len(lines) - 1),
    "answers split in the middle": split(lambda lines: len(lines) // 2),
    "answers split, marked below": split(lambda lines: len(lines) // 2, mark=1),
    "answers split, unmarked": then(split(lambda lines: len(lines) // 2), unmarked),
    "answers joined, the others untouched": joined(first_only=False),
    "answers joined, the others deleted": joined(first_only=True),
    "answers joined, unmarked": then(joined(first_only=True), unmarked),
    "checks split": each(
        lambda cell, _: [
            {**copy.deepcopy(cell), "source": line} if number == 0 else new("code", line)
            for number, line in enumerate(cell["source"].split("\n"))
        ],
        "check",
    ),
    # ------------------------------------------------------------------------------- deleted cells
    "checks deleted": each(lambda cell, _: [], "check"),
    "checks deleted, unmarked": then(each(lambda cell, _: [], "check"), unmarked),
    "texts deleted": each(lambda cell, _: [], "text"),
    "given cells deleted": then(each(lambda cell, _: [], "setup"), unmarked),
    "only answers left": each(lambda cell, _: [], "check", "text", "setup"),
    "only answers in code left, unmarked": then(
        each(lambda cell, _: [], "check", "text", "setup"), unmarked
    ),
    # ---------------------------------------------------------------------------- copies and order
    "copies": each(lambda cell, _: [cell, copy.deepcopy(cell)]),
    "untouched copies below": each(
        lambda cell, stub: [cell, stub_of(cell, stub)], "answer", "words"
    ),
    "untouched copies above": each(
        lambda cell, stub: [stub_of(cell, stub), cell], "answer", "words"
    ),
    "untouched copies, unmarked": then(
        each(lambda cell, stub: [cell, stub_of(cell, stub)], "answer"), unmarked
    ),
    "empty functions below": each(
        lambda cell, stub: (
            [cell, new("code", f"{cell['source'].split(':')[0]}:\n    pass")]
            if cell["source"].startswith("def ") and cell["source"] != stub
            else [cell]
        ),
        "answer",
    ),
    "checks above their answers": by_task(lambda cell, stub, check: [check, cell]),
    "checks above their answers, unmarked": then(
        by_task(lambda cell, stub, check: [check, cell]), unmarked
    ),
    "tasks backwards": edit_of(tasks_backwards),
    "given cells at the end": edit_of(
        lambda cells: (
            [cell for what, cell, _ in cells if what != "setup"]
            + [cell for what, cell, _ in cells if what == "setup"]
        )
    ),
    "experiments everywhere": then(edit_of(with_experiments), unmarked),
    "answers timed": each(
        lambda cell, _: {**cell, "metadata": {}, "source": "%%time\n" + cell["source"]}, "answer"
    ),
    # --------------------------------------------------------------------------- answers in words
    "words in a new cell": written_answer(lambda text: [new("markdown", text)]),
    "words in a new cell, unmarked": then(
        written_answer(lambda text: [new("markdown", text)]), unmarked
    ),
    "words in two cells": written_answer(
        lambda text: [new("markdown", part) for part in text.split(". ", 1)]
    ),
    "words in a comment": written_answer(
        lambda text: [new("code", textwrap.indent(text, "# ", lambda line: True))]
    ),
    "words in a string": written_answer(lambda text: [new("code", repr(text))]),
    "words printed": written_answer(lambda text: [new("code", f"print({text!r})")]),
    "words in a raw cell": written_answer(lambda text: [new("raw", text)]),
    "words in the question": edit_of(in_the_question),
    "words in a cell of code": each(
        lambda cell, _: {**new("code", cell["source"]), "metadata": cell["metadata"]}, "words"
    ),
}
