"""Is a gradient right? Every weight is moved by itself, and what E does is compared with ∂E/∂w.

With a complex step the move is i h: E comes out with Im E / h as its slope, with nothing subtracted and so nothing lost (Squire and
Trapp, SIAM Review 40, 1998; Martins, Sturdza and Alonso, ACM TOMS 29, 2003). Central differences, (E(w+h) - E(w-h)) / 2h, lose about half of
the digits.

Moving w_ij^k moves only a_j^k, by o_i^{k-1} for each unit, and everything before layer k stays. So many weights of a layer are moved
at once, each in a copy of its own; of the next layer's a only what o_j^k adds is computed again, and then the rest of the forward phase.
Whoever trusts ∂a/∂w = o (D6) may move each a_j^k once instead and take the slopes of all its weights from that.
"""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np

from .activations import calls_in_place
from .arrays import check_real, checked_name, checked_number, checked_rows, checked_weights
from .backward import backward, error_terms
from .errors import checked_targets, pair_errors
from .forward import forward_phase
from .network import weight_name

METHODS, NUDGES = ("complex-step", "central"), ("weights", "nodes")


class BlindSpot(NamedTuple):
    """Something this check cannot see on this network and data: `kind` is one word, `text` a sentence."""

    kind: str
    text: str


@dataclass(frozen=True)
class GradientCheck:
    """The report of `gradient_check`; prints itself.

    passed : every weight's relative error is at most `tolerance`
    max_relative_error : the largest of them
    by_layer : list of m numbers, the largest in each layer
    by_parameter : list of m arrays shaped like weights. Where rounding alone could make up the difference, it counts as small:
        the difference is divided by |∂E/∂w| or by what rounding can do, over the tolerance, whichever is larger.
    worst : name of the weight with the largest, in the course's symbols
    numeric : list of m arrays, ∂E/∂w as the nudges give it
    undecided : list of m boolean arrays: weights whose nudge crosses a kink, so that two one-sided slopes differ and the gradient lies
        between them; they are left out of the verdict
    blind_spots : list of BlindSpot
    method, tolerance : as used
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
        left_out = sum(int(u.sum()) for u in self.undecided)
        verdict = "passed" if self.passed else "NOT passed"
        return (
            f"gradient check by {self.method.replace('central', 'central differences').replace('-', ' ')}: {verdict}, {size} weights"
            f"{f', {left_out} of them at a kink and left out' if left_out else ''}, relative error {self._size(self.max_relative_error)}"
        )

    def _layers(self):
        lines = []
        for k, worst in enumerate(self.by_layer, start=1):
            line = f"layer {k}: relative error {self._size(worst)}"
            if worst > self.tolerance:
                i, j = _place_of_worst(self.by_parameter[k - 1])
                wrong = int((self.by_parameter[k - 1] > self.tolerance).sum())
                line += (
                    f", {wrong} of {self.gradients[k - 1].size} weights wrong, the worst {weight_name(k, i, j + 1)}: "
                    f"given {self.gradients[k - 1][i, j]:.6g}, the nudge gives {self.numeric[k - 1][i, j]:.6g}"
                )
            lines.append(line)
        return lines

    def _size(self, error):
        # below the tolerance the digits are rounding, and differ from machine to machine
        return f"{error:.1e}" if error > self.tolerance else f"below {self.tolerance:.0e}"


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
    net, weights, X, y : as for `forward` and `backward`. The nudges are computed in double precision.
    gradients : list of m arrays shaped like weights, the gradient to be checked; None checks `backward`
    method : "complex-step" (right to the last digits) or "central"
    step : h; 1e-20 for the complex step, 1e-5 for central differences, unless given
    tolerance : largest relative error allowed for a weight; 1e-7 for the complex step and 1e-4 for central differences, more for
        gradients in float32
    nudge : "weights" moves every weight by itself and trusts nothing; "nodes" moves every a_j^k by itself, for the complex step alone, and
        takes A1 for granted: ∂E_d/∂w_ij^k is what it finds for δ_j^k, times o_i^{k-1}. That is faster by the number of weights a node has

    Returns
    -------
    GradientCheck

    Raises
    ------
    TypeError, ValueError : a wrong shape, dtype, library or name, or an entry that is not finite, in one sentence.
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
    noise = [_numpy(n) for n in _rounding(net, weights, trace, y, library, eps)]
    gradients = [_numpy(library.astype(g, real)) for g in gradients]
    numeric, undecided = [], []
    kinks = _pairs_at_kinks(net, trace, 0.0 if complex_step else 10 * step)
    for k in range(1, net.m + 1):
        if complex_step:
            slopes = _slopes_of_weights if nudge == "weights" else _slopes_by_nodes
            numeric.append(_numpy(slopes(net, weights, trace, y, k, step, library)))
            undecided.append(np.zeros(numeric[-1].shape, bool))
            continue
        middle = float(library.mean(pair_errors(net, trace.a[-1], trace.y_hat, y)))
        before, after = (
            _numpy(_errors_with_weights_moved(net, weights, trace, y, k, h, library))
            for h in (-step, step)
        )
        numeric.append((after - before) / (2 * step))
        lower, upper = np.sort([(middle - before) / step, (after - middle) / step], axis=0)
        noise[k - 1] = (
            noise[k - 1]
            + 8 * np.finfo(float).eps * abs(middle) / step
            + 1e-9 * abs(numeric[-1]).max()
        )
        slack = noise[k - 1] + (upper - lower) / 100  # for the curvature on either side of the kink
        between = (lower - slack <= gradients[k - 1]) & (gradients[k - 1] <= upper + slack)
        undecided.append(between if kinks else np.zeros(between.shape, bool))

    by_parameter = []
    for g, n, floor, skip in zip(gradients, numeric, noise, undecided):
        difference = abs(g - n)
        size = np.maximum(abs(n), floor / tolerance)
        relative = np.divide(
            difference, size, out=np.where(difference > 0, np.inf, 0.0), where=size > 0
        )
        skip &= relative > tolerance
        by_parameter.append(np.where(skip, 0.0, relative))
    by_layer = [float(relative.max()) for relative in by_parameter]
    k = int(_place_of_worst(np.array(by_layer))[0]) + 1
    i, j = _place_of_worst(by_parameter[k - 1])
    return GradientCheck(
        passed=max(by_layer) <= tolerance,
        max_relative_error=max(by_layer),
        by_layer=by_layer,
        by_parameter=by_parameter,
        worst=weight_name(k, int(i), int(j) + 1),
        gradients=gradients,
        numeric=numeric,
        undecided=undecided,
        blind_spots=_blind_spots(net, weights, trace, numeric, kinks),
        method=method,
        tolerance=tolerance,
    )


def _place_of_worst(errors):
    """The first of the largest entries; equal ones differ in their last digits from machine to machine."""
    return tuple(np.argwhere(errors >= errors.max() * (1 - 1e-6))[0])


def _slopes_of_weights(net, weights, trace, y, k, step, library):
    """∂E/∂w of layer k, (r_{k-1}+1, r_k), every weight moved by i h."""
    return _errors_with_weights_moved(net, weights, trace, y, k, 1j * step, library).imag / step


def _slopes_by_nodes(net, weights, trace, y, k, step, library):
    """∂E/∂w of layer k, (r_{k-1}+1, r_k): every a_j^k moved by i h for all pairs, which are independent of each other, and A1, A4."""
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
    """How many copies bound the memory: on a processor so that they stay in its cache, elsewhere so that a device has enough to do."""
    numbers = 25_000 if library is np else 2_000_000
    return max(1, numbers // (N * max(net.sizes[k:])))


def _pair_errors_with_a_moved(net, weights, trace, y, k, nodes, moves, library):
    """E_d of each pair, (copies, N), where copy c has a_j^k moved by moves[c], (N,) or one number, for j = nodes[c] (counted from 0)."""
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
    """o^k of a hidden layer, in the memory of a^k where the library has a way: new memory costs as much as the arithmetic."""
    if library is not np:
        return net.layer_output(k, a)
    for call, arguments in calls_in_place(net.hidden, a):
        call(*arguments)
    return a


def _rounding(net, weights, trace, y, library, eps):
    """What rounding can do to each ∂E/∂w: the backward phase once more with every sum replaced by the sum of its terms' sizes."""
    delta = error_terms(net, weights, trace, y)
    slope = 1.0 if net.error == "cross-entropy" else abs(net.g_o.slope_from_o(trace.y_hat))
    doubt = eps * ((abs(trace.y_hat) + abs(y)) * slope + abs(trace.y_hat - y))
    doubts = [None] * (net.m + 1)
    doubts[net.m] = doubt
    for k in range(net.m - 1, 0, -1):
        w = abs(weights[k][1:].mT)
        doubts[k] = abs(net.g.slope_from_o(trace.o[k])) * (doubts[k + 1] @ w) + eps * (
            abs(delta[k + 1]) @ w
        )
    N = y.shape[0]
    return [
        64 * abs(trace.o_with_node_0[k - 1]).mT @ (doubts[k] + eps * abs(delta[k])) / N
        for k in range(1, net.m + 1)
    ]


def _pairs_at_kinks(net, trace, reach):
    """(k, j, d) for each a_j^k of pair d that is within `reach` of the kink of a ReLU or step."""
    places = []
    for k in range(1, net.m + 1):
        f = net.g if k < net.m else net.g_o
        if f is not None and f.kinks:
            a = _numpy(trace.a[k])
            near = abs(a) <= reach * max(1.0, abs(_numpy(trace.o[k - 1])).max())
            places += [(k, int(j) + 1, int(d) + 1) for d, j in np.argwhere(near)]
    return places


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
        if k > 1 and net.sizes[k] == net.sizes[k - 1] > 1:
            spots.append(
                BlindSpot(
                    "equal widths",
                    f"layers {k - 1} and {k} both have {net.sizes[k]} nodes: a transposed w^{k}, or an o "
                    "of the wrong layer, has a shape that fits",
                )
            )
    if net.sizes[-1] == 1:
        spots.append(
            BlindSpot(
                "one output",
                "there is one output: a sum over l, a mean and a single path are the same in the last step back",
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
                f"a_{j}^{k} is at the kink of its activation function for pair {d}: there is no single slope there",
            )
        )
    if len(kinks) > 3:
        spots.append(BlindSpot("kink", f"and {len(kinks) - 3} more at a kink"))
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
                f"node {j + 1} of layer {k}: the slopes of all its {len(zero)} weights are exactly 0, because {why}",
            )
        )
    rest = zero[:, ~zero.all(axis=0)]
    if rest.any():
        names = [
            weight_name(k, int(i), int(j) + 1) for i, j in np.argwhere(zero) if not zero[:, j].all()
        ]
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        spots.append(
            BlindSpot(
                "zero slope", f"layer {k}: the slope of {', '.join(names[:4])}{more} is exactly 0"
            )
        )
    return spots


def _numpy(array):
    """A NumPy copy for the report, from any library and device."""
    if isinstance(array, np.ndarray):
        return array
    if hasattr(array, "detach"):
        array = array.detach().cpu()
    return np.asarray(array.get() if hasattr(array, "get") else array)
