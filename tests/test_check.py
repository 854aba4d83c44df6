"""The check before a class: `python notebooks/check.py`."""

import importlib.metadata
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "notebooks" / "check.py"


@pytest.fixture
def check():
    spec = importlib.util.spec_from_file_location("check", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ran(*options):
    return subprocess.run([sys.executable, *options, FILE], capture_output=True, text=True)


@pytest.mark.slow
def test_all_is_fine_here():
    result = ran()
    assert result.returncode == 0 and result.stderr == ""
    assert [line.split()[-1] for line in result.stdout.splitlines()] == 14 * ["fine"]


def test_an_empty_python_is_told_how_to_mend_it():
    result = ran("-I", "-S")
    assert result.returncode == 1 and result.stderr == ""
    assert (
        "numpy             NOT fine: not installed; run  make lab  or  python -m pip install -r "
        "requirements.txt" in result.stdout
    )
    assert "bpkit             NOT fine" in result.stdout and result.stdout.splitlines()[
        -1
    ].startswith("The other checks need these")


@pytest.mark.parametrize(
    "version, fine",
    [("1.26.4", False), ("2.0", True), ("2.10.0", True), ("2.4.0rc1", True), ("3.0", False)],
)
def test_versions_are_compared_with_the_bounds(check, monkeypatch, version, fine):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)
    assert (check.package("numpy", ">=2.0,<3") is None) == fine


def test_in_a_browser_it_asks_for_what_a_browser_can_have(check, monkeypatch, capsys):
    monkeypatch.setattr(check, "IN_A_BROWSER", True)
    assert check.main() == 0
    names = [line.rsplit(maxsplit=1)[0] for line in capsys.readouterr().out.splitlines()]
    assert "numpy" in names and not {"jupyterlab", "nbval", "kernel"} & set(names)


def test_an_old_python_is_named(check, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert "3.11" in check.python()


def test_another_bpkit_is_named_and_a_copy_is_fine(check, monkeypatch, tmp_path):
    shutil.copytree(FILE.parent.parent / "bpkit", tmp_path / "bpkit")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    assert check.bpkit() is None
    with open(tmp_path / "bpkit" / "plotting" / "look.py", "a") as file:
        file.write("\n")
    assert "another version" in check.bpkit()


def test_another_python_behind_the_notebooks_is_named(check, monkeypatch):
    monkeypatch.setattr(sys, "prefix", "elsewhere")
    assert "another Python" in check.kernel()


def test_a_folder_that_cannot_be_written_is_named(check, monkeypatch, tmp_path):
    monkeypatch.setattr(check, "ROOT", tmp_path)  # there is no folder notebooks in it
    assert "nothing can be written" in check.saving()


def test_what_fails_unforeseen_is_one_line(check, capsys):
    assert check.said("pictures", lambda: 1 / 0)
    assert (
        capsys.readouterr().out
        == f"pictures          NOT fine: ZeroDivisionError: division by zero; {check.INSTALL}\n"
    )


@pytest.mark.slow
def test_the_bundle_for_a_class_has_all_that_learners_need_and_no_answers(tmp_path):
    sys.path.insert(0, str(ROOT / "solutions"))
    from grading.bundle import bundle

    with zipfile.ZipFile(bundle(ROOT, tmp_path / "course.zip")) as archive:
        archive.extractall(tmp_path)
    course = tmp_path / "backpropagation"
    folders = {path.name for path in course.iterdir() if path.is_dir()}
    assert folders == {"bpkit", "exercises", "notebooks"}
    assert not [
        path for path in course.rglob("*.ipynb") if "BEGIN SOLUTION" in path.read_text("utf-8")
    ]
    result = subprocess.run(
        [sys.executable, course / "notebooks" / "check.py"],
        env={**os.environ, "PYTHONPATH": str(course)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
