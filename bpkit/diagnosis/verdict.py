"""The verdict on a learner's function: what its numbers are evidence of, in words.

The function is called with the arguments of a task's cases (calls.py). Its numbers are compared
with the right ones; if they differ, with those of each mistake of the catalogue, and then with
those of each two mistakes together (compare.py).
"""

import dis
import inspect
import textwrap
from dataclasses import dataclass

import numpy as np

from .calls import cases_of, first_line, observed, solved
from .compare import SINGLE_PRECISION, all_same, explained, same, same_array, watched_mistakes
from .relations import first_departure, relation, same_shapes, shape_hint, shapes, wrong_calls
from .tasks import TASKS

STUB = (  # what the operations of an untouched function are called
    "RESUME",
    "NOP",
    "CACHE",
    "COPY",
    "DUP_TOP",
    "LOAD_CONST",
    "LOAD_FAST",
    "STORE_FAST",
    "BUILD_TUPLE",
    "BUILD_LIST",
    "RETURN_",
    "MAKE_CELL",
    "COPY_FREE_VARS",
)
CHANGED = [
    "  This is evidence of a function that changes what it was given, and whoever calls it still "
    "needs that.",
    "  Ask yourself: Which line writes into an argument? +=, -=, a[...] = ... and a.sort() do so "
    "with an array, and w[k] = ... with a list, under every name that it has.",
    "  Read: notebook 02 section 6, where the update makes new matrices.",
]


@dataclass(frozen=True)
class Verdict:
    """The result of a diagnosis; prints itself.

    status : "right", "named" (a mistake of the catalogue explains the numbers), "unknown" (wrong,
        and none does), "unusable" (it raised,
        returned nothing, or something of another shape) or "untouched"
    mistakes : ids of the mistakes named; "39" is a changed argument
    text : what is said to the learner
    credit : the share of the points earned, 0 to 1
    observed : the part of the text that names no mistake
    """

    task: str
    status: str
    mistakes: tuple
    text: str
    credit: float
    observed: str = ""

    def __repr__(self):
        return self.text


def diagnose(task, function, seed=0):
    """What a learner's function gets right, or which mistake its numbers are evidence of.

    Parameters
    ----------
    task : str, a name in TASKS
    function : the learner's function, with the arguments that the task's signature lists
    seed : which networks and numbers it is tried on

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError : there is no such task
    """
    if task not in TASKS:
        raise ValueError(f"{task!r} is no task, expected one of {', '.join(TASKS)}")
    task = TASKS[task]
    if function is ...:
        return _untouched(task)
    if not callable(function):
        return _unusable(task, "The name in the check does not stand for a function.")
    cases = cases_of(task, seed)
    got, records = observed(task, function, cases)
    if any(outcome.problem == "..." for outcome in got[0]):
        if _is_a_stub(function):
            return _untouched(task)
        return _unusable(
            task, "It returns the three dots: is your result put into the name that it returns?"
        )
    right = solved(task, (), seed)
    if all_same(got, right):
        return _right(task, function, cases, got)
    named = watched_mistakes(task, records) or explained(task, got, right, seed)
    if named:
        return _named(task, cases, got, right, named)
    return _unusable_calls(task, cases, got, right) or _unknown(task, cases, got, right)


def _is_a_stub(function):
    """Whether nothing is written in it yet: it only sets names to the three dots, and returns
    them."""
    code = getattr(function, "__code__", None)
    if code is None:
        return True
    operations = {instruction.opname for instruction in dis.get_instructions(code)}
    return all(operation.startswith(STUB) for operation in operations)


def named_text(beginning, named):
    """The text about mistakes that were found: each alone in a tuple, or one tuple of two."""
    text, several = list(beginning), len(named[0]) + len(named) > 2
    if len(named[0]) == 2:
        text.append("  No single mistake explains this. Two together do:")
    elif several:
        text.append("  Two mistakes give these same numbers, and each is possible:")
    for number, mistake in enumerate(
        (mistake for mistakes in named for mistake in mistakes), start=1
    ):
        text += [
            f"  {f'{number}. ' * several}This is evidence of {mistake.name} ({mistake.equation}).",
            f"  Ask yourself: {mistake.question}",
            f"  Read: notebook {mistake.read}.",
        ]
    return wrapped(text)


def wrapped(lines):
    """The lines, none longer than a notebook's cell is wide."""
    return "\n".join(
        textwrap.fill(line, 110, subsequent_indent="  ", break_long_words=False) for line in lines
    )


def _untouched(task):
    return Verdict(task.name, "untouched", (), f"– {task.name}: not attempted yet.", 0.0)


def _unusable(task, sentence):
    return Verdict(
        task.name,
        "unusable",
        (),
        wrapped([f"✗ {task.name}: cannot be judged yet. {sentence}"]),
        0.0,
    )


def _right(task, function, cases, got):
    changed = _changed(got)
    if changed:
        text = [
            f"✗ {task.name}: the numbers are right, but {changed} is no longer what it was before "
            "the call.",
            *CHANGED,
        ]
        return Verdict(task.name, "named", ("39",), wrapped(text), 0.5, text[0])
    called = _called_against_the_statement(task, function)
    if called:
        text = [
            f"✗ {task.name}: the numbers are right, but the function uses bpkit's {called}, which "
            "this task asks you to leave aside: what it does is yours to write."
        ]
        return Verdict(task.name, "unknown", (), wrapped(text), 0.0, text[0])
    remark = next((o.remark for outcomes in got for o in outcomes if o.remark), "")
    if remark:
        text = wrapped([f"✗ {task.name}: the numbers are right, but {remark}."])
        return Verdict(task.name, "unknown", (), text, 0.5, text)
    single = any(
        array.dtype == np.float32
        for outcomes in got
        for outcome in outcomes
        for array in outcome.arrays
    )
    text = f"✓ {task.name}: right. Tried on {'; '.join(case.on for case in cases)}"
    within = f" The numbers agree within {SINGLE_PRECISION if single else task.tolerance:.0e}."
    text += "." + (" All verdicts are right." if task.verdicts else "" if task.digest else within)
    return Verdict(task.name, "right", (), wrapped([text]), 1.0)


def _called_against_the_statement(task, function):
    """The name of a function of bpkit that the learner's function uses against the statement, or
    "".

    Its own code is looked at, not that of functions which it calls.
    """
    codes = [getattr(function, "__code__", None)]
    for code in codes:
        codes += [inner for inner in getattr(code, "co_consts", ()) if hasattr(inner, "co_names")]
    names = {name for code in codes for name in getattr(code, "co_names", ())}
    known = getattr(function, "__globals__", {})
    used = [known[name] for name in names if name in known]
    functions = {
        one.__name__
        for one in used
        if inspect.isfunction(one) and (one.__module__ or "").startswith("bpkit.")
    }
    for one in used:
        if inspect.ismodule(one) and one.__name__.startswith("bpkit"):
            functions |= names & set(dir(one))
    return next((name for name in task.not_called if name in functions), "")


def _changed(got):
    """The name of an argument that a call has changed, or ""."""
    return next(
        (outcome.changed for outcomes in got for outcome in outcomes if outcome.changed), ""
    )


def _named(task, cases, got, right, named):
    text = [f"✗ {task.name}: not right yet."]
    seen = relation(task, cases, got, right)
    if seen:
        text.append(f"  What the numbers show: {seen}")
    raised = [
        (case.on, outcome.problem)
        for case, outcomes in zip(cases, got)
        for outcome in outcomes
        if outcome.raised
    ]
    if raised:
        text.append(f"  On {raised[0][0]} the function stops with {first_line(raised[0][1])}")
    found = [mistake for mistakes in named for mistake in mistakes]
    credit = min(mistake.credit for mistake in found) / (2 if len(named[0]) == 2 else 1)
    gave_numbers = any(outcome.arrays is not None for outcomes in got for outcome in outcomes)
    gave_numbers &= not _no_work(cases, got, right)
    changed = _changed(got)
    fits, _ = wrong_calls(cases, got, right)
    departs = (
        [f"  {first_departure(task, cases, got, right)}"] if _has_numbers(task) and fits else []
    )
    also = [f"  And {changed} is no longer what it was before the call."] if changed else []
    whole = named_text(text, named) + ("\n" + wrapped([*also, *CHANGED]) if changed else "")
    return Verdict(
        task.name,
        "named",
        (*(mistake.id for mistake in found), *["39"] * bool(changed)),
        whole,
        credit if gave_numbers else 0.0,
        wrapped([text[0], *departs, *text[1:], *also]),
    )


def _of_whole_numbers(case):
    """Whether the function gets an array of whole numbers there."""
    return any(
        isinstance(argument, np.ndarray) and argument.dtype.kind == "i"
        for arguments in case.calls
        for argument in arguments
    )


def _has_numbers(task):
    """Whether single numbers of the answer can be compared, and said."""
    return not task.verdicts and (task.digest is None or task.complaint is None)


def _unusable_calls(task, cases, got, right):
    """The verdict on a function that raised, or returned what cannot be compared; None if all could
    be."""
    # that it stops says more than a shape that fits by chance on another network
    for case, outcomes in zip(cases, got):
        for outcome in outcomes:
            if outcome.raised:
                stop = first_line(outcome.problem)
                return _unusable(
                    task, f"On {case.on} the function stops with {stop}{_list_hint(stop)}"
                )
    wrong = False
    for case, outcomes, wanted in zip(cases, got, right):
        for outcome, want in zip(outcomes, wanted):
            if outcome.arrays is None:
                return _unusable(task, outcome.problem)
            if not same_shapes(outcome, want):
                hint = shape_hint(task, wrong_calls(cases, got, right)[1])
                given, expected = shapes(outcome, want), shapes(want)
                return _unusable(
                    task, f"On {case.on} it returns {given}; expected {expected}.{hint}"
                )
            if case.not_finite and wrong:
                continue  # numbers of an ordinary size come first
            if not all(np.isfinite(array).all() for array in outcome.arrays):
                return _unusable(
                    task,
                    f"On {case.on} its numbers are not finite: "
                    + (case.not_finite or "a number became too large, or 0 was divided by 0."),
                )
            wrong |= not same(outcome, want)
    return None


def _list_hint(stop):
    """A sentence for who computes with a list as if it were one array."""
    a_list = stop.startswith("TypeError") and ("'list'" in stop or "multiply sequence" in stop)
    return (
        " A list of matrices cannot be computed with as a whole: go through it layer by layer."
        if a_list
        else ""
    )


def _unknown(task, cases, got, right):
    text = [f"✗ {task.name}: not right yet."]
    again = next(
        (
            case
            for case, outcomes in zip(cases, got)
            if len(outcomes) == 3 and not same(outcomes[0], outcomes[2])
        ),
        None,
    )
    if again:
        text.append(
            f"  Called twice with the same arguments, on {again.on}, it gives different numbers: "
            "it keeps something from call to call."
        )
    wrong = [
        case
        for case, outcomes, wanted in zip(cases, got, right)
        if any(not same(g, w) for g, w in zip(outcomes, wanted))
    ]
    if all(case.times > 1 for case in wrong):
        text.append(
            "  It is right at the first call, and wrong at a second call on the very same values: "
            "what does your function keep?"
        )
    if all(_of_whole_numbers(case) for case in wrong) and any(
        np.array_equal(array, np.round(array))
        for case, outcomes in zip(cases, got)
        for outcome in outcomes
        for array in outcome.arrays
        if case in wrong
    ):
        text.append("  For whole numbers all outputs are whole: which dtype has np.zeros_like(a)?")
    if _has_numbers(task):
        text.append(f"  {first_departure(task, cases, got, right)}")
    seen = relation(task, cases, got, right)
    if seen:
        text.append(f"  What the numbers show: {seen}")
    if _changed(got):
        text.append(f"  And {_changed(got)} is no longer what it was before the call.")
    known = "  No known mistake gives this."
    if _has_numbers(task):
        known += " Work one of the numbers out by hand, and compare step by step."
    agree = [
        same_array(g, w, want.tolerance) and not _is_given(g, arguments)
        for case, gs, ws in zip(cases, got, right)
        for arguments, one, want in zip(case.calls, gs, ws)
        for g, w in zip(one.arrays, want.arrays)
    ]
    share = _beyond_guessing(got, right) if task.verdicts else sum(agree) / len(agree)
    share *= not _no_work(cases, got, right)
    return Verdict(task.name, "unknown", (), wrapped([*text, known]), 0.5 * share, wrapped(text))


def _no_work(cases, got, right):
    """Whether an answer computes nothing: it is the same everywhere, or an argument."""
    return _says_nothing(got, right) or _hands_back(cases, got)


def _says_nothing(got, right):
    """Whether all numbers of an answer are one and the same, and those that are right are not."""
    given, wanted = (
        {
            float(entry)
            for outcomes in all_
            for outcome in outcomes
            for array in outcome.arrays or ()
            for entry in np.unique(np.real(array))[:2]
        }
        for all_ in (got, right)
    )
    return len(given) == 1 < len(wanted)


def _hands_back(cases, got):
    """Whether an answer is one of its arguments as it came."""
    calls = [
        (arguments, outcome.arrays or [])
        for case, outcomes in zip(cases, got)
        for arguments, outcome in zip(case.calls, outcomes)
    ]
    return any(
        all(
            len(arrays) == len(parts) and all(map(np.array_equal, arrays, parts))
            for arguments, arrays in calls
            for parts in [_parts(arguments[place])]
        )
        for place in range(min((len(arguments) for arguments, _ in calls), default=0))
    )


def _is_given(array, arguments):
    """Whether an array stands among the arguments, or is an entry of one: of a single pair, or
    part, nothing had to be computed."""
    entries = [
        entry
        for argument in arguments
        if isinstance(argument, (list, np.ndarray))
        for entry in (argument, *argument)
    ]
    return array.ndim > 0 and any(np.array_equal(array, entry) for entry in entries)


def _parts(argument):
    return argument if isinstance(argument, list) else [argument]


def _beyond_guessing(got, right):
    """How much better than a guess answers of True and False are: 0 for one that is always the
    same, 1 where all are right."""
    shares = {}
    for given, wanted in zip(got, right):
        for g, w in zip(given, wanted):
            shares.setdefault(bool(w.arrays[0]), []).append(same(g, w))
    return max(0.0, sum(sum(all_) / len(all_) for all_ in shares.values()) - 1)
