"""Calling a learner's function, and the right one, with the arguments of a task's cases: what each
call gave."""

import contextlib
import copy
import ctypes
import functools
import io
import re
import threading
import time
import warnings
from typing import NamedTuple

import numpy as np

from ..forward import Trace
from .cases import NotUsable
from .mistakes import replaced


class Outcome(NamedTuple):
    """What one call gave: arrays, or None and why not; `changed` names an argument that was
    changed, `warned` says that NumPy warned; `tolerance` is the task's; `remark` says what else is
    wrong where the numbers are right."""

    arrays: list | None
    problem: str = ""
    changed: str = ""
    warned: bool = False
    raised: bool = False
    tolerance: float = 1e-6
    remark: str = ""


# for one call; right answers need less than a hundredth of both
LIMIT = 10.0  # seconds of computing
MOST_MEMORY = 500  # megabytes


class NoEnd(BaseException):
    """Raised in a learner's function that computes too long; no Exception, which it may catch."""


class TooLarge(NoEnd):
    """Raised in a learner's function that takes too much memory."""


@contextlib.contextmanager
def stopped_after(seconds, megabytes=MOST_MEMORY):
    """Raise NoEnd in what runs inside once it has computed for so many seconds of processor time,
    or TooLarge once it has taken so much memory.

    What waits costs no processor time, and a busy machine takes none away. Where no thread can be
    started, as in a browser's Python, nothing is stopped.
    """
    over, mine, began = threading.Event(), threading.get_ident(), time.process_time()
    memory_before = memory_held()

    def watch():
        pause = 0.1
        while not over.wait(pause):
            too_large = memory_held() - memory_before > megabytes * 1e6
            if too_large or time.process_time() - began > seconds:
                raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
                error = TooLarge if too_large else NoEnd
                raise_in(ctypes.c_ulong(mine), ctypes.py_object(error))
                pause = 2.0  # and again, if the function has caught it

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
    except RuntimeError:
        watcher = None
    try:
        yield
    finally:
        over.set()
        if watcher:
            watcher.join()


def memory_held():
    """Bytes that this process holds; 0 where psutil, which comes with a notebook's kernel, is not
    there to say it."""
    try:
        import psutil
    except ImportError:
        return 0
    return psutil.Process().memory_info().rss


def observed(task, function, cases):
    """The outcome of each call, by case, and what the cases' watched arguments have seen."""
    outcomes, records, endless = [], [], None
    for case in cases:
        outcomes.append([])
        for arguments in case.calls:
            if not endless:
                try:
                    with stopped_after(LIMIT, MOST_MEMORY):
                        outcome, used = _called(task, function, arguments, case.times)
                except NoEnd as stop:
                    endless = Outcome(None, f"On {case.on} {_why(stop)}")
            if endless:
                outcomes[-1].append(endless)
                continue
            outcomes[-1].append(outcome)
            records += [used[0]] if task.watched else []
    return outcomes, records


def _why(stop):
    """A sentence on why a function was stopped."""
    if str(stop):
        return f"the function {stop}."
    if isinstance(stop, TooLarge):
        return (
            f"the function takes more and more memory: it was stopped at {MOST_MEMORY} megabytes. "
            "What keeps growing, and what should make it stop?"
        )
    return (
        f"the function does not come to an end: it was stopped after {LIMIT:g} seconds of "
        "computing. What makes your loop stop?"
    )


def _called(task, function, arguments, times):
    used = copy.deepcopy(arguments)
    with (
        _warnings() as said,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        try:
            for _ in range(times):
                result = function(*used)
        except Exception as error:  # whatever a learner's code raises
            return Outcome(None, f"{type(error).__name__}: {error}", raised=True), used
    changed = "" if task.digest or task.watched else _changed(task, arguments, used)
    return _as_arrays(task, result, used)._replace(
        changed=changed, warned=_warned(task, said)
    ), used


def _changed(task, before, after):
    names = task.signature.split("(")[1].rstrip(")").split(", ")
    for name, old, new in zip(names, before, after):
        olds, news = (
            [x] if isinstance(x, np.ndarray) else x if isinstance(x, list) else []
            for x in (old, new)
        )
        if len(olds) != len(news) or not all(map(_alike, olds, news)):
            return name
    return ""


def _alike(old, new):
    try:
        return np.shape(old) == np.shape(new) and np.array_equal(old, new)
    except ValueError:  # rows of different lengths: what stood there was an array
        return False


def _as_arrays(task, result, arguments):
    if result is ... or isinstance(result, (list, tuple)) and any(entry is ... for entry in result):
        return Outcome(None, "...")
    if result is None:
        return Outcome(None, "It returns None. Is there a return at its end?")
    if isinstance(result, Trace):
        return Outcome(None, "It returns a whole trace. Its outputs are trace.y_hat.")
    if task.several and isinstance(result, (list, tuple)) and any(r is None for r in result):
        empty = [str(place) for place, entry in enumerate(result) if entry is None]
        return Outcome(
            None,
            f"Place{'s' * (len(empty) > 1)} {' and '.join(empty)} of the list that it returns "
            f"{'are' if len(empty) > 1 else 'is'} still None.",
        )
    if task.digest:
        try:
            return Outcome(
                task.digest(result, *arguments),
                remark=task.remark(result, *arguments) if task.remark else "",
            )
        except NotUsable as error:
            return Outcome(None, str(error))
        except Exception as error:  # whatever shape a learner's answer has
            return Outcome(None, f"What it returns cannot be used: {first_line(str(error))}")
    if (
        hasattr(result, "__next__")
        or isinstance(result, np.ndarray)
        and result.dtype == object
        and task.several
    ):
        result = list(result)  # a generator, or an array of arrays
    try:
        several = (
            task.several
            and isinstance(result, (list, tuple))
            and any(np.ndim(entry) > 0 for entry in result)
        )
        arrays = [np.asarray(entry) for entry in (result if several else [result])]
    except (ValueError, TypeError):
        what = (
            f"a list of {len(result)} arrays"
            if isinstance(result, (list, tuple))
            else type(result).__name__
        )
        return Outcome(
            None,
            f"It returns {what}, and {'a list of arrays' if task.several else 'one array'} belongs "
            "there.",
        )
    with contextlib.suppress(ValueError, TypeError):
        arrays = [array.astype(float) if array.dtype == object else array for array in arrays]
    if any(array.dtype.kind not in "fciub" for array in arrays):
        belongs = "True or False belongs" if task.verdicts else "numbers belong"
        return Outcome(None, f"It returns {type(result).__name__}, where {belongs}.")
    return Outcome([array if array.dtype.kind in "fc" else array.astype(float) for array in arrays])


@functools.lru_cache(maxsize=None)
def cases_of(task, seed):
    """The task's cases, made once; whoever calls a function with their arguments copies them
    first."""
    return task.cases(seed)


@functools.lru_cache(
    maxsize=None
)  # a second question about the same task finds the numbers of all pairs there
def solved(task, mistakes, seed, only_case=None):
    """The outcomes that the steps give with these mistakes in them; None where one of them has no
    meaning for this task. `only_case` is the number of a case whose first call alone is wanted."""
    steps, outcomes = replaced(*mistakes), []
    cases = cases_of(task, seed)
    for case in cases if only_case is None else [cases[only_case]]:
        memory = {}
        outcomes.append([])
        for arguments in case.calls[: None if only_case is None else 1]:
            arguments = copy.deepcopy(arguments)
            with _warnings() as said:
                try:
                    for _ in range(case.times):
                        result = task.solve(steps, memory, *arguments)
                except (LookupError, TypeError, AttributeError):
                    return None
                except ValueError as error:
                    outcomes[-1].append(Outcome(None, f"ValueError: {error}", raised=True))
                    continue
            arrays = (
                task.digest(result, *arguments)
                if task.digest
                else [np.asarray(array, dtype=float) for array in result]
            )
            outcomes[-1].append(
                Outcome(arrays, warned=_warned(task, said), tolerance=task.tolerance)
            )
    return outcomes


@contextlib.contextmanager
def _warnings():
    """NumPy's warnings, recorded; a number that is too small for a computer is none."""
    with (
        warnings.catch_warnings(record=True) as said,
        np.errstate(over="warn", invalid="warn", divide="warn", under="ignore"),
    ):
        warnings.simplefilter("always")
        yield said


def _warned(task, said):
    """Where a task asks for a function without warnings, whether there was one."""
    return task.quiet and any(issubclass(warning.category, RuntimeWarning) for warning in said)


def first_line(problem):
    """The first line of an error, with what NumPy says of shapes in the course's words."""
    line = problem.split("\n")[0]
    product = re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", line)
    dot = re.search(r"not aligned: (\d+) \(dim \d\) != (\d+)", line)
    apart = re.search(
        r"could not be broadcast together with shapes ([(][\d,]*[)]) ([(][\d,]*[)])", line
    )
    if product or dot:
        rows, columns = product.groups() if product else dot.groups()[::-1]
        return (
            f"an error: in a product the left factor has {columns} columns and the right one "
            f"{rows} rows, and they need the same number."
        )
    if apart:
        return f"an error: arrays of the shapes {apart[1]} and {apart[2]} do not fit together."
    return line if len(line) < 160 else line[:157] + "..."
