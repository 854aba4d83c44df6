"""`error_surface` gives at every point what `error` gives there."""
import numpy as np
import pytest
from random_networks import random_network

from bpkit import Network, datasets, error, error_surface, train
from bpkit.network import weight_name
from bpkit.surface import direction_of, filter_normalised

X, Y = datasets.reference()
NET = Network((3, 3, 1))


def point_by_point(net, weights, X, y, first, second, s, t):
    """E in a loop; the axes are directions."""
    return np.array([[error(net, [w + u * f + v * g for w, f, g in zip(weights, first, second)], X, y) for u in s] for v in t])


def random_weight_name(net, random):
    k = random.integers(1, net.m + 1)
    return weight_name(k, random.integers(0, net.sizes[k - 1] + 1), random.integers(1, net.sizes[k] + 1))


@pytest.mark.parametrize("kind", ["weights", "directions", "one of each"])
def test_equals_a_loop_of_forward_phases(kind):
    s, t = np.linspace(-2, 2, 5), np.linspace(-1, 3, 4)
    for number in range(70):
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
                    axes[-1] = next(name for k, shape in enumerate(net.weight_shapes, 1) for i, j in np.ndindex(shape)
                                    if (name := weight_name(k, i, j + 1)) != axes[0])
                direction = direction_of(net, weights, axes[-1])
                counted_from.append(sum((w * d).sum() for w, d in zip(weights, direction)))
        directions = [direction_of(net, weights, axis) if isinstance(axis, str) else axis for axis in axes]
        expected = point_by_point(net, weights, X, y, *directions, s - counted_from[0], t - counted_from[1])
        found = error_surface(net, weights, X, y, *axes, s, t)
        assert found.shape == (4, 5)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14, err_msg=str((number, net, axes)))


def test_a_fine_grid_equals_a_loop_over_some_of_its_points():
    weights = train(NET, NET.initial_weights(1), X, Y).weights
    random = np.random.default_rng(1)
    first, second = (filter_normalised(weights, [random.normal(size=w.shape) for w in weights]) for _ in range(2))
    values = np.linspace(-2, 2, 201)
    found = error_surface(NET, weights, X, Y, first, second, values, values)
    for row, column in random.integers(0, 201, size=(300, 2)):
        expected = point_by_point(NET, weights, X, Y, first, second, values[[column]], values[[row]])
        np.testing.assert_allclose(found[row, column], expected[0, 0], rtol=1e-12)


def test_too_large_to_be_a_number_is_infinite_and_silent():
    found = error_surface(Network((3, 3, 1), "relu"), NET.initial_weights(1), X, Y, "w_11^1", "w_11^2", [0, 1e200], [0, 1e200])
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
