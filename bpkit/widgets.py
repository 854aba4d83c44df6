"""Explorers: a picture from `plotting`, a sentence that says what it shows, and sliders.

There is one mechanism, `Explorer`. Each explorer of the course is a function that hands it the controls and a function from
their values to a figure and a sentence.
"""
from html import escape, unescape

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from . import datasets, plotting
from .backward import backward, error_terms
from .errors import pair_errors
from .forward import forward
from .network import Network
from .training import train

VIEW = "application/vnd.jupyter.widget-view+json"


class Explorer:
    """Controls, the picture that belongs to their values, and the sentence that says it in words.

    Displayed, it sends three things: the live widget; a still picture with the sentence, for a page that is exported or opened before
    it is run; and the sentence alone. The picture is an HTML image, because ipywidgets' own has no alternative text.

    Parameters
    ----------
    draw : function of the controls' values by name, returning (figure, sentence); the sentence is plain text
    controls : dict of ipywidgets with a value, by name
    """

    def __init__(self, draw, controls):
        self.draw, self.controls = draw, controls
        self.start = {name: control.value for name, control in controls.items()}
        self.picture, self.text = ipywidgets.HTML(), ipywidgets.HTML()
        self.reset = ipywidgets.Button(description="Reset", tooltip="Back to the start values", layout={"width": "6em"})
        self.reset.on_click(lambda _: self.set(self.start))
        for control in controls.values():
            control.observe(lambda _: self.update(), "value")
        self.box = ipywidgets.VBox([*controls.values(), self.reset, self.picture, self.text])
        self._show()

    @property
    def values(self):
        """The controls' values by name."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, values):
        """Give every control its value, and draw once."""
        self.draw, draw = lambda **_: (None, ""), self.draw
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self.draw = draw
        self.update()

    def update(self):
        """Draw for the controls' values; what goes wrong is said in the text line, and the picture stays."""
        try:
            self._show()
        except Exception as error:                       # a callback's exception would vanish in the browser's console
            self.text.value = _said(f"This cannot be drawn: {error}")

    def _show(self):
        figure, sentence = self.draw(**self.values)
        if figure is not None:
            self.picture.value, self.text.value = plotting.picture(figure, sentence), _said(sentence)

    def _repr_mimebundle_(self, **_):
        sentence = unescape(self.text.value.removeprefix(_said("").removesuffix("</p>")).removesuffix("</p>"))
        view = self.box._repr_mimebundle_().get(VIEW)
        return {VIEW: view, "text/html": self.picture.value + self.text.value, "text/plain": sentence}


def _said(sentence):
    """The sentence as a line that a screen reader announces when it changes."""
    return f'<p role="status">{escape(sentence)}</p>'


def slider(kind, description, **options):
    """A control whose description is not cut off and whose picture is drawn when it is let go."""
    return kind(description=description, continuous_update=False, style={"description_width": "9em"},
                layout={"width": "34em", "max_width": "100%"}, **options)


def reference_explorer():
    """The reference example (R1) trained anew for every choice of num_hidden, alpha, num_iterations and seed (R2).

    Returns
    -------
    Explorer
    """
    X, y = datasets.reference()

    def draw(num_hidden, alpha, num_iterations, seed):
        net = Network((3, num_hidden, 1))
        training = train(net, net.initial_weights(seed), X, y, alpha=alpha, iterations=num_iterations)
        figure = Figure(figsize=(10.6, 4), layout="constrained")
        left, right = figure.subfigures(1, 2)
        plotting.draw_outputs(np.clip(training.y_hat, -2, 3), y, figure=left)
        plotting.draw_errors(np.where(np.isfinite(training.errors), training.errors, np.nan), figure=right)
        right_side = int(((training.y_hat > 0.5) == (y > 0.5)).sum())
        if "diverged" in training.stopped_because:
            result = f"{training.stopped_because}. Outputs beyond -2 and 3 are drawn at the edge."
        else:
            result = (f"after {training.iterations:,} iterations E is {training.errors[-1]:.2g}, "
                      f"and {right_side} of 6 outputs are on the right side of 0.5.")
        nodes = f"{num_hidden} hidden node{'s' * (num_hidden != 1)}"
        return figure, f"With {nodes}, alpha {alpha:.3g} and seed {seed}: {result}"

    return Explorer(draw, {
        "num_hidden": slider(ipywidgets.IntSlider, "num_hidden", value=3, min=1, max=10),
        "alpha": slider(ipywidgets.FloatLogSlider, "alpha", value=0.1, base=10, min=-3, max=1.5, step=0.125, readout_format=".3g"),
        "num_iterations": slider(ipywidgets.SelectionSlider, "num_iterations", value=10_000,
                                 options=[10, 30, 100, 300, 1000, 3000, 10_000, 20_000]),
        "seed": slider(ipywidgets.IntSlider, "seed", value=1, min=1, max=100)})


def phase_stepper(net, weights, X, y, pair=0):
    """One forward and one backward phase of one pair, a step at a time, on the drawing of the network (B1).

    Parameters
    ----------
    net, weights, X, y : as for `forward` and `backward`; a network small enough to be drawn with its values
    pair : which row of X

    Returns
    -------
    Explorer, at its last step, where every value is shown
    """
    X, y = X[pair:pair + 1], y[pair:pair + 1]
    trace = forward(net, weights, X)
    delta, gradients = error_terms(net, weights, trace, y), backward(net, weights, trace, y)
    steps = _steps(net)

    def draw(step):
        done = steps[:step]
        shown = {kind: [None] + [np.full(values[k].shape, np.nan) for k in range(1, net.m + 1)]
                 for kind, values in (("a", trace.a), ("o", trace.o), ("delta", delta), ("gradient", [None, *gradients]))}
        shown["o"][0] = X
        for kind, k, j in done:
            if kind == "gradient":
                shown["gradient"][k] = gradients[k - 1]
            elif kind != "E":
                shown[kind][k][0, j - 1] = {"a": trace.a, "o": trace.o, "delta": delta}[kind][k][0, j - 1]
        kind, k, j = steps[step - 1]
        now = ([(kind, k, j)] if kind in ("a", "o", "delta") else
               [("gradient", k, i, l + 1) for i in range(net.sizes[k - 1] + 1) for l in range(net.sizes[k])] if kind == "gradient" else ())
        figure = plotting.draw_network(net, weights, trace._replace(a=shown["a"], o=shown["o"]), deltas=shown["delta"],
                                       gradients=shown["gradient"][1:], y=y, highlight=now)
        return figure, f"Step {step} of {len(steps)}. {_in_words(net, weights, trace, delta, y, kind, k, j)}"

    return Explorer(draw, {"step": slider(ipywidgets.IntSlider, "step", value=len(steps), min=1, max=len(steps))})


def _steps(net):
    """(what, k, j) in the order of the algorithm; j is None where a whole layer or the error is meant."""
    forward_phase = [(kind, k, j) for k in range(1, net.m + 1) for j in range(1, net.sizes[k] + 1) for kind in ("a", "o")]
    backward_phase = []
    for k in range(net.m, 0, -1):
        backward_phase += [("delta", k, j) for j in range(1, net.sizes[k] + 1)] + [("gradient", k, None)]
    return [*forward_phase, ("E", None, None), *backward_phase]


def _in_words(net, weights, trace, delta, y, kind, k, j):
    """The equation of this step with its numbers put in."""
    if kind == "E":
        E = pair_errors(net, trace.a[-1], trace.y_hat, y)[0]
        return f"The error of this pair: E = {_number(E)}. The forward phase is over."
    last = k == net.m
    if kind == "gradient":
        return (f"Slopes of layer {k}, each the δ at its end times the o at its start (A1): the first one is "
                f"∂E/∂w_01^{k} = {_number(delta[k][0, 0])} · 1.")
    result = {"a": trace.a, "o": trace.o, "delta": delta}[kind][k][0, j - 1]
    if kind == "a":
        terms = [f"{_short(w)} · {_short(o)}" for w, o in zip(weights[k - 1][:, j - 1], trace.o_with_node_0[k - 1][0])]
        return f"Forward (S1): a_{j}^{k} = {' + '.join(terms)} = {_number(result)}."
    if kind == "o":
        function = net.output if last else net.hidden
        return f"Forward (S1): o_{j}^{k} = {function}({_number(trace.a[k][0, j - 1])}) = {_number(result)}."
    if last:
        difference = f"ŷ − y = {_number(trace.y_hat[0, j - 1])} − {_short(y[0, j - 1])}"
        if net.error == "mse":
            slope = net.g_o.slope_from_o(trace.o[k])[0, j - 1]
            return f"Backward (A2): {difference}, times g_o′ = {_number(slope)}, gives δ_{j}^{k} = {_number(result)}."
        return f"Backward (A2): δ_{j}^{k} = {difference} = {_number(result)}."
    slope = net.g.slope_from_o(trace.o[k])[0, j - 1]
    terms = [f"{_short(w)} · {_short(d)}" for w, d in zip(weights[k][j], delta[k + 1][0])]
    return f"Backward (A3): δ_{j}^{k} = g′ · ({' + '.join(terms)}) with g′ = {_number(slope)} gives {_number(result)}."


def _number(value):
    return f"{value:.4f}".replace("-", "−")


def _short(value):
    text = f"{value:.4g}".replace("-", "−")
    return f"({text})" if value < 0 else text
