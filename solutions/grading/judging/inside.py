"""What runs in the sandbox, and the only program here that executes a line of a submission.

It computes and hands back: the outputs of a cell, the value of a name, what a function returned or
raised, and what it changed. It knows no right answer and gives no points. Its start, which loads
NumPy and IPython, is shared by all rounds of a submission: each round is a process of its own,
forked from it, so that nothing which one round did is there in the next.
"""

import contextlib
import ctypes
import importlib
import io
import json
import os
import signal
import sys
import threading
import warnings

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from numpy import errstate
from traitlets import Type
from traitlets.config import Config
from values import MOST_MESSAGE, Values

MOST_TEXT = 40_000  # characters of printed text kept of a cell
MOST_OUTPUTS = 100  # outputs kept of a cell
MOST_SIZE = 2_000_000  # characters of all else, pictures above all, kept of a cell


class Channel:
    """Lines of JSON, read from one file descriptor and written to another."""

    def __init__(self, reading, writing):
        self.input, self.output = os.fdopen(reading, "rb"), os.fdopen(writing, "wb")

    def read(self):
        line = self.input.readline()
        if not line:
            os._exit(0)  # the judge is gone
        return json.loads(line)

    def write(self, message):
        line = json.dumps(message).encode()
        if len(line) > MOST_MESSAGE:
            if "n" not in message:
                raise ValueError("E was asked with more weights than there are")
            line = json.dumps({"n": message["n"], "large": True}).encode()
        self.output.write(line + b"\n")
        self.output.flush()

    def close(self):
        self.input.close(), self.output.close()


def taken_from_the_screen():
    """A channel on what were this process's input and output; what else is read or written there
    goes to nothing."""
    channel = Channel(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return channel


# --------------------------------------------------------------------------- the outputs of a cell


class Kept:
    """The outputs of one cell, cut to a size that can be read."""

    def __init__(self):
        self.outputs, self.text, self.size = [], 0, 0

    def printed(self, text):
        room = MOST_TEXT - self.text
        self.text += len(text)
        if room <= 0:
            return
        text = text if len(text) <= room else text[:room] + "\n... cut here ...\n"
        last = self.outputs[-1] if self.outputs else {}
        if "text" in last:
            last["text"] += text
        else:
            self.outputs.append({"text": text})

    def shown(self, kind, data):
        data = {name: value for name, value in data.items() if isinstance(value, str)}
        self.size += sum(map(len, data.values()))
        if len(self.outputs) < MOST_OUTPUTS and self.size <= MOST_SIZE:
            self.outputs.append({kind: data})


KEPT = [Kept()]


class Printed(io.TextIOBase):
    """Takes the place of stdout and stderr."""

    def write(self, text):
        KEPT[-1].printed(str(text))
        return len(text)

    def isatty(self):
        return False


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **more):
        KEPT[-1].shown("data", data)

    def clear_output(self, wait=False):
        KEPT[-1] = Kept()


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        KEPT[-1].shown("result", format_dict)


class Shell(InteractiveShell):
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def ask_exit(self):  # what quit() calls
        raise SystemExit

    def _showtraceback(self, etype, evalue, stb):
        KEPT[-1].outputs.append(
            {
                "error": [
                    str(getattr(etype, "__name__", etype))[:200],
                    str(evalue)[:2000],
                    [str(line)[:4000] for line in stb][-30:],
                ]
            }
        )


# ---------------------------------------------------------------------------------------- one round


class Round:
    """What a submission defines, cell by cell, and calls of its functions."""

    def __init__(self, channel, library):
        self.channel = channel
        self.values = Values(ask=self.ask)
        sys.path.insert(0, library)
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self.shell = Shell.instance(config=config)
        self.shell.enable_gui = lambda gui=None: None

    def cell(self, source):
        KEPT.append(Kept())
        with contextlib.redirect_stdout(Printed()), contextlib.redirect_stderr(Printed()):
            self.shell.run_cell(source, store_history=False)
        return {"outputs": KEPT.pop().outputs}

    def again(self, source):
        """Give names back what the course's own cells put into them."""
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(source, self.shell.user_ns)
        return {}

    def look(self, names):
        found = {}
        for name in names:
            if name in self.shell.user_ns:
                value = self.shell.user_ns[name]
                found[name] = (
                    {"function": True} if callable(value) else {"value": self.encoded(value)}
                )
        return {"found": found}

    def call(self, name, arguments, nodes):
        self.take(nodes)
        used = [self.values.decode(argument) for argument in arguments]
        reply = {}
        with (
            warnings.catch_warnings(record=True) as said,
            errstate(over="warn", invalid="warn", divide="warn", under="ignore"),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("always")
            try:
                reply["result"] = self.values.encode(self.shell.user_ns[name](*used))
            except BaseException as error:  # whatever a learner's code raises
                reply["raised"] = [type(error).__name__, _text_of(error)]
        reply["warned"] = [
            "RuntimeWarning" if issubclass(one.category, RuntimeWarning) else "Warning"
            for one in said[:20]
        ]
        now = [self.encoded(argument) for argument in used]
        reply["changed"] = {
            place: after
            for place, (before, after) in enumerate(zip(arguments, now))
            if before != after and not _is_of(before, "watched", "random")
        }
        reply["slopes"] = {
            number: self.encoded(node.slope) for number, node in self.values.nodes.items()
        }
        return reply

    def take(self, nodes):
        """Make the nodes that are new; set the slopes of all."""
        from bpkit.diagnosis import Node

        new = [number for number, *_ in nodes if number not in self.values.nodes]
        for number in new:
            self.values.enter(number, Node())
        for number, parents, slope, name in nodes:
            node = self.values.nodes[number]
            node.slope = slope
            if number in new:
                node.parents = [(self.values.nodes[parent], local) for parent, local in parents]
                if name:
                    node.name = name

    def encoded(self, value):
        """A value as data, whatever its class does when it is asked for that."""
        try:
            return self.values.encode(value)
        except Exception:
            return {"other": "object"}

    def ask(self, number, weights):
        self.channel.write({"ask": number, "weights": self.values.encode(weights)})
        told = self.channel.read()
        if "raised" in told:
            raise ValueError(told["raised"])
        return self.values.decode(told["value"])


def _is_of(encoded, *words):
    return isinstance(encoded, dict) and any(word in encoded for word in words)


def _text_of(error):
    try:
        return str(error)[:500]
    except BaseException:  # its class is the learner's
        return ""


def serve(channel, library, memory, number):
    """One round: the answers to what the judge asks."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    one = Round(channel, library)
    channel.write({"n": number})
    while True:
        request = channel.read()
        if "do" not in request:  # the answer to what was asked in vain
            continue
        do, number = request.pop("do"), request.pop("n")
        try:
            reply = getattr(one, do)(**request)
        except MemoryError:
            reply = {"lost": "wanted more memory than there is for a submission"}
        channel.write({**reply, "n": number})


def keep_apart():
    """Let no process that a submission starts read or change this one's memory and files."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE, inherited by each round


def clean(kept):
    """End all that a round has started, and remove what it has left; in the sandbox alone, where
    nobody else's processes are to be seen. Says whether all is gone."""
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    for path in lying_in("/tmp")[::-1]:
        with contextlib.suppress(OSError):
            os.remove(path) if os.path.islink(path) or not os.path.isdir(path) else os.rmdir(path)
    return lying_in("/tmp") == kept


def lying_in(folder):
    """All paths in a folder, but not what is mounted there. A folder that was shut is opened."""
    found, device = [], os.lstat(folder).st_dev
    for place, folders, files in os.walk(folder):
        paths = {name: os.path.join(place, name) for name in folders + files}
        found += paths.values()
        for name in list(folders):
            with contextlib.suppress(OSError):
                os.chmod(paths[name], 0o700)
            if os.lstat(paths[name]).st_dev != device:
                folders.remove(name)
    return found


def rounds(control, reading, writing, library, memory, sandboxed):
    """Fork a process for each round, and end it when the judge says so.

    The judge speaks with this process on `control`, which no round has: a submission can neither
    say that its round is over, nor outlive it.
    """
    keep_apart()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the only one that reaches a first process
    alone = sandboxed and os.getpid() == 1
    kept = lying_in("/tmp") if alone else []
    while True:
        number = control.read()["n"]
        child = os.fork()
        if not child:
            try:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                control.close()
                serve(Channel(reading, writing), library, memory, number)
            finally:
                os._exit(0)

        def watch(child=child):
            os.waitpid(child, 0)
            control.write({"gone": True})

        watcher = threading.Thread(target=watch)
        watcher.start()
        control.read()
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        watcher.join()
        if alone and not clean(kept):
            os._exit(1)  # something was left that cannot be removed: the next round starts afresh
        control.write({"ended": True})


def main():
    library, memory, descriptors = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    sys.path.pop(0)  # this program's own folder
    for module in sys.argv[5:]:  # what takes long to load is loaded once for all rounds
        importlib.import_module(module)
    channel = taken_from_the_screen()
    if not descriptors:  # where no process can be forked, this one is for a single round
        return serve(channel, library, memory, channel.read()["n"])
    reading, writing = map(int, descriptors.split(","))
    rounds(channel, reading, writing, library, memory, sys.argv[4] == "sandboxed")


if __name__ == "__main__":
    main()
