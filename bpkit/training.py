"""The four-step algorithm: forward phase, backward phase, combine, update, over and over (S1 to S4).

`train` runs it. For NumPy arrays the step is `_Descent`, which makes every array once and works in place; for arrays of other
libraries it is `_PlainDescent`, which calls the public functions. Both do the same five equations.
"""
import math
from dataclasses import dataclass

import numpy as np

from .activations import ACTIVATIONS
from .arrays import checked_number, checked_rows, checked_weights
from .backward import backward, weight_change
from .errors import checked_targets, pair_errors
from .forward import forward_phase

DIVERGED = 1e12      # E this many times its first value (or 1, if that is larger) will not come back


@dataclass(frozen=True)
class Training:
    """What `train` returns.

    weights : list of m arrays, after the last update
    errors : array (iterations,), E at the forward phase of each iteration, so before its update; of its batch, with mini-batches
    y_hat : array (N, r_m), the outputs of the last forward phase, before the last update, as the reference example prints them
    iterations : how many updates were made
    stopped_because : why it stopped, in words
    """
    weights: list
    errors: np.ndarray
    y_hat: np.ndarray
    iterations: int
    stopped_because: str

    def __repr__(self):
        course = f"E from {self.errors[0]:.3g} to {self.errors[-1]:.3g}; " if len(self.errors) else ""
        return f"Training: {self.iterations:,} iteration{'s' * (self.iterations != 1)}; {course}stopped because {self.stopped_because}"


def train(net, weights, X, y, alpha=0.1, iterations=10_000, batch_size=None, seed=1, error_below=None, slope_below=None):
    """Gradient descent with backpropagation.

    Parameters
    ----------
    net, weights, X, y : as for `forward` and `backward`; the weights given are the start and stay as they are
    alpha : learning rate, above 0
    iterations : how many updates at most
    batch_size : pairs in each update; None for all N (full batch). Mini-batches are drawn without putting back, in an order
        shuffled anew for every sweep through the data.
    seed : of that order
    error_below : stop when E is below this (a criterion, B3)
    slope_below : stop when every ∂E/∂w is smaller than this in size (a minimum, or a plateau, B3)

    Returns
    -------
    Training. A training that diverges stops and says so. An interrupt from the keyboard returns what was reached. A progress bar
    appears after one second.

    Raises
    ------
    TypeError, ValueError : as `forward`, and for a number out of its range.
    """
    library, weights = checked_weights(net, weights)
    X = checked_rows("X", X, net.sizes[0], "r_0", library, weights[0].dtype)
    N = X.shape[0]
    y = checked_targets(net, checked_rows("y", y, net.sizes[-1], "r_m", library, weights[0].dtype, N=N), library)
    alpha = checked_number("alpha", alpha, above=0)
    iterations = checked_number("iterations", iterations, whole=True, at_least=0)
    if batch_size is not None and checked_number("batch_size", batch_size, whole=True, at_least=1) > N:
        raise ValueError(f"batch_size is {batch_size}, expected at most N = {N} pairs")
    seed = checked_number("seed", seed, whole=True, at_least=0)
    error_below = -math.inf if error_below is None else checked_number("error_below", error_below, above=0)
    slope_below = None if slope_below is None else checked_number("slope_below", slope_below, above=0)

    if batch_size == N:
        batch_size = None
    descent = (_Descent if library is np else _PlainDescent)(net, weights, X, y, alpha, library, batch_size or N)
    batches = None if batch_size is None else _batches(N, batch_size, np.random.default_rng(seed))
    errors = np.empty(iterations)
    done, reason = 0, f"all {iterations:,} iterations are done"
    try:
        descent.forward_phase()               # so that y_hat is there whatever happens next
        with np.errstate(all="ignore"):       # a diverging run overflows before it is stopped, and says so in words
            for t in _with_progress_bar(iterations):
                if batches is not None:
                    descent.load(next(batches))
                E = errors[t] = descent.forward_phase()
                if t == 0:
                    hopeless = DIVERGED * max(E, 1)
                if not E <= hopeless:
                    reason = f"E diverged at iteration {t + 1}: a smaller alpha than {alpha:g} is needed"
                    errors = errors[:t + 1]
                    break
                if E < error_below:
                    reason = f"E fell below {error_below:g}"
                    errors = errors[:t + 1]
                    break
                descent.backward_phase()
                if slope_below is not None and descent.largest_slope() < slope_below:
                    reason = f"every slope is below {slope_below:g}: a minimum, or a plateau"
                    errors = errors[:t + 1]
                    break
                descent.update()
                done = t + 1
    except KeyboardInterrupt:
        reason = f"it was interrupted after {done:,} iteration{'s' * (done != 1)}"
        errors = errors[:done]
    return Training(descent.result(), errors, descent.y_hat(X), done, reason)


class _Descent:
    """The algorithm on NumPy arrays that are made once. Columns are pairs here, and row 0 of each output is node 0's constant 1.

    So a^k = w^T o is one product that carries the bias, the outputs without node 0 are one contiguous block, and the gradient o δ^T
    comes out with the bias row in place. All weights are views of one flat vector: the update is one subtraction. α and 1/N
    are multiplied into δ of the last layer, once. On small networks the time is that of the calls, so each layer's arrays and
    their methods are looked up beforehand, and constants are arrays of the right dtype.
    """

    def __init__(self, net, weights, X, y, alpha, library, n):
        dtype = np.result_type(*weights)
        self.net, self.X, self.y, self.alpha, self.n = net, X, y, alpha, n
        self.flat = np.concatenate([w.ravel() for w in weights]).astype(dtype)
        self.flat_change = np.zeros_like(self.flat)
        self.w, change = _views(self.flat, weights), _views(self.flat_change, weights)
        outputs = [np.ones((r + 1, n), dtype) for r in net.sizes]
        self.o = o = [with_1[1:] for with_1 in outputs]
        self.targets = np.empty_like(o[-1])
        delta = [np.zeros_like(o_k) for o_k in o]
        self.delta_m, self.delta_m_flat = delta[-1], delta[-1].ravel()
        self.scratch_m = np.empty_like(o[-1])
        self.step_size = np.array(alpha / n, dtype)
        hidden = ELEMENTWISE[net.hidden](dtype)
        self.output = ELEMENTWISE[net.output](dtype) if net.error == "mse" else None
        # (w^T · , o of the layer before, where a and then o go, g)
        self.layers = [(w.T.dot, with_1, o_k, hidden.value) for w, with_1, o_k in zip(self.w, outputs, o[1:])]
        # (w without the bias row · , δ of the layer after, where δ goes, times g', o, o · , δ^T, where the gradient goes)
        self.hidden_layers = [(self.w[k][1:].dot, delta[k + 1], delta[k], hidden.times_slope, o[k], np.empty_like(o[k]),
                               outputs[k - 1].dot, delta[k].T, change[k - 1]) for k in range(net.m - 1, 0, -1)]
        self.last_layer = outputs[-2].dot, delta[-1].T, change[-1]
        self.load(slice(0, n))

    def load(self, rows):
        """Take these pairs as the batch."""
        self.o[0][:] = self.X[rows].T
        self.targets[:] = self.y[rows].T

    def forward_phase(self):
        """S1; returns E of the batch."""
        *hidden, (product, before, o_m, _) = self.layers
        for product_k, before_k, o_k, g in hidden:
            product_k(before_k, o_k)
            g(o_k)
        product(before, o_m)
        if self.output:
            self.output.value(o_m)
            np.subtract(o_m, self.targets, self.delta_m)
            return float(self.delta_m_flat.dot(self.delta_m_flat)) / (2 * self.n)
        a_m = o_m.T.copy()
        y_hat = self.net.layer_output(self.net.m, a_m)
        o_m[:] = y_hat.T
        np.subtract(o_m, self.targets, self.delta_m)
        return float(pair_errors(self.net, a_m, y_hat, self.targets.T).mean())

    def backward_phase(self):
        """S2 and S3; leaves α ∂E/∂w."""
        delta_m = self.delta_m
        if self.output:
            self.output.times_slope(delta_m, self.o[-1], self.scratch_m)                     # A2
        np.multiply(delta_m, self.step_size, delta_m)
        product, delta_T, gradient = self.last_layer
        product(delta_T, gradient)                                                           # A1 and A4
        for back, delta_after, delta, times_slope, o, scratch, product, delta_T, gradient in self.hidden_layers:
            back(delta_after, delta)                                                         # A3
            times_slope(delta, o, scratch)
            product(delta_T, gradient)

    def update(self):
        """S4."""
        np.subtract(self.flat, self.flat_change, self.flat)                                  # A5

    def largest_slope(self):
        return np.abs(self.flat_change).max() / self.alpha

    def y_hat(self, X):
        """The outputs of the last forward phase; with mini-batches, those of all pairs with the weights reached."""
        if self.n == len(X):
            return self.o[-1].T.copy()
        return forward_phase(self.net, self.result(), X, np).y_hat

    def result(self):
        return [w.copy() for w in self.w]


class _PlainDescent:
    """The algorithm through the public functions, for arrays that live in another library or on another device."""

    def __init__(self, net, weights, X, y, alpha, library, n):
        self.net, self.weights, self.X, self.y, self.alpha, self.library = net, weights, X, y, alpha, library
        self.load(slice(0, n))

    def load(self, rows):
        if not isinstance(rows, slice):
            rows = self.library.asarray(rows, device=self.X.device)
        self.batch, self.targets = self.X[rows], self.y[rows]

    def forward_phase(self):
        self.trace = forward_phase(self.net, self.weights, self.batch, self.library)
        errors = pair_errors(self.net, self.trace.a[-1], self.trace.y_hat, self.targets)
        return float(self.library.mean(errors))

    def backward_phase(self):
        self.gradients = backward(self.net, self.weights, self.trace, self.targets)

    def update(self):
        self.weights = [w + weight_change(self.alpha, gradient) for w, gradient in zip(self.weights, self.gradients)]

    def largest_slope(self):
        return max(float(self.library.max(abs(gradient))) for gradient in self.gradients)

    def y_hat(self, X):
        if self.batch.shape[0] == X.shape[0]:
            return self.trace.y_hat
        return forward_phase(self.net, self.weights, X, self.library).y_hat

    def result(self):
        return self.weights


class _Plain:
    """An activation that overwrites a with o, and multiplies δ by its slope at o, through the plain functions."""
    name = None

    def __init__(self, dtype):
        self.f = ACTIVATIONS.get(self.name)
        self.one = np.ones((), dtype)

    def value(self, a):
        a[:] = self.f.value(a)

    def times_slope(self, delta, o, scratch):
        delta *= self.f.slope_from_o(o)


class _Softplus(_Plain):
    name = "softplus"


class _Step(_Plain):
    name = "step"


class _Sigmoid(_Plain):
    def value(self, a):
        np.negative(a, a)
        np.exp(a, a)                       # may overflow to infinity, and 1 / infinity is the right 0
        np.add(a, self.one, a)
        np.reciprocal(a, a)

    def times_slope(self, delta, o, scratch):
        np.subtract(self.one, o, scratch)
        np.multiply(scratch, o, scratch)
        np.multiply(delta, scratch, delta)


class _Tanh(_Plain):
    def value(self, a):
        np.tanh(a, a)

    def times_slope(self, delta, o, scratch):
        np.multiply(o, o, scratch)
        np.subtract(self.one, scratch, scratch)
        np.multiply(delta, scratch, delta)


class _ReLU(_Plain):
    def value(self, a):
        np.maximum(a, 0, out=a)

    def times_slope(self, delta, o, scratch):
        np.multiply(delta, o > 0, delta)


class _Identity(_Plain):
    def value(self, a):
        pass

    def times_slope(self, delta, o, scratch):
        pass


ELEMENTWISE = {"sigmoid": _Sigmoid, "tanh": _Tanh, "relu": _ReLU, "identity": _Identity, "softplus": _Softplus, "step": _Step}


def _views(flat, weights):
    """The layers' matrices inside one flat vector."""
    views, start = [], 0
    for w in weights:
        views.append(flat[start:start + w.size].reshape(w.shape))
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
    from tqdm import tqdm
    return tqdm(range(iterations), delay=1, leave=False, unit="iteration", desc="train")
