"""The small data sets of the course, as arrays: X (N, r_0) and y (N, r_m), one row per pair (F1)."""
import numpy as np

from .network import Network


def reference():
    """The six pairs of the reference example (R1): three inputs, one target; X (6, 3), y (6, 1)."""
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=float)
    y = np.array([[0], [1], [0], [1], [1], [0]], dtype=float)
    return X, y


def xor():
    """Exclusive or: the target is 1 where exactly one of two inputs is; X (4, 2), y (4, 1)."""
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([[0], [1], [1], [0]], dtype=float)
    return X, y


def probe():
    """A network that hides few mistakes in a gradient, its weights and seven pairs.

    Four layers of weights, of different widths but for one pair of equal ones, so that a transposed matrix can be put in without an error
    of shape; several outputs, and an output function (tanh) with a slope of its own.

    Returns
    -------
    net : Network((3, 4, 4, 5, 2), hidden="sigmoid", output="tanh")
    weights : list of four arrays
    X, y : arrays (7, 3) and (7, 2)
    """
    net, random = Network((3, 4, 4, 5, 2), output="tanh"), np.random.RandomState(0)
    return net, net.initial_weights(3), random.normal(size=(7, 3)), random.uniform(-0.9, 0.9, size=(7, 2))


def running_example(outputs=1):
    """The small network that notebooks 02 to 04 follow by hand: its structure, weights and one pair.

    Two inputs, two hidden nodes (sigmoid), one output or two (tanh).

    Returns
    -------
    net : Network((2, 2, outputs), hidden="sigmoid", output="tanh")
    weights : list of two arrays, (3, 2) and (3, outputs)
    X, y : arrays (1, 2) and (1, outputs)
    """
    if outputs not in (1, 2):
        raise ValueError(f"outputs is {outputs!r}, expected 1 or 2")
    net = Network((2, 2, outputs), hidden="sigmoid", output="tanh")
    weights = [np.array([[0.1, -0.3], [0.5, -0.7], [-0.6, 0.8]]),
               np.array([[0.4, 0.6], [1.2, -1.3], [-0.5, 0.9]])[:, :outputs].copy()]
    return net, weights, np.array([[0.9, 0.4]]), np.array([[0.2, -0.5]])[:, :outputs].copy()
