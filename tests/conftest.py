"""Tests and notebooks run side by side: what shares a costly fixture or a kernel stays in one process, the longest comes first."""

import pytest

LONGEST = ["test_batch", "test_grading", "test_browser", "test_site"]


def place(item):
    module = item.path.stem
    return (
        LONGEST.index(module) if module in LONGEST else len(LONGEST) + (item.path.suffix == ".py")
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        chosen = getattr(item, "callspec", None)
        shared = (
            [
                value
                for name, value in chosen.params.items()
                if name in ("class_of", "name", "other")
            ]
            if chosen
            else []
        )
        if item.path.stem in ("test_batch", "test_browser") and shared:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {shared[0]}"))
        elif item.path.suffix == ".ipynb" or item.path.stem in LONGEST:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
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
