"""The questions in words, in the order of the course: beliefs, order, meaning.

A question has variants, which ask for the same idea in other words or about another case. Each
wrong option says what choosing it is evidence of.
"""

from typing import NamedTuple

from .question import Option, Question


class Variant(NamedTuple):
    text: str
    right: str
    wrong: tuple  # of (option, what it is evidence of)


def in_words(name, read, *variants):
    """Makes a question of variants; `read` is the section that answers it."""

    def variant(random, about):
        text, right, wrong = variants[random.randint(len(variants))]
        options = [Option(option, (), belief, read) for option, belief in wrong]
        return text, Option(right), options

    return Question(name, read, variant)


IN_WORDS = [
    in_words(
        "what an error term is",
        "03 section 3",
        Variant(
            "A hidden node has δ = 0.2 for a pair. What does this number say?",
            "E_d rises by about 0.2 h when the node's product sum a rises by a small h",
            (
                (
                    "the node's output should have been 0.2 lower",
                    "δ of a hidden node is the distance from a right answer of its own",
                ),
                (
                    "a fifth of the whole error belongs to this node",
                    "the error is shared out among the nodes",
                ),
                (
                    "E_d rises by about 0.2 h when the node's output o rises by a small h",
                    "δ is the slope along o, where it is the slope along a",
                ),
            ),
        ),
    ),
]
