"""Reading what was handed in and giving back what was said of it: nothing active is left, what a
person has read is known, and the pages stand alone."""

import copy
import csv
import itertools
import json
import re
import shutil
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import bs4
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook

import browser
from batches import ROOT, problem_set
from payloads import IN_TEXT, SINK

sys.path.insert(0, str(ROOT / "solutions"))
from bpkit.diagnosis.exercise import VERDICT  # noqa: E402
from grading.reporting import clean, copies, feedback, formulas, handed_out, marks, pack, reading  # noqa: E402
from grading.reporting import rubrics, summary, tasks, totals  # noqa: E402
from grading.finding import find  # noqa: E402
from grading.finding.found import keep_found  # noqa: E402
from grading.finding.late import Rule  # noqa: E402
from grading.finding.roster import Person  # noqa: E402
from grading.judging.graded import Graded  # noqa: E402
from grading.course import SOLUTIONS, course_directory, prepare_process, problem_sets  # noqa: E402
from grading.gradebook import enter_problem_set, give_nothing, in_utc, read_grades  # noqa: E402

pytestmark = pytest.mark.slow
needs_browser = pytest.mark.skipif(not browser.is_here(), reason=browser.NOT_HERE)
NAME, ANSWER = "ps3_the_algorithm", "ps3-t7-answer"


def drawn(text):
    return formulas.drawn(clean.markdown(text))


# ---------------------------------------------------------------------------------- nothing active


def is_inert(text):
    """Whether HTML holds only what shows words, tables, code, formulas and pictures of its own."""
    for tag in bs4.BeautifulSoup(text, "html.parser").find_all(True):
        if tag.name in formulas.ELEMENTS:
            assert set(tag.attrs) <= formulas.ATTRIBUTES, tag
            continue
        assert tag.name in clean.TAGS, tag
        for name, value in tag.attrs.items():
            assert name in ("href", "src", "alt", "class", "colspan", "rowspan", "start"), tag
            assert name != "href" or re.match("https?://|mailto:", value), tag
            assert name != "src" or re.match("data:image/(png|jpeg|gif|webp);base64,", value), tag
    return True


@pytest.mark.parametrize("name", IN_TEXT)
def test_of_a_written_answer_nothing_active_is_left(name):
    assert is_inert(drawn(IN_TEXT[name]))
    once = "<div>" + clean.markdown(IN_TEXT[name]).replace("\n", "&#10;") + "</div>"
    assert is_inert(formulas.drawn(clean.checked(once)))


@pytest.mark.parametrize(
    "written, read",
    {
        "for a<b and c>d, E falls": "for a<b and c>d, E falls",
        "if x < y then y > x": "if x < y then y > x",
        "<script>let E = 1</script> is no code": "<script>let E = 1</script> is no code",
        "<details><summary>more</summary>the rest</details>": "the rest",
        "List<int> and <E>": "List<int> and <E>",
        "the δ of `x < 1`": "the δ of x < 1",
        "- [x] done": "☑ done",
        "![my plot](plot.png)": "[picture my plot: plot.png]",
        "see [04](../../notebooks/04_the_algorithm.ipynb)": "see notebook 04",
        r"$\href{http://a.b}{x}$": r"\href{http://a.b}{x}",
    }.items(),
)
def test_no_word_of_a_written_answer_is_lost(written, read):
    assert read in bs4.BeautifulSoup(drawn(written), "html.parser").get_text()


def test_bold_words_lists_tables_code_and_links_keep_their_form():
    page = drawn(
        "**bold** H<sub>2</sub>O\n\n- one\n\n| a |\n|---|\n| 1 |\n\n```python\nx = 1\n```\n\n"
        "[there](https://example.org/?a=1&b=2)"
    )
    found = {tag.name for tag in bs4.BeautifulSoup(page, "html.parser").find_all(True)}
    assert {"strong", "sub", "li", "td", "pre", "a"} <= found


def test_a_picture_that_was_pasted_into_an_answer_is_kept_and_a_drawing_with_a_script_is_not():
    pasted = {"a.png": {"image/png": "AAAA"}, "b.svg": {"image/svg+xml": "<svg onload=alert()>"}}
    page = clean.markdown("![x](attachment:a.png) ![y](attachment:b.svg)", pasted)
    assert 'src="data:image/png;base64,AAAA"' in page and "<svg" not in page and is_inert(page)


def test_a_text_that_no_parser_takes_is_shown_as_it_is():
    for text in ("x" * 300_000, "[" * 5000, "> " * 3000 + "x", "<b>" * 3000 + "x"):
        assert is_inert(drawn(text))


@pytest.mark.parametrize("folder", problem_sets(SOLUTIONS), ids=lambda folder: folder.name)
def test_every_formula_of_a_problem_set_is_drawn(folder):
    notebook = nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    pages = "".join(drawn(source) for source in sources)
    assert "<math" in pages and not re.search(r"<code>[^<]*\\", pages) and "$" not in pages


def test_a_formula_is_drawn_or_shown_as_its_source():
    assert "<mfrac>" in drawn(r"$\frac{1}{2}$") and "<mtable" in drawn(
        r"\begin{aligned}a&=b\\c&=d\end{aligned}"
    )
    for source in (r"\hspace{9999px}", r"\color{red}{x}", r"\unknown x", "{" * 3000):
        assert drawn(f"${source}$").count("<math") == 0, source


def cell_with(*outputs, graded=False):
    cell = new_code_cell("x", outputs=list(outputs))
    if graded:
        cell.metadata = nbformat.from_dict(
            {"nbgrader": {"grade": True, "solution": False, "grade_id": "t", "points": 1}}
        )
    return cell


def cleaned(cell):
    notebook, _ = clean.Clean().preprocess(new_notebook(cells=[cell]), {})
    return notebook.cells[0]


def test_an_output_keeps_its_text_its_table_and_its_picture_and_nothing_else():
    data = {
        "text/plain": "1",
        "text/html": "<style>x</style><table id=x><tr><td>1</td></tr></table><script>1</script>",
        "image/png": "AAAA\n",
        "image/svg+xml": "<svg/>",
        "application/javascript": "1",
        VERDICT: {"task": "t"},
    }
    output = new_output("display_data", data, metadata={"image/png": {"width": "1 onload=x"}})
    (kept,) = cleaned(cell_with(output)).outputs
    assert kept.metadata == {} and set(kept.data) == {"text/plain", "text/html", "image/png"}
    assert kept.data["text/html"] == "<table><tbody><tr><td>1</td></tr></tbody></table>"


def test_a_verdict_is_kept_in_a_graded_cell_only():
    output = new_output("display_data", {VERDICT: {"task": "t"}, "text/plain": "said"})
    assert VERDICT in cleaned(cell_with(output, graded=True)).outputs[0].data
    assert VERDICT not in cleaned(cell_with(output)).outputs[0].data


def test_of_the_metadata_of_a_submission_nothing_is_left():
    notebook = new_notebook(
        cells=[new_markdown_cell("x", metadata={"tags": ['"><script>']}, id="a")],
        metadata={"widgets": {"x": 1}, "title": "<script>", "language_info": {"name": "<b>"}},
    )
    made, _ = clean.Clean().preprocess(notebook, {})
    assert set(made.metadata) == {"kernelspec", "language_info", "grading"}
    assert made.cells[0].metadata == {"grading": {"written": "x"}}
    notebook.metadata = nbformat.from_dict({"grading": "mine"})
    made, _ = clean.Clean().preprocess(notebook, {})
    assert made.metadata.grading == {"remarks": []}


def test_a_submission_cannot_say_itself_which_text_was_read():
    cells = [cell_with(graded=True), new_markdown_cell("x", metadata={"grading": {"written": "y"}})]
    first = marks.texts_in(new_notebook(cells=cells[::-1]))
    cells[1].source = "another text"
    assert first != marks.texts_in(new_notebook(cells=cells[::-1]))


# ---------------------------------------------------------------------------------- one batch


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook with a problem set in it and nobody's submission."""
    out = tmp_path_factory.mktemp("empty")
    enter_problem_set(SOLUTIONS / NAME, out)
    prepare_process()
    return out


@pytest.fixture(scope="module")
def entered(empty, tmp_path_factory):
    """A gradebook for all tests that look at one student of theirs."""
    return shutil.copytree(empty, tmp_path_factory.mktemp("graded") / "out")


class Batch:
    """Submissions graded without running them: each check has the output that a judge gave it."""

    def __init__(self, out):
        self.out, self.course, self.url = (
            out,
            course_directory(out),
            f"sqlite:///{out}/gradebook.db",
        )
        self.release = nbformat.read(out / "release" / NAME / f"{NAME}.ipynb", as_version=4)
        self.remarks = {}

    def grade(self, student, sources=None, outputs=None, remarks=(), extra=()):
        notebook = copy.deepcopy(self.release)
        notebook.metadata["grading"] = {"remarks": list(remarks)}
        for cell in notebook.cells:
            name = tasks.name_of(cell)
            cell.source = (sources or {}).get(name, cell.source)
            if cell.metadata.nbgrader.grade and cell.cell_type == "code":
                cell.outputs = (outputs or {}).get(name) or judged("t", "untouched", 0, 1)
        notebook.cells += extra
        with Gradebook(self.url) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(NAME, student)
        names = {"notebook": NAME, "assignment": NAME, "student": student, "db_url": self.url}
        for step in (marks.SaveMarks(), clean.Clean()):
            notebook, _ = step.preprocess(notebook, {"nbgrader": names})
        path = self.out / "autograded" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        self.remarks[student] = list(remarks)
        return self.state(student)

    def state(self, student, name=ANSWER):
        with Gradebook(self.url) as gradebook:
            return marks.state_of(gradebook.find_grade(name, NAME, NAME, student))

    def give(self, student, points, comment="", name=ANSWER):
        """What Formgrader does when a person types points."""
        with Gradebook(self.url) as gradebook:
            grade = gradebook.find_grade(name, NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            if comment:
                gradebook.find_comment(name, NAME, NAME, student).manual_comment = comment
            gradebook.db.commit()

    def row(self, student):
        found = {student: {"remarks": self.remarks.get(student, [])}}
        rows = read_grades(self.course, NAME, found)
        return next(row for row in rows if row["student"] == student)

    def lose(self, student):
        """What the batch does where a file holds nothing any more."""
        with Gradebook(self.url) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(NAME, student)
            give_nothing(gradebook, NAME, student)
        shutil.rmtree(self.out / "autograded" / student, ignore_errors=True)

    def page(self, student):
        feedback.write_feedback(self.course, NAME, [self.row(student)])
        return (self.out / "feedback" / student / NAME / f"{NAME}.html").read_text("utf-8")

    def shown(self, student):
        return bs4.BeautifulSoup(self.page(student), "html.parser").get_text()


def judged(task, status, earned, of, said="", mistakes=(), printed=""):
    verdict = {
        "task": task,
        "status": status,
        "mistakes": list(mistakes),
        "points": earned,
        "of": of,
    }
    text = f"Graded: {earned:g} of {of:g} points.\n{said or f'– {task}: not attempted.'}"
    printed = [new_output("stream", name="stdout", text=printed)] if printed else []
    return [
        *printed,
        new_output("display_data", {VERDICT: verdict, "text/plain": text}),
        new_output("execute_result", {"text/plain": f"{earned}"}, execution_count=1),
    ]


@pytest.fixture
def batch(entered):
    return Batch(entered)


def test_an_answer_that_a_person_has_read_stays_read_however_often_it_is_graded(batch):
    assert batch.grade("ada", {ANSWER: "The mean."}) == "unread"
    assert batch.row("ada")["by hand"] == [ANSWER]
    batch.give("ada", 3, "good")
    for _ in range(3):
        assert batch.grade("ada", {ANSWER: "The mean."}) == "read"
    row = batch.row("ada")
    assert (row["by hand"], row["tasks"][ANSWER], row["remarks"]) == ([], 3, [])


def test_a_changed_answer_keeps_its_points_and_is_named_until_it_is_read_again(batch):
    batch.grade("bob", {ANSWER: "The sum."})
    batch.give("bob", 1, "no")
    for _ in range(2):
        assert batch.grade("bob", {ANSWER: "The mean."}) == "changed"
    row = batch.row("bob")
    assert (row["by hand"], row["tasks"][ANSWER]) == ([ANSWER], 1)
    assert row["remarks"] == [
        f"{ANSWER}: changed since it was read, with 1 of 4 points for the earlier text; "
        "read it again."
    ]
    assert batch.grade("bob", {ANSWER: "The sum."}) == "read", "it is the text that was read"
    assert batch.grade("bob", {ANSWER: "The mean."}) == "changed"
    batch.give("bob", 4)
    assert batch.grade("bob", {ANSWER: "The mean."}) == "read"
    assert batch.grade("bob", {ANSWER: "The sum."}) == "changed"


def test_an_answer_in_another_cell_of_its_task_belongs_to_the_text_that_was_read(batch):
    batch.grade("cem", {ANSWER: "See below."}, extra=[new_markdown_cell("The sum.")])
    batch.give("cem", 2)
    assert batch.grade("cem", {ANSWER: "See below."}, extra=[new_markdown_cell("A mean.")]) == (
        "changed"
    )


def test_a_text_that_was_read_and_was_lost_for_a_while_need_not_be_read_again(batch):
    batch.grade("dan", {ANSWER: "The mean."})
    batch.give("dan", 3)
    for _ in range(2):
        batch.lose("dan")
        assert batch.state("dan") == "changed"
    assert batch.grade("dan", {ANSWER: "The mean."}) == "read"
    batch.lose("dan")
    assert batch.grade("dan", {ANSWER: "The sum."}) == "changed"


def test_an_untouched_answer_waits_for_nobody(batch):
    assert batch.grade("eve") == ""
    assert batch.row("eve")["by hand"] == []
    text = batch.shown("eve")
    assert "– Not attempted." in text and "wait for a person" not in text


def test_points_that_a_person_gave_for_a_program_stay_until_the_program_changes(batch):
    first = {"ps3-t1-answer": "def slopes_together(pairs): return 1"}
    batch.grade("fay", first)
    batch.give("fay", 2, name="ps3-t1-check")
    batch.grade("fay", {**first, "ps3-t2-answer": "x = 1"})
    assert batch.state("fay", "ps3-t1-check") == "read"
    batch.grade("fay", {"ps3-t1-answer": "def slopes_together(pairs): return 2"})
    assert batch.state("fay", "ps3-t1-check") == "changed"
    assert batch.row("fay")["by hand"] == ["ps3-t1-check"]


# ---------------------------------------------------------------------------------- the feedback

SAID = "✗ weight update: not right yet.\n  This is evidence of a step uphill (F4)."


def full_answer(batch, student="Grace Hopper"):
    batch.grade(
        student,
        {ANSWER: r"The **mean** $\frac{1}{N}$.", "ps3-t3-answer": "def updated(w, g, a): return w"},
        {
            "ps3-t3-check": judged("weight update", "named", 1.5, 3, SAID, ["04b"], SAID + "\n"),
            "ps3-t4-check": [
                new_output("error", ename="NameError", evalue="name 'foo' is not defined")
            ],
        },
        remarks=["Missing cells: ps3-t1-check; put back."],
    )
    return batch.shown(student)


def test_the_feedback_names_the_student_the_tasks_and_what_was_done_to_the_file(batch):
    text = full_answer(batch)
    for part in (
        "Problem set 3: the algorithm",
        "Grace Hopper",
        "Task 3. The update",
        "Task 7. A sum or a mean",
        "Missing cells: ps3-t1-check; put back.",
        "NameError: name 'foo' is not defined",
        "1.5 of 3 points",
    ):
        assert part in text, part


def test_each_thing_is_said_once(batch):
    text = full_answer(batch)
    assert text.count("This is evidence of a step uphill") == 1 and "Graded:" not in text


def test_what_the_check_says_of_something_else_is_said_too():
    printed = "✓ weight update: right.\n✗ E: not right yet.\n  It is 2.\nmy own line\n"
    cell = cell_with(*judged("weight update", "named", 1, 3, SAID, printed=printed), graded=True)
    assert feedback.said_in(cell) == [SAID, "✗ E: not right yet.\n  It is 2.\nmy own line"]


def test_an_unread_answer_has_no_0_and_a_read_one_has_its_points_and_comment(batch):
    text = full_answer(batch)
    task = text[text.index("The mean") :]
    assert "not yet read (4 points)" in task and "0 of 4" not in task
    assert "Up to 4 more points wait for a person" in text
    batch.give("Grace Hopper", 3, "Say why $N$ matters.")
    full_answer(batch)
    text = batch.shown("Grace Hopper")
    assert "3 of 4 points, given by a person" in text and "Say why" in text
    assert "not yet read" not in text and "more points wait" not in text
    batch.grade("Grace Hopper", {ANSWER: "Another text."})
    text = batch.shown("Grace Hopper")
    assert "3 of 4 points for your earlier text; the new text is not yet read" in text
    assert "A person wrote about your earlier text" in text


def test_the_feedback_loads_nothing_links_to_no_notebook_and_is_small(batch):
    full_answer(batch)
    page = batch.page("Grace Hopper")
    assert "default-src 'none'" in page and "<script" not in page and "<mfrac>" in page
    assert ".ipynb" not in page and len(page.encode()) < 60_000
    soup = bs4.BeautifulSoup(page, "html.parser")
    assert all(link["href"].startswith("#task-") for link in soup.find_all("a"))


def test_a_huge_submission_has_a_page_of_at_most_300_kilobytes(batch):
    batch.grade(
        "huge",
        {f"ps3-t{task}-answer": "# é\n" * 200_000 for task in range(1, 7)},
        {f"ps3-t{task}-check": judged("t", "unknown", 0, 1, "x" * 10**6) for task in range(1, 7)},
        extra=[
            new_code_cell(
                "1", outputs=[new_output("stream", name="stdout", text="<&>" * 30_000)] * 20
            )
        ],
    )
    assert len(batch.page("huge").encode()) < 300_000


def test_a_file_that_cannot_be_read_has_a_page_that_says_why(batch):
    batch.lose("lost")
    batch.remarks["lost"] = ["The file is empty."]
    text = batch.shown("lost")
    assert "lost" in text and "The file is empty." in text and "no points" in text
    assert "Problem set 3: the algorithm" in text


def test_the_name_of_the_gradebook_is_the_name_on_the_page(batch):
    batch.grade("s123")
    with Gradebook(batch.url) as gradebook:
        gradebook.update_or_create_student("s123", first_name="Zoë <i>", last_name="O'Neill")
    assert "Zoë <i> O'Neill" in batch.shown("s123")


# ---------------------------------------------------------------------------------- reading


def test_every_task_that_a_person_reads_has_a_rubric():
    for folder in problem_sets(SOLUTIONS):
        notebook = nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)
        read = [tasks.name_of(cell) for cell in notebook.cells if tasks.by_hand(cell)]
        assert read and all("Rubric" in rubrics.rubric(folder.name, name) for name in read)


def test_all_answers_stand_on_one_page_beside_the_rubric_those_that_wait_first(batch, capsys):
    batch.grade("ivy", {ANSWER: "Ivy's words."})
    batch.give("ivy", 2, "A comment on it.")
    batch.grade("ivy", {ANSWER: "Ivy's words."})
    batch.grade("jon", {ANSWER: "Jon's words."})
    path = reading.read(NAME, batch.out)
    soup = bs4.BeautifulSoup(path.read_text("utf-8"), "html.parser")
    text = soup.get_text()
    assert "Rubric." in text and "Task 7. A sum or a mean" in text
    articles = [article.get_text() for article in soup.find_all("article")]
    (ivy,) = [one for one in articles if "Ivy's words." in one]
    (jon,) = [one for one in articles if "Jon's words." in one]
    assert "read, 2 of 4 points" in ivy and "A comment on it." in ivy
    assert "not yet read, 4 points to give" in jon
    assert articles.index(jon) < articles.index(ivy)
    assert str(path) in capsys.readouterr().out
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    assert all(link["href"][1:] in ids for link in soup.find_all("a"))


# ---------------------------------------------------------------------------------- the summary


def test_the_summary_counts_persons_and_their_own_mistakes(empty, tmp_path, capsys):
    batch = Batch(shutil.copytree(empty, tmp_path / "out"))
    named = judged("training step", "named", 0, 3, "✗", ["25"])
    batch.grade("a", {}, {"ps3-t6-check": named})
    batch.grade("b", {}, {"ps3-t5-check": named, "ps3-t6-check": named})
    batch.grade("c", {}, {"ps3-t5-check": judged("training step", "right", 5, 5, "✓")})
    batch.lose("d")
    counted = summary.summary(NAME, batch.out)
    printed = capsys.readouterr().out
    assert counted == {"25": 1} and "4 submissions, of which 1 could not be read" in printed
    lines = {line[:21]: line.split()[-6:] for line in printed.splitlines()}
    assert lines["Task 5, training step"] == ["1", "1", "0", "0", "0", "0"]
    assert lines["Task 6, training step"] == ["0", "0", "0", "0", "2", "0"]


@pytest.mark.parametrize(
    "forged",
    [
        {"task": "t", "status": "named", "mistakes": 5},
        {"task": ["t"], "status": "right", "mistakes": []},
        {"task": "t", "status": {}, "mistakes": []},
        {"task": "t", "status": "named", "mistakes": [["01"], {}]},
        {"task": "t", "status": "splendid", "mistakes": []},
        {},
        [],
        "right",
    ],
    ids=str,
)
def test_no_submission_stops_the_summary(forged):
    output = nbformat.from_dict(
        {"output_type": "display_data", "data": {VERDICT: forged}, "metadata": {}}
    )
    notebook = new_notebook(cells=[cell_with(output, graded=True)])
    assert list(summary.results_in(notebook)) == [("t", "", "stopped", set())]


def test_the_mistake_in_each_program_handed_out_is_known():
    found = {}
    for folder in problem_sets(SOLUTIONS):
        _, release = problem_set(folder.name[:3])
        found |= handed_out.mistakes_handed_out(release)
    assert found["ps3-t6-check"] == {"25"}
    assert len(found) >= 4 and all(found.values())


# ---------------------------------------------------------------------------------- giving back


def test_feedback_goes_back_in_moodles_folders_and_else_in_one_for_each_person(
    empty, tmp_path, capsys
):
    """From the zip that Moodle gives out, and from files; with the marks of now."""
    batch = Batch(shutil.copytree(empty, tmp_path / "out"))
    _, release = problem_set("ps3")
    text = nbformat.writes(release)
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as zipped:
        zipped.writestr("María García_4411_assignsubmission_file_/my work.ipynb", text)
        zipped.writestr("F Lat_9_assignsubmission_file_ps3.ipynb", text)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "bob.ipynb").write_text(text)

    def found_in(source):
        found = find.find_submissions(source, NAME, out=batch.out)
        pack.remember_names(NAME, batch.out, {one.student: one for one in found})
        for one in found:
            batch.grade(one.student, {ANSWER: "The mean."})
        graded = dict.fromkeys((one.student for one in found), Graded())
        keep_found(batch.out, NAME, {one.student: one for one in found}, graded)

    found_in(tmp_path / "class.zip")
    found_in(tmp_path / "class")
    batch.give("María García", 3)
    archive, rest = pack.pack(NAME, batch.out)
    file = f"feedback_{NAME}.html"
    with zipfile.ZipFile(archive) as zipped:
        contents = {name: zipped.read(name).decode() for name in zipped.namelist()}
    assert set(contents) == {
        f"F Lat_9_assignsubmission_file_/{file}",
        f"María García_4411_assignsubmission_file_/{file}",
    }
    assert "3 of 30 points" in contents[f"María García_4411_assignsubmission_file_/{file}"]
    assert [path.relative_to(rest) for path in rest.rglob("*.html")] == [Path("bob", file)]
    before = archive.read_bytes()
    assert pack.pack(NAME, batch.out)[0].read_bytes() == before
    printed = capsys.readouterr().out
    assert "The pages of 2 people whose files came from Moodle: give its" in printed
    assert str(archive) in printed and "The page of 1 person" in printed and str(rest) in printed


# ---------------------------------------------------------------------------------- answers alike

MINE = '''def my_backward(net, weights, X, y):
    """Mine."""
    seen = forward(net, weights, X)
    pile, rest = [], (seen.y_hat - y) / len(X)
    rest = rest * net.g_o.slope_from_a(seen.a[net.m])
    for depth in range(net.m, 0, -1):
        pile.append(np.einsum("ni,nj->ij", seen.o_with_node_0[depth - 1], rest))
        if depth == 1:
            break
        rest = np.dot(rest, weights[depth - 1][1:].transpose())
        rest = np.multiply(rest, net.g.slope_from_a(seen.a[depth - 1]))
    pile.reverse()
    return pile
'''
RENAMED = (
    re.sub(r"\b(seen|pile|rest|depth)\b", lambda name: name[0].upper(), MINE)
    .replace('"""Mine."""', "# all my own work")
    .replace(" - 1", "-1")
    .replace("\n    P", "\n\n    P")
)
OTHER = """def my_backward(net, weights, X, y):
    t = forward(net, weights, X)
    delta = (t.y_hat - y) * net.g_o.slope_from_o(t.y_hat) / y.shape[0]
    result = {}
    k = net.m
    while k >= 1:
        result[k] = sum(o[:, None] * d[None, :] for o, d in zip(t.o_with_node_0[k - 1], delta))
        delta = delta @ weights[k - 1].T[:, 1:] if k > 1 else delta
        delta = delta * net.g.slope_from_o(t.o[k - 1]) if k > 1 else delta
        k -= 1
    return [result[k] for k in sorted(result)]
"""


def alike(answers, cell="ps3-t4-answer"):
    """The pairs found among notebooks with these answers to one task."""
    good, release = problem_set("ps3")
    made = {}
    for student, source in answers.items():
        made[student] = copy.deepcopy(release)
        next(one for one in made[student].cells if tasks.name_of(one) == cell).source = source
    source = nbformat.read(SOLUTIONS / NAME / f"{NAME}.ipynb", as_version=4)
    return [(who, other) for _, _, who, other in copies.alike(made, release, source)[0]]


def test_a_copy_with_other_names_comments_and_layout_is_pointed_out():
    assert MINE != RENAMED and compile(RENAMED, "renamed", "exec")
    assert alike({"a": MINE, "b": OTHER, "c": RENAMED}) == [("a", "c")]


def test_a_written_answer_that_was_copied_is_pointed_out():
    words = (
        "Both steps go downhill in one direction, yet my friend walks six thousand times as far "
        "as I do, so that he jumps over the valley and climbs ever higher on its other side."
    )
    found = {"a": words, "b": words.replace("friend", "classmate").upper(), "c": words[::-1]}
    assert alike(found, ANSWER) == [("a", "b")]


def test_what_was_handed_out_the_model_answer_and_short_answers_are_no_sign():
    good, release = problem_set("ps3")
    model = next(one.source for one in good.cells if tasks.name_of(one) == "ps3-t4-answer")
    handed = next(one.source for one in release.cells if tasks.name_of(one) == "ps3-t6-answer")
    assert alike({"a": model, "b": model}) == []
    assert alike({"a": handed, "b": handed}, "ps3-t6-answer") == []
    assert alike({"a": "def f(x): return x", "b": "def f(x): return x"}) == []
    assert alike({"a": "def f(:\n 'x", "b": "def f(:\n 'x"}) == []


def test_what_a_large_part_of_a_class_wrote_is_no_sign():
    assert alike({f"s{number}": MINE for number in range(12)}) == []


def test_the_pairs_are_printed_with_the_share_and_the_tasks_and_without_a_verdict(
    empty, tmp_path, capsys
):
    copied = Batch(shutil.copytree(empty, tmp_path / "out"))
    copied.grade("ada", {"ps3-t4-answer": MINE})
    copied.grade("bob", {"ps3-t4-answer": RENAMED})
    copied.grade("eve", {"ps3-t4-answer": OTHER})
    assert len(copies.copies(NAME, copied.out)) == 1
    printed = capsys.readouterr().out
    assert "ada and bob: Task 4." in printed and "(100%)" in printed
    assert "This is no verdict." in printed


# ---------------------------------------------------------------------------------- in a browser


@needs_browser
def test_the_pages_have_no_fault_that_axe_finds_and_load_nothing(batch):
    from playwright.sync_api import sync_playwright

    everything = "\n\n".join(IN_TEXT.values())
    batch.grade(
        "mal",
        {ANSWER: everything},
        {"ps3-t3-check": judged("weight update", "named", 1.5, 3, SAID, ["04b"])},
        remarks=["<script>top.ran=1</script>"],
    )
    batch.give("mal", 3, "**Good.** <script>top.ran=1</script>")
    batch.grade("mal", {ANSWER: everything + "!"})
    batch.page("mal")
    batch.lose("lost")
    batch.remarks["lost"] = ["The file is empty."]
    batch.page("lost")
    pages = [batch.out / "feedback" / who / NAME / f"{NAME}.html" for who in ("mal", "lost")]
    pages.append(reading.read(NAME, batch.out))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser.CHROMIUM, args=browser.ALONE)
        for path, scheme in itertools.product(pages, ("light", "dark")):
            page = chromium.new_page(bypass_csp=False, color_scheme=scheme)
            asked, complaints = [], []
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: complaints.append(message.text))
            page.goto(path.as_uri())
            page.wait_for_timeout(300)
            assert [url for url in asked if not url.startswith("data:image/")] == [path.as_uri()]
            assert page.evaluate("top.ran") is None and not complaints, complaints
            page.close()
            page = chromium.new_page(bypass_csp=True, color_scheme=scheme)
            page.goto(path.as_uri())
            assert browser.faults(page, {"include": [["html"]]}) == [], (path, scheme)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            page.close()
        chromium.close()
    assert SINK in pages[0].read_text("utf-8"), "as words it is there"


# ------------------------------------------------------------------------ what an instructor asked


def test_of_answers_alike_the_long_and_rare_come_first_and_the_others_are_named_as_left_out(
    empty, tmp_path, capsys
):
    """Seven people with right answers of one line, of whom two share a long one that nobody else
    has, and two a shorter one."""
    shared = Batch(shutil.copytree(empty, tmp_path / "out"))
    words = "So he takes six thousand strides where I take one, and lands beyond the valley, "
    words += "higher up on the far slope, from where the next leap is longer still."
    for number in range(7):
        answers = {
            "ps3-t2-answer": "def layer_gradient(o, d):\n    return o.T @ d / len(d)",
            "ps3-t3-answer": "def updated(weights, gradients, alpha):\n"
            "    return [w - alpha * g for w, g in zip(weights, gradients)]",
        }
        if number in (2, 5):
            answers["ps3-t4-answer"] = MINE
        if number in (0, 1):
            answers[ANSWER] = words
        shared.grade(f"s{number}", answers)
    assert [pair[2:] for pair in copies.copies(NAME, shared.out)] == [("s2", "s5"), ("s0", "s1")]
    printed = capsys.readouterr().out
    assert (
        "Task 2 (7 of 7 answers), Task 3 (7 of 7 answers)." in printed and "Task 2. " not in printed
    )


def test_the_page_of_a_late_submission_says_when_it_was_due_and_when_it_came(empty, tmp_path):
    """It takes off what the points of now lose, also where a person has given some since."""
    batch = Batch(shutil.copytree(empty, tmp_path / "out"))
    batch.grade("lea", {ANSWER: "The mean."})
    due, came = datetime(2026, 11, 20, 23, 59), datetime(2026, 11, 22, 8, 15)
    with Gradebook(batch.url) as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=in_utc(due))
        gradebook.update_or_create_submission(NAME, "lea", timestamp=in_utc(came))
    for given, said in (
        (2, "0 of 30 points. {} so 2 points"),
        (4, "1 of 30 points. {} so 3 points"),
    ):
        batch.give("lea", given)
        rows = read_grades(
            batch.course, NAME, {"lea": {"time": came.isoformat()}}, Rule(due, penalty=5)
        )
        feedback.write_feedback(batch.course, NAME, rows)
        page = (batch.out / "feedback" / "lea" / NAME / f"{NAME}.html").read_text("utf-8")
        text = " ".join(bs4.BeautifulSoup(page, "html.parser").get_text().split())
        when = "It was due on 2026-11-20 at 23:59 and came on 2026-11-22 at 08:15,"
        assert said.format(when) + " were taken off." in text


def test_the_summary_names_who_handed_in_nothing_and_has_one_row_for_a_task(
    empty, tmp_path, capsys
):
    batch = Batch(shutil.copytree(empty, tmp_path / "out"))
    error = new_output("error", ename="SyntaxError", evalue="invalid syntax")
    batch.grade("ada", {}, {"ps3-t4-check": [error]})
    batch.grade("bob", {}, {"ps3-t4-check": judged("backward", "right", 6, 6, "✓")})
    batch.lose("eve")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "bob.ipynb").write_text("")
    roster = [Person(id="bob", name="Bob B"), Person(id="eve", name="Eve E")]
    found = find.find_submissions(tmp_path / "class", NAME, roster, out=batch.out)
    graded = {"bob": Graded(), "eve": Graded()}
    keep_found(batch.out, NAME, {one.student: one for one in found}, graded)
    summary.summary(NAME, batch.out)
    printed = capsys.readouterr().out
    assert "2 submissions, of which 0 could not be read; 1 of the roster handed in noth" in printed
    (row,) = [line.split() for line in printed.splitlines() if line.startswith("Task 4")]
    assert row == ["Task", "4,", "backward", "1", "0", "0", "0", "0", "1"]
    assert "In Task 6, untouched means that the mistake handed out is still there." in printed


def test_totals_call_tasks_as_students_do_and_say_how_many_answers_wait(empty, tmp_path, capsys):
    batch = Batch(shutil.copytree(empty, tmp_path / "out"))
    right = {
        "ps3-t1-check": judged("combined gradient", "right", 3, 3, "✓"),
        "ps3-t6-check": judged("training step", "right", 3, 3, "✓"),
    }
    batch.grade("ada", {ANSWER: "The mean."}, right)
    said = {"remarks": ["Missing cells: ps3-t1-check; put back.", "ps3-t4-check: NameError."]}
    (batch.out / f"found_{NAME}.json").write_text(json.dumps({"ada": said}))
    totals.totals(batch.out)
    printed = capsys.readouterr().out
    assert "Answers that wait for a person: 1. Until they are read they count as 0" in printed
    heads, line = csv.reader((batch.out / "totals_moodle.csv").read_text("utf-8-sig").splitlines())
    assert heads[3:] == ["Problem set 3 (Real)", "Problem set 3 (Feedback)"]
    assert line[4] == (
        "Task 1: 3 of 3. Task 2: 0 of 4. Task 3: 0 of 3. Task 4: 0 of 6. Task 5: 0 of 5. "
        "Task 6: 3 of 5. Task 7: not yet read."  # what is said of cells is for whoever grades
    )


@pytest.mark.parametrize("task", [4, 5, 6])
def test_the_courses_own_solution_is_no_sign_in_any_long_task(task):
    good, _ = problem_set("ps3")
    cell = f"ps3-t{task}-answer"
    model = next(one.source for one in good.cells if tasks.name_of(one) == cell)
    assert alike({"a": model, "b": re.sub(r"\bdelta\b", "error", model)}, cell) == []
