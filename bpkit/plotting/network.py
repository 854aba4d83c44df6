"""The drawing of a network, the same in the whole course: `a` and `o` stand in the nodes, `w` on
the edges with ∂E/∂w below it, `δ` beside the node. What belongs to the forward phase is blue with
solid lines, what belongs to the backward phase vermillion with dashed lines, and node 0 is a
square.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from ..arrays import checked_pair
from ..network import weight_places
from .look import (
    BACKWARD,
    BACKWARD_LINE,
    BACKWARD_TEXT,
    EDGE,
    FORWARD,
    FORWARD_LINE,
    INK,
    NODE_0,
    SIZE,
    SMALLEST_SIZE,
    number_text,
    our_look,
    write,
)

MOST_LABELLED_EDGES, MOST_NODES = 40, 12
ENTERS, COMPUTED = 1, 2
BEHIND_LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
DELTA_BOX = {
    "boxstyle": "round,pad=0.25",
    "facecolor": "white",
    "edgecolor": BACKWARD,
    "linestyle": BACKWARD_LINE,
}
TEXT_HEIGHTS = (0.6, 0.13, -0.4)  # of a node's number and of its two texts, in radii


@our_look()
def draw_network(
    net,
    weights=None,
    trace=None,
    deltas=None,
    gradients=None,
    pair=0,
    highlight=(),
    enters=(),
    y=None,
    figure=None,
):
    """The network of F2 with what is known of one pair written into it; with its symbols alone
    where nothing is given.

    Parameters
    ----------
    net : Network
    weights : list of m arrays, weights[k-1] (r_{k-1}+1, r_k), row 0 the bias
    trace : Trace, with a[k] and o[k] (N, r_k)
    deltas : list, [k] the error terms (N, r_k) of layer k, [0] None
    gradients : list of m arrays shaped like weights
        In all these lists None for a layer, or NaN for one number, means "not computed yet": its
        place stays empty.
    pair : int
        Which of the N pairs is shown, counted from 0.
    highlight : collection of ("a", k, j), ("o", k, j), ("delta", k, j), ("w", k, i, j) and
        ("gradient", k, i, j)
        What is being computed now: drawn with thick lines and bold numbers. i and j count as in
        w_ij^k.
    enters : collection of the same
        What goes into it: bold numbers, and edges less thick.
    y : array (N, r_m), targets, written beside the outputs
    figure : Figure to draw on again; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : highlight or enters names something that this network does not have, a list does
        not have an entry for each layer, or there is no such pair.
    """
    _check_given(net, weights, trace, deltas, gradients, pair, y)
    highlight, enters = (
        _checked_parts(net, name, parts)
        for name, parts in (("highlight", highlight), ("enters", enters))
    )
    plain = weights is None and trace is None
    layout = layout_of(net, plain)
    figure, axes = sheet(figure, layout)
    draw_headers(axes, net, layout)
    for k in range(1, len(layout.shown)):
        for i, j in product(range(layout.shown[k - 1] + 1), range(1, layout.shown[k] + 1)):
            w, gradient = (
                number_text(_entry(values, k - 1, i, j - 1)) for values in (weights, gradients)
            )
            name = f"$w_{{{i}{',' * (max(i, j) > 9)}{j}}}^{{{k}}}$"
            texts = (name if plain else w, None if gradients is None else gradient)
            draw_edge(
                axes,
                layout,
                k,
                i,
                j,
                texts,
                [_strength((name, k, i, j), highlight, enters) for name in ("w", "gradient")],
                backward=any(part[0] == "delta" for part in highlight),
            )
    for k, j in layout.places:
        a, o = (
            _entry(values, k, pair, j - 1) if j else None
            for values in (trace and trace.a, trace and trace.o)
        )
        texts = _names(k, j, net.sizes) if plain else _values(k, j, a, o)
        strengths = [_strength((name, k, j), highlight, enters) for name in ("a", "o", "delta")]
        draw_node(axes, layout, k, j, texts, strengths)
        delta = _entry(deltas, k, pair, j - 1) if j else None
        if delta is not None and layout.size >= SMALLEST_SIZE:
            _draw_delta(axes, layout, k, j, delta, strengths[2])
        if k == len(net.sizes) - 1 and j:
            _draw_output(
                axes,
                layout,
                k,
                j,
                o,
                None if y is None else float(np.asarray(y)[pair, j - 1]),
                net.sizes[-1],
                strengths[2] == COMPUTED,
            )
    on_edges = "on each edge: $w$" + (", below it $∂E/∂w$" if gradients is not None else "")
    _draw_phases(
        axes,
        layout,
        trace is not None,
        deltas is not None or gradients is not None,
        "" if plain else on_edges,
    )
    return figure


class _Layout(NamedTuple):
    """Where everything stands, in inches. places[k, j] is a node's centre; shown[k] of the r_k
    nodes are drawn."""

    width: float
    height: float
    pitch: float
    shown: list
    places: dict
    radius: float
    size: float
    long_headers: bool
    edge_labels: bool


def layout_of(net, plain):
    m = len(net.sizes) - 1
    shown = [r if r <= MOST_NODES else MOST_NODES - 2 for r in net.sizes]
    rows = [r + (k < m) + (r < net.sizes[k]) for k, r in enumerate(shown)]
    width, head, foot = 10 if m <= 2 else 12, 0.6, 0.2 if plain else 0.75
    pitch = min(1.25 if plain else 1.4, (9 - head - foot) / max(rows))
    height, gap = pitch * max(rows) + head + foot, (width - 2.6) / m
    edges = sum((before + 1) * r for before, r in zip(net.sizes, net.sizes[1:]))
    # Edge labels stand at 1 / (r_k + 1) of the way (see _draw_edge), and the nodes are small enough
    # not to touch them.
    beside = gap / (max(shown[1:]) + 1) - (0.2 if plain else 0.32)
    edge_labels = edges <= MOST_LABELLED_EDGES and beside > 0.37
    radius = min(0.5, 0.345 * pitch, 0.28 * gap, beside if edge_labels else 0.5)
    places = {}
    for k, r in enumerate(shown):
        top = (height - head + foot + pitch * (rows[k] - 1)) / 2
        for row, j in enumerate(range(k == m, r + 1)):
            places[k, j] = (0.85 + k * gap, top - pitch * row)
    size = (12.5 if plain else 9.1) * radius / 0.5  # names have small indices
    return _Layout(width, height, pitch, shown, places, radius, size, gap > 1.7, edge_labels)


def sheet(figure, layout):
    """A figure whose one axes has the inch as its unit, so that sizes of text and of circles go
    together."""
    figure = figure or Figure()
    figure.clear()
    figure.set_layout_engine("none")
    figure.set_size_inches(layout.width, layout.height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, layout.width), ylim=(0, layout.height))
    axes.set_axis_off()
    return figure, axes


def write_inches(axes, x, y, text, size=SIZE, color=INK, bold=False, zorder=5, **look):
    weight = "bold" if bold else "normal"
    return write(axes, x, y, text, size, color=color, weight=weight, zorder=zorder, **look)


def draw_headers(axes, net, layout):
    last = len(net.sizes) - 1
    for k, r in enumerate(net.sizes):
        x, lowest = layout.places[k, layout.shown[k]]
        kind, function = (
            ("input", "")
            if k == 0
            else ("output", net.output)
            if k == last
            else ("hidden", net.hidden)
        )
        write_inches(
            axes,
            x,
            layout.height - 0.2,
            f"{kind} ({function})" if function and layout.long_headers else kind,
            bold=True,
        )
        write_inches(
            axes,
            x,
            layout.height - 0.42,
            f"layer {k}: {r}" + layout.long_headers * f" node{'s' * (r != 1)}",
        )
        if layout.shown[k] < r:
            write_inches(axes, x, lowest - layout.pitch, "⋮", 16)


def _strength(part, highlight, enters):
    """How strongly a part is drawn: COMPUTED now, ENTERS what is computed, or 0."""
    return COMPUTED if part in highlight else ENTERS if part in enters else 0


def draw_edge(axes, layout, k, i, j, texts, strengths, backward=False):
    """An edge with its two texts, the lower one in the backward colour; a strength for each.
    `backward` where its weight goes into an error term."""
    (x, y), (end_x, end_y) = layout.places[k - 1, i], layout.places[k, j]
    colour, line = (
        (BACKWARD, BACKWARD_LINE)
        if strengths[1] or backward and strengths[0]
        else (FORWARD, FORWARD_LINE)
        if strengths[0]
        else (EDGE, "-")
    )
    thickness = (0.9 if layout.edge_labels else 0.5, 1.8, 2.8)[max(strengths)]
    axes.plot(
        (x, end_x),
        (y, end_y),
        color=colour,
        linestyle=line,
        linewidth=thickness,
        zorder=1 + any(strengths) / 2,
    )
    if not layout.edge_labels:
        return
    label_x, label_y = edge_label_place(layout, k, i, j)
    write_inches(
        axes,
        label_x,
        label_y,
        texts[0],
        0.92 * layout.size,
        bold=strengths[0] > 0,
        bbox=BEHIND_LABEL,
        zorder=3,
        va="center" if texts[1] is None else "bottom",
    )
    if texts[1]:
        write_inches(
            axes,
            label_x,
            label_y - 0.015,
            texts[1],
            0.92 * layout.size,
            BACKWARD_TEXT,
            strengths[1] > 0,
            bbox=BEHIND_LABEL,
            zorder=3,
            va="top",
            style="italic",
        )


def edge_label_place(layout, k, i, j):
    """Where an edge's label stands: all labels between two layers in one column, at the share of
    the way where its entries are evenly spaced."""
    (x, y), (end_x, end_y) = layout.places[k - 1, i], layout.places[k, j]
    share = 1 / (layout.shown[k] + 1)
    return x + share * (end_x - x), y + share * (end_y - y)


def draw_node(axes, layout, k, j, texts, strengths):
    """A node with the two texts in it, and a strength for each of a, o and δ."""
    (x, y), radius = layout.places[k, j], layout.radius
    forward_now, backward_now = COMPUTED in strengths[:2], strengths[2] == COMPUTED
    look = {"zorder": 4, "facecolor": "white", "edgecolor": INK, "linewidth": 1.2}
    if j == 0:
        look |= {"facecolor": NODE_0, "edgecolor": EDGE, "linewidth": 0.8}
    if forward_now or backward_now:
        look |= {
            "edgecolor": BACKWARD if backward_now else FORWARD,
            "linewidth": 3,
            "linestyle": BACKWARD_LINE if backward_now else FORWARD_LINE,
        }
    side = (0.6 if layout.size >= SMALLEST_SIZE else 0.78) * radius
    axes.add_patch(
        Circle((x, y), radius, **look)
        if j
        else Rectangle((x - side, y - side), 2 * side, 2 * side, **look)
    )
    if layout.size < SMALLEST_SIZE:
        return write_inches(axes, x, y, str(j), max(7, layout.size), bold=True)
    heights = TEXT_HEIGHTS if k and j else (0.3, 0, -0.25)
    write_inches(axes, x, y + heights[0] * radius, str(j), layout.size, bold=j > 0)
    for height, text, strength in zip(heights[1:], texts, strengths):
        write_inches(axes, x, y + height * radius, text, layout.size, FORWARD, strength > 0)


def _names(k, j, sizes):
    """The two lines in a node of the plain diagram."""
    if k == 0 or j == 0:
        return "", f"$x_{{{j}}}$" if j else "1"
    y_hat = f" = {_indexed('ŷ', j, sizes[-1])}" if k == len(sizes) - 1 else ""
    return f"$a_{{{j}}}^{{{k}}}$", f"$o_{{{j}}}^{{{k}}}${y_hat}"


def _values(k, j, a, o):
    """The two lines in a node: its a and its o, or the one number of an input and of node 0."""
    if j == 0:
        return "", "$o$ = 1" if k else "1"
    if k == 0:
        return "", "" if o is None else f"$x_{{{j}}}$ = {number_text(o)}"
    return (
        "" if a is None else f"$a$ = {number_text(a)}",
        "" if o is None else f"$o$ = {number_text(o)}",
    )


def _draw_delta(axes, layout, k, j, delta, strength):
    x, y = layout.places[k, j]
    write_inches(
        axes,
        x,
        y - layout.radius - 0.06,  # it touches its node
        f"$δ$ = {number_text(delta)}",
        layout.size,
        BACKWARD_TEXT,
        strength > 0,
        bbox=DELTA_BOX | {"linewidth": 2.4 if strength == COMPUTED else 1.2},
    )


def _draw_output(axes, layout, k, j, o, target, outputs, bold):
    x, y = layout.places[k, j]
    x += layout.radius + 0.1
    if o is not None:
        height = y + 0.14 * (target is not None)
        write_inches(
            axes,
            x,
            height,
            f"{_indexed('ŷ', j, outputs)} = {number_text(o)}",
            SIZE,
            FORWARD,
            bold,
            ha="left",
        )
    if target is not None:
        write_inches(
            axes,
            x,
            y - 0.14 * (o is not None),
            f"{_indexed('y', j, outputs)} = {number_text(target)}",
            SIZE,
            bold=bold,
            ha="left",
        )


def _indexed(symbol, j, outputs):
    """ŷ or y of output node j, without an index where there is one output."""
    return f"${symbol}_{{{j}}}$" if outputs > 1 else f"${symbol}$"


def _draw_phases(axes, layout, forward, backward, on_edges):
    """Below the network: which way each phase runs, and what stands on an edge."""
    y, right = 0.2, layout.width
    if forward:
        _draw_arrow(axes, 0.2, 0.85, y, FORWARD, FORWARD_LINE)
        write_inches(axes, 0.95, y, "forward phase: $a$, $o$", 9, FORWARD, ha="left")
    if layout.edge_labels:
        write_inches(axes, right / 2, y, on_edges, 9)
    if backward:
        _draw_arrow(axes, right - 0.2, right - 0.85, y, BACKWARD, BACKWARD_LINE)
        words = "backward phase: $δ$, $∂E/∂w$"
        write_inches(axes, right - 0.95, y, words, 9, BACKWARD_TEXT, ha="right")


def _draw_arrow(axes, start, end, y, colour, line):
    look = {"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0, "linewidth": 1.8}
    look |= {"color": colour, "linestyle": line}
    axes.annotate("", (end, y), (start, y), arrowprops=look)


def _entry(values, k, *index):
    """One number of layer k, or None where it is not computed yet."""
    if values is None or values[k] is None:
        return None
    number = float(values[k][index])
    return None if math.isnan(number) else number


def _check_given(net, weights, trace, deltas, gradients, pair, y):
    """Refuse lists of another length than the network's, and a pair that is not there."""
    for name, values, layers in (
        ("weights", weights, net.m),
        ("deltas", deltas, net.m + 1),
        ("gradients", gradients, net.m),
    ):
        if values is not None and len(values) != layers:
            raise ValueError(f"{name} has {len(values)} entries, expected {layers} for {net.sizes}")
    if trace is not None:
        checked_pair(pair, len(trace.o[0]))
    if y is not None:
        y = np.asarray(y)
        if y.ndim != 2 or y.shape[1] != net.sizes[-1]:
            raise ValueError(f"y has shape {y.shape}, expected (N, {net.sizes[-1]}): r_m columns")
        checked_pair(pair, len(y))


def _checked_parts(net, name, parts):
    places = weight_places(net)
    known = {(kind, k, j) for kind in ("a", "o", "delta") for k, _, j in places}
    known |= {("o", 0, i) for i in range(1, net.sizes[0] + 1)}
    known |= {(kind, *place) for kind in ("w", "gradient") for place in places}
    for part in parts:
        if not isinstance(part, (tuple, list)) or tuple(part) not in known:
            raise ValueError(
                f"{name} holds {part!r}, which a network of sizes {net.sizes} does not have: "
                'expected ("a", k, j), ("o", k, j), ("delta", k, j), ("w", k, i, j) or '
                '("gradient", k, i, j)'
            )
    return {tuple(part) for part in parts}
