"""Tests and notebooks run side by side (--dist loadfile), the longest first."""

import os

# A training that takes more than a second on a slow machine would write its bar into a notebook's
# outputs; the kernels that tests start write none. tqdm reads its settings when it is imported, so
# that this process keeps its bars; a process beside others gets its environment from the first.
os.environ.pop("TQDM_DISABLE", None)
import tqdm  # noqa: E402, F401
from xdist.scheduler import LoadFileScheduling  # noqa: E402

os.environ["TQDM_DISABLE"] = "1"

LONGEST = [
    "test_site",
    "test_browser",
    "test_batch",
    "test_grading",
    "test_diagnosis",
    "test_widgets",
    "test_gradcheck",
]


def pytest_ignore_collect(collection_path, config):
    """make test-quick does not even import the files that are slow as a whole."""
    if config.option.markexpr == "not slow" and collection_path.suffix == ".py":
        return "pytestmark = pytest.mark.slow" in collection_path.read_text("utf-8") or None


def pytest_xdist_auto_num_workers():
    """One more than there are processors, since many tests wait for a kernel or a browser."""
    counted = hasattr(os, "sched_getaffinity")
    return (len(os.sched_getaffinity(0)) if counted else os.cpu_count()) + 1


def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") == "loadfile":
        return ByFileOrNotebook(config, log)


class ByFileOrNotebook(LoadFileScheduling):
    """A file stays in one process; of test_browser, which waits most of the time, a notebook."""

    def _split_scope(self, nodeid):
        if "test_browser.py" in nodeid:
            return nodeid.rpartition("[")[2]
        return super()._split_scope(nodeid)


def pytest_collection_modifyitems(items):
    def place(item):
        module = item.path.stem
        known = module in LONGEST
        return LONGEST.index(module) if known else len(LONGEST) + (item.path.suffix == ".py")

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter):
    """How to run each test that failed alone."""
    failed = [
        report for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])
    ]
    for report in failed[:20]:
        name = report.nodeid.rsplit("@", 1)[0]
        options = "--nbval --nbval-current-env " * (".ipynb" in name)
        file = name.split("::")[0] if options else name
        terminalreporter.write_line(
            f'to run it alone: .venv/bin/python -m pytest {options}"{file}"'
        )
