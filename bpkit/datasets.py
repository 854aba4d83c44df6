"""The small data sets of the course, as arrays: X (N, r_0) and y (N, r_m), one row per pair
(F1)."""

import itertools
import pathlib

import numpy as np

from .arrays import checked_number
from .network import Network

EDGE = 6  # pixels along a side of the patches of `edges`


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

    Four layers of weights, of different widths but for one pair of equal ones, so that a transposed
    matrix can be put in without an error of shape; several outputs, and an output function (tanh)
    with a slope of its own.

    Returns
    -------
    net : Network((3, 4, 4, 5, 2), hidden="sigmoid", output="tanh")
    weights : list of four arrays
    X, y : arrays (7, 3) and (7, 2)
    """
    net, random = Network((3, 4, 4, 5, 2), output="tanh"), np.random.RandomState(0)
    return (
        net,
        net.initial_weights(3),
        random.normal(size=(7, 3)),
        random.uniform(-0.9, 0.9, size=(7, 2)),
    )


def running_example(outputs=1):
    """The small network that notebooks 02 to 04 follow by hand: its structure, weights and one
    pair.

    Two inputs, two hidden nodes (sigmoid), one output or two (tanh).

    Returns
    -------
    net : Network((2, 2, outputs), hidden="sigmoid", output="tanh")
    weights : list of two arrays, (3, 2) and (3, outputs)
    X, y : arrays (1, 2) and (1, outputs)
    """
    if checked_number("outputs", outputs, whole=True) not in (1, 2):
        raise ValueError(f"outputs is {outputs!r}, expected 1 or 2")
    net = Network((2, 2, outputs), hidden="sigmoid", output="tanh")
    weights = [
        np.array([[0.1, -0.3], [0.5, -0.7], [-0.6, 0.8]]),
        np.array([[0.4, 0.6], [1.2, -1.3], [-0.5, 0.9]])[:, :outputs].copy(),
    ]
    return net, weights, np.array([[0.9, 0.4]]), np.array([[0.2, -0.5]])[:, :outputs].copy()


def symmetry():
    """Mirror symmetry: the target is 1 where the last three of six bits are the first three in
    reverse; all 64 patterns, 8 of them symmetric.

    Rumelhart, Hinton and Williams, Nature 323, 533-536, 1986, figure 1.

    Returns
    -------
    X, y : arrays (64, 6) and (64, 1)
    """
    X = np.array(list(itertools.product([0.0, 1.0], repeat=6)))
    return X, (X == X[:, ::-1]).all(axis=1, keepdims=True).astype(float)


def encoder(size=8):
    """One input of `size` is 1, and the output is to be the input again (Ackley, Hinton and
    Sejnowski, Cognitive Science 9, 147-169, 1985).

    Returns
    -------
    X, y : two arrays (size, size), both the identity

    Raises
    ------
    ValueError : size is no whole number from 2 on.
    """
    size = checked_number("size", size, whole=True, at_least=2)
    return np.eye(size), np.eye(size)


def digits():
    """1,797 handwritten digits of 8 by 8 pixels.

    The test set of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI
    Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49, licence CC BY 4.0
    (https://creativecommons.org/licenses/by/4.0/). Each pixel counts the dark dots in a block of 4
    by 4, 0 to 16; here it is divided by 16. The file digits.npz beside this one holds the numbers
    as they came.

    Returns
    -------
    X : array (1797, 64), 0 for paper and 1 for ink, a picture's rows one after the other
    y : array (1797, 10), a 1 in the column of the digit
    """
    with np.load(pathlib.Path(__file__).with_name("digits.npz")) as stored:
        return stored["pixels"] / 16, np.eye(10)[stored["digit"]]


def edges(direction, distance):
    """Small patches of a picture, each with an edge across it: about -1 on its dark side, 1 on its
    bright side.

    Parameters
    ----------
    direction : array (N,), in degrees: where the bright side lies, 0 for the right, 90 for the top
    distance : array (N,), of the edge from the middle of the patch, in pixels towards the bright
        side

    Returns
    -------
    X : array (N, 36), 6 by 6 pixels, a patch's rows one after the other, the top one first

    Raises
    ------
    ValueError : not one distance for each direction, or one that is not finite.
    """
    direction, distance = (
        np.radians(np.asarray(direction, dtype=float)),
        np.asarray(distance, dtype=float),
    )
    if direction.ndim != 1 or direction.shape != distance.shape:
        raise ValueError(
            f"direction has shape {direction.shape} and distance {distance.shape}, expected (N,) "
            "for both: one edge per patch"
        )
    if not (np.isfinite(direction) & np.isfinite(distance)).all():
        raise ValueError("direction or distance holds a number that is not finite")
    from_middle = np.arange(EDGE) - (EDGE - 1) / 2
    right, up = (values.ravel() for values in np.meshgrid(from_middle, from_middle[::-1]))
    return np.tanh(
        np.outer(np.cos(direction), right) + np.outer(np.sin(direction), up) - distance[:, None]
    )
