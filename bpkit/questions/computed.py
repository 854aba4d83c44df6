"""Questions with numbers: each wrong option is what one mistake of the catalogue gives on the very
network that the question has drawn.

A question is a task of the problem sets (diagnosis/answers.py) on a network small enough for a
pocket calculator, where one entry of the answer is asked for.
"""

import itertools
from typing import Callable, NamedTuple

import numpy as np

from ..diagnosis.mistakes import CATALOGUE, replaced
from .question import Option, Question

MISTAKES = {mistake.id: mistake for mistake in CATALOGUE}
WRONG = 3  # options beside the right one
APART = 0.06  # of the larger of two numbers: less is no visible difference
SMALLEST = 0.001  # in size: what is smaller has too many zeros to be read well
DRAWS = 1000


class Drawn(NamedTuple):
    """One question's numbers: what it says, what the answer's function is given, and how the entry
    asked for is read from what that returns."""

    text: str
    arguments: tuple
    entry: Callable


class Random:
    """Numbers of one digit after the point, which are easy to calculate with."""

    def __init__(self, random):
        self.random = random

    def one_of(self, *things):
        return things[self.random.randint(len(things))]

    def different(self, count, *things):
        return [things[place] for place in self.random.permutation(len(things))[:count]]

    def weights(self, count):
        """Of different sizes, with both signs, none close to 0."""
        sizes = self.different(count, *np.arange(2, 13) / 10)
        signs = self.random.permutation([1, -1] * count)[:count]
        return [float(sign * size) for sign, size in zip(signs, sizes)]

    def between_0_and_1(self, count):
        return [float(o) for o in self.different(count, *np.arange(1, 10) / 10)]

    def deltas(self, count):
        sizes = self.different(count, *np.arange(1, 10) / 10)
        return [float(size * self.one_of(1, -1)) for size in sizes]


def said(number, digits=3):
    """A number as an option or a text has it: at most so many digits that count, and a minus that
    is one."""
    if abs(number - round(number)) < 1e-9:
        return f"{round(number):,}".replace("-", "−")
    places = max(0, digits - 1 - int(np.floor(np.log10(abs(number)))))
    half_up = number + np.copysign(1e-9, number)
    return f"{half_up:.{min(places, 5)}f}".rstrip("0").replace("-", "−")


def exactly(number):
    """A number of a text that others are calculated from, with two digits more than the options."""
    return said(number, digits=5)


def shown(value):
    """An option: a number, or a row of zeros and ones, which is text already."""
    return value if isinstance(value, str) else said(value)


def computed(name, read, solve, mistakes):
    """Makes a question of a function that draws its numbers: (Random) to Drawn."""

    def question(draw):
        def variant(random, about):
            return _variant(draw, solve, mistakes.split(), random, about)

        return Question(name, read, variant, tuple(mistakes.split()))

    return question


def _variant(draw, solve, mistakes, random, about):
    """Numbers for which the options differ visibly, drawn again until they do. The first of the
    question's mistakes is the one that it is asked for: it is always among them, where no others
    are named."""
    wanted = [id for id in about if id in mistakes][:WRONG] or mistakes[:1]
    for _ in range(DRAWS):
        drawn = draw(Random(random))
        right, wrong = value(drawn, solve), values_of(drawn, solve, mistakes)
        if isinstance(right, float) and 0 < abs(right) < SMALLEST:
            continue
        chosen = _square(drawn, solve, right, wrong, random, wanted)
        chosen = chosen or _single(right, wrong, random, wanted)
        if len(chosen) >= 2 and all(any(id in ids for ids in chosen) for id in wanted):
            options = [_option(ids, number, wrong) for ids, number in chosen.items()]
            return drawn.text, Option(shown(right)), options
    raise RuntimeError("no numbers for which the options differ")


def value(drawn, solve, *wrong):
    """The entry asked for, with these mistakes; None where they give none."""
    try:
        with np.errstate(all="ignore"):
            found = drawn.entry(solve(replaced(*wrong), {}, *drawn.arguments))
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    if isinstance(found, str):
        return found
    return float(found) if np.isfinite(found) else None


def values_of(drawn, solve, mistakes):
    """{id: the entry that each mistake gives alone}, without those that give none."""
    found = {id: value(drawn, solve, MISTAKES[id]) for id in mistakes}
    return {id: number for id, number in found.items() if number is not None}


def differ(first, second):
    """Whether two options can be told apart by eye."""
    if shown(first) == shown(second):
        return False
    if isinstance(first, str):
        return True
    return abs(first - second) > APART * max(abs(first), abs(second))


def _square(drawn, solve, right, wrong, random, wanted):
    """{ids: number} of two mistakes, each alone and both together, or {} where they do not differ,
    and for every other question.

    With such options none stands out as the one that the others are made of.
    """
    if random.randint(2) or len(wanted) > 1 or wanted[0] not in wrong:
        return {}
    first = wanted[0]
    for second in random.permutation([id for id in wrong if id != first]):
        both = value(drawn, solve, MISTAKES[first], MISTAKES[second])
        numbers = [right, wrong[first], wrong[second], both]
        if both is not None and all(
            differ(one, other) for one, other in itertools.combinations(numbers, 2)
        ):
            return {(first,): wrong[first], (second,): wrong[second], (first, second): both}
    return {}


def _single(right, wrong, random, wanted):
    """{ids: number} of at most three mistakes, those wanted first: each number differs visibly from
    the right one and from the others.

    How many of them are larger than the right one is drawn too, so that a number's place among the
    others says little about it.
    """
    room = {True: random.randint(WRONG + 1)}  # for larger ones
    room[False] = WRONG - room[True]
    order = sorted(wrong, key=lambda id: (id not in wanted, random.random_sample()))
    chosen = {}
    for anywhere in (False, True):
        for id in order:
            larger = wrong[id] > right
            if (
                len(chosen) < WRONG
                and (anywhere or id in wanted or room[larger])
                and all(differ(wrong[id], other) for other in (right, *chosen.values()))
            ):
                chosen[id,] = wrong[id]
                room[larger] = max(0, room[larger] - 1)
    return chosen


def _option(ids, number, wrong):
    """An option, with all mistakes that give its number."""
    same = tuple(id for id in wrong if id not in ids and shown(wrong[id]) == shown(number))
    belief = ", and ".join(MISTAKES[id].name for id in ids)
    return Option(shown(number), ids + same, belief, MISTAKES[ids[0]].read)
