"""The reference example, trained anew for every choice of its four knobs (R2)."""

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from .. import datasets, plotting
from ..plotting.look import our_look
from ..network import Network
from ..training import train
from .explorer import Explorer, slider

FIRST, MOST = (
    1_000,
    20_000,
)  # iterations after which the picture is shown for the first time, and the most there can be


@our_look()
def reference_explorer():
    """The reference example (R1) trained anew for every choice of num_hidden, alpha, num_iterations
    and seed (R2).

    Returns
    -------
    Explorer
    """
    X, y = datasets.reference()
    figure = Figure(figsize=(10.6, 4), layout="constrained")
    left, right = figure.subfigures(1, 2)
    plotting.draw_outputs(y, y, figure=left)
    plotting.draw_errors([1.0, 1.0], figure=right)
    (outputs,), (errors,) = left.axes, right.axes
    outputs.set_ylim(-2.2, 3.2)
    errors.set(
        xscale="log",
        xlim=(0.9, 1.1 * MOST),
        ylim=(1e-12, 1e4),
        xlabel="iteration $t$, counted from 1",
    )
    dots, differences, curve = outputs.lines[1], outputs.collections[0], errors.lines[0]
    scene = plotting.Scene(figure, [differences, dots, curve])

    def draw(num_hidden, alpha, num_iterations, seed):
        net = Network((3, num_hidden, 1))
        weights, E, left_over = net.initial_weights(seed), [], num_iterations
        for some in (min(FIRST, num_iterations), num_iterations - FIRST):
            if some <= 0 or left_over <= 0:
                break
            training = train(net, weights, X, y, alpha=alpha, iterations=some)
            weights, E, left_over = (
                training.weights,
                np.append(E, training.errors),
                left_over - some,
            )
            if "diverged" in training.stopped_because:
                left_over = 0
            drawn = np.clip(training.y_hat[:, 0], -2, 3)
            dots.set_ydata(drawn)
            differences.set_segments(
                [[(d, a), (d, b)] for d, (a, b) in enumerate(zip(drawn, y[:, 0]), start=1)]
            )
            curve.set_data(np.arange(1, len(E) + 1), np.where(np.isfinite(E), E, np.nan))
            yield scene, _in_words(num_hidden, alpha, seed, training, E, y, left_over)

    return Explorer(
        draw,
        {
            "num_hidden": slider(ipywidgets.IntSlider, "num_hidden", value=3, min=1, max=10),
            "alpha": slider(
                ipywidgets.FloatLogSlider,
                "alpha",
                value=0.1,
                base=10,
                min=-3,
                max=1.5,
                step=0.125,
                readout_format=".3g",
            ),
            "num_iterations": slider(
                ipywidgets.SelectionSlider,
                "num_iterations",
                value=10_000,
                options=[10, 30, 100, 300, 1000, 3000, 10_000, MOST],
            ),
            "seed": slider(ipywidgets.IntSlider, "seed", value=1, min=1, max=100),
        },
        play="num_iterations",
    )


def _in_words(num_hidden, alpha, seed, training, E, y, left_over):
    who = (
        f"With {num_hidden} hidden node{'s' * (num_hidden != 1)}, alpha {alpha:.3g} and seed {seed}"
    )
    if "diverged" in training.stopped_because:
        return (
            f"{who}: E diverged at iteration {len(E):,}: a smaller alpha than {alpha:.3g} is "
            "needed. Outputs beyond -2 and 3 are drawn at the edge."
        )
    if left_over:
        return f"{who}: {len(E):,} iterations done, {left_over:,} to go."
    right_side = int(((training.y_hat > 0.5) == (y > 0.5)).sum())
    return (
        f"{who}: after {len(E):,} iterations E is {E[-1]:.2g}, and {right_side} of 6 outputs are "
        "on the right side of 0.5."
    )
