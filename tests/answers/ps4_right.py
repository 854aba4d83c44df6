"""Problem set 4, the reference example: right answers."""

import itertools
from collections import deque

import autograd
import numpy as np

from answers import against, RIGHT, autograd_error, plain_sigmoid, right
from bpkit import Network, backward, datasets, forward, train


@right("slope of sigmoid from o", "o (1 - o)")
def _(o):
    return o * (1 - o)


@right("slope of sigmoid from o", "o - o²")
def _(o):
    return o - o ** 2


@right("slope of sigmoid from o", "a quarter less a square")
def _(out):
    return 0.25 - (out - 0.5) ** 2


@right("slope of sigmoid from o", "np.multiply and np.subtract")
def _(values):
    return np.multiply(values, np.subtract(1, values))


@right("slope of sigmoid from o", "back to a with the logit")
def _(o):
    a = np.log(o / (1 - o))
    return np.exp(-a) / (1 + np.exp(-a)) ** 2


RIGHT.append(("slope of sigmoid from o", "np.vectorize of a lambda", np.vectorize(lambda o: o * (1.0 - o))))


@right("slope of sigmoid from o", "float32")
def _(o):
    o = np.asarray(o, dtype=np.float32)
    return o * (1 - o)


# ---- backward of sigmoid networks

def s(a):
    return 1 / (1 + np.exp(-a))


@right("backward of sigmoid networks", "matrix products")
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


@right("backward of sigmoid networks", "o - o², bias and weights apart")
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


@right("backward of sigmoid networks", "exp(-a) / (1 + exp(-a))², loops")
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


@right("backward of sigmoid networks", "autograd")
def _(weights, X, y):
    net = Network((X.shape[1], *(w.shape[1] for w in weights)))
    return autograd.grad(autograd_error(net, X, y))(list(weights))


@right("backward of sigmoid networks", "complex step")
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


@right("backward of sigmoid networks", "recursion that returns the gradients")
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


@against("backward", "backward of sigmoid networks")
def _(weights, X, y):
    net = Network((len(weights[0]) - 1,) + tuple(w.shape[1] for w in weights))
    return backward(net, weights, forward(net, weights, X), y)


@right("backward of sigmoid networks", "columns are pairs, float32")
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


@right("backward of sigmoid networks", "error terms first, einsum afterwards")
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


# ---- reference run

@against("train", "reference run")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    return train(net, net.initial_weights(seed), X, y, alpha=alpha, iterations=iterations).y_hat


@right("reference run", "bpkit's forward and backward in a loop")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    weights = net.initial_weights(seed)
    for _ in range(iterations):
        trace = forward(net, weights, X)
        weights = [w - alpha * g for w, g in zip(weights, backward(net, weights, trace, y))]
    return trace.y_hat


@right("reference run", "two layers by hand")
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


@right("reference run", "bias and weights apart, in place")
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


@right("reference run", "generator of iterations")
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


@right("reference run", "one update fewer, then a forward phase")
def _(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    w = net.initial_weights(seed=seed)
    for _ in range(iterations - 1):
        g = backward(net, w, forward(net, w, X), y)
        for k in range(net.m):
            w[k] -= alpha * g[k]
    return forward(net, w, X).o[-1]


@right("reference run", "class with methods, columns are pairs")
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


@right("reference run", "float32")
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
