"""`gradient_check`: right gradients pass, wrong ones do not, and what it cannot see it says."""

import numpy as np
import pytest
from random_networks import random_network

from bpkit import Network, backward, datasets, forward, gradient_check
from bpkit.network import weight_name


def gradients_of(net, weights, X, y):
    return backward(net, weights, forward(net, weights, X), y)


def spots(check, kind):
    return [spot.text for spot in check.blind_spots if spot.kind == kind]


@pytest.mark.parametrize(
    "hundred", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 10))]
)
def test_passes_right_gradients_and_names_the_one_wrong_weight(hundred):
    """The smallest slope that is at least a hundred-thousandth of the largest is made wrong by one part in a million."""
    for number in range(100 * hundred, 100 * hundred + 100):
        net, weights, X, y = random_network(number)
        gradients = gradients_of(net, weights, X, y)
        assert gradient_check(net, weights, X, y, gradients).passed, number
        largest = max(abs(g).max() for g in gradients)
        _, k, i, j = min(
            (abs(g[i, j]), k, i, j)
            for k, g in enumerate(gradients, start=1)
            for i, j in np.argwhere(abs(g) >= 1e-5 * largest)
        )
        gradients[k - 1][i, j] *= 1 + 1e-6
        check = gradient_check(net, weights, X, y, gradients)
        assert not check.passed and check.worst == weight_name(k, i, j + 1), number
        assert check.tolerance < check.max_relative_error < 1.1e-6


def test_moving_nodes_gives_the_slopes_that_moving_weights_gives():
    for number in range(100):
        net, weights, X, y = random_network(number)
        by_weights, by_nodes = (
            gradient_check(net, weights, X, y, nudge=nudge) for nudge in ("weights", "nodes")
        )
        assert by_weights.passed and by_nodes.passed
        largest = max(abs(g).max() for g in by_weights.numeric)
        for one, other in zip(by_weights.numeric, by_nodes.numeric):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-14 * largest)


def test_moving_nodes_finds_a_wrong_slope():
    net, weights, X, y = random_network(5)
    gradients = gradients_of(net, weights, X, y)
    gradients[-1][0, 0] *= 1 + 1e-6
    check = gradient_check(net, weights, X, y, gradients, nudge="nodes")
    assert not check.passed and check.worst == weight_name(net.m, 0, 1)


def test_central_differences_pass_right_gradients():
    for number in [*range(100), 282]:  # 282 has a ReLU at its kink
        check = gradient_check(*random_network(number), method="central")
        assert check.passed, (number, check)


def test_central_differences_find_a_wrong_gradient():
    for number in range(50):
        net, weights, X, y = random_network(number)
        gradients = gradients_of(net, weights, X, y)
        k, (i, j) = net.m, np.unravel_index(abs(gradients[-1]).argmax(), gradients[-1].shape)
        gradients[k - 1][i, j] *= 1.01
        check = gradient_check(net, weights, X, y, gradients, method="central")
        assert not check.passed and check.worst == weight_name(k, i, j + 1)


def test_a_zeroed_slope_is_found():
    net, weights, X, y = random_network(5)
    gradients = gradients_of(net, weights, X, y)
    gradients[0][1, 0] = 0
    check = gradient_check(net, weights, X, y, gradients)
    assert (
        not check.passed
        and check.worst == "w_11^1"
        and check.by_parameter[0][1, 0] == pytest.approx(1)
    )


def test_float32_gradients_pass_within_their_precision():
    for number in range(60):
        net, weights, X, y = random_network(number)
        weights, X, y = (
            [w.astype(np.float32) for w in weights],
            X.astype(np.float32),
            y.astype(np.float32),
        )
        check = gradient_check(net, weights, X, y)
        assert check.passed and check.gradients[0].dtype == np.float64, number


def test_a_dead_relu_is_a_blind_spot():
    net = Network((2, 3, 2), hidden="relu")
    weights = net.initial_weights(1)
    weights[0][:, 1] = [-5, 0.1, 0.1]  # node 2 is off for every pair
    X = np.array([[0.3, 0.2], [0.5, 0.9]])
    check = gradient_check(net, weights, X, np.zeros((2, 2)))
    assert check.passed
    assert [
        text
        for text in spots(check, "zero slope")
        if "node 2 of layer 1" in text and "ReLU is off" in text
    ]


def test_zero_weights_are_a_blind_spot():
    net = Network((2, 3, 2))
    weights = [w * 0 for w in net.initial_weights(1)]
    check = gradient_check(net, weights, np.ones((4, 2)), np.ones((4, 2)))
    assert spots(check, "zero slope") and len(spots(check, "zero biases")) == 2


def test_an_input_that_is_always_zero_is_a_blind_spot():
    net = Network((2, 3, 2))
    check = gradient_check(
        net, net.initial_weights(1), np.array([[1.0, 0], [2, 0]]), np.ones((2, 2))
    )
    assert "w_21^1" in spots(check, "zero slope")[0]


def test_shapes_that_hide_mistakes_are_blind_spots():
    net = Network((2, 3, 3, 1))
    check = gradient_check(net, net.initial_weights(1), np.ones((1, 2)), np.ones((1, 1)))
    assert "w^3" not in spots(check, "equal widths")[0] and "w^2" in spots(check, "equal widths")[0]
    assert spots(check, "one output") and spots(check, "one pair")


def test_a_network_that_hides_nothing_has_no_blind_spot():
    net = Network((3, 4, 5, 2), output="tanh")
    random = np.random.default_rng(1)
    check = gradient_check(
        net, net.initial_weights(1), random.normal(size=(7, 3)), random.normal(size=(7, 2))
    )
    assert check.blind_spots == []


def test_a_relu_at_its_kink_is_a_blind_spot_and_left_out():
    net = Network((1, 1, 2), hidden="relu")
    weights = [np.array([[0.5], [-0.5]]), np.array([[0.3, 0.2], [1.0, -2.0]])]
    X, y = np.array([[1.0], [-1.0]]), np.zeros((2, 2))
    for method in ("complex-step", "central"):
        check = gradient_check(net, weights, X, y, method=method)
        assert check.passed and "pair 1" in spots(check, "kink")[0], check


def test_the_report_says_where():
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    weights = net.initial_weights(1)
    gradients = gradients_of(net, weights, X, y)
    gradients[1] = gradients[1] * 6
    check = gradient_check(net, weights, X, y, gradients)
    text = repr(check)
    assert (
        "NOT passed" in text
        and "layer 2" in text
        and "4 of 4 weights wrong" in text
        and "blind spot" in text
    )
    assert check.by_layer[0] < 1e-7 < check.by_layer[1]
    assert "NOT passed" in check._repr_html_() and "<li>" in check._repr_html_()
    assert "passed" in repr(gradient_check(net, weights, X, y)) and "NOT" not in repr(
        gradient_check(net, weights, X, y)
    )
