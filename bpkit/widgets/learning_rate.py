"""What the learning rate does on a bowl: crawl, converge, oscillate or diverge, and where the
boundaries lie."""

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from .. import plotting
from ..network import Network
from ..plotting.look import FORWARD, INK, SIZE, our_look, plain_axes, write
from ..plotting.surface import draw_contours, draw_path, set_path
from ..surface import Plane, descend, error_surface
from .explorer import Explorer, in_text, slider

X = np.array([[0.0], [0.4], [0.8], [1.2], [1.6], [2.0]])
MINIMUM = [np.array([[1.0], [-0.8]])]  # the pairs lie on a line, so E is 0 at its minimum
ALPHA = (0.02, 1.65)  # the ruler
MOST_STEPS, STARTS, HALF, LOWEST, SLOW = 60, 8, 3.0, 1e-9, 50


@our_look()
def learning_rate_explorer():
    """Gradient descent with any alpha on the E of a network with one input and one linear output: a
    bowl over its two weights.

    Along the steepest and the flattest direction of the bowl each step multiplies the distance from
    the minimum by 1 - alpha λ, where λ, the curvature, is an eigenvalue of the matrix of second
    derivatives of E. So alpha = 2/λ of the steepest direction is the boundary.

    Returns
    -------
    Explorer
    """
    net, y = Network((1, 1)), MINIMUM[0][0] + X @ MINIMUM[0][1:]
    plane = Plane(net, MINIMUM, "w_01^1", "w_11^1")
    with_node_0 = np.hstack([np.ones_like(X), X])
    flat, steep = np.linalg.eigvalsh(with_node_0.T @ with_node_0 / len(X))
    boundaries = [(1 - 0.5 ** (1 / SLOW)) / flat, 1 / steep, 2 / steep]
    scene, show = _picture(net, y, plane, boundaries)

    def draw(alpha, start, step):
        angle = 2 * np.pi * (start - 1) / STARTS + 0.3
        points, E = descend(
            net,
            plane,
            X,
            y,
            plane.origin + 0.85 * HALF * np.array([np.cos(angle), np.sin(angle)]),
            alpha,
            step,
        )
        show(points, E, alpha)
        yield scene, _in_words(alpha, step, E, flat, steep)

    return Explorer(
        draw,
        {
            "alpha": slider(
                ipywidgets.FloatLogSlider,
                "alpha",
                value=10**-0.3125,  # 0.487, a notch, and not the best one, which is asked for
                base=10,
                min=-1.625,
                max=0.1875,
                step=0.0625,
                readout_format=".3g",
            ),
            "start": slider(ipywidgets.IntSlider, "start", value=1, min=1, max=STARTS),
            "step": slider(ipywidgets.IntSlider, "step", value=30, min=0, max=MOST_STEPS),
        },
    )


def behaviour(alpha, flat, steep):
    """One word for what alpha does on a bowl with these two curvatures."""
    if alpha * steep > 2:
        return "diverges"
    if alpha * steep > 1:
        return "oscillates"
    return "crawls" if (1 - alpha * flat) ** SLOW > 0.5 else "converges"


def _picture(net, y, plane, boundaries):
    """The scene, and the function that puts a descent into it."""
    figure = Figure(figsize=(10.6, 4.7))
    bowl = figure.add_axes((0.065, 0.115, 0.4, 0.86))
    s, t = (middle + np.linspace(-HALF, HALF, 101) for middle in plane.origin)
    draw_contours(
        bowl,
        s,
        t,
        error_surface(net, MINIMUM, X, y, "w_01^1", "w_11^1", s, t),
        ("$w_{01}^1$", "$w_{11}^1$"),
    )
    bowl.set(xlim=(s[0], s[-1]), ylim=(t[0], t[-1]))
    moving = draw_path(bowl, [[np.nan, np.nan]])
    moving[0].set(marker="o", markersize=2.5)

    curve_axes = plain_axes(figure.add_axes((0.55, 0.42, 0.43, 0.555)), "step", "error $E(X, θ)$")
    curve_axes.set(yscale="log", xlim=(-1, MOST_STEPS + 1), ylim=(LOWEST / 3, 1e4))
    curve_axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    (curve,) = curve_axes.plot([], [], "-", color=FORWARD, linewidth=2, marker="o", markersize=3.5)

    ruler = plain_axes(figure.add_axes((0.55, 0.115, 0.43, 0.13)), "learning rate alpha", "")
    ruler.set(xscale="log", xlim=ALPHA, ylim=(0, 1), yticks=[])
    ruler.spines["left"].set_visible(False)
    edges = [ALPHA[0], *boundaries, ALPHA[1]]
    for word, low, high, shade in zip(
        ("crawls", "converges", "oscillates", "diverges"),
        edges,
        edges[1:],
        ("#F3F3F3", "#DCE9F3", "#F3F3F3", "#F6DDCB"),
    ):
        ruler.axvspan(low, high, color=shade, linewidth=0)
        write(ruler, np.sqrt(low * high), 0.42, word, SIZE - 1)
    for alpha, name in zip(boundaries[1:], ("1/λ", "2/λ")):
        ruler.axvline(alpha, color=INK, linewidth=1)
        write(ruler, alpha, 1.08, name, va="bottom")
    (marker,) = ruler.plot([], [], "v", color=INK, markersize=12, clip_on=False, zorder=5)

    def show(points, E, alpha):
        drawn = np.clip(points, plane.origin - 30 * HALF, plane.origin + 30 * HALF)
        set_path(moving, drawn)
        curve.set_data(np.arange(len(E)), np.clip(E, LOWEST, 1e5))
        marker.set_data([alpha], [0.86])

    return plotting.Scene(figure, [*moving, curve, marker]), show


def _in_words(alpha, step, E, flat, steep):
    at = (
        "E is above 1e12"
        if np.isnan(E[-1])
        else f"E is {in_text(E[-1])}"
        if E[-1] > LOWEST
        else "E is below 1e−9"
    )
    alpha_told = f"{alpha:.3g}"  # as beside the slider
    return (
        f"alpha {alpha_told} {behaviour(alpha, flat, steep)}: each step multiplies the "
        f"distance from the minimum by 1 − {alpha_told} · {steep:.3f} = "
        f"{in_text(round(1 - alpha * steep, 3))} along the steepest direction and by "
        f"{in_text(round(1 - alpha * flat, 3))} along the flattest. At step {step} {at}. Beyond "
        f"alpha = 2/λ = {2 / steep:.3f} it diverges."
    )
