"""One forward and one backward phase of one pair, a step at a time (B1)."""
import ipywidgets
import numpy as np

from .. import plotting
from ..backward import backward, error_terms
from ..errors import pair_errors
from ..forward import forward
from .explorer import Explorer, slider


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
        yield plotting.Scene(figure, []), f"Step {step} of {len(steps)}. {_in_words(net, weights, trace, delta, y, kind, k, j)}"

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
