"""Error curves, and outputs beside their targets."""

import numpy as np

from .look import (
    BACKWARD,
    BACKWARD_LINE,
    CURVES,
    FORWARD,
    INK,
    LARGEST,
    SIZE,
    axes_figure,
    drawable,
    plain_axes,
    our_look,
    whole_number_ticks,
    write,
)


@our_look()
def draw_errors(errors, labels=None, figure=None):
    """The error E(X, θ) over the iterations t, on a logarithmic axis.

    Parameters
    ----------
    errors : sequence of numbers, [t] the error before update t; or a list of such sequences, one a
        curve
    labels : one name for each curve, written at its end
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError : no curve, or not as many labels as curves.
    """
    if not hasattr(errors, "__len__") or len(errors) == 0:
        raise ValueError("errors holds no curve, expected E of at least one iteration")
    curves = [errors] if np.ndim(errors[0]) == 0 else list(errors)
    curves = [_drawn(curve) for curve in curves]
    if labels is not None and len(labels) != len(curves):
        raise ValueError(
            f"labels has {len(labels)} names for {len(curves)} curves, expected one name a curve"
        )
    figure = axes_figure(figure, 8, 4.5)
    axes = plain_axes(figure.subplots(), "iteration $t$", "error $E(X, θ)$")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(whole_number_ticks())
    for curve, (colour, line) in zip(curves, CURVES * len(curves)):
        axes.plot(curve, color=colour, linestyle=line, linewidth=2)
    axes.margins(x=0.01)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    if labels is not None:
        _label_ends(axes, curves, labels)
    return figure


@our_look()
def draw_outputs(y_hat, y, figure=None):
    """The network's outputs against the targets, row by row; the dashed line between them is the
    difference.

    Parameters
    ----------
    y_hat, y : arrays (N, r_m)
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure, one panel for each of the r_m outputs

    Raises
    ------
    ValueError : y_hat and y are not of one shape (N, r_m), or cannot be drawn.
    """
    y_hat, y = drawable("y_hat", y_hat), drawable("y", y)
    if y_hat.ndim != 2 or y_hat.shape != y.shape:
        raise ValueError(
            f"y_hat has shape {y_hat.shape} and y {y.shape}, expected (N, r_m) for both: one row "
            "per pair"
        )
    figure = axes_figure(figure, 8, 3.8)
    rows = np.arange(1, len(y) + 1)
    for j, axes in enumerate(figure.subplots(1, y.shape[1], sharey=True, squeeze=False)[0]):
        plain_axes(axes, "row of $X$ and $y$", "" if j else "output $ŷ$ and target $y$")
        axes.vlines(
            rows, y_hat[:, j], y[:, j], color=BACKWARD, linestyle=[BACKWARD_LINE], linewidth=1.2
        )
        axes.plot(
            rows,
            y[:, j],
            "s",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=INK,
            markeredgewidth=1.4,
            label="target $y$",
        )
        axes.plot(rows, y_hat[:, j], "o", markersize=6, color=FORWARD, label="output $ŷ$")
        axes.xaxis.set_major_locator(whole_number_ticks())
        if y.shape[1] > 1:
            axes.set_title(f"output node {j + 1}", fontsize=SIZE)
    handles = axes.get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper center", ncols=2, frameon=False, fontsize=SIZE)
    return figure


def _drawn(curve):
    """The curve with NaN, which leaves a gap, where a logarithmic axis has no place for E."""
    curve = np.asarray(curve, dtype=float)
    return np.where((curve > 1 / LARGEST) & (curve < LARGEST), curve, np.nan)


def _label_ends(axes, curves, labels):
    """Each name at the end of its curve, pushed apart where two curves end at nearly the same
    error."""
    low, high = np.log10(axes.get_ylim())
    last = [[10**low, *curve[np.isfinite(curve)]][-1] for curve in curves]
    heights = (np.log10(last) - low) / (high - low)
    order = np.argsort(heights)
    for below, above in zip(order, order[1:]):
        heights[above] = max(heights[above], heights[below] + 0.06)
    for height, label, (colour, _) in zip(
        heights - max(0, heights.max() - 1), labels, CURVES * len(labels)
    ):
        write(axes, 1.01, height, label, transform=axes.transAxes, color=colour, ha="left")
