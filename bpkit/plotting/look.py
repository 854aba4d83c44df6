"""One look for all figures: colours, line styles, sizes of text, and axes without a box."""

import contextlib
import math

import matplotlib.style
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Okabe and Ito's colours, told apart with any kind of colour vision; never without a line style or
# shape beside them.
FORWARD, FORWARD_LINE = "#0072B2", "-"
BACKWARD, BACKWARD_LINE = "#D55E00", (0, (4, 2))
BACKWARD_TEXT = "#AD4C00"  # the same hue, dark enough to read: 5.5:1 on white
INK, EDGE, NODE_0 = "#222222", "#8A8A8A", "#E4E4E4"
CURVES = [
    (FORWARD, "-"),
    ("#AD4C00", "--"),
    ("#00735A", "-."),
    ("#8F4A77", ":"),
    ("#222222", (0, (6, 1, 1, 1, 1, 1))),
]
LARGEST = 1e100  # Matplotlib computes with squares of what it draws
FONT, SIZE, SMALLEST_SIZE = "DejaVu Sans", 10, 6.8


@contextlib.contextmanager
def our_look():
    """Matplotlib's own settings while bpkit draws, whatever style is chosen; that comes back after
    it."""
    with matplotlib.style.context("default"):
        yield


def axes_figure(figure, width, height):
    if figure is None:
        figure = Figure(figsize=(width, height))
        figure.set_layout_engine("constrained", w_pad=0.08, h_pad=0.08)
    figure.clear()
    return figure


def plain_axes(axes, x_label, y_label):
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SIZE - 1)
    axes.set_xlabel(x_label, fontsize=SIZE, family=FONT)
    axes.set_ylabel(y_label, fontsize=SIZE, family=FONT)
    return axes


def drawable(name, values):
    """The values as an array of at least one number, none of them too large for Matplotlib.

    Raises
    ------
    ValueError : in one sentence.
    """
    values = np.asarray(values, dtype=float)
    if values.size == 0:
        raise ValueError(f"{name} has shape {values.shape}, expected at least one number")
    if not (np.abs(values) < LARGEST).all():
        raise ValueError(f"{name} holds NaN or a number beyond {LARGEST:g}, which cannot be drawn")
    return values


def write(axes, x, y, text, size=SIZE, **look):
    """One text, centred on its place unless `look` says otherwise; gives its artist."""
    look = {"ha": "center", "va": "center", **look}
    return axes.text(x, y, text, fontsize=size, family=FONT, **look)


def whole_number_ticks():
    """Ticks at whole numbers alone."""
    return MaxNLocator("auto", integer=True, steps=(1, 2, 5, 10))


def number_text(number):
    """A number in three or four digits with a real minus sign; nothing for None."""
    if number is None:
        return ""
    size = abs(number)
    if number == 0 or math.isinf(number):
        text = "0" if number == 0 else "∞"
    elif 1e-4 <= size < 1e4:
        text = f"{size:.3g}" if size < 0.1 else f"{size:.4g}"
    else:
        digits, exponent = f"{size:.1e}".split("e")
        text = f"{digits}·10$^{{{int(exponent)}}}$"
    return ("−" if number < 0 else "") + text
