"""E of the reference example over a plane of weight space, and gradient descent on it."""

import ipywidgets
import numpy as np
from matplotlib.patches import FancyArrowPatch

from .. import datasets, plotting
from ..arrays import as_vector
from ..backward import backward
from ..forward import error, forward
from ..network import Network, weight_name, weight_places
from ..plotting.look import BACKWARD, our_look
from ..plotting.surface import CASED, CASED_DARK, draw_path, draw_surface, set_path
from ..surface import Plane, descend, error_surface, filter_normalised, principal_directions
from ..training import train
from .explorer import Explorer, choice, in_text, slider

WEIGHTS, PRINCIPAL, RANDOM = "two weights", "principal directions", "random, seed {}"
POINTS, STARTS = 101, 8
LOW = 0.01  # below it no arrow is needed
STEPS = [0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500]


@our_look()
def surface_explorer():
    """E of the reference network (R1) over a plane through its trained weights, with a descent that
    starts anywhere in the plane.

    The plane is that of two weights, of two random directions (Li, Xu, Taylor, Studer and
    Goldstein, NeurIPS 2018), or of the two directions in which the reference run moved most. Either
    two coordinates learn, and the path stays on the surface, or all weights do.

    Returns
    -------
    Explorer
    """
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    visited = [net.initial_weights(1)]
    for _ in range(100):
        visited.append(train(net, visited[-1], X, y, alpha=0.1, iterations=100).weights)
    names = [weight_name(*place) for place in weight_places(net)]
    shown = {}  # the plane that is drawn, and its scene

    def draw(plane, first, second, learn, start, alpha, step):
        controls["first"].disabled = controls["second"].disabled = plane != WEIGHTS
        if plane == WEIGHTS and first == second:
            raise ValueError(f"both axes are {first}. Choose two different weights.")
        key = (plane, first, second) if plane == WEIGHTS else (plane,)
        if key not in shown:
            view = _View(net, X, y, visited, *key)  # may raise, and the old view then stays
            shown.clear()
            shown[key] = view
        view = shown[key]
        points, E = descend(
            net, view.plane, X, y, view.start(start), alpha, step, inside=learn == "two coordinates"
        )
        yield view.scene, view.show(points, E, inside=learn == "two coordinates")

    controls = {
        "plane": choice(
            "plane", [WEIGHTS, PRINCIPAL, *(RANDOM.format(seed) for seed in (1, 2, 3))]
        ),
        "first": slider(ipywidgets.SelectionSlider, "first weight", options=names, value="w_11^1"),
        "second": slider(
            ipywidgets.SelectionSlider, "second weight", options=names, value="w_21^1"
        ),
        "learn": choice("what learns", ["two coordinates", "all weights"]),
        "start": slider(ipywidgets.IntSlider, "start", value=4, min=1, max=STARTS),
        "alpha": slider(
            ipywidgets.FloatLogSlider,
            "alpha",
            value=1.0,
            base=10,
            min=-2,
            max=2,
            step=0.125,
            readout_format=".3g",
        ),
        "step": slider(ipywidgets.SelectionSlider, "step", options=STEPS, value=20),
    }
    return Explorer(draw, controls)


class _View:
    """One plane, its figure, and the artists that move on it."""

    def __init__(self, net, X, y, visited, kind, *names):
        self.net, self.X, self.y = net, X, y
        weights = visited[-1]
        half, labels = 8.0, ("first direction", "second direction")
        if kind == WEIGHTS:
            axes, labels = (
                names,
                tuple(f"${name.replace('_', '_{').replace('^', '}^')}$" for name in names),
            )
        elif kind == PRINCIPAL:
            *axes, _ = principal_directions(visited)
            half = 10.0
        else:
            random = np.random.RandomState(int(kind.split()[-1]))
            axes = [
                filter_normalised(weights, [random.standard_normal(w.shape) for w in weights])
                for _ in range(2)
            ]
            half = 2.0
        self.plane = Plane(net, weights, *axes)
        if kind == PRINCIPAL:
            run = np.array([self.plane.nearest(w) for w in visited])
            way = np.array([as_vector(w) for w in visited]) - as_vector(weights)
            shares = ((run - run[-1]) ** 2).sum(axis=0) / (way**2).sum()
            labels = tuple(
                f"PC{n}, {share:.1%} of the run" for n, share in enumerate(shares, start=1)
            )
        while True:  # a part of the plane where E is not so large that the rest looks flat
            s, t = (middle + np.linspace(-half, half, POINTS) for middle in self.plane.origin)
            E = error_surface(net, weights, X, y, *axes, s, t)
            if E.max() < (8 if kind == PRINCIPAL else 4):
                break
            half *= 0.9
        self.half, self.limits = half, np.array([[s[0], s[-1]], [t[0], t[-1]]])
        figure = draw_surface(s, t, E, labels)
        self.contours, self.surface = figure.axes
        if kind == PRINCIPAL:
            heights = [error(net, self.plane.weights_at(*point), X, y) for point in run]
            draw_path(self.surface, np.column_stack([run, heights]), ":")
            draw_path(self.contours, run, ":")
            self.contours.annotate(
                "the run",
                run[abs(run[:, 0] - run[0, 0] / 2).argmin()],  # halfway, away from the descents
                (0, 8),
                textcoords="offset points",
                ha="center",
                va="bottom",
                color="white",
                path_effects=CASED_DARK,
            )
        self.path = draw_path(self.contours, [[np.nan, np.nan]])
        self.arrow = FancyArrowPatch(
            (0, 0),
            (0, 0),
            arrowstyle="-|>",
            mutation_scale=16,
            color=BACKWARD,
            linewidth=2.4,
            path_effects=CASED,
            shrinkA=0,
            shrinkB=0,
            zorder=4,
        )
        self.contours.add_patch(self.arrow)
        self.high_path = draw_path(self.surface, [[np.nan] * 3])
        self.contours.set(xlim=self.limits[0], ylim=self.limits[1])
        self.scene = plotting.Scene(figure, [*self.path, self.arrow, *self.high_path])

    def start(self, number):
        """Start `number`, 1 to 8, on a ring round the trained weights."""
        angle = 2 * np.pi * (number - 1) / STARTS + 0.4
        return self.plane.origin + 0.8 * self.half * np.array([np.cos(angle), np.sin(angle)])

    def show(self, points, E, inside):
        """Put the path of a descent into the picture, and say it in a sentence."""
        outside = ~((self.limits[:, 0] <= points) & (points <= self.limits[:, 1])).all(axis=1)
        drawn = np.where(outside[:, None], np.nan, points)
        some = drawn[:: -max(1, len(drawn) // 60)][::-1]  # every so many, the last one among them
        height = [
            error(self.net, self.plane.weights_at(*point), self.X, self.y)
            if np.isfinite(point).all()
            else np.nan
            for point in some
        ]
        set_path(self.path, drawn)
        set_path(self.high_path, np.column_stack([some, height]))
        self.arrow.set_visible(False)
        return self._in_words(points, E, inside)

    def _in_words(self, points, E, inside):
        at, point = f"Step {len(points) - 1}: ", points[-1]
        if not np.isfinite(point).all():
            return (
                f"{at}the descent diverged after {int(np.isfinite(E).sum()) - 1} steps, E is far "
                "too large. A smaller alpha is needed."
            )
        weights = self.plane.weights_at(*point)
        slopes = self.plane.slopes(
            backward(self.net, weights, forward(self.net, weights, self.X), self.y)
        )
        E_here = error(self.net, weights, self.X, self.y)
        self._point_downhill(point, slopes, E_here)
        where = f"at ({in_text(point[0])}, {in_text(point[1])}) "
        if ((point < self.limits[:, 0]) | (point > self.limits[:, 1])).any():
            where += "outside the picture "
        words = (
            f"{at}{where}E is {in_text(E_here)}, and its slopes along the two axes are "
            f"{in_text(slopes[0])} and {in_text(slopes[1])}."
        )
        if not inside and len(points) == 1:
            words += " The weights that learn start in this plane."
        elif not inside:
            words += (
                f" The weights that learn have left this plane: their own E is {in_text(E[-1])}."
            )
        return words

    def _point_downhill(self, point, slopes, E_here):
        """The arrow against the slopes, longer where it is steeper, up to a quarter of the
        picture's width; none near a minimum, which it would cover."""
        steepness = np.hypot(*slopes)
        if steepness > 1e-6 and E_here > LOW:
            self.arrow.set_visible(True)
            length = self.half * min(0.5, 0.12 + 0.1 * steepness)
            self.arrow.set_positions(point, point - length * slopes / steepness)
