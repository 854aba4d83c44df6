"""Notebook 12: its engine is right, the traps it shows are traps, and its exercise says what is
wrong.

The engine is what stands in the notebook: the cells tagged engine are run here as they are, and
where the learner writes a part of it, the folded answer. Cells tagged trap fail on purpose.
"""

import ast
import contextlib
import io
import itertools
import pathlib
import re
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch
from random_networks import random_network

from bpkit import Network, agree, backward, datasets, diagnosis, error_terms, forward, plotting

PATH = pathlib.Path(__file__).resolve().parent.parent / "notebooks" / "12_beyond.ipynb"
CELLS = nbformat.read(PATH, as_version=4).cells
CODE = [cell for cell in CELLS if cell.cell_type == "code"]
for cell, below in zip(CELLS, CELLS[1:]):
    if "your-turn" in cell.metadata.get("tags", []):
        (cell.source,) = re.findall(
            r"(?s)<summary>Answer</summary>.*```python\n(.*?)```", below.source
        )


def tagged(*tags):
    return [cell.source for cell in CODE if set(tags) & set(cell.metadata.get("tags", []))]


def run(sources, **names):
    """Run cells one after the other; returns their names, and what they printed as `printed`."""
    names, printed = {"np": np, "agree": agree, **names}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for source in sources:
            exec(source, names)
    return SimpleNamespace(**names, printed=printed.getvalue())


def lines_of_code(source):
    """How many lines are neither empty nor a comment nor part of a docstring."""
    described = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            described |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = [line.strip() for line in source.splitlines()]
    return sum(
        bool(line) and not line.startswith("#") and number not in described
        for number, line in enumerate(lines, 1)
    )


@pytest.fixture(scope="module")
def engine():
    return run(tagged("engine"))


def complex_step(f, *inputs):
    return np.array(
        [
            f(*[x + 1e-20j * (i == j) for j, x in enumerate(inputs)]).imag / 1e-20
            for i in range(len(inputs))
        ]
    )


def slopes_by_engine(engine, f, *inputs):
    values = [engine.Value(x) for x in inputs]
    engine.backpropagate(f(*values))
    return [value.slope for value in values]


def test_the_engine_is_little_more_than_a_hundred_lines():
    """Comments and docstrings are not counted, as the notebook says."""
    assert 100 < sum(map(lines_of_code, tagged("engine"))) <= 120


# ----------------------------------------------------------------------------------------- scalars


@pytest.mark.parametrize(
    "f",
    [
        lambda p, q: p * q + p,
        lambda p, q: p * p * p - q,
        lambda p, q: 3 * (p * q) + p * q,
        lambda p, q: (p + q) * (p - q) * (p + q) + 2.0,
        lambda p, q: (p * q + p) * (p * q) - p * 0.5,
        lambda p, q: (1 - p * q) * -q + (2.0 - q) / 4 + 3 * (-p - q),
    ],
    ids=["twice", "three times", "close and far", "three factors", "shared", "operators"],
)
def test_a_value_used_more_than_once_gets_all_its_contributions(engine, f):
    np.testing.assert_allclose(
        slopes_by_engine(engine, f, 1.5, -0.7), complex_step(f, 1.5, -0.7), rtol=1e-13
    )


@pytest.mark.parametrize("number", range(50))
def test_random_computations(engine, number):
    """Thirty steps, each a sum, a difference or a product of any two values before it."""
    random = np.random.default_rng(number)
    plan = [
        (random.integers(3), random.integers(3 + step), random.integers(3 + step))
        for step in range(30)
    ]

    def f(*values):
        values = list(values)
        for kind, i, j in plan:
            left, right = values[i], 0.5 * values[j]
            values.append(
                left + right if kind == 0 else left - right if kind == 1 else left * right
            )
        return values[-1] + values[-2] + values[-3]

    start = random.uniform(-1, 1, size=3).tolist()
    expected = complex_step(f, *start)
    np.testing.assert_allclose(
        slopes_by_engine(engine, f, *start), expected, rtol=1e-11, atol=1e-12 * abs(expected).max()
    )


def test_the_order_is_that_of_waiting(engine):
    p, q = engine.Value(2.0), engine.Value(5.0)
    a = p * q
    b = 3.0 * a
    end, beside = a + b, p * 2.0
    order = engine.passing_order(end)
    assert (
        order[:3] == [end, b, a]
        and set(order[3:]) == {p, q, b.parents[1][0]}
        and beside not in order
    )
    assert all(
        order.index(value) < order.index(parent) for value in order for parent, _ in value.parents
    )


def test_a_second_call_finds_the_same(engine):
    p, q = engine.Value(2.0), engine.Value(5.0)
    a = p * q
    end = a + 3.0 * a
    for _ in range(3):
        engine.backpropagate(end)
        assert (end.slope, a.slope, p.slope, q.slope) == (1, 4, 20, 8)
    row = engine.Array([2.0, 5.0])
    total = (row * row + row).sum()
    for _ in range(3):
        engine.backpropagate_arrays(total)
        assert row.slope.tolist() == [5, 11]


def test_a_long_computation_needs_no_deep_calls(engine):
    start, one = engine.Value(1.0), engine.Array(np.ones(2))
    value, array = start, one
    for _ in range(20_000):
        value, array = value + start, array + one
    engine.backpropagate(value)
    engine.backpropagate_arrays(array.sum())
    assert start.slope == 20_001 and (one.slope == 20_001).all()


def test_the_courses_own_reverse_mode_goes_on_where_the_learner_has_written_none(engine):
    backpropagate = diagnosis.checked("reverse mode", lambda end: ...)
    start = value = engine.Value(1.0)
    for _ in range(20_000):
        value = value + start
    for _ in range(2):
        backpropagate(value)
        assert start.slope == 20_001
    p, q = engine.Value(2.0), engine.Value(5.0)
    a = p * q
    backpropagate(a + 3.0 * a)
    assert (p.slope, q.slope, a.slope) == (20, 8, 4)


def test_the_running_example_gives_the_error_terms(engine):
    net, weights, X, y = datasets.running_example(2)
    a = [engine.Value(number) for number in (X @ weights[0][1:] + weights[0][0])[0]]
    o = [engine.sigmoid(a_j) for a_j in a]
    E = 0.0
    for (w_0, w_1, w_2), target in zip(weights[1].T, y[0]):
        miss = engine.tanh(w_0 + o[0] * w_1 + o[1] * w_2) - target
        E = miss * miss * 0.5 + E
    engine.backpropagate(E)
    np.testing.assert_allclose(
        [a_j.slope for a_j in a],
        error_terms(net, weights, forward(net, weights, X), y)[1][0],
        rtol=1e-13,
    )


# ------------------------------------------------------------------------------------------ arrays

SHAPES = [(), (1,), (3,), (1, 3), (5, 1), (5, 3), (1, 1), (4, 5, 3), (4, 1, 1), (1, 5, 3)]


@pytest.mark.parametrize(
    "operation", [lambda u, v: u + v, lambda u, v: u * v, lambda u, v: u - v], ids=["+", "*", "-"]
)
@pytest.mark.parametrize("left, right", list(itertools.product(SHAPES, SHAPES)), ids=str)
def test_unbroadcasting(engine, left, right, operation):
    random = np.random.default_rng(0)
    u, v = random.normal(size=left), random.normal(size=right)
    factor = random.normal(size=np.broadcast_shapes(left, right))
    U, V = engine.Array(u), engine.Array(v)
    engine.backpropagate_arrays((operation(U, V) * factor).sum())
    for array, f in (
        (U, lambda moved: operation(moved, v)),
        (V, lambda moved: operation(u, moved)),
    ):
        assert array.slope.shape == array.data.shape
        for place in np.ndindex(array.data.shape):
            moved = array.data.astype(complex)
            moved[place] += 1e-20j
            np.testing.assert_allclose(
                array.slope[place], (f(moved) * factor).sum().imag / 1e-20, rtol=1e-12, atol=1e-13
            )


@pytest.mark.parametrize(
    "operation",
    [
        lambda u: -u,
        lambda u: 1 - u,
        lambda u: np.arange(3.0) - u,
        lambda u: u - np.arange(3.0),
        lambda u: np.arange(3.0) + u,
        lambda u: np.arange(3.0) * u,
        lambda u: u / 4,
        lambda u: u / np.array([1.0, 2.0, 4.0]),
        lambda u: np.arange(15.0).reshape(5, 3) @ u,
        lambda u: u @ np.arange(6.0).reshape(3, 2),
    ],
)
def test_operators_with_numbers_and_numpys_arrays_on_either_side(engine, operation):
    u = np.random.default_rng(2).normal(size=(3, 3))
    U = engine.Array(u)
    end = operation(U)
    np.testing.assert_allclose(end.data, operation(u), rtol=1e-15)
    engine.backpropagate_arrays((end * end).sum())
    for place in np.ndindex(u.shape):
        moved = u.astype(complex)
        moved[place] += 1e-20j
        np.testing.assert_allclose(
            U.slope[place], (operation(moved) ** 2).sum().imag / 1e-20, rtol=1e-12, atol=1e-13
        )


def test_sums_matrix_products_and_functions(engine):
    random = np.random.default_rng(1)
    A, B = random.uniform(0.5, 1, size=(4, 3)), random.uniform(0.5, 1, size=(3, 2))

    def f(A, B, sigmoid, tanh, exp, log, sqrt, total):
        rows = total(exp(A), 1)
        return total(log(rows) * tanh(A @ B) + sigmoid(total(B, 0)) * sqrt(A @ B) - rows)

    u, v = engine.Array(A), engine.Array(B)
    engine.backpropagate_arrays(
        f(
            u,
            v,
            engine.sigmoid,
            engine.tanh,
            engine.exp,
            engine.log,
            engine.sqrt,
            lambda values, axis=None: values.sum(axis=axis),
        )
    )
    numpys = (
        lambda a: 1 / (1 + np.exp(-a)),
        np.tanh,
        np.exp,
        np.log,
        np.sqrt,
        lambda values, axis=None: values.sum(axis=axis, keepdims=axis is not None),
    )
    for k, (array, given) in enumerate(((u, A), (v, B))):
        for place in np.ndindex(given.shape):
            moved = [A.astype(complex), B.astype(complex)]
            moved[k][place] += 1e-20j
            np.testing.assert_allclose(
                array.slope[place], f(*moved, *numpys).imag / 1e-20, rtol=1e-12
            )


def engine_gradients(engine, net, weights, X, y):
    """The gradients of any network of bpkit; softplus is made from `through`, as a learner would
    add it."""

    def softplus(a):
        return a.through(np.logaddexp(0, a.data), engine.sigmoid(engine.Array(a.data)).data)

    functions = {
        "sigmoid": engine.sigmoid,
        "tanh": engine.tanh,
        "relu": engine.relu,
        "identity": lambda a: a,
        "softplus": softplus,
    }
    layers, o = [(engine.Array(w[0]), engine.Array(w[1:])) for w in weights], engine.Array(X)
    for bias, W in layers[:-1]:
        o = functions[net.hidden](o @ W + bias)
    a = o @ layers[-1][1] + layers[-1][0]
    if net.error == "mse":
        miss = functions[net.output](a) - y
        E = (miss * miss).sum() * (0.5 / len(X))
    elif net.output == "sigmoid":
        E = (softplus(a) - a * y).sum() * (1 / len(X))
    else:
        shifted = a - a.data.max(axis=1, keepdims=True)
        E = ((engine.log(engine.exp(shifted).sum(axis=1)) - shifted) * y).sum() * (1 / len(X))
    engine.backpropagate_arrays(E)
    return [np.vstack([bias.slope, W.slope]) for bias, W in layers]


@pytest.mark.parametrize("number", range(50))
def test_gradients_of_random_networks_are_bpkits(engine, number):
    """All activations and errors of bpkit, up to 6 layers, to 1e-12 of each layer's largest
    slope."""
    net, weights, X, y = random_network(number)
    expected = backward(net, weights, forward(net, weights, X), y)
    for mine, theirs in zip(engine_gradients(engine, net, weights, X, y), expected):
        assert mine.shape == theirs.shape
        assert abs(mine - theirs).max() <= 1e-12 * abs(theirs).max()


def test_grad_gives_one_slope_for_each_input_and_leaves_them_as_they_are(engine):
    u, v = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -1.0])
    to_u, to_v = engine.grad(lambda u, v: (u * u * v).sum())(u, v)
    np.testing.assert_allclose(to_u, 2 * u * v, rtol=1e-15)
    np.testing.assert_allclose(to_v, (u * u).sum(axis=0), rtol=1e-15)
    assert u.tolist() == [[1, 2], [3, 4]] and v.tolist() == [0.5, -1]


def test_the_shift_keeps_exp_from_overflowing():
    """Product sums up to a thousand: the error of the notebook and its slopes stay finite and are
    right."""
    (cell,) = [cell.source for cell in CODE if cell.id == "12-46"]
    names = run([*tagged("engine"), cell], Network=Network)
    net = Network((2, 3), output="softmax", error="cross-entropy")
    weights = [np.array([[0.0, 0.0, 0.0], [1000.0, -1000.0, 0.0], [0.0, 1.0, 2.0]])]
    X, y = np.array([[1.0, 0.5], [-1.0, 2.0]]), np.eye(3)[[2, 1]]
    expected = backward(net, weights, forward(net, weights, X), y)
    (found,) = names.engine_gradients(net, weights, X, y)
    np.testing.assert_allclose(found, expected[0], rtol=1e-12, atol=1e-300)


# -------------------------------------------------------------------------------------------- what
# is shown failing, and the rest


def test_the_traps_fail():
    """Each wrong number that the prose explains is what the wrong code gives."""
    names = run(tagged("engine", "trap"), nudge=complex_step)
    for line in (
        "pass_on: the slope of p is 1\n",
        "pass_on_adding: the slope of p is -1\n",
        "each time it is met: 25.0\n",
        "only the first time: 5.0\n",
        "run 1: slope of a 4, of p 20\n",
        "run 2: slope of a 11, of p 75\n",
        "run 3: slope of a 21, of p 180\n",
        "shape of b at first (3,), after training (5, 3); E = 0.0000\n",
    ):
        assert line in names.printed, line
    assert names.unbroadcast(np.ones((5, 3)), (3,)).shape == (
        3,
    )  # the cell after the trap has mended it


def test_the_drawn_graph_has_both_arrows_and_what_comes_back_on_the_dashed_one(engine):
    p, q = engine.Value(0.5), engine.Value(-2.0)
    end = p * q + 3.0
    engine.backpropagate(end)
    product = end.parents[0][0]
    places = {p: ("p", 1, 3), q: ("q", 1, 1), product: ("pq", 3, 2), end: ("end", 5, 2)}
    axes = plotting.draw_graph(places, width=6, height=4).axes[0]
    written = [text.get_text() for text in axes.texts]
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 6  # the number 3 has no place, so no arrows either
    for text in ("−2", "1 · (−2)", "0.5", "1 · 0.5", "1 · 1", "slope −2", "slope 0.5", "end\n2"):
        assert text in written, (text, written)
    for arrow in arrows:
        (tail_x, _), (head_x, _) = arrow.get_path().vertices[[0, -1]]
        assert (head_x < tail_x) == (arrow.get_linestyle() != "-")


def test_two_values_at_one_place_cannot_be_drawn(engine):
    p, q = engine.Value(1.0), engine.Value(2.0)
    with pytest.raises(ValueError, match="2 values stand at 1 places"):
        plotting.draw_graph({p: ("p", 1, 1), q: ("q", 1, 1)})


def test_forward_mode_and_reverse_mode_agree(engine):
    names = run(tagged("engine", "forward"))

    def f(u, v, tanh):
        w = u * v - u
        return tanh(w * w + 2.0 * v) * u

    u, v = names.Value(0.3), names.Value(-0.8)
    end = f(u, v, names.tanh)
    order = names.passing_order(end)
    slope = names.reverse_pass(order, end)
    expected = complex_step(lambda u, v: f(u, v, np.tanh), 0.3, -0.8)
    np.testing.assert_allclose([slope[u], slope[v]], expected, rtol=1e-13)
    np.testing.assert_allclose(
        [names.forward_pass(order, start)[end] for start in (u, v)], expected, rtol=1e-13
    )
    duals = [
        f(names.Dual(0.3, a), names.Dual(-0.8, b), names.tanh) for a, b in ((1.0, 0.0), (0.0, 1.0))
    ]
    np.testing.assert_allclose([dual.rate for dual in duals], expected, rtol=1e-13)


@pytest.mark.parametrize(
    "slopes, says",
    [
        ("None, None", "Put the two local slopes in place of None."),
        (
            "1 / right.data, -left.data / right.data ** 2",
            "local slope to left: right.\nlocal slope to right: right.",
        ),
        (
            "1 / right.data, left.data / right.data ** 2",
            "local slope to left: right.\nlocal slope to right: not yet. Yours is 0.7500",
        ),
        (
            "right.data, -left.data / right.data ** 2",
            "local slope to left: not yet. Yours is -2.0000",
        ),
    ],
)
def test_the_exercise_says_which_slope_is_wrong(slopes, says):
    (exercise,) = tagged("exercise")
    assert "to_left, to_right = None, None\n" in exercise
    names = run(
        [
            *tagged("engine"),
            exercise.replace("to_left, to_right = None, None", f"to_left, to_right = {slopes}"),
        ],
        nudge=complex_step,
    )
    assert says in names.printed
