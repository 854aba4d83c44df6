"""Where a submission runs: in bubblewrap, where the machine has it."""

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = ("inside.py", "values.py")  # what of this package is in the sandbox
PLACE = "/judge"


def sandbox_command(folder):
    """bubblewrap with all that a submission gets to see of this machine.

    That is Python and the system's libraries, read-only; the two programs that run it; a private
    /tmp that vanishes with it; and `folder`, where bpkit lies as library.py writes it. There is no
    network, no other process, and nothing of the course.
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
    command = [
        "bwrap",
        "--unshare-all",
        "--as-pid-1",  # nothing in the sandbox can stop or end its first process
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
    for path in importlib.util.find_spec("bpkit").submodule_search_locations:
        if Path(path).is_relative_to(sys.prefix):  # a copy in the environment, with the judge in it
            command += ["--tmpfs", path]
    # without it each submission that draws would look for fonts anew, for seconds
    for font_list in matplotlib_font_lists():
        command += ["--ro-bind", str(font_list), f"/tmp/.matplotlib/{font_list.name}"]
    for name in PROGRAMS:
        command += ["--ro-bind", str(HERE / name), f"{PLACE}/{name}"]
    return command + ["--ro-bind", folder, "/library", "--remount-ro", "/", "--chdir", "/tmp"]


@functools.cache
def matplotlib_font_lists():
    import matplotlib.font_manager  # its import writes the list where there is none

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


@functools.cache
def sandbox_works():
    """Whether this machine can run Python inside bubblewrap; tried once."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        command = sandbox_command(folder) + [sys.executable, "-c", "import numpy"]
        ran = subprocess.run(command, capture_output=True, env=environment(True))
        return ran.returncode == 0


def environment(sandboxed):
    """What a submission knows of the environment: in the sandbox nothing of the grader's own, which
    may hold passwords."""
    settings = {
        "PYTHONHASHSEED": "0",  # the same submission computes the same each time
        "PYTHONDONTWRITEBYTECODE": "1",
        # one thread each: steadier results, and many threads would use up the memory limit before
        # any work is done
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
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
    return {**os.environ, **settings}
