"""The right answer to each task, made of the steps: with a mistake in one of them, the same lines
say what that mistake would give.

Each function takes the steps, a memory that outlives the call, and the arguments that the learner's
function gets. It returns a list of arrays. The functions after them turn an answer that may differ
from learner to learner into what must agree.
"""

import numpy as np

from ..activations import ACTIVATIONS
from ..backward import backward
from ..datasets import reference
from ..forward import forward
from ..network import Network
from . import steps as s
from .cases import NotUsable, flat
from .mistakes import CATALOGUE, replaced


def layer_outputs(steps, memory, net, weights, X):
    run = s.new_run(net, weights, X)
    s.forward_phase(steps, run)
    return [steps["returned_outputs"](run, k) for k in range(1, net.m + 1)]


def product_sums(steps, memory, o_before, w):
    run = s.new_run(weights=[w], X=o_before)
    run.joined[1] = steps["joined"](run, 1)
    run.a[1] = steps["product_sums"](run, 1)
    return [steps["returned_sums"](run, 1)]


def gradients(steps, memory, net, weights, X, y, alpha=None):
    run = s.new_run(net, weights, X, y, alpha, memory)
    s.forward_phase(steps, run)
    return s.backward_phase(steps, run)


def gradients_from_trace(steps, memory, net, weights, trace, y):
    run = s.new_run(net, weights, trace.o[0], y, memory=memory)
    for k in range(1, net.m + 1):
        run.a[k], run.o[k], run.joined[k] = trace.a[k], trace.o[k], trace.o_with_node_0[k - 1]
    return s.backward_phase(steps, run)


def sigmoid_gradients(steps, memory, weights, X, y):
    return gradients(
        steps, memory, Network((X.shape[1], *(w.shape[1] for w in weights))), weights, X, y
    )


def weights_after_a_step(steps, memory, net, weights, X, y, alpha):
    run = s.new_run(net, weights, X, y)
    for rows in steps["batches"](run, 0):
        run = s.new_run(net, weights, X[rows], y[rows], alpha, memory)
        s.forward_phase(steps, run)
        s.backward_phase(steps, run)
        weights = s.update(steps, run)
    return weights


def printed_outputs(steps, memory, net, weights, X, y, alpha, iterations):
    """The outputs of the last forward phase, before the last update (R1)."""
    of_this_call = {}
    for _ in range(iterations):
        run = s.new_run(net, weights, X, y, alpha, of_this_call)
        s.forward_phase(steps, run)
        s.backward_phase(steps, run)
        run.gradients = steps["used_gradients"](run, net.m)
        weights = s.update(steps, run)
    run.weights = weights
    return [steps["reported"](run, net.m)]


def reference_run(steps, memory, num_hidden, alpha, iterations, seed):
    run = s.new_run()
    run.arguments = num_hidden, alpha, iterations, seed
    num_hidden, alpha, iterations, seed = steps["given"](run, None)
    X, y = reference()
    net = Network((3, num_hidden, 1))
    return printed_outputs(steps, memory, net, net.initial_weights(seed), X, y, alpha, iterations)


def output_error_term(steps, memory, net, a, y_hat, y):
    run = s.new_run(net, y=y)
    run.a[net.m], run.o[net.m] = a, y_hat
    s.output_error_term(steps, run, net.m)
    return [steps["divided_delta"](run, net.m)]


def softmax_error_term(steps, memory, a, y):
    net = Network((1, y.shape[1]), output="softmax", error="cross-entropy")
    run = s.new_run()
    run.a[1] = a
    return output_error_term(steps, memory, net, a, steps["softmax_outputs"](run, 1), y)


def hidden_error_term(steps, memory, net, a, o, w_after, delta_after):
    run = s.new_run(net, [None, w_after])
    run.a[1], run.o[1], run.delta[2] = a, o, delta_after
    return [s.hidden_error_term(steps, run, 1)]


def partial_derivatives(steps, memory, o_before, delta):
    run = s.new_run()
    run.joined[1], run.delta[1] = o_before, delta
    run.before = steps["before_weights"](run, 1)
    run.pairs[1] = steps["pairs"](run, 1)
    return [steps["returned_pairs"](run, 1)]


def layer_gradient(steps, memory, o_before, delta):
    run = s.new_run(memory=memory, y=delta)
    run.joined[1], run.delta[1] = o_before, delta
    s.gradient(steps, run, 1)
    return [steps["returned_gradient"](run, 1)]


def combined_gradient(steps, memory, pairs):
    run = s.new_run(memory=memory, y=pairs[0])
    run.pairs[1] = run.before = pairs
    run.gradients[1] = steps["combined"](run, 1)
    return [steps["returned_gradient"](run, 1)]


def updated_weights(steps, memory, weights, gradients, alpha):
    run = s.new_run(weights=weights, alpha=alpha)
    run.gradients = dict(enumerate(gradients, start=1))
    return s.update(steps, run)


def mean_squared_error(steps, memory, y_hat, y):
    run = s.new_run(y=y)
    run.o[1] = y_hat
    run.difference = steps["difference"](run, 1)
    run.pair_errors = steps["pair_errors"](run, 1)
    return [steps["mean_error"](run, 1)]


def sigmoid(steps, memory, a):
    run = s.new_run()
    run.a[1] = a
    return [steps["sigmoid"](run, 1)]


def slope(name, from_output):
    """A slope alone, by the steps of a layer of one node a pair."""
    net = Network((1, 1, 1), hidden=name, output="softplus")

    def solve(steps, memory, values):
        run, f = s.new_run(net), ACTIVATIONS[name]
        inverse = {
            "sigmoid": lambda o: np.log(o / (1 - o)),
            "tanh": np.arctanh,
            "relu": lambda o: o,
        }[name]
        run.a[1] = inverse(values) if from_output else values
        run.o[1] = values if from_output else f.value(values)
        return [steps["hidden_slope"](run, 1)]

    return solve


def starting_weights(steps, memory, sizes, random):
    run = s.new_run(Network(sizes))
    run.random = random
    return [steps["drawn"](run, k) for k in range(1, len(sizes))]


def about_weights(weights, sizes, random):
    """What starting weights must be, entry by entry: 1 where it holds."""
    matrices = [np.asarray(w) for w in weights]
    expected = list(zip([before + 1 for before in sizes], sizes[1:]))
    if len(matrices) != len(expected):
        shapes = ", ".join(str(w.shape) for w in matrices)
        raise NotUsable(
            f"It returns {len(matrices)} array{'s' * (len(matrices) != 1)} of the shapes {shapes}; "
            f"expected {len(expected)}."
        )
    if any(w.dtype.kind in "iub" and np.ptp(w) > 0 for w in matrices):
        raise NotUsable(
            "It returns arrays of whole numbers. Training moves weights by less than 1: "
            "can such an array hold the result?"
        )
    found = [
        np.array(
            [
                _about_shape(w.shape, before, after),
                w.ndim == 2 and len({tuple(column) for column in w.T}) == w.shape[1],
            ],
            dtype=float,
        )
        for w, before, after in zip(matrices, sizes, sizes[1:])
    ]
    numbers = flat(matrices)
    return [
        np.array(
            [
                numbers.min() < 0,
                numbers.max() > 0,
                abs(numbers).max() <= 1,
                not numbers.any() or np.ptp(numbers) == 0 or not _many_start_alike(numbers),
            ],
            dtype=float,
        ),
        *found,
    ]


def _about_shape(shape, before, after):
    """1 for the right shape, 0.5 where only the row of the biases is missing, else 0."""
    return 1.0 if shape == (before + 1, after) else 0.5 if shape == (before, after) else 0.0


def _many_start_alike(numbers):
    """Whether many start alike: several are equal, or all are whole multiples of 1, 1/2, ...
    1/20."""
    if len(np.unique(numbers)) < 0.9 * len(numbers):
        return True
    return any(abs(n * numbers - np.round(n * numbers)).max() < 1e-4 for n in range(1, 21))


def penalised_gradient(steps, memory, gradient, w, strength):
    run = s.new_run(weights=[w])
    run.strength = strength
    run.gradients[1], run.penalty = gradient, steps["penalty"](run, 1)
    return [steps["penalised"](run, 1)]


def from_batches(steps, memory, gradients, sizes):
    run = s.new_run()
    run.batches = list(sizes)
    return [sum(steps["batch_share"](run, k) * gradient for k, gradient in enumerate(gradients))]


def strongest_input(steps, memory, w):
    run, found = s.new_run(weights=[w]), []
    for k in range(w.shape[1]):
        run.column = steps["column"](run, k)
        found.append(steps["wanted"](run, k))
    return [np.array(found)]


def slopes_by_reverse_mode(steps, memory, root):
    run = s.new_run()
    run.root = root
    steps["start"](run, None)
    root.slope = steps["slope_of_end"](run, None)
    for node, parent, local_slope in steps["ways"](run, None):
        run.node, run.from_node, run.local_slope = parent, node, local_slope
        run.passed = steps["passed_on"](run, None)
        parent.slope = steps["collected"](run, None)
    return s.every_node(root)[::-1]


NODES = ("p", "q", "a", "b", "c", "end")


def slopes_of_nodes(result, root):
    """The slopes by name; 0 for a name that this computation has not."""
    slopes = {node.name: node.slope for node in s.every_node(root)}
    return [np.array([slopes.get(name, 0.0) for name in NODES], dtype=float)]


def about_order(result, root):
    """What is wrong with the list that came back, "" if nothing: all values, each once, the end
    first.

    The order has to be one in which the values can have been met: each after one that is made of
    it.
    """
    nodes = s.every_node(root)
    if not isinstance(result, (list, tuple)):
        return f"what it returns is no list of the values, but {type(result).__name__}"
    if any(all(node is not known for known in nodes) for node in result):
        return "the list that it returns holds something that is no value of this computation"
    if len({id(node) for node in result}) < len(result):
        return "the list that it returns holds a value more than once"
    if len(result) < len(nodes):
        return f"the list that it returns holds {len(result)} of the {len(nodes)} values"
    before = set()
    for node in result:
        if node is not root and not before & {
            id(user) for user in nodes if any(parent is node for parent, _ in user.parents)
        }:
            return (
                "in the list that it returns a value stands before all that are made of it, "
                "and the end belongs first"
            )
        before.add(id(node))
    return ""


def gradients_of(E, weights):
    """∂E/∂w of a watched E, its scale left aside."""
    return backward(E.net, weights, forward(E.net, weights, E.X), E.y)


def multiplications(steps, memory, sizes, N):
    run = s.new_run()
    run.sizes, run.N, layers = sizes, N, range(1, len(sizes))
    forward = sum(steps["forward_count"](run, k) for k in layers)
    backward = sum(steps["slopes_count"](run, k) + steps["back_count"](run, k - 1) for k in layers)
    run.counts = np.array([forward, backward], dtype=float)
    return [steps["counted"](run, None)]


def largest_alpha(steps, memory, curvatures):
    run = s.new_run()
    run.curvatures = curvatures
    return [np.array(steps["boundary"](run, None))]


def numeric_gradients(steps, memory, E, weights):
    run = s.new_run()
    run.gradients = dict(enumerate(gradients_of(E, weights), start=1))
    return [steps["divided"](run, k) for k in run.gradients]


def checker_verdict(steps, memory, E, weights, given):
    run, right = s.new_run(), [E.scale * g for g in gradients_of(E, weights)]
    # a slope of 0 is off by 0, or by all of it
    off = [
        (g - r) / np.where(r == 0, np.where(g == 0, 1, abs(g)), abs(r))
        for g, r in zip(given, right)
    ]
    run.off = flat(off)
    run.first_layer, run.without_biases = run.off[: given[0].size], flat([o[1:] for o in off])
    run.absolute = abs(flat([g - r for g, r in zip(given, right)])).max()
    run.largest, run.smallest = abs(flat(right)).max(), abs(flat(right)).min()
    return [np.array(steps["judged"](run, None))]


SLIPS = ("05", "07", "09", "16", "18", "28", "29", "30", "01")


def revealing_case(steps, memory):
    return steps["case"](s.new_run(), None)


def slips_seen(case):
    """Which slips in a backward phase show on this case: 1 for each that changes the gradient by
    more than 1e-6 of its largest entry."""
    net, weights, X, y = case
    if len(X) * sum(np.size(w) for w in weights) > 1e6:
        raise NotUsable("This case is very large. A slip shows on a small one: use fewer nodes.")
    right, seen = backward(net, weights, forward(net, weights, X), y), []
    for mistake in (mistake for number in SLIPS for mistake in CATALOGUE if mistake.id == number):
        try:
            given = gradients(replaced(mistake), {}, net, weights, X, y)
            seen.append(
                float(any(abs(g - r).max() > 1e-6 * abs(r).max() for g, r in zip(given, right)))
            )
        except ValueError:  # an error of shape is seen too
            seen.append(1.0)
    return [np.array(seen)]
