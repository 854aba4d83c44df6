"""What hidden nodes learn (H4): the symmetry network of 1986, the encoder, features of digits and
of edges; and the pictures of them."""

import numpy as np
import pytest

from bpkit import Network, datasets, forward, plotting, train, widgets
from bpkit.plotting.features import MARKED


def starts(net, share, seeds=50):
    return [
        share * np.stack(w)
        for w in zip(*(net.initial_weights(seed) for seed in range(1, seeds + 1)))
    ]


@pytest.fixture(scope="module")
def symmetry_networks():
    """50 symmetry networks trained as in the 1986 paper, with half its step: the network, the
    weights, which ones solve the task, the start."""
    net, (X, y) = Network((6, 2, 1), output="sigmoid"), datasets.symmetry()
    start = starts(net, 0.3)
    weights = train(net, start, X, y, alpha=3.2, iterations=2000, momentum=0.9).weights
    solved = ((forward(net, weights, X).y_hat > 0.5) == (y > 0.5)).all(axis=(1, 2))
    return net, weights, solved, start


def mirrored_weights_are_opposite(weights):
    """For each network: w_i and w_{7-i} add to less than 2% of the largest weight, for both hidden
    nodes."""
    w = weights[0][:, 1:]
    return abs(w + w[:, ::-1]).max(axis=(1, 2)) < 0.02 * abs(w).max(axis=(1, 2))


def sizes(weights):
    """The three sizes of each hidden node, ascending and with the largest set to 4: (S, 3, 2)."""
    left = np.sort(abs(weights[0][:, 1:4]), axis=1)
    return 4 * left / left[:, -1:]


def test_symmetry_network_solves_its_task_from_at_least_45_of_50_starts(symmetry_networks):
    assert symmetry_networks[2].sum() >= 45


def test_every_solution_of_symmetry_has_the_pattern_of_1986_or_its_twin(symmetry_networks):
    _, weights, solved, start = symmetry_networks
    assert mirrored_weights_are_opposite(weights)[solved].all()
    found = sizes(weights)[solved]
    one_two_four, two_three_four = (
        (abs(found - np.array(ratio)[:, None]) < 0.1).all(axis=(1, 2))
        for ratio in ((1, 2, 4), (2, 3, 4))
    )
    assert (one_two_four | two_three_four).all()
    assert one_two_four.sum() >= 10 and two_three_four.sum() >= 10
    assert not mirrored_weights_are_opposite(start).any()  # the pattern is learned


def test_symmetry_without_momentum_is_not_solved_in_that_time(symmetry_networks):
    net, _, _, start = symmetry_networks
    X, y = datasets.symmetry()
    y_hat = forward(net, train(net, start, X, y, alpha=3.2, iterations=2000).weights, X).y_hat
    assert ((y_hat > 0.5) == (y > 0.5)).all(axis=(1, 2)).sum() < 5


def test_encoder_gives_every_pattern_a_code_of_its_own():
    net, (X, y) = Network((8, 3, 8), output="sigmoid"), datasets.encoder()
    trace = forward(net, train(net, starts(net, 0.3), X, y, alpha=8, iterations=2000).weights, X)
    back = ((trace.y_hat > 0.5) == (y > 0.5)).all(axis=(1, 2))
    assert back.sum() >= 45
    apart = abs(trace.o[1][:, :, None] - trace.o[1][:, None]).max(axis=-1) + np.eye(8)
    assert (apart[back].min(axis=(1, 2)) > 0.2).all()


def test_edges_are_learned_from_edges_and_not_from_noise():
    random = np.random.RandomState(1)
    edges, noise = (
        datasets.edges(random.uniform(0, 360, 2000), random.uniform(-1.5, 1.5, 2000)),
        random.normal(size=(2000, 36)),
    )
    drawn = np.vstack(
        [
            datasets.edges(np.arange(0, 360, 5), np.full(72, distance))
            for distance in np.linspace(-1.5, 1.5, 7)
        ]
    )
    net = Network((36, 6, 36))
    likeness = []
    for patches in (edges, noise):
        weights = train(
            net,
            [0.1 * w for w in net.initial_weights(1)],
            patches + 0.5 * random.normal(size=patches.shape),
            patches,
            alpha=0.02,
            iterations=4000,
            momentum=0.9,
            batch_size=100,
        ).weights
        likeness.append(np.corrcoef(weights[0][1:].T, drawn)[:6, 6:].max(axis=1))
    assert likeness[0].min() > 0.7 and likeness[1].max() < 0.6


def test_symmetry_data_are_all_64_patterns():
    X, y = datasets.symmetry()
    assert X.shape == (64, 6) and y.shape == (64, 1) and len({tuple(x) for x in X}) == 64
    assert {tuple(x) for x in X[y[:, 0] == 1]} == {
        (a, b, c, c, b, a) for a in (0, 1) for b in (0, 1) for c in (0, 1)
    }
    assert set(np.unique(X)) == set(np.unique(y)) == {0, 1}


def test_encoder_data_are_the_same_patterns_twice():
    for size in (4, 8):
        X, y = datasets.encoder(size)
        assert (X == np.eye(size)).all() and (y == X).all() and y is not X
    for size in (1, 2.5, "8"):
        with pytest.raises((ValueError, TypeError), match="size"):
            datasets.encoder(size)


def test_digits_are_those_of_the_repository():
    X, y = datasets.digits()
    assert X.shape == (1797, 64) and y.shape == (1797, 10)
    assert (X.min(), X.max()) == (0, 1) and (X * 16 == np.round(X * 16)).all()
    assert (y.sum(axis=1) == 1).all() and set(np.unique(y)) == {0, 1}
    assert y.sum(axis=0).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (16 * X[0, 8:16]).tolist() == [0, 0, 13, 15, 10, 15, 5, 0] and y[:10].argmax(
        axis=1
    ).tolist() == list(range(10))


def test_edges_are_bright_in_their_direction():
    to_the_right, to_the_top, shifted = datasets.edges([0, 90, 0], [0, 0, 2]).reshape(3, 6, 6)
    assert (
        (np.diff(to_the_right, axis=1) > 0).all()
        and (to_the_right[:, 3:] > 0).all()
        and (to_the_right[:, :3] < 0).all()
    )
    assert (to_the_top[:3] > 0).all() and (to_the_top[3:] < 0).all()
    assert (shifted > 0).sum() == 6  # only the last column lies beyond the edge
    with pytest.raises(ValueError, match="one edge per patch"):
        datasets.edges([0, 90], [0])


def test_weight_pictures_tell_signs_by_marks_too():
    weights = np.array(
        [[1.0, -0.5], [MARKED / 2, 0.9], [-0.6, 1.0], [-1.0, 0.0]]
    )  # two nodes, 2 by 2 pixels
    figure = plotting.draw_weight_pictures(weights, ["one", "two"], columns=2)
    for axes, column in zip(figure.axes, weights.T):
        marks = {"+": set(), "_": set()}
        for line in axes.lines:
            marks[line.get_marker()] |= {
                2 * int(row) + int(col) for col, row in zip(*line.get_data())
            }
        assert marks == {
            "+": set(np.flatnonzero(column > MARKED)),
            "_": set(np.flatnonzero(column < -MARKED)),
        }
        assert (np.asarray(axes.images[0].get_array()).ravel() == column).all()


def test_bars_tell_signs_by_hatching_too():
    (axes,) = plotting.draw_bars(np.array([[2.0], [-1.0]]), ["a", "b"], ["node"]).axes
    assert [bar.get_height() for bar in axes.patches] == [2, -1] and [
        bar.get_hatch() for bar in axes.patches
    ] == ["", "///"]


def test_pictures_are_drawn_row_by_row():
    figure = plotting.draw_pictures(np.arange(8).reshape(2, 4) / 8, ["one", "two"], columns=2)
    assert np.asarray(figure.axes[1].images[0].get_array()).tolist() == [
        [4 / 8, 5 / 8],
        [6 / 8, 7 / 8],
    ]


@pytest.mark.parametrize(
    "draw, says",
    [
        (
            lambda: plotting.draw_bars(np.zeros((3, 2)), ["a", "b"], ["1", "2"]),
            "a row for each name",
        ),
        (lambda: plotting.draw_weight_pictures(np.zeros((64, 2)), ["1"]), "one picture a title"),
        (lambda: plotting.draw_weight_pictures(np.zeros((60, 1)), ["1"]), "a square picture"),
        (lambda: plotting.draw_pictures(np.zeros(64), ["1"]), "one picture a title"),
        (lambda: widgets.symmetry_explorer(Network((6, 3, 1)), {}), r"expected \(6, 2, 1\)"),
        (lambda: widgets.encoder_explorer(Network((8, 4, 8)), {}), r"expected \(8, 3, 8\)"),
        (lambda: widgets.digits_explorer(Network((64, 10)), {}), r"expected \(64, r_1, 10\)"),
        (
            lambda: widgets.reading_explorer(Network((64, 10)), {}, 1200),
            r"expected \(64, r_1, 10\)",
        ),
        (lambda: widgets.edges_explorer(Network((25, 6, 25)), []), "one for each pixel"),
    ],
)
def test_what_does_not_fit_is_said(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()


def test_digits_explorer_shows_the_digits_that_excite_a_node_most():
    net, (X, y) = Network((64, 3, 10), output="softmax", error="cross-entropy"), datasets.digits()
    weights = net.initial_weights(1)
    explorer = widgets.digits_explorer(net, {0: weights})
    explorer.controls["node"].value = 2
    o = forward(net, weights, X).o[1][:, 1]
    most = y.argmax(axis=1)[np.argsort(-o)[:4]]
    low, high = f"{np.sort(o)[-4]:.2f}", f"{o.max():.2f}"
    assert (
        f"digits: {', '.join(map(str, most))}, with o "
        f"{high if low == high else f'from {low} to {high}'}" in explorer.text.value
    )


def test_reading_explorer_counts_the_new_digits_alone():
    net, (X, y) = Network((64, 3, 10), output="softmax", error="cross-entropy"), datasets.digits()
    weights = train(net, net.initial_weights(1), X, y, iterations=30, batch_size=100).weights
    explorer = widgets.reading_explorer(net, {0: net.initial_weights(1), 30: weights}, learned=1500)
    read, digit = forward(net, weights, X[1500:]).y_hat.argmax(axis=1), y[1500:].argmax(axis=1)
    good = read == digit
    assert f"{good[:12].sum()} are read correctly, of all 297 new ones {good.mean():.0%}." in (
        explorer.text.value
    )
    crosses = [text.get_text().endswith("✗") for text in explorer.scene.moving[:12]]
    assert crosses == [not right for right in good[:12]]


def test_symmetry_explorer_counts_the_patterns(symmetry_networks):
    net, weights, solved, start = symmetry_networks
    explorer = widgets.symmetry_explorer(net, {0: start, 2000: weights})
    explorer.controls["seed"].value = int(np.flatnonzero(solved)[-1]) + 1
    assert (
        "64 of 64 patterns" in explorer.text.value
        and explorer.text.value.count("off by up to 1%") == 2
    )
    explorer.controls["sweeps"].value = 0
    assert "64 of 64" not in explorer.text.value and "off by up to 1%" not in explorer.text.value


def test_squares_and_paths_say_their_numbers():
    X, y = datasets.xor()
    squares = plotting.draw_squares(("XOR", "its opposite"), X, (y, 1 - y))
    said = [[text.get_text() for text in axes.texts] for axes in squares.axes]
    assert said == [["0", "1", "1", "0"], ["1", "0", "0", "1"]]
    paths = plotting.draw_paths((1.2, -1.3), (0.299, -0.841), -0.542)
    said = [text.get_text() for text in paths.axes[0].texts]
    for weight, effect in (("1.2", "+0.299"), ("−1.3", "−0.841")):
        assert f"$w$ = {weight}" in said and f"this way $E$ changes by {effect} per unit" in said
    assert "in all −0.542" in said


def test_a_chain_says_its_values_and_its_factors():
    chain = plotting.draw_chain(["w", "a", "E"], [0.5, -0.45, 0.09], [0.9, -0.2])
    said = [text.get_text() for text in chain.axes[0].texts]
    assert said == ["w", "0.5", "a", "−0.45", "E", "0.09", "× 0.9", "× −0.2"]
