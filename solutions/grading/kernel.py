"""A Python kernel for a stranger's code: each cell with a time limit, memory limited, in a sandbox
where the machine has bubblewrap."""

import importlib.util
import json
import os
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

MOST_TEXT = 40_000  # characters of printed text kept of a cell
MOST_SIZE = 2_000_000  # bytes of all else, pictures above all, kept of a cell
MOST_OUTPUTS = 100  # outputs kept of a cell
MOST_MESSAGE = 64 * 2**20  # bytes; a longer message from a kernel is refused unread
GRACE = 2  # seconds a cell gets to end after it was interrupted

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

    That is Python, the system's libraries and bpkit, read-only; a private /tmp that vanishes with
    it; and `folder`, where its sockets are. There is no network, no other process, and nothing of
    the course but bpkit.
    """
    readable = [
        "/usr",
        "/lib",
        "/lib32",
        "/lib64",
        "/bin",
        "/etc/ld.so.cache",
        "/etc/alternatives",
        "/etc/fonts",
        "/etc/localtime",
        sys.prefix,
        sys.base_prefix,
    ]
    readable += importlib.util.find_spec("bpkit").submodule_search_locations
    command = [
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--remount-ro",
        "/dev",
        "--size",
        str(256 * 2**20),
        "--tmpfs",
        "/tmp",
    ]
    for path in readable:
        command += ["--ro-bind-try", path, path]
    for (
        font_list
    ) in matplotlib_font_lists():  # without it each kernel looks for fonts anew, for seconds
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
        return (
            subprocess.run(command, capture_output=True, env=kernel_environment(True)).returncode
            == 0
        )


def kernel_environment(sandboxed):
    """What a kernel knows of the environment: in the sandbox nothing of the grader's own, which may
    hold passwords."""
    settings = {
        "PYTHONHASHSEED": "0",  # the same submission gets the same grade each time
        "PYTHONDONTWRITEBYTECODE": "1",
        # one thread each: steadier results, and many threads would use up the memory limit before
        # any work is done
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "NBGRADER_EXECUTION": "autograde",
    }
    if sandboxed:
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": "/tmp",
            "IPYTHONDIR": "/tmp/.ipython",
            "MPLCONFIGDIR": "/tmp/.matplotlib",
            **settings,
        }
    return {**os.environ, "JPY_PARENT_PID": str(os.getpid()), **settings}


class Kernel:
    """A Python kernel that runs one cell after another, each with a time limit."""

    def __init__(self, memory, sandboxed):
        """Start a kernel and wait for it; `memory` is in bytes. Raises RuntimeError where it does
        not start."""
        self.folder = tempfile.mkdtemp(prefix="grade-")
        # the sandbox has no network: its sockets are files
        place = {"transport": "ipc", "ip": f"{self.folder}/socket"} if sandboxed else {}
        connection, _ = write_connection_file(
            f"{self.folder}/kernel.json", key=secrets.token_hex(16).encode(), **place
        )
        command = [
            sys.executable,
            "-c",
            START_KERNEL,
            str(memory),
            "-f",
            connection,
            "--HistoryManager.enabled=False",
        ]
        if sandboxed:
            command = sandbox_command(self.folder) + command
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=kernel_environment(sandboxed),
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            start_new_session=True,
        )
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
                except (
                    Exception
                ):  # not a message of Jupyter's; student code can write anything to the socket
                    continue

    def run(self, source, seconds):
        """Run a cell.

        Returns its outputs, and a sentence if it had to be stopped or ended the kernel (`usable` is
        False if the kernel is lost), else None. Only messages that answer this very execution
        count.
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
                    end = min(
                        end, time.monotonic() + GRACE
                    )  # its last outputs may be lost in a flood of them
                    if any(
                        item.get("source") == "ask_exit"
                        for item in message["content"].get("payload", [])
                    ):
                        alive = False  # quit() ends the kernel a moment later
                elif message["msg_type"] == "status":
                    idle = idle or message["content"]["execution_state"] == "idle"
                else:
                    kept.take(message)
            if not alive:
                complaint = (
                    "ended the Python process it ran in (by an exit, a signal, or for want of "
                    "memory)"
                )
                self.usable = False
                break
            if time.monotonic() > end:
                if replied:
                    break
                if complaint:
                    complaint = (
                        f"ran longer than {seconds:.3g} seconds and could not be interrupted"
                    )
                    self.usable = False
                    break
                complaint = f"ran longer than {seconds:.3g} seconds and was stopped"
                self.client.session.send(
                    self.client.control_channel.socket, "interrupt_request", {}
                )
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
        if full and message["msg_type"] not in (
            "execute_result",
            "error",
        ):  # these come once, and are needed
            return
        update = message["msg_type"] == "update_display_data"
        try:
            output = nbformat.v4.output_from_msg(
                {**message, "msg_type": "display_data"} if update else message
            )
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
