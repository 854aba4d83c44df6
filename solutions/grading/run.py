"""A submission's process, seen from the judge: cells and calls are asked for, limits hold, and only
data come back."""

import json
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import psutil
from bpkit.diagnosis.calls import NoEnd

from .sandbox import HERE, PLACE, environment, sandbox_command
from .values import NotReadable, Values, named

MOST_MESSAGE = 64 * 2**20  # bytes of one answer
PATIENCE = 0.25  # seconds before the first look at what a process uses, and between two
IDLE = (
    20  # seconds in which a process may do nothing at all: it sleeps, or waits for what never comes
)
START = 600  # seconds for its start, which a busy machine may need
EXIT = "ended the Python process it ran in (by an exit, a signal, or for want of memory)"


class Lost(NoEnd):
    """A submission's process is gone, or was stopped; the message says why, to go on after "This
    cell" or "the function"."""


class Limit:
    """What a submission may use of one answer. Nothing is looked up before it has taken a while,
    since nearly all come at once."""

    def __init__(self, submission, seconds, idle=IDLE):
        self.submission, self.seconds, self.idle = submission, seconds, idle
        self.end = None

    def check(self):
        """Stop the submission and raise Lost where it has used up what it may."""
        now = self.submission.computed()
        if self.end is None:
            self.end, self.computed, self.since = now + self.seconds, now, time.monotonic()
        if now > self.end:
            self.stop(f"ran longer than {self.seconds:.3g} seconds of computing and was stopped")
        if now > self.computed + 0.01 or self.submission.runnable():
            self.computed, self.since = now, time.monotonic()
        elif time.monotonic() - self.since > self.idle:
            self.stop(f"did nothing for {self.idle} seconds and was stopped")

    def stop(self, why):
        self.submission.stop()
        raise Lost(why)


class Submission:
    """The process in which a submission's cells run and its functions are called.

    Limits are in seconds of computing, of the submission's own processes alone: however busy the
    machine is, what ends within them ends. Who waits, computing nothing, is stopped too.
    """

    def __init__(self, libraries, memory, sandboxed):
        """Start it. `libraries` is a folder with one folder for each bpkit (library.py), by the
        name that `round` takes; `memory` is in bytes."""
        self.libraries, self.folder = libraries, Path(tempfile.mkdtemp(prefix="grade-"))
        shared, work = self.folder / "library", self.folder / "work"
        shared.mkdir(), work.mkdir()
        here, library = (PLACE, "/library") if sandboxed else (str(HERE), str(shared))
        command = [sys.executable, f"{here}/inside.py", library, str(memory)]
        command.append("sandboxed" if sandboxed else "open")
        self.process = subprocess.Popen(
            (sandbox_command(str(shared)) if sandboxed else []) + command,
            cwd=work,
            env=environment(sandboxed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.lines, self.number = queue.Queue(), 0
        self.usable, self.in_round = True, False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            line = self.process.stdout.readline(MOST_MESSAGE)
            self.lines.put(line)
            if not line:
                return

    # ---------------------------------------------------------------------------- what can be asked

    def round(self, library):
        """Begin anew, with nothing that an earlier round has left, and with this bpkit."""
        if self.in_round:
            self._send({"do": "end"})
            while "ended" not in self._receive(Limit(self, START, idle=START)):
                pass
        shutil.rmtree(self.folder / "library" / "bpkit", ignore_errors=True)
        shutil.copytree(self.libraries / library, self.folder / "library", dirs_exist_ok=True)
        self._send({"do": "round"})
        self._answer(Limit(self, START, idle=START), number=0)
        self.in_round, self.values = True, Values()

    def cell(self, source, seconds):
        """Run a cell; returns its outputs, as they come. Raises Lost."""
        outputs = self._ask(seconds, do="cell", source=source).get("outputs")
        return outputs if isinstance(outputs, list) else []

    def look(self, names, seconds):
        """The values of names, or Function for what can be called; those not there are left
        out."""
        found = self._ask(seconds, do="look", names=list(names)).get("found")
        result = {}
        for name, entry in (found if isinstance(found, dict) else {}).items():
            if name in names and isinstance(entry, dict):
                result[name] = (
                    Function(name, self, seconds)
                    if entry.get("function") is True
                    else self._decoded(entry.get("value"))
                )
        return result

    def again(self, source, seconds):
        """Run lines of the course's own once more."""
        self._ask(seconds, do="again", source=source)

    def call(self, name, arguments, seconds):
        """What a function returns. It changes `arguments` as it did, warns as it did, and raises
        what it raised. Raises Lost."""
        nodes = self._nodes_of(arguments)
        given = [self.values.encode(argument) for argument in arguments]
        reply = self._ask(seconds, do="call", name=name, arguments=given, nodes=nodes)
        try:
            self._take_slopes(reply.get("slopes") or {})
            for place, after in dict(reply.get("changed") or {}).items():
                _change(arguments[int(place)], self.values.decode(after))
            for _ in [word for word in reply.get("warned") or [] if word == "RuntimeWarning"]:
                warnings.warn("the learner's function warned", RuntimeWarning, stacklevel=2)
            if "raised" in reply:
                kind, text = map(str, reply["raised"])
                raise_named(kind[:60], text[:500])
            return self.values.decode(reply.get("result"))
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            if getattr(error, "of_the_learner", False):
                raise
            raise NotReadable("what came back from it cannot be read") from None

    def _decoded(self, data):
        try:
            return self.values.decode(data)
        except NotReadable:
            return named("object")()

    def _nodes_of(self, arguments):
        """Every node of a computation among the arguments: its number, parents, slope and name."""
        from bpkit.diagnosis.cases import Node
        from bpkit.diagnosis.steps import every_node

        nodes = [
            node
            for argument in arguments
            if isinstance(argument, Node)
            for node in every_node(argument)
        ]
        for node in nodes:
            if id(node) not in self.values.numbers:
                self.values.enter(len(self.values.nodes), node)
        number = self.values.numbers
        return [
            [
                number[id(node)],
                [[number[id(parent)], local] for parent, local in node.parents],
                self.values.encode(node.slope),
                getattr(node, "name", ""),
            ]
            for node in nodes
        ]

    def _take_slopes(self, slopes):
        for number, slope in slopes.items():
            self.values.nodes[int(number)].slope = self.values.decode(slope)

    # ------------------------------------------------------------------------------------- the line

    def _ask(self, seconds, **request):
        self.number += 1
        self._send({**request, "n": self.number})
        reply = self._answer(Limit(self, seconds), self.number)
        if "lost" in reply:
            self.stop()
            raise Lost("wanted more memory than there is for a submission")
        return reply

    def _answer(self, limit, number):
        """The answer of this number; questions about E are answered on the way."""
        while True:
            reply = self._receive(limit)
            if "ask" in reply:
                self._send(self._told(reply))
            elif reply.get("n") == number:
                return reply

    def _told(self, reply):
        try:
            watched = self.values.watched[reply["ask"]]
            return {"value": self.values.encode(watched(self.values.decode(reply["weights"])))}
        except Exception as error:  # whatever weights it was asked for
            return {"raised": str(error)[:500]}

    def _send(self, message):
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            self._gone()

    def _receive(self, limit):
        """The next message. Raises Lost where the process is gone, or beyond its limit."""
        while True:
            try:
                line = self.lines.get(timeout=PATIENCE)
            except queue.Empty:
                limit.check()
                continue
            if not line:
                self._gone()
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                continue  # a submission can write anything
            if isinstance(message, dict):
                return message

    def _gone(self):
        self.stop()
        raise Lost(EXIT)

    def _tree(self):
        try:
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.Error:
            return []

    def computed(self):
        """Seconds of computing that the process and all it started have used."""
        total = 0.0
        for process in self._tree():
            try:
                times = process.cpu_times()
                total += times.user + times.system
                total += getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
            except psutil.Error:
                continue
        return total

    def runnable(self):
        """Whether one of its processes would compute if the machine let it."""
        for process in self._tree():
            try:
                if process.status() in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP):
                    return True
            except psutil.Error:
                continue
        return False

    def finish(self):
        """Let it end by itself, once nothing more is asked."""
        if self.usable:
            try:
                self._send({"do": "end"})
                self.process.stdin.close()
                self.process.wait(5)
            except (Lost, OSError, subprocess.TimeoutExpired):
                pass
        self.stop()

    def stop(self):
        """End it and all it started, and remove its folder."""
        self.usable = False
        for process in self._tree()[::-1]:
            try:
                process.kill()
            except psutil.Error:
                continue
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                continue
        shutil.rmtree(self.folder, ignore_errors=True)


class Function:
    """A function of the submission: calling it asks the submission's process."""

    def __init__(self, name, submission, seconds):
        self.__name__, self.submission, self.seconds = name, submission, seconds
        self.__code__ = None  # judge.py puts there what the source compiles to

    def __call__(self, *arguments):
        return self.submission.call(self.__name__, arguments, self.seconds)


def raise_named(kind, text):
    """Raise the exception that a learner's function raised: Python's own of that name, else one
    made for it."""
    import builtins

    known = getattr(builtins, kind, None)
    if not (isinstance(known, type) and issubclass(known, Exception)):
        known = named(kind, Exception)
    try:
        error = known(text)
    except TypeError:  # such as UnicodeDecodeError, which wants more than a text
        error = named(kind, Exception)(text)
    error.of_the_learner = True
    raise error


def _change(argument, after):
    """Do to an argument what the learner's function did to its copy of it."""
    import numpy as np

    if isinstance(argument, np.ndarray) and isinstance(after, np.ndarray):
        if argument.shape != after.shape:
            argument.shape = after.shape
        argument[...] = after
    elif isinstance(argument, list) and isinstance(after, list):
        argument[:] = after
