"""Answers to the tasks, right and wrong, one file of each a problem set.

The right ones are written in the many ways in which different people would write them: to accuse
one of them is a bug of the checks. The wrong ones are the mistakes of the catalogue as learners
make them. Neither was written with a look at how the checks work.
"""

import autograd.numpy as anp
import numpy as np

RIGHT = []  # (task, how it is written, function)
AGAINST = []  # (name of the function that it calls against the statement, task, function)
WRONG = []  # (number of the mistake, task, function)


def right(task, how):
    """Enter the function below into RIGHT."""

    def enter(function):
        RIGHT.append((task, how, function))
        return function

    return enter


def against(called, task):
    """Enter the function below, which is right and calls what the statement rules out, into
    AGAINST."""

    def enter(function):
        AGAINST.append((called, task, function))
        return function

    return enter


def wrong(number, task):
    """Enter the function below into WRONG."""

    def enter(function):
        WRONG.append((number, task, function))
        return function

    return enter


def plain_sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


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


AUTOGRAD = {
    "sigmoid": lambda a: 0.5 * (1 + anp.tanh(0.5 * a)),
    "tanh": anp.tanh,
    "relu": lambda a: anp.where(a > 0, a, 0.0),
    "identity": lambda a: a,
    "softplus": lambda a: anp.logaddexp(0.0, a),
    "step": lambda a: anp.where(a > 0, 1.0, 0.0),
}


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


# each enters its answers into the lists above
from answers import ps1_right, ps1_wrong, ps2_right, ps2_wrong, ps3_right, ps3_wrong  # noqa
from answers import ps4_right, ps4_wrong, ps5_right, ps5_wrong, ps6_right, ps6_wrong  # noqa
