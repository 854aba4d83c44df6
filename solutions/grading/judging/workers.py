"""Who judges: processes of this machine, or a Dask cluster. A worker that dies costs no
submission."""

import concurrent.futures
from concurrent.futures.process import BrokenProcessPool

from .graded import Graded

DIED = Graded(remarks=("It could not be graded: the process that judged it died.",), failed=True)


def judge_all(judge, jobs, workers, scheduler=None):
    """Yield (student, judge(job)) as they come.

    Parameters
    ----------
    jobs : {student: job}
    workers : how many processes of this machine
    scheduler : address of a Dask scheduler, whose workers judge instead; "local" starts a cluster
        of so many workers here
    """
    undone = []
    spread = by_processes if scheduler is None else by_cluster
    for student, result in spread(judge, jobs, workers, scheduler):
        if result is None:
            undone.append(student)
        else:
            yield student, result
    # what was underway when a worker died is done again, each in a process of its own
    for student in undone:
        for _, result in by_processes(judge, {student: jobs[student]}, 1):
            yield student, result or DIED


def by_processes(judge, jobs, workers, scheduler=None):
    """Yield (student, result), or (student, None) where the process died."""
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        tasks = {pool.submit(judge, job): student for student, job in jobs.items()}
        for task in concurrent.futures.as_completed(tasks):
            try:
                yield tasks[task], task.result()
            except BrokenProcessPool:
                yield tasks[task], None


def by_cluster(judge, jobs, workers, scheduler):
    """The same with a Dask cluster, which gives the work of a dead worker to the others."""
    from distributed import Client, LocalCluster, as_completed

    here = (
        LocalCluster(workers, threads_per_worker=1, dashboard_address=None)
        if scheduler == "local"
        else None
    )
    with Client(here or scheduler) as client:
        tasks = {
            client.submit(judge, job, pure=False, retries=2): student
            for student, job in jobs.items()
        }
        for task in as_completed(tasks):
            yield tasks[task], task.result() if task.status == "finished" else None
    if here:
        here.close()
