"""Problem set 5, checking and depth: wrong answers."""

import numpy as np

from answers import wrong
from bpkit import Network, datasets, forward


@wrong("06", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    y_hat = e / e.sum(axis=1, keepdims=True)
    return (y_hat - y) * y_hat * (1 - y_hat)


@wrong("13", "backward with cross-entropy")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta, gradients = trace.y_hat - y, []
    for k in range(net.m, 0, -1):
        gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta / len(X))
        if k > 1:
            o = trace.o[k - 1]
            slope = np.where(o >= 0, 1.0, 0.0) if net.hidden == "relu" else 1 - o ** 2
            delta = (delta @ weights[k - 1][1:].T) * slope
    return gradients


@wrong("40", "numeric gradient")
def numeric_gradient(E, weights):
    h, slopes = 1e-5, [np.zeros_like(w) for w in weights]
    for w, slope in zip(weights, slopes):
        for place in np.ndindex(w.shape):
            plus, minus = list(weights), list(weights)
            w[place] += h
            up = E(plus)
            down = E(minus)
            slope[place] = (up - down) / (2 * h)
    return slopes


@wrong("41", "numeric gradient")
def numeric_gradient(E, weights):
    h, slopes = 1e-12, []
    for k, w in enumerate(weights):
        slope = np.zeros_like(w)
        for place in np.ndindex(w.shape):
            moved = [v.copy() for v in weights]
            moved[k][place] = w[place] + h
            up = E(moved)
            moved[k][place] = w[place] - h
            slope[place] = (up - E(moved)) / (2 * h)
        slopes.append(slope)
    return slopes


@wrong("61", "numeric gradient")
def numeric_gradient(E, weights):
    h, slopes, before = 1e-4, [], E(weights)
    for k, w in enumerate(weights):
        slope = np.zeros_like(w)
        for place in np.ndindex(w.shape):
            moved = [v.copy() for v in weights]
            moved[k][place] += h
            slope[place] = (E(moved) - before) / h
        slopes.append(slope)
    return slopes




@wrong("42", "gradient checker")
def is_right(E, weights, gradients):
    h = 1e-5
    for k, w in enumerate(weights):
        for place in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][place] += h
            down[k][place] -= h
            if abs((E(up) - E(down)) / (2 * h) - gradients[k][place]) > 1e-5:
                return False
    return True


@wrong("42b", "gradient checker")
def is_right(E, weights, gradients):
    h = 1e-5
    for k, w in enumerate(weights):
        for place in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][place] += h
            down[k][place] -= h
            slope = (E(up) - E(down)) / (2 * h)
            if abs(slope - gradients[k][place]) > 0.05 * abs(slope):
                return False
    return True


@wrong("43", "case that hides nothing")
def revealing_case():
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    return net, net.initial_weights(1), X, y


@wrong("43b", "case that hides nothing")
def revealing_case():
    net, random = Network((3, 4, 2), output="tanh"), np.random.RandomState(3)
    return net, net.initial_weights(2), random.normal(size=(1, 3)), random.uniform(-0.5, 0.5, size=(1, 2))


@wrong("77", "largest learning rate")
def largest_alpha(curvatures):
    return 1 / max(curvatures)


@wrong("78", "largest learning rate")
def largest_alpha(curvatures):
    return 2 / min(curvatures)


@wrong("06d", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - y) / 2


@wrong("85b", "softmax error term")
def softmax_error_term(a, y):
    def softmax(a):
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    return softmax(softmax(a)) - y


@wrong("72b", "gradient checker")
def is_right(E, weights, gradients):
    h = 1e-5
    for k, w in enumerate(weights):
        for place in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][place] += h
            down[k][place] -= h
            slope = (E(up) - E(down)) / (2 * h)
            if abs(slope - gradients[k][place]) > 1e-5 * abs(slope):
                return True
    return False


@wrong("41c", "numeric gradient")
def numeric_gradient(E, weights):
    h, result = 1e-5, []
    for k, w in enumerate(weights):
        slopes = np.zeros_like(w)
        for i, j in np.ndindex(w.shape):
            plus, minus = weights.copy(), weights.copy()
            plus[k][i, j] += h
            minus[k][i, j] -= h
            slopes[i, j] = (E(plus) - E(minus)) / (2 * h)
        result.append(slopes)
    return result


@wrong("91", "softmax error term")
def softmax_error_term(a, y):
    return np.exp(a) / np.sum(np.exp(a), axis=1)[:, None] - y


@wrong("91", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - a.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) - y


@wrong("91b", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - np.max(a))
    return e / e.sum(axis=1, keepdims=True) - y


@wrong("91c", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - a.min(axis=1)[:, None])
    return e / e.sum(axis=1)[:, None] - y


@wrong("91d", "softmax error term")
def softmax_error_term(a, y):
    c = a.max(axis=1, keepdims=True)
    return np.exp(a - c) / np.exp(a).sum(axis=1, keepdims=True) - y


@wrong("84c", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum() - y


@wrong("13c", "slope of relu from o")
def relu_slope(o):
    return np.where(o > 0, 0.0, 1.0)


@wrong("13b", "slope of relu from o")
def relu_slope(o):
    return np.maximum(o, 0)


@wrong("78c", "largest learning rate")
def largest_alpha(curvatures):
    return 2 / curvatures[-1]


@wrong("78d", "largest learning rate")
def largest_alpha(curvatures):
    return 2 / curvatures[0]


@wrong("78e", "largest learning rate")
def largest_alpha(curvatures):
    return np.max(curvatures) / 2


@wrong("84d", "softmax error term")
def softmax_error_term(a, y):
    return np.exp(a) / np.exp(a).sum(axis=0, keepdims=True) - y


@wrong("84e", "softmax error term")
def softmax_error_term(a, y):
    return np.exp(a) / np.sum(np.exp(a)) - y
