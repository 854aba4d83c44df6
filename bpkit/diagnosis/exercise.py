"""What the cells of notebooks and problem sets call: `check` says what is right or wrong, `checked`
also gives back a function to go on with, and `grade` tries other networks and gives points.

Every `grade` also leaves its verdict in the notebook as data, from which the instructor's summary
of a class is made.
"""

import functools
import inspect

from IPython.display import display

from .mistakes import replaced
from .numbers import diagnose_number
from .tasks import TASKS
from .verdict import Verdict, diagnose

VERDICT = "application/vnd.bpkit.verdict+json"


def check(task, answer, name_it=True):
    """Print the verdict on an answer: a function for a task of TASKS, or a number for a quantity of
    the paper network.

    Parameters
    ----------
    task : str, a name in TASKS, or a quantity such as "delta_1^2"
    answer : the learner's function or number; ... where there is none yet
    name_it : False where finding the mistake is the task: then only what the numbers show is said
    """
    verdict = _verdict(task, answer, seed=0)
    print(verdict if name_it or verdict.status not in ("named", "unknown") else verdict.observed)


def checked(task, answer):
    """Print the verdict on an answer, and return a function to go on with.

    Parameters
    ----------
    task : str, a name in TASKS
    answer : the learner's function

    Returns
    -------
    function : the answer where it is right, else the course's own
    """
    verdict = _verdict(task, answer, seed=0)
    print(verdict)
    if verdict.status == "right":
        return _giving_lists(answer) if TASKS[task].several else answer
    print("The cells below use the course's own.")
    solve, several = TASKS[task].solve, TASKS[task].several
    names = TASKS[task].signature.split("(")[1].rstrip(")").split(", ")

    def ours(*arguments, **named):
        arguments += tuple(named[name] for name in names[len(arguments) :])
        arrays = solve(replaced(), {}, *arguments)
        return arrays if several else arrays[0]

    return ours


def _giving_lists(function):
    """The same function with a list in place of a generator, which can be read only once."""

    @functools.wraps(function)
    def ours(*arguments, **named):
        result = function(*arguments, **named)
        return list(result) if inspect.isgenerator(result) or isinstance(result, map) else result

    return ours


def grade(task, answer, points, seed=1, all_or_nothing=False, show=None):
    """The points for an answer, tried on other networks than `check` tries.

    Parameters
    ----------
    task, answer : as for `check`
    points : for a right answer; a named mistake leaves a part of them
    seed : which networks
    all_or_nothing : no points for a named mistake, where the task was to mend one
    show : takes the verdict as data; None shows it in the notebook

    Returns
    -------
    float, 0 to points
    """
    verdict = _verdict(task, answer, seed)
    earned = points * (verdict.credit if not all_or_nothing or verdict.credit == 1 else 0.0)
    return _shown(verdict, earned, points, show)


def check_choice(answer, options="abc"):
    """Print whether an answer is one of the letters; which one is right is said when it is
    graded."""
    if answer is ...:
        print("– choice: not attempted yet.")
    elif isinstance(answer, str) and _letter(answer) in tuple(options):
        print(
            f"Your answer is ({_letter(answer)}). It is judged when the problem set is graded. "
            "Alone, compare it with the folder solutions."
        )
    else:
        print(
            f"✗ choice: {answer!r} is none of {', '.join(options)}. Write the letter in quotation "
            "marks."
        )


def grade_choice(task, answer, right, points, why, show=None):
    """The points for a choice.

    Parameters
    ----------
    task : str, what was asked
    answer : the learner's letter
    right : the right letter
    why : dict, for each wrong letter what it overlooks
    show : as for `grade`

    Returns
    -------
    float, 0 or points
    """
    letter = _letter(answer) if isinstance(answer, str) else answer
    if letter is ...:
        verdict = Verdict(task, "untouched", (), f"– {task}: not attempted.", 0.0)
    elif isinstance(letter, str) and letter == right:  # an array of all letters equals each
        verdict = Verdict(task, "right", (), f"✓ {task}: ({letter}) is right.", 1.0)
    else:
        said = (
            why.get(letter, "that is none of the answers.")
            if isinstance(letter, str)
            else "that is none of the answers."
        )
        verdict = Verdict(task, "unknown", (), f"✗ {task}: ({letter}) is not right: {said}", 0.0)
    return _shown(verdict, points * verdict.credit, points, show)


def _letter(answer):
    return answer.strip(" ()").lower()


def _verdict(task, answer, seed):
    return diagnose(task, answer, seed) if task in TASKS else diagnose_number(task, answer)


def _shown(verdict, earned, points, show):
    earned = round(float(earned), 2)
    data = {
        "text/plain": f"Graded: {earned:g} of {points:g} points.\n{verdict.text}",
        VERDICT: {
            "task": verdict.task,
            "status": verdict.status,
            "mistakes": list(verdict.mistakes),
            "points": earned,
            "of": points,
        },
    }
    if show:
        show(data)
    else:
        display(data, raw=True)
    return earned
