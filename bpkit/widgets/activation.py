"""An activation function, its slope from a and from o, where it saturates, and what many layers of
that slope leave of an error term."""

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from .. import plotting
from ..activations import ACTIVATIONS
from ..plotting.look import BACKWARD, BACKWARD_LINE, EDGE, FORWARD, INK, SIZE, plain_axes, our_look
from .explorer import Explorer, choice, in_text, slider

FARTHEST, MOST_LAYERS, FLAT, LOWEST = (
    6.0,
    30,
    0.05,
    1e-30,
)  # a slope below FLAT counts as saturated; LOWEST is the edge of the picture
BOTTOM, TOP = -1.5, 3.2  # of the picture of g and g'


@our_look()
def activation_explorer():
    """g and g' over a for every activation function, and the product of so many slopes g'(a), 1 to
    30 layers.

    Returns
    -------
    Explorer
    """
    scene, show = _picture()

    def draw(g, a, layers):
        f = ACTIVATIONS[g]
        at = np.array([a])
        o, from_a, from_o = (
            float(values[0])
            for values in (f.value(at), f.slope_from_a(at), f.slope_from_o(f.value(at)))
        )
        show(f, a, o, from_a, layers)
        outside = ", above the picture" if o > TOP else ", below the picture" if o < BOTTOM else ""
        yield (
            scene,
            (
                f"{g} at a = {in_text(a)}: o is {in_text(o)}{outside}. Its slope is "
                f"{in_text(from_a)} computed from a and {in_text(from_o)} computed from "
                f"o{', so it is saturated here' if from_a < FLAT else ''}. Through {layers} "
                f"layer{'s' * (layers > 1)} with this slope an error term is multiplied by "
                f"{in_text(from_a**layers)}, weights left aside."
            ),
        )

    return Explorer(
        draw,
        {
            "g": choice("g", list(ACTIVATIONS)),
            "a": slider(
                ipywidgets.FloatSlider,
                "a",
                value=1.0,
                min=-FARTHEST,
                max=FARTHEST,
                step=0.25,
                readout_format=".2f",
            ),
            "layers": slider(ipywidgets.IntSlider, "layers", value=10, min=1, max=MOST_LAYERS),
        },
    )


def _picture():
    """The scene, and the function that puts one function, one a and one depth into it."""
    figure = Figure(figsize=(10.6, 4.3))
    left = plain_axes(figure.add_axes((0.05, 0.125, 0.4, 0.85)), "product sum $a$", "")
    left.set(xlim=(-FARTHEST - 0.2, FARTHEST + 0.2), ylim=(BOTTOM, TOP))
    left.grid(color="#E6E6E6", linewidth=0.6)
    (value,) = left.plot([], [], color=FORWARD, linewidth=2.2, label="$g(a)$")
    (slope,) = left.plot(
        [], [], color=BACKWARD, linestyle=BACKWARD_LINE, linewidth=2.2, label="$g'(a)$"
    )
    (flat,) = left.plot(
        [],
        [],
        color=EDGE,
        linewidth=7,
        solid_capstyle="butt",
        label=f"saturated: $g'$ below {FLAT}",
    )
    left.legend(loc="upper left", frameon=False, fontsize=SIZE)
    (point,) = left.plot(
        [], [], "o", color=FORWARD, markersize=10, markeredgecolor="white", clip_on=False, zorder=5
    )
    (slope_point,) = left.plot(
        [],
        [],
        "s",
        color="none",
        markeredgecolor=BACKWARD,
        markeredgewidth=2,
        markersize=13,
        zorder=5,
    )
    right = plain_axes(
        figure.add_axes((0.605, 0.125, 0.38, 0.85)), "layers", "product of the slopes"
    )
    right.set(yscale="log", xlim=(0, MOST_LAYERS + 1), ylim=(LOWEST / 10, 10))
    right.set_yticks(
        [10.0**-power for power in range(0, 31, 5)],
        ["1", *(f"$10^{{-{power}}}$" for power in range(5, 30, 5)), "$10^{-30}$ or less"],
    )
    right.minorticks_off()
    right.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    (products,) = right.plot([], [], "s", color=BACKWARD, markersize=3.5)
    (here,) = right.plot([], [], "s", color=BACKWARD, markersize=11, markeredgecolor=INK)
    over, depths = np.linspace(-FARTHEST, FARTHEST, 481), np.arange(1, MOST_LAYERS + 1)

    def show(f, a, o, slope_here, layers):
        value.set_data(over, f.value(over))
        slopes = f.slope_from_a(over)
        slope.set_data(over, slopes)
        flat.set_data(over, np.where(slopes < FLAT, -1.35, np.nan))
        point.set_data([a], [min(max(o, BOTTOM), TOP)])
        point.set_marker(
            "^" if o > TOP else "v" if o < BOTTOM else "o"
        )  # an arrow at the edge where o is outside
        slope_point.set_data([a], [slope_here])
        product = np.maximum(slope_here ** depths.astype(float), LOWEST)
        products.set_data(depths, product)
        here.set_data([layers], [product[layers - 1]])

    return plotting.Scene(figure, [value, slope, flat, point, slope_point, products, here]), show
