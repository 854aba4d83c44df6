"""A machine inside this one, with accounts, homes and processes of its own, for tests that need
root: what they make is gone with it, and this machine's accounts stay as they are.

It is a mount and a process namespace. Programs, network and /tmp are this machine's.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

START = """
mount --bind "$1/etc" /etc && mount --bind "$1/home" /home && mount --bind "$1/srv" /srv &&
mkdir -p "$3" && mount --bind "$2" "$3" && echo ready && exec sleep infinity
"""
NAMESPACES = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def is_possible():
    """Whether such a machine can be made here: as root, on Linux, where namespaces are allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True).returncode == 0


class Machine:
    def __init__(self, entered):
        self.entered = entered  # the command that enters its namespaces

    def start(self, command, user="root", **options):
        """Start a command as an account of the machine, in its home, as a login shell would."""
        if user != "root":
            command = ["runuser", "--login", user, "--command", " ".join(command)]
        command = [*self.entered, *map(str, command)]
        # what a file holds may be no text
        return subprocess.Popen(command, text=True, errors="replace", **options)

    def run(self, *command, user="root", check=True, **options):
        """What a command printed; with check=False, (exit status, what it printed)."""
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        given = options.pop("input", None)
        process = self.start(command, user, stdin=subprocess.PIPE, **output, **options)
        printed, _ = process.communicate(given, timeout=600)
        if not check:
            return process.returncode, printed
        assert process.returncode == 0, f"{' '.join(map(str, command))} printed: {printed[-3000:]}"
        return printed


@contextlib.contextmanager
def machine(folder, kept, place):
    """A machine whose files lie in `folder`, but those at `place` in `kept`, which stays."""
    for name in ("etc", "home", "srv"):
        (folder / name).mkdir()
    subprocess.run(["cp", "--archive", "/etc/.", folder / "etc"], check=True)
    shell = ["sh", "-c", START, "sh", folder, kept, place]
    # it ends with the tests, even where those are killed
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", *NAMESPACES, *shell]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n", "no machine could be made"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Machine(["nsenter", "--target", children[0], "--mount", "--pid"])
    finally:
        process.kill()  # and with it, all that was started in the machine
        process.wait()
