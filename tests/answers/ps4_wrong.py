"""Problem set 4, the reference example: wrong answers."""

import numpy as np

from answers import wrong
import bpkit
from bpkit import Network, datasets, forward


@wrong("08", "backward of sigmoid networks")
def backward(weights, X, y):
    outputs = [X]
    for w in weights[:-1]:
        outputs.append(1 / (1 + np.exp(-(w[0] + outputs[-1] @ w[1:]))))
    y_hat = weights[-1][0] + outputs[-1] @ weights[-1][1:]
    with_ones = [np.c_[np.ones(len(X)), o] for o in outputs]
    last = y_hat - y
    gradients = [with_ones[-1].T @ last / len(X)]
    delta = last @ weights[-1][1:].T
    for k in range(len(weights) - 1, 0, -1):
        if k == len(weights) - 1:
            delta = delta * outputs[k] * (1 - outputs[k])
        gradients.insert(0, with_ones[k - 1].T @ delta / len(X))
        delta = delta @ weights[k - 1][1:].T
    return gradients


@wrong("09", "backward of sigmoid networks")
def backward(weights, X, y):
    def sigmoid(x, derivative=False):
        return sigmoid(x) * (1 - sigmoid(x)) if derivative else 1 / (1 + np.exp(-x))
    layers = [X]
    for k, w in enumerate(weights):
        a = np.hstack([np.ones((len(X), 1)), layers[-1]]) @ w
        layers.append(a if k == len(weights) - 1 else sigmoid(a))
    delta, gradients = layers[-1] - y, []
    for k in range(len(weights), 0, -1):
        gradients.append(np.hstack([np.ones((len(X), 1)), layers[k - 1]]).T @ delta / len(X))
        delta = sigmoid(layers[k - 1], derivative=True) * (delta @ weights[k - 1][1:].T)
    return gradients[::-1]


@wrong("11", "slope of sigmoid from o")
def sigmoid_slope(o):
    return o * (1 + o)


@wrong("11c", "slope of sigmoid from o")
def sigmoid_slope(o):
    return o


@wrong("15b", "backward of sigmoid networks")
def backward(weights, X, y):
    o = [np.hstack([np.ones((len(X), 1)), X])]
    for w in weights[:-1]:
        o.append(np.hstack([np.ones((len(X), 1)), 1 / (1 + np.exp(-o[-1] @ w))]))
    delta, gradients = o[-1] @ weights[-1] - y, []
    for k in range(len(weights) - 1, -1, -1):
        gradients.insert(0, o[k].T @ delta / len(X))
        if k:
            delta = o[k] * (1 - o[k]) * (delta @ weights[k].T)
    return gradients


@wrong("73", "reference run")
def reference_run(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    weights = net.initial_weights(seed)
    for _ in range(iterations):
        gradients = bpkit.backward(net, weights, forward(net, weights, X), y)
        weights = [w - alpha * gradient for w, gradient in zip(weights, gradients)]
    return forward(net, weights, X).y_hat


@wrong("90", "reference run")
def reference_run(num_hidden, alpha, iterations, seed):
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    weights = net.initial_weights(seed)
    trace = forward(net, weights, X)
    delta2 = trace.y_hat - y
    delta1 = (delta2 @ weights[1][1:].T) * trace.o[1] * (1 - trace.o[1])
    slopes = [trace.o_with_node_0[k].T @ delta / len(X) for k, delta in enumerate((delta1, delta2))]
    for _ in range(iterations):
        y_hat = forward(net, weights, X).y_hat
        weights = [w - alpha * slope for w, slope in zip(weights, slopes)]
    return y_hat
