"""Figures: the network with its values, error curves, outputs beside targets, and how they come into a notebook.

One picture of the network serves the whole course: `a` and `o` stand in the nodes, `w` on the edges with ∂E/∂w below it,
`δ` beside the node. What belongs to the forward phase is blue with solid lines, what belongs to the backward phase
vermillion with dashed lines, and node 0 is a square. Nothing here uses pyplot, which would show every figure a second time.
"""
import base64
import html
import io
import math
from itertools import product
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator
from PIL import Image

# Okabe and Ito's colours, told apart with any kind of colour vision; never without a line style or shape beside them.
FORWARD, FORWARD_LINE = "#0072B2", "-"
BACKWARD, BACKWARD_LINE = "#D55E00", (0, (4, 2))
BACKWARD_TEXT = "#AD4C00"                        # the same hue, dark enough to read: 5.5:1 on white
INK, EDGE, NODE_0 = "#222222", "#8A8A8A", "#E4E4E4"
CURVES = [(FORWARD, "-"), ("#AD4C00", "--"), ("#00735A", "-."), ("#8F4A77", ":"), ("#222222", (0, (6, 1, 1, 1, 1, 1)))]
FONT, SIZE, SMALLEST_SIZE = "DejaVu Sans", 10, 6.8
SCREEN_DPI, SHARPNESS = 96, 2                    # a figure's inch is 96 pixels of a page, each drawn as 2 by 2
MOST_LABELLED_EDGES, MOST_NODES = 40, 12


def draw_network(net, weights=None, trace=None, deltas=None, gradients=None, pair=0, highlight=(), y=None, figure=None):
    """The network of F2 with what is known of one pair written into it; with its symbols alone where nothing is given.

    Parameters
    ----------
    net : Network
    weights : list of m arrays, weights[k-1] (r_{k-1}+1, r_k), row 0 the bias
    trace : Trace, with a[k] and o[k] (N, r_k)
    deltas : list, [k] the error terms (N, r_k) of layer k, [0] None
    gradients : list of m arrays shaped like weights
        In all these lists None for a layer, or NaN for one number, means "not computed yet": its place stays empty.
    pair : int
        Which of the N pairs is shown, counted from 0.
    highlight : collection of ("a", k, j), ("o", k, j), ("delta", k, j), ("w", k, i, j) and ("gradient", k, i, j)
        What is being computed now: drawn with thick lines and bold numbers. i and j count as in w_ij^k.
    y : array (N, r_m), targets, written beside the outputs
    figure : Figure to draw on again; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : highlight names something that this network does not have.
    """
    highlight = _checked_highlight(net, highlight)
    plain = weights is None and trace is None
    layout = _layout(net, plain)
    figure, axes = _sheet(figure, layout)
    _draw_headers(axes, net, layout)
    for k in range(1, len(layout.shown)):
        for i, j in product(range(layout.shown[k - 1] + 1), range(1, layout.shown[k] + 1)):
            w, gradient = (_text(_entry(values, k - 1, i, j - 1)) for values in (weights, gradients))
            name = f"$w_{{{i}{',' * (max(i, j) > 9)}{j}}}^{{{k}}}$"
            texts = (name if plain else w, None if gradients is None else gradient)
            _draw_edge(axes, layout, k, i, j, texts, [(name, k, i, j) in highlight for name in ("w", "gradient")])
    for (k, j) in layout.places:
        a, o = (_entry(values, k, pair, j - 1) if j else None for values in (trace and trace.a, trace and trace.o))
        texts = _names(k, j, net.sizes) if plain else _values(k, j, a, o)
        _draw_node(axes, layout, k, j, texts, [(name, k, j) in highlight for name in ("a", "o", "delta")])
        delta = _entry(deltas, k, pair, j - 1) if j else None
        if delta is not None and layout.size >= SMALLEST_SIZE:
            _draw_delta(axes, layout, k, j, delta, ("delta", k, j) in highlight)
        if k == len(net.sizes) - 1 and j:
            _draw_output(axes, layout, k, j, o, None if y is None else float(np.asarray(y)[pair, j - 1]), net.sizes[-1])
    on_edges = "on each edge: $w$" + (", below it $∂E/∂w$" if gradients is not None else "")
    _draw_phases(axes, layout, trace is not None, deltas is not None or gradients is not None, "" if plain else on_edges)
    return figure


def draw_errors(errors, labels=None, figure=None):
    """The error E(X, θ) over the iterations t, on a logarithmic axis.

    Parameters
    ----------
    errors : sequence of numbers, [t] the error before update t; or a list of such sequences, one a curve
    labels : one name for each curve, written at its end
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : not as many labels as curves.
    """
    curves = [errors] if np.ndim(errors[0]) == 0 else list(errors)
    if labels is not None and len(labels) != len(curves):
        raise ValueError(f"labels has {len(labels)} names for {len(curves)} curves, expected one name a curve")
    figure = _axes_figure(figure, 8, 4.5)
    axes = _plain_axes(figure.subplots(), "iteration $t$", "error $E(X, θ)$")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=(1, 2, 5, 10)))
    for curve, (colour, line) in zip(curves, CURVES * len(curves)):
        curve = np.asarray(curve, dtype=float)
        axes.plot(np.where(curve > 0, curve, np.nan), color=colour, linestyle=line, linewidth=2)
    axes.margins(x=0.01)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    if labels is not None:
        _label_ends(axes, curves, labels)
    return figure


def draw_outputs(y_hat, y, figure=None):
    """The network's outputs against the targets, row by row; the dashed line between them is the difference.

    Parameters
    ----------
    y_hat, y : arrays (N, r_m)
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure, one panel for each of the r_m outputs

    Raises
    ------
    ValueError : y_hat and y are not of one shape (N, r_m).
    """
    y_hat, y = np.asarray(y_hat, dtype=float), np.asarray(y, dtype=float)
    if y_hat.ndim != 2 or y_hat.shape != y.shape:
        raise ValueError(f"y_hat has shape {y_hat.shape} and y {y.shape}, expected (N, r_m) for both: one row per pair")
    figure = _axes_figure(figure, 8, 3.8)
    rows = np.arange(1, len(y) + 1)
    for j, axes in enumerate(figure.subplots(1, y.shape[1], sharey=True, squeeze=False)[0]):
        _plain_axes(axes, "row of $X$ and $y$", "" if j else "output $ŷ$ and target $y$")
        axes.vlines(rows, y_hat[:, j], y[:, j], color=BACKWARD, linestyle=[BACKWARD_LINE], linewidth=1.2)
        axes.plot(rows, y[:, j], "s", markersize=11, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.4,
                  label="target $y$")
        axes.plot(rows, y_hat[:, j], "o", markersize=6, color=FORWARD, label="output $ŷ$")
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=(1, 2, 5, 10)))
        if y.shape[1] > 1:
            axes.set_title(f"output node {j + 1}", fontsize=SIZE)
    handles = axes.get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper center", ncols=2, frameon=False, fontsize=SIZE)
    return figure


def png(figure):
    """The figure as the bytes of a PNG file, sharp on screens with two pixels for one; the same bytes at every call."""
    drawn, file = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=SCREEN_DPI * SHARPNESS, facecolor="white", pil_kwargs={"compress_level": 0})
    # A palette of 256 colours is enough for diagrams and makes a stored notebook four times smaller.
    Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, "png")
    return file.getvalue()


def picture(figure, description):
    """The figure as an HTML image with `description` as its alternative text.

    Returns
    -------
    str

    Raises
    ------
    ValueError : the description is missing or empty.
    """
    if not isinstance(description, str) or not description.strip():
        raise ValueError("description is empty, expected one or two sentences that say what the picture shows: "
                         "they are read aloud to those who cannot see it")
    width = round(figure.get_figwidth() * SCREEN_DPI)
    return (f'<img alt="{html.escape(description)}" width="{width}" style="max-width: 100%" '
            f'src="data:image/png;base64,{base64.b64encode(png(figure)).decode()}">')


def show(figure, description):
    """Show the figure once in a notebook, with `description` as its alternative text.

    The picture travels as HTML: of an image/png output neither JupyterLab 4.6 nor nbconvert's lab template takes over the
    alternative text. nbval compares HTML, so the tests tell it to leave out what follows "base64,".

    Raises
    ------
    ValueError : the description is missing or empty.
    """
    from IPython.display import display
    display({"text/html": picture(figure, description), "text/plain": description}, raw=True)


class _Layout(NamedTuple):
    """Where everything stands, in inches. places[k, j] is a node's centre; shown[k] of the r_k nodes are drawn."""
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
    # Edge labels stand at 1 / (r_k + 1) of the way (see _draw_edge), and the nodes are small enough not to touch them.
    beside = gap / (max(shown[1:]) + 1) - (0.2 if plain else 0.32)
    edge_labels = edges <= MOST_LABELLED_EDGES and beside > 0.37
    radius = min(0.5, 0.345 * pitch, 0.28 * gap, beside if edge_labels else 0.5)
    places = {}
    for k, r in enumerate(shown):
        top = (height - head + foot + pitch * (rows[k] - 1)) / 2
        for row, j in enumerate(range(k == m, r + 1)):
            places[k, j] = (0.85 + k * gap, top - pitch * row)
    size = (12.5 if plain else 9.1) * radius / 0.5      # names have small indices
    return _Layout(width, height, pitch, shown, places, radius, size, gap > 1.7, edge_labels)


def _sheet(figure, layout):
    """A figure whose one axes has the inch as its unit, so that sizes of text and of circles go together."""
    figure = figure or Figure()
    figure.clear()
    figure.set_layout_engine("none")
    figure.set_size_inches(layout.width, layout.height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, layout.width), ylim=(0, layout.height))
    axes.set_axis_off()
    return figure, axes


def _write(axes, x, y, text, size=SIZE, color=INK, bold=False, **look):
    look = {"ha": "center", "va": "center", "zorder": 5, **look}
    axes.text(x, y, text, fontsize=size, color=color, weight="bold" if bold else "normal", family=FONT, **look)


def _draw_headers(axes, net, layout):
    last = len(net.sizes) - 1
    for k, r in enumerate(net.sizes):
        x, lowest = layout.places[k, layout.shown[k]]
        kind, function = ("input", "") if k == 0 else ("output", net.output) if k == last else ("hidden", net.hidden)
        _write(axes, x, layout.height - 0.2, f"{kind} ({function})" if function and layout.long_headers else kind, bold=True)
        _write(axes, x, layout.height - 0.42, f"layer {k}: {r}" + layout.long_headers * f" node{'s' * (r != 1)}")
        if layout.shown[k] < r:
            _write(axes, x, lowest - layout.pitch, "⋮", 16)


def _draw_edge(axes, layout, k, i, j, texts, computed):
    (x, y), (end_x, end_y) = layout.places[k - 1, i], layout.places[k, j]
    colour, line = (BACKWARD, BACKWARD_LINE) if computed[1] else (FORWARD, FORWARD_LINE) if computed[0] else (EDGE, "-")
    thickness = 2.8 if any(computed) else 0.9 if layout.edge_labels else 0.5
    axes.plot((x, end_x), (y, end_y), color=colour, linestyle=line, linewidth=thickness, zorder=1 + any(computed) / 2)
    if not layout.edge_labels:
        return
    # All labels between two layers stand in one column; at this share of the way its entries are evenly spaced.
    share = 1 / (layout.shown[k] + 1)
    label_x, label_y = x + share * (end_x - x), y + share * (end_y - y)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    _write(axes, label_x, label_y, texts[0], 0.92 * layout.size, bold=computed[0], bbox=box, zorder=3,
           va="center" if texts[1] is None else "bottom")
    if texts[1]:
        _write(axes, label_x, label_y - 0.015, texts[1], 0.92 * layout.size, BACKWARD_TEXT, computed[1], bbox=box, zorder=3,
               va="top", style="italic")


def _draw_node(axes, layout, k, j, texts, computed):
    (x, y), radius = layout.places[k, j], layout.radius
    forward_now, backward_now = any(computed[:2]), computed[2]
    look = {"zorder": 4, "facecolor": "white" if j else NODE_0, "edgecolor": INK, "linewidth": 1.2}
    if forward_now or backward_now:
        look |= {"edgecolor": BACKWARD if backward_now else FORWARD, "linewidth": 3,
                 "linestyle": BACKWARD_LINE if backward_now else FORWARD_LINE}
    side = 0.78 * radius
    axes.add_patch(Circle((x, y), radius, **look) if j else Rectangle((x - side, y - side), 2 * side, 2 * side, **look))
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
        return "", "" if o is None else f"$x_{{{j}}}$ = {_text(o)}"
    return "" if a is None else f"$a$ = {_text(a)}", "" if o is None else f"$o$ = {_text(o)}"


def _draw_delta(axes, layout, k, j, delta, now):
    x, y = layout.places[k, j]
    box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": BACKWARD, "linestyle": BACKWARD_LINE,
           "linewidth": 2.4 if now else 1.2}
    _write(axes, x, y - layout.pitch / 2, f"$δ$ = {_text(delta)}", layout.size, BACKWARD_TEXT, now, bbox=box)


def _draw_output(axes, layout, k, j, o, target, outputs):
    x, y = layout.places[k, j]
    x += layout.radius + 0.1
    if o is not None:
        height = y + 0.14 * (target is not None)
        _write(axes, x, height, f"{_indexed('ŷ', j, outputs)} = {_text(o)}", SIZE, FORWARD, ha="left")
    if target is not None:
        _write(axes, x, y - 0.14 * (o is not None), f"{_indexed('y', j, outputs)} = {_text(target)}", SIZE, ha="left")


def _indexed(symbol, j, outputs):
    """ŷ or y of output node j, without an index where there is one output."""
    return f"${symbol}_{{{j}}}$" if outputs > 1 else f"${symbol}$"


def _draw_phases(axes, layout, forward, backward, on_edges):
    """Below the network: which way each phase runs, and what stands on an edge."""
    y, middle = 0.2, layout.width / 2
    arrow = {"shrinkA": 0, "shrinkB": 0, "linewidth": 1.8}
    if forward:
        axes.annotate("", (0.85, y), (0.2, y), arrowprops={"arrowstyle": "->", "color": FORWARD, **arrow})
        _write(axes, 0.95, y, "forward phase: $a$, $o$", 9, FORWARD, ha="left")
    if layout.edge_labels:
        _write(axes, middle, y, on_edges, 9)
    if backward:
        axes.annotate("", (layout.width - 0.85, y), (layout.width - 0.2, y),
                      arrowprops={"arrowstyle": "->", "color": BACKWARD, "linestyle": BACKWARD_LINE, **arrow})
        _write(axes, layout.width - 0.95, y, "backward phase: $δ$, $∂E/∂w$", 9, BACKWARD_TEXT, ha="right")


def _entry(values, k, *index):
    """One number of layer k, or None where it is not computed yet."""
    if values is None or values[k] is None:
        return None
    number = float(values[k][index])
    return None if math.isnan(number) else number


def _text(number):
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
    return "−" * (number < 0) + text


def _checked_highlight(net, highlight):
    nodes = [(k, j) for k, r in enumerate(net.sizes) if k for j in range(1, r + 1)]
    known = {(name, k, j) for name in ("a", "o", "delta") for k, j in nodes}
    known |= {(name, k, i, j) for name in ("w", "gradient") for k, j in nodes for i in range(net.sizes[k - 1] + 1)}
    for part in highlight:
        if tuple(part) not in known:
            raise ValueError(f"highlight holds {part!r}, which a network of sizes {net.sizes} does not have: expected "
                             '("a", k, j), ("o", k, j), ("delta", k, j), ("w", k, i, j) or ("gradient", k, i, j)')
    return {tuple(part) for part in highlight}


def _axes_figure(figure, width, height):
    if figure is None:
        figure = Figure(figsize=(width, height))
        figure.set_layout_engine("constrained", w_pad=0.08, h_pad=0.08)
    figure.clear()
    return figure


def _plain_axes(axes, x_label, y_label):
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SIZE - 1)
    axes.set_xlabel(x_label, fontsize=SIZE, family=FONT)
    axes.set_ylabel(y_label, fontsize=SIZE, family=FONT)
    return axes


def _label_ends(axes, curves, labels):
    """Each name at the end of its curve, pushed apart where two curves end at nearly the same error."""
    low, high = np.log10(axes.get_ylim())
    ends = [np.log10([10 ** low, *(e for e in curve if e > 0 and math.isfinite(e))][-1]) for curve in curves]
    heights = np.array([(end - low) / (high - low) for end in ends])
    order = np.argsort(heights)
    for below, above in zip(order, order[1:]):
        heights[above] = max(heights[above], heights[below] + 0.06)
    for height, label, (colour, _) in zip(heights - max(0, heights.max() - 1), labels, CURVES * len(labels)):
        axes.text(1.01, height, label, transform=axes.transAxes, color=colour, fontsize=SIZE, va="center", family=FONT)
