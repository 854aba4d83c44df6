"""Verdict, points and messages, made in a process that never runs a line of a submission.

A checking cell of the problem set, with its hidden tests, is run here. The names in it that belong
to the learner are fetched from the submission's process (run.py): numbers and letters as data,
functions as functions that ask there. So a submission can only say what its functions return.
"""

import ast
import builtins
import contextlib
import functools
import hashlib
import io
import re
import tempfile
import warnings
from pathlib import Path
from types import SimpleNamespace

import nbformat
from bpkit import diagnosis
from bpkit.diagnosis import calls
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer

from .library import write_library
from .run import Function, Lost, Submission

MOST_IN_ALL = 15  # so many times the limit of a cell may a submission take in all
MOST_SOURCE = 200_000  # characters of a cell that is looked at, not run
MOST_OUTPUTS, MOST_SHOWN = 110, 2_500_000  # of a cell, and characters in them
NOT_RUN = "NotRun"  # name of the errors that this program puts into cells
DISPLAYED = ("text/plain", "text/html", "text/latex", "text/markdown", "image/png", "image/jpeg")
DISPLAYED += ("image/svg+xml",)


class Judged(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute, which runs the checks in the submission's own process.

    The cells are run once for all tasks that leave the same functions of bpkit aside, each time
    with a bpkit that lacks these. A cell that takes too long, or ends the process, says so in an
    error; then the cells before it are run anew, and the others go on.

    Grading is strict: nbgrader gives full points to a checking cell without a result.
    """

    seconds = Float(20, help="limit of a cell, in seconds of computing").tag(config=True)
    memory = Integer(2048, help="memory limit of a submission in MiB").tag(config=True)
    sandboxed = Bool(False, help="whether submissions run inside bubblewrap").tag(config=True)
    seed = Integer(
        1, help="a secret from which the networks are drawn on which functions are tried"
    ).tag(config=True)

    def preprocess(self, nb, resources):
        self.spent, self.at_fault, self.process = 0.0, set(), None
        checks = {place for place, cell in enumerate(nb.cells) if is_check(cell)}
        rounds = {(): set()}  # the first shows what the cells print
        for place in sorted(checks):
            rounds.setdefault(left_aside(nb.cells[place].source), set()).add(place)
        course = Course(nb.cells)
        draws = any("plot" in cell.source for cell in nb.cells if cell.cell_type == "code")
        self.modules = ("matplotlib.pyplot",) if draws else ()
        try:
            for names, judged in rounds.items():
                self._round(nb.cells, course, names, judged)
        finally:
            if self.process:
                self.process.stop()
        for place, cell in enumerate(nb.cells, start=1):
            if cell.cell_type == "code":
                cell.execution_count = place
        return nb, resources

    def _round(self, cells, course, names, judged):
        done = []  # the cells that this round has run
        self._begin(names)
        for place, cell in enumerate(cells):
            if cell.cell_type != "code" or names and place > max(judged):
                continue
            if not is_check(cell):
                if names and not not_locked(cell) and only_shows(cell.source):
                    continue
                outputs = self._run(cells, names, done, place)
                if not names:
                    cell.outputs = outputs
            elif place in judged:
                cell.outputs = self._judged(cells, course, names, done, place)

    def _run(self, cells, names, done, place):
        """The outputs of a cell of the submission."""
        if place in self.at_fault:
            return []
        try:
            self._again_after_a_loss(cells, names, done)
            outputs = self.process.cell(cells[place].source, self.seconds)
        except Lost as loss:
            self.at_fault.add(place)
            return [error_output(f"This cell {loss}.")]
        done.append(place)
        return clean_outputs(outputs)

    def _begin(self, names):
        """A new round, in the same process where that is still there."""
        if self.process and self.process.usable:
            with contextlib.suppress(Lost):
                return self.process.round(library_without(names))
        if self.process:
            self.spent += self.process.computed + self.process.idled
        self.process = Submission(libraries(), self.memory * 2**20, self.sandboxed, self.modules)
        try:
            self.process.round(library_without(names))
        except Lost as loss:  # before a line of the submission has run
            raise RuntimeError(f"the process for it {loss}") from None

    def _again_after_a_loss(self, cells, names, done):
        """Where the process was lost: a new one, in which the cells so far are run. Raises Lost
        where the submission has used up what it may in all."""
        if self.spent + self.process.computed + self.process.idled > MOST_IN_ALL * self.seconds:
            raise Lost(
                "was not run, because this submission has used up all its "
                f"{MOST_IN_ALL * self.seconds:.3g} seconds"
            )
        while not self.process.usable:
            self._begin(names)
            for place in list(done):
                try:
                    self.process.cell(cells[place].source, self.seconds)
                except Lost:
                    self.at_fault.add(place)
                    done.remove(place)
                    break

    def _judged(self, cells, course, names, done, place):
        """The outputs of a checking cell: what is said of the answer, and its points."""
        cell = cells[place]
        most = float(cell.metadata.nbgrader["points"])
        data = {}
        outputs, earned = self._one_trial(cells, course, names, done, cell, data)
        replaced = course.names & bound_by(
            cells[other].source for other in done if not_locked(cells[other])
        )
        if replaced and (earned is None or earned < most):
            with contextlib.suppress(Lost):
                self._again_after_a_loss(cells, names, done)
                self.process.again(course.source, self.seconds)
            others, better = self._one_trial(cells, course, names, done, cell, data)
            if better is not None and better > (earned or 0):
                outputs, earned = others, better
        if earned is not None and not 0 <= earned <= most:
            outputs, earned = [error_output(f"This check gave no number from 0 to {most:g}.")], None
        if earned is not None:
            outputs.append(
                nbformat.v4.new_output(
                    "execute_result", data={"text/plain": repr(earned)}, execution_count=1
                )
            )
        return outputs

    def _one_trial(self, cells, course, names, done, cell, data):
        """(outputs, points or None) of a checking cell. `data` keeps what of the answer is no
        function: a second trial takes the same, so that nobody has two guesses at a letter."""
        shown = []
        printed = io.StringIO()
        try:
            self._again_after_a_loss(cells, names, done)
            wanted = free_names(cell.source)
            namespace = course.namespace(
                wanted, seed_of(self.seed, cell.metadata.nbgrader["grade_id"]), shown.append
            )
            wanted -= set(namespace) | set(vars(builtins))
            found = {**self.process.look(sorted(wanted), calls.LIMIT), **data}
            data |= {name: value for name, value in found.items() if not is_function(value)}
            sources = [cells[place].source for place in done]
            for name, value in found.items():
                if is_function(value):
                    value.__code__ = code_of(sources, name)
            missing = sorted(wanted - set(found))
            if missing:
                return [error_output(not_defined(missing))], None
            with contextlib.redirect_stdout(printed), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd numbers
                result = run(cell.source, {**namespace, **found})
        except calls.NoEnd as loss:  # Lost among them
            why = str(loss) or "took too long to be judged"
            return [error_output(f"A function of this answer {why}.")], None
        except Exception as error:  # of a check, as in one that asserts
            return shown + [
                nbformat.v4.new_output(
                    "error", ename=type(error).__name__, evalue=str(error), traceback=[str(error)]
                )
            ], None
        outputs = [nbformat.v4.new_output("display_data", data=data) for data in shown]
        if printed.getvalue():
            outputs.insert(
                0, nbformat.v4.new_output("stream", name="stdout", text=printed.getvalue())
            )
        if isinstance(result, (int, float)) and not isinstance(result, bool):
            return outputs, float(result)
        return [
            *outputs,
            error_output("This check did not end with a number: it earns nothing."),
        ], None


# ------------------------------------------------------------------------------------ the course's


class Course:
    """What the problem set's own cells bring: imports, and functions that a task gives."""

    def __init__(self, cells):
        self.imports, own = {}, []
        for cell in cells:
            if cell.cell_type != "code" or not_locked(cell) or is_check(cell):
                continue
            for node in ast.parse(cell.source).body:
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    own.append(node)
                    for alias in node.names:
                        name = alias.asname or alias.name.split(".")[0]
                        self.imports[name] = ast.unparse(
                            type(node)(**{**vars(node), "names": [alias]})
                        )
                elif isinstance(node, ast.FunctionDef):
                    own.append(node)
        self.source = "\n".join(map(ast.unparse, own))
        self.names = bound_by([self.source])

    def namespace(self, wanted, seed, show):
        """The names among `wanted` that checks take from the course, for the judge."""
        space = {}
        for name in wanted & set(self.imports):
            exec(self.imports[name], space)
        if "diagnosis" in wanted:
            space["diagnosis"] = SimpleNamespace(
                **{
                    **vars(diagnosis),
                    "check": silent,
                    "check_choice": silent,
                    "grade": functools.partial(diagnosis.grade, seed=seed, show=show),
                    "grade_choice": functools.partial(diagnosis.grade_choice, show=show),
                }
            )
        space["display"] = lambda data, **how: show(data)
        space.pop("__builtins__", None)
        return space


def seed_of(secret, name):
    """The seed of one check. Who finds it, from numbers that a page of feedback shows or from what
    a function is given, knows nothing of another check."""
    digest = hashlib.sha256(f"{secret} {name}".encode()).digest()
    return 2 + int.from_bytes(digest[:8], "big") % 4_000_000


def silent(*arguments, **named):
    """In the place of the check that a learner sees: the verdict is that of the hidden one."""


@functools.cache
def libraries():
    """A folder of this process with a bpkit for each set of functions that is left aside."""
    folder = tempfile.TemporaryDirectory(prefix="bpkit-")
    libraries.keep = folder
    return Path(folder.name)


@functools.cache
def library_without(names):
    name = "-".join(names) or "whole"
    write_library(libraries() / name, names)
    return name


def prepare_libraries(cells):
    """Write all that the checks among these cells need, once for the processes that are forked from
    this one."""
    for names in {(), *(left_aside(cell.source) for cell in cells if is_check(cell))}:
        library_without(names)


def left_aside(source):
    """The functions of bpkit that the task of a checking cell asks to leave aside."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in diagnosis.TASKS:
            names |= set(diagnosis.TASKS[node.value].not_called)
    return tuple(sorted(names))


# -------------------------------------------------------------------------------------------- cells


def is_check(cell):
    return cell.cell_type == "code" and utils.is_grade(cell)


def only_shows(source):
    """Whether a cell of the course's ends in a picture: no answer needs it a second time."""
    last = ast.parse(source).body[-1:]
    return bool(last) and isinstance(last[0], ast.Expr)


def not_locked(cell):
    return "nbgrader" not in cell.metadata or not utils.is_locked(cell)


def free_names(source):
    """The names that a cell reads and does not set itself."""
    read, bound = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return read - bound


def is_function(value):
    return isinstance(value, Function)


@contextlib.contextmanager
def cannot_be_read():
    """Around what looks at a source of the learner's, which may be anything."""
    with (
        contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def bound_by(sources):
    """The names that these cells set, as far as they can be read."""
    names = set()
    for source in sources:
        with cannot_be_read():
            for node in ast.parse(source[:MOST_SOURCE]).body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    names.add(node.name)
                elif isinstance(node, (ast.Import, ast.ImportFrom)):
                    names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
                else:
                    names |= {
                        inner.id
                        for inner in ast.walk(node)
                        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
                    }
    return names


def code_of(sources, name):
    """The code of the function of this name in the last cell that defines one, else None. It is
    looked at, not run: whether something was written into it yet."""
    for source in reversed(sources):
        with cannot_be_read():
            for code in reversed(compile(source[:MOST_SOURCE], "<answer>", "exec").co_consts):
                if getattr(code, "co_name", None) == name:
                    return code
    return None


def run(source, namespace):
    """Run a cell of the course's; returns the value of its last line, as a notebook shows it."""
    *before, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        exec(compile(source, "<check>", "exec"), namespace)
        return None
    exec(compile(ast.Module(before, []), "<check>", "exec"), namespace)
    return eval(compile(ast.Expression(last.value), "<check>", "eval"), namespace)


def not_defined(names):
    several = len(names) > 1
    return (
        f"{' and '.join(names)} {'are' if several else 'is'} not defined: no cell that ran to its "
        f"end defines {'them' if several else 'it'}."
    )


def error_output(sentence):
    return nbformat.v4.new_output("error", ename=NOT_RUN, evalue=sentence, traceback=[sentence])


def said_by(error):
    """What an error in a cell says; IPython's name for the cell, which tells nobody anything, is
    left out."""
    own = error.ename == NOT_RUN
    text = error.evalue if own else f"{error.ename}: {error.evalue}".removesuffix(": ")
    return re.sub(r"\(<?[\w.-]+>?, line", "(line", text)


def clean_outputs(raws):
    """The outputs of a submission's cell as notebooks store them, made anew from what it says, and
    no more of them than can be read."""
    outputs, size = [], 0
    for raw in raws[:MOST_OUTPUTS]:
        output = clean_output(raw) if isinstance(raw, dict) else None
        if output:
            size += len(str(output))
            if size > MOST_SHOWN:
                break
            outputs.append(output)
    return outputs


def plain(text, most):
    """Text without what moves a cursor or colours a screen."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(text)[: 2 * most])
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text)[:most]


def clean_output(raw):
    """One output, or None for what is none."""
    if isinstance(raw.get("text"), str):
        return nbformat.v4.new_output("stream", name="stdout", text=raw["text"][:50_000])
    if isinstance(raw.get("error"), list) and len(raw["error"]) == 3:
        name, value, lines = raw["error"]
        name = plain(name, 200)
        lines = [str(line)[:4000] for line in lines[:30]] if isinstance(lines, list) else []
        return nbformat.v4.new_output(
            "error",
            ename=name if name != NOT_RUN else f"{name} of the cell",  # ours says what is the case
            evalue=plain(value, 2000),
            traceback=lines,
        )
    for word, kind in (("data", "display_data"), ("result", "execute_result")):
        if isinstance(raw.get(word), dict):
            data = {
                name: value
                for name, value in raw[word].items()
                if name in DISPLAYED and isinstance(value, str)
            }
            if data:
                more = {"execution_count": 1} if kind == "execute_result" else {}
                return nbformat.v4.new_output(kind, data=data, **more)
    return None
