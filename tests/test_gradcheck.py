"""`gradient_check`: right gradients pass, wrong ones do not, and what it cannot see it says."""

import itertools

import numpy as np
import pytest
from proofs.gradient_check import tried
from random_networks import random_network

from bpkit import Network, backward, datasets, forward, gradient_check, train
from bpkit.network import weight_name


def gradients_of(net, weights, X, y):
    return backward(net, weights, forward(net, weights, X), y)


def spots(check, kind):
    return [spot.text for spot in check.blind_spots if spot.kind == kind]


@pytest.mark.parametrize("fifty", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_passes_right_gradients_and_names_the_one_wrong_weight(fifty):
    """The smallest slope that is at least a hundred-thousandth of the largest is made wrong by one
    part in a million."""
    for number in range(50 * fifty, 50 * fifty + 50):
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
    for number in range(40):
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
    for number in [*range(20), 282]:  # 282 has a ReLU at its kink
        check = gradient_check(*random_network(number), method="central")
        assert check.passed, (number, check)


def test_central_differences_find_a_wrong_gradient():
    for number in range(20):
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
    for number in range(35):
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
    assert spots(check, "one output") and spots(check, "one pair")


def test_a_transposed_matrix_is_found_and_no_blind_spot():
    net, weights, X, y = datasets.probe()
    gradients = gradients_of(net, weights, X, y)
    gradients[1][1:] = gradients[1][1:].T
    check = gradient_check(net, weights, X, y, gradients)
    assert not check.passed and not spots(check, "equal widths")


def test_inputs_that_look_alike_are_blind_spots():
    net = Network((4, 3, 2))
    X = np.random.RandomState(0).normal(size=(5, 4))
    X[:, 1], X[:, 3] = 1, X[:, 2]
    weights = net.initial_weights(1)
    check = gradient_check(net, weights, X, np.ones((5, 2)))
    assert "input 2 is 1" in spots(check, "input like the bias")[0]
    assert "inputs 3 and 4 are equal" in spots(check, "equal inputs")[0]
    wrong = gradients_of(net, weights, X, np.ones((5, 2)))
    wrong[0] = wrong[0][[2, 1, 0, 4, 3]]  # the mix-ups do not show
    assert gradient_check(net, weights, X, np.ones((5, 2)), wrong).passed


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


def cannot_be_judged(check):
    return (
        not check.passed
        and "cannot be judged" in repr(check)
        and "NOT" not in repr(check)
        and any(u.any() for u in check.unjudged)
        and not any(w.any() for w in check.wrong)
    )


def test_a_step_lost_in_rounding_judges_nothing():
    net, weights, X, y = datasets.probe()
    random = np.random.RandomState(5)
    gradients = [random.normal(size=w.shape) for w in weights]
    check = gradient_check(net, weights, X, y, gradients, method="central", step=1e-16)
    assert cannot_be_judged(check) and all(u.all() for u in check.unjudged)
    text = repr(check).splitlines()[0]
    assert "73 of them lost in rounding with step 1e-16" in text
    assert "a step near 1e-5 or the complex step" in text
    assert not spots(check, "zero slope")  # a difference of 0 says nothing here


@pytest.mark.parametrize("factor", [1, 2, -1, 0])
def test_central_differences_of_an_error_of_1e20_judge_nothing(factor):
    net, weights, X, _ = datasets.probe()
    y = np.full((7, 2), 1e10)
    gradients = [factor * g for g in gradients_of(net, weights, X, y)]
    assert cannot_be_judged(gradient_check(net, weights, X, y, gradients, method="central"))
    assert gradient_check(net, weights, X, y, gradients).passed == (factor == 1)


def test_large_targets_do_not_make_central_differences_accuse_a_right_gradient():
    random = np.random.RandomState(0)
    X = random.normal(size=(6, 2))
    y = 2000 + 5 * random.normal(size=(6, 1))
    net = Network((2, 3, 1))
    weights = train(net, net.initial_weights(1), X, y, alpha=0.1, iterations=3000).weights
    check = gradient_check(net, weights, X, y, method="central")
    assert not any(w.any() for w in check.wrong) and "NOT" not in repr(check)
    assert gradient_check(net, weights, X, y).passed


@pytest.mark.parametrize("factor, error", [(1.1, 0.1), (1.5, 0.5), (-1, 2), (0, 1)])
def test_float32_hides_no_wrong_layer_and_the_error_is_the_true_one(factor, error):
    net, random = Network((3, *(5,) * 12, 2)), np.random.RandomState(0)
    weights = [w.astype(np.float32) for w in net.initial_weights(1)]
    X, y = (random.normal(size=(4, r)).astype(np.float32) for r in (3, 2))
    gradients = gradients_of(net, weights, X, y)
    assert gradient_check(net, weights, X, y, gradients).passed
    gradients[0] = gradients[0] * np.float32(factor)
    check = gradient_check(net, weights, X, y, gradients)
    assert not check.passed and check.wrong[0].all() and not any(w.any() for w in check.wrong[1:])
    assert check.max_relative_error == pytest.approx(error, rel=1e-3)


def test_float32_that_rounds_a_slope_away_cannot_be_judged():
    net = Network((1, 1), output="identity")
    weights = [np.array([[0.1], [1.0]], np.float32)]
    X, y = np.array([[1000.0]], np.float32), np.array([[1000.1]], np.float32)
    gradients = [np.zeros((2, 1), np.float32)]
    check = gradient_check(net, weights, X, y, gradients)
    assert cannot_be_judged(check) and "gradients in float64" in repr(check)


@pytest.mark.parametrize("method", ["complex-step", "central"])
@pytest.mark.parametrize("nudge", ["weights", "nodes"])
@pytest.mark.parametrize("slope, right", [(0, 1), (0.5, 1), (1, 1), (1.2, 0), (-0.2, 0)])
def test_every_slope_at_a_kink_between_the_two_sides_is_accepted(method, nudge, slope, right):
    if (method, nudge) == ("central", "nodes"):
        nudge = "weights"
    net = Network((2, 3, 1), hidden="relu")
    weights = net.initial_weights(1)
    for w in weights:
        w[0] = 0
    X, y = np.zeros((1, 2)), np.ones((1, 1))
    gradients = gradients_of(net, weights, X, y)
    gradients[0][0] = slope * weights[1][1:, 0] * gradients[1][0, 0]
    check = gradient_check(net, weights, X, y, gradients, method=method, nudge=nudge)
    assert check.passed == bool(right)
    if method == "complex-step":
        assert sum(int(u.sum()) for u in check.undecided) == (3 if slope in (0.5, 1) else 0)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["complex-step", "central"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_wrong_layer_passes(method, dtype):
    """Every layer of each network, wrong in one of three ways in turn."""
    factors = itertools.cycle((1.1, -1, 0))
    for number in range(12):
        net, weights, X, y = random_network(number)
        weights = [w.astype(dtype) for w in weights]
        X, y = X.astype(dtype), y.astype(dtype)
        if net.output == "softmax":
            y = (y / y.sum(axis=1, keepdims=True)).astype(dtype)
        right = gradients_of(net, weights, X, y)
        assert gradient_check(net, weights, X, y, right, method=method).passed, number
        for k in (k for k in range(net.m) if right[k].any()):
            factor = next(factors)
            wrong = [*right[:k], (right[k] * factor).astype(dtype), *right[k + 1 :]]
            check = gradient_check(net, weights, X, y, wrong, method=method)
            assert not check.passed and check.wrong[k].any(), (number, k + 1, factor)


@pytest.mark.parametrize("number", range(0, 240, 2))
def test_no_right_gradient_is_accused_and_no_wrong_one_passes(number):
    """A sample of what `make proof-gradient-check` tries on thousands of networks."""
    _, of_right, wrong = tried(number)
    assert of_right != "NOT passed"
    for what, visible, said in wrong:
        assert not (visible and said == "passed"), what
