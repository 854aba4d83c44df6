"""Random networks, data and weights for the tests: every pair of activations and errors that makes
sense, in turn."""

from itertools import product

import numpy as np

from bpkit import Network

ELEMENTWISE = ("sigmoid", "tanh", "relu", "identity", "softplus")
KINDS = [
    *product(ELEMENTWISE, ELEMENTWISE, ["mse"]),
    *product(ELEMENTWISE, ["sigmoid", "softmax"], ["cross-entropy"]),
]


def random_network(number):
    """Network, weights, X and y, the same for the same number: 1 to 6 layers, 1 to 20 nodes a
    layer, 1 to 50 pairs."""
    random = np.random.default_rng(number)
    hidden, output, error = KINDS[number % len(KINDS)]
    sizes = [int(r) for r in random.integers(1, 21, size=random.integers(2, 8))]
    if output == "softmax":
        sizes[-1] = max(sizes[-1], 2)
    net = Network(tuple(sizes), hidden, output, error)
    N = int(random.integers(1, 51))
    X = random.normal(size=(N, sizes[0]))
    y = random.uniform(size=(N, sizes[-1]))
    if output == "softmax":
        y /= y.sum(axis=1, keepdims=True)
    return net, net.initial_weights(number), X, y
