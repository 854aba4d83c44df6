"""What the course says about speed holds on the machine that runs this: ratios side by side, in one process.

Each is tried up to three times, since another program may take a core away in the middle; the figures are printed with `pytest -s`.
"""

import statistics
import time

import numpy as np
import pytest

from bpkit import Network, backward, datasets, error, error_surface, forward, gradient_check, train
from bpkit.surface import direction_of, filter_normalised

pytestmark = pytest.mark.slow


def milliseconds(function, rounds):
    """The median of so many rounds, after one that warms up."""
    times = []
    for _ in range(rounds + (rounds > 1)):
        began = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[rounds > 1 :])


def holds(measure):
    """`measure` returns (what it says, whether it holds)."""
    for _ in range(3):
        said, good = measure()
        print(said)
        if good:
            return
    pytest.fail(said)


@pytest.mark.parametrize("axes", ["two weights", "two directions"])
def test_a_surface_is_100_times_faster_than_a_loop(axes):
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    weights = train(net, net.initial_weights(1), X, y).weights
    values = np.linspace(-3, 3, 201)
    if axes == "two weights":
        first, second = directions = "w_11^1", "w_22^1"
        directions = [direction_of(net, weights, name) for name in (first, second)]
        offsets = values - weights[0][1, 0], values - weights[0][2, 1]
    else:
        random = np.random.default_rng(0)
        first, second = directions = [
            filter_normalised(weights, [random.normal(size=w.shape) for w in weights])
            for _ in range(2)
        ]
        offsets = values, values

    def loop():
        return np.array(
            [
                [
                    error(net, [w + s * f + t * g for w, f, g in zip(weights, *directions)], X, y)
                    for s in offsets[0]
                ]
                for t in offsets[1]
            ]
        )

    def measure():
        batched = milliseconds(
            lambda: error_surface(net, weights, X, y, first, second, values, values), 15
        )
        looped = milliseconds(loop, 1)
        return (
            f"201 x 201, {axes}: loop {looped:.0f} ms, batched {batched:.2f} ms",
            batched <= 6 and looped >= 100 * batched,
        )

    np.testing.assert_allclose(
        error_surface(net, weights, X, y, first, second, values, values), loop(), rtol=1e-12
    )
    holds(measure)


def big_network():
    """9,975 weights, two hidden layers, and data for it."""
    net, random = Network((40, 80, 76, 7)), np.random.default_rng(0)
    weights = [w / np.sqrt(len(w)) for w in net.initial_weights(1)]
    return net, weights, random.normal(size=(10, 40)), random.normal(size=(10, 7))


def loop_over_parameters(net, weights, X, y):
    """The usual check: a complex step for one weight after the other, and the whole forward phase for each."""

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


@pytest.mark.parametrize("nudge, times", [("weights", 10), ("nodes", 250)])
def test_a_gradient_check_is_many_times_faster_than_the_loop_over_parameters(nudge, times):
    net, weights, X, y = big_network()
    gradients = backward(net, weights, forward(net, weights, X), y)

    def measure():
        ours = milliseconds(lambda: gradient_check(net, weights, X, y, gradients, nudge=nudge), 7)
        looped = milliseconds(lambda: loop_over_parameters(net, weights, X, y), 1)
        return (
            f"9,975 weights, {nudge} nudged: loop {looped:.0f} ms, gradient_check {ours:.2f} ms",
            looped >= times * ours,
        )

    check = gradient_check(net, weights, X, y, gradients, nudge=nudge)
    largest = max(abs(g).max() for g in gradients)
    for numeric, gradient, slope in zip(
        check.numeric, gradients, loop_over_parameters(net, weights, X, y)
    ):
        assert (
            abs(numeric - gradient).max() < 1e-14 * largest
            and abs(numeric - slope).max() < 1e-14 * largest
        )
    holds(measure)


def test_a_gradient_check_is_25_times_faster_than_that_of_torch():
    torch = pytest.importorskip("torch")
    net, weights, X, y = big_network()
    inputs, targets = torch.tensor(X), torch.tensor(y)

    def E(*weights):
        o = inputs
        for k, w in enumerate(weights, start=1):
            a = o @ w[1:] + w[0]
            o = torch.sigmoid(a) if k < net.m else a
        return ((o - targets) ** 2).sum() / (2 * len(X))

    def measure():
        theirs = milliseconds(
            lambda: torch.autograd.gradcheck(
                E, [torch.tensor(w, requires_grad=True) for w in weights]
            ),
            1,
        )
        ours = milliseconds(lambda: gradient_check(net, weights, X, y), 7)
        return (
            f"9,975 weights: torch.autograd.gradcheck {theirs:.0f} ms, gradient_check {ours:.1f} ms",
            theirs >= 25 * ours,
        )

    holds(measure)
