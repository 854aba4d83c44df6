"""A stack of networks, weights with a leading dimension S, gives what each of its networks gives
alone."""

import numpy as np
import pytest

from bpkit import (
    Network,
    backward,
    datasets,
    error,
    error_surface,
    error_terms,
    forward,
    gradient_check,
    per_example_gradients,
    train,
)

S, N = 5, 7
NETWORKS = [
    Network((3, 3, 1)),
    Network((3, 4, 4, 5, 2), "tanh", "sigmoid"),
    Network((2, 3), output="tanh"),
    Network((3, 5, 3), "relu", "softmax", "cross-entropy"),
    Network((2, 3, 1), "softplus", "sigmoid", "cross-entropy"),
]


def stack(net, seeds=range(S)):
    """The weights of S networks, one by one and as a stack, and data."""
    single = [net.initial_weights(seed) for seed in seeds]
    random = np.random.RandomState(0)
    X = random.normal(size=(N, net.sizes[0]))
    y = (
        np.eye(3)[random.randint(3, size=N)]
        if net.output == "softmax"
        else random.uniform(0, 1, size=(N, net.sizes[-1]))
    )
    return single, [np.stack(matrices) for matrices in zip(*single)], X, y


def agree(stacked, single):
    for together, alone in zip(stacked, zip(*single)):
        np.testing.assert_allclose(together, np.stack(alone), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("net", NETWORKS, ids=str)
def test_both_phases(net):
    single, weights, X, y = stack(net)
    trace, traces = forward(net, weights, X), [forward(net, w, X) for w in single]
    agree(trace.o[1:], [t.o[1:] for t in traces])
    agree([error(net, weights, X, y)], [[error(net, w, X, y)] for w in single])
    for function in (backward, per_example_gradients, lambda *given: error_terms(*given)[1:]):
        agree(
            function(net, weights, trace, y),
            [function(net, w, t, y) for w, t in zip(single, traces)],
        )


@pytest.mark.parametrize("batch_size, momentum", [(None, 0), (3, 0), (None, 0.5)])
@pytest.mark.parametrize("net", NETWORKS, ids=str)
def test_training_with_a_learning_rate_for_each(net, batch_size, momentum):
    single, weights, X, y = stack(net)
    alpha = np.array([0.05, 0.1, 0.2, 0.3, 0.4])
    together = train(
        net, weights, X, y, alpha=alpha, iterations=50, batch_size=batch_size, momentum=momentum
    )
    alone = [
        train(net, w, X, y, alpha=a, iterations=50, batch_size=batch_size, momentum=momentum)
        for w, a in zip(single, alpha)
    ]
    assert together.errors.shape == (S, 50) and together.iterations == 50
    agree(
        [together.errors, together.y_hat, *together.weights],
        [[t.errors, t.y_hat, *t.weights] for t in alone],
    )


def test_a_network_that_diverges_stops_no_other():
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = [np.stack([w, w]) for w in net.initial_weights(1)]
    training = train(net, weights, X, y, alpha=[0.1, 20.0], iterations=300)
    assert training.errors[0, -1] == pytest.approx(
        train(net, net.initial_weights(1), X, y, alpha=0.1, iterations=300).errors[-1], rel=1e-10
    )
    assert "1 of 2 networks diverged" in training.stopped_because and "2 networks" in repr(training)


def test_a_criterion_waits_for_the_last_network():
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = [
        np.stack(matrices) for matrices in zip(net.initial_weights(1), net.initial_weights(2))
    ]
    training = train(net, weights, X, y, alpha=0.5, error_below=0.05)
    assert training.errors[:, -1].max() < 0.05 <= training.errors[:, -2].max()


def test_a_criterion_is_not_met_while_a_network_has_diverged():
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = [np.stack([w, w]) for w in net.initial_weights(1)]
    training = train(net, weights, X, y, alpha=[0.1, 20.0], iterations=2000, error_below=0.1)
    assert (
        training.iterations == 2000
        and training.errors[0, -1] < 0.1
        and not np.isfinite(training.errors[1, -1])
    )


def test_the_arguments_stay_as_they_are():
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = [np.stack([w, w]) for w in net.initial_weights(1)]
    before = [w.copy() for w in weights]
    train(net, weights, X, y, iterations=5)
    assert all(np.array_equal(w, b) for w, b in zip(weights, before))


def test_pytorch_takes_stacks_too():
    torch = pytest.importorskip("torch")
    net = NETWORKS[1]
    _, weights, X, y = stack(net)
    tensors = [torch.tensor(w) for w in weights]
    training = train(
        net, tensors, torch.tensor(X), torch.tensor(y), alpha=np.full(S, 0.1), iterations=20
    )
    expected = train(net, weights, X, y, alpha=np.full(S, 0.1), iterations=20)
    np.testing.assert_allclose(training.errors, expected.errors, rtol=1e-11)
    for found, wanted in zip(training.weights, expected.weights):
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    "call, said",
    [
        (
            lambda net, w, X, y: forward(net, [w[0], w[1][0]], X),
            r"expected \(5, 4, 1\): \(S, r_1 \+ 1, r_2\)",
        ),
        (
            lambda net, w, X, y: forward(net, [w[0], w[1][:3]], X),
            r"weights\[1\] has shape \(3, 4, 1\)",
        ),
        (lambda net, w, X, y: train(net, w, X, y, alpha=[0.1, 0.2]), "S = 5 of them"),
        (lambda net, w, X, y: train(net, w, X, y, alpha=[0.1, 0.2, 0.3, -1, 0.1]), "above 0"),
        (
            lambda net, w, X, y: gradient_check(net, w, X, y),
            "holds a stack of 5 networks, expected one",
        ),
        (
            lambda net, w, X, y: error_surface(net, w, X, y, "w_11^1", "w_21^1", [0, 1], [0, 1]),
            "holds a stack of 5 networks, expected one",
        ),
    ],
)
def test_what_does_not_fit_is_said(call, said):
    net = NETWORKS[0]
    _, weights, X, y = stack(net)
    with pytest.raises(ValueError, match=said):
        call(net, weights, X, y)
