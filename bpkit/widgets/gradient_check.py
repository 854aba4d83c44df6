"""How large should the nudge be? Three ways to check one slope, over all h, and the subtraction
digit by digit."""

from os.path import commonprefix

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from .. import datasets, plotting
from ..backward import backward
from ..forward import error, forward
from ..plotting.look import CURVES, EDGE, INK, SIZE, our_look, plain_axes, write
from .explorer import Explorer, choice, slider

WEIGHTS = {
    "w_11^4": (4, 1, 1),
    "w_01^4, a bias": (4, 0, 1),
    "w_32^3": (3, 3, 2),
    "w_13^2": (2, 1, 3),
    "w_23^1": (1, 2, 3),
}
EXPONENTS = np.arange(-16, 0.25, 0.25)
METHODS = ("forward", "central", "complex step")
EXACT, LOWEST, HIGHEST = 1e-17, 4e-18, 30.0  # an error of exactly 0 is drawn at EXACT
EPS = np.finfo(float).eps
DIGITS, MONOSPACE = 16, "DejaVu Sans Mono"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CHARACTER, COLUMNS, START = (
    0.602 * 12 / 72,
    39,
    20,
)  # inches a character of 12 points takes; columns of the panel, and that of the sign


@our_look()
def gradient_check_explorer():
    """One slope of a network by forward difference, central difference and complex step, for any h
    from 1e-16 to 1.

    On the left the relative error of all three over h. On the right what the central difference
    subtracts, with all its digits.

    Returns
    -------
    Explorer
    """
    net, weights, X, y = datasets.probe()
    gradients = backward(net, weights, forward(net, weights, X), y)
    E = error(net, weights, X, y)

    def E_moved(place, h):
        k, i, j = place
        moved = [w.astype(type(h)) for w in weights]
        moved[k - 1][i, j - 1] += h
        return error(net, moved, X, y)

    slopes = {name: gradients[k - 1][i, j - 1] for name, (k, i, j) in WEIGHTS.items()}
    curves = {
        name: np.array(
            [_errors(_nudged(E_moved, place, h), E, h, slopes[name]) for h in 10**EXPONENTS]
        )
        for name, place in WEIGHTS.items()
    }
    scene, show = _picture()

    def draw(weight, h):
        values, slope = _nudged(E_moved, WEIGHTS[weight], h), slopes[weight]
        errors = _errors(values, E, h, slope)
        show(curves[weight], h, values, errors, slope)
        yield scene, _in_words(weight, h, values, errors, E, slope, curves[weight])

    return Explorer(
        draw,
        {
            "weight": choice("weight", list(WEIGHTS)),
            "h": slider(
                ipywidgets.FloatLogSlider,
                "h",
                value=10**-4.5,
                base=10,
                min=-16,
                max=0,
                step=0.25,
                readout_format=".2g",
            ),
        },
    )


def _nudged(E_moved, place, h):
    """E(w + h), E(w - h) and E(w + ih)."""
    return E_moved(place, h), E_moved(place, -h), E_moved(place, 1j * h)


def _slopes(values, E, h):
    """The slope by each of the METHODS."""
    after, before, across = values
    return np.array([(after - E) / h, (after - before) / (2 * h), across.imag / h])


def _errors(values, E, h, slope):
    """The relative error of each of the METHODS."""
    return abs(_slopes(values, E, h) / slope - 1)


def _picture():
    """The scene, and the function that puts one weight and one h into it."""
    figure = Figure(figsize=(10.4, 4.1))
    axes = plain_axes(
        figure.add_axes((0.1, 0.13, 0.44, 0.845)),
        "size of the nudge $h$",
        "relative error of the slope",
    )
    axes.set(xscale="log", yscale="log", xlim=(5e-17, 2), ylim=(LOWEST, HIGHEST))
    powers = np.arange(-16, 1, 4)
    names = [f"$10^{{{power}}}$" if power else "1" for power in powers]
    axes.set_xticks(10.0**powers, names)
    axes.set_yticks([EXACT, *10.0**powers], ["exactly 0", *names])
    axes.minorticks_off()
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    curves = [
        axes.plot([], [], color=colour, linestyle=line, linewidth=2, label=method)[0]
        for (colour, line), method in zip(CURVES, METHODS)
    ]
    axes.legend(
        loc=(0.02, 0.27), frameon=False, fontsize=SIZE, labelcolor="linecolor", handlelength=2.6
    )
    here = axes.axvline(1, color=EDGE, linewidth=1)
    points = [
        axes.plot([], [], marker, color=colour, markersize=size, markeredgecolor="white")[
            0
        ]  # two of them often coincide
        for (colour, _), marker, size in zip(CURVES, "osD", (9, 12, 7))
    ]
    digits, show_digits = _digits_panel(figure)

    def show(over_h, h, values, errors, slope):
        here.set_xdata([h, h])
        for curve, point, over, now in zip(curves, points, over_h.T, errors):
            curve.set_data(10**EXPONENTS, np.maximum(over, EXACT))
            point.set_data([h], [max(now, EXACT)])
        show_digits(h, values, slope)

    return plotting.Scene(figure, [here, *curves, *points, *digits]), show


def _digits_panel(figure):
    """The right half: the moving artists, and the function that writes the digits."""
    width = COLUMNS * CHARACTER / figure.get_figwidth()
    axes = figure.add_axes((0.995 - width, 0.02, width, 0.96), xlim=(0, COLUMNS), ylim=(0, 100))
    axes.set_axis_off()
    rows = {
        "after": (83, "$E(w + h)$"),
        "before": (75, "$E(w - h)$"),
        "difference": (65, "difference"),
        "central": (55, "divided by $2h$"),
        "formula": (42, r"$\partial E/\partial w$, formula"),
        "complex": (29, "Im $E(w + ih)/h$"),
    }
    for height, words in rows.values():
        write(axes, START - 1, height, words, color=INK, ha="right", va="baseline")
    axes.plot([START, COLUMNS], [72.3, 72.3], color=INK, linewidth=1)
    for height, words in (
        (12, "Above the formula's row, bold: where the digits differ."),
        (5, "Bold and underlined: the digits that agree with the formula's."),
    ):
        write(axes, COLUMNS / 2, height, words, SIZE - 1, color=INK, va="baseline")
    title = write(axes, COLUMNS / 2, 93, "", SIZE + 1, color=INK, va="baseline")
    plain, bold = (
        {
            name: axes.text(
                START, height, "", fontsize=12, family=MONOSPACE, fontweight=weight, color=colour
            )
            for name, (height, _) in rows.items()
        }
        for weight, colour in (("normal", "#707070"), ("bold", INK))
    )
    lines = {
        name: axes.plot([], [], color=INK, linewidth=1.4)[0] for name in ("central", "complex")
    }

    def put(name, text, cut, first, second):
        """The text up to `cut` by the artist of `first`, the rest by that of `second`."""
        first[name].set(text=text[:cut], x=START)
        second[name].set(text=text[cut:], x=START + cut)

    def show(h, values, slope):
        after, before, across = values
        title.set_text(f"h = {_power_text(h)}")
        texts = {
            name: _decimals(number)
            for name, number in (
                ("after", after),
                ("before", before),
                ("difference", after - before),
            )
        }
        for name in ("after", "before"):
            put(
                name, texts[name], len(commonprefix([texts["after"], texts["before"]])), plain, bold
            )
        put(
            "difference",
            texts["difference"],
            len(texts["difference"]) - len(texts["difference"].lstrip(" −0.")),
            plain,
            bold,
        )
        formula = _decimals(slope)
        put("formula", formula, len(formula), bold, plain)
        for name, found in (("central", (after - before) / (2 * h)), ("complex", across.imag / h)):
            same = len(commonprefix([_decimals(found), formula]))
            same = same if formula[:same].strip(" −0.") else 0
            put(name, _decimals(found), same, bold, plain)
            lines[name].set_data([START + 1, START + max(1, same)], [rows[name][0] - 1.9] * 2)

    return [title, *plain.values(), *bold.values(), *lines.values()], show


def _decimals(number):
    """A number with DIGITS digits after the point, and a place for its sign."""
    return f"{number: .{DIGITS}f}".replace("-", "−")


def _power_text(h):
    """h as a number and a power of ten, without mathtext, which would take a quarter of the time of
    the whole picture."""
    number, exponent = f"{h:.1e}".split("e")
    return f"{number}·10{str(int(exponent)).translate(RAISED)}"


def _in_words(weight, h, values, errors, E, slope, over_h):
    shared = len(commonprefix([_decimals(value) for value in values[:2]]).partition(".")[2])
    left_over = (
        over_h[-9, 2] * (h / 10 ** EXPONENTS[-9]) ** 2
    )  # the complex step at h = 1e-2 has no rounding
    rounding = EPS * E / (h * abs(slope))
    why = (
        "what E's third derivative adds over so wide a nudge; a smaller h is better"
        if left_over > rounding
        else "E has no more than 16 digits, and most of them cancel; a larger h is better"
    )
    sizes = [_about(size) for size in errors]
    return (
        f"Slope of {weight}, h = {h:.2g}: E(w + h) and E(w − h) share {shared or 'no'} "
        f"digit{'s' * (shared != 1)} after the point. The relative error is {sizes[0]} by forward "
        f"difference, {sizes[1]} by central difference and {sizes[2]} by complex step. What spoils "
        f"the central difference here: {why}."
    ).replace("e-", "e−")


def _about(size):
    """The order of magnitude in words; what lies at the last digits is not told apart."""
    return "below 1e-14" if size < 1e-14 else f"about {10.0 ** round(np.log10(size)):.0e}"
