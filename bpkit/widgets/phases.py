"""One forward and one backward phase of one pair, a step at a time (B1)."""

import re

import ipywidgets
import numpy as np

from .. import plotting
from ..arrays import checked_pair
from ..backward import backward, error_terms
from ..errors import pair_errors
from ..forward import forward
from ..network import weight_places
from ..plotting.look import BACKWARD_TEXT as BACKWARD, FORWARD, our_look
from .explorer import Explorer, slider


@our_look()
def phase_stepper(net, weights, X, y, pair=0, step=1):
    """One forward and one backward phase of one pair, a step at a time, on the drawing of the
    network (B1).

    Parameters
    ----------
    net, weights, X, y : as for `forward` and `backward`; a network small enough to be drawn with
        its values
    pair : which row of X
    step : at which step it starts

    Returns
    -------
    Explorer
    """
    pair = checked_pair(pair, len(X))
    X, y = X[pair : pair + 1], y[pair : pair + 1]
    trace = forward(net, weights, X)
    delta, gradients = error_terms(net, weights, trace, y), backward(net, weights, trace, y)
    steps = _steps(net)

    def scene(step):
        shown = {
            kind: [None] + [np.full(values[k].shape, np.nan) for k in range(1, net.m + 1)]
            for kind, values in (
                ("a", trace.a),
                ("o", trace.o),
                ("delta", delta),
                ("gradient", [None, *gradients]),
            )
        }
        shown["o"][0] = X
        for kind, k, j in steps[:step]:
            if kind == "gradient":
                shown["gradient"][k] = gradients[k - 1]
            elif kind != "E":
                shown[kind][k][0, j - 1] = {"a": trace.a, "o": trace.o, "delta": delta}[kind][k][
                    0, j - 1
                ]
        kind, k, j = steps[step - 1]
        now, enters = _now_and_enters(net, kind, k, j)
        figure = plotting.draw_network(
            net,
            weights,
            trace._replace(a=shown["a"], o=shown["o"]),
            deltas=shown["delta"],
            gradients=shown["gradient"][1:],
            y=y,
            highlight=now,
            enters=enters,
        )
        return plotting.Scene(
            _with_lines_below(
                figure, *said[step - 1][:2], BACKWARD if kind in ("delta", "gradient") else FORWARD
            )
        )

    said = [_in_letters_and_numbers(net, weights, trace, delta, y, *step) for step in steps]
    scenes = [scene(step) for step in range(1, len(steps) + 1)]
    for drawn in scenes:
        drawn.png()  # all steps are drawn beforehand, so that none keeps the learner waiting

    def draw(step):
        letters, numbers, words = said[step - 1]
        yield scenes[step - 1], f"Step {step} of {len(steps)}. {words.format(numbers)}"

    return Explorer(
        draw,
        {"step": slider(ipywidgets.IntSlider, "step", value=step, min=1, max=len(steps))},
    )


def _steps(net):
    """(what, k, j) in the order of the algorithm; j is None where a whole layer or the error is
    meant."""
    forward_phase = [
        (kind, k, j)
        for k in range(1, net.m + 1)
        for j in range(1, net.sizes[k] + 1)
        for kind in ("a", "o")
    ]
    backward_phase = []
    for k in range(net.m, 0, -1):
        backward_phase += [("delta", k, j) for j in range(1, net.sizes[k] + 1)] + [
            ("gradient", k, None)
        ]
    return [*forward_phase, ("E", None, None), *backward_phase]


def _now_and_enters(net, kind, k, j):
    """The parts of the drawing that are computed in this step, and those that go into them."""
    if kind == "E":
        return [], [("o", net.m, j) for j in range(1, net.sizes[-1] + 1)]
    if kind == "gradient":
        edges = [("gradient", *place) for place in weight_places(net) if place[0] == k]
        return edges, [
            *(("delta", k, j) for j in range(1, net.sizes[k] + 1)),
            *(("o", k - 1, i) for i in range(1, net.sizes[k - 1] + 1)),
        ]
    if kind == "a":
        enters = [("w", k, i, j) for i in range(net.sizes[k - 1] + 1)]
        enters += [("o", k - 1, i) for i in range(1, net.sizes[k - 1] + 1)]
    elif kind == "o":
        enters = [("a", k, j)]
    elif k == net.m:
        enters = [("o", k, j)]
    else:
        enters = [("o", k, j), *(("w", k + 1, j, l) for l in range(1, net.sizes[k + 1] + 1))]
        enters += [("delta", k + 1, l) for l in range(1, net.sizes[k + 1] + 1)]
    return [(kind, k, j)], enters


def _in_letters_and_numbers(net, weights, trace, delta, y, kind, k, j):
    """(the equation of this step in letters, with its numbers put in, a sentence with {} where the
    numbers go)."""
    last = k == net.m
    if kind == "E":
        E = pair_errors(net, trace.a[-1], trace.y_hat, y)[0]
        return (
            "$E_d$, the error of this pair",
            f"E = {_number(E)}",
            "The error of this pair: {}. The forward phase is over.",
        )
    if kind == "gradient":
        return (
            rf"A1:  $\partial E_d / \partial w_{{ij}}^{{{k}}} = "
            rf"\delta_j^{{{k}}} \; o_i^{{{k - 1}}}$  for each edge",
            f"∂E_d/∂w_01^{k} = {_number(delta[k][0, 0])} · 1",
            f"Slopes of layer {k}, each the δ at its end times the o at its start (A1): the first "
            f"one is {{}}.",
        )
    result = {"a": trace.a, "o": trace.o, "delta": delta}[kind][k][0, j - 1]
    if kind == "a":
        terms = [
            f"{_short(w)} · {_short(o)}"
            for w, o in zip(weights[k - 1][:, j - 1], trace.o_with_node_0[k - 1][0])
        ]
        return (
            rf"S1:  $a_{{{j}}}^{{{k}}} = \sum_i \, w_{{i{j}}}^{{{k}}} \; o_i^{{{k - 1}}}$",
            f"a_{j}^{k} = {' + '.join(terms)} = {_number(result)}",
            "Forward (S1): {}.",
        )
    if kind == "o":
        function, g = (net.output, "g_o") if last else (net.hidden, "g")
        return (
            rf"S1:  $o_{{{j}}}^{{{k}}} = {g}(a_{{{j}}}^{{{k}}})$",
            f"o_{j}^{k} = {function}({_number(trace.a[k][0, j - 1])}) = {_number(result)}",
            "Forward (S1): {}.",
        )
    if last:
        difference = f"({_number(trace.y_hat[0, j - 1])} − {_short(y[0, j - 1])})"
        node = f"_{{{j}}}" if net.sizes[-1] > 1 else ""
        if net.error != "mse":
            return (
                rf"A2:  $\delta_{{{j}}}^{{{k}}} = ŷ{node} - y{node}$",
                f"δ_{j}^{k} = {difference} = {_number(result)}",
                "Backward (A2): {}.",
            )
        slope = net.g_o.slope_from_o(trace.o[k])[0, j - 1]
        return (
            rf"A2:  $\delta_{{{j}}}^{{{k}}} = g_o'(a_{{{j}}}^{{{k}}}) \; (ŷ{node} - y{node})$",
            f"δ_{j}^{k} = {_number(slope)} · {difference} = {_number(result)}",
            "Backward (A2): {}, g_o′ times ŷ − y.",
        )
    slope = net.g.slope_from_o(trace.o[k])[0, j - 1]
    terms = [f"{_short(w)} · {_short(d)}" for w, d in zip(weights[k][j], delta[k + 1][0])]
    return (
        rf"A3:  $\delta_{{{j}}}^{{{k}}} = g'(a_{{{j}}}^{{{k}}}) \; "
        rf"\sum_l \, w_{{{j}l}}^{{{k + 1}}} \; \delta_l^{{{k + 1}}}$",
        f"δ_{j}^{k} = {_number(slope)} · ({' + '.join(terms)}) = {_number(result)}",
        "Backward (A3): {}, g′ times the sum.",
    )


def _with_lines_below(figure, letters, numbers, colour):
    """The figure with a strip below the drawing for the equation of the step, in letters and in
    numbers."""
    (width, height), strip = figure.get_size_inches(), 1.0
    figure.set_size_inches(width, height + strip)
    figure.axes[0].set_position((0, strip / (height + strip), 1, height / (height + strip)))
    numbers = re.sub(r"(\S+)_(\d+)\^(\d+)", r"$\1_{\2}^{\3}$", numbers)
    for inches, text, size in ((0.72, letters, 14), (0.27, numbers, 12)):
        figure.text(
            0.5,
            inches / (height + strip),
            text,
            fontsize=size,
            color=colour,
            ha="center",
            va="center",
        )
    return figure


def _number(value):
    return f"{value:.4f}".replace("-", "−")


def _short(value):
    text = f"{value:.4g}".replace("-", "−")
    return f"({text})" if value < 0 else text
