"""Correct solutions of every task, written in the many ways in which different people would write them.

`diagnosis.diagnose` has to call each of them right: an accusation of a correct solution is a bug of the checks. They were written
without a look at how the checks work. SOLUTIONS holds (task, how it is written, function).
"""
import copy
import functools
import heapq
import itertools
import math
from collections import Counter, defaultdict, deque
from functools import partial, reduce
from operator import add

import autograd
import autograd.numpy as anp
import numpy as np

from bpkit import Network, backward, datasets, error, error_terms, forward, per_example_gradients, train

SOLUTIONS = []


def solution(task, how):
    """Enter the function below into SOLUTIONS."""
    def enter(function):
        SOLUTIONS.append((task, how, function))
        return function
    return enter


def plain_sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


# ---------------------------------------------------------------------------------------------------------------------- sigmoid

@solution("sigmoid", "two masks, the exponent always negative")
def _(a):
    a = np.asarray(a, dtype=float)
    out = np.empty_like(a)
    pos = a >= 0
    out[pos] = 1 / (1 + np.exp(-a[pos]))
    e = np.exp(a[~pos])
    out[~pos] = e / (1 + e)
    return out


@solution("sigmoid", "half of tanh")
def _(x):
    return (1 + np.tanh(x / 2)) / 2


@solution("sigmoid", "clip to ±500")
def _(a):
    return 1 / (1 + np.exp(-np.clip(a, -500, 500)))


@solution("sigmoid", "clip to ±50")
def _(z):
    z = np.clip(z, -50, 50)
    return 1.0 / (1.0 + np.exp(-z))


@solution("sigmoid", "warning switched off")
def _(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@solution("sigmoid", "logaddexp")
def _(a):
    return np.exp(-np.logaddexp(0, -a))


@solution("sigmoid", "exp of -|a| and where")
def _(a):
    e = np.exp(-np.abs(a))
    return np.where(a > 0, 1 / (1 + e), e / (1 + e))


def one_sigmoid(a):
    if a < 0:
        return math.exp(a) / (1 + math.exp(a))
    return 1 / (1 + math.exp(-a))


SOLUTIONS.append(("sigmoid", "np.vectorize of a function of one number", np.vectorize(one_sigmoid, otypes=[float])))


@solution("sigmoid", "list comprehension over the flat array")
def _(a):
    a = np.asarray(a)
    return np.array([one_sigmoid(v) for v in a.ravel()]).reshape(a.shape)


@solution("sigmoid", "np.piecewise")
def _(a):
    return np.piecewise(np.asarray(a, float), [np.asarray(a) < 0], [lambda v: np.exp(v) / (1 + np.exp(v)), lambda v: 1 / (1 + np.exp(-v))])


@solution("sigmoid", "float32")
def _(a):
    a = np.asarray(a, dtype=np.float32)
    return np.float32(0.5) * (np.float32(1) + np.tanh(np.float32(0.5) * a))


@solution("sigmoid", "in place on a copy, minimum of the exponent")
def _(a):
    t = -np.array(a, dtype=float)
    np.minimum(t, 700, out=t)
    np.exp(t, out=t)
    t += 1
    return np.reciprocal(t)


# ----------------------------------------------------------------------------------------------------------------- product sums

@solution("product sums", "hstack of ones")
def _(o_before, w):
    return np.hstack([np.ones((len(o_before), 1)), o_before]) @ w


@solution("product sums", "bias added apart")
def _(o, w):
    return w[0] + o @ w[1:]


@solution("product sums", "triple loop")
def _(o_before, w):
    N, r_before = o_before.shape
    r = w.shape[1]
    a = np.zeros((N, r))
    for d in range(N):
        for j in range(r):
            a[d, j] = w[0, j]
            for i in range(1, r_before + 1):
                a[d, j] += o_before[d, i - 1] * w[i, j]
    return a


@solution("product sums", "einsum and the bias")
def _(o_before, w):
    bias, kernel = w[0], w[1:]
    return np.einsum("ni,ij->nj", o_before, kernel) + bias


@solution("product sums", "np.insert")
def _(o_before, w):
    return np.dot(np.insert(o_before, 0, 1, axis=1), w)


@solution("product sums", "np.c_")
def _(o_before, w):
    return np.c_[np.ones(o_before.shape[0]), o_before].dot(w)


@solution("product sums", "column_stack")
def _(o_before, w):
    return np.matmul(np.column_stack((np.ones(len(o_before)), o_before)), w)


@solution("product sums", "np.pad")
def _(o_before, w):
    return np.pad(o_before, ((0, 0), (1, 0)), constant_values=1.0) @ w


@solution("product sums", "columns are pairs, transposed at the end")
def _(o_before, w):
    columns = np.concatenate([np.ones((1, o_before.shape[0])), o_before.T], axis=0)
    return (w.T @ columns).T


@solution("product sums", "broadcast and sum")
def _(o_before, w):
    return (o_before[:, :, np.newaxis] * w[np.newaxis, 1:, :]).sum(axis=1) + w[0][np.newaxis, :]


@solution("product sums", "np.inner")
def _(o_before, w):
    return np.inner(o_before, w[1:].T) + w[0]


@solution("product sums", "tensordot, float32")
def _(o_before, w):
    w = w.astype(np.float32)
    return np.tensordot(o_before.astype(np.float32), w[1:], axes=1) + w[0]


@solution("product sums", "list comprehension row by row")
def _(o_before, w):
    return np.array([[sum(x * v for x, v in zip([1, *row], column)) for column in w.T] for row in o_before])


@solution("product sums", "reduce over the inputs, Fortran order")
def _(o_before, w):
    start = np.tile(w[0], (len(o_before), 1))
    return np.asfortranarray(reduce(add, (np.outer(o_before[:, i], w[i + 1]) for i in range(o_before.shape[1])), start))


# ---------------------------------------------------------------------------------------------------------------- forward phase

@solution("forward phase", "loop with hstack")
def _(net, weights, X):
    outputs, o = [], X
    for k in range(1, net.m + 1):
        a = np.hstack((np.ones((o.shape[0], 1)), o)) @ weights[k - 1]
        o = net.layer_output(k, a)
        outputs.append(o)
    return outputs


@solution("forward phase", "g and g_o told apart")
def _(net, weights, X):
    os = [X]
    for w in weights[:-1]:
        os.append(net.g.value(os[-1] @ w[1:] + w[0]))
    a = os[-1] @ weights[-1][1:] + weights[-1][0]
    if net.g_o is None:
        e = np.exp(a - a.max(axis=1, keepdims=True))
        os.append(e / e.sum(axis=1, keepdims=True))
    else:
        os.append(net.g_o.value(a))
    return os[1:]


@solution("forward phase", "recursion over layers")
def _(net, weights, X):
    def up_to(k):
        if k == 0:
            return []
        lower = up_to(k - 1)
        before = lower[-1] if lower else X
        return lower + [net.layer_output(k, weights[k - 1][0] + before @ weights[k - 1][1:])]
    return up_to(net.m)


@solution("forward phase", "generator")
def _(net, weights, X):
    def layers():
        o = X
        for k, w in enumerate(weights, 1):
            o = net.layer_output(k, np.insert(o, 0, 1, axis=1) @ w)
            yield o
    return list(layers())


@solution("forward phase", "tuple returned")
def _(net, weights, X):
    return tuple(forward(net, weights, X).o[1:])


@solution("forward phase", "itertools.accumulate")
def _(net, weights, X):
    steps = itertools.accumulate(enumerate(weights, start=1), lambda o, kw: net.layer_output(kw[0], kw[1][0] + o @ kw[1][1:]), initial=X)
    return list(steps)[1:]


@solution("forward phase", "functools.reduce")
def _(net, weights, X):
    return reduce(lambda os, k: os + [net.layer_output(k, np.c_[np.ones(len(X)), os[-1]] @ weights[k - 1])], range(1, net.m + 1), [X])[1:]


@solution("forward phase", "pair by pair, stacked at the end")
def _(net, weights, X):
    per_layer = [[] for _ in weights]
    for x in X:
        o = x
        for k in range(net.m):
            a = np.array([np.dot(np.append(1, o), weights[k][:, j]) for j in range(net.sizes[k + 1])])
            o = net.layer_output(k + 1, a[None])[0]
            per_layer[k].append(o)
    return [np.vstack(rows) for rows in per_layer]


@solution("forward phase", "columns are pairs, views returned")
def _(net, weights, X):
    out, column = [], X.T
    for k, w in enumerate(weights):
        column = net.layer_output(k + 1, (w.T @ np.vstack([np.ones(column.shape[1]), column])).T).T
        out.append(column.T)
    return out


@solution("forward phase", "float32")
def _(net, weights, X):
    o, result = X.astype("float32"), []
    for k, w in enumerate(weights, start=1):
        w = w.astype("float32")
        o = net.layer_output(k, o @ w[1:] + w[0])
        result.append(o)
    return result


class Layers:
    """A network as a class with methods."""

    def __init__(self, net, weights):
        self.net, self.biases, self.kernels = net, [w[0] for w in weights], [w[1:] for w in weights]

    def run(self, X):
        self.outputs = [X]
        self.sums = []
        for k in range(self.net.m):
            self.sums.append(self.biases[k] + self.outputs[-1] @ self.kernels[k])
            self.outputs.append(self.net.layer_output(k + 1, self.sums[-1]))
        return self.outputs[1:]

    def slopes(self, X, y):
        self.run(X)
        delta = self.outputs[-1] - y
        if self.net.error != "cross-entropy":
            delta = delta * self.net.g_o.slope_from_a(self.sums[-1])
        grads = []
        for k in range(self.net.m - 1, -1, -1):
            grads.insert(0, np.vstack([delta.mean(axis=0), self.outputs[k].T @ delta / len(X)]))
            if k > 0:
                delta = self.net.g.slope_from_a(self.sums[k - 1]) * (delta @ self.kernels[k].T)
        return grads


SOLUTIONS.append(("forward phase", "class with methods", lambda net, weights, X: Layers(net, weights).run(X)))


# ------------------------------------------------------------------------------------------------------------------------ error

@solution("error", "sum over 2 N")
def _(y_hat, y):
    return ((y_hat - y) ** 2).sum() / (2 * len(y))


@solution("error", "mean of the pairs' halves")
def _(y_hat, y):
    E_d = 0.5 * np.sum((y - y_hat) ** 2, axis=1)
    return E_d.mean()


@solution("error", "norm")
def _(y_hat, y):
    return np.linalg.norm(y_hat - y) ** 2 / 2 / y.shape[0]


@solution("error", "double loop, Python float")
def _(y_hat, y):
    N, r = y.shape
    total = 0.0
    for d in range(N):
        for j in range(r):
            total += float(y_hat[d][j] - y[d][j]) ** 2
    return total / (2 * N)


@solution("error", "einsum, np.float64")
def _(y_hat, y):
    e = y - y_hat
    return np.float64(np.einsum("dj,dj->", e, e)) / (2.0 * e.shape[0])


@solution("error", "vdot, 0-d array")
def _(y_hat, y):
    diff = y_hat - y
    return np.array(np.vdot(diff, diff) / (2 * len(diff)))


@solution("error", "trace of a matrix product")
def _(y_hat, y):
    D = y_hat - y
    return np.trace(D.T @ D) / (2 * D.shape[0])


@solution("error", "math.fsum over pairs")
def _(y_hat, y):
    return math.fsum(math.dist(p, t) ** 2 for p, t in zip(y_hat, y)) / len(y) / 2


@solution("error", "sum of the columns' means")
def _(y_hat, y):
    return np.mean(np.square(y_hat - y), axis=0).sum() / 2


@solution("error", "np.mean times the number of outputs")
def _(y_hat, y):
    return np.mean((y_hat - y) ** 2) * y.shape[1] / 2


@solution("error", "float32")
def _(y_hat, y):
    d = y_hat.astype(np.float32) - y.astype(np.float32)
    return np.sum(d * d) / np.float32(2 * len(d))


@solution("error", "array of shape (1,)")
def _(y_hat, y):
    squares = ((y_hat - y) ** 2).reshape(1, -1)
    return squares.sum(axis=1) / (2 * y.shape[0])


@solution("error", "np.average")
def _(y_hat, y):
    return np.average([np.dot(e, e) / 2 for e in y_hat - y])


# ------------------------------------------------------------------------------------------------------------- starting weights

@solution("starting weights", "random.uniform")
def _(sizes, random):
    return [random.uniform(-1, 1, size=(sizes[k - 1] + 1, sizes[k])) for k in range(1, len(sizes))]


@solution("starting weights", "2 random - 1, zip")
def _(sizes, random):
    return [2 * random.random_sample((before + 1, r)) - 1 for before, r in zip(sizes, sizes[1:])]


@solution("starting weights", "rand and append")
def _(sizes, random):
    weights = []
    for i in range(len(sizes) - 1):
        weights.append(random.rand(sizes[i] + 1, sizes[i + 1]) * 2 - 1)
    return weights


@solution("starting weights", "bias row drawn apart")
def _(sizes, rng):
    result = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        kernel = rng.uniform(-1, 1, (n_in, n_out))
        bias = rng.uniform(-1, 1, (1, n_out))
        result.append(np.concatenate([bias, kernel]))
    return result


@solution("starting weights", "one draw for all, cut up")
def _(sizes, random):
    shapes = [(p + 1, q) for p, q in itertools.pairwise(sizes)]
    flat = random.uniform(-1, 1, sum(p * q for p, q in shapes))
    cuts = np.cumsum([p * q for p, q in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes)]


@solution("starting weights", "entry by entry")
def _(sizes, random):
    weights = []
    for k in range(1, len(sizes)):
        w = np.zeros((sizes[k - 1] + 1, sizes[k]))
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] = random.uniform(-1, 1)
        weights.append(w)
    return weights


@solution("starting weights", "transposed views in a tuple")
def _(sizes, random):
    return tuple(random.uniform(-1, 1, (r, before + 1)).T for before, r in zip(sizes, sizes[1:]))


@solution("starting weights", "float32")
def _(sizes, random):
    return [random.uniform(-1, 1, (p + 1, q)).astype(np.float32) for p, q in zip(sizes, sizes[1:])]


@solution("starting weights", "map and lambda")
def _(sizes, random):
    return list(map(lambda p, q: 1 - 2 * random.random_sample((p + 1, q)), sizes[:-1], sizes[1:]))


@solution("starting weights", "recursion")
def _(sizes, random):
    def rest(s):
        return [] if len(s) < 2 else [random.uniform(low=-1.0, high=1.0, size=(s[0] + 1, s[1]))] + rest(s[1:])
    return rest(tuple(sizes))


# ----------------------------------------------------------------------------------------------------------------------- slopes

@solution("slope of sigmoid from a", "exp(-a) / (1 + exp(-a))²")
def _(a):
    return np.exp(-a) / (1 + np.exp(-a)) ** 2


@solution("slope of sigmoid from a", "s (1 - s)")
def _(a):
    s = plain_sigmoid(a)
    return s * (1 - s)


@solution("slope of sigmoid from a", "s - s²")
def _(z):
    s = 1 / (1 + np.exp(-z))
    return s - s ** 2


@solution("slope of sigmoid from a", "σ(a) σ(-a)")
def _(a):
    return plain_sigmoid(a) * plain_sigmoid(-a)


@solution("slope of sigmoid from a", "1 / (4 cosh²(a/2))")
def _(a):
    return 0.25 / np.cosh(a / 2) ** 2


@solution("slope of sigmoid from a", "1 / (2 + 2 cosh a)")
def _(a):
    return 1 / (2 + 2 * np.cosh(a))


@solution("slope of sigmoid from a", "even in a: exp of -|a|")
def _(a):
    e = np.exp(-np.abs(a))
    return e / (1 + e) ** 2


@solution("slope of sigmoid from a", "complex step")
def _(a):
    return (1 / (1 + np.exp(-(a + 1e-30j)))).imag / 1e-30


@solution("slope of sigmoid from a", "bpkit's own")
def _(a):
    return Network((1, 1, 1)).g.slope_from_a(a)


@solution("slope of sigmoid from a", "autograd, elementwise")
def _(a):
    return autograd.elementwise_grad(lambda v: 0.5 * (1 + anp.tanh(0.5 * v)))(np.asarray(a, float))


@solution("slope of sigmoid from o", "o (1 - o)")
def _(o):
    return o * (1 - o)


@solution("slope of sigmoid from o", "o - o²")
def _(o):
    return o - o ** 2


@solution("slope of sigmoid from o", "a quarter less a square")
def _(out):
    return 0.25 - (out - 0.5) ** 2


@solution("slope of sigmoid from o", "np.multiply and np.subtract")
def _(values):
    return np.multiply(values, np.subtract(1, values))


@solution("slope of sigmoid from o", "back to a with the logit")
def _(o):
    a = np.log(o / (1 - o))
    return np.exp(-a) / (1 + np.exp(-a)) ** 2


SOLUTIONS.append(("slope of sigmoid from o", "np.vectorize of a lambda", np.vectorize(lambda o: o * (1.0 - o))))


@solution("slope of sigmoid from o", "float32")
def _(o):
    o = np.asarray(o, dtype=np.float32)
    return o * (1 - o)


@solution("slope of tanh from a", "1 - tanh²")
def _(a):
    return 1 - np.tanh(a) ** 2


@solution("slope of tanh from a", "1 / cosh²")
def _(a):
    return 1 / np.cosh(a) ** 2


@solution("slope of tanh from a", "(1 - t) (1 + t)")
def _(a):
    t = np.tanh(a)
    return (1 - t) * (1 + t)


@solution("slope of tanh from a", "tanh by exponentials")
def _(a):
    t = (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))
    return 1 - t * t


@solution("slope of tanh from a", "4 / (e^a + e^-a)²")
def _(a):
    return 4 / (np.exp(a) + np.exp(-a)) ** 2


@solution("slope of tanh from a", "4 σ'(2a)")
def _(a):
    s = plain_sigmoid(2 * a)
    return 4 * s * (1 - s)


@solution("slope of tanh from a", "complex step")
def _(a):
    h = 1e-20
    return np.imag(np.tanh(a + 1j * h)) / h


SOLUTIONS.append(("slope of tanh from a", "np.vectorize of math", np.vectorize(lambda v: 1 - math.tanh(v) ** 2, otypes=[float])))


@solution("slope of tanh from o", "1 - o²")
def _(o):
    return 1 - o ** 2


@solution("slope of tanh from o", "1 - o o")
def _(o):
    return 1.0 - o * o


@solution("slope of tanh from o", "(1 + o) (1 - o)")
def _(values):
    return (1 + values) * (1 - values)


@solution("slope of tanh from o", "np.square, in place on a copy")
def _(o):
    result = np.square(o)
    result *= -1
    result += 1
    return result


@solution("slope of tanh from o", "back to a with arctanh")
def _(o):
    return 1 / np.cosh(np.arctanh(o)) ** 2


@solution("slope of relu from a", "a > 0 as float")
def _(a):
    return (a > 0).astype(float)


@solution("slope of relu from a", "a >= 0, so 1 at 0")
def _(a):
    return (a >= 0) * 1.0


@solution("slope of relu from a", "np.where")
def _(a):
    return np.where(a > 0, 1.0, 0.0)


@solution("slope of relu from a", "np.where the other way round, 1 at 0")
def _(a):
    return np.where(a < 0, 0, 1)


@solution("slope of relu from a", "heaviside, 0 at 0")
def _(a):
    return np.heaviside(a, 0)


@solution("slope of relu from a", "heaviside, 1 at 0")
def _(a):
    return np.heaviside(a, 1)


@solution("slope of relu from a", "heaviside, a half at 0")
def _(a):
    return np.heaviside(a, 0.5)


@solution("slope of relu from a", "sign, negative ones cut off")
def _(a):
    return np.maximum(np.sign(a), 0)


@solution("slope of relu from a", "half of 1 + sign")
def _(a):
    return (1 + np.sign(a)) / 2


@solution("slope of relu from a", "masks")
def _(a):
    slope = np.ones_like(a)
    slope[a <= 0] = 0
    return slope


@solution("slope of relu from a", "whole numbers")
def _(a):
    return (a > 0).astype(int)


@solution("slope of relu from a", "truth values")
def _(a):
    return a > 0


SOLUTIONS.append(("slope of relu from a", "np.vectorize of an if", np.vectorize(lambda v: 1.0 if v > 0 else 0.0)))


@solution("slope of relu from a", "list comprehension")
def _(a):
    return np.reshape([float(v > 0) for v in np.ravel(a)], np.shape(a))


@solution("slope of relu from o", "o > 0 as float")
def _(o):
    return (o > 0).astype(float)


@solution("slope of relu from o", "sign")
def _(o):
    return np.sign(o)


@solution("slope of relu from o", "heaviside, 0 at 0")
def _(o):
    return np.heaviside(o, 0)


@solution("slope of relu from o", "o != 0")
def _(o):
    return 1.0 * (o != 0)


@solution("slope of relu from o", "np.where")
def _(out):
    return np.where(out > 0, 1, 0)


@solution("slope of relu from o", "np.clip of something large")
def _(o):
    return np.ceil(np.clip(o, 0, 1))


# ------------------------------------------------------------------------------------------------------------ output error term

@solution("output error term", "slope from a")
def _(net, a, y_hat, y):
    return net.g_o.slope_from_a(a) * (y_hat - y)


@solution("output error term", "slope from o")
def _(net, a, y_hat, y):
    return (y_hat - y) * net.g_o.slope_from_o(y_hat)


@solution("output error term", "minus the difference the other way round")
def _(net, a, y_hat, y):
    return -(y - y_hat) * net.g_o.slope_from_a(a)


@solution("output error term", "double loop")
def _(net, a, y_hat, y):
    slope = net.g_o.slope_from_a(a)
    delta = np.zeros(y.shape)
    for d in range(y.shape[0]):
        for j in range(y.shape[1]):
            delta[d, j] = slope[d, j] * (y_hat[d, j] - y[d, j])
    return delta


@solution("output error term", "y_hat made anew from a")
def _(net, a, y_hat, y):
    return np.multiply(net.g_o.value(a) - y, net.g_o.slope_from_a(a))


@solution("output error term", "complex step through E_d")
def _(net, a, y_hat, y):
    h = 1e-30
    return np.imag(0.5 * (net.g_o.value(a + 1j * h) - y) ** 2) / h


@solution("output error term", "diagonal matrix of slopes, pair by pair")
def _(net, a, y_hat, y):
    return np.array([np.diag(net.g_o.slope_from_a(a_d)) @ (p - t) for a_d, p, t in zip(a, y_hat, y)])


@solution("output error term", "einsum, transposed view")
def _(net, a, y_hat, y):
    return np.einsum("dj,dj->jd", net.g_o.slope_from_o(y_hat), y_hat - y).T


@solution("output error term", "float32")
def _(net, a, y_hat, y):
    a, y_hat, y = (np.asarray(v, np.float32) for v in (a, y_hat, y))
    return net.g_o.slope_from_a(a) * (y_hat - y)


@solution("output error term", "by name of the function")
def _(net, a, y_hat, y):
    difference = y_hat - y
    if net.output == "identity":
        return difference
    if net.output == "tanh":
        return difference * (1 - y_hat ** 2)
    if net.output == "sigmoid":
        return difference * y_hat * (1 - y_hat)
    return difference * net.g_o.slope_from_a(a)


# ----------------------------------------------------------------------------------------------------------- softmax error term

@solution("softmax error term", "softmax less target, stable")
def _(a, y):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) - y


@solution("softmax error term", "softmax without shift")
def _(a, y):
    return np.exp(a) / np.sum(np.exp(a), axis=1)[:, None] - y


@solution("softmax error term", "row by row")
def _(a, y):
    rows = []
    for a_d, y_d in zip(a, y):
        p = np.exp(a_d - max(a_d))
        rows.append(p / p.sum() - y_d)
    return np.stack(rows)


@solution("softmax error term", "full Jacobian")
def _(a, y):
    delta = np.empty_like(a)
    for d in range(len(a)):
        p = np.exp(a[d]) / np.exp(a[d]).sum()
        J = np.diag(p) - np.outer(p, p)
        delta[d] = J @ (-y[d] / p)
    return delta


@solution("softmax error term", "log-sum-exp")
def _(a, y):
    return np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True)) - y


@solution("softmax error term", "autograd of the cross-entropy")
def _(a, y):
    def E(a):
        return anp.sum(anp.log(anp.sum(anp.exp(a), axis=1)) - anp.sum(y * a, axis=1))
    return autograd.grad(E)(a)


@solution("softmax error term", "columns are pairs")
def _(a, y):
    at = a.T
    e = np.exp(at - at.max(axis=0))
    return (e / e.sum(axis=0) - y.T).T


@solution("softmax error term", "bpkit's layer_output")
def _(a, y):
    net = Network((1, a.shape[1]), output="softmax", error="cross-entropy")
    return net.layer_output(1, a) - y


@solution("softmax error term", "float32")
def _(a, y):
    e = np.exp(np.float32(a) - np.float32(a).max(1, keepdims=True))
    return e / e.sum(1, keepdims=True) - np.float32(y)


# ------------------------------------------------------------------------------------------------------------ hidden error term

@solution("hidden error term", "matrix product, slope from a")
def _(net, a, o, w_after, delta_after):
    return net.g.slope_from_a(a) * (delta_after @ w_after[1:].T)


@solution("hidden error term", "matrix product, slope from o")
def _(net, a, o, w_after, delta_after):
    return np.dot(delta_after, w_after[1:, :].T) * net.g.slope_from_o(o)


@solution("hidden error term", "triple loop")
def _(net, a, o, w_after, delta_after):
    N, r = a.shape
    delta = np.zeros((N, r))
    g_slope = net.g.slope_from_a(a)
    for d in range(N):
        for j in range(r):
            s = 0
            for l in range(delta_after.shape[1]):
                s += w_after[j + 1, l] * delta_after[d, l]
            delta[d, j] = g_slope[d, j] * s
    return delta


@solution("hidden error term", "einsum of all three")
def _(net, a, o, w_after, delta_after):
    return np.einsum("dj,jl,dl->dj", net.g.slope_from_o(o), w_after[1:], delta_after)


@solution("hidden error term", "row 0 deleted")
def _(net, a, o, w_after, delta_after):
    no_bias = np.delete(w_after, 0, axis=0)
    return np.inner(delta_after, no_bias) * net.g.slope_from_a(a)


@solution("hidden error term", "node 0 dropped afterwards")
def _(net, a, o, w_after, delta_after):
    back = delta_after @ w_after.T
    return back[:, 1:] * net.g.slope_from_a(a)


@solution("hidden error term", "columns are pairs")
def _(net, a, o, w_after, delta_after):
    W = w_after[1:]
    return ((W @ delta_after.T) * net.g.slope_from_o(o).T).T


@solution("hidden error term", "tensordot")
def _(net, a, o, w_after, delta_after):
    return np.tensordot(delta_after, w_after[1:], axes=([1], [1])) * net.g.slope_from_a(a)


@solution("hidden error term", "slope by a complex step")
def _(net, a, o, w_after, delta_after):
    slope = net.g.value(a + 1e-30j).imag / 1e-30
    return slope * (delta_after @ w_after[1:].T)


@solution("hidden error term", "pair by pair with diag")
def _(net, a, o, w_after, delta_after):
    return np.vstack([np.diag(net.g.slope_from_a(a[d])) @ w_after[1:] @ delta_after[d] for d in range(len(a))])


@solution("hidden error term", "column by column, Fortran order")
def _(net, a, o, w_after, delta_after):
    columns = [net.g.slope_from_o(o[:, j]) * (delta_after * w_after[j + 1]).sum(axis=1) for j in range(o.shape[1])]
    return np.array(columns).T


@solution("hidden error term", "float32")
def _(net, a, o, w_after, delta_after):
    f = np.float32
    return net.g.slope_from_a(a.astype(f)) * (delta_after.astype(f) @ w_after.astype(f)[1:].T)


# ---------------------------------------------------------------------------------------------------------- partial derivatives

@solution("partial derivatives", "broadcasting")
def _(o_before, delta):
    return o_before[:, :, None] * delta[:, None, :]


@solution("partial derivatives", "einsum")
def _(o_before, delta):
    return np.einsum("di,dj->dij", o_before, delta)


@solution("partial derivatives", "np.outer per pair")
def _(o_before, delta):
    return np.array([np.outer(o, d) for o, d in zip(o_before, delta)])


@solution("partial derivatives", "triple loop")
def _(o_before, delta):
    N, r, s = len(delta), o_before.shape[1], delta.shape[1]
    out = np.empty((N, r, s))
    for d in range(N):
        for i in range(r):
            for j in range(s):
                out[d, i, j] = delta[d, j] * o_before[d, i]
    return out


@solution("partial derivatives", "stacked matrix products")
def _(o_before, delta):
    return o_before[..., np.newaxis] @ delta[:, np.newaxis]


@solution("partial derivatives", "swapped axes of the transpose")
def _(o_before, delta):
    return (delta[:, :, None] * o_before[:, None, :]).swapaxes(1, 2)


@solution("partial derivatives", "np.stack of a generator's list")
def _(o_before, delta):
    return np.stack([o_before[d].reshape(-1, 1) * delta[d] for d in range(len(delta))], axis=0)


@solution("partial derivatives", "repeat and tile")
def _(o_before, delta):
    N, r = o_before.shape
    s = delta.shape[1]
    return (np.repeat(o_before, s, axis=1) * np.tile(delta, (1, r))).reshape(N, r, s)


@solution("partial derivatives", "pairs on the last axis, moved to the front")
def _(o_before, delta):
    return np.moveaxis(np.stack([np.outer(o_before[d], delta[d]) for d in range(len(delta))], axis=-1), -1, 0)


@solution("partial derivatives", "float32, Fortran order")
def _(o_before, delta):
    return np.asfortranarray(np.einsum("ni,nj->nij", o_before.astype(np.float32), delta.astype(np.float32)))


@solution("partial derivatives", "list comprehensions all the way down")
def _(o_before, delta):
    return np.array([[[o * e for e in d_row] for o in o_row] for o_row, d_row in zip(o_before, delta)])


# ------------------------------------------------------------------------------------------------------------ combined gradient

@solution("combined gradient", "mean over axis 0")
def _(pairs):
    return pairs.mean(axis=0)


@solution("combined gradient", "sum / len")
def _(pairs):
    return sum(pairs) / len(pairs)


@solution("combined gradient", "np.average")
def _(pairs):
    return np.average(pairs, axis=0)


@solution("combined gradient", "einsum")
def _(p):
    return np.einsum("dij->ij", p) / p.shape[0]


@solution("combined gradient", "triple loop")
def _(pairs):
    N, r, s = pairs.shape
    g = np.zeros((r, s))
    for i in range(r):
        for j in range(s):
            for d in range(N):
                g[i, j] += pairs[d, i, j] / N
    return g


@solution("combined gradient", "reduce")
def _(pairs):
    return reduce(np.add, pairs) / len(pairs)


@solution("combined gradient", "tensordot with weights 1/N")
def _(pairs):
    N = len(pairs)
    return np.tensordot(np.full(N, 1 / N), pairs, axes=1)


@solution("combined gradient", "running mean")
def _(pairs):
    mean = np.zeros_like(pairs[0])
    for n, p in enumerate(pairs, start=1):
        mean += (p - mean) / n
    return mean


@solution("combined gradient", "transposed mean over the last axis")
def _(pairs):
    return pairs.T.mean(axis=-1).T


@solution("combined gradient", "fsum per entry")
def _(pairs):
    return np.array([[math.fsum(pairs[:, i, j]) / len(pairs) for j in range(pairs.shape[2])] for i in range(pairs.shape[1])])


@solution("combined gradient", "np.add.reduce, float32")
def _(pairs):
    return np.add.reduce(np.float32(pairs), axis=0) / np.float32(len(pairs))


# --------------------------------------------------------------------------------------------------------------- layer gradient

@solution("layer gradient", "matrix product over N")
def _(o_before, delta):
    return o_before.T @ delta / len(delta)


@solution("layer gradient", "einsum over N")
def _(o_before, delta):
    return np.einsum("di,dj->ij", o_before, delta) / o_before.shape[0]


@solution("layer gradient", "mean of outer products")
def _(o_before, delta):
    return np.mean([np.outer(o, d) for o, d in zip(o_before, delta)], axis=0)


@solution("layer gradient", "triple loop")
def _(o_before, delta):
    N = o_before.shape[0]
    grad = np.zeros((o_before.shape[1], delta.shape[1]))
    for d in range(N):
        for i in range(grad.shape[0]):
            for j in range(grad.shape[1]):
                grad[i][j] += delta[d][j] * o_before[d][i]
    return grad / N


@solution("layer gradient", "delta first, transposed view")
def _(o_before, delta):
    return (delta.T @ o_before).T / delta.shape[0]


@solution("layer gradient", "delta over N beforehand")
def _(o_before, delta):
    share = delta / len(delta)
    return np.dot(o_before.T, share)


@solution("layer gradient", "broadcast then mean")
def _(o_before, delta):
    return (o_before[:, :, None] * delta[:, None, :]).mean(0)


@solution("layer gradient", "tensordot")
def _(o_before, delta):
    return np.tensordot(o_before, delta, axes=(0, 0)) / len(o_before)


@solution("layer gradient", "np.average of outer products")
def _(o_before, delta):
    return np.average(np.stack([np.outer(o_before[d], delta[d]) for d in range(len(delta))]), axis=0)


@solution("layer gradient", "bias and weights apart")
def _(o_before, delta):
    bias = delta.mean(axis=0, keepdims=True)
    kernel = o_before[:, 1:].T @ delta / len(delta)
    return np.vstack((bias, kernel))


@solution("layer gradient", "sum / len of a generator")
def _(o_before, delta):
    return sum(o[:, None] * d[None, :] for o, d in zip(o_before, delta)) / len(delta)


@solution("layer gradient", "float32, Fortran order")
def _(o_before, delta):
    return np.asfortranarray(o_before.astype(np.float32).T @ delta.astype(np.float32)) / np.float32(len(delta))


@solution("layer gradient", "entry by entry with np.mean")
def _(o_before, delta):
    return np.array([[np.mean(o * d) for d in delta.T] for o in o_before.T])


# --------------------------------------------------------------------------------------------------------------------- backward

@solution("backward", "matrix products, gradients inserted at the front")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    N = len(X)
    delta = net.g_o.slope_from_a(trace.a[-1]) * (trace.y_hat - y)
    grads = []
    for k in range(net.m, 0, -1):
        grads.insert(0, trace.o_with_node_0[k - 1].T @ delta / N)
        if k > 1:
            delta = net.g.slope_from_a(trace.a[k - 1]) * (delta @ weights[k - 1][1:].T)
    return grads


@solution("backward", "collected backwards and reversed, slope from o")
def _(net, weights, X, y):
    o = [X]
    for k, w in enumerate(weights, 1):
        o.append(net.layer_output(k, np.hstack((np.ones((len(o[-1]), 1)), o[-1])) @ w))
    delta = (o[-1] - y) * net.g_o.slope_from_o(o[-1])
    gradients = []
    for k in reversed(range(net.m)):
        before = np.hstack((np.ones((len(o[k]), 1)), o[k]))
        gradients.append(np.einsum("di,dj->ij", before, delta) / len(X))
        if k:
            delta = delta @ weights[k][1:].T * net.g.slope_from_o(o[k])
    return gradients[::-1]


@solution("backward", "explicit loops over pairs, layers and nodes")
def _(net, weights, X, y):
    N, m = X.shape[0], net.m
    grads = [np.zeros_like(w) for w in weights]
    for d in range(N):
        a, o = [None], [np.concatenate(([1.0], X[d]))]
        for k in range(1, m + 1):
            a_k = np.zeros(net.sizes[k])
            for j in range(net.sizes[k]):
                for i in range(net.sizes[k - 1] + 1):
                    a_k[j] += weights[k - 1][i, j] * o[k - 1][i]
            a.append(a_k)
            o.append(np.concatenate(([1.0], net.layer_output(k, a_k))))
        delta = [None] * (m + 1)
        slope = net.g_o.slope_from_a(a[m])
        delta[m] = [slope[j] * (o[m][j + 1] - y[d, j]) for j in range(net.sizes[m])]
        for k in range(m - 1, 0, -1):
            slope = net.g.slope_from_a(a[k])
            delta[k] = [slope[j] * sum(weights[k][j + 1, l] * delta[k + 1][l] for l in range(net.sizes[k + 1]))
                        for j in range(net.sizes[k])]
        for k in range(1, m + 1):
            for i in range(net.sizes[k - 1] + 1):
                for j in range(net.sizes[k]):
                    grads[k - 1][i, j] += delta[k][j] * o[k - 1][i] / N
    return grads


@solution("backward", "np.outer per pair, summed")
def _(net, weights, X, y):
    total = [np.zeros(w.shape) for w in weights]
    for x, target in zip(X, y):
        trace = forward(net, weights, x[None, :])
        delta = (trace.y_hat[0] - target) * net.g_o.slope_from_o(trace.y_hat[0])
        for k in range(net.m, 0, -1):
            total[k - 1] += np.outer(trace.o_with_node_0[k - 1][0], delta)
            if k > 1:
                delta = weights[k - 1][1:] @ delta * net.g.slope_from_o(trace.o[k - 1][0])
    return [t / len(X) for t in total]


@solution("backward", "recursion over layers")
def _(net, weights, X, y):
    gradients = [None] * net.m

    def layer(k, o):
        """What comes back through ∂E/∂o^(k-1), pair by pair."""
        w = weights[k - 1]
        a = w[0] + o @ w[1:]
        out = net.layer_output(k, a)
        if k == net.m:
            delta = (out - y) / len(X) * net.g_o.slope_from_a(a)
        else:
            delta = layer(k + 1, out) * net.g.slope_from_a(a)
        gradients[k - 1] = np.r_[delta.sum(axis=0)[None], o.T @ delta]
        return delta @ w[1:].T

    layer(1, X)
    return gradients


SOLUTIONS.append(("backward", "class with methods", lambda net, weights, X, y: Layers(net, weights).slopes(X, y)))


class Backpropagation:
    """An object that is called."""

    def __call__(self, net, weights, X, y):
        self.net, self.weights = net, weights
        self.trace = forward(net, weights, X)
        return [self.gradient(k, y) for k in range(1, net.m + 1)]

    def delta(self, k, y):
        if k == self.net.m:
            return (self.trace.y_hat - y) * self.net.g_o.slope_from_o(self.trace.y_hat)
        return self.net.g.slope_from_o(self.trace.o[k]) * (self.delta(k + 1, y) @ self.weights[k][1:].T)

    def gradient(self, k, y):
        return np.tensordot(self.trace.o_with_node_0[k - 1], self.delta(k, y), axes=[[0], [0]]) / len(y)


SOLUTIONS.append(("backward", "object that is called, delta by recursion", Backpropagation()))


@solution("backward", "generator of error terms")
def _(net, weights, X, y):
    trace = forward(net, weights, X)

    def deltas():
        delta = net.g_o.slope_from_a(trace.a[net.m]) * (trace.o[net.m] - y)
        yield delta
        for k in range(net.m - 1, 0, -1):
            delta = net.g.slope_from_a(trace.a[k]) * (delta @ weights[k][1:].T)
            yield delta

    backwards = [o.T @ d / y.shape[0] for o, d in zip(reversed(trace.o_with_node_0), deltas())]
    return list(reversed(backwards))


@solution("backward", "functools.reduce")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    last = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    deltas = reduce(lambda ds, k: [net.g.slope_from_o(trace.o[k]) * (ds[0] @ weights[k][1:].T)] + ds, range(net.m - 1, 0, -1), [last])
    return [o.T.dot(d) / len(X) for o, d in zip(trace.o_with_node_0, deltas)]


@solution("backward", "columns are pairs, views returned")
def _(net, weights, X, y):
    N = X.shape[0]
    W = [w.T[:, 1:] for w in weights]
    b = [w.T[:, :1] for w in weights]
    A, O = [], [X.T]
    for k in range(net.m):
        A.append(W[k] @ O[-1] + b[k])
        O.append(net.layer_output(k + 1, A[-1].T).T)
    D = (O[-1] - y.T) * net.g_o.slope_from_a(A[-1])
    out = []
    for k in range(net.m - 1, -1, -1):
        dW, db = D @ O[k].T / N, D.sum(axis=1, keepdims=True) / N
        out = [np.hstack([db, dW]).T] + out
        D = W[k].T @ D * net.g.slope_from_a(A[k - 1]) if k else None
    return out


@solution("backward", "complex step on every weight")
def _(net, weights, X, y):
    h = 1e-30
    result = []
    for k, w in enumerate(weights):
        g = np.zeros(w.shape)
        for index in np.ndindex(*w.shape):
            shifted = [v.astype(complex) for v in weights]
            shifted[k][index] += 1j * h
            g[index] = error(net, shifted, X, y).imag / h
        result.append(g)
    return result


@solution("backward", "complex step, forward phase of one's own")
def _(net, weights, X, y):
    def E(ws):
        o = X.astype(complex)
        for k, w in enumerate(ws, 1):
            o = net.layer_output(k, w[0] + o @ w[1:])
        return ((o - y) ** 2).sum() / (2 * len(X))
    grads = [np.empty_like(w) for w in weights]
    complex_weights = [w + 0j for w in weights]
    for g, w in zip(grads, complex_weights):
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] += 1e-25j
                g[i, j] = E(complex_weights).imag / 1e-25
                w[i, j] = w[i, j].real
    return grads


AUTOGRAD = {"sigmoid": lambda a: 0.5 * (1 + anp.tanh(0.5 * a)), "tanh": anp.tanh, "relu": lambda a: anp.where(a > 0, a, 0.0),
            "identity": lambda a: a, "softplus": lambda a: anp.logaddexp(0.0, a), "step": lambda a: anp.where(a > 0, 1.0, 0.0)}


def autograd_error(net, X, y):
    """E as a function of the weights, in operations that autograd can follow."""
    def E(weights):
        o = X
        for k, w in enumerate(weights, start=1):
            a = anp.dot(anp.hstack((anp.ones((len(X), 1)), o)), w)
            if k < net.m:
                o = AUTOGRAD[net.hidden](a)
        if net.output == "softmax":
            return anp.mean(anp.log(anp.sum(anp.exp(a), axis=1)) - anp.sum(y * a, axis=1))
        if net.error == "cross-entropy":
            return anp.mean(anp.sum(anp.logaddexp(0.0, a) - y * a, axis=1))
        return anp.sum((AUTOGRAD[net.output](a) - y) ** 2) / (2 * len(X))
    return E


@solution("backward", "autograd")
def _(net, weights, X, y):
    return autograd.grad(autograd_error(net, X, y))(weights)


@solution("backward", "autograd, one argument a layer, as a tuple")
def _(net, weights, X, y):
    E = autograd_error(net, X, y)
    return autograd.grad(lambda *ws: E(ws), argnum=tuple(range(net.m)))(*weights)


@solution("backward", "forward mode: the tangent of every weight")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    result = []
    for k in range(1, net.m + 1):
        g = np.zeros_like(weights[k - 1])
        for i in range(g.shape[0]):
            for j in range(g.shape[1]):
                tangent = np.zeros_like(trace.a[k])
                tangent[:, j] = trace.o_with_node_0[k - 1][:, i]
                for l in range(k, net.m):
                    tangent = (net.g.slope_from_a(trace.a[l]) * tangent) @ weights[l][1:]
                tangent = net.g_o.slope_from_a(trace.a[net.m]) * tangent
                g[i, j] = np.sum(tangent * (trace.y_hat - y)) / len(X)
        result.append(g)
    return result


@solution("backward", "Jacobians of the layers multiplied from the left")
def _(net, weights, X, y):
    grads = [np.zeros_like(w) for w in weights]
    for d in range(len(X)):
        t = forward(net, weights, X[d:d + 1])
        row = (t.y_hat - y[d:d + 1]) @ np.diag(net.g_o.slope_from_a(t.a[-1][0]))
        for k in range(net.m, 0, -1):
            grads[k - 1] += np.kron(t.o_with_node_0[k - 1].T, row)
            if k > 1:
                row = row @ weights[k - 1].T[:, 1:] @ np.diag(net.g.slope_from_a(t.a[k - 1][0]))
    for g in grads:
        g /= len(X)
    return grads


@solution("backward", "float32 throughout")
def _(net, weights, X, y):
    f = np.float32
    w32, X, y = [w.astype(f) for w in weights], X.astype(f), y.astype(f)
    a, o = [], [X]
    for k, w in enumerate(w32, 1):
        a.append(o[-1] @ w[1:] + w[0])
        o.append(net.layer_output(k, a[-1]))
    delta = (o[-1] - y) * net.g_o.slope_from_a(a[-1]) / f(len(X))
    grads = []
    for k in range(net.m - 1, -1, -1):
        grads.append(np.concatenate([np.ones((len(X), 1), f), o[k]], axis=1).T @ delta)
        if k > 0:
            delta = (delta @ w32[k][1:].T) * net.g.slope_from_a(a[k - 1])
    grads.reverse()
    return grads


@solution("backward", "per-pair derivatives, then np.average; a tuple")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    deltas = {net.m: (trace.y_hat - y) * net.g_o.slope_from_a(trace.a[net.m])}
    for k in range(net.m - 1, 0, -1):
        deltas[k] = np.einsum("dl,jl->dj", deltas[k + 1], weights[k][1:]) * net.g.slope_from_a(trace.a[k])
    return tuple(np.average(np.einsum("di,dj->dij", trace.o_with_node_0[k - 1], deltas[k]), axis=0) for k in sorted(deltas))


@solution("backward", "node 0 carried along with slope 0")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = (trace.y_hat - y) * net.g_o.slope_from_o(trace.y_hat)
    grads = [trace.o_with_node_0[-1].T @ delta]
    for k in range(net.m - 1, 0, -1):
        slope = np.insert(net.g.slope_from_o(trace.o[k]), 0, 0, axis=1)
        delta = (slope * (delta @ weights[k].T))[:, 1:]
        grads.append(trace.o_with_node_0[k - 1].T @ delta)
    return [g / len(X) for g in grads[::-1]]


@solution("backward", "bpkit's own functions put together")
def _(net, weights, X, y):
    return [pairs.mean(axis=0) for pairs in per_example_gradients(net, weights, forward(net, weights, X), y)]


@solution("backward", "Fortran-ordered matrices")
def _(net, weights, X, y):
    return [np.asfortranarray(g) for g in backward(net, weights, forward(net, weights, X), y)]


@solution("backward", "gradients by name in a dict, sorted at the end")
def _(net, weights, X, y):
    cache, o = {}, X
    for k in range(1, net.m + 1):
        full = np.column_stack([np.ones(len(o)), o])
        a = np.einsum("ni,ij->nj", full, weights[k - 1])
        cache[k] = full, a
        o = net.layer_output(k, a)
    grads, upstream = {}, (o - y) / y.shape[0]
    for k in range(net.m, 0, -1):
        full, a = cache[k]
        d = upstream * (net.g_o if k == net.m else net.g).slope_from_a(a)
        grads[f"w{k}"] = np.einsum("ni,nj->ij", full, d)
        upstream = np.einsum("nj,ij->ni", d, weights[k - 1])[:, 1:]
    return [grads[f"w{k}"] for k in range(1, net.m + 1)]


# ------------------------------------------------------------------------------------------------- backward of sigmoid networks

def s(a):
    return 1 / (1 + np.exp(-a))


@solution("backward of sigmoid networks", "matrix products")
def _(weights, X, y):
    o = [X]
    for k, w in enumerate(weights):
        a = np.c_[np.ones(len(X)), o[-1]] @ w
        o.append(a if k == len(weights) - 1 else s(a))
    delta = o[-1] - y
    grads = [None] * len(weights)
    for k in range(len(weights) - 1, -1, -1):
        grads[k] = np.c_[np.ones(len(X)), o[k]].T @ delta / len(X)
        if k:
            delta = o[k] * (1 - o[k]) * (delta @ weights[k][1:].T)
    return grads


@solution("backward of sigmoid networks", "o - o², bias and weights apart")
def _(weights, X, y):
    N = len(y)
    biases, kernels = [w[0] for w in weights], [w[1:] for w in weights]
    outs = [X]
    for b, W in zip(biases[:-1], kernels[:-1]):
        outs.append(s(outs[-1] @ W + b))
    delta = (outs[-1] @ kernels[-1] + biases[-1] - y) / N
    result = deque()
    for k in range(len(weights) - 1, -1, -1):
        result.appendleft(np.concatenate([delta.sum(0)[np.newaxis], outs[k].T @ delta]))
        delta = (delta @ kernels[k].T) * (outs[k] - outs[k] ** 2)
    return list(result)


@solution("backward of sigmoid networks", "exp(-a) / (1 + exp(-a))², loops")
def _(weights, X, y):
    grads = [0 * w for w in weights]
    for x, t in zip(X, y):
        a, o = [], [np.append(1, x)]
        for w in weights:
            a.append(o[-1] @ w)
            o.append(np.append(1, s(a[-1])))
        delta = a[-1] - t
        for k in range(len(weights))[::-1]:
            for i in range(grads[k].shape[0]):
                for j in range(grads[k].shape[1]):
                    grads[k][i, j] += o[k][i] * delta[j]
            if k > 0:
                delta = (weights[k] @ delta)[1:] * np.exp(-a[k - 1]) / (1 + np.exp(-a[k - 1])) ** 2
    return [g / X.shape[0] for g in grads]


@solution("backward of sigmoid networks", "autograd")
def _(weights, X, y):
    net = Network((X.shape[1], *(w.shape[1] for w in weights)))
    return autograd.grad(autograd_error(net, X, y))(list(weights))


@solution("backward of sigmoid networks", "complex step")
def _(weights, X, y):
    def E(ws):
        o = X
        for w in ws[:-1]:
            o = 1 / (1 + np.exp(-(w[0] + o @ w[1:])))
        e = ws[-1][0] + o @ ws[-1][1:] - y
        return (e * e).sum() / 2 / len(X)
    out = [np.zeros(w.shape) for w in weights]
    for k, w in enumerate(weights):
        for i, j in itertools.product(range(w.shape[0]), range(w.shape[1])):
            step = np.zeros(w.shape, complex)
            step[i, j] = 1e-20j
            out[k][i, j] = E(weights[:k] + [w + step] + weights[k + 1:]).imag / 1e-20
    return out


@solution("backward of sigmoid networks", "recursion that returns the gradients")
def _(weights, X, y):
    def go(o, rest):
        w, *after = rest
        a = w[0] + o @ w[1:]
        if not after:
            delta, later = (a - y) / len(X), []
        else:
            out = plain_sigmoid(a)
            through, later = go(out, after)
            delta = through * out * (1 - out)
        return delta @ w[1:].T, [np.vstack([delta.sum(axis=0), o.T @ delta])] + later
    return go(X, list(weights))[1]


@solution("backward of sigmoid networks", "bpkit, a Network made from the shapes")
def _(weights, X, y):
    net = Network((len(weights[0]) - 1,) + tuple(w.shape[1] for w in weights))
    return backward(net, weights, forward(net, weights, X), y)


@solution("backward of sigmoid networks", "columns are pairs, float32")
def _(weights, X, y):
    f = np.float32
    weights = [w.astype(f) for w in weights]
    ones = np.ones((1, len(X)), f)
    layers = [np.vstack([ones, X.T.astype(f)])]
    for w in weights[:-1]:
        layers.append(np.vstack([ones, plain_sigmoid(w.T @ layers[-1])]))
    delta = weights[-1].T @ layers[-1] - y.T.astype(f)
    grads = []
    for w, o in zip(reversed(weights), reversed(layers)):
        grads.append((delta @ o.T).T / f(len(X)))
        delta = ((w @ delta) * o * (1 - o))[1:]          # node 0: 1 (1 - 1) = 0
    return grads[::-1]


@solution("backward of sigmoid networks", "error terms first, einsum afterwards")
def _(weights, X, y):
    m = len(weights)
    acts = [X]
    for w in weights[:-1]:
        acts.append(s(np.einsum("di,ij->dj", acts[-1], w[1:]) + w[0]))
    acts.append(acts[-1] @ weights[-1][1:] + weights[-1][0])
    deltas = [acts[m] - y]
    for k in range(m - 1, 0, -1):
        deltas.insert(0, acts[k] * (1 - acts[k]) * np.einsum("dl,jl->dj", deltas[0], weights[k][1:]))
    return [np.einsum("di,dj->ij", np.insert(acts[k], 0, 1, axis=1), deltas[k]) / len(X) for k in range(m)]


# ----------------------------------------------------------------------------------------------------- backward with cross-entropy

@solution("backward with cross-entropy", "matrix products")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = trace.y_hat - y
    grads = [None] * net.m
    for k in range(net.m, 0, -1):
        grads[k - 1] = trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_a(trace.a[k - 1]) * (delta @ weights[k - 1][1:].T)
    return grads


@solution("backward with cross-entropy", "from p - y by hand, softmax or sigmoid")
def _(net, weights, X, y):
    hs, h = [X], X
    zs = []
    for w in weights:
        z = h @ w[1:] + w[0]
        zs.append(z)
        h = net.g.value(z)
        hs.append(h)
    if net.output == "softmax":
        e = np.exp(zs[-1] - zs[-1].max(axis=1)[:, None])
        p = e / e.sum(axis=1)[:, None]
    else:
        p = plain_sigmoid(zs[-1])
    d = (p - y) / len(y)
    out = []
    for k in range(len(weights) - 1, -1, -1):
        out.insert(0, np.vstack([d.sum(axis=0), hs[k].T @ d]))
        if k > 0:
            d = d @ weights[k][1:].T * net.g.slope_from_o(hs[k])
    return out


SOLUTIONS.append(("backward with cross-entropy", "class with methods", lambda net, weights, X, y: Layers(net, weights).slopes(X, y)))


@solution("backward with cross-entropy", "autograd")
def _(net, weights, X, y):
    return autograd.grad(autograd_error(net, X, y))(weights)


@solution("backward with cross-entropy", "complex step")
def _(net, weights, X, y):
    grads = []
    for k in range(net.m):
        grads.append(np.zeros_like(weights[k]))
        for index, _ in np.ndenumerate(weights[k]):
            ws = [w.astype(complex) for w in weights]
            ws[k][index] += 1e-20j
            grads[k][index] = np.imag(error(net, ws, X, y)) / 1e-20
    return grads


@solution("backward with cross-entropy", "the long way: ∂E/∂ŷ and the Jacobian")
def _(net, weights, X, y):
    N = len(X)
    result = [np.zeros_like(w) for w in weights]
    for d in range(N):
        t = forward(net, weights, X[d][None])
        p = t.y_hat[0]
        if net.output == "softmax":
            delta = (np.diag(p) - np.outer(p, p)) @ (-y[d] / p)
        else:
            delta = p * (1 - p) * ((1 - y[d]) / (1 - p) - y[d] / p)
        for k in range(net.m, 0, -1):
            result[k - 1] += np.outer(t.o_with_node_0[k - 1][0], delta) / N
            delta = (weights[k - 1] @ delta)[1:] * net.g.slope_from_o(t.o[k - 1][0])
    return result


@solution("backward with cross-entropy", "bpkit's error terms, einsum")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    return [np.einsum("ni,nj->ij", o, d) / len(X) for o, d in zip(trace.o_with_node_0, error_terms(net, weights, trace, y)[1:])]


@solution("backward with cross-entropy", "float32, transposed views, a tuple")
def _(net, weights, X, y):
    f = np.float32
    ws = tuple(np.asarray(w, f) for w in weights)
    trace = forward(net, ws, X.astype(f))
    delta = (trace.y_hat - y.astype(f)).T / f(len(y))
    grads = ()
    for k in range(net.m, 0, -1):
        grads = ((delta @ trace.o_with_node_0[k - 1]).T,) + grads
        delta = (ws[k - 1] @ delta)[1:] * net.g.slope_from_o(trace.o[k - 1]).T if k > 1 else None
    return grads


@solution("backward with cross-entropy", "recursion")
def _(net, weights, X, y):
    trace = forward(net, weights, X)

    @functools.cache
    def delta(k):
        if k == net.m:
            return trace.y_hat - y
        return net.g.slope_from_a(trace.a[k]) * np.inner(delta(k + 1), weights[k][1:])

    return [np.mean(trace.o_with_node_0[k - 1][:, :, None] * delta(k)[:, None], axis=0) for k in range(1, net.m + 1)]


# ---------------------------------------------------------------------------------------------------------------- weight update

@solution("weight update", "list comprehension")
def _(weights, gradients, alpha):
    return [w - alpha * g for w, g in zip(weights, gradients)]


@solution("weight update", "deepcopy, then in place")
def _(weights, gradients, alpha):
    new = copy.deepcopy(weights)
    for k in range(len(new)):
        new[k] -= alpha * gradients[k]
    return new


@solution("weight update", "copies, entry by entry")
def _(weights, gradients, alpha):
    new = [w.copy() for w in weights]
    for w, g in zip(new, gradients):
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] = w[i, j] - alpha * g[i, j]
    return new


@solution("weight update", "plus the change -α g")
def _(weights, gradients, alpha):
    changes = [-alpha * g for g in gradients]
    return [w + c for w, c in zip(weights, changes)]


@solution("weight update", "map with np.subtract")
def _(weights, gradients, alpha):
    return list(map(np.subtract, weights, map(partial(np.multiply, alpha), gradients)))


@solution("weight update", "tuple")
def _(weights, gradients, alpha):
    return tuple(weights[k] - alpha * gradients[k] for k in range(len(weights)))


@solution("weight update", "float32")
def _(weights, gradients, alpha):
    return [w.astype(np.float32) - np.float32(alpha) * g.astype(np.float32) for w, g in zip(weights, gradients)]


@solution("weight update", "one flat vector")
def _(weights, gradients, alpha):
    flat = np.concatenate([w.ravel() for w in weights]) - alpha * np.concatenate([g.ravel() for g in gradients])
    out, start = [], 0
    for w in weights:
        out.append(flat[start:start + w.size].reshape(w.shape))
        start += w.size
    return out


@solution("weight update", "out= of new arrays")
def _(weights, gradients, alpha):
    out = [np.empty_like(w) for w in weights]
    for k, o in enumerate(out):
        np.multiply(gradients[k], -alpha, out=o)
        np.add(o, weights[k], out=o)
    return out


@solution("weight update", "bias and weights apart, transposed")
def _(weights, gradients, alpha):
    return [np.column_stack([w[0] - alpha * g[0], (w[1:] - alpha * g[1:]).T]).T for w, g in zip(weights, gradients)]


@solution("weight update", "recursion")
def _(weights, gradients, alpha):
    def update(ws, gs):
        return [] if not len(ws) else [ws[0] - gs[0] * alpha, *update(ws[1:], gs[1:])]
    return update(weights, gradients)


# ---------------------------------------------------------------------------------------------------------------- training step

@solution("training step", "bpkit's forward and backward")
def _(net, weights, X, y, alpha):
    gradients = backward(net, weights, forward(net, weights, X), y)
    return [w - alpha * g for w, g in zip(weights, gradients)]


@solution("training step", "all four steps by hand")
def _(net, weights, X, y, alpha):
    N = len(X)
    o, a = [X], [None]
    for k in range(1, net.m + 1):
        a.append(np.hstack([np.ones((N, 1)), o[k - 1]]) @ weights[k - 1])
        o.append(net.layer_output(k, a[k]))
    delta = net.g_o.slope_from_a(a[-1]) * (o[-1] - y)
    new = copy.deepcopy(weights)
    for k in range(net.m, 0, -1):
        new[k - 1] -= alpha * np.hstack([np.ones((N, 1)), o[k - 1]]).T @ delta / N
        if k > 1:
            delta = net.g.slope_from_a(a[k - 1]) * (delta @ weights[k - 1][1:].T)
    return new


@solution("training step", "pair by pair, the changes summed")
def _(net, weights, X, y, alpha):
    new = [np.array(w) for w in weights]
    for d in range(len(X)):
        for w, g in zip(new, backward(net, weights, forward(net, weights, X[d:d + 1]), y[d:d + 1])):
            w -= alpha / len(X) * g
    return new


@solution("training step", "bpkit's train for one iteration")
def _(net, weights, X, y, alpha):
    return train(net, weights, X, y, alpha=alpha, iterations=1).weights


@solution("training step", "autograd, a tuple")
def _(net, weights, X, y, alpha):
    slopes = autograd.grad(autograd_error(net, X, y))(weights)
    return tuple(w - alpha * slope for w, slope in zip(weights, slopes))


@solution("training step", "recursion")
def _(net, weights, X, y, alpha):
    def step(k, o):
        w = weights[k - 1]
        a = w[0] + o @ w[1:]
        if k == net.m:
            o_k, later = net.g_o.value(a), []
            delta = net.g_o.slope_from_a(a) * (o_k - y)
        else:
            back, later = step(k + 1, net.g.value(a))
            delta = net.g.slope_from_a(a) * back
        change = -alpha * np.vstack([delta.mean(axis=0), o.T @ delta / len(X)])
        return delta @ w[1:].T, [w + change] + later
    return step(1, X)[1]


@solution("training step", "float32")
def _(net, weights, X, y, alpha):
    f = np.float32
    ws, X, y = [w.astype(f) for w in weights], X.astype(f), y.astype(f)
    return [w - f(alpha) * g for w, g in zip(ws, backward(net, ws, forward(net, ws, X), y))]


@solution("training step", "complex step")
def _(net, weights, X, y, alpha):
    new = [w.copy() for w in weights]
    for k, w in enumerate(weights):
        for index in np.ndindex(w.shape):
            ws = [v.astype(complex) for v in weights]
            ws[k][index] += 1e-30j
            new[k][index] -= alpha * error(net, ws, X, y).imag / 1e-30
    return new


# ------------------------------------------------------------------------------------------------------------- numeric gradient

@solution("numeric gradient", "central difference, changed and put back")
def _(E, weights):
    h = 1e-5
    grads = []
    for w in weights:
        g = np.zeros_like(w)
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                old = w[i, j]
                w[i, j] = old + h
                above = E(weights)
                w[i, j] = old - h
                below = E(weights)
                w[i, j] = old
                g[i, j] = (above - below) / (2 * h)
        grads.append(g)
    return grads


@solution("numeric gradient", "central difference on deep copies")
def _(E, weights):
    eps = 1e-6
    result = copy.deepcopy(weights)
    for k in range(len(weights)):
        for index in np.ndindex(weights[k].shape):
            plus, minus = copy.deepcopy(weights), copy.deepcopy(weights)
            plus[k][index] += eps
            minus[k][index] -= eps
            result[k][index] = (E(plus) - E(minus)) / (2 * eps)
    return result


@solution("numeric gradient", "one flat vector")
def _(E, weights):
    shapes = [w.shape for w in weights]
    cuts = np.cumsum([w.size for w in weights])[:-1]
    flat = np.concatenate([np.ravel(w) for w in weights])

    def unflatten(v):
        return [part.reshape(shape) for part, shape in zip(np.split(v, cuts), shapes)]

    h, g = 1e-4, np.zeros(len(flat))
    for n, e in enumerate(np.eye(len(flat))):
        g[n] = (E(unflatten(flat + h * e)) - E(unflatten(flat - h * e))) / (2 * h)
    return unflatten(g)


@solution("numeric gradient", "five points")
def _(E, weights):
    h = 1e-3
    out = []
    for k, w in enumerate(weights):
        def shifted(index, t):
            v = w.copy()
            v[index] += t
            return E([*weights[:k], v, *weights[k + 1:]])
        g = np.empty(w.shape)
        for index, _ in np.ndenumerate(w):
            g[index] = (shifted(index, -2 * h) - 8 * shifted(index, -h) + 8 * shifted(index, h) - shifted(index, 2 * h)) / (12 * h)
        out.append(g)
    return out


@solution("numeric gradient", "Richardson extrapolation")
def _(E, weights):
    def central(k, index, h):
        values = []
        for sign in (1, -1):
            ws = [w.copy() for w in weights]
            ws[k][index] += sign * h
            values.append(E(ws))
        return (values[0] - values[1]) / (2 * h)
    grads = []
    for k, w in enumerate(weights):
        g = np.zeros_like(w)
        for index in np.ndindex(w.shape):
            g[index] = (4 * central(k, index, 5e-4) - central(k, index, 1e-3)) / 3
        grads.append(g)
    return grads


@solution("numeric gradient", "list comprehension, a tuple")
def _(E, weights):
    h = 1e-5

    def slope(k, i, j):
        d = np.zeros_like(weights[k])
        d[i, j] = h
        up = [w + d if n == k else w for n, w in enumerate(weights)]
        down = [w - d if n == k else w for n, w in enumerate(weights)]
        return (E(up) - E(down)) / (2 * h)

    return tuple(np.array([[slope(k, i, j) for j in range(w.shape[1])] for i in range(w.shape[0])]) for k, w in enumerate(weights))


@solution("numeric gradient", "complex step where E takes it, else central")
def _(E, weights):
    def one(k, index):
        try:
            ws = [w.astype(complex) for w in weights]
            ws[k][index] += 1e-30j
            value = E(ws)
            if np.iscomplexobj(value):
                return float(np.imag(value)) / 1e-30
        except Exception:
            pass
        up, down = [w.copy() for w in weights], [w.copy() for w in weights]
        up[k][index] += 1e-5
        down[k][index] -= 1e-5
        return (E(up) - E(down)) / 2e-5
    grads = [np.zeros_like(w) for w in weights]
    for k, g in enumerate(grads):
        for index in np.ndindex(g.shape):
            g[index] = one(k, index)
    return grads


@solution("numeric gradient", "step in proportion to the weight")
def _(E, weights):
    ws = [np.array(w, dtype=float) for w in weights]
    grads = [np.zeros(w.shape) for w in ws]
    for w, g in zip(ws, grads):
        it = np.nditer(w, flags=["multi_index"])
        while not it.finished:
            ix = it.multi_index
            x = w[ix]
            h = 1e-5 * max(1, abs(x))
            w[ix] = x + h
            fxh = E(ws)
            w[ix] = x - h
            fxmh = E(ws)
            w[ix] = x
            g[ix] = (fxh - fxmh) / (2 * h)
            it.iternext()
    return grads


@solution("numeric gradient", "backwards through the weights, transposed views")
def _(E, weights):
    out, h = [], 1e-5
    for k in range(len(weights) - 1, -1, -1):
        gt = np.zeros(weights[k].T.shape)
        for j in range(gt.shape[0]):
            for i in range(gt.shape[1]):
                new = copy.deepcopy(weights)
                new[k][i][j] -= h
                lower = E(new)
                new[k][i][j] += 2 * h
                gt[j, i] = (E(new) - lower) / 2 / h
        out.insert(0, gt.T)
    return out


@solution("numeric gradient", "midpoint form: E(w + h/2) - E(w - h/2) over h")
def _(E, weights):
    h = 1e-4
    gradient = []
    for layer, w in enumerate(weights):
        g = np.zeros_like(w)
        for row in range(len(w)):
            for col in range(len(w[0])):
                def at(t):
                    ws = list(weights)
                    ws[layer] = w.copy()
                    ws[layer][row, col] += t
                    return E(ws)
                g[row, col] = (at(h / 2) - at(-h / 2)) / h
        gradient.append(g)
    return gradient


# ------------------------------------------------------------------------------------------------------------- gradient checker

def central(E, weights, h=1e-5):
    """Central differences of E, matrix by matrix."""
    grads = []
    for k, w in enumerate(weights):
        g = np.zeros_like(w)
        for index in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][index] += h
            down[k][index] -= h
            g[index] = (E(up) - E(down)) / (2 * h)
        grads.append(g)
    return grads


@solution("gradient checker", "relative error of every entry, loops")
def _(E, weights, gradients):
    for n, g in zip(central(E, weights), gradients):
        for index in np.ndindex(g.shape):
            if abs(n[index] - g[index]) > 1e-4 * max(abs(n[index]), abs(g[index])) + 1e-10:
                return False
    return True


@solution("gradient checker", "np.allclose, all()")
def _(E, weights, gradients):
    return all(np.allclose(g, n, rtol=1e-4, atol=1e-10) for g, n in zip(gradients, central(E, weights)))


@solution("gradient checker", "one flat vector, np.bool_")
def _(E, weights, gradients):
    numeric = np.concatenate([n.ravel() for n in central(E, weights)])
    given = np.concatenate([np.ravel(g) for g in gradients])
    return np.all(np.abs(numeric - given) <= 1e-4 * np.abs(numeric) + 1e-10)


@solution("gradient checker", "assert_allclose in a try")
def _(E, weights, gradients):
    try:
        for mine, numeric in zip(gradients, central(E, weights)):
            np.testing.assert_allclose(mine, numeric, rtol=2e-4, atol=1e-10)
    except AssertionError:
        return False
    return True


@solution("gradient checker", "norms per matrix, then every entry")
def _(E, weights, gradients):
    for n, g in zip(central(E, weights), gradients):
        size = np.linalg.norm(n) + np.linalg.norm(g)
        if size > 0 and np.linalg.norm(n - g) / size > 1e-4:
            return False
        if np.any(np.abs(n - g) > 3e-4 * np.abs(n) + 1e-7 * size):
            return False
    return True


@solution("gradient checker", "relative error with zeros guarded")
def _(E, weights, gradients):
    worst = 0.0
    for n, g in zip(central(E, weights), gradients):
        scale = np.maximum(np.abs(n) + np.abs(g), 1e-6 * np.abs(n).max() + 1e-12)
        worst = max(worst, (np.abs(n - g) / scale)[np.abs(n - g) > 1e-10].max(initial=0))
    return worst < 2e-4


@solution("gradient checker", "complex step where E takes it, else central")
def _(E, weights, gradients):
    for k, g in enumerate(gradients):
        for index in np.ndindex(g.shape):
            shifted = [w.astype(complex) for w in weights]
            shifted[k][index] += 1e-30j
            try:
                value = E(shifted)
            except Exception:
                value = 0.0
            if np.iscomplexobj(value):
                n, floor = np.imag(value) / 1e-30, 1e-14
            else:
                up, down = [w.copy() for w in weights], [w.copy() for w in weights]
                up[k][index] += 1e-5
                down[k][index] -= 1e-5
                n, floor = (E(up) - E(down)) / 2e-5, 1e-10
            if abs(n - g[index]) > 1e-4 * abs(n) + floor:
                return False
    return True


@solution("gradient checker", "any() over a generator, changed and put back")
def _(E, weights, gradients):
    ws = [w.copy() for w in weights]

    def wrong():
        for w, g in zip(ws, gradients):
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    keep = w[i, j]
                    w[i, j] = keep + 1e-4
                    E1 = E(ws)
                    w[i, j] = keep - 1e-4
                    E2 = E(ws)
                    w[i, j] = keep
                    n = (E1 - E2) / 2e-4
                    yield abs(n - g[i, j]) > 2e-4 * abs(n) + 1e-9
    return not any(wrong())


@solution("gradient checker", "Richardson extrapolation, tight")
def _(E, weights, gradients):
    fine, coarse = central(E, weights, 5e-4), central(E, weights, 1e-3)
    numeric = [(4 * f - c) / 3 for f, c in zip(fine, coarse)]
    return bool(np.min([np.isclose(g, n, rtol=1e-5, atol=1e-11).all() for g, n in zip(gradients, numeric)]))


@solution("gradient checker", "tolerance from the largest slope and the entry's own")
def _(E, weights, gradients):
    numeric = central(E, weights)
    largest = max(np.abs(n).max() for n in numeric)
    return all((np.abs(n - g) <= 1e-4 * np.abs(n) + 1e-6 * largest + 1e-11).all() for n, g in zip(numeric, gradients))


@solution("gradient checker", "quotient of the two, where there is a slope")
def _(E, weights, gradients):
    n = np.hstack([v.flatten() for v in central(E, weights)])
    g = np.hstack([v.flatten() for v in gradients])
    flat = np.abs(n) < 1e-9
    return bool((np.abs(g[flat]) < 2e-9).all() and (np.abs(g[~flat] / n[~flat] - 1) < 5e-4).all())


# ------------------------------------------------------------------------------------------------------- case that hides nothing

@solution("case that hides nothing", "probe of bpkit")
def _():
    return datasets.probe()


@solution("case that hides nothing", "four layers")
def _():
    rng = np.random.RandomState(7)
    net = Network((3, 5, 4, 2), hidden="sigmoid", output="tanh")
    return net, net.initial_weights(2), rng.uniform(-1, 1, (8, 3)), rng.uniform(-0.8, 0.8, (8, 2))


@solution("case that hides nothing", "tanh throughout, default_rng, a list")
def _():
    rng = np.random.default_rng(3)
    sizes = (2, 6, 5, 4, 3)
    weights = [rng.normal(size=(p + 1, q)) for p, q in zip(sizes, sizes[1:])]
    return [Network(sizes, hidden="tanh", output="tanh"), weights, rng.normal(size=(10, 2)), rng.normal(size=(10, 3))]


@solution("case that hides nothing", "softplus in the hidden layers, weights as a tuple")
def _():
    random = np.random.RandomState(11)
    net = Network((4, 3, 5, 2), hidden="softplus", output="tanh")
    weights = tuple(random.uniform(-1, 1, shape) for shape in net.weight_shapes)
    X = random.standard_normal((6, 4))
    y = random.choice([-0.5, 0.5], size=(6, 2))
    return net, weights, X, y


@solution("case that hides nothing", "many layers, equal widths among them")
def _():
    random = np.random.RandomState(5)
    net = Network((3, 4, 4, 5, 5, 3), output="tanh")
    return net, [2 * w for w in net.initial_weights(4)], random.uniform(-2, 2, size=(12, 3)), random.uniform(-0.9, 0.9, size=(12, 3))


# ----------------------------------------------------------------------------------------------------------- penalised gradient

@solution("penalised gradient", "copy, then all rows but row 0")
def _(gradient, w, strength):
    result = gradient.copy()
    result[1:] += strength * w[1:]
    return result


@solution("penalised gradient", "vstack with zeros")
def _(gradient, w, strength):
    return gradient + strength * np.vstack([np.zeros((1, w.shape[1])), w[1:]])


@solution("penalised gradient", "mask")
def _(gradient, w, strength):
    mask = np.ones_like(w)
    mask[0] = 0
    return gradient + strength * mask * w


@solution("penalised gradient", "double loop")
def _(gradient, w, strength):
    out = np.zeros(w.shape)
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            out[i, j] = gradient[i, j] + (strength * w[i, j] if i > 0 else 0)
    return out


@solution("penalised gradient", "diagonal matrix")
def _(gradient, w, strength):
    D = np.eye(len(w))
    D[0, 0] = 0
    return gradient + strength * D @ w


@solution("penalised gradient", "np.where on the row number")
def _(gradient, w, strength):
    return gradient + np.where(np.arange(len(w))[:, None] == 0, 0, strength * w)


@solution("penalised gradient", "everything, then row 0 put back")
def _(gradient, w, strength):
    out = gradient + strength * w
    out[0] = gradient[0]
    return out


@solution("penalised gradient", "np.pad")
def _(gradient, w, strength):
    return np.pad(w[1:], ((1, 0), (0, 0))) * strength + gradient


@solution("penalised gradient", "np.r_, float32")
def _(gradient, w, strength):
    g, w = gradient.astype(np.float32), w.astype(np.float32)
    return np.r_[g[:1], g[1:] + np.float32(strength) * w[1:]]


@solution("penalised gradient", "list of rows")
def _(gradient, w, strength):
    return np.array([g + strength * row * (i != 0) for i, (g, row) in enumerate(zip(gradient, w))])


# ---------------------------------------------------------------------------------------------------------------------- batches

@solution("batches", "np.average with weights")
def _(gradients, sizes):
    return np.average(gradients, axis=0, weights=sizes)


@solution("batches", "weighted sum over the number of pairs")
def _(gradients, sizes):
    return sum(n * g for g, n in zip(gradients, sizes)) / sum(sizes)


@solution("batches", "loop")
def _(gradients, sizes):
    total, N = np.zeros_like(gradients[0]), 0
    for k in range(len(sizes)):
        total = total + gradients[k] * sizes[k]
        N += sizes[k]
    return total / N


@solution("batches", "einsum")
def _(gradients, sizes):
    return np.einsum("b,b...->...", np.asarray(sizes, float), np.asarray(gradients)) / np.sum(sizes)


@solution("batches", "tensordot with shares")
def _(gradients, sizes):
    shares = np.array(sizes) / np.sum(sizes)
    return np.tensordot(shares, np.stack(gradients), axes=1)


@solution("batches", "reduce")
def _(gradients, sizes):
    return reduce(np.add, map(np.multiply, gradients, sizes)) / sum(sizes)


@solution("batches", "running mean")
def _(gradients, sizes):
    mean, seen = 0.0, 0
    for g, n in zip(gradients, sizes):
        seen += n
        mean = mean + (g - mean) * n / seen
    return mean


@solution("batches", "each mean repeated once a pair")
def _(gradients, sizes):
    return np.mean(np.repeat(np.array(gradients), sizes, axis=0), axis=0)


@solution("batches", "recursion, two at a time")
def _(gradients, sizes):
    if len(sizes) == 1:
        return gradients[0]
    n0, rest = sizes[0], sum(sizes[1:])
    later = [g for g in gradients[1:]]
    return (n0 * gradients[0] + rest * batches_recursive(later, sizes[1:])) / (n0 + rest)


batches_recursive = SOLUTIONS[-1][2]


@solution("batches", "float32")
def _(gradients, sizes):
    n = np.asarray(sizes, np.float32)
    return np.sum([s * np.float32(g) for s, g in zip(n, gradients)], axis=0) / n.sum()


# --------------------------------------------------------------------------------------------------------- largest learning rate

@solution("largest learning rate", "2 / max")
def _(curvatures):
    return 2 / max(curvatures)


@solution("largest learning rate", "np.max, np.float64")
def _(curvatures):
    return np.float64(2) / np.max(curvatures)


@solution("largest learning rate", "sorted, Python float")
def _(curvatures):
    return float(2 / sorted(curvatures)[-1])


@solution("largest learning rate", "smallest of the directions' limits")
def _(curvatures):
    return min(2 / c for c in curvatures if c > 0)


@solution("largest learning rate", "0-d array")
def _(curvatures):
    return np.array(2 / np.asarray(curvatures).max())


@solution("largest learning rate", "shape (1,)")
def _(curvatures):
    return 2 / np.sort(np.array(curvatures, float))[-1:]


@solution("largest learning rate", "loop")
def _(curvatures):
    steepest = curvatures[0]
    for c in curvatures[1:]:
        if c > steepest:
            steepest = c
    return 2.0 / steepest


@solution("largest learning rate", "reduce(max)")
def _(curvatures):
    return 2 * reduce(max, curvatures) ** -1


@solution("largest learning rate", "float32")
def _(curvatures):
    return np.float32(2) / np.float32(np.max(curvatures))


@solution("largest learning rate", "eigenvalues of the diagonal Hessian")
def _(curvatures):
    return 2 / np.linalg.eigvalsh(np.diag(curvatures)).max()


# --------------------------------------------------------------------------------------------------------------- multiplications

@solution("multiplications", "sums over generators")
def _(sizes, N):
    forwards = sum(N * (p + 1) * q for p, q in zip(sizes, sizes[1:]))
    return forwards, forwards + sum(N * p * q for p, q in zip(sizes[1:], sizes[2:]))


@solution("multiplications", "loops")
def _(sizes, N):
    m = len(sizes) - 1
    f = b = 0
    for k in range(1, m + 1):
        f += N * (sizes[k - 1] + 1) * sizes[k]
        b += N * (sizes[k - 1] + 1) * sizes[k]
        if k < m:
            b += N * sizes[k] * sizes[k + 1]
    return f, b


@solution("multiplications", "NumPy, an array returned")
def _(sizes, N):
    r = np.array(sizes)
    weights = np.dot(r[:-1] + 1, r[1:])
    return N * np.array([weights, weights + np.dot(r[1:-1], r[2:])])


@solution("multiplications", "sizes of the weight matrices, a list")
def _(sizes, N):
    weights = Network(tuple(sizes)).initial_weights()
    f = N * sum(w.size for w in weights)
    return [f, f + N * sum(w[1:].size for w in weights[1:])]


@solution("multiplications", "recursion")
def _(sizes, N):
    def count(s, first):
        if len(s) < 2:
            return 0, 0
        f, b = count(s[1:], False)
        here = N * (s[0] + 1) * s[1]
        return f + here, b + here + (0 if first else N * s[0] * s[1])
    return count(tuple(sizes), True)


@solution("multiplications", "counted one by one")
def _(sizes, N):
    counter = Counter()
    for k in range(1, len(sizes)):
        for _ in itertools.product(range(sizes[k - 1] + 1), range(sizes[k])):
            counter["forward"] += N
            counter["backward"] += N
        if k >= 2:
            counter["backward"] += N * math.prod(sizes[k - 1:k + 1])
    return counter["forward"], counter["backward"]


@solution("multiplications", "floats")
def _(sizes, N):
    f = float(N) * sum((sizes[i] + 1.0) * sizes[i + 1] for i in range(len(sizes) - 1))
    return f, f + float(N) * sum(sizes[i] * sizes[i + 1] for i in range(1, len(sizes) - 1))


@solution("multiplications", "twice the forward phase less what falls away")
def _(sizes, N):
    f = sum((p + 1) * q for p, q in itertools.pairwise(sizes))
    not_needed = sizes[0] * sizes[1] + sum(sizes[1:])
    return N * f, N * (2 * f - not_needed)


# --------------------------------------------------------------------------------------------------------------- strongest input

@solution("strongest input", "sign of the weights, transposed view")
def _(w):
    return (w[1:] > 0).astype(float).T


@solution("strongest input", "np.where, whole numbers")
def _(w):
    return np.where(w[1:].T > 0, 1, 0)


@solution("strongest input", "double loop")
def _(w):
    r_before, r = w.shape[0] - 1, w.shape[1]
    best = np.zeros((r, r_before))
    for j in range(r):
        for i in range(1, r_before + 1):
            if w[i, j] > 0:
                best[j, i - 1] = 1
    return best


@solution("strongest input", "all inputs tried")
def _(w):
    candidates = np.array(list(itertools.product([0, 1], repeat=len(w) - 1)))
    a = w[0] + candidates @ w[1:]
    return candidates[a.argmax(axis=0)]


@solution("strongest input", "heaviside")
def _(w):
    return np.heaviside(w[1:].T, 0)


@solution("strongest input", "list comprehension")
def _(w):
    return np.array([[float(v > 0) for v in column[1:]] for column in w.T])


@solution("strongest input", "truth values")
def _(w):
    return np.greater(w[1:], 0).T


@solution("strongest input", "sign clipped, row 0 deleted, float32")
def _(w):
    return np.clip(np.sign(np.delete(w, 0, axis=0)), 0, 1).T.astype(np.float32)


@solution("strongest input", "node by node, input by input the better one")
def _(w):
    rows = []
    for j in range(w.shape[1]):
        rows.append([max((0, 1), key=lambda x: x * w[i, j]) for i in range(1, w.shape[0])])
    return np.array(rows)


# ---------------------------------------------------------------------------------------------------------------- reference run

@solution("reference run", "bpkit's train")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    return train(net, net.initial_weights(seed), X, y, alpha=alpha, iterations=iterations).y_hat


@solution("reference run", "bpkit's forward and backward in a loop")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    weights = net.initial_weights(seed)
    for _ in range(iterations):
        trace = forward(net, weights, X)
        weights = [w - alpha * g for w, g in zip(weights, backward(net, weights, trace, y))]
    return trace.y_hat


@solution("reference run", "two layers by hand")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    w1, w2 = Network((3, num_hidden, 1)).initial_weights(seed)
    ones = np.ones((6, 1))
    X0 = np.hstack([ones, X])
    for _ in range(iterations):
        h = 1 / (1 + np.exp(-X0 @ w1))
        h0 = np.hstack([ones, h])
        y_hat = h0 @ w2
        d2 = y_hat - y
        d1 = h * (1 - h) * (d2 @ w2[1:].T)
        w2 = w2 - alpha * h0.T @ d2 / 6
        w1 = w1 - alpha * X0.T @ d1 / 6
    return y_hat


@solution("reference run", "bias and weights apart, in place")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    first, second = Network((3, num_hidden, 1)).initial_weights(seed)
    b1, W1, b2, W2 = first[0].copy(), first[1:].copy(), second[0].copy(), second[1:].copy()
    for t in range(iterations):
        H = plain_sigmoid(X @ W1 + b1)
        out = H @ W2 + b2
        e = (out - y) / len(X)
        back = e @ W2.T * (H - H ** 2)
        W2 -= alpha * H.T @ e
        b2 -= alpha * e.sum(axis=0)
        W1 -= alpha * X.T @ back
        b1 -= alpha * back.sum(axis=0)
    return out


@solution("reference run", "generator of iterations")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))

    def run():
        weights = net.initial_weights(seed)
        while True:
            trace = forward(net, weights, X)
            yield trace.y_hat
            weights = [w - alpha * g for w, g in zip(weights, backward(net, weights, trace, y))]

    return next(itertools.islice(run(), iterations - 1, None))


@solution("reference run", "one update fewer, then a forward phase")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    w = net.initial_weights(seed=seed)
    for _ in range(iterations - 1):
        g = backward(net, w, forward(net, w, X), y)
        for k in range(net.m):
            w[k] -= alpha * g[k]
    return forward(net, w, X).o[-1]


@solution("reference run", "class with methods, columns are pairs")
def _(num_hidden, alpha, iterations, seed):
    class Net:
        def __init__(self):
            self.W = [w.T.copy() for w in Network((3, num_hidden, 1)).initial_weights(seed)]

        def forward(self, X):
            self.o0 = np.vstack([np.ones(X.shape[1]), X])
            self.o1 = np.vstack([np.ones(X.shape[1]), plain_sigmoid(self.W[0] @ self.o0)])
            return self.W[1] @ self.o1

        def learn(self, X, y):
            out = self.forward(X)
            d2 = (out - y) / y.shape[1]
            d1 = (self.W[1].T @ d2 * self.o1 * (1 - self.o1))[1:]
            self.W[1] -= alpha * d2 @ self.o1.T
            self.W[0] -= alpha * d1 @ self.o0.T
            return out

    X, y = datasets.reference()
    n = Net()
    for _ in range(iterations):
        out = n.learn(X.T, y.T)
    return out.T


@solution("reference run", "float32")
def _(num_hidden, alpha, iterations, seed):
    f = np.float32
    X, y = (v.astype(f) for v in datasets.reference())
    w1, w2 = (w.astype(f) for w in Network((3, num_hidden, 1)).initial_weights(seed))
    X0 = np.concatenate([np.ones((6, 1), f), X], axis=1)
    for _ in range(iterations):
        h = plain_sigmoid(X0 @ w1).astype(f)
        h0 = np.insert(h, 0, 1, axis=1)
        y_hat = h0 @ w2
        d2 = (y_hat - y) / f(6)
        d1 = h * (1 - h) * (d2 @ w2[1:].T)
        w2, w1 = w2 - f(alpha) * (h0.T @ d2), w1 - f(alpha) * (X0.T @ d1)
    return y_hat


# ----------------------------------------------------------------------------------------------------------------- reverse mode

@solution("reverse mode", "depth first, post-order reversed")
def _(end):
    order, seen = [], set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for parent, _ in node.parents:
            visit(parent)
        order.append(node)

    visit(end)
    order.reverse()
    for node in order:
        node.slope = 0.0
    end.slope = 1.0
    for node in order:
        for parent, local in node.parents:
            parent.slope += node.slope * local
    return order


@solution("reverse mode", "number of children counted, first in first out")
def _(end):
    waiting, stack, nodes = Counter(), [end], {end}
    while stack:
        for parent, _ in stack.pop().parents:
            waiting[parent] += 1
            if parent not in nodes:
                nodes.add(parent)
                stack.append(parent)
    for n in nodes:
        n.slope = 0
    end.slope = 1
    ready, visited = deque([end]), []
    while ready:
        n = ready.popleft()
        visited.append(n)
        for parent, local_slope in n.parents:
            parent.slope += local_slope * n.slope
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return visited


@solution("reverse mode", "number of children counted, last in first out")
def _(end):
    children = defaultdict(list)

    def collect(node):
        for p, local in node.parents:
            new = p not in children
            children[p].append((node, local))
            if new:
                collect(p)

    collect(end)
    left = {p: len(c) for p, c in children.items()}
    end.slope = 1.0
    stack, order = [end], []
    while stack:
        node = stack.pop()
        if node is not end:
            node.slope = sum(child.slope * local for child, local in children[node])
        order.append(node)
        for p, _ in node.parents:
            left[p] -= 1
            if left[p] == 0:
                stack.append(p)
    return order


@solution("reverse mode", "sorted by the longest way from the inputs")
def _(end):
    depth = {}

    def measure(node):
        if node not in depth:
            depth[node] = 1 + max((measure(p) for p, _ in node.parents), default=0)
        return depth[node]

    measure(end)
    order = sorted(depth, key=depth.get, reverse=True)
    for node in order:
        node.slope = float(node is end)
    for node in order:
        for p, local in node.parents:
            p.slope = p.slope + local * node.slope
    return order


@solution("reverse mode", "sorted by the longest way to the end, a heap")
def _(end):
    distance, todo = {end: 0}, [end]
    while todo:
        node = todo.pop(0)
        for p, _ in node.parents:
            if distance.get(p, -1) < distance[node] + 1:
                distance[p] = distance[node] + 1
                todo.append(p)
    heap = [(d, number, node) for number, (node, d) in enumerate(distance.items())]
    heapq.heapify(heap)
    slopes = {end: 1.0}
    order = []
    while heap:
        _, _, node = heapq.heappop(heap)
        node.slope = slopes[node]
        order.append(node)
        for p, local in node.parents:
            slopes[p] = slopes.get(p, 0.0) + slopes[node] * local
    return order


@solution("reverse mode", "slope of a node by recursion over its children")
def _(end):
    order, children = [], {}

    def visit(node):
        if node in children:
            return
        children[node] = []
        for p, _ in node.parents:
            visit(p)
        for p, local in node.parents:
            children[p].append((local, node))
        order.insert(0, node)

    visit(end)

    @functools.cache
    def slope(node):
        return 1.0 if node is end else sum(local * slope(child) for local, child in children[node])

    for node in order:
        node.slope = slope(node)
    return order


@solution("reverse mode", "iterative depth first, np.float64, a tuple")
def _(end):
    state, stack, post = {}, [(end, iter(end.parents))], []
    state[end] = True
    while stack:
        node, parents = stack[-1]
        for p, _ in parents:
            if p not in state:
                state[p] = True
                stack.append((p, iter(p.parents)))
                break
        else:
            post.append(node)
            stack.pop()
    for node in post:
        node.slope = np.float64(0)
    end.slope = np.float64(1)
    for node in reversed(post):
        for p, local in node.parents:
            p.slope += local * node.slope
    return tuple(reversed(post))


@solution("reverse mode", "whichever node has no child left to visit")
def _(end):
    nodes = [end]
    for n in nodes:
        nodes += [p for p, _ in n.parents if p not in nodes]
    nodes = list(dict.fromkeys(nodes))
    for n in nodes:
        n.slope = 0.0
    end.slope = 1.0
    visited = []
    while len(visited) < len(nodes):
        for n in nodes:
            if n not in visited and all(c in visited for c in nodes if any(p is n for p, _ in c.parents)):
                for p, local in n.parents:
                    p.slope += n.slope * local
                visited.append(n)
                break
    return visited


@solution("reverse mode", "transposed linear system")
def _(end):
    order, seen = [], set()

    def visit(node):
        seen.add(node)
        for p, _ in node.parents:
            if p not in seen:
                visit(p)
        order.append(node)

    visit(end)
    order = order[::-1]
    number = {node: n for n, node in enumerate(order)}
    A = np.eye(len(order))
    for node in order:
        for p, local in node.parents:
            A[number[p], number[node]] -= local
    right = np.zeros(len(order))
    right[0] = 1
    for node, slope in zip(order, np.linalg.solve(A, right)):
        node.slope = slope
    return order


# --------------------------------------------------------------------------------------- callables of other kinds, and odd habits

class Toolbox:
    """Solutions as methods: bound, static and by keyword."""

    def __init__(self):
        self.calls = 0

    def product_sums(self, o, w):
        self.calls += 1
        return np.insert(o, 0, values=1, axis=1).dot(w)

    @staticmethod
    def error_term(*args):
        net, a, y_hat, y = args
        return (y_hat - y) * net.g_o.slope_from_o(y_hat)

    @classmethod
    def update(cls, weights, gradients, alpha=0.1):
        return [cls.one(w, g, alpha) for w, g in zip(weights, gradients)]

    @classmethod
    def one(cls, w, g, alpha):
        w = w.copy()
        w += -alpha * g
        return w


SOLUTIONS += [("product sums", "bound method that counts its calls", Toolbox().product_sums),
              ("output error term", "static method with *args", Toolbox.error_term),
              ("weight update", "class method with a default alpha", Toolbox.update),
              ("layer gradient", "functools.partial of np.einsum and a quotient", lambda o, d: partial(np.einsum, "di,dj->ij")(o, d) / len(o)),
              ("combined gradient", "functools.partial of np.mean", partial(np.mean, axis=0)),
              ("partial derivatives", "functools.partial of np.einsum", partial(np.einsum, "di,dj->dij")),
              ("slope of tanh from o", "np.polyval of a polynomial", partial(np.polyval, [-1, 0, 1])),
              ("sigmoid", "composition by reduce", lambda a: reduce(lambda v, f: f(v), [lambda v: v / 2, np.tanh, lambda v: v + 1, lambda v: v / 2], a)),
              ("largest learning rate", "one-line lambda", lambda c: 2 / np.amax(c)),
              ("batches", "one-line lambda", lambda g, n: np.sum([a * b for a, b in zip(g, n)], 0) / np.sum(n))]


@solution("numeric gradient", "+= h, -= 2 h, += h on the weights themselves")
def _(E, weights):
    h, grads = 1e-5, []
    for w in weights:
        g = np.zeros(w.shape)
        for i in range(len(w)):
            for j in range(len(w[i])):
                w[i][j] += h
                E_plus = E(weights)
                w[i][j] -= 2 * h
                E_minus = E(weights)
                w[i][j] += h
                g[i][j] = (E_plus - E_minus) / (2 * h)
        grads.append(g)
    return grads


@solution("numeric gradient", "central with h = 1e-3")
def _(E, weights):
    return central(E, weights, 1e-3)


@solution("numeric gradient", "central with h = 1e-7")
def _(E, weights):
    return central(E, weights, 1e-7)


@solution("gradient checker", "+= h, -= 2 h, += h on the weights themselves")
def _(E, weights, gradients):
    h = 1e-5
    for w, g in zip(weights, gradients):
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] += h
                up = E(weights)
                w[i, j] -= 2 * h
                down = E(weights)
                w[i, j] += h
                if not math.isclose((up - down) / (2 * h), g[i, j], rel_tol=1e-4, abs_tol=1e-10):
                    return False
    return True


@solution("backward", "gradient of each pair's E_d by bpkit, sum / len in reverse order of the pairs")
def _(net, weights, X, y):
    per_pair = [backward(net, weights, forward(net, weights, X[d:d + 1]), y[d:d + 1]) for d in reversed(range(len(X)))]
    return [sum(column) / len(per_pair) for column in zip(*per_pair)]


@solution("backward", "all δ in a dict, np.tensordot, longdouble")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = {net.m: (trace.y_hat - y).astype(np.longdouble) * net.g_o.slope_from_a(trace.a[net.m])}
    for k in reversed(range(1, net.m)):
        delta[k] = np.tensordot(delta[k + 1], weights[k][1:], axes=(1, 1)) * net.g.slope_from_a(trace.a[k])
    return [np.tensordot(trace.o_with_node_0[k - 1], delta[k], (0, 0)) / len(X) for k in range(1, net.m + 1)]


@solution("case that hides nothing", "just enough: two hidden layers, two outputs, four pairs")
def _():
    random = np.random.RandomState(1)
    net = Network((2, 3, 4, 2), output="tanh")
    return net, net.initial_weights(1), random.normal(size=(4, 2)), random.uniform(-0.9, 0.9, size=(4, 2))


@solution("case that hides nothing", "narrower from layer to layer, many pairs")
def _():
    rng = np.random.default_rng(0)
    net = Network((6, 5, 4, 3), hidden="tanh", output="tanh")
    return net, [rng.uniform(-1, 1, s) for s in net.weight_shapes], rng.uniform(-1, 1, (30, 6)), rng.uniform(-1, 1, (30, 3))


@solution("case that hides nothing", "0/1 inputs")
def _():
    random = np.random.RandomState(4)
    net = Network((4, 6, 3, 2), output="tanh")
    return net, net.initial_weights(9), random.randint(0, 2, size=(9, 4)).astype(float), random.uniform(-0.5, 0.5, size=(9, 2))
