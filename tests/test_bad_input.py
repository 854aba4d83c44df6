"""Bad input gets one clear sentence: a ValueError or TypeError that names the argument, and never a
NaN or a warning."""

import numpy as np
import pytest

from bpkit import (
    Network,
    agree,
    backward,
    datasets,
    error,
    error_surface,
    error_terms,
    forward,
    gradient_check,
    per_example_gradients,
    plotting,
    train,
    widgets,
)
from bpkit.activations import ACTIVATIONS
from bpkit.surface import Plane, descend, filter_normalised, principal_directions

X, Y = datasets.reference()
NET = Network((3, 3, 1))
W = NET.initial_weights(1)
ZEROS = [np.zeros_like(w) for w in W]
TRACE = forward(NET, W, X)
PLANE = Plane(NET, W, "w_11^1", "w_21^1")
OTHER = Network((3, 2, 1))
SOFTMAX = Network((3, 3, 2), output="softmax", error="cross-entropy")


def surface(first, second):
    return error_surface(NET, W, X, Y, first, second, [0, 1], [0, 1])


def spoilt(array, value):
    array = array.copy()
    array.flat[1] = value
    return array


BAD = {
    "y of shape (N,)": (
        lambda: error(NET, W, X, Y.ravel()),
        "y has shape (6,), expected (6, 1): one row per pair, r_m = 1 column",
    ),
    "y transposed": (lambda: backward(NET, W, TRACE, Y.T), "y has shape (1, 6)"),
    "y of another N": (
        lambda: backward(NET, W, TRACE, Y[:5]),
        "y has shape (5, 1), expected (6, 1)",
    ),
    "y with NaN": (lambda: error(NET, W, X, spoilt(Y, np.nan)), "y holds nan at (1, 0)"),
    "y None": (lambda: error(NET, W, X, None), "y is a None"),
    "X of one pair as a vector": (
        lambda: forward(NET, W, X[0]),
        "X has shape (3,), expected (N, 3): one row per pair, r_0 = 3",
    ),
    "X transposed": (lambda: forward(NET, W, X.T), "X has shape (3, 6)"),
    "X with node 0's column": (
        lambda: forward(NET, W, np.hstack([np.ones((6, 1)), X])),
        "X has shape (6, 4)",
    ),
    "X with infinity": (lambda: forward(NET, W, spoilt(X, np.inf)), "X holds inf at (0, 1)"),
    "X of text": (lambda: forward(NET, W, np.full((6, 3), "a")), "X has dtype"),
    "X a string": (lambda: forward(NET, W, "X"), "X is a str"),
    "X ragged": (lambda: forward(NET, W, [[1, 2, 3], [1, 2]]), "X has rows of different lengths"),
    "X masked": (lambda: forward(NET, W, np.ma.masked_array(X)), "X is a masked array"),
    "X without rows": (lambda: forward(NET, W, X[:0]), "X has no rows"),
    "X in single precision": (
        lambda: forward(NET, W, X.astype(np.float32)),
        "X is float32 and weights is float64",
    ),
    "weights one matrix": (
        lambda: forward(NET, W[0], X),
        "weights is a NumPy array, expected a list of m = 2",
    ),
    "weights too few": (lambda: forward(NET, W[:1], X), "weights has 1 matrices, expected m = 2"),
    "weights without the bias row": (
        lambda: forward(NET, [w[1:] for w in W], X),
        "weights[0] has shape (3, 3), expected (4, 3)",
    ),
    "weights transposed": (
        lambda: forward(NET, [w.T for w in W], X),
        "weights[0] has shape (3, 4)",
    ),
    "weights with NaN": (
        lambda: forward(NET, [W[0], spoilt(W[1], np.nan)], X),
        "weights[1] holds nan",
    ),
    "weights of mixed precision": (
        lambda: forward(NET, [W[0], W[1].astype(np.float32)], X),
        "weights[1] is float32",
    ),
    "weights None": (lambda: forward(NET, None, X), "weights is a None"),
    "weights of text": (lambda: forward(NET, ["a", "b"], X), "weights[0] is a str"),
    "X complex": (lambda: forward(NET, W, X + 0j), "X is complex and weights is real"),
    "weights complex in one layer": (
        lambda: forward(NET, [W[0], W[1] + 0j], X),
        "weights[1] is complex and weights[0] is real",
    ),
    "weights complex in train": (
        lambda: train(NET, [w + 0j for w in W], X, Y),
        "weights are complex, expected real ones",
    ),
    "weights complex in the check": (
        lambda: gradient_check(NET, [w + 0j for w in W], X, Y),
        "weights are complex, expected real",
    ),
    "a check by nodes with central differences": (
        lambda: gradient_check(NET, W, X, Y, method="central", nudge="nodes"),
        'nudge is "nodes"',
    ),
    "nudge of another kind": (
        lambda: gradient_check(NET, W, X, Y, nudge="node"),
        "nudge is 'node', expected one of weights, nodes",
    ),
    "surface over a weight that is not there": (
        lambda: surface("w_41^1", "w_11^1"),
        "'w_41^1' is no weight of a network of sizes (3, 3, 1)",
    ),
    "surface over one weight twice": (
        lambda: surface("w_11^1", "w_11^1"),
        "first and second are both w_11^1",
    ),
    "surface over a direction of another shape": (
        lambda: surface(W[:1], "w_11^1"),
        "first has 1 matrices, expected m = 2",
    ),
    "surface over falling values": (
        lambda: error_surface(NET, W, X, Y, "w_11^1", "w_21^1", [1, 0], [0, 1]),
        "first_values is not a row of",
    ),
    "surface over a matrix of values": (
        lambda: error_surface(NET, W, X, Y, "w_11^1", "w_21^1", [0, 1], X),
        "second_values is not a row of",
    ),
    "surface with y of shape (N,)": (
        lambda: error_surface(NET, W, X, Y.ravel(), "w_11^1", "w_21^1", [0, 1], [0, 1]),
        "y has shape (6,)",
    ),
    "net of another shape": (
        lambda: forward(OTHER, W, X),
        "weights[0] has shape (4, 3), expected (4, 2)",
    ),
    "net a tuple": (lambda: forward((3, 3, 1), W, X), "net is a tuple, expected a Network"),
    "trace of another net": (
        lambda: backward(OTHER, OTHER.initial_weights(1), TRACE, Y),
        "trace comes from Network",
    ),
    "trace y_hat alone": (
        lambda: error_terms(NET, W, TRACE.y_hat, Y),
        "trace is a ndarray, expected the Trace",
    ),
    "weights bad in backward": (
        lambda: per_example_gradients(NET, [W[0], W[1].T], TRACE, Y),
        "weights[1] has shape (1, 4)",
    ),
    "weights NaN in backward": (
        lambda: backward(NET, [W[0], spoilt(W[1], np.nan)], TRACE, Y),
        "weights[1] holds nan",
    ),
    "sizes a number": (lambda: Network(3), "sizes is 3, expected a tuple"),
    "sizes of one layer": (lambda: Network((3,)), "at least two layers"),
    "sizes with zero": (lambda: Network((3, 0, 1)), "r_1 in sizes is 0, expected at least 1"),
    "sizes with a fraction": (
        lambda: Network((3, 2.5, 1)),
        "r_1 in sizes is 2.5, expected a whole number",
    ),
    "sizes with a bool": (lambda: Network((3, True, 1)), "r_1 in sizes is True"),
    "unknown activation": (
        lambda: Network((3, 1), hidden="sigmoidal"),
        "hidden is 'sigmoidal', expected one of sigmoid, tanh",
    ),
    "activation a function": (
        lambda: Network((3, 1), output=np.tanh),
        "output is <ufunc 'tanh'>, expected one of",
    ),
    "unknown error": (
        lambda: Network((3, 1), error="mae"),
        "error is 'mae', expected one of mse, cross-entropy",
    ),
    "softmax with mse": (
        lambda: Network((3, 2), output="softmax"),
        'output "softmax" needs error "cross-entropy"',
    ),
    "softmax of one output": (
        lambda: Network((3, 1), output="softmax", error="cross-entropy"),
        "r_m = 1 is always 1",
    ),
    "cross-entropy of identity": (
        lambda: Network((3, 1), error="cross-entropy"),
        'error "cross-entropy" needs output',
    ),
    "targets above 1": (
        lambda: error(SOFTMAX, SOFTMAX.initial_weights(1), X, np.full((6, 2), 2.0)),
        "outside 0 to 1",
    ),
    "targets that do not add to 1": (
        lambda: error(SOFTMAX, SOFTMAX.initial_weights(1), X, np.full((6, 2), 0.4)),
        "does not add to 1",
    ),
    "seed negative": (lambda: NET.initial_weights(-1), "seed is -1, expected at least 0"),
    "seed a fraction": (lambda: NET.initial_weights(1.5), "seed is 1.5, expected a whole number"),
    "seed too large": (lambda: NET.initial_weights(2**32), "below 2**32"),
    "alpha negative": (
        lambda: train(NET, W, X, Y, alpha=-0.1),
        "alpha is -0.1, expected a number above 0",
    ),
    "alpha NaN": (
        lambda: train(NET, W, X, Y, alpha=np.nan),
        "alpha is nan, expected a finite number",
    ),
    "alpha a list": (lambda: train(NET, W, X, Y, alpha=[0.1]), "alpha is [0.1], expected a number"),
    "iterations a fraction": (
        lambda: train(NET, W, X, Y, iterations=10.0),
        "iterations is 10.0, expected a whole number",
    ),
    "momentum negative": (
        lambda: train(NET, W, X, Y, momentum=-0.1),
        "momentum is -0.1, expected at least 0",
    ),
    "momentum 1": (
        lambda: train(NET, W, X, Y, momentum=1),
        "momentum is 1, expected a number from 0 to below 1",
    ),
    "iterations negative": (
        lambda: train(NET, W, X, Y, iterations=-1),
        "iterations is -1, expected at least 0",
    ),
    "batch larger than N": (
        lambda: train(NET, W, X, Y, batch_size=7),
        "batch_size is 7, expected at most N = 6",
    ),
    "batch of nothing": (
        lambda: train(NET, W, X, Y, batch_size=0),
        "batch_size is 0, expected at least 1",
    ),
    "error_below zero": (
        lambda: train(NET, W, X, Y, error_below=0),
        "error_below is 0, expected a number above 0",
    ),
    "gradients of another shape": (
        lambda: gradient_check(NET, W, X, Y, gradients=W[::-1]),
        "gradients[0] has shape (4, 1)",
    ),
    "gradients with NaN": (
        lambda: gradient_check(NET, W, X, Y, gradients=[spoilt(W[0], np.nan), W[1]]),
        "gradients[0] holds nan",
    ),
    "unknown method": (
        lambda: gradient_check(NET, W, X, Y, method="forward"),
        "method is 'forward', expected one of complex-step, central",
    ),
    "step zero": (
        lambda: gradient_check(NET, W, X, Y, step=0),
        "step is 0, expected a number above 0",
    ),
    "sides that would broadcast": (
        lambda: agree("D1", np.ones(3), np.ones((3, 1))),
        "cannot be compared",
    ),
    "a plane of a direction of zeros": (
        lambda: Plane(NET, W, ZEROS, "w_11^1"),
        "first is a direction of zeros",
    ),
    "a plane of equal directions": (lambda: Plane(NET, W, W, W), "point the same way"),
    "a plane of opposite directions": (
        lambda: Plane(NET, W, W, [-w for w in W]),
        "point the same way",
    ),
    "nearest point of another network's weights": (
        lambda: PLANE.nearest(OTHER.initial_weights(1)),
        "weights[0] has shape (4, 2), expected (4, 3)",
    ),
    "principal directions of a run that does not move": (
        lambda: principal_directions([W] * 5),
        "visited holds no two different weights",
    ),
    "principal directions of nothing": (
        lambda: principal_directions([]),
        "visited holds no two different weights",
    ),
    "descent without pairs": (
        lambda: descend(NET, PLANE, X[:0], Y[:0], (0, 0), 0.1, 1),
        "X has no rows",
    ),
    "descent from no point": (
        lambda: descend(NET, PLANE, X, Y, (np.nan, 0), 0.1, 1),
        "start is (nan, 0), expected a point (s, t)",
    ),
    "descent of half a step": (
        lambda: descend(NET, PLANE, X, Y, (0, 0), 0.1, 0.5),
        "steps is 0.5, expected a whole number",
    ),
    "nothing to compare": (lambda: agree("D1", [], []), "D1: both sides are empty"),
    "sides that are no numbers": (
        lambda: agree("D1", None, None),
        "D1: the left side is not made of numbers",
    ),
    "an edge in no direction": (
        lambda: datasets.edges([np.inf], [0.0]),
        "direction or distance holds a number that is not finite",
    ),
    "a curve of no error": (lambda: plotting.draw_errors([]), "errors holds no curve"),
    "outputs of no pair": (
        lambda: plotting.draw_outputs(Y[:0], Y[:0]),
        "y_hat has shape (0, 1), expected at least one number",
    ),
    "bars of no weight": (
        lambda: plotting.draw_bars(np.zeros((0, 2)), [], ["A", "B"]),
        "weights has shape (0, 2), expected at least one number",
    ),
    "bars of NaN": (
        lambda: plotting.draw_bars(np.full((2, 1), np.nan), ["a", "b"], ["A"]),
        "weights holds NaN",
    ),
    "no pictures": (
        lambda: plotting.draw_pictures(np.zeros((0, 16)), []),
        "pictures has shape (0, 16), expected at least one number",
    ),
    "pictures in no column": (
        lambda: plotting.draw_weight_pictures(np.zeros((16, 1)), ["A"], columns=0),
        "columns is 0, expected at least 1",
    ),
    "a single start": (
        lambda: plotting.draw_starts([0.1, 0.2], [[1.0, 1.0]]),
        "E has shape (1, 2), expected at least two starts",
    ),
    "learning rates that do not ascend": (
        lambda: plotting.draw_starts([0.1, 0.1], np.ones((2, 2))),
        "alphas do not ascend",
    ),
    "a surface over one point": (
        lambda: plotting.draw_surface([0], [0], [[1.0]]),
        "E has shape (1, 1), expected at least two rows",
    ),
    "a surface below 0": (
        lambda: plotting.draw_surface([0, 1], [0, 1], -np.ones((2, 2))),
        "E is below 0",
    ),
    "a surface cut off at 0": (
        lambda: plotting.draw_surface([0, 1], [0, 1], np.eye(2), highest=0),
        "highest is 0, expected a number above 0",
    ),
    "a drawing of a pair that is not there": (
        lambda: plotting.draw_network(NET, W, TRACE, pair=6),
        "pair is 6, expected at most 5",
    ),
    "a drawing of too few weights": (
        lambda: plotting.draw_network(NET, W[:1]),
        "weights has 1 entries, expected 2",
    ),
    "a drawing with y of shape (N,)": (
        lambda: plotting.draw_network(NET, W, TRACE, y=Y.ravel()),
        "y has shape (6,), expected (N, 1)",
    ),
    "steps of a pair that is not there": (
        lambda: widgets.phase_stepper(NET, W, X, Y, pair=6),
        "pair is 6, expected at most 5",
    ),
    "an explorer of no stage": (
        lambda: widgets.encoder_explorer(Network((8, 3, 8)), {}),
        "stages is empty",
    ),
    "an explorer of one network where S are needed": (
        lambda: widgets.encoder_explorer(
            Network((8, 3, 8)), {0: Network((8, 3, 8)).initial_weights(1)}
        ),
        "stages holds weights of one network",
    ),
    "running example with three outputs": (
        lambda: datasets.running_example(3),
        "outputs is 3, expected 1 or 2",
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_one_sentence(kind):
    call, sentence = BAD[kind]
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 240


def test_a_check_that_does_not_hold_says_where():
    with pytest.raises(AssertionError, match=r"D7: does not hold. Left 2, right 3 at \(1,\)"):
        agree("D7", np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    with pytest.raises(AssertionError, match="not finite"):
        agree("D7", np.nan, np.nan)


def test_a_check_that_holds_prints_one_line(capsys):
    agree("D7: ∂E/∂w = δ·o", 0.25, 0.25 + 1e-10, within=1e-8)
    assert capsys.readouterr().out == "D7: ∂E/∂w = δ·o: holds, 0.25000000 agrees within 1e-08\n"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("batch_size", [None, 2])
def test_weights_that_saturate_every_node_train_without_a_warning(batch_size):
    training = train(
        NET, [w * 1e4 for w in W], X, Y, alpha=10.0, iterations=50, batch_size=batch_size
    )
    assert training.y_hat.shape == (6, 1)


def test_entries_too_large_to_square_are_still_finite():
    big = [w * 1e200 for w in W]
    assert np.isfinite(forward(NET, big, X).y_hat).all()


@pytest.mark.filterwarnings("error")
def test_a_short_run_and_a_straight_one_have_principal_directions():
    short = [[w + t * 1e-200 * w for w in ZEROS] for t in range(3)]
    for t, weights in enumerate(short):
        weights[0][1, 1] = t * 1e-200
    first, _, share = principal_directions(short)
    assert abs(first[0][1, 1]) == 1 and share == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [0, 1e-200, 1e200])
def test_directions_of_any_size_are_normalised(size):
    direction = filter_normalised(W, [size * w for w in W])
    for d, w in zip(direction, W):
        np.testing.assert_allclose(d, w if size else 0 * w)


@pytest.mark.filterwarnings("error")
def test_an_error_too_large_for_a_number_is_infinite():
    assert error(NET, [w * 1e200 for w in W], X, Y) == np.inf


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["relu", "softplus", "sigmoid", "tanh", "step"])
def test_far_out_an_activation_takes_its_limit(name):
    low, high = ACTIVATIONS[name].value(np.array([-np.inf, np.inf]))
    assert low == pytest.approx(-1 if name == "tanh" else 0, abs=1e-300)
    assert high == (np.inf if name in ("relu", "softplus") else 1)
    assert np.isnan(ACTIVATIONS[name].value(np.array([np.nan]))[0]) or name == "step"


@pytest.mark.filterwarnings("error")
def test_a_training_with_nothing_to_learn_stays_where_it_is():
    net, start = Network((1, 1)), [np.zeros((2, 1))]
    training = train(net, start, np.zeros((3, 1)), np.zeros((3, 1)), iterations=5)
    assert (training.errors == 0).all() and (training.weights[0] == 0).all()
    assert "minimum" in train(net, start, [[0.0]], [[0.0]], slope_below=1e-9).stopped_because


SOUND = {
    "errors that are all 0": lambda: plotting.draw_errors([0.0, 0.0], ["E"]),
    "errors that stay the same": lambda: plotting.draw_errors([1.0] * 5, ["E"]),
    "errors beyond the axis": lambda: plotting.draw_errors([1e308, 1e-308, np.inf], ["E"]),
    "a curve without a point": lambda: plotting.draw_errors([[], [1.0]], ["E", "F"]),
    "outputs that are the same": lambda: plotting.draw_outputs(0 * Y, 0 * Y),
    "one pair": lambda: plotting.draw_outputs(Y[:1], Y[:1]),
    "weights that are all 0 as bars": lambda: plotting.draw_bars(
        np.zeros((3, 1)), ["a", "b", "c"], ["A"]
    ),
    "weights that are all 0 as a picture": lambda: plotting.draw_weight_pictures(
        np.zeros((16, 1)), ["A"]
    ),
    "starts that all diverge": lambda: plotting.draw_starts([0.1, 1], np.full((2, 2), np.inf)),
    "a surface at 0": lambda: plotting.draw_surface([0, 1], [0, 1], np.zeros((2, 2))),
    "a surface next to 0": lambda: plotting.draw_surface([0, 1], [0, 1], np.full((2, 2), 5e-324)),
    "a surface cut off": lambda: plotting.draw_surface([0, 1], [0, 1], np.eye(2), highest=0.5),
    "a path without a point": lambda: plotting.draw_surface(
        [0, 1], [0, 1], np.eye(2), paths=[np.zeros((0, 2))]
    ),
    "a network whose weights are all 0": lambda: plotting.draw_network(
        NET, ZEROS, forward(NET, ZEROS, X), gradients=ZEROS, y=Y
    ),
}


@pytest.mark.filterwarnings("error", "ignore:.*deprecated.*use:DeprecationWarning")
@pytest.mark.parametrize("kind", SOUND)
def test_pictures_of_constant_and_empty_data_are_drawn_without_a_warning(kind):
    assert plotting.png(SOUND[kind]()).startswith(b"\x89PNG")
