"""Numbers found by hand, on a small network of their own: which of its quantities is asked for, and
which mistake gives another number."""

import re

import numpy as np

from ..network import Network
from . import steps as s
from .mistakes import CATALOGUE, replaced
from .verdict import Verdict, named_text

WITHIN = 0.00061  # three digits after the point, the last one perhaps rounded twice
ALPHA = 0.5


def paper_network():
    """A network to calculate by hand, with weights of one digit after the point: two inputs, two
    hidden nodes, one output, one pair.

    Returns
    -------
    net : Network((2, 2, 1)), sigmoid hidden nodes and the identity at the output
    weights : list of two arrays, (3, 2) and (3, 1)
    X, y : arrays (1, 2) and (1, 1)
    """
    weights = [np.array([[-0.2, 0.3], [0.4, -0.9], [0.7, 0.6]]), np.array([[0.5], [-1.1], [0.8]])]
    return Network((2, 2, 1)), weights, np.array([[0.5, 0.8]]), np.array([[0.9]])


def value_of(quantity, steps=s.RIGHT):
    """One quantity of the paper network.

    Parameters
    ----------
    quantity : str. "a_1^1", "o_2^1", "y_hat", "E", "delta_1^2", "dE/dw_21^1", or "w_21^1 after the
        step" (alpha = 0.5)
    steps : the steps of the algorithm, with or without mistakes

    Raises
    ------
    ValueError : no such quantity
    """
    net, weights, X, y = paper_network()
    run = s.new_run(net, weights, X, y, ALPHA)
    s.forward_phase(steps, run)
    found = re.fullmatch(r"(a|o|delta|dE/dw|w)_(\d)(\d?)\^(\d)( after the step)?", quantity)
    if quantity == "y_hat":
        return run.o[net.m].item()
    if quantity == "E":
        run.difference = steps["difference"](run, net.m)
        run.pair_errors = steps["pair_errors"](run, net.m)
        return float(steps["mean_error"](run, net.m))
    if not found:
        raise ValueError(f"{quantity!r} is no quantity of the paper network")
    kind, first, second, k = found[1], int(found[2]), int(found[3] or 0), int(found[4])
    if kind in "ao":
        return getattr(run, kind)[k][0, first - 1]
    gradients = s.backward_phase(steps, run)
    if kind == "delta":
        return run.delta[k][0, first - 1]
    return (gradients if kind == "dE/dw" else s.update(steps, run))[k - 1][first, second - 1]


def diagnose_number(quantity, value):
    """Is it the number, to three digits after the point, and if not, which mistake gives it?

    Parameters
    ----------
    quantity : str, as for `value_of`
    value : the learner's number, or ... where none is given yet

    Returns
    -------
    Verdict
    """
    if value is ...:
        return Verdict(quantity, "untouched", (), f"– {quantity}: not attempted yet.", 0.0)
    try:
        number = float(np.asarray(value).item())
        fault = (
            "" if np.isfinite(number) else " Was 0 divided by 0, or did something grow for ever?"
        )
    except (TypeError, ValueError):
        number, fault = np.nan, ""
        if isinstance(value, tuple) and len(value) == 2:
            fault = " Python wants a point in a number, and no comma."
    if not np.isfinite(number):
        text = f"✗ {quantity}: {value!r} is no number.{fault}"
        return Verdict(quantity, "unusable", (), text, 0.0)
    value = number
    right = value_of(quantity)
    if abs(value - right) <= WITHIN:
        return Verdict(
            quantity,
            "right",
            (),
            f"✓ {quantity} = {value:.4g}: right to three digits after the point.",
            1.0,
        )
    beginning = f"✗ {quantity} = {value:.6g}: not right yet."
    alike = [(mistake,) for mistake in CATALOGUE if _gives(mistake, quantity, value, right)][:2]
    if quantity == "E" and value < 0:
        sentence = "Can a square be negative?"
    elif abs(value + right) <= WITHIN and quantity != "delta_1^2":
        sentence = "The size is right and the sign is not. Which factors have a sign?"
    elif other := _quantity_with(value, besides=quantity):
        sentence = (
            f"This is {other}. Which index is the node, and which the layer?"
            if "w" not in quantity
            else (
                f"This is {other}. Which index says where a weight begins, and which where it ends?"
            )
        )
    elif alike:
        return Verdict(
            quantity,
            "named",
            tuple(mistake.id for (mistake,) in alike),
            named_text([beginning], alike),
            0.0,
        )
    elif abs(value - right) < 0.01:
        sentence = "It is close: keep four digits on the way, and round at the end."
    else:
        sentence = (
            "No known mistake gives this number. Write the equation down, and put the numbers in "
            "term by term."
        )
    return Verdict(quantity, "unknown", (), f"{beginning} {sentence}", 0.0)


def _gives(mistake, quantity, value, right):
    """Does the quantity, with this mistake in every layer or in the last one alone, have the
    learner's value?"""
    everywhere = replaced(mistake)
    in_last = {
        **everywhere,
        mistake.step: lambda run, k: (everywhere if k == run.net.m else s.RIGHT)[mistake.step](
            run, k
        ),
    }
    for steps in (everywhere, in_last):
        try:
            wrong = value_of(quantity, steps)
        except (LookupError, TypeError, ValueError, AttributeError):
            continue
        if abs(wrong - right) > 2 * WITHIN and abs(value - wrong) <= WITHIN:
            return True
    return False


def _quantity_with(value, besides):
    """The name of another quantity of the same kind that has this value, or ""."""
    kind = besides.split("_")[0]
    names = {
        "dE/dw": [f"dE/dw_{i}{j}^1" for i in range(3) for j in (1, 2)]
        + [f"dE/dw_{i}1^2" for i in range(3)],
        "w": [f"w_{i}{j}^1 after the step" for i in range(3) for j in (1, 2)],
        "delta": ["delta_1^2", "delta_1^1", "delta_2^1"],
        "a": ["a_1^1", "a_2^1", "a_1^2"],
        "o": ["o_1^1", "o_2^1"],
    }.get(kind, [])
    return next(
        (name for name in names if name != besides and abs(value_of(name) - value) <= WITHIN), ""
    )
