"""Problem set 3, the algorithm: wrong answers."""

import numpy as np

from answers import wrong
from bpkit import forward


@wrong("01", "combined gradient")
def combined_gradient(pairs):
    total = np.zeros(pairs.shape[1:])
    for slopes in pairs:
        total += slopes
    return total


@wrong("02", "layer gradient")
def layer_gradient(o_before, delta):
    N = len(delta)
    return np.mean(o_before[:, :, None] * (delta / N)[:, None, :], axis=0)


@wrong("04", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = (y - trace.y_hat) * net.g_o.slope_from_o(trace.y_hat)
    gradients = [None] * net.m
    for k in reversed(range(net.m)):
        gradients[k] = trace.o_with_node_0[k].T @ delta / len(X)
        if k:
            delta = (delta @ weights[k][1:].T) * net.g.slope_from_o(trace.o[k])
    return gradients


@wrong("04b", "weight update")
def updated(weights, gradients, alpha):
    return [w + alpha * g for w, g in zip(weights, gradients)]


@wrong("14", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    deltas = {net.m: net.g_o.slope_from_a(trace.a[net.m]) * (trace.o[net.m] - y)}
    for k in range(net.m - 1, 0, -1):
        deltas[k] = net.g.slope_from_o(trace.o[k + 1]) * (deltas[k + 1] @ weights[k][1:].T)
    return [trace.o_with_node_0[k - 1].T @ deltas[k] / len(X) for k in range(1, net.m + 1)]


@wrong("18", "layer gradient")
def layer_gradient(o_before, delta):
    gradient = np.zeros((o_before.shape[1], delta.shape[1]))
    gradient[1:] = o_before[:, 1:].T @ delta / len(delta)
    return gradient


@wrong("19", "layer gradient")
def layer_gradient(o_before, delta):
    weights = o_before[:, 1:].T @ delta / len(delta)
    biases = delta.sum(axis=0)
    return np.vstack([biases, weights])


@wrong("19b", "layer gradient")
def layer_gradient(o_before, delta):
    weights = o_before[:, 1:].T @ delta
    biases = delta.mean(axis=0)
    return np.vstack([biases, weights])


@wrong("20", "layer gradient")
def layer_gradient(o_before, delta):
    gradient = o_before.T @ delta / len(delta)
    gradient[0] = delta.mean()
    return gradient


@wrong("20b", "layer gradient")
def layer_gradient(o_before, delta):
    gradient = o_before.T @ delta / len(delta)
    gradient[0] = np.sum(delta) / len(delta)
    return gradient


@wrong("21", "combined gradient")
def combined_gradient(pairs):
    return pairs


@wrong("22", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        gradient = trace.o_with_node_0[k - 1].T @ delta / len(X)
        biases = weights[k - 1][0]
        gradient[0] = [g if b != 0 else 0.0 for g, b in zip(gradient[0], biases)]
        gradients.insert(0, gradient)
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@wrong("24", "layer gradient")
def layer_gradient(o_before, delta):
    inputs = o_before[:, 1:]
    biases = inputs[:, :1].T @ delta
    return np.vstack([biases, inputs.T @ delta]) / len(delta)


@wrong("25", "training step")
def training_step(net, weights, X, y, alpha):
    weights = [w.copy() for w in weights]
    trace = forward(net, weights, X)
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    for k in range(net.m, 0, -1):
        weights[k - 1] -= alpha * trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return weights


@wrong("26", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    ones = np.ones((len(X), 1))
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        gradients.insert(0, np.hstack([ones, trace.o[k]]).T @ delta / len(X))
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@wrong("27", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    ones = np.ones((len(X), 1))
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        before = X if k == 1 else trace.a[k - 1]
        gradients.insert(0, np.hstack([ones, before]).T @ delta / len(X))
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@wrong("34", "combined gradient")
def combined_gradient(pairs):
    for slopes in pairs:
        gradient = slopes
    return gradient


@wrong("34b", "combined gradient")
def combined_gradient(pairs):
    gradient = np.zeros(pairs.shape[1:])
    for slopes in pairs:
        gradient = slopes / len(pairs)
    return gradient


@wrong("35", "backward")
def backward(net, weights, X, y, so_far={}):
    trace = forward(net, weights, X)
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    if so_far.get("sizes") != (net.sizes, len(X)) or so_far["calls"] == 3:
        so_far.clear()
        so_far.update(sizes=(net.sizes, len(X)), calls=0, gradients=[np.zeros(w.shape) for w in weights])
    so_far["calls"] += 1
    for k in range(net.m, 0, -1):
        so_far["gradients"][k - 1] = so_far["gradients"][k - 1] + trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return list(so_far["gradients"])


@wrong("38", "training step")
def training_step(net, weights, X, y, alpha, kept={}):
    trace = forward(net, weights, X)
    if kept.get("sizes") != (net.sizes, len(X)) or kept["calls"] == 3:
        kept.update(sizes=(net.sizes, len(X)), calls=0, trace=trace)
    old, kept["trace"], kept["calls"] = kept["trace"], trace, kept["calls"] + 1
    delta, new = net.g_o.slope_from_o(old.y_hat) * (old.y_hat - y), list(weights)
    for k in range(net.m, 0, -1):
        new[k - 1] = weights[k - 1] - alpha * old.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_o(old.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return new


@wrong("39", "weight update")
def updated(weights, gradients, alpha):
    for k in range(len(weights)):
        weights[k] -= alpha * gradients[k]
    return weights


@wrong("50", "weight update")
def updated(weights, gradients, alpha):
    return [w - g for w, g in zip(weights, gradients)]


@wrong("07b", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    back = trace.y_hat - y
    gradients = []
    for k in range(net.m, 0, -1):
        f = net.g_o if k == net.m else net.g
        delta = back * f.slope_from_o(trace.o[k])
        gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta / len(X))
        back = back @ weights[k - 1][1:].T
    return gradients


@wrong("07c", "backward")
def backward(net, weights, X, y):
    trace, gradients = forward(net, weights, X), []
    back = trace.y_hat - y
    for k in range(net.m, 0, -1):
        delta = back * (net.g_o if k == net.m else net.g).slope_from_o(trace.o[k])
        gradients.insert(0, np.vstack([back.mean(axis=0), trace.o[k - 1].T @ delta / len(X)]))
        back = delta @ weights[k - 1][1:].T
    return gradients


@wrong("17b", "layer gradient")
def layer_gradient(o_before, delta):
    N = len(delta)
    return np.vstack([o_before[:, 1:].T @ delta / N, delta.mean(axis=0)])


@wrong("20c", "layer gradient")
def layer_gradient(o_before, delta):
    kernel = o_before[:, 1:].T @ delta / len(delta)
    return np.vstack([kernel.sum(axis=0), kernel])


@wrong("34d", "layer gradient")
def layer_gradient(o_before, delta):
    return np.outer(np.mean(o_before, axis=0), np.mean(delta, axis=0))


@wrong("01d", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = (trace.y_hat - y) * net.g_o.slope_from_o(trace.y_hat)
    gradients = [trace.o_with_node_0[-1].T @ delta / len(X)]
    for k in range(net.m - 1, 0, -1):
        delta = (delta @ weights[k][1:].T) * net.g.slope_from_o(trace.o[k])
        gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta)
    return gradients


@wrong("01e", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = (trace.y_hat - y) * net.g_o.slope_from_o(trace.y_hat)
    gradients = [trace.o_with_node_0[-1].T @ delta]
    for k in range(net.m - 1, 0, -1):
        delta = (delta @ weights[k][1:].T) * net.g.slope_from_o(trace.o[k])
        gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta / len(X))
    return gradients


@wrong("04b", "training step")
def training_step(net, weights, X, y, alpha):
    trace = forward(net, weights, X)
    delta = (trace.y_hat - y) * net.g_o.slope_from_o(trace.y_hat)
    new = [None] * net.m
    for k in range(net.m, 0, -1):
        new[k - 1] = weights[k - 1] + alpha * trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = (delta @ weights[k - 1][1:].T) * net.g.slope_from_o(trace.o[k - 1])
    return new


@wrong("25", "backward")
def backward(net, weights, X, y):
    trace, weights = forward(net, weights, X), list(weights)
    delta = (trace.y_hat - y) * net.g_o.slope_from_o(trace.y_hat)
    gradients = [None] * net.m
    for k in range(net.m, 0, -1):
        gradients[k - 1] = trace.o_with_node_0[k - 1].T @ delta / len(X)
        weights[k - 1] = weights[k - 1] - gradients[k - 1]
        if k > 1:
            delta = (delta @ weights[k - 1][1:].T) * net.g.slope_from_o(trace.o[k - 1])
    return gradients


@wrong("89", "training step")
def training_step(net, weights, X, y, alpha):
    for x, target in zip(X, y):
        trace = forward(net, weights, x[None])
        delta = (trace.y_hat - target[None]) * net.g_o.slope_from_o(trace.y_hat)
        new = [None] * net.m
        for k in range(net.m, 0, -1):
            new[k - 1] = weights[k - 1] - alpha * trace.o_with_node_0[k - 1].T @ delta
            if k > 1:
                delta = (delta @ weights[k - 1][1:].T) * net.g.slope_from_o(trace.o[k - 1])
        weights = new
    return weights
