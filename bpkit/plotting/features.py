"""What hidden nodes learned: their weights as bars or as pictures, and the pictures that they
answer to (H4)."""

import functools
import math

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from ..arrays import checked_number
from .look import (
    BACKWARD,
    BACKWARD_TEXT,
    FONT,
    FORWARD,
    INK,
    SIZE,
    axes_figure,
    drawable,
    plain_axes,
    our_look,
)

SIGNED = LinearSegmentedColormap.from_list(
    "signed", [BACKWARD_TEXT, "#F0C6A4", "#FFFFFF", "#9CC9E6", "#00558A"]
)  # below 0, 0, above 0
PANEL = 1.45  # inches, the width of a small picture
SMALLEST_MARK = 8  # points, 11 pixels on the screen
MARKED, DARK = (
    0.35,
    0.62,
    # weights from this share of the largest on carry their sign; and in white on a dark cell
)


@our_look()
def draw_bars(weights, names, titles, figure=None):
    """The incoming weights of some nodes as bars, a panel for each node: filled above 0, hatched
    below.

    Parameters
    ----------
    weights : array (inputs, nodes), a column of weights for each node, without the bias
    names : of the inputs
    titles : of the nodes
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : not a name for each input and a title for each node, or what cannot be drawn.
    """
    weights = drawable("weights", weights)
    if weights.shape != (len(names), len(titles)):
        raise ValueError(
            f"weights has shape {weights.shape}, expected {(len(names), len(titles))}: a row for "
            "each name, a column for each title"
        )
    figure = axes_figure(figure, 8.6, 3)
    for axes, title, values in zip(
        figure.subplots(1, len(titles), sharey=True, squeeze=False)[0], titles, weights.T
    ):
        set_bars(bars(axes, names, title), values)
    largest = 1.2 * abs(weights).max() or 1
    axes.set_ylim(-largest, largest)
    return figure


def bars(axes, names, title, colour=INK):
    """Axes for one bar over each name; gives the bars, of height 0."""
    plain_axes(axes, "", "weight").set_title(title, fontsize=SIZE, family=FONT, color=colour)
    axes.spines["bottom"].set_visible(False)
    axes.axhline(0, color=INK, linewidth=0.8)
    places = np.arange(len(names))
    axes.set_xticks(places, names, fontsize=SIZE)
    axes.tick_params(axis="x", length=0)
    return list(axes.bar(places, np.zeros(len(names)), width=0.72, linewidth=1))


def set_bars(these, values):
    """Give each bar its height, and the look of its sign."""
    for bar, value in zip(these, values):
        bar.set(
            height=value,
            facecolor=FORWARD if value > 0 else "#F6DDCB",
            edgecolor=FORWARD if value > 0 else BACKWARD,
            hatch="" if value > 0 else "///",
        )


@our_look()
def draw_weight_pictures(weights, titles, columns=6, figure=None):
    """The incoming weights of some nodes as pictures, each scaled to its own largest weight.

    Blue is above 0 and orange below; weights from about a third of the largest on carry a + or a −,
    so that no sign is told by colour alone.

    Parameters
    ----------
    weights : array (side · side, nodes), a column for each node, without the bias
    titles : of the nodes
    columns : pictures in a row
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : not a title for each node, or pictures that are not square.
    """
    weights = drawable("weights", weights).T
    draw = weight_picture, set_weight_picture
    # so large that the smallest mark takes less than half of its cell
    inches = max(PANEL, 0.28 * math.sqrt(weights.shape[-1]))
    return _panels("weights", weights, titles, columns, figure, *draw, inches)


def weight_picture(axes, side):
    """Axes for the weights of one node as a picture; gives its artists: the cells, and the signs on
    them."""
    cells = axes.imshow(
        np.zeros((side, side)), cmap=SIGNED, vmin=-1, vmax=1, interpolation="nearest"
    )
    box = axes.get_window_extent()
    cell = 72 * min(box.width, box.height) / axes.figure.dpi / side  # points
    size = max(SMALLEST_MARK, 0.3 * cell)
    signs = [
        axes.plot([], [], marker, color=colour, markersize=size, markeredgewidth=1.2, linestyle="")[
            0
        ]
        for marker in "+_"
        for colour in (INK, "white")
    ]
    return [cells, *signs]


def set_weight_picture(artists, values):
    """Put the weights of one node, (side · side,), into the picture."""
    cells, *signs = artists
    side = math.isqrt(len(values))
    scaled = np.reshape(values, (side, side)) / (abs(values).max() or 1)
    cells.set_data(scaled)
    for sign, (one_sign, low, high) in zip(
        signs,
        ((scaled, MARKED, DARK), (scaled, DARK, 2), (-scaled, MARKED, DARK), (-scaled, DARK, 2)),
    ):
        row, column = np.nonzero((one_sign > low) & (one_sign <= high))
        sign.set_data(column, row)


@our_look()
def draw_pictures(pictures, titles, columns=6, low=0, high=1, figure=None):
    """Small grey pictures, dark where there is ink.

    Parameters
    ----------
    pictures : array (count, side · side)
    titles : of the pictures
    columns : pictures in a row
    low, high : the values that are drawn white and black
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : not a title for each picture, or pictures that are not square.
    """
    pictures = drawable("pictures", pictures)
    grey = functools.partial(grey_picture, low=low, high=high)
    return _panels("pictures", pictures, titles, columns, figure, grey, set_grey)


def grey_picture(axes, side, low=0, high=1):
    """Axes for one grey picture; gives its artist."""
    return axes.imshow(
        np.zeros((side, side)), cmap="Greys", vmin=low, vmax=high, interpolation="nearest"
    )


def set_grey(cells, values):
    side = math.isqrt(len(values))
    cells.set_data(np.reshape(values, (side, side)))


def frame(axes, title=""):
    """Axes of a picture: no ticks, a thin frame, a title."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(color="#B5B5B5", linewidth=0.8)
    axes.set_title(title, fontsize=SIZE, family=FONT)
    return axes


def _panels(argument, pictures, titles, columns, figure, make, fill, inches=PANEL):
    """A figure with a frame for each of the pictures (count, pixels).

    make, fill : the function that makes a picture of so many pixels a side on axes, and the one
        that puts an array (pixels,) into it
    inches : the width of a panel
    """
    if pictures.ndim != 2 or len(pictures) != len(titles):
        raise ValueError(
            f"{argument} has shape {np.shape(pictures)} for {len(titles)} titles, expected one "
            "picture a title"
        )
    if math.isqrt(pictures.shape[1]) ** 2 != pictures.shape[1]:
        raise ValueError(
            f"{argument} has {pictures.shape[1]} pixels, expected side · side: a square picture"
        )
    columns = checked_number("columns", columns, whole=True, at_least=1)
    rows = -(-len(titles) // columns)
    figure = axes_figure(figure, inches * columns, (inches + 0.25) * rows)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels[len(titles) :]:
        axes.set_visible(False)
    side = math.isqrt(pictures.shape[1])
    for axes, title, values in zip(panels, titles, pictures):
        fill(make(frame(axes, title), side), values)
    return figure
