"""E over a plane through weight space, all points in one batched evaluation.

Every weight is θ + s·first + t·second, so the product sums of a layer are o·w + s·(o·first) +
t·(o·second): three matrix products serve all points. A node that neither axis moves is computed
once, one that a single axis moves once for each point of that axis.
"""

import re
from typing import NamedTuple

import numpy as np

from .activations import calls_in_place
from .arrays import (
    as_matrices,
    as_vector,
    check_real,
    checked_number,
    checked_rows,
    checked_weights,
)
from .backward import backward
from .errors import checked_targets, pair_errors
from .forward import forward_phase

BLOCK = 50_000  # numbers in one array of outputs, so that it stays in the processor's cache


def error_surface(net, weights, X, y, first, second, first_values, second_values):
    """E(X, θ) at every point of a grid in a plane of weight space.

    Parameters
    ----------
    net, weights, X, y : as for `error`, in NumPy
    first, second : the two axes. Either the name of a weight, "w_21^1" (with a comma where a number
        has two digits, "w_12,3^2"): its
        coordinate is the value of that weight. Or a direction, a list of m arrays shaped like
        weights: its coordinate says how many times it is added to the weights.
    first_values, second_values : increasing coordinates along the axes, one-dimensional

    Returns
    -------
    array (len(second_values), len(first_values)), as Matplotlib's contour functions take it: [t, s]
    is E at first_values[s], second_values[t]

    Raises
    ------
    TypeError, ValueError : in one sentence; also for a weight the network does not have, and for
        the same weight twice.
    """
    library, weights = checked_weights(net, weights, stacks=False)
    if library is not np:
        raise TypeError("weights belong to another array library: error_surface takes NumPy arrays")
    check_real(library, weights)
    X = checked_rows("X", X, net.sizes[0], "r_0", library, weights[0].dtype)
    y = checked_rows("y", y, net.sizes[-1], "r_m", library, weights[0].dtype, N=X.shape[0])
    checked_targets(net, y, library)
    s, t = _coordinates("first_values", first_values), _coordinates("second_values", second_values)
    _check_axes(first, second)
    s_direction, s = _direction(net, weights, "first", first, s)
    t_direction, t = _direction(net, weights, "second", second, t)
    layers = [
        _layer(*matrices, last=k == net.m)
        for k, matrices in enumerate(zip(weights, s_direction, t_direction), start=1)
    ]
    rows = min(len(t), max(1, BLOCK // (len(s) * len(X) * max(net.sizes[1:]))))
    E, work = np.empty((len(t), len(s))), {}
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # far out E may be too large for a number: inf
        for start in range(0, len(t), rows):
            start = min(
                start, len(t) - rows
            )  # the last block may cover some rows again, so that all have one shape
            E[start : start + rows] = _errors(
                net, layers, X, y, s, t[start : start + rows, None], work
            )
    return E


def direction_of(net, weights, name):
    """The direction that changes one weight alone: zeros, and 1 for the weight of that name.

    Raises
    ------
    ValueError : the name is none of this network's weights.
    """
    k, i, j = _place(net, name)
    direction = [np.zeros_like(w) for w in weights]
    direction[k - 1][i, j - 1] = 1
    return direction


def filter_normalised(weights, direction):
    """The direction with the weights to each node made as long as the node's own (Li, Xu, Taylor,
    Studer and Goldstein, NeurIPS 2018).

    Without this a picture depends on how large the weights happen to be: a sigmoid network with
    large weights would look flat.

    Parameters
    ----------
    weights, direction : lists of m arrays (r_{k-1}+1, r_k); column j holds the weights to node j,
        its bias among them

    Returns
    -------
    list of m arrays
    """

    normalised = []
    for w, d in zip(weights, direction, strict=True):
        length_of_w = np.hypot.reduce(w, axis=0)  # squares alone may run over
        length_of_d = np.hypot.reduce(d, axis=0)
        normalised.append(d * (length_of_w / np.where(length_of_d > 0, length_of_d, 1)))
    return normalised


class Plane:
    """A plane through weight space: the points θ + s·first + t·second, with the axes as
    `error_surface` takes them.

    Parameters
    ----------
    net, weights : as for `error`; the weights θ lie in the plane
    first, second : names of weights, or directions

    Raises
    ------
    TypeError, ValueError : in one sentence; also for two axes that point the same way.
    """

    def __init__(self, net, weights, first, second):
        _check_axes(first, second)
        self.net = net
        _, self.weights = checked_weights(net, weights, stacks=False)
        directions, origin = [], []
        for argument, axis in (("first", first), ("second", second)):
            direction, offset = _direction(net, self.weights, argument, axis, 0.0)
            directions.append(as_vector(direction))
            origin.append(-offset)
        self.origin = np.array(origin)  # the coordinates of θ
        self.directions = np.array(directions)  # (2, number of weights)
        gram = self.directions @ self.directions.T
        for argument, length in zip(("first", "second"), gram.diagonal()):
            if length == 0:
                raise ValueError(
                    f"{argument} is a direction of zeros, or next to it, expected one that leads "
                    "somewhere"
                )
        if np.linalg.det(gram) < 1e-12 * gram[0, 0] * gram[1, 1]:
            raise ValueError(
                "first and second point the same way, expected two directions that span a plane"
            )
        self.projection = np.linalg.solve(gram, self.directions)

    def weights_at(self, s, t):
        """The weights at the point (s, t): list of m arrays."""
        return as_matrices(
            as_vector(self.weights) + (np.array([s, t]) - self.origin) @ self.directions,
            self.weights,
        )

    def nearest(self, weights):
        """The point (s, t) of the plane that is nearest to these weights, array (2,)."""
        _, weights = checked_weights(self.net, weights, stacks=False)
        return self.origin + self.projection @ (as_vector(weights) - as_vector(self.weights))

    def slopes(self, gradients):
        """∂E/∂s and ∂E/∂t, array (2,), from the gradients ∂E/∂w at a point."""
        return self.directions @ as_vector(gradients)


def descend(net, plane, X, y, start, alpha, steps, inside=True):
    """Gradient descent from a point of the plane, and where it is seen in the plane.

    Parameters
    ----------
    net, X, y : as for `error`
    plane : Plane
    start : (s, t)
    alpha, steps : learning rate and number of updates
    inside : True lets the weights move within the plane alone, False lets all of them learn; then
        the plane shows the nearest points

    Returns
    -------
    points : array (steps + 1, 2), the coordinates (s, t) before each update and at the end
    E : array (steps + 1,), the error of the weights themselves. Where it is no number any more,
        the points after are NaN.

    Raises
    ------
    TypeError, ValueError : as `error`, and for a start that is no point, a number out of its range.
    """
    dtype = plane.weights[0].dtype
    X = checked_rows("X", X, net.sizes[0], "r_0", np, dtype)
    y = checked_rows("y", y, net.sizes[-1], "r_m", np, dtype, N=len(X))
    checked_targets(net, y, np)
    alpha = checked_number("alpha", alpha, above=0)
    steps = checked_number("steps", steps, whole=True, at_least=0)
    if np.shape(start) != (2,) or not np.isfinite(start).all():
        raise ValueError(f"start is {start}, expected a point (s, t) of two finite numbers")
    weights = plane.weights_at(*start)
    theta = as_vector(weights)  # one vector; `weights` are views into it
    weights = as_matrices(theta, weights)
    projection, directions = plane.projection, plane.directions
    points, E = np.full((steps + 1, 2), np.nan), np.full(steps + 1, np.nan)
    offset = plane.origin - projection @ as_vector(plane.weights)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            trace = forward_phase(net, weights, X, np)
            points[step] = offset + projection @ theta
            E[step] = pair_errors(net, trace.a[-1], trace.y_hat, y).mean()
            if step == steps or not E[step] < 1e12:
                break
            gradient = as_vector(backward(net, weights, trace, y))
            theta -= alpha * (directions.T @ (projection @ gradient) if inside else gradient)
    return points, E


def principal_directions(visited):
    """The two directions in which a training run moved most, from the weights it visited (principal
    components about the last of them).

    Parameters
    ----------
    visited : list of weights, each a list of m arrays

    Returns
    -------
    first, second : directions of length 1, lists of m arrays
    share : the part of the run's squared distances from its last weights that lies in their plane,
        0 to 1

    Raises
    ------
    ValueError : the run does not move.
    """
    way = np.array([as_vector(weights) for weights in visited])
    if not (len(way) and (way != way[-1]).any()):
        raise ValueError(
            "visited holds no two different weights, expected those of a run that moves"
        )
    _, sizes, directions = np.linalg.svd(way - way[-1], full_matrices=False)
    sizes /= sizes[0]  # so that the squares of a very short run are no zeros
    first, second = (
        as_matrices(direction * np.sign(direction[np.abs(direction).argmax()]), visited[-1])
        for direction in directions[:2]
    )
    return first, second, float((sizes[:2] ** 2).sum() / (sizes**2).sum())


class _Group(NamedTuple):
    """Nodes of one layer that are moved by the same axes. `w` holds their columns of the weights,
    then those of the directions that move them, side by side: node 0's row of all three, and the
    other rows."""

    nodes: object
    by_s: bool
    by_t: bool
    node_0: np.ndarray
    w: np.ndarray


def _layer(w, along_s, along_t, last):
    """The groups of one layer; a single one in the last layer, whose outputs the error function
    takes together."""
    by_s, by_t = along_s.any(axis=0), along_t.any(axis=0)
    kind = by_s + 2 * by_t
    groups = []
    for which in sorted(set(kind)):
        nodes = slice(None) if last or len(set(kind)) == 1 else np.flatnonzero(kind == which)
        moved = [by_s[nodes].any(), by_t[nodes].any()]
        columns = np.concatenate(
            [w[:, nodes], *(d[:, nodes] for d, moves in zip((along_s, along_t), moved) if moves)],
            axis=1,
        )
        groups.append(_Group(nodes, *moved, columns[0][:, None, None, None], columns[1:]))
    return groups[:1] if last else groups


def _errors(net, layers, X, y, s, t, work):
    """E for a block of the grid, (t, s). Inside, arrays are (node, pair, t, s), so that the long
    axis is the contiguous one; t or s has length 1 where nothing depends on it. The large arrays
    are made once and kept in `work`: new memory costs as much as the arithmetic."""
    outputs = [
        (slice(None), X.T[:, :, None, None])
    ]  # (which nodes, their outputs), together all nodes of the layer
    for k, groups in enumerate(layers, start=1):
        outputs_before, outputs = outputs, []
        for number, (nodes, by_s, by_t, node_0, w) in enumerate(groups):
            products = node_0
            for place, (nodes_before, o) in enumerate(outputs_before):
                product = _array(work, (k, number, place), (len(node_0), *o.shape[1:]))
                np.matmul(
                    w[nodes_before].T, o.reshape(len(o), -1), out=product.reshape(len(node_0), -1)
                )
                products = _sum(product, products, work, (k, number, place, "sum"))
            a, *along = np.split(products, 1 + by_s + by_t)
            if by_s:
                a = _sum(
                    a,
                    s * along[0] if along[0].shape[-1] == 1 else np.multiply(along[0], s, along[0]),
                    work,
                    (k, number, "s"),
                )
            if by_t:
                a = _sum(
                    a,
                    t * along[-1]
                    if along[-1].shape[-2] == 1
                    else np.multiply(along[-1], t, along[-1]),
                    work,
                    (k, number, "t"),
                )
            if net.error == "cross-entropy" and k == net.m:
                a = a.transpose(
                    2, 3, 1, 0
                )  # the same memory, seen as the rest of bpkit sees it: nodes last
                return pair_errors(net, a, net.layer_output(k, a), y).mean(axis=-1)
            for call, arguments in calls_in_place(net.hidden if k < net.m else net.output, a):
                call(*arguments)
            outputs.append((nodes, a))
    y_hat = outputs[0][1].transpose(2, 3, 1, 0)
    return pair_errors(net, None, y_hat, y).mean(axis=-1)


def _array(work, key, shape):
    """The array kept under this key, made when it is first asked for."""
    if key not in work:
        work[key] = np.empty(shape)
    return work[key]


def _sum(left, right, work, key):
    """left + right, in the one that has the shape of the sum, or in an array that is kept."""
    shape = np.broadcast_shapes(left.shape, right.shape)
    return np.add(
        left,
        right,
        out=left
        if left.shape == shape
        else right
        if right.shape == shape
        else _array(work, key, shape),
    )


def _direction(net, weights, argument, axis, values):
    """(direction, coordinates counted from the given weights) of an axis."""
    if isinstance(axis, str):
        k, i, j = _place(net, axis)
        return direction_of(net, weights, axis), values - weights[k - 1][i, j - 1]
    return checked_weights(net, axis, name=argument, stacks=False)[1], values


def _check_axes(first, second):
    if isinstance(first, str) and first == second:
        raise ValueError(f"first and second are both {first}, expected two different weights")


def _place(net, name):
    found = re.fullmatch(r"w_(?:(\d)(\d)|(\d+),(\d+))\^(\d+)", name)
    if found:
        k, (i, j) = int(found[5]), (int(number) for number in found.groups()[:4] if number)
        if 1 <= k <= net.m and i <= net.sizes[k - 1] and 1 <= j <= net.sizes[k]:
            return k, i, j
    raise ValueError(
        f"{name!r} is no weight of a network of sizes {net.sizes}, expected w_ij^k such as w_01^1 "
        "(a comma between i and j where one has two digits)"
    )


def _coordinates(name, values):
    values = np.asarray(values, dtype=float)
    if (
        values.ndim != 1
        or len(values) == 0
        or not np.isfinite(values).all()
        or (np.diff(values) <= 0).any()
    ):
        raise ValueError(f"{name} is not a row of increasing finite numbers")
    return values
