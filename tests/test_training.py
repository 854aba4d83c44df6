"""`train`: the reference run, every way of stopping, batches."""

import itertools
import tracemalloc

import numpy as np
import pytest
from random_networks import KINDS, random_network

from bpkit import Network, backward, datasets, error, forward, train
from bpkit.descent import InPlaceDescent

X, Y = datasets.reference()
NET = Network((3, 3, 1))


def per_pair_run(weights, iterations, alpha=0.1):
    """The reference run by loops over pairs and nodes, sharing nothing with bpkit."""
    w, v = (matrix.copy() for matrix in weights)
    for _ in range(iterations):
        dw, dv, outputs = np.zeros_like(w), np.zeros_like(v), []
        for x, y in zip(X, Y):
            x = [1, *x]
            o = [1] + [1 / (1 + np.exp(-sum(x[i] * w[i, j] for i in range(4)))) for j in range(3)]
            outputs.append(sum(o[j] * v[j, 0] for j in range(4)))
            delta = outputs[-1] - y[0]
            for j in range(4):
                dv[j, 0] += o[j] * delta / 6
                for i in range(4):
                    if j:
                        dw[i, j - 1] += x[i] * o[j] * (1 - o[j]) * v[j, 0] * delta / 6
        w, v = w - alpha * dw, v - alpha * dv
    return np.array(outputs), [w, v]


def test_reference_run():
    weights = NET.initial_weights(1)
    assert error(NET, weights, X, Y) == pytest.approx(0.8129359882833521, rel=1e-14)
    training = train(NET, weights, X, Y)
    printed = [
        2.11135662e-04,
        9.99525588e-01,
        1.66889680e-04,
        9.99576185e-01,
        9.99362960e-01,
        1.30185107e-03,
    ]
    np.testing.assert_allclose(training.y_hat.ravel(), printed, atol=1e-9)
    assert training.errors[0] == pytest.approx(0.8129359882833521, rel=1e-14)
    assert training.errors[-1] == pytest.approx(2.148127245028708e-07, rel=1e-10)
    assert error(NET, training.weights, X, Y) == pytest.approx(2.142899185511234e-07, rel=1e-10)
    assert training.iterations == len(training.errors) == 10_000
    assert "10,000" in training.stopped_because


def test_reference_run_agrees_with_the_matrix_free_one():
    outputs, weights = per_pair_run(NET.initial_weights(1), 300)
    training = train(NET, NET.initial_weights(1), X, Y, iterations=300)
    np.testing.assert_allclose(training.y_hat.ravel(), outputs, atol=1e-13)
    for ours, theirs in zip(training.weights, weights):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.slow
def test_whole_reference_run_agrees_with_the_matrix_free_one():
    outputs, weights = per_pair_run(NET.initial_weights(1), 10_000)
    training = train(NET, NET.initial_weights(1), X, Y)
    np.testing.assert_allclose(training.y_hat.ravel(), outputs, atol=1e-13)
    for ours, theirs in zip(training.weights, weights):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_one_step_is_minus_alpha_times_the_gradient(number):
    net, weights, X, y = random_network(number)
    training = train(net, weights, X, y, alpha=0.01, iterations=1)
    gradients = backward(net, weights, forward(net, weights, X), y)
    for new, old, gradient in zip(training.weights, weights, gradients):
        np.testing.assert_allclose(
            new, old - 0.01 * gradient, rtol=0, atol=1e-14 * max(1, abs(gradient).max())
        )
    assert training.errors[0] == pytest.approx(error(net, weights, X, y), rel=1e-12)
    np.testing.assert_allclose(
        training.y_hat, forward(net, weights, X).y_hat, rtol=1e-12, atol=1e-15
    )


def test_momentum_adds_a_share_of_the_change_before():
    net, weights, X, y = random_network(1)
    start, changes = weights, [0 * w for w in weights]
    for _ in range(20):
        gradients = backward(net, weights, forward(net, weights, X), y)
        changes = [-0.02 * gradient + 0.7 * change for gradient, change in zip(gradients, changes)]
        weights = [w + change for w, change in zip(weights, changes)]
    training = train(net, start, X, y, alpha=0.02, momentum=0.7, iterations=20)
    for ours, theirs in zip(training.weights, weights):
        np.testing.assert_allclose(ours, theirs, atol=1e-13)


def test_step_hidden_nodes_keep_their_weights():
    net = Network((3, 3, 1), hidden="step")
    weights = net.initial_weights(1)
    trained = train(net, weights, X, Y, iterations=5).weights
    np.testing.assert_array_equal(trained[0], weights[0])
    assert (trained[1] != weights[1]).any()


def test_the_start_stays_as_it_is():
    weights = NET.initial_weights(1)
    train(NET, weights, X, Y, iterations=5)
    np.testing.assert_array_equal(weights[0], NET.initial_weights(1)[0])


def test_stops_when_the_error_is_below():
    training = train(NET, NET.initial_weights(1), X, Y, error_below=0.01)
    assert training.errors[-1] < 0.01 <= training.errors[-2]
    assert training.iterations == len(training.errors) - 1 < 10_000
    assert "0.01" in training.stopped_because
    assert error(NET, training.weights, X, Y) == pytest.approx(training.errors[-1], rel=1e-12)


def test_stops_at_a_minimum():
    training = train(NET, NET.initial_weights(1), X, Y, slope_below=0.01)
    gradients = backward(NET, training.weights, forward(NET, training.weights, X), Y)
    assert max(abs(g).max() for g in gradients) < 0.01
    assert training.iterations < 10_000 and "slope" in training.stopped_because


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("alpha", [5.0, 1e3, 1e200])
def test_divergence_stops_with_a_reason(alpha):
    training = train(NET, NET.initial_weights(1), X, Y, alpha=alpha)
    assert training.iterations < 10_000
    assert "diverged" in training.stopped_because and "smaller alpha" in training.stopped_because


def test_mini_batches_use_every_pair_once_before_any_comes_again(monkeypatch):
    seen = []
    load = InPlaceDescent.load
    monkeypatch.setattr(
        InPlaceDescent, "load", lambda self, rows: (seen.append(rows), load(self, rows))[1]
    )
    train(NET, NET.initial_weights(1), X, Y, iterations=9, batch_size=4)
    rows = np.concatenate([r for r in seen if not isinstance(r, slice)])
    assert len(rows) == 36
    for sweep in rows.reshape(6, 6):
        assert sorted(sweep) == list(range(6))


def test_mini_batches_learn_and_repeat():
    one, two = (train(NET, NET.initial_weights(1), X, Y, batch_size=2, seed=5) for _ in range(2))
    np.testing.assert_array_equal(one.weights[0], two.weights[0])
    assert one.y_hat.shape == (6, 1)
    assert error(NET, one.weights, X, Y) < 1e-4
    assert (
        train(NET, NET.initial_weights(1), X, Y, batch_size=2, seed=6, iterations=50).weights[0]
        != train(NET, NET.initial_weights(1), X, Y, batch_size=2, seed=5, iterations=50).weights[0]
    ).any()


def test_an_interrupt_returns_what_was_reached(monkeypatch):
    update, count = InPlaceDescent.update, [0]

    def interrupted(self):
        count[0] += 1
        if count[0] == 8:
            raise KeyboardInterrupt
        update(self)

    monkeypatch.setattr(InPlaceDescent, "update", interrupted)
    training = train(NET, NET.initial_weights(1), X, Y)
    assert training.iterations == 7 and "interrupted" in training.stopped_because
    monkeypatch.undo()
    np.testing.assert_array_equal(
        training.weights[0], train(NET, NET.initial_weights(1), X, Y, iterations=7).weights[0]
    )


def test_no_iterations_is_the_forward_phase_alone():
    training = train(NET, NET.initial_weights(1), X, Y, iterations=0)
    assert training.iterations == 0 and len(training.errors) == 0
    np.testing.assert_allclose(
        training.y_hat, forward(NET, NET.initial_weights(1), X).y_hat, rtol=1e-13
    )


def test_a_progress_bar_only_when_it_takes_long(capfd, monkeypatch):
    for seconds_a_look, shown in ((0, False), (0.4, True)):
        now = itertools.count(step=seconds_a_look)
        monkeypatch.setattr("tqdm.std.time", lambda now=now: next(now))
        train(NET, NET.initial_weights(1), X, Y, iterations=20_000)
        written = capfd.readouterr()
        assert ("train" in written.out) == shown and written.err == ""


def test_prints_itself_in_one_line():
    assert repr(train(NET, NET.initial_weights(1), X, Y, iterations=1)).count("\n") == 0


def test_training_holds_no_array_beyond_o_and_delta_of_each_layer_and_the_gradients():
    sizes, N = (256, 256, 256, 256, 10), 2048
    net, random = Network(sizes), np.random.RandomState(0)
    weights, X, y = (
        net.initial_weights(1),
        random.normal(size=(N, sizes[0])),
        random.normal(size=(N, sizes[-1])),
    )
    tracemalloc.start()
    train(net, weights, X, y, alpha=0.01, iterations=2)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    needed = 3 * sum(w.nbytes for w in weights) + 2 * 8 * N * sum(
        sizes
    )  # weights, gradients, what is returned; o and δ
    assert highest < 1.12 * needed


def test_training_needs_no_thread(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    assert train(net, net.initial_weights(1), X, y, iterations=20).iterations == 20
