"""A network that reads digits, at some stages of its training."""

import numpy as np
from matplotlib.figure import Figure

from .. import datasets, plotting
from ..forward import forward
from ..plotting.features import frame, grey_picture, set_grey
from ..plotting.look import BACKWARD_TEXT, FORWARD, INK, SIZE, our_look, plain_axes, write
from .explorer import Explorer
from .stages import check_run, stage_slider

SHOWN = 12


@our_look()
def reading_explorer(net, stages, learned):
    """What a network reads in twelve new digits, and how many of all new ones it reads correctly.

    Parameters
    ----------
    net : Network((64, r_1, 10), ...)
    stages : dict, the updates made → the weights
    learned : how many of the digits it learned from, the first ones; the others are new to it

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError : the network does not have 64 inputs, one hidden layer and 10 outputs.
    """
    check_run(net, (64, None, 10), stages)
    X, y = datasets.digits()
    X, digit = X[learned:], y[learned:].argmax(axis=1)
    read = {
        updates: forward(net, weights, X).y_hat.argmax(axis=1)
        for updates, weights in stages.items()
    }
    right = {updates: float(np.mean(answers == digit)) for updates, answers in read.items()}
    scene, show = _picture(X[:SHOWN], right)

    def draw(updates):
        answers = read[updates][:SHOWN]
        show(answers, digit[:SHOWN], updates)
        yield (
            scene,
            (
                f"After {updates:,} updates the network reads {', '.join(map(str, answers))}; "
                f"right is {', '.join(map(str, digit[:SHOWN]))}. Of these {SHOWN} digits "
                f"{int((answers == digit[:SHOWN]).sum())} are read correctly, of all {len(digit)} "
                f"new ones {right[updates]:.0%}."
            ),
        )

    return Explorer(draw, {"updates": stage_slider("updates", stages)}, play="updates")


def _picture(digits, right):
    """The scene, and the function that puts the answers at one stage into it."""
    figure, said = Figure(figsize=(10.6, 3.6)), []
    for place, pixels in enumerate(digits):
        row, column = divmod(place, 6)
        axes = frame(figure.add_axes((0.01 + 0.1 * column, 0.58 - 0.5 * row, 0.088, 0.4)))
        set_grey(grey_picture(axes, 8), pixels)
        said.append(write(axes, 0.5, -0.05, "", transform=axes.transAxes, va="top"))
    axes = plain_axes(figure.add_axes((0.69, 0.17, 0.3, 0.69)), "updates", "")
    axes.set_title("new digits read correctly", fontsize=SIZE)
    updates = sorted(right)
    places = np.arange(len(updates))
    axes.plot(places, [right[number] for number in updates], color=FORWARD)
    axes.set(ylim=(0, 1.04), yticks=np.linspace(0, 1, 5))
    axes.set_yticklabels([f"{share:.0%}" for share in np.linspace(0, 1, 5)])
    axes.set_xticks(places, [f"{number:,}" for number in updates])
    (point,) = axes.plot(
        [], [], "o", color=FORWARD, markersize=11, markeredgecolor="white", clip_on=False
    )

    def show(answers, digit, stage):
        for text, answer, wanted in zip(said, answers, digit):
            good = answer == wanted
            text.set(
                text=f"reads {answer}" + " ✗" * (not good), color=INK if good else BACKWARD_TEXT
            )
        point.set_data([updates.index(stage)], [right[stage]])

    return plotting.Scene(figure, [*said, point]), show
