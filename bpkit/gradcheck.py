"""Is a gradient right? Every weight is moved by itself, and what E does is compared with ∂E/∂w.

With a complex step the move is i h: E comes out with Im E / h as its slope, with nothing subtracted
and so nothing lost (Squire and Trapp, SIAM Review 40, 1998; Martins, Sturdza and Alonso, ACM TOMS
29, 2003). Central differences, (E(w+h) - E(w-h)) / 2h, lose about half of the digits.

Moving w_ij^k moves only a_j^k, by o_i^{k-1} for each unit, and everything before layer k stays. So
many weights of a layer are moved at once, each in a copy of its own; of the next layer's a only
what o_j^k adds is computed again, and then the rest of the forward phase. Whoever trusts ∂a/∂w = o
(D6) may move each a_j^k once instead and take the slopes of all its weights from that.
"""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np

from .activations import calls_in_place
from .arrays import check_real, checked_name, checked_number, checked_rows, checked_weights
from .backward import backward
from .errors import checked_targets, pair_errors
from .forward import forward_phase
from .network import weight_name

METHODS, NUDGES = ("complex-step", "central"), ("weights", "nodes")
SAFETY = 8  # times the estimated rounding is what rounding may explain
DROWNED = 0.05  # rounding above this share of a slope hides a gradient that is wrong by a tenth
NEGLIGIBLE = 1e-3  # rounding below this share of the layer's largest slope: the slope is small


class BlindSpot(NamedTuple):
    """Something this check cannot see on this network and data: `kind` is one word, `text` a
    sentence."""

    kind: str
    text: str


@dataclass(frozen=True)
class GradientCheck:
    """The report of `gradient_check`; prints itself.

    passed : no weight is wrong, and none is unjudged. A weight is wrong where its relative error is
        above `tolerance` and rounding cannot make up the difference
    max_relative_error : the largest relative error that rounding cannot make up
    by_layer : list of m numbers, the largest such error in each layer
    by_parameter : list of m arrays shaped like weights, |given - numeric| / |numeric|; 0 where
        undecided
    worst : name of the weight with the largest, in the course's symbols
    numeric : list of m arrays, ∂E/∂w as the nudges give it
    undecided : list of m boolean arrays: weights whose nudge crosses a kink, so that two one-sided
        slopes differ and the gradient lies
        between them; they are left out of the verdict
    blind_spots : list of BlindSpot
    method, tolerance : as used
    wrong, unjudged : lists of m boolean arrays. Unjudged is a weight whose slope is so small beside
        rounding that a wrong gradient would pass too; `passed` is False then, and the verdict is
        "cannot be judged" if none is wrong.
        A slope that is small beside the largest of its layer, and known to be, is judged: as about
        0
    explained : list of m boolean arrays: weights that differ by more than `tolerance`, but
        no more than rounding explains
    step : h as used
    advice : what would help to judge the unjudged weights; "" if there are none
    """

    passed: bool
    max_relative_error: float
    by_layer: list
    by_parameter: list
    worst: str
    gradients: list
    numeric: list
    undecided: list
    blind_spots: list
    method: str
    tolerance: float
    wrong: list
    unjudged: list
    explained: list
    step: float
    advice: str

    def __repr__(self):
        return "\n".join(
            [
                self._verdict(),
                *(f"  {line}" for line in self._layers()),
                *(f"  blind spot: {spot.text}" for spot in self.blind_spots),
            ]
        )

    def _repr_html_(self):
        layers = "".join(f"<li>{escape(line)}</li>" for line in self._layers())
        spots = "".join(f"<li>blind spot: {escape(spot.text)}</li>" for spot in self.blind_spots)
        return f"<p><b>{escape(self._verdict())}</b></p><ul>{layers}{spots}</ul>"

    def _verdict(self):
        size = sum(g.size for g in self.gradients)
        left_out = _count(self.undecided)
        unjudged = _count(self.unjudged)
        cannot = unjudged > 0 and not _count(self.wrong)
        verdict = "passed" if self.passed else "cannot be judged" if cannot else "NOT passed"
        method = self.method.replace("central", "central differences").replace("-", " ")
        parts = [f"gradient check by {method}: {verdict}", f"{size} weights"]
        if left_out:
            parts.append(f"{left_out} of them at a kink and left out")
        if unjudged:
            parts.append(
                f"{unjudged} of them lost in rounding with step {self.step:.0e} ({self.advice})"
            )
        if unjudged < size:
            others = " of the others" if unjudged else ""
            parts.append(f"relative error{others} {self._size(self.max_relative_error)}")
        return ", ".join(parts)

    def _layers(self):
        lines = []
        for k, worst in enumerate(self.by_layer, start=1):
            at = k - 1
            unjudged, size = int(self.unjudged[at].sum()), self.gradients[at].size
            line = f"layer {k}: "
            if unjudged < size:
                line += f"relative error {self._size(worst)}"
            if self.wrong[at].any():
                i, j = _place_of_worst(np.where(self.wrong[at], self.by_parameter[at], 0.0))
                line += (
                    f", {int(self.wrong[at].sum())} of {size} weights wrong, the worst "
                    f"{weight_name(k, i, j + 1)}: given {self.gradients[at][i, j]:.6g}, "
                    f"the nudge gives {self.numeric[at][i, j]:.6g}"
                )
            explained = int((self.explained[at] & ~self.unjudged[at]).sum())
            if explained:
                line += f"; {explained} differ by more, but no more than rounding explains"
            if unjudged:
                line += f"{', ' if unjudged < size else ''}{unjudged} of {size} cannot be judged"
            lines.append(line)
        return lines

    def _size(self, error):
        # below the tolerance the digits are rounding, and differ from machine to machine
        return f"{error:.1e}" if error > self.tolerance else f"below {self.tolerance:.0e}"


@np.errstate(over="ignore")  # a large e^(-a) is infinite, and its output rightly 0
def gradient_check(
    net,
    weights,
    X,
    y,
    gradients=None,
    method="complex-step",
    step=None,
    tolerance=None,
    nudge="weights",
):
    """Compare a gradient with what nudging each weight by itself gives.

    Parameters
    ----------
    net, weights, X, y : as for `forward` and `backward`. The nudges are computed in double
        precision.
    gradients : list of m arrays shaped like weights, the gradient to be checked; None checks
        `backward`
    method : "complex-step" (right to the last digits) or "central"
    step : h; 1e-20 for the complex step, 1e-5 for central differences, unless given
    tolerance : largest relative error allowed for a weight; 1e-7 for the complex step and 1e-4 for
        central differences, more for
        gradients in float32
    nudge : "weights" moves every weight by itself and trusts nothing; "nodes" moves every a_j^k by
        itself, for the complex step alone, and
        takes A1 for granted: ∂E_d/∂w_ij^k is what it finds for δ_j^k, times o_i^{k-1}. That is
        faster by the number of weights a node has

    Returns
    -------
    GradientCheck. It calls a weight wrong if its gradient differs from the slope by more than
        `tolerance` of it and by more than rounding (of `gradients`, of E, and what central
        differences leave out) explains. Where that hides more than 5 % of the slope, and more than
        a thousandth of the largest slope of the layer, the weight cannot be judged. So what passes
        is within these bounds; at a kink, it is a gradient for some slope between those of the two
        sides. Slopes below 1e-150 count as 0, in float32 those below 1e-38

    Raises
    ------
    TypeError, ValueError : a wrong shape, dtype, library or name, or an entry that is not finite,
        in one sentence.
    """
    library, weights = checked_weights(net, weights, stacks=False)
    check_real(library, weights)
    X = checked_rows("X", X, net.sizes[0], "r_0", library, weights[0].dtype)
    y = checked_rows("y", y, net.sizes[-1], "r_m", library, weights[0].dtype, N=X.shape[0])
    checked_targets(net, y, library)
    checked_name("method", method, METHODS)
    checked_name("nudge", nudge, NUDGES)
    complex_step = method == "complex-step"
    if nudge == "nodes" and not complex_step:
        raise ValueError('nudge is "nodes", which works with method "complex-step" alone')
    step = (
        (1e-20 if complex_step else 1e-5) if step is None else checked_number("step", step, above=0)
    )
    if gradients is None:
        gradients = backward(net, weights, forward_phase(net, weights, X, library), y)
    else:
        library_of_gradients, gradients = checked_weights(
            net, gradients, name="gradients", stacks=False
        )
        if library_of_gradients is not library:
            raise TypeError("gradients and weights belong to different array libraries")
        check_real(library, gradients)
    eps = float(max(library.finfo(g.dtype).eps for g in gradients))
    if tolerance is None:
        tolerance = max(1e-7 if complex_step else 1e-4, 100 * eps)
    tolerance = checked_number("tolerance", tolerance, above=0)

    real = library.float64
    weights = [library.astype(w, real) for w in weights]
    X, y = library.astype(X, real), library.astype(y, real)
    trace = forward_phase(net, weights, X, library)
    eps_of_nudge = float(np.finfo(float).eps)
    in_double, bounds, rounding_of_E = _rounding(net, weights, trace, y, eps_of_nudge)
    noise_given = in_double if eps == eps_of_nudge else _rounding(net, weights, trace, y, eps)[0]
    gradients = [_numpy(library.astype(g, real)) for g in gradients]
    reach = 0.0 if complex_step else 10 * step
    kinks = _pairs_at_kinks(net, trace, reach)
    slopes = _slopes_of_weights if nudge == "weights" else _slopes_by_nodes
    at_kinks = _slopes_at_kinks(net, weights, trace, y, reach) if kinks else [()] * net.m
    layers = []
    for k in range(1, net.m + 1):
        at = k - 1
        if complex_step:
            n = _numpy(slopes(net, weights, trace, y, k, step, library))
            rounding = in_double[at] + np.finfo(float).tiny / step  # a smaller Im E is lost
            lower, upper = _hull(n, *at_kinks[at])
            nudged = Nudged(n, lower, upper, rounding, rounding)
        else:
            of_kinks = np.subtract(*at_kinks[at][::-1]) if kinks else 0.0
            n, left, right, left_out = _central_differences(
                net, weights, trace, y, k, step, rounding_of_E, of_kinks, library
            )
            rounding = in_double[at] + rounding_of_E / step
            lower, upper = _hull(left, right, *at_kinks[at]) if kinks else (n, n)
            nudged = Nudged(n, lower, upper, rounding, rounding + left_out)
        layers.append(
            _judged(gradients[at], nudged, noise_given[at], bounds[at], tolerance, complex_step)
        )
    numeric, by_parameter, by_layer, wrong, unjudged, explained, undecided, by_nudge, by_given = (
        list(of_layers) for of_layers in zip(*layers)
    )
    worst = int(_place_of_worst(np.array(by_layer))[0])
    i, j = _place_of_worst(np.where(explained[worst] | unjudged[worst], 0.0, by_parameter[worst]))
    known = [np.where(u, np.nan, n) for u, n in zip(unjudged, numeric)]
    return GradientCheck(
        passed=not _count(wrong) and not _count(unjudged),
        max_relative_error=max(by_layer),
        by_layer=by_layer,
        by_parameter=by_parameter,
        worst=weight_name(worst + 1, int(i), int(j) + 1),
        gradients=gradients,
        numeric=numeric,
        undecided=undecided,
        blind_spots=_blind_spots(net, weights, trace, known, kinks),
        method=method,
        tolerance=tolerance,
        wrong=wrong,
        unjudged=unjudged,
        explained=explained,
        step=step,
        advice=_advice(complex_step, step, eps > eps_of_nudge, any(by_nudge), any(by_given)),
    )


class Nudged(NamedTuple):
    """What nudging the weights of a layer gives: the slopes, the smallest and the largest slope
    that a kink leaves open, how far rounding may move them, and that with what central differences
    leave out."""

    slopes: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    rounding: np.ndarray
    noise: np.ndarray


class Judged(NamedTuple):
    """The verdict on the gradient of one layer, weight by weight, as `GradientCheck` has it, and
    whether what cannot be judged is lost by the nudge or by the rounding of that gradient."""

    numeric: np.ndarray
    relative: np.ndarray
    worst: float
    wrong: np.ndarray
    unjudged: np.ndarray
    explained: np.ndarray
    undecided: np.ndarray
    lost_by_nudge: bool
    lost_by_given: bool


def _judged(g, nudged, noise_given, bound, tolerance, complex_step):
    n, lower, upper, rounding, noise = nudged
    difference = abs(g - n)
    infinite = np.where(difference > 0, np.inf, 0.0)
    relative = np.divide(difference, abs(n), out=infinite, where=n != 0)
    differs = relative > tolerance
    drowned = _drowned(noise, g, n, bound)
    if complex_step:
        drowned &= difference > 0  # what agrees to the last digit is no chance
    # at a kink, every slope between those of the two sides is right
    beyond = np.maximum(np.maximum(lower - g, g - upper), 0)
    width = upper - lower
    slack = rounding + noise_given + (tolerance if complex_step else 0.01) * width
    inside = (lower - slack <= g) & (g <= upper + slack) & (width > 4 * slack)
    at_kink = inside & (differs | drowned)
    by_rounding = differs & ~at_kink & (beyond <= noise + noise_given)
    lost = by_rounding & ~drowned & _drowned(noise + noise_given, g, n, bound)
    wrong = differs & ~by_rounding & ~at_kink
    unjudged = (drowned | lost) & ~wrong & ~at_kink
    told = np.where(at_kink | by_rounding | unjudged, 0.0, relative)
    return Judged(
        numeric=n,
        relative=np.where(at_kink, 0.0, relative),
        worst=float(told.max()),
        wrong=wrong,
        unjudged=unjudged,
        explained=by_rounding,
        undecided=at_kink,
        lost_by_nudge=bool((drowned & unjudged).any()),
        lost_by_given=bool((lost & unjudged).any()),
    )


def _drowned(noise, given, numeric, bound):
    """Where rounding hides a wrong gradient, but for slopes that are 0 or known to be small."""
    slope = np.maximum(abs(given), abs(numeric))
    small = noise <= NEGLIGIBLE * abs(numeric).max()
    return (noise > DROWNED * slope) & ~small & (bound > 0)


def _advice(complex_step, step, low_precision, lost_by_nudge, lost_by_given):
    """What would help to judge what is lost in rounding, in a few words."""
    help_from = []
    if lost_by_nudge and complex_step:
        help_from.append("a larger step" if step < 1e-100 else "other data or weights")
    elif lost_by_nudge:
        help_from += ["a step near 1e-5"] if step < 1e-7 else []
        help_from.append("the complex step")
    if lost_by_given:
        help_from.append("gradients in float64" if low_precision else "other data or weights")
    return f"what helps: {' or '.join(dict.fromkeys(help_from))}" if help_from else ""


def _count(masks):
    """How many entries of a list of boolean arrays are True."""
    return sum(int(mask.sum()) for mask in masks)


def _place_of_worst(errors):
    """The first of the largest entries; equal ones differ in their last digits from machine to
    machine."""
    return tuple(np.argwhere(errors >= errors.max() * (1 - 1e-6))[0])


def _hull(*slopes):
    """The smallest and the largest of several slopes of each weight."""
    return np.min(slopes, axis=0), np.max(slopes, axis=0)


def _central_differences(net, weights, trace, y, k, step, rounding_of_E, of_kinks, library):
    """∂E/∂w of layer k, the slopes to the left and to the right, and what the step leaves out.

    The last is told by a step twice as large and one a thousand times smaller, but for what
    rounding does to that one. A smooth E gives both nearly the same slope, and slopes to the left
    and to the right whose difference grows as the step does; `of_kinks` is what known kinks add to
    that.
    """
    middle = float(library.mean(pair_errors(net, trace.a[-1], trace.y_hat, y)))
    slope, bend = {}, {}
    for h in (step, 2 * step, step / 1000):
        before, after = (
            _numpy(_errors_with_weights_moved(net, weights, trace, y, k, move, library)) - middle
            for move in (-h, h)
        )
        if h == step:
            left, right = -before / h, after / h
        slope[h], bend[h] = (after - before) / (2 * h), abs(after + before) / h
    n, fine, rounding = slope[step], step / 1000, rounding_of_E / (step / 1000)
    left_out = abs(slope[2 * step] - n) + np.maximum(abs(slope[fine] - n) - rounding, 0)
    bent = abs(bend[2 * step] - 2 * bend[step])
    bent += np.maximum(bend[fine] - bend[step] / 30 - 2 * rounding, 0)
    return n, left, right, 2 * (left_out + np.maximum(bent - 2 * of_kinks, 0))


def _slopes_of_weights(net, weights, trace, y, k, step, library):
    """∂E/∂w of layer k, (r_{k-1}+1, r_k), every weight moved by i h."""
    E = _errors_with_weights_moved(net, weights, trace, y, k, 1j * step, library)
    return E.imag / step


def _slopes_by_nodes(net, weights, trace, y, k, step, library):
    """∂E/∂w of layer k, (r_{k-1}+1, r_k): every a_j^k moved by i h for all pairs, which are
    independent of each other, and A1, A4."""
    N, width = trace.a[k].shape
    some = _copies_at_once(net, N, k, library)
    delta = [
        _pair_errors_with_a_moved(
            net,
            weights,
            trace,
            y,
            k,
            list(range(start, min(start + some, width))),
            1j * step,
            library,
        ).imag
        for start in range(0, width, some)
    ]
    return trace.o_with_node_0[k - 1].mT @ (library.concat(delta).mT / (step * N))


def _errors_with_weights_moved(net, weights, trace, y, k, h, library):
    """E with each weight of layer k moved by h, by itself: (r_{k-1}+1, r_k)."""
    o_before = trace.o_with_node_0[k - 1]
    N, count = o_before.shape
    width = net.sizes[k]
    some = _copies_at_once(net, N, k, library)
    errors = []
    for start in range(0, count * width, some):
        places = range(start, min(start + some, count * width))
        i, j = [place // width for place in places], [place % width for place in places]
        E_d = _pair_errors_with_a_moved(
            net, weights, trace, y, k, j, h * o_before[:, i].mT, library
        )
        errors.append(library.mean(E_d, axis=-1))
    return library.reshape(library.concat(errors), (count, width))


def _copies_at_once(net, N, k, library):
    """How many copies bound the memory: on a processor so that they stay in its cache, elsewhere so
    that a device has enough to do."""
    numbers = 25_000 if library is np else 2_000_000
    return max(1, numbers // (N * max(net.sizes[k:])))


def _pair_errors_with_a_moved(net, weights, trace, y, k, nodes, moves, library):
    """E_d of each pair, (copies, N), where copy c has a_j^k moved by moves[c], (N,) or one number.

    nodes : j of each copy, counted from 0
    """
    moved = trace.a[k][:, nodes].mT + moves  # (copies, N)
    if k == net.m:
        a = library.asarray(
            library.broadcast_to(trace.a[k], (len(nodes), *trace.a[k].shape)),
            dtype=moved.dtype,
            copy=True,
        )
        a[list(range(len(nodes))), :, nodes] = moved
    else:
        change = (
            net.g.value(moved) - trace.o[k][:, nodes].mT
        )  # of o_j^k, which is all that changes in o^k
        a = change[:, :, None] * weights[k][1:][nodes][:, None, :]
        a += trace.a[k + 1]
    for layer in range(k + 2, net.m + 1):
        w = library.astype(weights[layer - 1], a.dtype)
        a = _output_in_place(net, layer - 1, a, library) @ w[1:] + w[0]
    return pair_errors(net, a, net.layer_output(net.m, a), y)


def _output_in_place(net, k, a, library):
    """o^k of a hidden layer, in the memory of a^k where the library has a way: new memory costs as
    much as the arithmetic."""
    if library is not np:
        return net.layer_output(k, a)
    for call, arguments in calls_in_place(net.hidden, a):
        call(*arguments)
    return a


def _slopes_at_kinks(net, weights, trace, y, reach):
    """The smallest and the largest that ∂E/∂w can be where each ReLU within `reach` of its kink has
    any slope from 0 to 1: a list of m pairs of arrays."""
    low = high = _numpy(trace.y_hat) - _numpy(y)
    found = []
    for k in range(net.m, 0, -1):
        if k < net.m:
            low, high = _products_between(low, high, _numpy(weights[k])[1:].T)
        if k < net.m or net.error == "mse":
            f = net.g if k < net.m else net.g_o
            slope = _numpy(f.slope_from_o(trace.o[k]))
            near = _near_kink(net, trace, k, reach)
            low = np.where(near, np.minimum(low, 0), low * slope)
            high = np.where(near, np.maximum(high, 0), high * slope)
        o_before = _numpy(trace.o_with_node_0[k - 1])
        smallest, largest = _products_between(low.T, high.T, o_before / len(o_before))
        found.insert(0, (smallest.T, largest.T))
    return found


def _products_between(low, high, w):
    """The smallest and the largest that a matrix product with w can be, as it is rounded."""
    positive, negative = np.maximum(w, 0), np.minimum(w, 0)
    rounding = SAFETY * np.finfo(float).eps * (np.maximum(abs(low), abs(high)) @ abs(w))
    smallest, largest = low @ positive + high @ negative, high @ positive + low @ negative
    return smallest - rounding, largest + rounding


def _near_kink(net, trace, k, reach):
    """Where a^k, (N, r_k), is so close to the kink of its function that a step can carry it
    there."""
    a, largest = abs(_numpy(trace.a[k])), max(1.0, abs(_numpy(trace.o[k - 1])).max())
    f = net.g if k < net.m else net.g_o
    return (a <= reach * largest) & (f is not None and f.kinks)


def _rounding(net, weights, trace, y, eps):
    """How far rounding may move each ∂E/∂w, how large that can be, and how far it may move E.

    Each sum and product is rounded by eps of its size; from there on the doubts, taken as
    independent of each other, go through the forward and backward phase by their squares.

    Returns
    -------
    list of m arrays, the doubt of each ∂E/∂w; list of m arrays, 0 where a weight moves nothing;
    a number
    """
    weights, y = [_numpy(w) for w in weights], _numpy(y)
    a, o = [None, *map(_numpy, trace.a[1:])], [_numpy(v) for v in trace.o]
    o_before = [_numpy(v) for v in trace.o_with_node_0]
    m, N, e2 = net.m, len(y), eps * eps
    # what is smaller than the smallest number is lost; its square has to be a number too
    lost = max(float(np.finfo(np.float32 if eps > 1e-10 else float).tiny), 1e-150) ** 2
    squares = [w * w for w in weights]
    var_o, slope, var_slope, var_a = [np.zeros_like(o[0])], [None], [None], None
    for k in range(1, m + 1):
        own = (abs(o_before[k - 1]) @ abs(weights[k - 1])) ** 2
        var_a = var_o[-1] @ squares[k - 1][1:] + e2 * own + lost
        name = net.hidden if k < m else net.output
        if name == "softmax":
            spread = np.sqrt(var_a) + (o[k] * np.sqrt(var_a)).sum(axis=1, keepdims=True)
            var_o.append((o[k] * spread) ** 2 + e2 * o[k] ** 2 + lost)
            slope.append(np.ones_like(o[k])), var_slope.append(np.zeros_like(o[k]))
            continue
        f = net.g if k < m else net.g_o
        slope.append(_numpy(f.slope_from_o(o[k])))
        var_slope.append(_variance_of_slope(name, a[k], o[k], slope[k], var_a, e2, lost))
        var_o.append(slope[k] ** 2 * var_a + e2 * o[k] ** 2 + lost)
    miss = o[m] - y
    if net.error == "mse":
        delta, var_miss = slope[m] * miss, var_o[m] + e2 * miss**2
        var_delta = _variance_of_product(slope[m], var_slope[m], miss, var_miss)
        of_pairs = (np.sqrt(var_o[m]) + eps * (abs(o[m]) + abs(y))) * abs(miss)
    else:
        delta, var_delta = miss, var_o[m] + e2 * miss**2
        of_pairs = np.sqrt(var_a) * abs(miss) + eps * (1 + abs(a[m])) * (1 + abs(y))
    rounding_of_E = SAFETY * float(of_pairs.sum(axis=1).mean())
    reach, noise, bounds = abs(delta), [None] * m, [None] * m
    for k in range(m, 0, -1):
        before = abs(o_before[k - 1])
        var = (before**2).T @ var_delta + e2 * (before.T @ abs(delta)) ** 2
        var[1:] += var_o[k - 1].T @ (delta**2 + var_delta)
        noise[k - 1] = SAFETY * np.sqrt(var) / N + np.sqrt(lost)
        bounds[k - 1] = before.T @ reach / N
        if k > 1:
            w = weights[k - 1][1:].T
            back = delta @ w
            var_back = var_delta @ w**2 + e2 * (abs(delta) @ abs(w)) ** 2
            var_delta = _variance_of_product(slope[k - 1], var_slope[k - 1], back, var_back)
            reach = (abs(slope[k - 1]) + np.sqrt(var_slope[k - 1])) * (reach @ abs(w))
            delta = slope[k - 1] * back
    return noise, bounds, rounding_of_E


def _variance_of_product(one, var_one, other, var_other):
    """The square of how far a product may move; where both factors are lost, both doubts count."""
    return one**2 * var_other + var_one * other**2 + var_one * var_other


def _variance_of_slope(name, a, o, slope, var_a, e2, lost):
    """The square of how far rounding may move g' of a node, by its a and by the arithmetic of
    g'."""
    if name == "sigmoid":
        return ((1 - 2 * o) * slope) ** 2 * var_a + e2 * o**2 + lost
    if name == "tanh":
        return (2 * o * slope) ** 2 * var_a + 4 * e2 * o**2 + lost
    if name == "softplus":
        return (slope * (1 - slope)) ** 2 * var_a + e2 * slope**2 + lost
    if name == "relu":  # rounding can carry it over the kink
        return ((a != 0) & (a * a <= 16 * var_a)).astype(float)
    return np.zeros_like(o)


def _pairs_at_kinks(net, trace, reach):
    """(k, j, d) for each a_j^k of pair d that is within `reach` of the kink of a ReLU or step."""
    return [
        (k, int(j) + 1, int(d) + 1)
        for k in range(1, net.m + 1)
        for d, j in np.argwhere(_near_kink(net, trace, k, reach))
    ]


def _blind_spots(net, weights, trace, numeric, kinks):
    spots = []
    for k in range(1, net.m + 1):
        spots += _zero_slopes(net, trace, numeric[k - 1], k)
    for k in range(1, net.m + 1):
        if not _numpy(weights[k - 1])[0].any():
            spots.append(
                BlindSpot(
                    "zero biases",
                    f"all biases of layer {k} are 0: a wrong use of w_0j^{k} does not show",
                )
            )
    spots += _inputs_that_look_alike(_numpy(trace.o[0]))
    if net.error == "mse" and net.output == "identity":
        spots.append(
            BlindSpot(
                "output slope 1",
                "the output function has the slope 1 everywhere: a g_o′ left out does not show",
            )
        )
    if net.sizes[-1] == 1:
        spots.append(
            BlindSpot(
                "one output",
                "there is one output: a sum over l, a mean and a single path are the same in the "
                "last step back",
            )
        )
    if trace.y_hat.shape[0] == 1:
        spots.append(
            BlindSpot("one pair", "there is one pair: a sum over d and a mean are the same")
        )
    for k, j, d in kinks[:3]:
        spots.append(
            BlindSpot(
                "kink",
                f"a_{j}^{k} is at the kink of its activation function for pair {d}: there is no "
                "single slope there",
            )
        )
    if len(kinks) > 3:
        spots.append(BlindSpot("kink", f"and {len(kinks) - 3} more at a kink"))
    return spots


def _inputs_that_look_alike(X):
    """Inputs that are 1 for all pairs, as node 0 is, and inputs that equal an earlier one."""
    spots, first_with = [], {}
    for i, column in enumerate((X + 0.0).T, start=1):  # + 0.0: a zero without a sign
        if (column == 1).all():
            text = (
                f"input {i} is 1 for all pairs, as node 0 is: "
                f"a mix-up of w_{i}j^1 and the bias w_0j^1 does not show"
            )
            spots.append(BlindSpot("input like the bias", text))
            continue
        first = first_with.setdefault(column.tobytes(), i)
        if first < i and column.any():
            text = (
                f"inputs {first} and {i} are equal for all pairs: "
                f"a mix-up of w_{first}j^1 and w_{i}j^1 does not show"
            )
            spots.append(BlindSpot("equal inputs", text))
    return spots


def _zero_slopes(net, trace, numeric, k):
    """Weights whose slope is exactly 0: a forgotten slope looks the same as a right one."""
    zero = numeric == 0
    if not zero.any():
        return []
    spots = []
    function = net.hidden if k < net.m else net.output
    for j in np.flatnonzero(zero.all(axis=0)):
        off = function == "relu" and not (_numpy(trace.a[k])[:, j] > 0).any()
        why = "its ReLU is off for every pair" if off else f"its δ_{j + 1}^{k} is 0 for every pair"
        spots.append(
            BlindSpot(
                "zero slope",
                f"node {j + 1} of layer {k}: the slopes of all its {len(zero)} weights are exactly "
                f"0, because {why}",
            )
        )
    rest = zero[:, ~zero.all(axis=0)]
    if rest.any():
        names = [
            weight_name(k, int(i), int(j) + 1) for i, j in np.argwhere(zero) if not zero[:, j].all()
        ]
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        which = (
            f"the slopes of {', '.join(names[:4])}{more} are"
            if names[1:]
            else (f"the slope of {names[0]} is")
        )
        spots.append(BlindSpot("zero slope", f"layer {k}: {which} exactly 0"))
    return spots


def _numpy(array):
    """A NumPy copy for the report, from any library and device."""
    if isinstance(array, np.ndarray):
        return array
    if hasattr(array, "detach"):
        array = array.detach().cpu()
    return np.asarray(array.get() if hasattr(array, "get") else array)
