"""Who judges: processes of this machine or a Dask cluster; a worker that dies costs no
submission."""

import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "solutions"))
from grading.judging.workers import judge_all  # noqa: E402

pytestmark = pytest.mark.slow


def judge(job):
    """Doubles a number. A job with a file dies at its first try, which the file remembers."""
    number, file = job
    if file and not os.path.exists(file):
        pathlib.Path(file).touch()
        os._exit(1)
    return 2 * number


@pytest.fixture(params=[None, "local"])
def scheduler(request):
    if request.param:
        pytest.importorskip("distributed")
    return request.param


def test_a_worker_that_dies_costs_no_submission(scheduler, tmp_path, monkeypatch):
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(ROOT / "tests"), str(ROOT / "solutions")])
    )
    jobs = {str(n): (n, str(tmp_path / "died") if n == 3 else None) for n in range(12)}
    found = dict(judge_all(judge, jobs, 2, scheduler))
    assert found == {str(n): 2 * n for n in range(12)}
    assert (tmp_path / "died").exists()


def test_what_kills_whoever_judges_it_is_said_and_the_others_are_judged(tmp_path):
    jobs = {"good": (1, None), "deadly": (2, str(tmp_path / "no folder" / "died"))}
    found = dict(judge_all(dies_always, jobs, 2))
    assert found["good"] == 2
    assert found["deadly"].failed and "died" in found["deadly"].remarks[0]


def dies_always(job):
    if job[1]:
        os._exit(1)
    return 2 * job[0]
