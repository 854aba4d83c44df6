"""The bank of questions: each is drawn from a seed, and a wrong option says what it is evidence of.

question.py says what a question is. Those with numbers (computed.py, with_numbers.py) take their
wrong options from the catalogue of mistakes; those in words are in in_words.py.
"""

from .in_words import IN_WORDS
from .question import Asked, Option, Question, ask
from .with_numbers import WITH_NUMBERS

BANK = (*WITH_NUMBERS, *IN_WORDS)

__all__ = ["BANK", "Asked", "Option", "Question", "ask"]
