"""The check under an equation: two ways of computing one thing, compared, and one line that says
so."""

import sys

import numpy as np

from .arrays import checked_number


def agree(item, left, right, within=1e-12):
    """Print one line if `left` and `right` are the same to `within`; otherwise stop with one that
    says where they differ.

    Parameters
    ----------
    item : str, the equation's id in the numbered thread and what is compared, such as "D7 ∂E/∂w =
        δ·o"
    left, right : numbers or arrays of one shape
    within : largest difference allowed, relative to the largest entry

    Raises
    ------
    AssertionError : the two differ
    TypeError : a side is not made of numbers
    ValueError : their shapes differ, which would make the comparison broadcast, or are empty
    """
    left, right = _numbers(item, "left", left), _numbers(item, "right", right)
    within = checked_number("within", within, above=0)
    if left.shape != right.shape:
        raise ValueError(
            f"{item}: the left side has shape {left.shape} and the right side {right.shape}; they "
            "cannot be compared"
        )
    if left.size == 0:
        raise ValueError(f"{item}: both sides are empty; there is nothing to compare")
    if not (np.isfinite(left).all() and np.isfinite(right).all()):
        raise AssertionError(f"{item}: does not hold, a side is not finite")
    scale = max(np.abs(left).max(), np.abs(right).max())
    with np.errstate(over="ignore"):
        difference = np.abs(left - right)
    if difference.max() > within * scale:
        place = np.unravel_index(difference.argmax(), difference.shape)
        where = f" at {tuple(int(p) for p in place)}" if place else ""
        raise AssertionError(
            f"{item}: does not hold. Left {left[place]:.10g}, right {right[place]:.10g}{where}, "
            f"a difference of {difference.max():.1e}"
        )
    shown = f"{left.item():.8f} agrees" if left.size == 1 else f"all {left.size} numbers agree"
    print(f"{item}: holds, {shown} within {within:.0e}")


def _numbers(item, side, values):
    """The side as an array; truth values and numbers without a sign become such that have one."""
    try:
        values = np.asarray(values)
    except ValueError:
        raise ValueError(f"{item}: the {side} side has rows of different lengths") from None
    if values.dtype.kind not in "biufc":
        raise TypeError(f"{item}: the {side} side is not made of numbers")
    return values.astype(float) if values.dtype.kind in "bu" else values


def let_console_print_everything():
    """Where the console has no ✓, δ or ∂ (cp1252 on Windows), print their names instead of an
    error."""
    try:
        "✓✗δ∂σŷΣ−".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        sys.stdout.reconfigure(errors="namereplace")
    except (AttributeError, TypeError, LookupError):
        pass  # no console: the stream of a notebook, a file in memory, none at all
