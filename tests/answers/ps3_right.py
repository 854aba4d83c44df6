"""Problem set 3, the algorithm: right answers."""

import copy
import math
from functools import partial, reduce

import autograd
import numpy as np

from answers import against, Layers, RIGHT, autograd_error, right
from bpkit import backward, error, forward, per_example_gradients, train


# ---- combined gradient

@right("combined gradient", "mean over axis 0")
def _(pairs):
    return pairs.mean(axis=0)


@right("combined gradient", "sum / len")
def _(pairs):
    return sum(pairs) / len(pairs)


@right("combined gradient", "np.average")
def _(pairs):
    return np.average(pairs, axis=0)


@right("combined gradient", "einsum")
def _(p):
    return np.einsum("dij->ij", p) / p.shape[0]


@right("combined gradient", "triple loop")
def _(pairs):
    N, r, s = pairs.shape
    g = np.zeros((r, s))
    for i in range(r):
        for j in range(s):
            for d in range(N):
                g[i, j] += pairs[d, i, j] / N
    return g


@right("combined gradient", "reduce")
def _(pairs):
    return reduce(np.add, pairs) / len(pairs)


@right("combined gradient", "tensordot with weights 1/N")
def _(pairs):
    N = len(pairs)
    return np.tensordot(np.full(N, 1 / N), pairs, axes=1)


@right("combined gradient", "running mean")
def _(pairs):
    mean = np.zeros_like(pairs[0])
    for n, p in enumerate(pairs, start=1):
        mean += (p - mean) / n
    return mean


@right("combined gradient", "transposed mean over the last axis")
def _(pairs):
    return pairs.T.mean(axis=-1).T


@right("combined gradient", "fsum per entry")
def _(pairs):
    return np.array([[math.fsum(pairs[:, i, j]) / len(pairs) for j in range(pairs.shape[2])] for i in range(pairs.shape[1])])


@right("combined gradient", "np.add.reduce, float32")
def _(pairs):
    return np.add.reduce(np.float32(pairs), axis=0) / np.float32(len(pairs))


# ---- layer gradient

@right("layer gradient", "matrix product over N")
def _(o_before, delta):
    return o_before.T @ delta / len(delta)


@right("layer gradient", "einsum over N")
def _(o_before, delta):
    return np.einsum("di,dj->ij", o_before, delta) / o_before.shape[0]


@right("layer gradient", "mean of outer products")
def _(o_before, delta):
    return np.mean([np.outer(o, d) for o, d in zip(o_before, delta)], axis=0)


@right("layer gradient", "triple loop")
def _(o_before, delta):
    N = o_before.shape[0]
    grad = np.zeros((o_before.shape[1], delta.shape[1]))
    for d in range(N):
        for i in range(grad.shape[0]):
            for j in range(grad.shape[1]):
                grad[i][j] += delta[d][j] * o_before[d][i]
    return grad / N


@right("layer gradient", "delta first, transposed view")
def _(o_before, delta):
    return (delta.T @ o_before).T / delta.shape[0]


@right("layer gradient", "delta over N beforehand")
def _(o_before, delta):
    share = delta / len(delta)
    return np.dot(o_before.T, share)


@right("layer gradient", "broadcast then mean")
def _(o_before, delta):
    return (o_before[:, :, None] * delta[:, None, :]).mean(0)


@right("layer gradient", "tensordot")
def _(o_before, delta):
    return np.tensordot(o_before, delta, axes=(0, 0)) / len(o_before)


@right("layer gradient", "np.average of outer products")
def _(o_before, delta):
    return np.average(np.stack([np.outer(o_before[d], delta[d]) for d in range(len(delta))]), axis=0)


@right("layer gradient", "bias and weights apart")
def _(o_before, delta):
    bias = delta.mean(axis=0, keepdims=True)
    kernel = o_before[:, 1:].T @ delta / len(delta)
    return np.vstack((bias, kernel))


@right("layer gradient", "sum / len of a generator")
def _(o_before, delta):
    return sum(o[:, None] * d[None, :] for o, d in zip(o_before, delta)) / len(delta)


@right("layer gradient", "float32, Fortran order")
def _(o_before, delta):
    return np.asfortranarray(o_before.astype(np.float32).T @ delta.astype(np.float32)) / np.float32(len(delta))


@right("layer gradient", "entry by entry with np.mean")
def _(o_before, delta):
    return np.array([[np.mean(o * d) for d in delta.T] for o in o_before.T])


# ---- backward

@right("backward", "matrix products, gradients inserted at the front")
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


@right("backward", "collected backwards and reversed, slope from o")
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


@right("backward", "explicit loops over pairs, layers and nodes")
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


@right("backward", "np.outer per pair, summed")
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


@right("backward", "recursion over layers")
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


RIGHT.append(("backward", "class with methods", lambda net, weights, X, y: Layers(net, weights).slopes(X, y)))


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


RIGHT.append(("backward", "object that is called, delta by recursion", Backpropagation()))


@right("backward", "generator of error terms")
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


@right("backward", "functools.reduce")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    last = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    deltas = reduce(lambda ds, k: [net.g.slope_from_o(trace.o[k]) * (ds[0] @ weights[k][1:].T)] + ds, range(net.m - 1, 0, -1), [last])
    return [o.T.dot(d) / len(X) for o, d in zip(trace.o_with_node_0, deltas)]


@right("backward", "columns are pairs, views returned")
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


@right("backward", "complex step on every weight")
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


@right("backward", "complex step, forward phase of one's own")
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


@right("backward", "autograd")
def _(net, weights, X, y):
    return autograd.grad(autograd_error(net, X, y))(weights)


@right("backward", "autograd, one argument a layer, as a tuple")
def _(net, weights, X, y):
    E = autograd_error(net, X, y)
    return autograd.grad(lambda *ws: E(ws), argnum=tuple(range(net.m)))(*weights)


@right("backward", "forward mode: the tangent of every weight")
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


@right("backward", "Jacobians of the layers multiplied from the left")
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


@right("backward", "float32 throughout")
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


@right("backward", "per-pair derivatives, then np.average; a tuple")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    deltas = {net.m: (trace.y_hat - y) * net.g_o.slope_from_a(trace.a[net.m])}
    for k in range(net.m - 1, 0, -1):
        deltas[k] = np.einsum("dl,jl->dj", deltas[k + 1], weights[k][1:]) * net.g.slope_from_a(trace.a[k])
    return tuple(np.average(np.einsum("di,dj->dij", trace.o_with_node_0[k - 1], deltas[k]), axis=0) for k in sorted(deltas))


@right("backward", "node 0 carried along with slope 0")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = (trace.y_hat - y) * net.g_o.slope_from_o(trace.y_hat)
    grads = [trace.o_with_node_0[-1].T @ delta]
    for k in range(net.m - 1, 0, -1):
        slope = np.insert(net.g.slope_from_o(trace.o[k]), 0, 0, axis=1)
        delta = (slope * (delta @ weights[k].T))[:, 1:]
        grads.append(trace.o_with_node_0[k - 1].T @ delta)
    return [g / len(X) for g in grads[::-1]]


@against("per_example_gradients", "backward")
def _(net, weights, X, y):
    return [pairs.mean(axis=0) for pairs in per_example_gradients(net, weights, forward(net, weights, X), y)]


@against("backward", "backward")
def _(net, weights, X, y):
    return [np.asfortranarray(g) for g in backward(net, weights, forward(net, weights, X), y)]


@right("backward", "gradients by name in a dict, sorted at the end")
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


# ---- weight update

@right("weight update", "list comprehension")
def _(weights, gradients, alpha):
    return [w - alpha * g for w, g in zip(weights, gradients)]


@right("weight update", "deepcopy, then in place")
def _(weights, gradients, alpha):
    new = copy.deepcopy(weights)
    for k in range(len(new)):
        new[k] -= alpha * gradients[k]
    return new


@right("weight update", "copies, entry by entry")
def _(weights, gradients, alpha):
    new = [w.copy() for w in weights]
    for w, g in zip(new, gradients):
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] = w[i, j] - alpha * g[i, j]
    return new


@right("weight update", "plus the change -α g")
def _(weights, gradients, alpha):
    changes = [-alpha * g for g in gradients]
    return [w + c for w, c in zip(weights, changes)]


@right("weight update", "map with np.subtract")
def _(weights, gradients, alpha):
    return list(map(np.subtract, weights, map(partial(np.multiply, alpha), gradients)))


@right("weight update", "tuple")
def _(weights, gradients, alpha):
    return tuple(weights[k] - alpha * gradients[k] for k in range(len(weights)))


@right("weight update", "float32")
def _(weights, gradients, alpha):
    return [w.astype(np.float32) - np.float32(alpha) * g.astype(np.float32) for w, g in zip(weights, gradients)]


@right("weight update", "one flat vector")
def _(weights, gradients, alpha):
    flat = np.concatenate([w.ravel() for w in weights]) - alpha * np.concatenate([g.ravel() for g in gradients])
    out, start = [], 0
    for w in weights:
        out.append(flat[start:start + w.size].reshape(w.shape))
        start += w.size
    return out


@right("weight update", "out= of new arrays")
def _(weights, gradients, alpha):
    out = [np.empty_like(w) for w in weights]
    for k, o in enumerate(out):
        np.multiply(gradients[k], -alpha, out=o)
        np.add(o, weights[k], out=o)
    return out


@right("weight update", "bias and weights apart, transposed")
def _(weights, gradients, alpha):
    return [np.column_stack([w[0] - alpha * g[0], (w[1:] - alpha * g[1:]).T]).T for w, g in zip(weights, gradients)]


@right("weight update", "recursion")
def _(weights, gradients, alpha):
    def update(ws, gs):
        return [] if not len(ws) else [ws[0] - gs[0] * alpha, *update(ws[1:], gs[1:])]
    return update(weights, gradients)


# ---- training step

@right("training step", "bpkit's forward and backward")
def _(net, weights, X, y, alpha):
    gradients = backward(net, weights, forward(net, weights, X), y)
    return [w - alpha * g for w, g in zip(weights, gradients)]


@right("training step", "all four steps by hand")
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


@right("training step", "pair by pair, the changes summed")
def _(net, weights, X, y, alpha):
    new = [np.array(w) for w in weights]
    for d in range(len(X)):
        for w, g in zip(new, backward(net, weights, forward(net, weights, X[d:d + 1]), y[d:d + 1])):
            w -= alpha / len(X) * g
    return new


@right("training step", "autograd, a tuple")
def _(net, weights, X, y, alpha):
    slopes = autograd.grad(autograd_error(net, X, y))(weights)
    return tuple(w - alpha * slope for w, slope in zip(weights, slopes))


@right("training step", "recursion")
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


@right("training step", "float32")
def _(net, weights, X, y, alpha):
    f = np.float32
    ws, X, y = [w.astype(f) for w in weights], X.astype(f), y.astype(f)
    return [w - f(alpha) * g for w, g in zip(ws, backward(net, ws, forward(net, ws, X), y))]


@right("training step", "complex step")
def _(net, weights, X, y, alpha):
    new = [w.copy() for w in weights]
    for k, w in enumerate(weights):
        for index in np.ndindex(w.shape):
            ws = [v.astype(complex) for v in weights]
            ws[k][index] += 1e-30j
            new[k][index] -= alpha * error(net, ws, X, y).imag / 1e-30
    return new


class Update:
    @classmethod
    def update(cls, weights, gradients, alpha=0.1):
        return [cls.one(w, g, alpha) for w, g in zip(weights, gradients)]

    @classmethod
    def one(cls, w, g, alpha):
        w = w.copy()
        w += -alpha * g
        return w


RIGHT.append(("weight update", "class method with a default alpha", Update.update))
RIGHT.append(("layer gradient", "functools.partial of np.einsum and a quotient", lambda o, d: partial(np.einsum, "di,dj->ij")(o, d) / len(o)))
RIGHT.append(("combined gradient", "functools.partial of np.mean", partial(np.mean, axis=0)))


@against("backward", "backward")
def _(net, weights, X, y):
    per_pair = [backward(net, weights, forward(net, weights, X[d:d + 1]), y[d:d + 1]) for d in reversed(range(len(X)))]
    return [sum(column) / len(per_pair) for column in zip(*per_pair)]


@right("backward", "all δ in a dict, np.tensordot, longdouble")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = {net.m: (trace.y_hat - y).astype(np.longdouble) * net.g_o.slope_from_a(trace.a[net.m])}
    for k in reversed(range(1, net.m)):
        delta[k] = np.tensordot(delta[k + 1], weights[k][1:], axes=(1, 1)) * net.g.slope_from_a(trace.a[k])
    return [np.tensordot(trace.o_with_node_0[k - 1], delta[k], (0, 0)) / len(X) for k in range(1, net.m + 1)]


# notebook 04


@right("backward phase", "from the last layer on")
def _(net, weights, trace, y):
    delta = net.g_o.slope_from_a(trace.a[net.m]) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta / len(y))
        if k > 1:
            delta = net.g.slope_from_a(trace.a[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@right("backward phase", "all error terms first, slopes from o, einsum")
def _(net, weights, trace, y):
    deltas = [net.g_o.slope_from_o(trace.o[-1]) * (trace.o[-1] - y)]
    for k in reversed(range(1, net.m)):
        deltas.append(net.g.slope_from_o(trace.o[k]) * np.einsum("jl,dl->dj", weights[k][1:], deltas[-1]))
    outputs = [np.column_stack([np.ones(len(y)), o]) for o in trace.o[:-1]]
    return [np.einsum("di,dj->ij", o, d) / len(y) for o, d in zip(outputs, deltas[::-1])]


@right("backward phase", "pair by pair")
def _(net, weights, trace, y):
    gradients = [np.zeros_like(w) for w in weights]
    for d in range(len(y)):
        delta = net.g_o.slope_from_a(trace.a[net.m][d]) * (trace.y_hat[d] - y[d])
        for k in range(net.m, 0, -1):
            gradients[k - 1] += np.outer(trace.o_with_node_0[k - 1][d], delta) / len(y)
            if k > 1:
                delta = net.g.slope_from_a(trace.a[k - 1][d]) * (weights[k - 1][1:] @ delta)
    return gradients
