"""What is computed all at once is the same as a plain loop computes; how much sooner, `make bench`
measures."""

import numpy as np
import pytest

from bpkit import Network, backward, datasets, error, error_surface, forward, gradient_check, train
from bpkit.surface import direction_of, filter_normalised


def surface_case(axes):
    """(all at once, by a loop of forward phases): two functions that give E on 201 x 201 points,
    the loop on every `every`-th of each axis."""
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    weights = train(net, net.initial_weights(1), X, y).weights
    values = np.linspace(-3, 3, 201)
    if axes == "two weights":
        first, second = "w_11^1", "w_22^1"
        directions = [direction_of(net, weights, name) for name in (first, second)]
        offsets = values - weights[0][1, 0], values - weights[0][2, 1]
    else:
        random = np.random.default_rng(0)
        first, second = directions = [
            filter_normalised(weights, [random.normal(size=w.shape) for w in weights])
            for _ in range(2)
        ]
        offsets = values, values

    def at(s, t):
        moved = [w + s * f + t * g for w, f, g in zip(weights, *directions)]
        return error(net, moved, X, y)

    return (
        lambda: error_surface(net, weights, X, y, first, second, values, values),
        lambda every=1: np.array(
            [[at(s, t) for s in offsets[0][::every]] for t in offsets[1][::every]]
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("axes", ["two weights", "two directions"])
def test_a_surface_is_what_a_loop_of_forward_phases_gives(axes):
    at_once, by_loop = surface_case(axes)
    np.testing.assert_allclose(at_once()[::5, ::5], by_loop(every=5), rtol=1e-12)


def big_network():
    """9,975 weights, two hidden layers, and data for it."""
    net, random = Network((40, 80, 76, 7)), np.random.default_rng(0)
    weights = [w / np.sqrt(len(w)) for w in net.initial_weights(1)]
    return net, weights, random.normal(size=(10, 40)), random.normal(size=(10, 7))


def loop_over_parameters(net, weights, X, y):
    """The usual check: a complex step for one weight after the other, and the whole forward phase
    for each."""

    def E():
        o = X
        for k, w in enumerate(weights, start=1):
            a = o @ w[1:] + w[0]
            o = 1 / (1 + np.exp(-a)) if k < net.m else a
        return ((o - y) ** 2).sum() / (2 * len(X))

    weights = [w.astype(complex) for w in weights]
    slopes = [np.empty(w.shape) for w in weights]
    for w, slope in zip(weights, slopes):
        for place in np.ndindex(w.shape):
            before = w[place]
            w[place] += 1e-20j
            slope[place] = E().imag / 1e-20
            w[place] = before
    return slopes


@pytest.mark.slow
def test_a_gradient_check_finds_what_the_loop_over_parameters_finds():
    net, weights, X, y = big_network()
    gradients = backward(net, weights, forward(net, weights, X), y)
    slopes = loop_over_parameters(net, weights, X, y)
    largest = max(abs(g).max() for g in gradients)
    for nudge in ("weights", "nodes"):
        numeric = gradient_check(net, weights, X, y, gradients, nudge=nudge).numeric
        for found, gradient, slope in zip(numeric, gradients, slopes):
            assert abs(found - gradient).max() < 1e-14 * largest, nudge
            assert abs(found - slope).max() < 1e-14 * largest, nudge
