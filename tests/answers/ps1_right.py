"""Problem set 1, networks and error: right answers."""

import itertools
import math
from functools import reduce
from operator import add

import numpy as np

from answers import against, Layers, RIGHT, right
from bpkit import forward


# ---- sigmoid

@right("sigmoid", "two masks, the exponent always negative")
def _(a):
    a = np.asarray(a, dtype=float)
    out = np.empty_like(a)
    pos = a >= 0
    out[pos] = 1 / (1 + np.exp(-a[pos]))
    e = np.exp(a[~pos])
    out[~pos] = e / (1 + e)
    return out


@right("sigmoid", "half of tanh")
def _(x):
    return (1 + np.tanh(x / 2)) / 2


@right("sigmoid", "clip to ±500")
def _(a):
    return 1 / (1 + np.exp(-np.clip(a, -500, 500)))


@right("sigmoid", "clip to ±50")
def _(z):
    z = np.clip(z, -50, 50)
    return 1.0 / (1.0 + np.exp(-z))


@right("sigmoid", "warning switched off")
def _(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@right("sigmoid", "logaddexp")
def _(a):
    return np.exp(-np.logaddexp(0, -a))


@right("sigmoid", "exp of -|a| and where")
def _(a):
    e = np.exp(-np.abs(a))
    return np.where(a > 0, 1 / (1 + e), e / (1 + e))


def one_sigmoid(a):
    if a < 0:
        return math.exp(a) / (1 + math.exp(a))
    return 1 / (1 + math.exp(-a))


RIGHT.append(("sigmoid", "np.vectorize of a function of one number", np.vectorize(one_sigmoid, otypes=[float])))


@right("sigmoid", "list comprehension over the flat array")
def _(a):
    a = np.asarray(a)
    return np.array([one_sigmoid(v) for v in a.ravel()]).reshape(a.shape)


@right("sigmoid", "np.piecewise")
def _(a):
    return np.piecewise(np.asarray(a, float), [np.asarray(a) < 0], [lambda v: np.exp(v) / (1 + np.exp(v)), lambda v: 1 / (1 + np.exp(-v))])


@right("sigmoid", "float32")
def _(a):
    a = np.asarray(a, dtype=np.float32)
    return np.float32(0.5) * (np.float32(1) + np.tanh(np.float32(0.5) * a))


@right("sigmoid", "in place on a copy, minimum of the exponent")
def _(a):
    t = -np.array(a, dtype=float)
    np.minimum(t, 700, out=t)
    np.exp(t, out=t)
    t += 1
    return np.reciprocal(t)


# ---- product sums

@right("product sums", "hstack of ones")
def _(o_before, w):
    return np.hstack([np.ones((len(o_before), 1)), o_before]) @ w


@right("product sums", "bias added apart")
def _(o, w):
    return w[0] + o @ w[1:]


@right("product sums", "triple loop")
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


@right("product sums", "einsum and the bias")
def _(o_before, w):
    bias, kernel = w[0], w[1:]
    return np.einsum("ni,ij->nj", o_before, kernel) + bias


@right("product sums", "np.insert")
def _(o_before, w):
    return np.dot(np.insert(o_before, 0, 1, axis=1), w)


@right("product sums", "np.c_")
def _(o_before, w):
    return np.c_[np.ones(o_before.shape[0]), o_before].dot(w)


@right("product sums", "column_stack")
def _(o_before, w):
    return np.matmul(np.column_stack((np.ones(len(o_before)), o_before)), w)


@right("product sums", "np.pad")
def _(o_before, w):
    return np.pad(o_before, ((0, 0), (1, 0)), constant_values=1.0) @ w


@right("product sums", "columns are pairs, transposed at the end")
def _(o_before, w):
    columns = np.concatenate([np.ones((1, o_before.shape[0])), o_before.T], axis=0)
    return (w.T @ columns).T


@right("product sums", "broadcast and sum")
def _(o_before, w):
    return (o_before[:, :, np.newaxis] * w[np.newaxis, 1:, :]).sum(axis=1) + w[0][np.newaxis, :]


@right("product sums", "np.inner")
def _(o_before, w):
    return np.inner(o_before, w[1:].T) + w[0]


@right("product sums", "tensordot, float32")
def _(o_before, w):
    w = w.astype(np.float32)
    return np.tensordot(o_before.astype(np.float32), w[1:], axes=1) + w[0]


@right("product sums", "list comprehension row by row")
def _(o_before, w):
    return np.array([[sum(x * v for x, v in zip([1, *row], column)) for column in w.T] for row in o_before])


@right("product sums", "reduce over the inputs, Fortran order")
def _(o_before, w):
    start = np.tile(w[0], (len(o_before), 1))
    return np.asfortranarray(reduce(add, (np.outer(o_before[:, i], w[i + 1]) for i in range(o_before.shape[1])), start))


# ---- forward phase

@right("forward phase", "loop with hstack")
def _(net, weights, X):
    outputs, o = [], X
    for k in range(1, net.m + 1):
        a = np.hstack((np.ones((o.shape[0], 1)), o)) @ weights[k - 1]
        o = net.layer_output(k, a)
        outputs.append(o)
    return outputs


@right("forward phase", "g and g_o told apart")
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


@right("forward phase", "recursion over layers")
def _(net, weights, X):
    def up_to(k):
        if k == 0:
            return []
        lower = up_to(k - 1)
        before = lower[-1] if lower else X
        return lower + [net.layer_output(k, weights[k - 1][0] + before @ weights[k - 1][1:])]
    return up_to(net.m)


@right("forward phase", "generator")
def _(net, weights, X):
    def layers():
        o = X
        for k, w in enumerate(weights, 1):
            o = net.layer_output(k, np.insert(o, 0, 1, axis=1) @ w)
            yield o
    return list(layers())


@against("forward", "forward phase")
def _(net, weights, X):
    return tuple(forward(net, weights, X).o[1:])


@right("forward phase", "itertools.accumulate")
def _(net, weights, X):
    steps = itertools.accumulate(enumerate(weights, start=1), lambda o, kw: net.layer_output(kw[0], kw[1][0] + o @ kw[1][1:]), initial=X)
    return list(steps)[1:]


@right("forward phase", "functools.reduce")
def _(net, weights, X):
    return reduce(lambda os, k: os + [net.layer_output(k, np.c_[np.ones(len(X)), os[-1]] @ weights[k - 1])], range(1, net.m + 1), [X])[1:]


@right("forward phase", "pair by pair, stacked at the end")
def _(net, weights, X):
    per_layer = [[] for _ in weights]
    for x in X:
        o = x
        for k in range(net.m):
            a = np.array([np.dot(np.append(1, o), weights[k][:, j]) for j in range(net.sizes[k + 1])])
            o = net.layer_output(k + 1, a[None])[0]
            per_layer[k].append(o)
    return [np.vstack(rows) for rows in per_layer]


@right("forward phase", "columns are pairs, views returned")
def _(net, weights, X):
    out, column = [], X.T
    for k, w in enumerate(weights):
        column = net.layer_output(k + 1, (w.T @ np.vstack([np.ones(column.shape[1]), column])).T).T
        out.append(column.T)
    return out


@right("forward phase", "float32")
def _(net, weights, X):
    o, result = X.astype("float32"), []
    for k, w in enumerate(weights, start=1):
        w = w.astype("float32")
        o = net.layer_output(k, o @ w[1:] + w[0])
        result.append(o)
    return result


RIGHT.append(("forward phase", "class with methods", lambda net, weights, X: Layers(net, weights).run(X)))


# ---- error

@right("error", "sum over 2 N")
def _(y_hat, y):
    return ((y_hat - y) ** 2).sum() / (2 * len(y))


@right("error", "mean of the pairs' halves")
def _(y_hat, y):
    E_d = 0.5 * np.sum((y - y_hat) ** 2, axis=1)
    return E_d.mean()


@right("error", "norm")
def _(y_hat, y):
    return np.linalg.norm(y_hat - y) ** 2 / 2 / y.shape[0]


@right("error", "double loop, Python float")
def _(y_hat, y):
    N, r = y.shape
    total = 0.0
    for d in range(N):
        for j in range(r):
            total += float(y_hat[d][j] - y[d][j]) ** 2
    return total / (2 * N)


@right("error", "einsum, np.float64")
def _(y_hat, y):
    e = y - y_hat
    return np.float64(np.einsum("dj,dj->", e, e)) / (2.0 * e.shape[0])


@right("error", "vdot, 0-d array")
def _(y_hat, y):
    diff = y_hat - y
    return np.array(np.vdot(diff, diff) / (2 * len(diff)))


@right("error", "trace of a matrix product")
def _(y_hat, y):
    D = y_hat - y
    return np.trace(D.T @ D) / (2 * D.shape[0])


@right("error", "math.fsum over pairs")
def _(y_hat, y):
    return math.fsum(math.dist(p, t) ** 2 for p, t in zip(y_hat, y)) / len(y) / 2


@right("error", "sum of the columns' means")
def _(y_hat, y):
    return np.mean(np.square(y_hat - y), axis=0).sum() / 2


@right("error", "np.mean times the number of outputs")
def _(y_hat, y):
    return np.mean((y_hat - y) ** 2) * y.shape[1] / 2


@right("error", "float32")
def _(y_hat, y):
    d = y_hat.astype(np.float32) - y.astype(np.float32)
    return np.sum(d * d) / np.float32(2 * len(d))


@right("error", "array of shape (1,)")
def _(y_hat, y):
    squares = ((y_hat - y) ** 2).reshape(1, -1)
    return squares.sum(axis=1) / (2 * y.shape[0])


@right("error", "np.average")
def _(y_hat, y):
    return np.average([np.dot(e, e) / 2 for e in y_hat - y])


# ---- starting weights

@right("starting weights", "random.uniform")
def _(sizes, random):
    return [random.uniform(-1, 1, size=(sizes[k - 1] + 1, sizes[k])) for k in range(1, len(sizes))]


@right("starting weights", "2 random - 1, zip")
def _(sizes, random):
    return [2 * random.random_sample((before + 1, r)) - 1 for before, r in zip(sizes, sizes[1:])]


@right("starting weights", "rand and append")
def _(sizes, random):
    weights = []
    for i in range(len(sizes) - 1):
        weights.append(random.rand(sizes[i] + 1, sizes[i + 1]) * 2 - 1)
    return weights


@right("starting weights", "bias row drawn apart")
def _(sizes, rng):
    result = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        kernel = rng.uniform(-1, 1, (n_in, n_out))
        bias = rng.uniform(-1, 1, (1, n_out))
        result.append(np.concatenate([bias, kernel]))
    return result


@right("starting weights", "one draw for all, cut up")
def _(sizes, random):
    shapes = [(p + 1, q) for p, q in itertools.pairwise(sizes)]
    flat = random.uniform(-1, 1, sum(p * q for p, q in shapes))
    cuts = np.cumsum([p * q for p, q in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes)]


@right("starting weights", "entry by entry")
def _(sizes, random):
    weights = []
    for k in range(1, len(sizes)):
        w = np.zeros((sizes[k - 1] + 1, sizes[k]))
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] = random.uniform(-1, 1)
        weights.append(w)
    return weights


@right("starting weights", "transposed views in a tuple")
def _(sizes, random):
    return tuple(random.uniform(-1, 1, (r, before + 1)).T for before, r in zip(sizes, sizes[1:]))


@right("starting weights", "float32")
def _(sizes, random):
    return [random.uniform(-1, 1, (p + 1, q)).astype(np.float32) for p, q in zip(sizes, sizes[1:])]


@right("starting weights", "map and lambda")
def _(sizes, random):
    return list(map(lambda p, q: 1 - 2 * random.random_sample((p + 1, q)), sizes[:-1], sizes[1:]))


@right("starting weights", "recursion")
def _(sizes, random):
    def rest(s):
        return [] if len(s) < 2 else [random.uniform(low=-1.0, high=1.0, size=(s[0] + 1, s[1]))] + rest(s[1:])
    return rest(tuple(sizes))


# ---- callables of other kinds

class Counted:
    def __init__(self):
        self.calls = 0

    def product_sums(self, o, w):
        self.calls += 1
        return np.insert(o, 0, values=1, axis=1).dot(w)


RIGHT.append(("product sums", "bound method that counts its calls", Counted().product_sums))
RIGHT.append(("sigmoid", "composition by reduce", lambda a: reduce(lambda v, f: f(v), [lambda v: v / 2, np.tanh, lambda v: v + 1, lambda v: v / 2], a)))
