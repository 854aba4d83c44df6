"""Networks that learn mirror symmetry: the weights of their two hidden nodes and their outputs,
while they are trained (H4)."""

import math

import numpy as np
from matplotlib.figure import Figure

from .. import datasets, plotting
from ..forward import forward
from ..plotting.features import bars, set_bars
from ..plotting.look import EDGE, FONT, FORWARD, INK, SIZE, plain_axes, our_look
from .explorer import Explorer
from .stages import check_run, seed_slider, stage_slider


@our_look()
def symmetry_explorer(net, stages):
    """The symmetry network (Rumelhart, Hinton and Williams 1986) from many starts, at some stages
    of its training.

    Parameters
    ----------
    net : Network((6, 2, 1), output="sigmoid")
    stages : dict, the sweeps done → the weights of S networks, arrays (S, 7, 2) and (S, 3, 1); the
        first is that of seed 1

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError : the network has other sizes.
    """
    check_run(net, (6, 2, 1), stages)
    X, y = datasets.symmetry()
    order = np.argsort(-y[:, 0], kind="stable")  # the symmetric patterns first
    y_hat = {sweeps: forward(net, weights, X).y_hat[..., 0] for sweeps, weights in stages.items()}
    scene, show = _picture()

    def draw(seed, sweeps):
        w, outputs = stages[sweeps][0][seed - 1, 1:], y_hat[sweeps][seed - 1]
        show(w, outputs[order])
        right = int(((outputs > 0.5) == (y[:, 0] > 0.5)).sum())
        yield (
            scene,
            f"Seed {seed} after {sweeps:,} sweeps: {right} of 64 patterns are on the right side of "
            f"0.5. {_weights_in_words(w)}",
        )

    controls = {"seed": seed_slider(stages, value=3), "sweeps": stage_slider("sweeps", stages)}
    return Explorer(draw, controls, play="sweeps")


def _weights_in_words(w):
    said = []
    for j, (left, right) in enumerate(zip(w[:3].T, w[:2:-1].T), start=1):
        largest = max(abs(w[:, j - 1]).max(), 1e-300)
        sizes = " : ".join(f"{4 * size / largest:.1f}" for size in abs(left))
        off = math.ceil(100 * abs(left + right).max() / largest)
        said.append(
            f"hidden node {j} has the sizes {sizes} on the left, and on the right their opposites, "
            f"off by up to {off}%"
        )
    return f"With the largest counted as 4, {'; '.join(said)}."


def _picture():
    """The scene, and the function that puts one network into it."""
    figure = Figure(figsize=(10.6, 3.9))
    names, panels = [f"$x_{i}$" for i in range(1, 7)], []
    for j, left in enumerate((0.06, 0.285)):
        axes = figure.add_axes((left, 0.11, 0.19, 0.78))
        panels.append(bars(axes, names, f"weights to hidden node {j + 1}"))
        axes.set(
            ylim=(-1.08, 1.08),
            yticks=[-1, -0.5, 0, 0.5, 1],
            yticklabels=["−1", "−½", "0", "½", "1"] if not j else [],
            ylabel="share of its largest weight" if not j else "",
        )
        axes.axvline(2.5, color=EDGE, linewidth=1, linestyle=(0, (2, 2)))
    axes = plain_axes(figure.add_axes((0.56, 0.11, 0.42, 0.78)), "", "output $ŷ$")
    axes.set(
        xlim=(-1.5, 74),
        ylim=(-0.06, 1.06),
        xticks=[7, 45],
        xticklabels=["8 symmetric", "56 others"],
    )
    axes.tick_params(axis="x", length=0, labelsize=SIZE)
    axes.set_title("all 64 patterns", fontsize=SIZE, family=FONT)
    axes.axhline(0.5, color=EDGE, linewidth=1)
    axes.axvline(16, color=EDGE, linewidth=1, linestyle=(0, (2, 2)))
    (symmetric,) = axes.plot(
        range(0, 16, 2),
        np.zeros(8),
        "s",
        markersize=7,
        color="none",
        markeredgecolor=INK,
        markeredgewidth=1.6,
        clip_on=False,
    )
    (others,) = axes.plot(
        range(18, 74), np.zeros(56), "o", markersize=4.5, color=FORWARD, clip_on=False
    )

    def show(w, outputs):
        for panel, values in zip(panels, w.T):
            set_bars(panel, values / max(abs(values).max(), 1e-300))
        symmetric.set_ydata(outputs[:8])
        others.set_ydata(outputs[8:])

    return plotting.Scene(figure, [*panels[0], *panels[1], symmetric, others]), show
