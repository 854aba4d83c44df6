"""The instructor's guide says what the notebooks say: a row for every prediction, its section and
its answer, and plans that add up."""

import pathlib
import re

import nbformat
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "solutions" / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = {
    path.name[:2]: "\n\n".join(
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    )
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
}
MINUTES = {
    "90 minutes": 90,
    "Half a day": 210,
    "Day 1: the derivation and the algorithm": 420,
    "Day 2: does it work, and at what price": 420,
}


def part(heading):
    """The text under a heading of the guide, down to the next heading of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}[^\n]*\n(.*?)(?=^#|\Z)", GUIDE, re.M | re.S)
    assert found, f"the guide has no heading {heading}"
    return found[1]


def rows(text):
    """The cells of each row of the tables in a text, without their headings."""
    table = [
        line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")
    ]
    return [
        [cell.strip() for cell in row]
        for row in table
        if not set("".join(row)) <= set("-| ") and row[0].strip() not in ("§", "min", "meeting")
    ]


def predictions(text):
    """(section, letter of the answer) of each prediction in a notebook's prose, in order; – where
    there is none."""
    section, found = "–", []
    for mark in re.finditer(
        r"^## (\d+)\.|^> \*\*Predict\.\*\*|(?:It is|answers it:) \(([a-d])\)", text, re.M
    ):
        if mark[1]:
            section = mark[1]
        elif mark[2]:
            found[-1][1] = mark[2] if found[-1][1] == "–" else found[-1][1]
        else:
            found.append([section, "–"])
    return found


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_every_prediction_has_its_row(number):
    table = rows(part(number))
    assert len(table) == NOTEBOOKS[number].count("> **Predict.**")
    assert all(len(row) == 6 and all(row) for row in table), (
        "section, question, right, tempting, it reveals, say or do"
    )
    assert [[row[0], row[2].split(":")[0]] for row in table] == predictions(NOTEBOOKS[number])
    for row in table:
        assert row[2] == "–" or not re.search(rf"\b{row[2][0]}: ", row[3]), (
            f"the right answer is among the tempting ones: {row}"
        )


def test_every_option_of_a_prediction_has_its_sentence_for_the_page():
    text = (ROOT / "notebooks" / "site" / "predictions.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"(?ms)^## (\d\d) [^\n]*\n(.*?)(?=^## |\Z)", text))
    for number, prose in NOTEBOOKS.items():
        options = re.findall(r"(?m)^> - (\([a-d]\) .*)$", prose)
        said = re.findall(r"(?m)^- (.*)\n  → (.*)$", parts.get(number, ""))
        assert [option for option, _ in said] == options, number
        assert len(set(said)) == len({option for option, _ in said}), "an option with two sentences"
        assert all(sentence.endswith(".") for _, sentence in said), number
    sentences = re.findall(r"(?m)^  → (.*)$", text)
    assert len(set(sentences)) == len(sentences) > 200, "each option has a sentence of its own"
    assert not re.search(r"(?i)\b(?:simply|just|obviously|clearly|of course)\b|!", text)


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_every_notebook_has_board_cuts_and_a_last_question(number):
    for name in ("**Afterwards they can**", "**Board", "**When late:**", "**End with:**"):
        assert part(number).count(name) == 1, name


@pytest.mark.parametrize("plan", MINUTES)
def test_minutes_of_a_plan_add_up(plan):
    assert sum(int(row[0]) for row in rows(part(plan))) == MINUTES[plan]
    assert all(len(row) == 4 for row in rows(part(plan)))


def test_each_of_twelve_meetings_has_90_minutes():
    table = rows(part("Six weeks"))
    assert [row[0] for row in table] == [
        f"{week}.{meeting}" for week in range(1, 7) for meeting in (1, 2)
    ]
    for _, minutes, what, *_ in table:
        assert sum(map(int, minutes.split(" + "))) == 90, what
        assert len(minutes.split(" + ")) == len(what.split(";")), what


def test_sections_named_in_the_guide_exist():
    named = re.findall(r"\b(0\d|1[0-2]) §(\d+)((?:(?:, | and | to |, and )§\d+)*)", GUIDE)
    assert len(named) > 40
    for number, first, others in named:
        for section in [first, *re.findall(r"\d+", others)]:
            assert number not in NOTEBOOKS or f"\n## {section}. " in NOTEBOOKS[number], (
                f"{number} §{section}"
            )


def test_contents_lead_to_headings():
    slugs = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", GUIDE, re.M)
    }
    for target in re.findall(r"\]\(#([^)]*)\)", GUIDE):
        assert target in slugs, target


def test_minutes_are_the_same_in_notebook_readme_and_table():
    readme, total = (ROOT / "README.md").read_text(encoding="utf-8"), 0
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        minutes = re.search(r"About (\d+) minutes", NOTEBOOKS[path.name[:2]])[1]
        total += int(minutes)
        assert re.search(rf"\| `{path.stem}` \|.*\| {minutes} \|", readme), path.name
        if path.name[:2] != "00":
            assert re.search(rf"\({path.name}\) \|.*\| {minutes} \|", NOTEBOOKS["00"]), path.name
    assert "about fourteen hours" in NOTEBOOKS["00"] and abs(total / 60 - 14) < 0.3


def test_right_letters_are_spread_and_no_notebook_asks_more_than_seven():
    """Nobody finds the answer by its letter: over the course each of the three is right about as
    often, and no letter is right everywhere in a notebook."""
    letters = {
        number: [letter for _, letter in predictions(text)] for number, text in NOTEBOOKS.items()
    }
    asked = {number: found for number, found in letters.items() if number != "00"}
    for number, found in asked.items():
        assert 4 <= len(found) <= 7 and "–" not in found, (number, found)
        assert max(map(found.count, "abc")) <= (len(found) + 1) // 2, (number, found)
    every = "".join("".join(found) for found in asked.values())
    assert all(0.28 <= every.count(letter) / len(every) <= 0.39 for letter in "abc"), every


def test_no_prediction_is_asked_twice():
    questions = [
        " ".join(question.split())
        for text in NOTEBOOKS.values()
        for question in re.findall(r"(?m)^> \*\*Predict\.\*\*(.*)", text)
    ]
    assert len(questions) == len(set(questions))
