"""Exercises that name the mistake: what a learner's function or number is evidence of.

`check` and `grade` are what the problem sets call; `diagnose` gives the verdict itself. The parts:
steps.py takes the algorithm apart, mistakes.py holds the catalogue; tasks.py lists what can be
asked, cases.py what it is tried on, answers.py what is right; calls.py calls, compare.py compares,
verdict.py words; numbers.py is for calculations by hand.
"""

from .cases import Node
from .exercise import check, check_choice, checked, grade, grade_choice
from .numbers import diagnose_number, paper_network
from .tasks import TASKS
from .verdict import Verdict, diagnose

__all__ = [
    "Node",
    "TASKS",
    "Verdict",
    "check",
    "check_choice",
    "checked",
    "diagnose",
    "diagnose_number",
    "grade",
    "grade_choice",
    "paper_network",
]
