"""The small drawings of notebooks 01 and 03: a rule of two inputs as a square, two paths to the
error, and a chain of values."""

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from .look import (
    FONT,
    FORWARD,
    INK,
    SIZE,
    axes_figure,
    number_text,
    our_look,
    plain_axes,
    write,
)


@our_look()
def draw_squares(titles, X, targets):
    """Rules of two inputs, each as the four corners of a square: a disc where the target is 1, a
    ring where it is 0.

    Parameters
    ----------
    titles : of the rules
    X : array (4, 2), the inputs
    targets : a list of arrays (4, 1), one for each title

    Returns
    -------
    matplotlib.figure.Figure, with one of its axes for each rule
    """
    figure = axes_figure(None, 3.6 * len(titles), 3.4)
    panels = figure.subplots(1, len(titles), squeeze=False)[0]
    for axes, title, y in zip(panels, titles, targets):
        plain_axes(axes, "$x_1$", "$x_2$").set_title(title, fontsize=SIZE, family=FONT)
        axes.set(xlim=(-0.35, 1.35), ylim=(-0.35, 1.35), xticks=(0, 1), yticks=(0, 1))
        axes.set_aspect("equal")
        for (x_1, x_2), target in zip(X, y.ravel()):
            axes.plot(
                x_1,
                x_2,
                "o",
                markersize=17,
                color=FORWARD if target else "white",
                markeredgecolor=FORWARD,
                markeredgewidth=2,
                zorder=3,
            )
            write(axes, x_1, x_2, f"{target:.0f}", color="white" if target else INK, zorder=4)
    return figure


@our_look()
def draw_paths(weights, effects, total):
    """A hidden node, the two output nodes that it feeds and E, with what a small rise of the hidden
    output changes along each path.

    Parameters
    ----------
    weights : the two weights to the output nodes
    effects : what E changes through each of them, for each unit
    total : what E changes in all

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(8.6, 4))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 8.6), ylim=(0, 4))
    axes.set_axis_off()
    hidden, error = (1.1, 2), (6.6, 2)
    for name, y, weight, effect in zip(("1", "2"), (2.9, 1.1), weights, effects):
        output = (4.0, y)
        for start, end in ((hidden, output), (output, error)):
            axes.add_patch(
                FancyArrowPatch(
                    start,
                    end,
                    arrowstyle="-|>",
                    mutation_scale=18,
                    shrinkA=31,
                    shrinkB=31,
                    linewidth=2.2,
                    color=FORWARD,
                )
            )
        side = 1 if y > 2 else -1
        write(axes, 2.4, (2 + y) / 2 + 0.33 * side, f"$w$ = {number_text(weight)}")
        text = f"this way $E$ changes by {_signed(effect)} per unit"
        write(axes, 4.0, y + 0.65 * side, text, weight="bold")
        _node(axes, output, f"output\n{name}")
    _node(axes, hidden, "hidden\nnode 1")
    _node(axes, error, "$E$")
    write(axes, 7.15, 2, f"in all {_signed(total)}", weight="bold", ha="left")
    return figure


def _signed(number):
    return f"{number:+.3f}".replace("-", "−")


def _node(axes, place, text):
    axes.add_patch(Circle(place, 0.42, facecolor="white", edgecolor=INK, linewidth=1.3, zorder=2))
    write(axes, *place, text, SIZE - 1, zorder=3)


@our_look()
def draw_chain(names, values, factors):
    """Values that follow one another, each a circle with its name and number, and on each arrow by
    what a small move is multiplied there.

    Parameters
    ----------
    names : of the values, in order
    values : as many numbers
    factors : the slope of each value with respect to the one before it, one number less

    Returns
    -------
    matplotlib.figure.Figure
    """
    gap = 1.75
    width = 1.2 + gap * (len(names) - 1)
    figure = Figure(figsize=(width, 1.5))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, 1.5))
    axes.set_axis_off()
    for place, (name, value) in enumerate(zip(names, values)):
        x = 0.6 + gap * place
        axes.add_patch(Circle((x, 0.75), 0.46, facecolor="white", edgecolor=INK, linewidth=1.3))
        write(axes, x, 0.9, name, SIZE + 1)
        write(axes, x, 0.6, number_text(value), SIZE - 1, color=FORWARD)
    for place, factor in enumerate(factors):
        ends = [(0.6 + gap * place + shift, 0.75) for shift in (0.48, gap - 0.48)]
        axes.add_patch(FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=14, color=FORWARD))
        write(axes, (ends[0][0] + ends[1][0]) / 2, 1.0, f"× {number_text(factor)}", weight="bold")
    return figure
