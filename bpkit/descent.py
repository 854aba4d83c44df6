"""The engines of `train`: how the four steps are computed for one kind of arrays (S1 to S4).

`InPlaceDescent` trains one network of NumPy arrays, `StackDescent` a stack of them, and
`PlainDescent` arrays of other libraries. All do the same five equations, and all have the same
methods, which `train` calls: `load` takes a batch; `forward_phase` returns E; `backward_phase`
leaves the slopes, of which `largest_slope` tells the largest; `update` moves the weights; `y_hat`
and `result` give what was reached.
"""

from functools import partial

import numpy as np

from .activations import ACTIVATIONS, calls_in_place
from .arrays import as_matrices, as_vector
from .backward import backward, weight_change
from .errors import pair_errors
from .forward import forward_phase


def descent_for(net, weights, X, y, alpha, momentum, n, library):
    """The engine for these arrays, with the first n pairs loaded.

    Parameters
    ----------
    net, weights, X, y, alpha, momentum : as for `train`, checked
    n : pairs in a batch
    library : the array-API namespace of all arrays
    """
    if library is not np:
        return PlainDescent(net, weights, X, y, alpha, momentum, n, library)
    kind = StackDescent if weights[0].ndim == 3 else InPlaceDescent
    return kind(net, weights, X, y, alpha, momentum, n)


class InPlaceDescent:
    """The algorithm on NumPy arrays that are made once.

    Columns are pairs here, and row 0 of each layer's output is node 0's constant 1. So a^k = w^T o
    is one product that carries the bias, the outputs without node 0 are one contiguous block, and
    the gradient o δ^T comes out with the bias row in place. All weights are views of one vector θ:
    the update is one subtraction. α and 1/N are multiplied into δ of the last layer, once.

    A sigmoid needs e^-a. So the weights into hidden sigmoid layers stand here with their sign
    turned, which gives -a at once, and so do δ and ∂E/∂w of these layers. No number changes.

    On small networks all the time goes into calling NumPy, so a step is written down beforehand as
    lists of calls with their arguments, each of which works in place.
    """

    def __init__(self, net, weights, X, y, alpha, momentum, n):
        self.net, self.X, self.y, self.n = net, X, y, n
        self.alpha, self.momentum = alpha, momentum
        self.sign_turned = net.hidden == "sigmoid"
        self.divisor = 2 * n if net.error == "mse" else 1  # of what the forward calls sum up
        self._make_arrays(weights)
        self.forward_calls = _ready(self._forward_calls())
        self.backward_calls = _ready(self._backward_calls())
        self.update_calls = _ready(self._update_calls())
        self.load(slice(0, n))

    def _make_arrays(self, weights):
        sizes, n, dtype = self.net.sizes, self.n, weights[0].dtype
        self._make_weights(weights)
        self.step_size = np.array(self.alpha / n, dtype)
        self.o_with_node_0 = [np.ones((r + 1, n), dtype) for r in sizes]
        self.o = [o[1:] for o in self.o_with_node_0]
        self.delta = [np.zeros_like(o) for o in self.o]
        self.targets = np.empty_like(self.o[-1])

    def _make_weights(self, weights):
        """θ and α ∂E/∂θ as one vector each, and their views, shaped like weights."""
        if self.sign_turned:
            weights = [*(-w for w in weights[:-1]), weights[-1]]
        self.theta = as_vector(weights)
        self.change = np.zeros_like(self.theta)
        self.last_change = np.zeros_like(self.theta) if self.momentum else None
        self.w = as_matrices(self.theta, weights)
        self.change_of_w = as_matrices(self.change, weights)

    def _forward_calls(self):
        net, calls = self.net, []
        for k in range(1, net.m):
            calls.append(self._product_sums(k))
            calls += calls_in_place(net.hidden, self.o[k])[self.sign_turned :]  # without a to -a
        calls.append(self._product_sums(net.m))
        if net.error == "cross-entropy":
            return [*calls, (self._cross_entropy, ())]
        calls += calls_in_place(net.output, self.o[net.m])
        calls.append((np.subtract, (self.o[-1], self.targets, self.delta[-1])))
        return [*calls, self._sum_of_squares()]

    def _backward_calls(self):
        net, o, delta, calls = self.net, self.o, self.delta, []
        if net.error == "mse":
            calls += _slope_calls(net.output, delta[-1], o[-1], keep_o=True)  # A2
        calls.append((np.multiply, (delta[-1], self.step_size, delta[-1])))
        for k in range(net.m, 1, -1):
            calls.append(self._gradient(k))  # A1 and A4
            calls.append(self._error_passed_back(k))  # A3
            calls += _slope_calls(net.hidden, delta[k - 1], o[k - 1], self.sign_turned)
        calls.append(self._gradient(1))
        return calls

    def _update_calls(self):
        change, calls = self.change, []
        if self.momentum:
            change = self.last_change
            calls.append((np.multiply, (change, self.momentum, change)))
            calls.append((np.add, (change, self.change, change)))
        calls.append((np.subtract, (self.theta, change, self.theta)))  # A5
        return calls

    def _product_sums(self, k):
        """a^k, where o^k will stand."""
        return self.w[k - 1].T.dot, (self.o_with_node_0[k - 1], self.o[k])

    def _gradient(self, k):
        return self.o_with_node_0[k - 1].dot, (self.delta[k].T, self.change_of_w[k - 1])

    def _error_passed_back(self, k):
        """The sum over layer k in δ^{k-1}, without node 0's row of the weights."""
        return self.w[k - 1][1:].dot, (self.delta[k], self.delta[k - 1])

    def _sum_of_squares(self):
        """Of the differences, which stand in δ^m before its slope is multiplied in."""
        delta_m = self.delta[-1].ravel()
        return delta_m.dot, (delta_m,)

    def _cross_entropy(self):
        """E, y_hat and δ^m, from a of the last layer, which stands where y_hat will."""
        a = self.o[-1].T.copy()  # (pair, node), for a stack (S, pair, node), as bpkit has it
        y_hat = self.net.layer_output(self.net.m, a)
        self.o[-1][:] = y_hat.T
        np.subtract(self.o[-1], self.targets, self.delta[-1])
        return self._mean_error(a, y_hat)

    def _mean_error(self, a, y_hat):
        return pair_errors(self.net, a, y_hat, self.targets.T).mean()

    def load(self, rows):
        """Take these pairs as the batch."""
        self.o[0][:] = self.X[rows].T
        self.targets[:] = self.y[rows].T

    def forward_phase(self):
        """S1; returns E of the batch."""
        for call in self.forward_calls:
            error = call()  # the last one gives it
        return float(error) / self.divisor

    def backward_phase(self):
        """S2 and S3; leaves α ∂E/∂w."""
        for call in self.backward_calls:
            call()

    def update(self):
        """S4."""
        for call in self.update_calls:
            call()

    def largest_slope(self):
        """The largest ∂E/∂w in size."""
        return np.abs(self.change).max() / self.alpha

    def y_hat(self, X):
        """The outputs of the last forward phase; with mini-batches, of all pairs at the end."""
        if self.n == len(X):
            return self.o[-1].T.copy()
        return forward_phase(self.net, self.result(), X, np).y_hat

    def result(self):
        """The weights reached, as arrays of their own."""
        reached = [w.copy() for w in self.w]
        if self.sign_turned:
            for w in reached[:-1]:
                np.subtract(0, w, w)  # and no 0 becomes -0
        return reached


class StackDescent(InPlaceDescent):
    """The algorithm on a stack of S networks.

    S is the last axis here: the arrays are (node, pair, S), with node 0 in front, and weights
    (from, to, S). So every step on an element, and every sum of products, runs along S on
    contiguous numbers. A product of small matrices for each network would spend its time on the S
    calls. The inputs, which all networks share, are (pair, node).
    """

    def _make_arrays(self, weights):
        sizes, n, dtype, S = self.net.sizes, self.n, weights[0].dtype, len(weights[0])
        self._make_weights([np.moveaxis(w, 0, -1) for w in weights])
        self.alpha = np.broadcast_to(np.asarray(self.alpha, dtype=dtype), S)
        self.step_size = self.alpha / dtype.type(n)
        self.inputs = np.ones((n, sizes[0] + 1), dtype)
        layers = [np.ones((r + 1, n, S), dtype) for r in sizes[1:]]
        self.o_with_node_0 = [self.inputs, *layers]
        self.o = [None, *(o[1:] for o in layers)]
        self.delta = [None, *(np.zeros_like(o) for o in self.o[1:])]
        self.targets = np.empty((sizes[-1], n, 1), dtype)

    def _product_sums(self, k):
        indices = "ni,ijs->jns" if k == 1 else "ins,ijs->jns"
        return _einsum_call(indices, self.o_with_node_0[k - 1], self.w[k - 1], self.o[k])

    def _gradient(self, k):
        indices = "ni,jns->ijs" if k == 1 else "ins,jns->ijs"
        before, change = self.o_with_node_0[k - 1], self.change_of_w[k - 1]
        return _einsum_call(indices, before, self.delta[k], change)

    def _error_passed_back(self, k):
        without_node_0 = self.w[k - 1][1:]
        return _einsum_call("ijs,jns->ins", without_node_0, self.delta[k], self.delta[k - 1])

    def _sum_of_squares(self):
        return _einsum_call("jns,jns->s", self.delta[-1], self.delta[-1])

    def _mean_error(self, a, y_hat):
        return pair_errors(self.net, a, y_hat, self.targets[:, :, 0].T).mean(axis=-1)

    def load(self, rows):
        self.inputs[:, 1:] = self.X[rows]
        self.targets[:] = self.y[rows].T[:, :, None]

    def forward_phase(self):
        """S1; returns E of the batch for each network, (S,)."""
        for call in self.forward_calls:
            errors = call()
        return errors / self.divisor

    def largest_slope(self):
        return np.abs(self.change.reshape(-1, len(self.alpha)) / self.alpha).max()

    def result(self):
        return [np.ascontiguousarray(np.moveaxis(w, -1, 0)) for w in super().result()]


class PlainDescent:
    """The algorithm through the public functions, for arrays of other libraries and devices."""

    def __init__(self, net, weights, X, y, alpha, momentum, n, library):
        self.net, self.weights, self.X, self.y, self.library = net, weights, X, y, library
        self.alpha, self.momentum = alpha, momentum
        self.changes = [0 * w for w in weights] if momentum else None
        self.load(slice(0, n))

    def load(self, rows):
        """Take these pairs as the batch."""
        if not isinstance(rows, slice):
            rows = self.library.asarray(rows, device=self.X.device)
        self.batch, self.targets = self.X[rows], self.y[rows]

    def forward_phase(self):
        """S1; returns E of the batch, for a stack (S,) of them."""
        self.trace = forward_phase(self.net, self.weights, self.batch, self.library)
        a, y_hat = self.trace.a[-1], self.trace.y_hat
        of_pairs = pair_errors(self.net, a, y_hat, self.targets)
        E = self.library.mean(of_pairs, axis=-1)
        return np.asarray(E.tolist()) if E.ndim else float(E)

    def backward_phase(self):
        """S2 and S3; leaves ∂E/∂w."""
        self.gradients = backward(self.net, self.weights, self.trace, self.targets)

    def update(self):
        """S4."""
        changes = [weight_change(self.alpha, gradient) for gradient in self.gradients]
        if self.momentum:
            changes = [
                change + self.momentum * before for change, before in zip(changes, self.changes)
            ]
            self.changes = changes
        self.weights = [w + change for w, change in zip(self.weights, changes)]

    def largest_slope(self):
        """The largest ∂E/∂w in size."""
        return max(float(self.library.max(abs(gradient))) for gradient in self.gradients)

    def y_hat(self, X):
        """The outputs of the last forward phase; with mini-batches, of all pairs at the end."""
        if self.batch.shape[0] == X.shape[0]:
            return self.trace.y_hat
        return forward_phase(self.net, self.weights, X, self.library).y_hat

    def result(self):
        """The weights reached."""
        return self.weights


def _ready(calls):
    """(function, its arguments) as calls that need no arguments."""
    return [partial(call, *given) for call, given in calls]


def _slope_calls(name, delta, o, sign_turned=False, keep_o=False):
    """The calls that multiply δ by g'(a), taken from o (G3), where δ stands.

    A hidden layer's o is not needed after that, and gives its place. Where the sign is turned, δ
    becomes -δ.
    """
    one = np.ones((), o.dtype)
    place = np.empty_like(o) if keep_o else o
    if name == "sigmoid":
        return [
            (np.multiply, (delta, o, delta)),
            (np.subtract, (o, one, place) if sign_turned else (one, o, place)),
            (np.multiply, (delta, place, delta)),
        ]
    if name == "tanh":
        return [
            (np.multiply, (o, o, place)),
            (np.subtract, (one, place, place)),
            (np.multiply, (delta, place, delta)),
        ]
    if name == "identity":
        return []
    slope_from_o = ACTIVATIONS[name].slope_from_o
    return [(lambda: np.multiply(delta, slope_from_o(o), delta), ())]


def _einsum_call(indices, left, right, out=None):
    return lambda: np.einsum(indices, left, right, out=out), ()
