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


@our_look()
def draw_network(
    net,
    weights=None,
    trace=None,
    deltas=None,
    gradients=None,
    pair=0,
    highlight=(),
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
    y : array (N, r_m), targets, written beside the outputs
    figure : Figure to draw on again; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : highlight names something that this network does not have, a list does not have
        an entry for each layer, or there is no such pair.
    """
    _check_given(net, weights, trace, deltas, gradients, pair, y)
    highlight = _checked_highlight(net, highlight)
    plain = weights is None and trace is None
    layout = _layout(net, plain)
    figure, axes = _sheet(figure, layout)
    _draw_headers(axes, net, layout)
    for k in range(1, len(layout.shown)):
        for i, j in product(range(layout.shown[k - 1] + 1), range(1, layout.shown[k] + 1)):
            w, gradient = (
                number_text(_entry(values, k - 1, i, j - 1)) for values in (weights, gradients)
            )
            name = f"$w_{{{i}{',' * (max(i, j) > 9)}{j}}}^{{{k}}}$"
            texts = (name if plain else w, None if gradients is None else gradient)
            _draw_edge(
                axes,
                layout,
                k,
                i,
                j,
                texts,
                [(name, k, i, j) in highlight for name in ("w", "gradient")],
            )
    for k, j in layout.places:
        a, o = (
            _entry(values, k, pair, j - 1) if j else None
            for values in (trace and trace.a, trace and trace.o)
        )
        texts = _names(k, j, net.sizes) if plain else _values(k, j, a, o)
        _draw_node(
            axes, layout, k, j, texts, [(name, k, j) in highlight for name in ("a", "o", "delta")]
        )
        delta = _entry(deltas, k, pair, j - 1) if j else None
        if delta is not None and layout.size >= SMALLEST_SIZE:
            _draw_delta(axes, layout, k, j, delta, ("delta", k, j) in highlight)
        if k == len(net.sizes) - 1 and j:
            _draw_output(
                axes,
                layout,
                k,
                j,
                o,
                None if y is None else float(np.asarray(y)[pair, j - 1]),
                net.sizes[-1],
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


def _layout(net, plain):
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


def _sheet(figure, layout):
    """A figure whose one axes has the inch as its unit, so that sizes of text and of circles go
    together."""
    figure = figure or Figure()
    figure.clear()
    figure.set_layout_engine("none")
    figure.set_size_inches(layout.width, layout.height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, layout.width), ylim=(0, layout.height))
    axes.set_axis_off()
    return figure, axes


def _write(axes, x, y, text, size=SIZE, color=INK, bold=False, zorder=5, **look):
    weight = "bold" if bold else "normal"
    write(axes, x, y, text, size, color=color, weight=weight, zorder=zorder, **look)


def _draw_headers(axes, net, layout):
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
        _write(
            axes,
            x,
            layout.height - 0.2,
            f"{kind} ({function})" if function and layout.long_headers else kind,
            bold=True,
        )
        _write(
            axes,
            x,
            layout.height - 0.42,
            f"layer {k}: {r}" + layout.long_headers * f" node{'s' * (r != 1)}",
        )
        if layout.shown[k] < r:
            _write(axes, x, lowest - layout.pitch, "⋮", 16)


def _draw_edge(axes, layout, k, i, j, texts, computed):
    (x, y), (end_x, end_y) = layout.places[k - 1, i], layout.places[k, j]
    colour, line = (
        (BACKWARD, BACKWARD_LINE)
        if computed[1]
        else (FORWARD, FORWARD_LINE)
        if computed[0]
        else (EDGE, "-")
    )
    thickness = 2.8 if any(computed) else 0.9 if layout.edge_labels else 0.5
    axes.plot(
        (x, end_x),
        (y, end_y),
        color=colour,
        linestyle=line,
        linewidth=thickness,
        zorder=1 + any(computed) / 2,
    )
    if not layout.edge_labels:
        return
    # All labels between two layers stand in one column; at this share of the way its entries are
    # evenly spaced.
    share = 1 / (layout.shown[k] + 1)
    label_x, label_y = x + share * (end_x - x), y + share * (end_y - y)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    _write(
        axes,
        label_x,
        label_y,
        texts[0],
        0.92 * layout.size,
        bold=computed[0],
        bbox=box,
        zorder=3,
        va="center" if texts[1] is None else "bottom",
    )
    if texts[1]:
        _write(
            axes,
            label_x,
            label_y - 0.015,
            texts[1],
            0.92 * layout.size,
            BACKWARD_TEXT,
            computed[1],
            bbox=box,
            zorder=3,
            va="top",
            style="italic",
        )


def _draw_node(axes, layout, k, j, texts, computed):
    (x, y), radius = layout.places[k, j], layout.radius
    forward_now, backward_now = any(computed[:2]), computed[2]
    look = {"zorder": 4, "facecolor": "white" if j else NODE_0, "edgecolor": INK, "linewidth": 1.2}
    if forward_now or backward_now:
        look |= {
            "edgecolor": BACKWARD if backward_now else FORWARD,
            "linewidth": 3,
            "linestyle": BACKWARD_LINE if backward_now else FORWARD_LINE,
        }
    side = 0.78 * radius
    axes.add_patch(
        Circle((x, y), radius, **look)
        if j
        else Rectangle((x - side, y - side), 2 * side, 2 * side, **look)
    )
    if layout.size < SMALLEST_SIZE:
        return _write(axes, x, y, str(j), max(7, layout.size), bold=True)
    heights = (0.6, 0.13, -0.4) if k and j else (0.3, 0, -0.25)
    _write(axes, x, y + heights[0] * radius, str(j), layout.size, bold=True)
    for height, text, now in zip(heights[1:], texts, computed):
        _write(axes, x, y + height * radius, text, layout.size, FORWARD, now)


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


def _draw_delta(axes, layout, k, j, delta, now):
    x, y = layout.places[k, j]
    box = {
        "boxstyle": "round,pad=0.25",
        "facecolor": "white",
        "edgecolor": BACKWARD,
        "linestyle": BACKWARD_LINE,
        "linewidth": 2.4 if now else 1.2,
    }
    _write(
        axes,
        x,
        y - layout.pitch / 2,
        f"$δ$ = {number_text(delta)}",
        layout.size,
        BACKWARD_TEXT,
        now,
        bbox=box,
    )


def _draw_output(axes, layout, k, j, o, target, outputs):
    x, y = layout.places[k, j]
    x += layout.radius + 0.1
    if o is not None:
        height = y + 0.14 * (target is not None)
        _write(
            axes,
            x,
            height,
            f"{_indexed('ŷ', j, outputs)} = {number_text(o)}",
            SIZE,
            FORWARD,
            ha="left",
        )
    if target is not None:
        _write(
            axes,
            x,
            y - 0.14 * (o is not None),
            f"{_indexed('y', j, outputs)} = {number_text(target)}",
            SIZE,
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
        _write(axes, 0.95, y, "forward phase: $a$, $o$", 9, FORWARD, ha="left")
    if layout.edge_labels:
        _write(axes, right / 2, y, on_edges, 9)
    if backward:
        _draw_arrow(axes, right - 0.2, right - 0.85, y, BACKWARD, BACKWARD_LINE)
        words = "backward phase: $δ$, $∂E/∂w$"
        _write(axes, right - 0.95, y, words, 9, BACKWARD_TEXT, ha="right")


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


def _checked_highlight(net, highlight):
    places = weight_places(net)
    known = {(name, k, j) for name in ("a", "o", "delta") for k, _, j in places}
    known |= {(name, *place) for name in ("w", "gradient") for place in places}
    for part in highlight:
        if not isinstance(part, (tuple, list)) or tuple(part) not in known:
            raise ValueError(
                f"highlight holds {part!r}, which a network of sizes {net.sizes} does not have: "
                'expected ("a", k, j), ("o", k, j), ("delta", k, j), ("w", k, i, j) or '
                '("gradient", k, i, j)'
            )
    return {tuple(part) for part in highlight}
