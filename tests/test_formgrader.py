"""nbgrader's own commands and Formgrader, as somebody uses them who works in the folder solutions.
A submission that attacks whoever grades it runs in the sandbox, and does nothing in the browser."""

import contextlib
import copy
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from traitlets.config import PyFileConfigLoader

import browser
from batches import ROOT, problem_set
from payloads import IN_OUTPUT, IN_TEXT, SHOW, SINK

sys.path.insert(0, str(ROOT / "solutions"))
from grading.course import problem_sets, version_of_tables  # noqa: E402
from grading.gradebook import enter_problem_set  # noqa: E402
from grading.judging.sandbox import sandbox_works  # noqa: E402

pytestmark = pytest.mark.slow
needs_browser = pytest.mark.skipif(not browser.is_here(), reason=browser.NOT_HERE)
NAME, ANSWER = "ps3_the_algorithm", "ps3-t7-answer"
WRITES = (
    "from pathlib import Path\nPath.home().joinpath('written').write_text('x')\n"
    "print('has', 'written', Path.home())"
)


def attack():
    """The release with everything that payloads.py has, in the answer that a person reads, in cells
    of its own and in outputs."""
    _, release = problem_set("ps3")
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id == ANSWER:
            cell.source = "My $\\frac{1}{N}$ answer.\n\n" + "\n\n".join(IN_TEXT.values())
            cell["attachments"] = {"a.svg": {"image/svg+xml": "<svg onload='top.ran=1'/>"}}
        cell.metadata["tags"] = ['"><script>top.ran=1</script>']
    notebook.cells += [new_markdown_cell(source) for source in IN_TEXT.values()]
    notebook.cells += [new_code_cell(SHOW + source) for source in IN_OUTPUT.values()]
    notebook.cells.append(new_code_cell(WRITES))
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {"</script><script>top.ran=1": {}}}
    }
    return notebook


class Course:
    """A copy of the project with a home of its own, whose instructor works in its folder
    solutions."""

    def __init__(self, folder):
        self.root, self.home = folder / "project", folder / "home"
        self.home.mkdir()
        for part in ("solutions", "exercises", "bpkit"):
            shutil.copytree(ROOT / part, self.root / part)
        self.solutions, self.out = self.root / "solutions", self.root / "graded"
        self.environment = {**os.environ, "HOME": str(self.home)}
        self.url = f"sqlite:///{self.out / 'gradebook.db'}"

    def run(self, *arguments):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.solutions,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def submission(self):
        with Gradebook(self.url) as gradebook:
            return gradebook.find_submission_notebook(NAME, NAME, "mal").id

    def graded(self):
        return nbformat.read(self.out / "autograded" / "mal" / NAME / f"{NAME}.ipynb", 4)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which the attack was graded with `nbgrader autograde`, as guide and button do."""
    course = Course(tmp_path_factory.mktemp("course"))
    place = course.out / "submitted" / "mal" / NAME
    place.mkdir(parents=True)
    nbformat.write(attack(), place / f"{NAME}.ipynb")
    course.run("-m", "nbgrader", "generate_assignment", NAME, "--force")
    course.run("-m", "nbgrader", "autograde", NAME, "--student", "mal")
    course.run("-m", "nbgrader", "generate_feedback", NAME, "--student", "mal")
    return course


def test_nbgraders_own_command_runs_a_submission_in_our_sandbox(course):
    assert "has written" in json.dumps(course.graded().cells[-1].outputs)
    if not sandbox_works():
        pytest.skip("there is no sandbox here")
    assert not (course.home / "written").exists()


def test_nbgraders_own_command_gives_points_as_ours_does(course):
    """With nbgrader's own way of running, a check that ends without a number has all points."""
    with Gradebook(course.url) as gradebook:
        grades = gradebook.find_submission_notebook(NAME, NAME, "mal").grades
        scores = {grade.name: grade.auto_score for grade in grades}
    assert scores.pop(ANSWER) is None and set(scores.values()) == {0.0}


def test_nbgraders_own_command_writes_the_version_of_its_tables_that_ours_does(course):
    with contextlib.closing(sqlite3.connect(course.out / "gradebook.db")) as gradebook:
        versions = gradebook.execute("SELECT version_num FROM alembic_version").fetchall()
    assert versions == [(version_of_tables(),)]


def test_nbgraders_own_command_makes_our_page_of_feedback(course):
    page = (course.out / "feedback" / "mal" / NAME / f"{NAME}.html").read_text("utf-8")
    assert "Feedback for <strong>mal</strong>" in page and "<script" not in page


@contextlib.contextmanager
def formgrader(course):
    """The address of the server in which Formgrader runs, as the guide starts it."""
    port = browser.free_port()
    with open(course.home / "log", "w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"]
            + [f"--port={port}", "--ServerApp.port_retries=0"]
            + [f"--IdentityProvider.token={browser.TOKEN}"],
            cwd=course.solutions,
            env=course.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(1200):
                if server.poll() is not None:
                    raise RuntimeError("The server stopped: " + Path(log.name).read_text()[-800:])
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(
                        f"http://127.0.0.1:{port}/api/status?token={browser.TOKEN}"
                    )
                    break
                time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


@needs_browser
def test_in_formgrader_nothing_of_a_submission_runs_or_is_loaded_and_the_rubric_stands_there(
    course,
):
    from playwright.sync_api import expect, sync_playwright

    with formgrader(course) as address, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser.CHROMIUM, args=browser.FLAGS)
        page = chromium.new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        pages = f"{address}/formgrader"
        page.goto(f"{pages}/manage_assignments?token={browser.TOKEN}")
        asked.clear()
        page.goto(f"{pages}/submissions/{course.submission()}/")
        score = page.locator(f"input#{ANSWER}")
        expect(score).to_have_class("score tabbable needs_manual_grade")
        page.wait_for_timeout(1000)
        assert page.evaluate("top.ran") is None and page.evaluate("window.onmessage") is None
        elsewhere = [
            url
            for url in asked
            if not url.startswith((f"{pages}/static/", f"{pages}/api/", f"{pages}/submissions/"))
            and not url.startswith("data:image/")
        ]
        assert not elsewhere and not complaints
        notebook = page.locator("#notebook-container")
        assert notebook.locator("a").evaluate_all(
            "links => links.every(link => /^https?:/.test(link.href))"
        )
        assert notebook.locator("iframe, script, form, object, embed, svg, video").count() == 0
        assert page.frames == [page.main_frame]
        assert page.locator(f"#{ANSWER}").count() == 1, "nobody else has the id of the points"
        assert notebook.locator("math").count() > 20, "formulas are drawn"
        answer = page.locator(".nbgrader_cell", has=score)
        assert "Rubric." in answer.locator(".rubric").inner_text()
        # what a person does there still works
        answer.locator("textarea").fill("Good.")
        score.fill("3")
        with page.expect_response(lambda got: "/api/grade/" in got.url and got.ok):
            score.press("Escape")
        expect(score).to_have_class("score tabbable")
        assert page.evaluate("top.ran") is None
        chromium.close()
    with Gradebook(course.url) as gradebook:
        assert gradebook.find_grade(ANSWER, NAME, NAME, "mal").manual_score == 3
        assert gradebook.find_comment(ANSWER, NAME, NAME, "mal").manual_comment == "Good."
    course.run("-m", "nbgrader", "autograde", NAME, "--student", "mal", "--force")
    with Gradebook(course.url) as gradebook:
        assert not gradebook.find_grade(ANSWER, NAME, NAME, "mal").needs_manual_grade


@needs_browser
def test_in_our_page_of_feedback_nothing_of_a_submission_runs_or_is_loaded(course):
    from playwright.sync_api import sync_playwright

    path = course.out / "feedback" / "mal" / NAME / f"{NAME}.html"
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser.CHROMIUM, args=browser.FLAGS)
        page = chromium.new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_timeout(500)
        pictures = [url for url in asked if url.startswith("data:image/")]
        assert set(asked) - set(pictures) == {path.as_uri()} and not complaints
        assert page.evaluate("top.ran") is None and page.frames == [page.main_frame]
        assert SINK in page.locator("body").inner_text(), "as words it is there"
        chromium.close()


def test_the_payloads_are_many():
    assert len(IN_TEXT) + len(IN_OUTPUT) >= 50


# ------------------------------------------------------------------------ what an instructor asked


LISTS = """
import json, sys
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader
config = PyFileConfigLoader("nbgrader_config.py").load_config()
api = NbGraderAPI(CourseDirectory(config=config), config=config)
names = [one["name"] for one in api.get_assignments()]
print(json.dumps([names, [one["autograded"] for one in api.get_submissions(sys.argv[1])]]))
"""


def test_formgrader_lists_problem_sets_alone_and_what_was_graded_as_graded(tmp_path):
    """Before anything was graded, after it with a late date, and when another one came in."""
    course = Course(tmp_path)

    def lists():
        return json.loads(course.run("-c", LISTS, NAME).splitlines()[-1])

    assert lists() == [[path.name for path in problem_sets(ROOT / "solutions")], []]
    enter_problem_set(ROOT / "solutions" / NAME, course.out)
    for step in ("submitted", "autograded"):
        (course.out / step / "ada" / NAME).mkdir(parents=True)
    with Gradebook(course.url) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada", timestamp=datetime(2026, 11, 20, 12))
    assert lists()[1] == [True]
    came = course.out / "submitted" / "ada" / NAME / "timestamp.txt"
    came.write_text("2026-11-21 12:00:00 UTC")
    assert lists()[1] == [False]
    came.write_text("2026-11-20 12:00:00 UTC")
    assert lists()[1] == [True]


def test_nbgrader_warns_of_no_check_that_it_puts_back(caplog):
    config = PyFileConfigLoader("nbgrader_config.py", str(ROOT / "solutions")).load_config()
    step = config.Autograde.sanitize_preprocessors[3]()
    step.report_change("ps3-t1-check", "checksum", "a", "b")
    assert not caplog.records
    step.report_change("ps3-t1-check", "points", 3, 99)
    assert "points" in caplog.text
