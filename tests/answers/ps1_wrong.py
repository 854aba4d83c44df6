"""Problem set 1, networks and error: wrong answers."""

import numpy as np

from answers import wrong


@wrong("03b", "error")
def mean_squared_error(y_hat, y):
    return np.sum((y_hat - y) ** 2) / len(y)


@wrong("17", "product sums")
def product_sums(o_before, w):
    return np.hstack([o_before, np.ones((o_before.shape[0], 1))]) @ w


@wrong("33", "error")
def mean_squared_error(y_hat, y):
    return np.sum((y_hat - y.squeeze()) ** 2) / (2 * len(y))


@wrong("44", "starting weights")
def starting_weights(sizes, random):
    return [np.zeros((before + 1, after)) for before, after in zip(sizes, sizes[1:])]


@wrong("44b", "starting weights")
def starting_weights(sizes, random):
    weights = []
    for before, after in zip(sizes, sizes[1:]):
        column = 2 * random.random_sample((before + 1, 1)) - 1
        weights.append(np.tile(column, after))
    return weights


@wrong("45", "sigmoid")
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


@wrong("45b", "sigmoid")
def sigmoid(a):
    return np.exp(a) / (np.exp(a) + 1)


@wrong("52", "product sums")
def product_sums(o_before, w):
    return o_before @ w[1:]


@wrong("53", "forward phase")
def forward_phase(net, weights, X):
    outputs, a = [], X
    for w in weights:
        a = w[0] + a @ w[1:]
        outputs.append(a)
    outputs[-1] = net.g_o.value(a)
    return outputs


@wrong("54", "forward phase")
def forward_phase(net, weights, X):
    outputs, o = [], X
    for w in weights:
        o = net.g.value(w[0] + o @ w[1:])
        outputs.append(o)
    return outputs


@wrong("58b", "error")
def mean_squared_error(y_hat, y):
    return 0.5 * np.mean((y_hat - y) ** 2)


@wrong("60", "starting weights")
def starting_weights(sizes, random):
    return [random.random_sample((before + 1, after)) for before, after in zip(sizes, sizes[1:])]


@wrong("53c", "forward phase")
def forward_phase(net, weights, X):
    o, sums = X, []
    for k, w in enumerate(weights, start=1):
        a = w[0] + o @ w[1:]
        sums.append(a)
        o = net.layer_output(k, a)
    return sums


@wrong("59c", "sigmoid")
def sigmoid(a):
    return 0.5 * (1 + np.tanh(a))
