"""A class on a hub, from the first login to the feedback: JupyterHub and nbgrader's exchange as
`make hub` starts them, in a machine of its own (hub_machine.py), with real accounts and a browser.

The tests follow each other as the days of a class do; `make test-hub` runs them.
"""

import contextlib
import csv
import io
import os
import shutil
import subprocess
import threading
import time
import urllib.request

import browser
import hub_machine
import nbformat
import pytest
from broken_submissions import good_submission

NOT_HERE = (
    "make test-hub needs Linux, root, namespaces, Chromium and the package playwright, and one of "
    "them is missing"
)
pytestmark = pytest.mark.skipif(not os.environ.get("HUB"), reason="make test-hub runs it")

SET = "ps3_the_algorithm"
NOTEBOOK = f"backpropagation/{SET}/{SET}.ipynb"  # in each learner's home
LEARNERS = ("ann", "ben", "cleo")
TRICKSTER = "eve"  # is in the class, and writes into the exchange by hand
STRANGER = "dora"  # has an account on the machine, and is not in the class
INSTRUCTOR = "ada"
COURSE = f"/home/{INSTRUCTOR}/backpropagation"
HUB = "/srv/backpropagation"
EXCHANGE = f"{HUB}/exchange/backpropagation"
GRADE = "python solutions/grading grade ps3 collected"
NOT_COPIED = (
    ".git",
    ".venv*",
    "build",
    "graded",
    "collected",
    "__pycache__",
    ".pytest_cache",
    ".release-*",
)
LONG = 300_000  # milliseconds: a server starts slowly where others start beside it


class Hub:
    """The hub at `address`, and the machine and the browser in front of it."""

    def __init__(self, machine, chromium, address):
        self.machine, self.chromium, self.address = machine, chromium, address
        self.contexts = {}

    def sign_in(self, name, password=None):
        """A page after somebody has filled in the hub's form."""
        context = self.chromium.new_context()
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.goto(f"{self.address}/hub/login")
        page.fill("#username_input", name)
        page.fill("#password_input", password or password_of(name))
        page.click("#login_submit")
        return page

    def context(self, name):
        """The browser of somebody who is logged in, as browser.opened wants it."""
        if name not in self.contexts:
            page = self.sign_in(name)
            page.wait_for_url(f"**/user/{name}/lab**")
            self.contexts[name] = page.context
            self.contexts[name].address = f"{self.address}/user/{name}/lab/tree/{{}}?reset"
        return self.contexts[name]

    def terminal(self, name, command, check=True):
        """What a command prints in somebody's own terminal."""
        command = f"PATH={HUB}/env/bin:$PATH; {command}"
        return self.machine.run(command, user=name, check=check)

    def terminals(self, names, command):
        """The same for several people at once."""
        threads = [threading.Thread(target=self.terminal, args=(name, command)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def read(self, path):
        return self.machine.run("cat", path)

    def write(self, name, path, text):
        """Put a text into a file as its owner does."""
        self.machine.run(f"cat > '{path}'", user=name, input=text)


def password_of(name):
    return f"secret of {name}"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    if not (hub_machine.is_possible() and browser.is_here()):
        if os.environ.get("CI") == "true":
            pytest.fail(NOT_HERE)
        pytest.skip(NOT_HERE)
    from playwright.sync_api import sync_playwright

    environment = browser.ROOT / ".venv-hub"  # kept, since it takes minutes to make
    environment.mkdir(exist_ok=True)
    folder = tmp_path_factory.mktemp("machine")
    with hub_machine.machine(folder, environment, f"{HUB}/env") as machine:
        machine.run("groupadd", "backpropagation")
        for name in (*LEARNERS, TRICKSTER, STRANGER, INSTRUCTOR):
            machine.run("useradd", "--create-home", "--shell", "/bin/bash", name)
            machine.run("chpasswd", input=f"{name}:{password_of(name)}\n")
        for name in (*LEARNERS, TRICKSTER):
            machine.run("usermod", "--append", "--groups", "backpropagation", name)
        machine.run("chmod", "755", "/home/ben")  # as older systems make homes
        # settings of her own, by which the tests ask JupyterLab what it is doing
        machine.run("mkdir", "/home/ann/.jupyter", user="ann")
        settings = "get_config().LabApp.expose_app_in_browser = True"
        machine.run("cat > .jupyter/jupyter_server_config.py", user="ann", input=settings)
        home = folder / "home" / INSTRUCTOR
        ignored = shutil.ignore_patterns(*NOT_COPIED)
        shutil.copytree(browser.ROOT, home / "backpropagation", ignore=ignored)
        machine.run("chown", "--recursive", f"{INSTRUCTOR}:", COURSE)
        with started(machine, folder / "log") as address, sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=browser.CHROMIUM, args=browser.ALONE)
            yield Hub(machine, chromium, address)
            chromium.close()


@contextlib.contextmanager
def started(machine, log):
    """`make hub`, by the one command of the guide; its address when it answers."""
    port = browser.free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as file:
        output = {"stdout": file, "stderr": subprocess.STDOUT}
        environment = {**os.environ, "PORT": str(port)}
        process = machine.start(["make", "-C", COURSE, "hub"], env=environment, **output)
    while True:
        assert process.poll() is None, f"the hub did not start: {log.read_text()[-2000:]}"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/hub/api")
            break
        time.sleep(0.5)
    yield address


# ------------------------------------------------------------------------------------ the first day


@pytest.fixture(scope="module")
def class_in(hub):
    """All of the class, with a server of its own each."""
    pages = {name: hub.sign_in(name) for name in (*LEARNERS, INSTRUCTOR)}
    for name, page in pages.items():
        page.wait_for_url(f"**/user/{name}/lab**")
        page.wait_for_selector(".jp-DirListing-item")
        hub.contexts[name] = page.context
        page.context.address = f"{hub.address}/user/{name}/lab/tree/{{}}?reset"
    return pages


def test_each_of_the_class_gets_the_tools_for_their_part(class_in):
    for name, page in class_in.items():
        page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        page.wait_for_selector(".lm-Menu-itemLabel:has-text('Assignment List')")
        offered = [text for text in page.locator(".lm-Menu-itemLabel").all_inner_texts() if text]
        assert "Assignment List" in offered
        assert ("Formgrader" in offered) == (name == INSTRUCTOR)
        page.keyboard.press("Escape")


def test_a_stranger_and_a_wrong_password_stay_outside(hub):
    for page in (hub.sign_in("ann", "secret of somebody else"), hub.sign_in(STRANGER)):
        page.wait_for_selector(".login_error")
        page.context.close()


def test_a_learner_moves_a_slider(hub, class_in):
    with browser.opened(hub.context("ann"), "notebooks/04_the_algorithm.ipynb", run=False) as page:
        sources = [cell["source"] for cell in browser.cells(page)]
        first = next(i for i, source in enumerate(sources) if "widgets." in source)
        page.evaluate(f"jupyterapp.shell.currentWidget.content.activeCellIndex = {first + 1}")
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-above')")
        browser.settled(page)
        name, there, _ = browser.controls(next(browser.explorers(page)))[0]
        assert browser.press(page, there) is not None, f"{name} moved, and no picture came"
        assert all(output["output_type"] != "error" for output in browser.outputs(page))


# ------------------------------------------------------------------- handed out, done and handed in


@pytest.fixture(scope="module")
def answers():
    """{learner: notebook}: all is right, a sign is wrong, nothing is done."""
    place = f"{SET}/{SET}.ipynb"
    release = nbformat.read(browser.ROOT / "exercises" / place, as_version=4)
    solution = nbformat.read(browser.ROOT / "solutions" / place, as_version=4)
    right = good_submission(solution, release)
    slip = good_submission(solution, release)
    update = next(cell for cell in slip.cells if cell.id == "ps3-t3-answer")
    assert update.source.count(" - ") == 1
    update.source = update.source.replace(" - ", " + ")
    return {"ann": right, "ben": slip, "cleo": release}


@pytest.fixture(scope="module")
def assignment_list(hub, class_in):
    """nbgrader's list in the browser of a learner, after the problem set was released."""
    hub.terminal(INSTRUCTOR, f"cd backpropagation && nbgrader release_assignment {SET}")
    page = class_in["ann"]
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text="Assignment List").click()
    return page


@pytest.fixture(scope="module")
def handed_in(hub, assignment_list, answers):
    """What the checks said to the learner who works in the browser; the others use a terminal."""
    assignment_list.locator("#released_assignments_list button", has_text="Fetch").click()
    submit = assignment_list.locator("#fetched_assignments_list button", has_text="Submit")
    submit.wait_for()
    with browser.opened(hub.context("ann"), NOTEBOOK, run=False) as page:
        browser.write(page, {cell.id: cell.source for cell in answers["ann"].cells})
        browser.run_all(page, NOTEBOOK)
        said = browser.cells(page)
        page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    submit.click()
    assignment_list.wait_for_selector("#submitted_assignments_list .list_item")

    others = ("ben", "cleo")
    hub.terminals(others, f"nbgrader fetch_assignment {SET}")
    for name in others:
        hub.write(name, NOTEBOOK, nbformat.writes(answers[name]))
    hub.terminals(others, f"nbgrader submit {SET}")
    return said


def test_the_checks_answer_in_the_hub(handed_in):
    said = {cell["id"]: str(cell.get("outputs")) for cell in handed_in}
    checks = {name for name in said if name.endswith("-check")} - {"ps3-t6-choice-check"}
    assert len(checks) == 6
    for name in checks:
        assert "right" in said[name].lower() and "'error'" not in said[name]
    assert "Your answer is" in said["ps3-t6-choice-check"]


# ----------------------------------------------------------------------------- collected and graded

TRICKS = f"""
set -e
cd {EXCHANGE}/inbound
hand_in() {{
    mkdir "$1"
    cp {EXCHANGE}/outbound/{SET}/{SET}.ipynb "$1"
    echo "$2" > "$1/timestamp.txt"
    echo secret > "$1/submission_secret.txt"
}}
# in the name of somebody else, and later than theirs
hand_in "ann+{SET}+2099-01-01 00:00:00 UTC+a" "2099-01-01 00:00:00 UTC"
# a link to the answers, and a pipe that nobody can copy
links="eve+{SET}+2099-01-02 00:00:00 UTC+b"
hand_in "$links" "2099-01-02 00:00:00 UTC"
ln -sf {COURSE}/solutions/{SET}/{SET}.ipynb "$links/{SET}.ipynb"
mkfifo "$links/pipe"
# at no time, and without a secret
mkdir "eve+{SET}+never+c"
hand_in "eve+{SET}+2099-01-03 00:00:00 UTC+d" never
hand_in "eve+{SET}+2099-01-04 00:00:00 UTC+e" "2099-01-04 00:00:00 UTC"
rm "eve+{SET}+2099-01-04 00:00:00 UTC+e/submission_secret.txt"
# the folder of the answers itself
ln -s {COURSE}/solutions/{SET} "ada+{SET}+2099-01-05 00:00:00 UTC+f"
"""


@pytest.fixture(scope="module")
def collected(hub, handed_in):
    """What `nbgrader collect` said."""
    hub.machine.run("sh", user=TRICKSTER, input=TRICKS)
    return hub.terminal(INSTRUCTOR, f"cd backpropagation && nbgrader collect {SET}")


def test_a_submission_is_its_owners_and_brings_in_no_file_of_the_instructor(
    hub, collected, answers
):
    folder = f"{COURSE}/collected"
    names = hub.machine.run("ls", folder).split()
    assert sorted(names) == sorted((*LEARNERS, TRICKSTER))
    for name in LEARNERS:
        notebook = nbformat.reads(hub.read(f"{folder}/{name}/{SET}/{SET}.ipynb"), as_version=4)
        sources = {cell.id: cell.source for cell in notebook.cells}
        assert sources == {cell.id: cell.source for cell in answers[name].cells}
    hub.machine.run("test", "-L", f"{folder}/{TRICKSTER}/{SET}/{SET}.ipynb")
    assert collected.count("is left out") == 4


@pytest.fixture(scope="module")
def graded(hub, collected):
    hub.terminal(INSTRUCTOR, f"cd backpropagation && {GRADE}")


def marks(hub):
    """{name: points} of the table that grading writes."""
    table = hub.read(f"{COURSE}/graded/grades_{SET}.csv").lstrip("\ufeff")
    return {row["student"]: float(row["total"]) for row in csv.DictReader(io.StringIO(table))}


def test_each_gets_the_points_of_their_own_answers(hub, graded):
    assert marks(hub) == {"ann": 26, "ben": 24.5, "cleo": 0, TRICKSTER: 0}


# --------------------------------------------------------------------------------------- the rights

OPEN_TO_OWNERS = (
    f"cat /home/ann/{NOTEBOOK}",
    "ls /home/ann",
    "cat /home/ann/.bashrc",
    f"ls {EXCHANGE}/inbound",
    f"ls {EXCHANGE}/feedback",
    f"ls {COURSE}",
    f"ls {HUB}/instructor/",
    f"cat {COURSE}/solutions/{SET}/{SET}.ipynb",
    f"cat {COURSE}/graded/gradebook.db",
    f"cat {COURSE}/collected/ann/{SET}/{SET}.ipynb",
    f"cat {COURSE}/graded/grades_{SET}.csv",
    f"ls {HUB}/state",
    f"cat {HUB}/state/cookie_secret",
    f"cat {HUB}/state/jupyterhub.sqlite",
)
WRITTEN_BY_OWNERS = (
    "/home/ann",
    f"{HUB}",
    f"{HUB}/course",
    f"{HUB}/course/bpkit",
    f"{HUB}/course/notebooks",
    f"{HUB}/env",
    f"{HUB}/env/bin",
    f"{HUB}/env/etc/jupyter",
    f"{EXCHANGE}",
    f"{EXCHANGE}/outbound",
    f"{EXCHANGE}/outbound/{SET}",
    f"{EXCHANGE}/feedback",
)


def test_no_learner_reads_what_is_not_theirs(hub, graded):
    for command in OPEN_TO_OWNERS:
        assert hub.terminal("ben", command, check=False)[0] != 0, f"a learner can {command}"
        assert hub.machine.run(*command.split(), check=False)[0] == 0, f"nobody can {command}"
    # in their environment servers have the tokens by which the hub knows them
    others = "find /proc -maxdepth 2 -name environ -not -user ben -exec cat {} +"
    assert "JUPYTERHUB_API_TOKEN" not in hub.terminal("ben", f"{others} 2>&1", check=False)[1]
    assert "JUPYTERHUB_API_TOKEN" in hub.machine.run(*others.split(), check=False)[1]


def test_no_learner_writes_where_others_read(hub, graded):
    for folder in WRITTEN_BY_OWNERS:
        hub.machine.run("test", "-d", folder)
        command = f"touch {folder}/new"
        assert hub.terminal("ben", command, check=False)[0] != 0, f"a learner can {command}"
    assert hub.terminal("ben", f"mv {EXCHANGE} {HUB}/exchange/mine", check=False)[0] != 0
    hub.machine.run("test", "-d", EXCHANGE)


def test_no_learner_enters_the_server_of_somebody_else(hub, class_in):
    for name in ("ann", INSTRUCTOR):
        page = hub.context("ben").new_page()
        page.goto(f"{hub.address}/user/{name}/lab")
        page.wait_for_selector("text=403")
        page.close()


# ------------------------------------------------------------------------------ read and given back

COMMENT = "The mean keeps its size; say why that matters for the step."


@pytest.fixture(scope="module")
def read(hub, class_in, graded):
    """The instructor has read an answer in Formgrader and given 3 points for it, and a comment."""
    page = hub.context(INSTRUCTOR).new_page()
    page.goto(f"{hub.address}/user/{INSTRUCTOR}/formgrader/gradebook/{SET}/{SET}")
    page.get_by_role("button", name="Show All Names").click()
    page.locator("tr:has-text('ann') a:visible").click()
    page.wait_for_url("**/formgrader/submissions/**")
    # until the page has asked the gradebook for its points, it loses those that are typed
    page.wait_for_load_state("networkidle")
    for place, text in (("input#ps3-t7-answer", "3"), ("#ps3-t7-answer-comment", COMMENT)):
        page.fill(place, text)
        with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
            page.press(place, "Tab")
        assert saved.value.ok
    page.close()


@pytest.fixture(scope="module")
def given_back(hub, read):
    """The guide's steps 5 and 6: the pages are made once more, with the points given by hand."""
    back = f"{GRADE} && nbgrader release_feedback {SET}"
    hub.terminal(INSTRUCTOR, f"cd backpropagation && {back}")


def test_points_given_by_the_instructor_count(hub, given_back):
    assert marks(hub) == {"ann": 29, "ben": 24.5, "cleo": 0, TRICKSTER: 0}


def test_each_learner_gets_their_own_feedback(hub, assignment_list, given_back):
    assignment_list.click("#refresh_assignments_list")
    assignment_list.locator("button", has_text="Fetch Feedback").click()
    assignment_list.wait_for_selector("text=view feedback")
    hub.terminals(("ben", "cleo"), f"nbgrader fetch_feedback {SET}")
    pages = {}
    for name in LEARNERS:
        found = f"/home/{name}/backpropagation/{SET}/feedback/*/{SET}.html"
        pages[name] = hub.machine.run("sh", "-c", f"cat {found}")
    assert COMMENT in pages["ann"] and "29" in pages["ann"]
    assert COMMENT not in pages["ben"] and "24.5" in pages["ben"]
    assert COMMENT not in pages["cleo"]
