"""Is everything here that the course needs? One line each in about ten seconds: what is fine, and
how to mend what is not.

    python notebooks/check.py          (make check does the same, and notebook 00 runs it too)

It needs nothing but Python itself, so that it can say what else is missing.
"""

import importlib
import importlib.metadata
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
INSTALL = "run  make lab  or  python -m pip install -r requirements.txt  in the project's folder"
IN_A_BROWSER = sys.platform == "emscripten"  # as make lite makes it
NOT_THERE = ("jupyterlab", "nbval")  # the browser's page is JupyterLab itself
E_BEFORE_TRAINING = 0.8129359882833521  # of the reference network (R1)


def python():
    if sys.version_info < (3, 11):
        return "version 3.11 or newer is needed; make a new environment with it"


def package(name, bounds):
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return f"not installed; {INSTALL}"
    for sign, bound in re.findall(r"(>=|<)([\d.]+)", bounds):
        if (numbers(version) >= numbers(bound)) != (sign == ">="):
            return f"version {version} is here, and {bounds} is needed; {INSTALL}"


def numbers(version):
    """2.10.1 as (2, 10, 1), so that it compares as a version does."""
    return tuple(int(part) for part in re.match(r"[\d.]*\d", version)[0].split("."))


def bpkit():
    """It has to be the one of this project, or a copy of it."""
    try:
        found = pathlib.Path(importlib.import_module("bpkit").__file__).parent
    except ImportError:
        return f"not installed; {INSTALL}"
    for ours in (ROOT / "bpkit").rglob("*.py"):
        theirs = found / ours.relative_to(ROOT / "bpkit")
        if not theirs.exists() or theirs.read_bytes() != ours.read_bytes():
            return f"another version of it is installed, in {found}; {INSTALL}"


def first_number():
    from bpkit import Network, datasets, error

    net = Network((3, 3, 1))
    E = error(net, net.initial_weights(1), *datasets.reference())
    if abs(E - E_BEFORE_TRAINING) > 1e-12:
        return (
            f"the reference network's error is {E}, expected {E_BEFORE_TRAINING}: please report "
            "this"
        )


def pictures():
    from bpkit import Network, plotting

    if len(plotting.png(plotting.draw_network(Network((3, 3, 1))))) < 1000:
        return (
            "Matplotlib draws nothing; install it anew:  pip install --force-reinstall matplotlib"
        )


def sliders():
    from bpkit import widgets

    _, view = widgets.activation_explorer().outputs()
    if not view[widgets.VIEW]["model_id"]:
        return (
            "ipywidgets makes no widget; install it anew:  pip install --force-reinstall ipywidgets"
        )


def kernel():
    """A notebook's Python has to be this one."""
    from jupyter_client.manager import start_new_kernel

    said = []
    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)
    try:
        client.execute_interactive(
            "import sys; print(sys.prefix)",
            timeout=30,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if pathlib.Path("".join(said).strip()) != pathlib.Path(sys.prefix):
        return (
            "notebooks would run with another Python; run  python -m ipykernel install "
            "--sys-prefix  with the Python of this check"
        )


def saving():
    try:
        with tempfile.TemporaryFile(dir=ROOT / "notebooks"):
            pass
    except OSError:
        return (
            "nothing can be written into the folder notebooks; copy the project to a place of "
            "your own"
        )


def packages():
    """(name, bounds) of each package that a learner needs."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [
        found.groups()
        for line in lines
        if (found := re.fullmatch(r"([a-z][\w-]*)([<>=\d.,]+)", line))
        and not (IN_A_BROWSER and found[1] in NOT_THERE)
    ]


def main():
    """Print one line for each check, and return how many are not fine."""
    bad = said("Python", python)
    for name, bounds in packages():
        bad += said(name, package, name, bounds)
    bad += said("bpkit", bpkit)
    if bad:
        print("The other checks need these: mend them, and run this again.")
        return bad
    checks = [first_number, pictures, sliders, saving]
    if not IN_A_BROWSER:  # which has no other Python that a notebook could run with
        checks.insert(3, kernel)
    return sum(said(check.__name__.replace("_", " "), check) for check in checks)


def said(name, check, *arguments):
    """Run a check, which returns nothing or how to mend what it found; print its line; True if it
    is not fine."""
    try:
        mend = check(*arguments)
    except Exception as error:
        mend = f"{type(error).__name__}: {error}; {INSTALL}"
    print(f"{name:18}{f'NOT fine: {mend}' if mend else 'fine'}", flush=True)
    return bool(mend)


if __name__ == "__main__":
    sys.exit(main() > 0)
