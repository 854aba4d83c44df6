"""A computation as a graph: values forward along solid arrows, slopes backward along dashed
ones."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from .look import (
    BACKWARD,
    BACKWARD_LINE,
    BACKWARD_TEXT,
    FORWARD,
    FORWARD_LINE,
    INK,
    SIZE,
    number_text,
    write,
)

RADIUS = 0.32  # of a value, in inches
APART = 0.11  # each arrow of a pair from the line between two values


def draw_graph(places, width=9.0, height=4.5):
    """The values of a computation, each with its slope beside it, and two arrows for each parent.

    The solid arrow runs forward and carries the local slope. The dashed one runs backward and
    carries what arrives at the parent: the slope of the value times the local slope.

    Parameters
    ----------
    places : dict, for each value its name and where it stands, (name, x, y) in inches from the
        lower left corner. A value has `data`, `slope` and `parents`, a list of (value, local
        slope), all numbers; parents without a place are not drawn.
    width, height : of the figure, in inches

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : two values stand at one place.
    """
    corners = {(x, y) for _, x, y in places.values()}
    if len(corners) < len(places):
        raise ValueError(f"{len(places)} values stand at {len(corners)} places, expected one each")
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    joined = [
        (value, parent) for value in places for parent, _ in value.parents if parent in places
    ]
    for value, (name, x, y) in places.items():
        # the slope stands below, or above where all arrows of the value lead downwards
        others = [b if a is value else a for a, b in joined if value is a or value is b]
        side = 1 if others and y > max(places[other][2] for other in others) else -1
        for parent, local_slope in value.parents:
            if parent in places:
                _draw_pair(axes, places[parent][1:], (x, y), value.slope, local_slope)
        axes.add_patch(Circle((x, y), RADIUS, facecolor="white", edgecolor=INK, zorder=4))
        write(axes, x, y, f"{name}\n{number_text(value.data)}", color=FORWARD, zorder=5)
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": BACKWARD}
        write(
            axes,
            x,
            y + side * (RADIUS + 0.14),
            f"slope {number_text(value.slope)}",
            color=BACKWARD_TEXT,
            bbox=box | {"linestyle": BACKWARD_LINE},
            zorder=6,
        )
    return figure


def _draw_pair(axes, parent, value, slope, local_slope):
    """Both arrows between a parent and a value, given by their places, with their numbers."""
    parent, value = np.array(parent), np.array(value)
    along = (value - parent) / np.linalg.norm(value - parent)
    aside = APART * np.array([-along[1], along[0]])
    start, end = parent + RADIUS * along, value - RADIUS * along
    factor = number_text(local_slope)
    product = f"{number_text(slope)} · {f'({factor})' if local_slope < 0 else factor}"
    for tail, head, text, look, colour in (
        (start + aside, end + aside, factor, {"color": FORWARD, "linestyle": FORWARD_LINE}, INK),
        (
            end - aside,
            start - aside,
            product,
            {"color": BACKWARD, "linestyle": BACKWARD_LINE},
            BACKWARD_TEXT,
        ),
    ):
        arrow = {"arrowstyle": "->", "mutation_scale": 14, "shrinkA": 6, "shrinkB": 6}
        axes.add_patch(FancyArrowPatch(tail, head, linewidth=1.4, zorder=2, **arrow, **look))
        plain = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
        write(axes, *(tail + head) / 2, text, SIZE, color=colour, bbox=plain, zorder=3)
