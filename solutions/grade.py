"""Releases the problem sets and grades what comes back, with nbgrader.

    python solutions/grade.py release [PROBLEM_SET ...]
    python solutions/grade.py grade PROBLEM_SET SUBMISSIONS_FOLDER [--out graded]
    python solutions/grade.py summary PROBLEM_SET [--out graded]

nbgrader keeps the gradebook, the marks and the feedback. This program adds what a batch from strangers needs: each
submission is put into the shape nbgrader expects (`repaired`), its cells run in a kernel that may be stopped, killed and
started anew (`RunCells`), in a sandbox where the machine has bubblewrap (`sandbox_command`), and what went wrong is said
in a sentence. No submission stops the others.

What stays possible: a student's code runs in the same Python process as the tests, so code written to deceive can put
other functions in the place of those the tests call and so forge a result, or read a hidden test and print it. It can
do that only for its own submission. Whoever grades sees the code in the feedback.
"""

import argparse
import concurrent.futures
import copy
import csv
import importlib.util
import json
import logging
import os
import queue
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import nbformat
import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (AssignLatePenalties, CheckCellMetadata, IgnorePattern, LimitOutput,
                                    NbGraderPreprocessor, SaveAutoGrades)
from sqlalchemy.exc import SAWarning
from traitlets import Bool, Float, Integer
from traitlets.config import PyFileConfigLoader

SOLUTIONS = Path(__file__).resolve().parent
COURSE = SOLUTIONS.parent
VERDICT = "application/vnd.bpkit.verdict+json"
STATUSES = ["right", "named", "unknown", "unusable", "untouched"]

MOST_TEXT = 40_000           # characters of printed text kept of a cell
MOST_SIZE = 2_000_000        # bytes of all else, pictures above all, kept of a cell
MOST_OUTPUTS = 100           # outputs kept of a cell
MOST_MESSAGE = 64 * 2**20    # bytes; a longer message from a kernel is refused unread
MOST_FILE = 50 * 2**20       # bytes of a submission
GRACE = 2                    # seconds a cell gets to end after it was interrupted
NOT_RUN = "NotRun"           # name of the errors that this program puts into cells


# ---------------------------------------------------------------------------------------------------- the sandbox

# the limit is set before anything of the student's runs, and holds for all it starts
START_KERNEL = """
import sys
memory = int(sys.argv.pop(1))
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
except (ImportError, ValueError, OSError):
    pass
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


def sandbox_command(folder):
    """bubblewrap with all that a kernel gets to see of this machine.

    That is Python, the system's libraries and bpkit, read-only; a private /tmp that vanishes with it; and `folder`, where
    its sockets are. There is no network, no other process, and nothing of the course but bpkit.
    """
    readable = ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts",
                "/etc/localtime", sys.prefix, sys.base_prefix]
    readable += importlib.util.find_spec("bpkit").submodule_search_locations
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
               "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--size", str(256 * 2**20), "--tmpfs", "/tmp"]
    for path in readable:
        command += ["--ro-bind-try", path, path]
    for font_list in matplotlib_font_lists():  # without it each kernel looks for fonts anew, for seconds
        command += ["--ro-bind", str(font_list), f"/tmp/.matplotlib/{font_list.name}"]
    return command + ["--bind", folder, folder, "--remount-ro", "/", "--chdir", "/tmp"]


def matplotlib_font_lists():
    import matplotlib.font_manager  # its import writes the list where there is none
    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


def sandbox_works():
    """Whether this machine can run Python inside bubblewrap."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        command = sandbox_command(folder) + [sys.executable, "-c", "import bpkit"]
        return subprocess.run(command, capture_output=True, env=kernel_environment(True)).returncode == 0


def kernel_environment(sandboxed):
    """What a kernel knows of the environment: in the sandbox nothing of the grader's own, which may hold passwords."""
    settings = {
        "PYTHONHASHSEED": "0",  # the same submission gets the same grade each time
        "PYTHONDONTWRITEBYTECODE": "1",
        # one thread each: steadier results, and many threads would use up the memory limit before any work is done
        "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2",
        "NBGRADER_EXECUTION": "autograde",
    }
    if sandboxed:
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp", "IPYTHONDIR": "/tmp/.ipython",
                "MPLCONFIGDIR": "/tmp/.matplotlib", **settings}
    return {**os.environ, "JPY_PARENT_PID": str(os.getpid()), **settings}


# ---------------------------------------------------------------------------------------------------- a kernel

class Kernel:
    """A Python kernel that runs one cell after another, each with a time limit."""

    def __init__(self, memory, sandboxed):
        """Start a kernel and wait for it; `memory` is in bytes. Raises RuntimeError where it does not start."""
        self.folder = tempfile.mkdtemp(prefix="grade-")
        # the sandbox has no network: its sockets are files
        place = {"transport": "ipc", "ip": f"{self.folder}/socket"} if sandboxed else {}
        connection, _ = write_connection_file(f"{self.folder}/kernel.json", key=secrets.token_hex(16).encode(), **place)
        command = [sys.executable, "-c", START_KERNEL, str(memory), "-f", connection, "--HistoryManager.enabled=False"]
        if sandboxed:
            command = sandbox_command(self.folder) + command
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=self.folder, env=kernel_environment(sandboxed), stdin=nothing,
                                        stdout=nothing, stderr=nothing, start_new_session=True)
        self.usable = True
        context = zmq.Context()
        context.maxmsgsize = MOST_MESSAGE
        self.client = BlockingKernelClient(connection_file=connection, context=context)
        self.client.load_connection_file()
        self.client.start_channels(stdin=False, hb=False)
        self.poller = zmq.Poller()
        for channel in (self.client.iopub_channel, self.client.shell_channel):
            self.poller.register(channel.socket, zmq.POLLIN)
        self._wait_until_ready()

    def _wait_until_ready(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            self.client.kernel_info()
            # its status shows that it works and that what it publishes arrives here
            if any(message["msg_type"] == "status" for message in self._messages(250)):
                return
        self.stop()
        raise RuntimeError("the Python kernel did not start")

    def _messages(self, milliseconds=100):
        """Some of the messages that wait here, or come within `milliseconds`."""
        ready = dict(self.poller.poll(milliseconds))
        for channel in (self.client.iopub_channel, self.client.shell_channel):
            for _ in range(100 if channel.socket in ready else 0):
                try:
                    yield channel.get_msg(timeout=0)
                except queue.Empty:
                    break
                except Exception:  # not a message of Jupyter's; student code can write anything to the socket
                    continue

    def run(self, source, seconds):
        """Run a cell.

        Returns its outputs, and a sentence if it had to be stopped or ended the kernel (`usable` is False if the kernel
        is lost), else None. Only messages that answer this very execution count.
        """
        request = self.client.execute(source, allow_stdin=False, stop_on_error=False)
        kept, complaint = KeptOutputs(), None
        replied = idle = False
        end = time.monotonic() + seconds
        while not (replied and idle):
            alive = self.process.poll() is None
            for message in self._messages():
                if message["parent_header"].get("msg_id") != request:
                    continue
                if message["msg_type"] == "execute_reply":
                    replied = True
                    end = min(end, time.monotonic() + GRACE)  # its last outputs may be lost in a flood of them
                    if any(item.get("source") == "ask_exit" for item in message["content"].get("payload", [])):
                        alive = False  # quit() ends the kernel a moment later
                elif message["msg_type"] == "status":
                    idle = idle or message["content"]["execution_state"] == "idle"
                else:
                    kept.take(message)
            if not alive:
                complaint = "ended the Python process it ran in (by an exit, a signal, or for want of memory)"
                self.usable = False
                break
            if time.monotonic() > end:
                if replied:
                    break
                if complaint:
                    complaint = f"ran longer than {seconds:.3g} seconds and could not be interrupted"
                    self.usable = False
                    break
                complaint = f"ran longer than {seconds:.3g} seconds and was stopped"
                self.client.session.send(self.client.control_channel.socket, "interrupt_request", {})
                end = time.monotonic() + GRACE
        if self.usable and any(output.get("ename") == "MemoryError" for output in kept.outputs):
            complaint = "wanted more memory than there is for a submission"
            self.usable = False  # what it hoards would be missing in the next cells
        return kept.outputs, complaint

    def stop(self):
        """End the kernel and all it started, and remove what it left."""
        self.usable = False
        try:
            os.killpg(self.process.pid, 9)
        except (AttributeError, OSError):  # AttributeError on Windows
            self.process.kill()
        self.process.wait()
        self.client.stop_channels()
        self.client.context.destroy(linger=0)
        shutil.rmtree(self.folder, ignore_errors=True)


class KeptOutputs:
    """The outputs of a cell, as nbformat wants them, cut to a size that can be read."""

    def __init__(self):
        self.outputs = []
        self.text = self.size = 0
        self.displays = {}

    def take(self, message):
        content = message["content"]
        if message["msg_type"] == "clear_output":
            self.outputs.clear()
            return
        full = len(self.outputs) > MOST_OUTPUTS
        if full and message["msg_type"] not in ("execute_result", "error"):  # these come once, and are needed
            return
        update = message["msg_type"] == "update_display_data"
        try:
            output = nbformat.v4.output_from_msg({**message, "msg_type": "display_data"} if update else message)
            nbformat.validate(output, ref="output", version=4)
        except Exception:  # of a kind that notebooks do not store, or forged
            return
        if output.output_type == "stream":
            self._take_text(output)
            return
        name = (content.get("transient") or {}).get("display_id")
        size = len(json.dumps(output))
        self.size += size
        if size > MOST_TEXT and self.size > MOST_SIZE:
            return
        if update:
            if name in self.displays:
                self.displays[name].update(output)
            return
        if name:
            self.displays[name] = output
        self.outputs.append(output)

    def _take_text(self, output):
        room = MOST_TEXT - self.text
        self.text += len(output.text)
        if room <= 0:
            return
        if len(output.text) > room:
            output.text = output.text[:room] + "\n... cut here ...\n"
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            self.outputs.append(output)


# ---------------------------------------------------------------------------------------------------- running a notebook

class RunCells(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute, which gives up a submission when its kernel dies or cannot be interrupted.

    A cell that takes too long is interrupted. Where it does not end then, or ended the kernel, a new kernel runs the cells
    before it, except those that were at fault, and goes on after it. Each cell at fault says so in an error.

    Grading is strict (`make_strict`): nbgrader gives full points to a graded cell without a result.
    """

    seconds = Float(20, help="time limit of a cell").tag(config=True)
    memory = Integer(2048, help="memory limit of a kernel in MiB").tag(config=True)
    sandboxed = Bool(False, help="whether kernels run inside bubblewrap").tag(config=True)

    def preprocess(self, nb, resources):
        self.end = time.monotonic() + 15 * self.seconds  # of the whole submission
        at_fault, kernel = set(), None
        try:
            for index, cell in enumerate(nb.cells):
                if cell.cell_type != "code":
                    continue
                cell.outputs, complaint = [], "was not run: the time for the whole submission was used up"
                if kernel is None and self._time_left():
                    kernel = self._kernel_after(nb.cells[:index], at_fault)
                if self._time_left():
                    cell.outputs, complaint = kernel.run(cell.source, self._time_left())
                    if complaint:
                        at_fault.add(index)
                    if not kernel.usable:
                        kernel.stop()
                        kernel = None
                if complaint:
                    cell.outputs.append(error_output(f"This cell {complaint}."))
                cell.execution_count = index + 1
                if utils.is_grade(cell):
                    make_strict(cell)
        finally:
            if kernel:
                kernel.stop()
        return nb, resources

    def _time_left(self):
        """Seconds for the next cell; 0 where the submission has used up its time."""
        return max(0, min(self.seconds, self.end - time.monotonic()))

    def _kernel_after(self, cells, at_fault):
        """A new kernel in which `cells`, except those at fault, were run. Each round either works or finds one more at
        fault, so it ends."""
        while True:
            kernel = Kernel(self.memory * 2**20, self.sandboxed)
            for index, cell in enumerate(cells):
                if cell.cell_type == "code" and index not in at_fault and self._time_left():
                    _, complaint = kernel.run(cell.source, self._time_left())
                    if complaint:
                        at_fault.add(index)
                    if not kernel.usable:
                        kernel.stop()
                        break
            else:
                return kernel


def error_output(sentence):
    return nbformat.v4.new_output("error", ename=NOT_RUN, evalue=sentence, traceback=[sentence])


def make_strict(cell):
    """Leave in a graded cell either exactly one result, a number from 0 to its points, or an error, which is worth 0.

    A second result is a forged one, since Python gives a cell one at most.
    """
    points = float(cell.metadata.nbgrader["points"])
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"  # nbgrader takes a warning on stderr for a failure
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    failed = any(output.output_type == "error" for output in cell.outputs)
    if not failed and len(results) == 1 and is_number(results[0].data.get("text/plain"), points):
        return
    cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
    if not failed:
        cell.outputs.append(error_output(f"This cell did not end with one number from 0 to {points:g}: it earns nothing."))


def is_number(text, most):
    try:
        return 0 <= float(text) <= most  # False for nan
    except (TypeError, ValueError):
        return False


# ---------------------------------------------------------------------------------------------------- repairing a submission

class Unreadable(Exception):
    """A submission that holds nothing to grade; its text says why in a sentence."""


def read_submission(path):
    """The notebook at `path`, in format 4. Raises Unreadable."""
    if path is None or not path.exists():
        raise Unreadable("There is no notebook with the name of the problem set.")
    if path.is_symlink() or not path.is_file():
        raise Unreadable("The notebook is not an ordinary file.")
    if path.stat().st_size > MOST_FILE:
        raise Unreadable(f"The file is larger than {MOST_FILE // 2**20} MiB.")
    if path.stat().st_size == 0:
        raise Unreadable("The file is empty.")
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise Unreadable("The file is no notebook: it cannot be read as JSON.") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise Unreadable("The file is no notebook: it is JSON of another kind.")
    try:
        if content["nbformat"] < 4:
            content = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)
        content = nbformat.from_dict(content)
        if not isinstance(content["cells"], list):
            raise TypeError
    except Exception:
        raise Unreadable("The file is a damaged notebook: its cells cannot be read.") from None
    return content


def repaired(submission, release):
    """The submission in the shape in which it was handed out, and sentences on what had to be done for that.

    Nothing of the submission is taken on trust but the source of its cells, and which cell of the release each one is.
    Cells that nbgrader knows get the release's metadata, locked ones its source too, and missing ones are put back where
    the release has them: before the first cell after them that is there.
    """
    cells, names = [], []
    known = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
    for cell in submission["cells"]:
        source = source_of(cell)
        if source is not None:
            cells.append((source, cell))
            names.append(name_in(release, known, source, cell))
    remarks = [] if len(cells) == len(submission["cells"]) else ["A cell was damaged and left out."]
    double = [name for name in known if names.count(name) > 1]
    for name in double:
        places = [i for i, other in enumerate(names) if other == name]
        # of copies the last counts, as in nbgrader, but a written answer counts more than an untouched one
        written = [i for i in places if cells[i][0] != known[name].source]
        keep = (written if not is_locked(known[name]) and written else places)[-1]
        names = [None if other == name and i != keep else other for i, other in enumerate(names)]
    missing = [name for name in known if name not in names]
    if double:
        remarks.append(f"Copied cells: {', '.join(double)}; one of each was used.")
    if missing:
        remarks.append(f"Missing cells: {', '.join(missing)}; put back.")

    result = copy.deepcopy(release)
    result.cells = [rebuilt(known.get(name), source, cell) for name, (source, cell) in zip(names, cells)]
    tampered = [name for name, (source, _) in zip(names, cells) if name in known and is_locked(known[name])
                and source.strip() != known[name].source.strip()]
    if tampered:
        remarks.append(f"Changed test cells: {', '.join(tampered)}; the original ones were used.")

    order = [release_name(cell) for cell in release.cells]
    for name in reversed(missing):
        later = [names.index(other) for other in order[order.index(name) + 1:] if other in names]
        place = later[0] if later else len(names)
        names.insert(place, name)
        result.cells.insert(place, copy.deepcopy(known[name]))
    return with_fresh_ids(result), remarks


def release_name(cell):
    """What a cell of the release is called here: nbgrader's name for it, or its id where nbgrader does not know it."""
    return cell.metadata["nbgrader"]["grade_id"] if "nbgrader" in cell.metadata else "id " + cell.get("id", "")


def name_in(release, known, source, cell):
    """The name of the cell of the release that a submitted cell comes from, or None: by nbgrader's name, or, where a tool
    has dropped that, by its id, or by its text where it is one that nobody changes."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if isinstance(name, str) and name in known:
        return name
    for original in release.cells:
        same_id = cell.get("id") is not None and cell.get("id") == original.get("id")
        if same_id or (source == original.source and is_locked(original)):
            return release_name(original)
    return None


def is_locked(cell):
    return "nbgrader" in cell.metadata and utils.is_locked(cell)


def source_of(cell):
    """The text of a submitted cell, or None where it has none that can be read."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    return source.encode("utf-8", "replace").decode()  # half characters cannot be written to a file


def rebuilt(original, source, cell):
    """A clean cell: the release's with the student's source, or, where it is none of the release's, the student's own."""
    if original is not None:
        result = copy.deepcopy(original)
        if not is_locked(original):
            result.source = source
    elif cell["cell_type"] == "code":
        result = nbformat.v4.new_code_cell(source)
    else:
        result = nbformat.v4.new_markdown_cell(source)
    attachments = cell.get("attachments")
    if result.cell_type == "markdown" and attachments:  # pictures in a written answer
        with_pictures = nbformat.from_dict({**result, "attachments": attachments})
        if nbformat.validator.isvalid(with_pictures, ref="markdown_cell", version=4):
            return with_pictures
    return result


def with_fresh_ids(notebook):
    """The notebook with its cells numbered: ids must differ, and must not change from run to run."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


# ---------------------------------------------------------------------------------------------------- one submission

def course_directory(root, **settings):
    """nbgrader's course in the folder `root`, with the texts that solutions/nbgrader_config.py sets."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(SOLUTIONS)).load_config()
    del config["CourseDirectory"]  # `root` holds nbgrader's usual folders: source, release, submitted, autograded, feedback
    config.Autograde.autograde_preprocessors = [RunCells, IgnorePattern, LimitOutput, SaveAutoGrades, AssignLatePenalties,
                                                CheckCellMetadata]
    config.RunCells.update(settings)
    config.CourseDirectory.root = str(root)
    # several processes write to the gradebook: each waits for the others
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}?timeout=60"
    return CourseDirectory(config=config)


def convert(converter, course, problem_set, student="."):
    """Run one of nbgrader's converters. Raises RuntimeError with the first error in its log."""
    course.assignment_id, course.student_id = problem_set, student
    task = converter(coursedir=course, parent=course)
    task.force = True
    result = utils.capture_log(task)
    if not result["success"]:
        log = result.get("log", "") + result["error"]
        errors = re.findall(r"^\s*([\w.]+(?:Error|Exception): .+)", log, re.MULTILINE)
        raise RuntimeError(errors[0] if errors else log.strip().splitlines()[-1])


def grade_one(root, problem_set, student, path, settings):
    """Grade the submission at `path`. Returns sentences on what was wrong with it, and whether grading itself failed."""
    prepare_process()
    course = course_directory(root, **settings)
    for step in ("submitted", "autograded", "feedback"):  # of an earlier run
        shutil.rmtree(root / step / student / problem_set, ignore_errors=True)
    try:
        release = nbformat.read(root / "release" / problem_set / f"{problem_set}.ipynb", as_version=4)
        notebook, remarks = repaired(read_submission(path), release)
        submitted = root / "submitted" / student / problem_set / f"{problem_set}.ipynb"
        submitted.parent.mkdir(parents=True)
        nbformat.write(notebook, submitted)
        convert(Autograde, course, problem_set, student)
        convert(GenerateFeedback, course, problem_set, student)
        graded = nbformat.read(root / "autograded" / student / problem_set / f"{problem_set}.ipynb", as_version=4)
        return remarks + errors_in(graded), False
    except Unreadable as reason:
        give_nothing(course, problem_set, student)
        return [str(reason)], False
    except Exception as failure:  # of this program or of nbgrader; the others are still graded
        give_nothing(course, problem_set, student)
        return [f"It could not be graded: {one_line(failure)}"], True


def prepare_process():
    """Let nbgrader work in this process, quietly: what goes wrong with a submission is in the table."""
    # nbgrader calls the program alembic, which lies beside Python, also where the environment is not activated
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    warnings.filterwarnings("ignore", category=SAWarning)
    logging.getLogger("traitlets").handlers = [logging.NullHandler()]
    logging.getLogger("traitlets").propagate = False


def one_line(text):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(text)).strip()
    return (text.splitlines() or [""])[0][:200]


def errors_in(graded):
    """A sentence for each cell that ended in an error."""
    sentences = []
    for number, cell in enumerate(graded.cells, start=1):
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        if errors:
            last = errors[-1]  # this program's own comes after Python's
            name = cell.metadata["nbgrader"]["grade_id"] if utils.is_grade(cell) else f"cell {number}"
            what = last.evalue if last.ename == NOT_RUN else f"{last.ename}: {last.evalue}".removesuffix(": ")
            what = re.sub(r"\(\d+\.py, line", "(line", one_line(what))  # the kernel's name for a cell tells nobody anything
            sentences.append(f"{name}: {what.rstrip('.')}.")
    return sentences


def give_nothing(course, problem_set, student):
    """Enter zeros in the gradebook, as nbgrader does where a file is missing."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(problem_set, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
        gradebook.db.commit()


# ---------------------------------------------------------------------------------------------------- the batch

def find_submissions(folder, problem_set):
    """The notebook of each student, {student: path}, in any of the three layouts; the path is None where there is none.

    A name keeps its letters, digits, spaces and -_.@,' and gets _ in the place of others, which nbgrader would take for
    patterns.
    """
    found = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            name = entry.name
            places = [entry / problem_set / f"{problem_set}.ipynb", entry / f"{problem_set}.ipynb"]
            path = next((place for place in places if os.path.lexists(place)), None)
        elif entry.suffix == ".ipynb":
            name, path = entry.stem, entry
        else:
            continue
        student = re.sub(r"[^\w \-.@,']", "_", name).strip()
        while student in found:
            student += "_2"
        found[student] = path
    return found


def grade(problem_set_folder, submissions, out, seconds=20, memory=2048, workers=None):
    """Grade all submissions. Returns one dict for each student: the row of the table. Prints what it does."""
    problem_set, out = problem_set_folder.name, out.resolve()
    sandboxed = sandbox_works()
    if not sandboxed:
        print("No sandbox: bubblewrap is missing or does not work here, so submissions can read files and use the network.")
    settings = {"seconds": float(seconds), "memory": memory, "sandboxed": sandboxed}
    found = find_submissions(submissions, problem_set)
    enter_problem_set(problem_set_folder, out)
    results = {}
    jobs = {student: (out, problem_set, student, path, settings) for student, path in found.items()}
    for student, result in run_all(jobs, workers or os.cpu_count()):
        results[student] = result
        print(f"{len(results)}/{len(found)} {student}", flush=True)
    rows = read_grades(course_directory(out), problem_set, results)
    write_table(out / f"grades_{problem_set}.csv", rows)
    print_table(rows)
    return rows


def enter_problem_set(folder, out):
    """Put a problem set into the gradebook, and its release beside it."""
    prepare_process()
    out.mkdir(parents=True, exist_ok=True)
    source = out / "source" / folder.name
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(folder, source)
    try:
        convert(GenerateAssignment, course_directory(out), folder.name)
    except RuntimeError as failure:
        sys.exit(f"{folder.name} cannot be entered in the gradebook in {out}: {failure}\n"
                 "Where its graded cells have changed since submissions were graded, grade into another folder with --out.")


def run_all(jobs, workers):
    """Yield (student, result of grade_one) as they come.

    A process that dies takes its pool with it: what that leaves undone is done again, each in a pool of its own.
    """
    undone = []
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        tasks = {pool.submit(grade_one, *job): student for student, job in jobs.items()}
        for task in concurrent.futures.as_completed(tasks):
            try:
                yield tasks[task], task.result()
            except BrokenProcessPool:
                undone.append(tasks[task])
    for student in undone:
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            try:
                yield student, pool.submit(grade_one, *jobs[student]).result()
            except BrokenProcessPool:
                yield student, (["It could not be graded: the grading process died."], True)


def read_grades(course, problem_set, results):
    """The marks of each student in `results` from the gradebook, those given by hand included."""
    rows = []
    with Gradebook(course.db_url, course.course_id) as gradebook:
        order = [cell.name for cell in gradebook.find_notebook(problem_set, problem_set).source_cells]
        for student, (remarks, failed) in sorted(results.items()):
            grades = gradebook.find_submission_notebook(problem_set, problem_set, student).grades
            grades = sorted(grades, key=lambda grade: order.index(grade.name))
            rows.append({
                "student": student,
                "tasks": {grade.name: grade.score for grade in grades},
                "total": sum(grade.score for grade in grades),
                "out of": sum(grade.max_score for grade in grades),
                "by hand": [grade.name for grade in grades if grade.needs_manual_grade],
                "remarks": remarks,
                "failed": failed,
            })
    return rows


def write_table(path, rows):
    tasks = list(rows[0]["tasks"]) if rows else []
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", *tasks, "total", "out of", "needs manual grading", "what was wrong"])
        for row in rows:
            points = [f"{row['tasks'][task]:g}" for task in tasks]
            table.writerow([row["student"], *points, f"{row['total']:g}", f"{row['out of']:g}", " ".join(row["by hand"]),
                            " ".join(row["remarks"])])


def print_table(rows):
    width = max([len(row["student"]) for row in rows] + [len("student")])
    print(f"\n{'student':{width}}  points  out of  by hand  what was wrong")
    for row in rows:
        shown = row["remarks"][:3] + ([f"and {len(row['remarks']) - 3} more."] if len(row["remarks"]) > 3 else [])
        print(f"{row['student']:{width}}  {row['total']:6g}  {row['out of']:6g}  {len(row['by hand']):7}  {' '.join(shown)}")


# ---------------------------------------------------------------------------------------------------- the summary

def summary(problem_set, out):
    """Print and draw how often each named mistake was made. Returns {mistake: number of submissions}."""
    paths = sorted((out / "autograded").glob(f"*/{problem_set}/{problem_set}.ipynb"))
    if not paths:
        sys.exit(f"No graded submission of {problem_set} is in {out}: run the grade command first.")
    mistakes, statuses = Counter(), {}
    for path in paths:
        named = set()
        for verdict in verdicts_in(nbformat.read(path, as_version=4)):
            statuses.setdefault(str(verdict.get("task")), Counter())[verdict.get("status")] += 1
            named.update(str(mistake) for mistake in verdict.get("mistakes") or [])
        mistakes.update(named)
    print(f"{problem_set}: {len(paths)} submissions\n")
    width = max([len(task) for task in statuses] + [len("task")])
    print(f"{'task':{width}}", *(f"{status:>9}" for status in STATUSES))
    for task, counts in statuses.items():
        print(f"{task:{width}}", *(f"{counts[status]:9}" for status in STATUSES))
    ranked = sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))
    print("\nmistake  submissions" if ranked else "\nNo named mistake was made.")
    for mistake, count in ranked:
        print(f"{mistake:7}  {count:11}")
    picture = out / f"mistakes_{problem_set}.png"
    draw_mistakes(ranked, len(paths), picture)
    print(f"\nThe same as a picture: {picture}")
    return dict(ranked)


def verdicts_in(notebook):
    """What the tests of a graded notebook said of each task."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []) if utils.is_grade(cell) else []:
            verdict = output.get("data", {}).get(VERDICT)
            if isinstance(verdict, dict):
                yield verdict


def draw_mistakes(ranked, submissions, path):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7, 1.4 + 0.32 * len(ranked)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    bars = axes.barh([f"mistake {mistake}" for mistake, _ in ranked], [count for _, count in ranked], color="tab:blue")
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()  # the most frequent on top
    axes.set_xlim(0, max([count for _, count in ranked], default=1) * 1.1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(f"submissions with this mistake, of {submissions}")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


# ---------------------------------------------------------------------------------------------------- the release

def release(problem_set_folders, destination):
    """Write what students get of each problem set to `destination`; nothing is written unless all can be made."""
    prepare_process()
    destination.mkdir(parents=True, exist_ok=True)
    # beside the destination, so that each file can be put in place in one step
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".release-") as temporary:
        root = Path(temporary)
        for folder in problem_set_folders:
            shutil.copytree(folder, root / "source" / folder.name)
            convert(GenerateAssignment, course_directory(root), folder.name)
        made = root / "release"
        for path in sorted(made.rglob("*")):
            if path.is_file():
                target = destination / path.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)


def problem_sets(folder):
    return sorted(path for path in folder.iterdir() if (path / f"{path.name}.ipynb").exists())


def problem_set_named(name):
    """The folder of a problem set: ps1, its full name or its path."""
    if (Path(name) / f"{Path(name).resolve().name}.ipynb").exists():
        return Path(name).resolve()
    fitting = [folder for folder in problem_sets(SOLUTIONS) if folder.name == name or folder.name.startswith(f"{name}_")]
    if len(fitting) != 1:
        known = ", ".join(folder.name for folder in problem_sets(SOLUTIONS))
        sys.exit(f"There is no problem set {name}; there are: {known}")
    return fitting[0]


# ---------------------------------------------------------------------------------------------------- the command line

def main():
    parser = argparse.ArgumentParser(description="Release problem sets and grade what comes back.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("release", help="make exercises/ from solutions/")
    command.add_argument("problem_sets", nargs="*", metavar="PROBLEM_SET")
    command = commands.add_parser("grade", help="grade a folder of submissions")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("submissions", type=Path, metavar="SUBMISSIONS_FOLDER")
    command.add_argument("--out", type=Path, default=COURSE / "graded", help="folder for marks and feedback")
    command.add_argument("--seconds", type=float, default=20, help="time limit of a cell")
    command.add_argument("--memory", type=int, default=2048, help="memory limit of a submission in MiB")
    command = commands.add_parser("summary", help="count the named mistakes of a graded batch")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("--out", type=Path, default=COURSE / "graded")
    chosen = parser.parse_args()

    if chosen.command == "release":
        folders = [problem_set_named(name) for name in chosen.problem_sets] or problem_sets(SOLUTIONS)
        release(folders, COURSE / "exercises")
        print(f"Wrote exercises/: {', '.join(folder.name for folder in folders)}")
    elif chosen.command == "summary":
        summary(problem_set_named(chosen.problem_set).name, chosen.out)
    else:
        if not chosen.submissions.is_dir():
            sys.exit(f"There is no folder {chosen.submissions}")
        rows = grade(problem_set_named(chosen.problem_set), chosen.submissions, chosen.out, chosen.seconds, chosen.memory)
        print(f"\nMarks: {chosen.out}/grades_*.csv, feedback: {chosen.out}/feedback/")
        sys.exit(any(row["failed"] for row in rows))


if __name__ == "__main__":
    main()
