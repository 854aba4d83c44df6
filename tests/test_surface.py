"""`error_surface` gives at every point what `error` gives there, and planes and descents on them
are what they say."""

import numpy as np
import pytest
from random_networks import KINDS, random_network

from bpkit import Network, backward, datasets, error, error_surface, forward, train
from bpkit.network import weight_name
from bpkit.surface import Plane, descend, direction_of, filter_normalised, principal_directions

X, Y = datasets.reference()
NET = Network((3, 3, 1))


def point_by_point(net, weights, X, y, first, second, s, t):
    """E in a loop; the axes are directions."""
    return np.array(
        [
            [
                error(net, [w + u * f + v * g for w, f, g in zip(weights, first, second)], X, y)
                for u in s
            ]
            for v in t
        ]
    )


def random_weight_name(net, random):
    k = random.integers(1, net.m + 1)
    return weight_name(
        k, random.integers(0, net.sizes[k - 1] + 1), random.integers(1, net.sizes[k] + 1)
    )


@pytest.mark.parametrize("kind", ["weights", "directions", "one of each"])
def test_equals_a_loop_of_forward_phases(kind):
    s, t = np.linspace(-2, 2, 5), np.linspace(-1, 3, 4)
    for number in range(len(KINDS)):
        net, weights, X, y = random_network(number)
        random = np.random.default_rng(number)
        axes, counted_from = [], []
        for place in range(2):
            if kind == "directions" or (kind == "one of each" and place == number % 2):
                axes.append([random.normal(size=w.shape) for w in weights])
                counted_from.append(0.0)
            else:
                axes.append(random_weight_name(net, random))
                if axes[0] == axes[-1] and place:
                    axes[-1] = next(
                        name
                        for k, shape in enumerate(net.weight_shapes, 1)
                        for i, j in np.ndindex(shape)
                        if (name := weight_name(k, i, j + 1)) != axes[0]
                    )
                direction = direction_of(net, weights, axes[-1])
                counted_from.append(sum((w * d).sum() for w, d in zip(weights, direction)))
        directions = [
            direction_of(net, weights, axis) if isinstance(axis, str) else axis for axis in axes
        ]
        expected = point_by_point(
            net, weights, X, y, *directions, s - counted_from[0], t - counted_from[1]
        )
        found = error_surface(net, weights, X, y, *axes, s, t)
        assert found.shape == (4, 5)
        np.testing.assert_allclose(
            found, expected, rtol=1e-12, atol=1e-14, err_msg=str((number, net, axes))
        )


def test_a_fine_grid_equals_a_loop_over_some_of_its_points():
    weights = train(NET, NET.initial_weights(1), X, Y).weights
    random = np.random.default_rng(1)
    first, second = (
        filter_normalised(weights, [random.normal(size=w.shape) for w in weights]) for _ in range(2)
    )
    values = np.linspace(-2, 2, 201)
    found = error_surface(NET, weights, X, Y, first, second, values, values)
    for row, column in random.integers(0, 201, size=(300, 2)):
        expected = point_by_point(
            NET, weights, X, Y, first, second, values[[column]], values[[row]]
        )
        np.testing.assert_allclose(found[row, column], expected[0, 0], rtol=1e-12)


def test_too_large_to_be_a_number_is_infinite_and_silent():
    found = error_surface(
        Network((3, 3, 1), "relu"),
        NET.initial_weights(1),
        X,
        Y,
        "w_11^1",
        "w_11^2",
        [0, 1e200],
        [0, 1e200],
    )
    assert np.isfinite(found[0, 0]) and np.isinf(found[1, 1])


def test_arguments_stay_as_they_were():
    weights = NET.initial_weights(1)
    copies = [w.copy() for w in weights]
    error_surface(NET, weights, X, Y, "w_11^1", "w_11^2", [0, 1], [0, 1])
    assert all((w == c).all() for w, c in zip(weights, copies))


def test_a_filter_normalised_direction_is_as_long_as_the_weights_to_each_node():
    weights = NET.initial_weights(1)
    random = np.random.default_rng(3)
    direction = filter_normalised(weights, [random.normal(size=w.shape) for w in weights])
    for w, d in zip(weights, direction):
        np.testing.assert_allclose(np.linalg.norm(d, axis=0), np.linalg.norm(w, axis=0))


def trained_reference():
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    return net, train(net, net.initial_weights(1), X, y, iterations=3000).weights, X, y


def test_the_coordinates_of_a_plane_are_the_values_of_its_weights():
    net, weights, X, y = trained_reference()
    plane = Plane(net, weights, "w_21^1", "w_31^2")
    assert plane.nearest(weights) == pytest.approx([weights[0][2, 0], weights[1][3, 0]])
    moved = plane.weights_at(0.7, -1.3)
    assert (moved[0][2, 0], moved[1][3, 0]) == pytest.approx((0.7, -1.3)) and plane.nearest(
        moved
    ) == pytest.approx([0.7, -1.3])
    assert (plane.weights_at(*plane.nearest(weights))[0] == weights[0]).all()


def test_the_slopes_in_a_plane_are_what_a_nudge_along_its_axes_gives():
    net, weights, X, y = trained_reference()
    random = np.random.RandomState(0)
    plane = Plane(
        net, weights, *([random.standard_normal(w.shape) for w in weights] for _ in range(2))
    )
    s, t, h = 0.3, -0.2, 1e-6
    E = [
        error(net, plane.weights_at(s + h * a, t + h * b), X, y)
        for a, b in ((-1, 0), (1, 0), (0, -1), (0, 1))
    ]
    here = plane.weights_at(s, t)
    assert plane.slopes(backward(net, here, forward(net, here, X), y)) == pytest.approx(
        [(E[1] - E[0]) / (2 * h), (E[3] - E[2]) / (2 * h)], rel=1e-6
    )


def test_two_axes_that_point_the_same_way_are_refused():
    net, weights, _, _ = trained_reference()
    twice = [2 * direction for direction in direction_of(net, weights, "w_11^1")]
    with pytest.raises(ValueError, match="point the same way"):
        Plane(net, weights, "w_11^1", twice)
    with pytest.raises(ValueError, match="both w_11\\^1"):
        Plane(net, weights, "w_11^1", "w_11^1")


def test_a_descent_inside_a_plane_moves_two_weights_alone():
    net, weights, X, y = trained_reference()
    plane = Plane(net, weights, "w_11^1", "w_21^1")
    points, E = descend(net, plane, X, y, (2.0, 1.0), 0.5, 30)
    s, t = 2.0, 1.0
    for step in range(31):
        here = plane.weights_at(s, t)
        assert points[step] == pytest.approx([s, t]) and E[step] == pytest.approx(
            error(net, here, X, y)
        )
        gradient = backward(net, here, forward(net, here, X), y)[0]
        s, t = s - 0.5 * gradient[1, 0], t - 0.5 * gradient[2, 0]


def test_a_descent_of_all_weights_is_training():
    net, weights, X, y = trained_reference()
    plane = Plane(
        net, weights, *principal_directions([net.initial_weights(seed) for seed in (1, 2, 3)])[:2]
    )
    points, E = descend(net, plane, X, y, (0.4, -0.3), 0.2, 50, inside=False)
    training = train(net, plane.weights_at(0.4, -0.3), X, y, alpha=0.2, iterations=50)
    assert E[:-1] == pytest.approx(training.errors, rel=1e-10)
    assert points[-1] == pytest.approx(plane.nearest(training.weights))


def test_a_descent_that_diverges_ends_in_nan_without_a_warning():
    net, weights, X, y = trained_reference()
    points, E = descend(net, Plane(net, weights, "w_11^2", "w_21^2"), X, y, (1.0, 1.0), 50.0, 100)
    assert np.isnan(points[-1]).all() and np.isnan(E[-1]) and np.isfinite(E[:3]).all()


def test_principal_directions_hold_a_run_that_lies_in_a_plane():
    weights = Network((2, 2, 1)).initial_weights(1)
    u, v = (
        [np.random.RandomState(seed).standard_normal(w.shape) for w in weights] for seed in (5, 6)
    )
    visited = [
        [w + s * a + s * s * b for w, a, b in zip(weights, u, v)] for s in np.linspace(2, 0, 9)
    ]
    first, second, share = principal_directions(visited)
    assert share == pytest.approx(1)
    flat = [np.concatenate([w.ravel() for w in direction]) for direction in (first, second)]
    assert np.array(flat) @ np.array(flat).T == pytest.approx(np.eye(2), abs=1e-12)
    plane = Plane(Network((2, 2, 1)), weights, first, second)
    for w in visited:
        assert all(
            a == pytest.approx(b, abs=1e-12) for a, b in zip(plane.weights_at(*plane.nearest(w)), w)
        )
