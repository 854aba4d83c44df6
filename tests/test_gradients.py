"""`backward` against oracles that share no code with it: automatic differentiation by two
libraries, and complex numbers."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from random_networks import KINDS, random_network

from bpkit import (
    Network,
    backward,
    datasets,
    error,
    error_terms,
    forward,
    gradient_check,
    per_example_gradients,
)
from bpkit.backward import (
    combined_gradient,
    hidden_error_term,
    output_error_term,
    partial_derivatives,
    weight_change,
)

PLAIN = {
    "sigmoid": lambda a: 1 / (1 + anp.exp(-a)),
    "tanh": anp.tanh,
    "relu": lambda a: anp.where(a > 0, a, 0.0),
    "identity": lambda a: a,
    "softplus": lambda a: anp.logaddexp(0.0, a),
}


def plain_error(weights, net, X, y):
    """E written once more, from the definitions, for automatic differentiation."""
    o = X
    for k, w in enumerate(weights, start=1):
        a = anp.dot(o, w[1:]) + w[0]
        if k < net.m:
            o = PLAIN[net.hidden](a)
    if net.error == "mse":
        return anp.sum((PLAIN[net.output](a) - y) ** 2) / (2 * len(X))
    if net.output == "sigmoid":
        return anp.sum(y * anp.logaddexp(0.0, -a) + (1 - y) * anp.logaddexp(0.0, a)) / len(X)
    return -anp.sum(y * (a - anp.log(anp.sum(anp.exp(a), axis=1, keepdims=True)))) / len(X)


def relative(gradients, others):
    """Largest difference, over the largest slope."""
    return max(abs(g - o).max() for g, o in zip(gradients, others)) / max(
        abs(o).max() for o in others
    )


@pytest.mark.parametrize("number", range(3 * len(KINDS)))
def test_backward_is_the_gradient(number):
    net, weights, X, y = random_network(number)
    gradients = backward(net, weights, forward(net, weights, X), y)
    assert error(net, weights, X, y) == pytest.approx(plain_error(weights, net, X, y), rel=1e-12)
    assert relative(gradients, grad(plain_error)(weights, net, X, y)) < 1e-10
    assert relative(gradients, gradient_check(net, weights, X, y).numeric) < 1e-12


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_backward_agrees_with_pytorch(number):
    torch = pytest.importorskip("torch")
    net, weights, X, y = random_network(number)
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "identity": lambda a: a,
        "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
    }
    theirs = [torch.tensor(w, requires_grad=True) for w in weights]
    o = torch.tensor(X)
    for w in theirs:
        a = o @ w[1:] + w[0]
        o = functions[net.hidden](a)
    targets = torch.tensor(y)
    if net.error == "mse":
        E = ((functions[net.output](a) - targets) ** 2).sum() / (2 * len(X))
    elif net.output == "sigmoid":
        E = torch.nn.functional.binary_cross_entropy_with_logits(a, targets, reduction="sum") / len(
            X
        )
    else:
        E = torch.nn.functional.cross_entropy(a, targets)
    E.backward()
    gradients = backward(net, weights, forward(net, weights, X), y)
    assert relative(gradients, [w.grad.numpy() for w in theirs]) < 1e-10


def test_complex_weights_give_the_slope_as_imaginary_part():
    net, weights, X, y = random_network(3)
    gradients = backward(net, weights, forward(net, weights, X), y)
    moved = [w.astype(complex) for w in weights]
    moved[0][1, 0] += 1e-20j
    assert error(net, moved, X, y).imag / 1e-20 == pytest.approx(gradients[0][1, 0], rel=1e-12)


def test_gradient_is_the_mean_of_the_gradients_of_the_pairs():
    net, weights, X, y = random_network(7)
    trace = forward(net, weights, X)
    singles = [
        backward(net, weights, forward(net, weights, X[d : d + 1]), y[d : d + 1])
        for d in range(len(X))
    ]
    for k in range(net.m):
        pairs = per_example_gradients(net, weights, trace, y)[k]
        assert pairs.shape == (len(X), *weights[k].shape)
        np.testing.assert_allclose(pairs, [single[k] for single in singles], rtol=1e-12, atol=1e-16)
        np.testing.assert_allclose(
            backward(net, weights, trace, y)[k], pairs.mean(axis=0), rtol=1e-11, atol=1e-16
        )


def test_error_term_is_the_slope_of_each_pairs_error_with_respect_to_a():
    net, weights, X, y = datasets.running_example(outputs=2)
    delta = error_terms(net, weights, forward(net, weights, X), y)
    assert delta[0] is None
    for k, j in ((1, 0), (1, 1), (2, 0), (2, 1)):
        E = []
        for h in (-1e-5, 1e-5):  # moving the bias of a node moves its a by as much
            moved = [w.copy() for w in weights]
            moved[k - 1][0, j] += h
            E.append(error(net, moved, X, y))
        assert delta[k][0, j] == pytest.approx((E[1] - E[0]) / 2e-5, rel=1e-8)


def test_node_0_passes_no_error_back():
    o, delta = np.array([[0.3, 0.6]]), np.array([[0.5]])
    weights = np.array([[7.0], [1.2], [-0.5]])
    net = Network((2, 2, 1))
    first = hidden_error_term(net, o, weights, delta)
    weights[0] = -100
    np.testing.assert_array_equal(first, hidden_error_term(net, o, weights, delta))
    np.testing.assert_allclose(first, [[0.3 * 0.7 * 1.2 * 0.5, 0.6 * 0.4 * -0.5 * 0.5]])


def test_the_five_equations_by_hand():
    o_before, delta = np.array([[1.0, 2.0], [1.0, 3.0]]), np.array([[0.5], [-1.0]])
    np.testing.assert_array_equal(
        partial_derivatives(o_before, delta), [[[0.5], [1.0]], [[-1.0], [-3.0]]]
    )
    np.testing.assert_array_equal(combined_gradient(o_before, delta / 2), [[-0.25], [-1.0]])
    np.testing.assert_array_equal(weight_change(0.1, np.array([2.0])), [-0.2])
    a, y_hat, y = np.array([[0.9]]), np.tanh([[0.9]]), np.array([[0.2]])
    np.testing.assert_allclose(
        output_error_term(Network((1, 1), output="tanh"), a, y_hat, y), (1 - y_hat**2) * (y_hat - y)
    )
    np.testing.assert_allclose(output_error_term(Network((1, 1)), a, a, y), a - y)


def test_no_argument_is_changed():
    net, weights, X, y = random_network(11)
    before = [w.copy() for w in weights], X.copy(), y.copy()
    trace = forward(net, weights, X)
    kept = [o.copy() for o in trace.o]
    backward(net, weights, trace, y), gradient_check(net, weights, X, y)
    for old, new in zip((*before[0], before[1], before[2], *kept), (*weights, X, y, *trace.o)):
        np.testing.assert_array_equal(old, new)


def test_nothing_can_be_learned_through_a_step():
    X, y = datasets.reference()
    net = Network((3, 3, 1), hidden="step")
    weights = net.initial_weights(1)
    gradients = backward(net, weights, forward(net, weights, X), y)
    assert not gradients[0].any() and gradients[1].any()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity", "softplus", "step"])
def test_both_forms_of_a_slope_agree_with_a_nudge(name):
    from bpkit.activations import ACTIVATIONS

    f = ACTIVATIONS[name]
    a = np.array([-9.3, -1.2, -0.01, 0.02, 0.7, 8.1])
    nudged = (f.value(a + 1e-6) - f.value(a - 1e-6)) / 2e-6
    np.testing.assert_allclose(f.slope_from_a(a), nudged, atol=1e-9)
    np.testing.assert_allclose(f.slope_from_o(f.value(a)), nudged, atol=1e-9)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity", "softplus", "step"])
@pytest.mark.filterwarnings("error")
def test_no_activation_overflows(name):
    from bpkit.activations import ACTIVATIONS

    for dtype in (np.float32, np.float64):
        a = np.array([-1e30, -1000, -100, 0, 100, 1000, 1e30], dtype)
        o = ACTIVATIONS[name].value(a)
        assert o.dtype == dtype and np.isfinite(o).all()
        assert np.isfinite(ACTIVATIONS[name].slope_from_a(a)).all()
