"""A submission's process, seen from the judge: cells and calls are asked for, limits hold, and only
data come back."""

import contextlib
import json
import os
import queue
import secrets
import select
import shutil
import signal
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
from .values import MOST_MESSAGE, TOO_MUCH, NotReadable, Values, named

PATIENCE = 0.25  # seconds before the first look at what a process uses, and between two
IDLE = 20  # seconds in which a process may do nothing: it sleeps, or waits for what never comes
START = 600  # seconds of computing for its start
WALL = 30  # so many times its seconds of computing may an answer last, on however busy a machine
MOST_PROCESSES = 100  # of a submission, at one time
FORKS = hasattr(os, "fork")
EXIT = "ended the Python process it ran in (by an exit, a signal, or for want of memory)"


class Lost(NoEnd):
    """A submission's process is gone, or was stopped; the message says why, to go on after "This
    cell" or "the function"."""


class Limit:
    """What a submission may use for one answer. Nothing is looked up before it has taken a while,
    since nearly all come at once.

    It counts computing, and doing nothing: the time in which no process of the submission computes
    or would if the machine let it. Neither depends on how busy the machine is. A last bound in
    plain time is for processes that hide their computing.
    """

    def __init__(self, submission, seconds, idle=None):
        self.submission, self.seconds, self.idle = submission, seconds, idle or IDLE
        self.began = self.looked = time.monotonic()
        self.waiting = self.used = self.idled = 0.0
        self.first = True

    def look(self):
        """Stop the submission and raise Lost where it has used up what it may."""
        now, submission = time.monotonic(), self.submission
        if now - self.looked < PATIENCE:
            return
        self.looked = now
        computed, runnable, processes, memory = submission.usage()
        if self.first:  # what was computed before is perhaps none of this answer's
            self.first, self.waiting = False, 0.0
            return
        idle = 0.0 if runnable else max(0.0, self.waiting - computed)
        self.used, self.idled, self.waiting = self.used + computed, self.idled + idle, 0.0
        submission.idled += idle
        if self.used > self.seconds or now - self.began > WALL * self.seconds:
            self.stop(f"ran longer than {self.seconds:.3g} seconds of computing and was stopped")
        if self.idled > self.idle:
            self.stop(f"did nothing for {self.idle:.3g} seconds and was stopped")
        if processes > MOST_PROCESSES:
            self.stop(f"started more than {MOST_PROCESSES} processes and was stopped")
        if memory > submission.memory:
            self.stop("wanted more memory than there is for a submission")

    def stop(self, why):
        self.submission.stop()
        raise Lost(why)


class Submission:
    """The process in which a submission's cells run and its functions are called.

    Limits are in seconds of computing, of the submission's own processes alone: however busy the
    machine is, what ends within them ends. Who waits, computing nothing, is stopped too.

    There are two lines to it. On one its rounds answer, whatever they like. The other is that of
    the process which forks the rounds; there it is said that a round has ended, or died, and
    nothing that a submission runs can reach it.
    """

    def __init__(self, libraries, memory, sandboxed, modules=()):
        """Start it. `libraries` is a folder with one folder for each bpkit (library.py), by the
        name that `round` takes; `memory` is in bytes; `modules` are loaded once for all rounds."""
        self.libraries, self.folder = libraries, Path(tempfile.mkdtemp(prefix="grade-"))
        self.memory = 2 * memory  # of all its processes together; each has its own limit
        self.computed, self.idled, self.last = 0.0, 0.0, 0.0
        shared, work = self.folder / "library", self.folder / "work"
        shared.mkdir(), work.mkdir()
        here, library = (PLACE, "/library") if sandboxed else (str(HERE), str(shared))
        theirs = ()
        if FORKS:
            (reading, self.requests), (answers, writing) = os.pipe(), os.pipe()
            theirs = reading, writing
        self.process = subprocess.Popen(
            (sandbox_command(str(shared)) if sandboxed else [])
            + [sys.executable, f"{here}/inside.py", library, str(memory)]
            + [",".join(map(str, theirs)), "sandboxed" if sandboxed else "open", *modules],
            cwd=work,
            env=environment(sandboxed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=theirs,
        )
        self.lines = queue.Queue(8)  # no more: who writes without end has to wait
        self.usable, self.in_round = True, False
        if FORKS:
            os.close(reading), os.close(writing)
            self._listen(os.fdopen(answers, "rb"), from_round=True)
            self._listen(self.process.stdout, from_round=False)
        else:
            self.requests = self.process.stdin.fileno()
            self._listen(self.process.stdout, from_round=True)

    def _listen(self, stream, from_round):
        def read():
            with stream:
                line = b" "
                while line and self.usable:
                    line = stream.readline(MOST_MESSAGE + 1)
                    self._put((from_round, line))

        threading.Thread(target=read, daemon=True).start()

    def _put(self, line):
        while self.usable:
            with contextlib.suppress(queue.Full):
                return self.lines.put(line, timeout=1)

    # ---------------------------------------------------------------------------- what can be asked

    def round(self, library):
        """Begin anew, with nothing that an earlier round has left, and with this bpkit."""
        limit = Limit(self, START, idle=START / 10)
        if self.in_round and not FORKS:
            self._gone()  # a process is for one round there
        if self.in_round:
            self._tell("end")
            while "ended" not in self._receive(limit, from_round=False):
                pass
        shutil.rmtree(self.folder / "library" / "bpkit", ignore_errors=True)
        shutil.copytree(self.libraries / library, self.folder / "library", dirs_exist_ok=True)
        number = secrets.randbits(50)
        self._tell("round", n=number)
        self._answer(limit, number)
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
            if "large" in reply:
                raise NotReadable(TOO_MUCH)
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
        number = secrets.randbits(50)  # nobody can answer before the question is there
        limit = Limit(self, seconds)
        try:
            self._send({**request, "n": number}, limit)
            reply = self._answer(limit, number)
        except BaseException:  # also where the judge was stopped, answering questions about E
            self.stop()  # what has not been answered would come between the next ones
            raise
        if "lost" in reply:
            self.stop()
            raise Lost("wanted more memory than there is for a submission")
        return reply

    def _answer(self, limit, number):
        """The answer of this number; questions about E are answered on the way."""
        while True:
            reply = self._receive(limit, from_round=True)
            if "ask" in reply:
                self._send(self._told(reply), limit)
            elif reply.get("n") == number:
                return reply

    def _told(self, reply):
        try:
            watched = self.values.watched[reply["ask"]]
            return {"value": self.values.encode(watched(self.values.decode(reply["weights"])))}
        except Exception as error:  # whatever weights it was asked for
            return {"raised": str(error)[:500]}

    def _send(self, message, limit):
        """Write to the round, which may not read."""
        line = json.dumps(message).encode() + b"\n"
        try:
            while line:
                if FORKS and not select.select((), (self.requests,), (), PATIENCE)[1]:
                    limit.waiting += PATIENCE
                    limit.look()
                    continue
                written = os.write(self.requests, line[: select.PIPE_BUF] if FORKS else line)
                line = line[written:]
        except OSError:
            self._gone()

    def _tell(self, do, **more):
        """Write to the process that forks the rounds; it always reads."""
        try:
            self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            self._gone()

    def _receive(self, limit, from_round):
        """The next message of a round, or of the process that forks them. Raises Lost where that is
        gone, or the submission beyond its limit."""
        while True:
            limit.look()
            began = time.monotonic()
            try:
                of_round, line = self.lines.get(timeout=PATIENCE)
            except queue.Empty:
                continue
            finally:
                limit.waiting += time.monotonic() - began
            if not line:
                self._gone()
            try:
                message = json.loads(line)
                if rb"\ud" in line.lower():
                    message = _readable(message)
            except (ValueError, RecursionError):
                continue  # a submission can write anything
            if not isinstance(message, dict):
                continue
            if not of_round and "gone" in message and from_round:
                self._gone()
            if of_round == from_round:
                return message

    def _gone(self):
        self.stop()
        raise Lost(EXIT)

    def usage(self):
        """(seconds of computing since the last look, whether a process computes or would if the
        machine let it, how many processes there are, bytes that they hold)"""
        now, runnable, count, memory = 0.0, False, 0, 0
        for process in self._tree():
            with contextlib.suppress(psutil.Error), process.oneshot():
                times = process.cpu_times()
                now += times.user + times.system
                now += getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
                runnable |= process.status() in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)
                memory += process.memory_info().rss
                count += 1
        # a process that ended unseen takes its seconds with it: what was counted stays counted
        computed, self.last = max(0.0, now - self.last), now
        self.computed += computed
        return computed, runnable, count, memory

    def _tree(self):
        try:
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.Error:
            return []

    def stop(self):
        """End it and all it started, and remove its folder."""
        if not self.usable:
            return
        self.usable = False
        tree = self._tree()
        if FORKS:
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
        for process in tree:  # with the first one a sandbox and all in it ends
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        if FORKS:
            os.close(self.requests)
        shutil.rmtree(self.folder, ignore_errors=True)


def _readable(message):
    """The message with half characters, which cannot be written to a file, replaced."""
    if isinstance(message, str):
        return message.encode("utf-8", "replace").decode()
    if isinstance(message, list):
        return [_readable(entry) for entry in message]
    if isinstance(message, dict):
        return {_readable(name): _readable(entry) for name, entry in message.items()}
    return message


class Function:
    """A function of the submission: calling it asks the submission's process."""

    def __init__(self, name, submission, seconds):
        self.__name__, self.submission, self.seconds = name, submission, seconds
        self.__code__ = None  # judge.py puts there what the source compiles to

    def __repr__(self):
        return f"the function {self.__name__}"

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
