"""What was done to a submission, in sentences: one for each kind of thing, with the names of the
cells."""

MOST_NAMES = 8  # in a sentence


def listed(names):
    names = list(dict.fromkeys(names))
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def remarks_on(report, changed, missing, slots):
    """The sentences for the table. Those for a person to look at stand in the report itself."""
    sentences = []

    def say(names, sentence):
        if names:
            sentences.append(sentence.format(listed(names)))

    say([n for n in slots if n in report.copied], "Copied cells: {}; one of each was used.")
    say(
        [n for n in missing if n not in report.elsewhere],
        "Missing cells: {}; put back.",
    )
    for kind, what in (("check", "test cells"), ("setup", "setup cells"), ("text", "texts")):
        say(
            [name for name in changed if slots[name].kind == kind],
            f"Changed {what}: {{}}; the original ones were used.",
        )
    say(
        report.found,
        "Answers found by what they say, since their cells were new or had lost their marks: {}.",
    )
    say(report.below, "Answers that stood below their check, which was moved after them: {}.")
    say(
        [f"{name} in {place or 'a cell of its own'}" for name, place in report.elsewhere.items()],
        "Answers that share a cell: {}.",
    )
    say(report.retyped, "Answers in cells of text, run as code: {}.")
    say(
        [piece.name or "a cell of the student's own" for piece in report.joined],
        "Cells that were split, joined again: {}.",
    )
    say(
        report.several,
        "Names defined more than once: {}; the last one before the check counts.",
    )
    return sentences


def cell_names(notebook):
    """What to call each cell of a notebook: nbgrader's name, or, for a student's own, where it
    stands."""
    names, last = [], None
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader")
        if nbgrader and nbgrader.get("grade_id"):
            last = nbgrader["grade_id"]
            names.append(last)
        else:
            names.append(f"own cell after {last}" if last else "own cell at the top")
    return names
