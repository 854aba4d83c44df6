"""What becomes of many starts: E at the end of each as a map, and how many of them solve the task
or diverge."""

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .look import (
    BACKWARD_TEXT,
    FONT,
    FORWARD,
    INK,
    SIZE,
    axes_figure,
    drawable,
    our_look,
    plain_axes,
    write,
)
from .surface import COLOURS

BOUNDS = [
    0.001,
    0.01,
    0.03,
    0.06,
    0.1,
    1,
]  # of the bands of colour; the plateaus of the reference network lie between them
SOLVED, DIVERGED = BOUNDS[0], 1000  # E is below the one and not below the other


@our_look()
def draw_starts(alphas, E, marks=(), figure=None):
    """E at the end of many starts, each with many learning rates, as a map; under it the share of
    starts that solve the task or diverge.

    A white dot stands at the smallest alpha that brings the E of its start below SOLVED. Hatched:
    diverged.

    Parameters
    ----------
    alphas : array (n,), the learning rates, ascending
    E : array (S, n), a row for each start, drawn from below; infinite or nan where the numbers ran
        over
    marks : pairs (alpha, name), each a vertical line through both parts
    figure : Figure or SubFigure to draw on; a new one by default

    Returns
    -------
    matplotlib.figure.Figure, its axes the map, the shares and the bar of colours

    Raises
    ------
    ValueError : E does not have a row for each start and a column for each alpha, or fewer than
        two of them; or the alphas do not ascend from above 0.
    """
    alphas, E = np.asarray(alphas, dtype=float), np.asarray(E, dtype=float)
    if E.ndim != 2 or E.shape[1:] != alphas.shape:
        raise ValueError(
            f"E has shape {E.shape}, expected (S, {len(alphas)}): a row for each start, a column "
            "for each alpha"
        )
    if min(E.shape) < 2:
        raise ValueError(f"E has shape {E.shape}, expected at least two starts and two alphas")
    alphas = drawable("alphas", alphas)
    if alphas[0] <= 0 or (np.diff(alphas) <= 0).any():
        raise ValueError("alphas do not ascend, expected each above the one before it, all above 0")
    figure = axes_figure(figure, 8.6, 6)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
    starts, solved, lost = np.arange(1, len(E) + 1), E < SOLVED, ~(E < DIVERGED)
    norm = BoundaryNorm(BOUNDS, COLOURS.N, extend="both")
    plain_axes(above, "", "starts").set(xscale="log")
    colours = above.pcolormesh(
        alphas, starts, np.ma.array(E, mask=lost), cmap=COLOURS, norm=norm, shading="nearest"
    )
    first = np.where(solved.any(axis=1), alphas[solved.argmax(axis=1)], np.nan)
    above.plot(
        first,
        starts,
        "o",
        markersize=3,
        color="white",
        markeredgecolor=INK,
        markeredgewidth=0.4,
        zorder=3,
    )
    above.contourf(alphas, starts, lost, [0.5, 1.5], colors="none", hatches=["///"])
    bar = figure.colorbar(colours, ax=above, pad=0.02, format="%g")
    bar.set_label("$E$ at the end", fontsize=SIZE, family=FONT)

    plain_axes(below, "learning rate $α$", "% of the starts").set_ylim(-4, 104)
    for share, name, colour, line in (
        (solved, f"$E$ below {SOLVED}", FORWARD, "-"),
        (lost, "diverged", BACKWARD_TEXT, "--"),
    ):
        below.plot(
            alphas, 100 * share.mean(axis=0), color=colour, linestyle=line, linewidth=2, label=name
        )
    below.legend(frameon=False, fontsize=SIZE, loc="upper left")
    for alpha, name in marks:
        for axes in (above, below):
            axes.axvline(alpha, color="white", linewidth=2.2)
            axes.axvline(alpha, color=INK, linewidth=0.9)
        write(above, alpha, 1.01, name, transform=above.get_xaxis_transform(), va="bottom")
    below.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    below.xaxis.set_major_formatter(FuncFormatter(lambda alpha, _: f"{alpha:g}"))
    below.xaxis.set_minor_formatter(NullFormatter())
    return figure
