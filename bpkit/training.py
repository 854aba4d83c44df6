"""The four-step algorithm: forward phase, backward phase, combine, update, over and over (S1 to S4).

`train` runs it. For NumPy arrays the step is `_Descent`, which makes every array once and works in place, and `_StackDescent` for a stack of
networks; for arrays of other libraries it is `_PlainDescent`, which calls the public functions. All do the same five equations.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from .activations import ACTIVATIONS, calls_in_place
from .arrays import check_real, checked_number, checked_rows, checked_weights
from .backward import backward, weight_change
from .errors import checked_targets, pair_errors
from .forward import forward_phase

DIVERGED = 1e12  # E this many times its first value (or 1, if that is larger) will not come back


@dataclass(frozen=True)
class Training:
    """What `train` returns.

    weights : list of m arrays, after the last update
    errors : array, E at each forward phase, so before the update of its iteration; of its batch, with mini-batches
    y_hat : array (N, r_m), the outputs of the last forward phase, before the last update, as the reference example prints them
    iterations : how many updates were made
    stopped_because : why it stopped, in words
    For a stack of S networks, errors is (S, iterations) and the other arrays have S first.
    """

    weights: list
    errors: np.ndarray
    y_hat: np.ndarray
    iterations: int
    stopped_because: str

    def __repr__(self):
        course = ""
        if self.errors.ndim == 2:
            course = f"{len(self.errors):,} networks; "
        elif len(self.errors):
            course = f"E from {self.errors[0]:.3g} to {self.errors[-1]:.3g}; "
        return f"Training: {self.iterations:,} iteration{'s' * (self.iterations != 1)}; {course}stopped because {self.stopped_because}"


def train(
    net,
    weights,
    X,
    y,
    alpha=0.1,
    iterations=10_000,
    batch_size=None,
    seed=1,
    error_below=None,
    slope_below=None,
    momentum=0,
):
    """Gradient descent with backpropagation.

    Parameters
    ----------
    net, weights, X, y : as for `forward` and `backward`; the weights given are the start and stay as they are. A stack of S networks is trained
        all at once, and one that diverges does not stop the others.
    alpha : learning rate, above 0; for a stack of networks it may be an array (S,), one for each
    iterations : how many updates at most
    batch_size : pairs in each update; None for all N (full batch). Mini-batches are drawn without putting back, in an order
        shuffled anew for every sweep through the data.
    seed : of that order
    error_below : stop when E is below this (a criterion, B3); with a stack, when every E is
    slope_below : stop when every ∂E/∂w is smaller than this in size (a minimum, or a plateau, B3)
    momentum : the share of the last Δw that is added to the next one, from 0 to below 1 (Rumelhart, Hinton and Williams 1986, eq. 9):
        Δw = -alpha ∂E/∂w + momentum · (the Δw before)

    Returns
    -------
    Training. A training that diverges stops and says so. An interrupt from the keyboard returns what was reached. A progress bar
    appears after one second.

    Raises
    ------
    TypeError, ValueError : as `forward`, and for a number out of its range.
    """
    library, weights = checked_weights(net, weights)
    check_real(library, weights)
    X = checked_rows("X", X, net.sizes[0], "r_0", library, weights[0].dtype)
    N = X.shape[0]
    y = checked_targets(
        net, checked_rows("y", y, net.sizes[-1], "r_m", library, weights[0].dtype, N=N), library
    )
    stack = weights[0].shape[0] if weights[0].ndim == 3 else 0
    alpha = _checked_alpha(alpha, stack, library, weights[0])
    iterations = checked_number("iterations", iterations, whole=True, at_least=0)
    if checked_number("momentum", momentum, at_least=0) >= 1:
        raise ValueError(f"momentum is {momentum}, expected a number from 0 to below 1")
    if (
        batch_size is not None
        and checked_number("batch_size", batch_size, whole=True, at_least=1) > N
    ):
        raise ValueError(f"batch_size is {batch_size}, expected at most N = {N} pairs")
    seed = checked_number("seed", seed, whole=True, at_least=0)
    error_below = (
        -math.inf if error_below is None else checked_number("error_below", error_below, above=0)
    )
    slope_below = (
        None if slope_below is None else checked_number("slope_below", slope_below, above=0)
    )

    if batch_size == N:
        batch_size = None
    kind = _PlainDescent if library is not np else _StackDescent if stack else _Descent
    descent = kind(net, weights, X, y, alpha, momentum, library, batch_size or N)
    batches = None if batch_size is None else _batches(N, batch_size, np.random.default_rng(seed))
    errors = np.empty((iterations, stack) if stack else iterations)
    seen = done = 0  # forward phases and updates
    reason = f"all {iterations:,} iterations are done"
    with np.errstate(
        all="ignore"
    ):  # a diverging run overflows before it is stopped, and says so in words
        descent.forward_phase()  # so that y_hat is there whatever happens next
        try:
            for t in _with_progress_bar(iterations):
                if batches is not None:
                    descent.load(next(batches))
                errors[t] = E = descent.forward_phase()
                seen = t + 1
                if stack:
                    E = E.max()  # not a number, once a network's E is
                if t == 0:
                    hopeless = DIVERGED * max(E, 1)
                if not E <= hopeless and not stack:
                    reason = (
                        f"E diverged at iteration {t + 1}: a smaller alpha than {alpha:g} is needed"
                    )
                    break
                if E < error_below:
                    reason = f"E fell below {error_below:g}"
                    break
                descent.backward_phase()
                if slope_below is not None and descent.largest_slope() < slope_below:
                    reason = f"every slope is below {slope_below:g}: a minimum, or a plateau"
                    break
                descent.update()
                done = t + 1
        except KeyboardInterrupt:
            reason = f"it was interrupted after {done:,} iteration{'s' * (done != 1)}"
        if stack and seen:
            lost = np.count_nonzero(~(errors[seen - 1] <= DIVERGED * np.maximum(errors[0], 1)))
            reason += f"; {lost:,} of {stack:,} networks diverged" * bool(lost)
        return Training(descent.result(), errors[:seen].T, descent.y_hat(X), done, reason)


def _checked_alpha(alpha, stack, library, like):
    """A number above 0; for a stack of networks, an array of so many of them will do too."""
    if not stack or np.ndim(alpha) == 0:
        return checked_number("alpha", alpha, above=0)
    values = np.asarray(alpha, dtype=float)
    if values.shape != (stack,) or not (np.isfinite(values).all() and (values > 0).all()):
        raise ValueError(
            f"alpha has shape {values.shape}, expected a number above 0 or S = {stack} of them, one for each network"
        )
    return (
        values
        if library is np
        else library.asarray(values, dtype=like.dtype, device=like.device)[:, None, None]
    )


class _Descent:
    """The algorithm on NumPy arrays that are made once. Columns are pairs here, and row 0 of each output is node 0's constant 1.

    So a^k = w^T o is one product that carries the bias, the outputs without node 0 are one contiguous block, and the gradient o δ^T
    comes out with the bias row in place. All weights are views of one flat vector: the update is one subtraction. α and 1/N
    are multiplied into δ of the last layer, once. On small networks all the time goes into calling NumPy, so the two phases are
    written down beforehand as lists of calls, (function, arguments), each of which works in place.
    """

    def __init__(self, net, weights, X, y, alpha, momentum, library, n):
        dtype = np.result_type(*weights)
        self.net, self.X, self.y, self.alpha, self.momentum, self.n = net, X, y, alpha, momentum, n
        self.flat = np.concatenate([w.ravel() for w in weights]).astype(dtype)
        self.flat_change, self.last_change = (
            np.zeros_like(self.flat),
            np.zeros_like(self.flat) if momentum else None,
        )
        self.w, change = _views(self.flat, weights), _views(self.flat_change, weights)
        outputs = [np.ones((r + 1, n), dtype) for r in net.sizes]
        self.o = [with_node_0[1:] for with_node_0 in outputs]
        self.delta = [np.zeros_like(o_k) for o_k in self.o]
        self.delta_m = self.delta[-1].ravel()
        self.targets = np.empty_like(self.o[-1])
        self.forward_calls = self._forward_calls(outputs)
        self.backward_calls = self._backward_calls(outputs, change, np.array(alpha / n, dtype))
        self.load(slice(0, n))

    def _forward_calls(self, outputs):
        net, calls = self.net, []
        for k in range(1, net.m + 1):
            calls.append((self.w[k - 1].T.dot, (outputs[k - 1], self.o[k])))
            if k < net.m or net.error == "mse":
                calls += calls_in_place(net.hidden if k < net.m else net.output, self.o[k])
        if net.error == "cross-entropy":
            calls.append((self._cross_entropy, ()))
        return [*calls, (np.subtract, (self.o[-1], self.targets, self.delta[-1]))]

    def _backward_calls(self, outputs, change, step_size):
        net, w, o, delta = self.net, self.w, self.o, self.delta
        calls = (
            _slope_calls(net.output, delta[-1], o[-1], keep_o=True) if net.error == "mse" else []
        )  # A2
        calls.append((np.multiply, (delta[-1], step_size, delta[-1])))
        for k in range(net.m, 0, -1):
            calls.append((outputs[k - 1].dot, (delta[k].T, change[k - 1])))  # A1 and A4
            if k > 1:
                calls.append((w[k - 1][1:].dot, (delta[k], delta[k - 1])))  # A3
                calls += _slope_calls(net.hidden, delta[k - 1], o[k - 1])
        return calls

    def _cross_entropy(self):
        """E and y_hat, from a of the last layer, which stands where y_hat will."""
        a = self.o[-1].T.copy()
        y_hat = self.net.layer_output(self.net.m, a)
        self.E = float(pair_errors(self.net, a, y_hat, self.targets.T).mean())
        self.o[-1][:] = y_hat.T

    def load(self, rows):
        """Take these pairs as the batch."""
        self.o[0][:] = self.X[rows].T
        self.targets[:] = self.y[rows].T

    def forward_phase(self):
        """S1; returns E of the batch."""
        for call, arguments in self.forward_calls:
            call(*arguments)
        if self.net.error == "cross-entropy":
            return self.E
        return float(self.delta_m.dot(self.delta_m)) / (2 * self.n)

    def backward_phase(self):
        """S2 and S3; leaves α ∂E/∂w."""
        for call, arguments in self.backward_calls:
            call(*arguments)

    def update(self):
        """S4."""
        change = self.flat_change
        if self.momentum:
            change = self.last_change
            np.multiply(change, self.momentum, change)
            np.add(change, self.flat_change, change)
        np.subtract(self.flat, change, self.flat)  # A5

    def largest_slope(self):
        return np.abs(self.flat_change).max() / self.alpha

    def y_hat(self, X):
        """The outputs of the last forward phase; with mini-batches, those of all pairs with the weights reached."""
        if self.n == len(X):
            return self.o[-1].T.copy()
        return forward_phase(self.net, self.result(), X, np).y_hat

    def result(self):
        return [w.copy() for w in self.w]


class _StackDescent(_Descent):
    """The algorithm on a stack of S networks. S is the last axis here: the arrays are (node, pair, S), with node 0 in front, and weights
    (from, to, S).

    So every step on an element, and every sum of products, runs along S on contiguous numbers. A product of small matrices for each network
    would spend its time on the S calls.
    """

    def __init__(self, net, weights, X, y, alpha, momentum, library, n):
        S, dtype = len(weights[0]), weights[0].dtype
        self.net, self.X, self.y, self.momentum, self.n = net, X, y, momentum, n
        self.alpha = np.broadcast_to(np.asarray(alpha, dtype=dtype), S)
        turned = [np.moveaxis(w, 0, -1) for w in weights]
        self.flat = np.concatenate([w.ravel() for w in turned])
        self.flat_change, self.last_change = (
            np.zeros_like(self.flat),
            np.zeros_like(self.flat) if momentum else None,
        )
        self.w, change = _views(self.flat, turned), _views(self.flat_change, turned)
        self.inputs = np.ones((n, net.sizes[0] + 1), dtype)
        outputs = [self.inputs] + [np.ones((r + 1, n, S), dtype) for r in net.sizes[1:]]
        self.o = [None] + [with_node_0[1:] for with_node_0 in outputs[1:]]
        self.delta = [None] + [np.zeros_like(o_k) for o_k in self.o[1:]]
        self.targets = np.empty((net.sizes[-1], n, 1), dtype)
        self.forward_calls, self.backward_calls = [], []
        for k in range(1, net.m + 1):
            self._sums(
                "ni,ijs->jns" if k == 1 else "ins,ijs->jns",
                outputs[k - 1],
                self.w[k - 1],
                self.o[k],
                self.forward_calls,
            )
            if k < net.m or net.error == "mse":
                self.forward_calls += calls_in_place(
                    net.hidden if k < net.m else net.output, self.o[k]
                )
        if net.error == "mse":
            self.backward_calls += _slope_calls(
                net.output, self.delta[-1], self.o[-1], keep_o=True
            )  # A2
        step_size = self.alpha / dtype.type(n)
        self.backward_calls.append((np.multiply, (self.delta[-1], step_size, self.delta[-1])))
        for k in range(net.m, 0, -1):
            self._sums(
                "ni,jns->ijs" if k == 1 else "ins,jns->ijs",
                outputs[k - 1],
                self.delta[k],
                change[k - 1],
                self.backward_calls,
            )  # A1 and A4
            if k > 1:
                self._sums(
                    "ijs,jns->ins",
                    self.w[k - 1][1:],
                    self.delta[k],
                    self.delta[k - 1],
                    self.backward_calls,
                )  # A3
                self.backward_calls += _slope_calls(net.hidden, self.delta[k - 1], self.o[k - 1])
        self.load(slice(0, n))

    @staticmethod
    def _sums(indices, left, right, out, calls):
        calls.append((lambda: np.einsum(indices, left, right, out=out), ()))

    def load(self, rows):
        self.inputs[:, 1:] = self.X[rows]
        self.targets[:] = self.y[rows].T[:, :, None]

    def forward_phase(self):
        """S1; returns E of the batch for each network, (S,)."""
        for call, arguments in self.forward_calls:
            call(*arguments)
        if self.net.error == "cross-entropy":
            a = self.o[-1].T.copy()  # (S, pair, node), as the rest of bpkit has it
            y_hat = self.net.layer_output(self.net.m, a)
            E = pair_errors(self.net, a, y_hat, self.targets[:, :, 0].T).mean(axis=-1)
            self.o[-1][:] = y_hat.T
        np.subtract(self.o[-1], self.targets, self.delta[-1])
        return (
            np.einsum("jns,jns->s", self.delta[-1], self.delta[-1]) / (2 * self.n)
            if self.net.error == "mse"
            else E
        )

    def largest_slope(self):
        return np.abs(self.flat_change.reshape(-1, len(self.alpha)) / self.alpha).max()

    def result(self):
        return [np.ascontiguousarray(np.moveaxis(w, -1, 0)) for w in self.w]


class _PlainDescent:
    """The algorithm through the public functions, for arrays that live in another library or on another device."""

    def __init__(self, net, weights, X, y, alpha, momentum, library, n):
        self.net, self.weights, self.X, self.y, self.alpha, self.momentum, self.library = (
            net,
            weights,
            X,
            y,
            alpha,
            momentum,
            library,
        )
        self.changes = [0 * w for w in weights] if momentum else None
        self.load(slice(0, n))

    def load(self, rows):
        if not isinstance(rows, slice):
            rows = self.library.asarray(rows, device=self.X.device)
        self.batch, self.targets = self.X[rows], self.y[rows]

    def forward_phase(self):
        self.trace = forward_phase(self.net, self.weights, self.batch, self.library)
        errors = self.library.mean(
            pair_errors(self.net, self.trace.a[-1], self.trace.y_hat, self.targets), axis=-1
        )
        return np.asarray(errors.tolist()) if errors.ndim else float(errors)

    def backward_phase(self):
        self.gradients = backward(self.net, self.weights, self.trace, self.targets)

    def update(self):
        changes = [weight_change(self.alpha, gradient) for gradient in self.gradients]
        if self.momentum:
            self.changes = changes = [
                change + self.momentum * before for change, before in zip(changes, self.changes)
            ]
        self.weights = [w + change for w, change in zip(self.weights, changes)]

    def largest_slope(self):
        return max(float(self.library.max(abs(gradient))) for gradient in self.gradients)

    def y_hat(self, X):
        if self.batch.shape[0] == X.shape[0]:
            return self.trace.y_hat
        return forward_phase(self.net, self.weights, X, self.library).y_hat

    def result(self):
        return self.weights


def _slope_calls(name, delta, o, keep_o=False):
    """The calls that multiply δ by g'(a), taken from o (G3), where it stands. A hidden layer's o is not needed after that, and gives its place."""
    one, f = np.ones((), o.dtype), ACTIVATIONS[name]
    place = np.empty_like(o) if keep_o else o
    known = {
        "sigmoid": [
            (np.multiply, (delta, o, delta)),
            (np.subtract, (one, o, place)),
            (np.multiply, (delta, place, delta)),
        ],
        "tanh": [
            (np.multiply, (o, o, place)),
            (np.subtract, (one, place, place)),
            (np.multiply, (delta, place, delta)),
        ],
        "identity": [],
    }
    return (
        known[name]
        if name in known
        else [(lambda: np.multiply(delta, f.slope_from_o(o), delta), ())]
    )


def _views(flat, weights):
    """The layers' matrices inside one flat vector."""
    views, start = [], 0
    for w in weights:
        views.append(flat[start : start + w.size].reshape(w.shape))
        start += w.size
    return views


def _batches(N, size, random):
    """Row numbers, `size` at a time; every pair comes once before any comes again."""
    rows = random.permutation(N)
    while True:
        while len(rows) < size:
            rows = np.concatenate([rows, random.permutation(N)])
        yield rows[:size]
        rows = rows[size:]


def _with_progress_bar(iterations):
    """0, 1, ... with a bar that appears after one second. The bar is told in blocks that last a while, since telling it costs time."""
    from tqdm import tqdm

    class Bar(tqdm):
        monitor_interval = 0  # no thread beside it: a browser's Python has none, and none is needed

    with Bar(total=iterations, delay=1, leave=False, unit=" iterations", desc="train") as bar:
        start, block = 0, 1
        while start < iterations:
            began, stop = time.perf_counter(), min(start + block, iterations)
            yield from range(start, stop)
            bar.update(stop - start)
            start = stop
            if time.perf_counter() - began < 0.05:
                block *= 2
