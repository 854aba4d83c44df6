"""Comparing what a learner's calls gave with the right numbers and with those of each mistake:
which of them explain it?"""

import functools
import itertools

import numpy as np

from .calls import solved
from .mistakes import WATCHED

SINGLE_PRECISION = 1e-4  # what a task's tolerance becomes for numbers of 32 bits


def same_array(got, want, tolerance):
    """Equal to so much of the largest entry; a single number may come in brackets."""
    if want.ndim == 0 and got.size == 1:
        got = got.reshape(())
    if got.shape != want.shape:
        return False
    if got.size == 0:
        return True
    if got.dtype in (np.float32, np.complex64, np.float16):
        tolerance = max(tolerance, SINGLE_PRECISION)
    scale = np.abs(want).max()
    if np.isfinite(scale):
        return bool(np.all(np.abs(got - want) <= tolerance * (scale or 1.0)))
    scale = np.abs(want[np.isfinite(want)]).max(initial=0.0)
    with np.errstate(invalid="ignore"):
        close = np.abs(got - want) <= tolerance * (scale or 1.0)
    return bool(np.all(close | (np.isnan(got) & np.isnan(want)) | (got == want)))


def same(got, want):
    if got.arrays is None or want.arrays is None:
        return False
    return (
        len(got.arrays) == len(want.arrays)
        and got.warned == want.warned
        and all(same_array(g, w, want.tolerance) for g, w in zip(got.arrays, want.arrays))
    )


def all_same(got, want):
    return all(
        same(g, w) for got_case, want_case in zip(got, want) for g, w in zip(got_case, want_case)
    )


def _explains(got, wrong, right):
    """Do these numbers come out?

    Every call that gave numbers must agree. If one of them is wrong, that is enough. If all are
    right, the function has raised an error elsewhere, and the mistake has to raise the same one
    there.
    """
    calls = [calls for cases in zip(got, wrong, right) for calls in zip(*cases)]
    if any(
        g.arrays is None and not g.raised or g.arrays is not None and not same(g, w)
        for g, w, _ in calls
    ):
        return False
    return any(g.arrays is not None and not same(g, r) for g, _, r in calls) or all(
        _same_error(g, w) for g, w, _ in calls if g.raised
    )


def _same_error(got, wrong):
    """The same numbers in the messages: the sizes that do not fit."""

    def sizes(outcome):
        return sorted("".join(c if c.isdigit() else " " for c in outcome.problem).split())

    return (
        wrong.raised and got.problem.startswith("ValueError") and sizes(got) == sizes(wrong) != []
    )


def _raises_alike(got, wrong):
    """Does the mistake raise an error wherever the learner's function does?"""
    return all(
        w.raised
        for got_case, wrong_case in zip(got, wrong)
        for g, w in zip(got_case, wrong_case)
        if g.raised
    )


def _any_raised(got):
    return any(outcome.raised for outcomes in got for outcome in outcomes)


def _changes_what_is_wrong(wrong, got, right):
    """Does a mistake change some of the learner's wrong arrays, and none of those that are right?

    Else it would contradict what is said of the numbers: which layers are right.
    """
    shows = False
    for g, w, r in (calls for cases in zip(got, wrong, right) for calls in zip(*cases)):
        if g.arrays is None or w.arrays is None or len(g.arrays) != len(r.arrays):
            continue
        shows |= w.warned != r.warned
        for mine, mistaken, correct in zip(g.arrays, w.arrays, r.arrays):
            if not same_array(mistaken, correct, r.tolerance):
                if same_array(mine, correct, r.tolerance):
                    return False
                shows = True
    return shows


@functools.lru_cache(maxsize=None)
def that_show(task, seed):
    """The mistakes of the catalogue that give wrong numbers in this task."""
    right = solved(task, (), seed)
    return [
        mistake
        for mistake in task.mistakes
        if (wrong := solved(task, (mistake,), seed)) is not None and not all_same(wrong, right)
    ]


def explained(task, got, right, seed):
    """The mistakes that give the learner's numbers: those that do alone, each in a tuple of its
    own, or the first two that do together."""
    if any(
        outcome.arrays is None and not outcome.raised for outcomes in got for outcome in outcomes
    ):
        return []
    candidates = that_show(task, seed)
    alone = [
        mistake for mistake in candidates if _explains(got, solved(task, (mistake,), seed), right)
    ]
    fully = [mistake for mistake in alone if _raises_alike(got, solved(task, (mistake,), seed))]
    if fully or alone and not _any_raised(got):
        return [(mistake,) for mistake in (fully or alone)[:2]]
    if all(outcomes[0].raised for outcomes in got):
        return [(mistake,) for mistake in alone[:2]]  # no numbers to tell pairs apart
    candidates = [
        mistake
        for mistake in candidates
        if _changes_what_is_wrong(solved(task, (mistake,), seed), got, right)
    ]
    # one call tells most pairs apart; the others decide
    telling = next(n for n, outcomes in enumerate(got) if not outcomes[0].raised)
    for one, other in itertools.combinations(candidates, 2):
        for pair in ((one, other), (other, one))[: 1 + (one.step == other.step)]:
            first = solved(task, pair, seed, only_case=telling)
            if first is not None and same(got[telling][0], first[0][0]):
                wrong = solved(task, pair, seed)
                if (
                    wrong is not None
                    and _explains(got, wrong, right)
                    and (not alone or _raises_alike(got, wrong))
                ):
                    return [pair]
    return [(mistake,) for mistake in alone[:2]]


def watched_mistakes(task, records):
    """Mistakes that show in where a program nudges the weights."""
    if not task.watched or not any(len(record.asked) > 1 for record in records):
        return []
    asked = [record for record in records if len(record.asked) > 1]
    return [(mistake,) for mistake in WATCHED if any(mistake.change(record) for record in asked)][
        :1
    ]
