"""What a question is, and how one is asked: drawn from a seed, with letters for its options."""

import zlib
from typing import Callable, NamedTuple

import numpy as np

LETTERS = "abcd"


class Option(NamedTuple):
    """`mistakes` are ids of the catalogue whose number, shape or choice this is; `belief` says what
    choosing it is evidence of; `read` is the place to reread. The right option has none of them."""

    text: str
    mistakes: tuple = ()
    belief: str = ""
    read: str = ""


class Asked(NamedTuple):
    """A question with its numbers: `options` in the order of their letters, `right` the letter of
    the right one, `read` the section that answers it."""

    name: str
    seed: int
    text: str
    options: tuple
    right: str
    read: str

    @property
    def letters(self):
        return LETTERS[: len(self.options)]

    def option(self, letter):
        return self.options[LETTERS.index(letter)]

    def __str__(self):
        return "\n".join(
            [self.text, *(f"({a}) {o.text}" for a, o in zip(self.letters, self.options))]
        )


class Question(NamedTuple):
    """A template: `variant` takes a random generator and the mistakes to ask about first, and gives
    (text, the right Option, the wrong ones)."""

    name: str
    read: str
    variant: Callable
    mistakes: tuple = ()


def lettered(question, seed, text, right, wrong, random):
    """The options in a random order, so that the right one has each letter equally often."""
    options = [right, *wrong]
    options = [options[place] for place in random.permutation(len(options))]
    letter = LETTERS[options.index(right)]
    return Asked(question.name, seed, text, tuple(options), letter, question.read)


def ask(question, seed, about=()):
    """A question with the numbers that belong to a seed.

    Parameters
    ----------
    question : Question
    seed : whole number; the same one gives the same text and the same options
    about : ids of mistakes to have among the options where the question can show them

    Returns
    -------
    Asked
    """
    random = np.random.RandomState([seed, zlib.crc32(question.name.encode())])
    return lettered(question, seed, *question.variant(random, tuple(about)), random)
