"""The catalogue: each mistake is one small change of one named step of the algorithm (steps.py).

The numbers 01 to 45 are the kinds of mistakes that learners and published code have been seen to
make; letters tell variants of one kind apart; 50 and above are slips seen in the problem sets.
`change` takes the right step and gives the wrong one.
"""

from typing import Callable, NamedTuple

import numpy as np

from ..activations import ACTIVATIONS, softmax
from ..network import Network
from . import steps as right_steps


class Mistake(NamedTuple):
    """`name` says what the numbers are evidence of, `question` leads on, `read` is the place to
    reread; `credit` is the share of the points left."""

    id: str
    step: str
    change: Callable
    name: str
    equation: str
    question: str
    read: str
    credit: float = 0.5


def _scaled(factor):
    """A change that multiplies the right step by `factor(run, k)`."""
    return lambda right: lambda run, k: factor(run, k) * right(run, k)


def _row_0(new):
    """A change of a gradient in the row of the biases alone."""

    def change(right):
        def wrong(run, k):
            gradient = right(run, k).copy()
            gradient[..., 0, :] = new(gradient, run, k)
            return gradient

        return wrong

    return change


def _instead(wrong):
    """A change that has no use for the right step."""
    return lambda right: wrong


def _on_another_network(sizes=lambda sizes: sizes, hidden=None, output=None):
    """A change of a case for a gradient check: other sizes, or another function of the hidden nodes
    or the outputs."""

    def change(right):
        def wrong(run, k):
            net, _, X, y = right(run, k)
            net = Network(sizes(net.sizes), hidden or net.hidden, output or net.output)
            return net, net.initial_weights(3), X, y[:, : net.sizes[-1]]

        return wrong

    return change


def _at_output(wrong):
    """A change of the slope at the output, where there is one."""
    return lambda right: (
        lambda run, k: right(run, k) if run.net.error == "cross-entropy" else wrong(run, k)
    )


def _outputs_now(run):
    """The outputs with the weights as they are now."""
    again = right_steps.new_run(run.net, run.weights, run.o[0])
    right_steps.forward_phase(right_steps.RIGHT, again)
    return again.o[run.net.m]


def _before_the_slope(run, k):
    """What the slope of layer k is multiplied to: ŷ − y, or what was passed back to it."""
    return run.difference if k == run.net.m else run.passed


def _function_at(run, k):
    """The activation function whose slope is taken at layer k."""
    function = run.net.g if k < run.net.m else run.net.g_o
    if function is None or run.net.error == "cross-entropy" and k == run.net.m:
        raise LookupError("no slope is taken here")
    return function


WRONG_SLOPES = {"sigmoid": lambda o: o * (1 + o), "tanh": lambda o: 1 + o * o}


def _wrong_sign_in_slope(run, k):
    name = _function_at(run, k).name
    return (
        WRONG_SLOPES[name](run.o[k])
        if name in WRONG_SLOPES
        else _function_at(run, k).slope_from_o(run.o[k])
    )


def _slope_of_next_layer(run, k):
    return run.net.g.slope_from_o(run.o[k + 1])


def _slope_of_layer_before(run, k):
    return run.net.g.slope_from_o(run.o[k - 1])


def _value_of_g(run, k):
    if run.net.sizes == (1, 1, 1) and run.net.hidden == "relu":
        raise LookupError("a ReLU alone has an entry of its own")
    return run.o[k]


def _slope_of_relu(run, k):
    if run.net.hidden == "sigmoid":
        raise LookupError("a sigmoid's output is always above 0: this is a slope left out")
    return (run.o[k] > 0) * 1.0


def _shifted_powers(a):
    return np.exp(a - a.max(axis=1, keepdims=True))


def _softmax_shifted_by(shift):
    """A softmax that takes off shift(a), whatever becomes of its powers."""

    def wrong(run, k):
        powers = np.exp(run.a[k] - shift(run.a[k]))
        return powers / powers.sum(axis=1, keepdims=True)

    return wrong


def _slope_of_g_o(run, k):
    if run.net.sizes == (1, 1, 1):
        raise LookupError("a slope alone, with no output behind it")
    return run.net.g_o.slope_from_a(run.a[k])


def _where_cross_entropy(wrong):
    """A change that shows at the output of a network with cross-entropy alone."""
    return lambda right: (
        lambda run, k: wrong(run, k) if run.net.error == "cross-entropy" else right(run, k)
    )


def _stale(right):
    def wrong(run, k):
        before = run.memory.get("values")
        run.memory["values"] = right(run, k)
        return run.memory["values"] if before is None else before

    return wrong


def _accumulated(right):
    def wrong(run, k):
        gradient = right(run, k) + run.memory.get(("gradient", k), 0)
        run.memory["gradient", k] = gradient
        return gradient

    return wrong


def _updated_too_early(run, k):
    alpha = 1 if run.alpha is None else run.alpha
    return run.weights[k][1:] - alpha * run.gradients[k + 1][1:]


def _one_by_one(run, k):
    return [slice(d, d + 1) for d in range(len(run.o[0]))]


def _share(run, k, size):
    w = run.weights[k][1:]
    return w / size(w).sum(axis=0, keepdims=True)


def _node_0_column(right):
    """δ with a column for node 0, whose slope o(1 - o) is 0 at o = 1."""
    return lambda run, k: np.hstack([np.zeros((len(run.o[k]), 1)), right(run, k)])


def _y_as_a_row(run, k):
    return run.o[k] - np.squeeze(run.y)


CATALOGUE = [
    # the difference ŷ - y (A2)
    Mistake(
        "03",
        "difference",
        _scaled(lambda run, k: 2),
        "a factor 2 that the ½ in E has already used up",
        "D9, A2",
        "What becomes of the 2 from the square, when E begins with ½?",
        "03 section 5",
    ),
    Mistake(
        "04",
        "difference",
        _scaled(lambda run, k: -1),
        "the difference taken the other way round",
        "D9, A2",
        "Suppose ŷ is too large: must E rise or fall when a grows? Which sign has δ then?",
        "03 section 5",
    ),
    Mistake(
        "33",
        "difference",
        _instead(_y_as_a_row),
        "y without its column: (N, 1) minus (N,) makes a table of all pairs with all pairs",
        "D9, A2",
        "Print the shapes of ŷ, of y and of their difference. Which of them has N rows and one "
        "column?",
        "02 section 4",
        0.25,
    ),
    # g_o' in the last layer (A2)
    Mistake(
        "05",
        "output_slope",
        _instead(lambda run, k: np.ones_like(run.o[k])),
        "the output function's slope left out",
        "D9, A2",
        "δ is ∂E/∂a, and E knows only ŷ. Which link of the chain leads from ŷ to a?",
        "03 section 5",
    ),
    Mistake(
        "27b",
        "difference",
        _instead(lambda run, k: run.a[k] - run.y),
        "a in the place of ŷ",
        "D9, A2",
        "E compares the target with what the network gives. Is that a, or what g_o makes of it?",
        "03 section 5",
    ),
    Mistake(
        "03c",
        "difference",
        lambda right: lambda run, k: right(run, k) ** 2 / 2,
        "the error E_d itself, where its slope belongs",
        "D9, A2",
        "What is the slope of ½(ŷ − y)² along ŷ?",
        "03 section 5",
    ),
    Mistake(
        "06b",
        "difference",
        _where_cross_entropy(lambda run, k: -run.y / run.o[k]),
        "the slope of E along ŷ, where the slope along a is asked for",
        "D9, A2",
        "Between a and ŷ stands softmax. What does the chain rule still want?",
        "08 section 6",
    ),
    Mistake(
        "06c",
        "difference",
        _where_cross_entropy(lambda run, k: run.o[k]),
        "ŷ alone, without the target",
        "D9, A2",
        "What should δ be when ŷ is exactly y?",
        "08 section 6",
    ),
    Mistake(
        "06d",
        "difference",
        _where_cross_entropy(lambda run, k: (run.o[k] - run.y) / 2),
        "a ½ that cross-entropy does not have",
        "D9, A2",
        "Where did the ½ of the squared error go? Is there a square in this error?",
        "08 section 6",
    ),
    Mistake(
        "06",
        "output_slope",
        _where_cross_entropy(lambda run, k: run.o[k] * (1 - run.o[k])),
        "a slope of the output function that cross-entropy has already cancelled",
        "D9, A2",
        "Differentiate the cross-entropy by a, and not by ŷ. Which factors are left?",
        "08 section 6",
    ),
    Mistake(
        "09b",
        "output_slope",
        _instead(lambda run, k: _function_at(run, k).slope_from_a(run.o[k])),
        "the output's slope taken at ŷ, by a formula made for a",
        "D9, A2",
        "Your slope formula expects one of a and ŷ. Which one does it get?",
        "03 section 5",
    ),
    Mistake(
        "10b",
        "output_slope",
        _instead(lambda run, k: _function_at(run, k).slope_from_o(run.a[k])),
        "a formula made for ŷ, used on a",
        "D9, A2",
        "A formula written in ŷ, such as 1 − ŷ², is right for ŷ alone. What did you put in?",
        "03 section 5",
    ),
    Mistake(
        "11b",
        "output_slope",
        _at_output(_wrong_sign_in_slope),
        "a wrong sign inside the formula of the output's slope",
        "D9, A2",
        "Where does the output function flatten out? Is your slope close to 0 there?",
        "03 section 5",
    ),
    Mistake(
        "12b",
        "output_slope",
        _at_output(lambda run, k: run.o[k] * (1 - run.o[k])),
        "the sigmoid's slope, whatever the output function is",
        "D9, A2",
        "For which function is o(1 − o) the slope? Which function is it here?",
        "03 section 5",
    ),
    Mistake(
        "12g",
        "output_slope",
        _at_output(lambda run, k: 1 - run.o[k] ** 2),
        "the slope of tanh, whatever the output function is",
        "D9, A2",
        "For which function is 1 − ŷ² the slope? Which function is it here?",
        "03 section 5",
    ),
    Mistake(
        "11e",
        "output_slope",
        _at_output(lambda run, k: run.o[k]),
        "the value ŷ in the place of the slope of g_o",
        "D9, A2",
        "ŷ lies where g_o is flat. What is its slope there, and what is ŷ?",
        "03 section 5",
    ),
    Mistake(
        "12f",
        "output_slope",
        _at_output(lambda run, k: ACTIVATIONS["sigmoid"].slope_from_a(run.a[k])),
        "σ(a)(1 − σ(a)), whatever the output function is",
        "D9, A2",
        "For which function is that the slope? Which function is it here?",
        "03 section 5",
    ),
    Mistake(
        "14d",
        "output_slope",
        _at_output(lambda run, k: run.net.g.slope_from_a(run.a[k])),
        "the slope of the hidden nodes' g at the output",
        "D9, A2",
        "Through which function does a^m become ŷ?",
        "03 section 5",
    ),
    Mistake(
        "02b",
        "divided_delta",
        _scaled(lambda run, k: 1 / len(run.o[k])),
        "a division by N that belongs to A4",
        "D9, A2",
        "δ is made for each pair by itself. In which equation are the pairs brought together?",
        "03 section 4",
    ),
    # over which weights, and how, the error goes back (A3)
    Mistake(
        "15",
        "weights_back",
        _instead(lambda run, k: run.weights[k]),
        "node 0 among the nodes that get an error term",
        "D16, A3",
        "How many rows has w, and how many nodes has the layer? Which row belongs to no real node?",
        "03 section 6",
    ),
    Mistake(
        "15b",
        "hidden_delta",
        _node_0_column,
        "an error term for node 0",
        "D16, A3",
        "Node 0 always gives 1. Can E change through it?",
        "03 section 6",
    ),
    Mistake(
        "16",
        "weights_back",
        _instead(lambda run, k: run.weights[k][:-1]),
        "the wrong row of the weights left out on the way back",
        "D16, A3",
        "Which row of w holds the biases, the first or the last?",
        "03 section 6",
    ),
    Mistake(
        "25",
        "weights_back",
        _instead(_updated_too_early),
        "weights that have been updated already, used for error terms of the old ones",
        "D16, A3",
        "At which θ was δ of the next layer computed? And at which θ are the weights that you "
        "carry it back over?",
        "04 section 6",
    ),
    Mistake(
        "16b",
        "weights_back",
        _instead(lambda run, k: run.weights[k - 1][1:]),
        "the weights that lead into the layer, where those that lead on from it belong",
        "D16, A3",
        "weights[0] leads from layer 0 to layer 1. Which entry leads from layer k to layer k + 1?",
        "03 section 6",
    ),
    Mistake(
        "31",
        "weights_back",
        _instead(lambda run, k: _share(run, k, np.abs)),
        "the error shared out in proportion to the sizes of the weights",
        "D16, A3",
        "When a grows by a little, by how much does the next a grow: by the weight, or by the "
        "weight's share?",
        "03 section 6",
    ),
    Mistake(
        "31b",
        "weights_back",
        _instead(lambda run, k: _share(run, k, lambda w: w)),
        "the error shared out in proportion to the weights",
        "D16, A3",
        "When a grows by a little, by how much does the next a grow: by the weight, or by the "
        "weight's share?",
        "03 section 6",
    ),
    Mistake(
        "31c",
        "weights_back",
        _instead(lambda run, k: np.abs(_share(run, k, np.abs))),
        "the error shared out in proportion to the sizes of the weights, without their signs",
        "D16, A3",
        "A weight is negative. Does the next a rise or fall when this one rises?",
        "03 section 6",
    ),
    Mistake(
        "28",
        "passed_back",
        _instead(lambda run, k: run.delta[k + 1] @ run.back),
        "the weights not transposed on the way back",
        "D16, A3",
        "The sum runs over l, the nodes of the next layer. Over which index does your product sum?",
        "03 section 6",
    ),
    Mistake(
        "29",
        "passed_back",
        _instead(lambda run, k: run.delta[k + 1][:, :1] @ run.back[:, :1].T),
        "only one path from the node to the error",
        "D16, A3",
        "To how many nodes of the next layer does this node's output go?",
        "03 section 6",
    ),
    Mistake(
        "29b",
        "passed_back",
        _instead(lambda run, k: run.delta[k + 1][:, -1:] @ run.back[:, -1:].T),
        "the last path alone from the node to the error",
        "D16, A3",
        "What happens to a path's share when your loop comes to the next one?",
        "03 section 6",
    ),
    Mistake(
        "07b",
        "passed_back",
        _instead(lambda run, k: _before_the_slope(run, k + 1) @ run.back.T),
        "an error passed back before the slope of its own layer was multiplied in",
        "D16, A3",
        "Which quantity of the next layer does A3 carry back: δ, or what δ was before its slope?",
        "03 section 6",
    ),
    Mistake(
        "30",
        "passed_back",
        _scaled(lambda run, k: 1 / run.delta[k + 1].shape[1]),
        "a mean over the paths in the place of their sum",
        "D16, A3",
        "Two paths lead to E, and each changes it by 0.1. By how much does E change?",
        "03 section 6",
    ),
    Mistake(
        "32",
        "passed_back",
        _instead(lambda run, k: run.delta[k + 1] * run.back),
        "entries multiplied one by one where a sum of products belongs",
        "D16, A3",
        "What does the sign * do with two arrays, and what does @ do?",
        "03 section 6",
        0.25,
    ),
    Mistake(
        "02c",
        "hidden_delta",
        _scaled(lambda run, k: 1 / len(run.o[k])),
        "a division by N in every layer",
        "D2, A4",
        "δ of a layer is made of δ of the next. If that one holds 1/N already, what does this one "
        "hold?",
        "04 section 5",
    ),
    # g' in the hidden layers (A3)
    Mistake(
        "07",
        "hidden_slope",
        _instead(lambda run, k: np.ones_like(run.o[k])),
        "the slope g′ of the hidden nodes left out",
        "D16, A3",
        "Between the next layer's a and this one's a stands g. Where is its slope?",
        "03 section 6",
    ),
    Mistake(
        "08",
        "hidden_slope",
        lambda right: lambda run, k: np.ones_like(run.o[k]) if k < run.net.m - 1 else right(run, k),
        "the slope g′ left out in every hidden layer but the last",
        "D16, A3",
        "Does the formula change when there is one more layer before?",
        "03 section 7",
    ),
    Mistake(
        "09",
        "hidden_slope",
        _instead(lambda run, k: run.net.g.slope_from_a(run.o[k])),
        "g′ taken at o, by a formula made for a",
        "D16, A3",
        "Your slope formula expects one of a and o. Which one does it get?",
        "03 section 5",
    ),
    Mistake(
        "10",
        "hidden_slope",
        _instead(lambda run, k: run.net.g.slope_from_o(run.a[k])),
        "a formula made for o, used on a",
        "D16, A3",
        "A formula written in o, such as o(1 − o), is right for o alone. What did you put in?",
        "03 section 6",
    ),
    Mistake(
        "11",
        "hidden_slope",
        _instead(_wrong_sign_in_slope),
        "a wrong sign inside the formula of g′",
        "D16, A3",
        "Where does g flatten out? Is your slope close to 0 there?",
        "03 section 6",
    ),
    Mistake(
        "11c",
        "hidden_slope",
        _instead(_value_of_g),
        "the value g in the place of its slope g′",
        "D16, A3",
        "A saturated node has an output of 1. What is its slope?",
        "03 section 6",
    ),
    Mistake(
        "12",
        "hidden_slope",
        _instead(lambda run, k: run.o[k] * (1 - run.o[k])),
        "the sigmoid's slope, whatever g is",
        "D16, A3",
        "For which function is o(1 − o) the slope? Which function is it here?",
        "03 section 6",
    ),
    Mistake(
        "12c",
        "hidden_slope",
        _instead(lambda run, k: 1 - run.o[k] ** 2),
        "the slope of tanh, whatever g is",
        "D16, A3",
        "For which function is 1 − o² the slope? Which function is it here?",
        "03 section 6",
    ),
    Mistake(
        "12d",
        "hidden_slope",
        _instead(_slope_of_relu),
        "the slope of ReLU, whatever g is",
        "D16, A3",
        "For which function is the slope 0 or 1? Which function is it here?",
        "08 section 2",
    ),
    Mistake(
        "12e",
        "hidden_slope",
        _instead(lambda run, k: ACTIVATIONS["sigmoid"].slope_from_a(run.a[k])),
        "σ(a)(1 − σ(a)), whatever g is",
        "D16, A3",
        "For which function is that the slope? Which function is it here?",
        "03 section 6",
    ),
    Mistake(
        "11d",
        "hidden_slope",
        _instead(lambda run, k: 1 - run.o[k]),
        "the number 1 − o in the place of the slope",
        "D16, A3",
        "A node gives an output close to its lowest. Is it steep there? What does 1 − o say?",
        "03 section 6",
    ),
    Mistake(
        "13",
        "hidden_slope",
        lambda right: (
            lambda run, k: (run.o[k] >= 0) * 1.0 if run.net.hidden == "relu" else right(run, k)
        ),
        "a ReLU counted as on wherever its output is at least 0",
        "D16, A3",
        "Can a ReLU's output be below 0? Then what does your condition tell apart?",
        "08 section 4",
    ),
    Mistake(
        "13b",
        "hidden_slope",
        lambda right: lambda run, k: run.o[k] if run.net.hidden == "relu" else right(run, k),
        "a ReLU's value in the place of its slope",
        "D16, A3",
        "A ReLU has the output 5. By how much does it grow when a grows by 1?",
        "08 section 4",
    ),
    Mistake(
        "13c",
        "hidden_slope",
        lambda right: (
            lambda run, k: (run.o[k] <= 0) * 1.0 if run.net.hidden == "relu" else right(run, k)
        ),
        "a ReLU's slopes exchanged: 1 where the node is off, 0 where it is on",
        "D16, A3",
        "Where o is 0, does o grow when a grows a little? And where o is 5?",
        "08 section 4",
    ),
    Mistake(
        "14",
        "hidden_slope",
        _instead(_slope_of_next_layer),
        "g′ of the next layer",
        "D16, A3",
        "δ^k is ∂E/∂a^k. Through which layer's g does a change of a^k pass first?",
        "03 section 6",
    ),
    Mistake(
        "14b",
        "hidden_slope",
        _instead(_slope_of_layer_before),
        "g′ of the layer before",
        "D16, A3",
        "δ^k is ∂E/∂a^k. Through which layer's g does a change of a^k pass first?",
        "03 section 6",
    ),
    Mistake(
        "14c",
        "hidden_slope",
        _instead(_slope_of_g_o),
        "the slope of the output function in a hidden layer",
        "D16, A3",
        "Through which function does a of a hidden node become o?",
        "03 section 6",
    ),
    # the slopes of the weights (A1)
    Mistake(
        "26",
        "before_weights",
        _instead(lambda run, k: right_steps.with_node_0(run.o[k])),
        "the outputs of the layer itself in the place of those before it",
        "D7, A1",
        "Which node stands at the beginning of w_ij^k, and in which layer is it?",
        "03 section 4",
    ),
    Mistake(
        "27",
        "before_weights",
        _instead(lambda run, k: right_steps.with_node_0(run.a.get(k - 1, run.o[k - 1]))),
        "a in the place of o before the weights",
        "D7, A1",
        "What does a weight multiply in the forward phase?",
        "03 section 4",
    ),
    Mistake(
        "24",
        "before_weights",
        lambda right: lambda run, k: np.hstack([right(run, k)[:, 1:2], right(run, k)[:, 1:]]),
        "the biases' slopes taken through the first input, where node 0 stands",
        "D7, A1",
        "Which number does a bias multiply in the forward phase?",
        "02 section 7",
    ),
    Mistake(
        "02d",
        "returned_pairs",
        _scaled(lambda run, k: 1 / len(run.before)),
        "a division by N that belongs to A4",
        "D7, A1",
        "These are slopes of each single pair. In which equation are the pairs brought together?",
        "03 section 4",
    ),
    Mistake(
        "04c",
        "returned_gradient",
        _scaled(lambda run, k: -1),
        "the minus of the update, already in the gradient",
        "D2, A4",
        "Which equation turns slopes into a step downhill?",
        "02 section 6",
    ),
    Mistake(
        "03d",
        "returned_gradient",
        _scaled(lambda run, k: 0.5),
        "a ½ that has been used up in D9",
        "D2, A4",
        "Where does the ½ of E go when E is differentiated?",
        "03 section 5",
    ),
    Mistake(
        "18b",
        "returned_pairs",
        _row_0(lambda g, run, k: 0),
        "slopes of 0 for all biases",
        "D7, A1",
        "A bias is the weight of node 0, and node 0's output is 1. What does A1 give for it?",
        "02 section 7",
    ),
    # all pairs together (A4)
    Mistake(
        "01",
        "combined",
        _scaled(lambda run, k: len(run.before)),
        "a sum over the pairs in the place of their mean",
        "D2, A4",
        "Every pair of the data is put in twice: should the slopes change?",
        "04 section 5",
    ),
    Mistake(
        "02",
        "combined",
        _scaled(lambda run, k: 1 / len(run.before)),
        "a division by N made twice",
        "D2, A4",
        "Where in your code is 1/N? Is it there once?",
        "04 section 5",
    ),
    Mistake(
        "58",
        "combined",
        _scaled(lambda run, k: 1 / run.y.shape[1]),
        "a mean over the outputs too",
        "D2, A4",
        "E_d adds over the outputs. Which numbers does 1/N count?",
        "02 section 4",
    ),
    Mistake(
        "18",
        "combined",
        _row_0(lambda g, run, k: 0),
        "slopes of 0 for all biases",
        "D2, A4",
        "A bias is the weight of node 0, and node 0's output is 1. What does A1 give for it?",
        "02 section 7",
    ),
    Mistake(
        "19",
        "combined",
        _row_0(lambda g, run, k: len(run.before) * g[0]),
        "a sum over the pairs for the biases, a mean for the other weights",
        "D2, A4",
        "Is a bias a weight like the others? Which of your two lines has the 1/N?",
        "04 section 5",
    ),
    Mistake(
        "19b",
        "combined",
        lambda right: (
            lambda run, k: np.vstack([right(run, k)[:1], len(run.before) * right(run, k)[1:]])
        ),
        "a mean over the pairs for the biases, a sum for the other weights",
        "D2, A4",
        "Is a bias a weight like the others? Which of your two lines has the 1/N?",
        "04 section 5",
    ),
    Mistake(
        "07c",
        "combined",
        _row_0(lambda g, run, k: _before_the_slope(run, k).mean(axis=0)),
        "biases' slopes made before the slope of the node was multiplied in",
        "D16, A4",
        "A bias adds to a. Is it ∂E_d/∂a, or ∂E_d/∂o, that belongs before it?",
        "03 section 6",
    ),
    Mistake(
        "20c",
        "combined",
        _row_0(lambda g, run, k: g[1:].sum(axis=0)),
        "biases' slopes that are the sums of the other weights' slopes",
        "D7, A1",
        "A bias's slope is δ · o_0. What is o_0? Do the other slopes come into it?",
        "02 section 7",
    ),
    Mistake(
        "17b",
        "combined",
        lambda right: lambda run, k: np.roll(right(run, k), -1, axis=-2),
        "the biases' slopes in the last row, where the first belongs to them",
        "D7, A1",
        "Which row of w holds the biases? In which row do their slopes have to stand?",
        "02 section 7",
    ),
    Mistake(
        "34d",
        "combined",
        lambda right: (
            lambda run, k: (
                np.outer(run.before.mean(axis=0), np.ones(run.delta[k].shape[1]))
                * run.delta[k].mean(axis=0)
            )
        ),
        "the product of two means, where the mean of the products belongs",
        "D2, A4",
        "Two pairs, o = 1 and −1, δ = 1 and −1. What is the mean of o · δ, and what your product?",
        "04 section 2",
    ),
    Mistake(
        "01d",
        "combined",
        _scaled(lambda run, k: 1 if k == run.net.m else len(run.y)),
        "a division by N in the last layer alone",
        "D2, A4",
        "Which layers does A4 speak of? Print what each gradient is divided by.",
        "04 section 5",
    ),
    Mistake(
        "01e",
        "combined",
        _scaled(lambda run, k: len(run.y) if k == run.net.m else 1),
        "a division by N in every layer but the last",
        "D2, A4",
        "Which layers does A4 speak of? Print what each gradient is divided by.",
        "04 section 5",
    ),
    Mistake(
        "20",
        "combined",
        _row_0(lambda g, run, k: g[0].mean()),
        "one slope for all biases of a layer: their mean",
        "D2, A4",
        "Each node has its own bias. Over which axis did you average?",
        "04 section 2",
    ),
    Mistake(
        "20b",
        "combined",
        _row_0(lambda g, run, k: g[0].sum()),
        "one slope for all biases of a layer: their sum",
        "D2, A4",
        "Each node has its own bias. Over which axis did you add?",
        "04 section 2",
    ),
    Mistake(
        "21",
        "combined",
        _instead(lambda run, k: run.pairs[k]),
        "a slope for each pair, not yet combined",
        "D2, A4",
        "Your array has one entry for every pair and every weight. How many entries has ∂E/∂w?",
        "04 section 2",
        0.25,
    ),
    Mistake(
        "22",
        "combined",
        _row_0(lambda g, run, k: np.where(run.weights[k - 1][0] == 0, 0, g[0])),
        "a bias of 0 taken to have a slope of 0",
        "D2, A4",
        "Does the slope of a weight ask for the weight's own value?",
        "03 section 4",
    ),
    Mistake(
        "34",
        "combined",
        _instead(lambda run, k: run.pairs[k][-1]),
        "the last pair alone",
        "D2, A4",
        "What happens to the slopes of a pair when your loop comes to the next one?",
        "04 section 2",
        0.25,
    ),
    Mistake(
        "34b",
        "combined",
        _instead(lambda run, k: run.pairs[k][-1] / len(run.before)),
        "the last pair alone, divided by N",
        "D2, A4",
        "What happens to the slopes of a pair when your loop comes to the next one?",
        "04 section 2",
        0.25,
    ),
    Mistake(
        "34c",
        "combined",
        lambda right: lambda run, k: right(run, k) + run.pairs[k][0] / len(run.before),
        "the first pair counted twice",
        "D2, A4",
        "With what does your sum begin, and at which pair does your loop begin?",
        "04 section 2",
    ),
    Mistake(
        "35",
        "combined",
        _accumulated,
        "slopes of the call before, still in the sum",
        "D2, A4",
        "With which value does your sum start, the second time the function is called?",
        "04 section 4",
    ),
    Mistake(
        "38",
        "remembered",
        _stale,
        "outputs remembered from the call before",
        "B2",
        "Which forward phase do your o belong to, the second time the function is called?",
        "04 section 3",
    ),
    # the update (A5)
    Mistake(
        "89",
        "batches",
        _instead(_one_by_one),
        "an update after each pair, in place of one for all of them",
        "S3, S4",
        "After how many pairs does the first weight change? Over how many pairs is the mean taken?",
        "04 section 4",
    ),
    Mistake(
        "90",
        "used_gradients",
        _instead(lambda run, k: run.memory.setdefault("gradients", run.gradients)),
        "gradients computed once, before the loop",
        "S4, R1",
        "The second iteration starts from other weights. Where were the slopes taken that it uses?",
        "04 section 4",
    ),
    Mistake(
        "04b",
        "change",
        _scaled(lambda run, k: -1),
        "a step uphill",
        "F4",
        "A weight has a positive slope: E grows with it. Which way must it go?",
        "02 section 6",
    ),
    Mistake(
        "50",
        "change",
        _instead(lambda run, k: -run.gradients[k]),
        "the learning rate left out",
        "F4",
        "What does your step do when α becomes ten times smaller?",
        "02 section 6",
    ),
    Mistake(
        "50b",
        "change",
        _instead(lambda run, k: -0.1 * run.gradients[k]),
        "a learning rate of 0.1 whatever α is",
        "F4",
        "The function is given α. Where does your step use it?",
        "02 section 6",
    ),
    Mistake(
        "51",
        "new_weights",
        _instead(lambda run, k: run.changes[k]),
        "the change alone, without the weight that it changes",
        "F4",
        "Is Δw the new weight, or what has to be added to the old one?",
        "02 section 6",
    ),
    Mistake(
        "51b",
        "new_weights",
        _instead(lambda run, k: run.gradients[k]),
        "the gradient, where the new weights are asked for",
        "F4",
        "What is θ after the step, if you know θ before it and the slopes?",
        "02 section 6",
        0.25,
    ),
    Mistake(
        "64",
        "new_weights",
        lambda right: lambda run, k: np.vstack([run.weights[k - 1][:1], right(run, k)[1:]]),
        "biases that stay as they are",
        "F4",
        "Row 0 of the weights holds the biases. Which rows does a step change?",
        "02 section 6",
    ),
    # the forward phase (S1)
    Mistake(
        "17",
        "joined",
        _instead(lambda run, k: np.hstack([run.o[k - 1], np.ones((len(run.o[k - 1]), 1))])),
        "the last row of the weights taken for the biases",
        "F2",
        "Row 0 of the weights holds the biases. Which row does your code take for them?",
        "02 section 3",
    ),
    Mistake(
        "52",
        "product_sums",
        _instead(lambda run, k: run.o[k - 1] @ run.weights[k - 1][1:]),
        "a sum without the bias",
        "F2",
        "Put 0 into all inputs. Should a be 0 then?",
        "02 section 3",
    ),
    Mistake(
        "53",
        "outputs",
        lambda right: lambda run, k: run.a[k] if k < run.net.m else right(run, k),
        "a passed on where o = g(a) belongs",
        "F2",
        "What does a hidden node do with its sum before it sends it on?",
        "02 section 2",
    ),
    Mistake(
        "54",
        "outputs",
        lambda right: lambda run, k: run.net.g.value(run.a[k]) if k == run.net.m else right(run, k),
        "the hidden nodes' g at the output, where g_o belongs",
        "F2",
        "The output layer has a function of its own. Which one has this network?",
        "02 section 2",
    ),
    Mistake(
        "55",
        "outputs",
        lambda right: lambda run, k: run.a[k] if k == run.net.m else right(run, k),
        "the output function g_o left out",
        "F2",
        "What is ŷ: a^m, or g_o(a^m)?",
        "02 section 2",
    ),
    Mistake(
        "59b",
        "outputs",
        lambda right: lambda run, k: run.net.g.value(-run.a[k]) if k < run.net.m else right(run, k),
        "g of −a in the hidden nodes",
        "F2",
        "Should a node's output rise or fall when a rises?",
        "02 section 2",
    ),
    Mistake(
        "53c",
        "returned_outputs",
        _instead(lambda run, k: run.a[k]),
        "a returned, where o = g(a) is asked for",
        "F2",
        "The layers after this one get the right o. What do you put into the list?",
        "02 section 2",
    ),
    Mistake(
        "53b",
        "returned_sums",
        _instead(lambda run, k: ACTIVATIONS["sigmoid"].value(run.a[k])),
        "o = σ(a), where a is asked for",
        "F2",
        "The product sums come before the node's function. Which of the two do you return?",
        "02 section 2",
    ),
    # the error (F3)
    Mistake(
        "03b",
        "pair_errors",
        _scaled(lambda run, k: 2),
        "the squares without their ½",
        "F3",
        "Which number stands before the sum in F3, beside 1/N?",
        "02 section 4",
    ),
    Mistake(
        "56",
        "pair_errors",
        _instead(lambda run, k: np.abs(run.difference).sum(axis=1) / 2),
        "sizes of the differences where their squares belong",
        "F3",
        "A difference of 2: how much does it add to E?",
        "02 section 4",
    ),
    Mistake(
        "56b",
        "pair_errors",
        _instead(lambda run, k: np.sqrt((run.difference**2).sum(axis=1)) / 2),
        "the length of the difference, not squared",
        "F3",
        "A difference of 2: how much does it add to E? And one of 1?",
        "02 section 4",
    ),
    Mistake(
        "56c",
        "mean_error",
        _instead(lambda run, k: run.difference.sum() ** 2 / (2 * len(run.difference))),
        "the square of a sum, where a sum of squares belongs",
        "F3",
        "One output is 1 too high and one 1 too low. Is there no error?",
        "02 section 4",
    ),
    Mistake(
        "01c",
        "mean_error",
        _instead(lambda run, k: run.pair_errors.sum() * len(run.difference)),
        "a multiplication by N, where a division belongs",
        "F3",
        "Python reads 1 / 2 * N from left to right. What does it divide by?",
        "02 section 4",
    ),
    Mistake(
        "01b",
        "mean_error",
        _instead(lambda run, k: run.pair_errors.sum()),
        "a sum over the pairs in the place of their mean",
        "F3",
        "Every pair of the data is put in twice: should E change?",
        "02 section 4",
    ),
    Mistake(
        "58b",
        "mean_error",
        _instead(lambda run, k: run.pair_errors.sum() / run.difference.size),
        "a mean over the outputs too",
        "F3",
        "Which numbers does N count: pairs, or entries of y?",
        "02 section 4",
    ),
    Mistake(
        "57",
        "mean_error",
        _instead(lambda run, k: np.sqrt(run.pair_errors.mean())),
        "a square root that F3 does not have",
        "F3",
        "Which operation is the last one in F3?",
        "02 section 4",
    ),
    # the sigmoid (S1)
    Mistake(
        "45",
        "sigmoid",
        _instead(lambda run, k: 1 / (1 + np.exp(-run.a[k]))),
        "an overflow on the way, which NumPy warns of",
        "F2",
        "e to the power of 1,000 is no number any more. np.where computes both of its branches "
        "for every entry: what is e to the power of −|a|?",
        "02 section 2",
    ),
    Mistake(
        "45b",
        "sigmoid",
        _instead(lambda run, k: np.exp(run.a[k]) / (1 + np.exp(run.a[k]))),
        "infinity divided by infinity, for a large a",
        "F2",
        "What is your numerator at a = 1,000? And your denominator?",
        "02 section 2",
        0.25,
    ),
    Mistake(
        "59c",
        "sigmoid",
        _instead(lambda run, k: (1 + np.tanh(run.a[k])) / 2),
        "tanh of a, where tanh of a/2 belongs",
        "F2",
        "σ(a) is (1 + tanh(a/2)) / 2. How steep is it at 0, and how steep is yours?",
        "02 section 2",
    ),
    Mistake(
        "59",
        "sigmoid",
        lambda right: lambda run, k: 1 - right(run, k),
        "the sigmoid of −a",
        "F2",
        "Should the output rise or fall when a rises?",
        "02 section 2",
    ),
    Mistake(
        "84",
        "softmax_outputs",
        _instead(lambda run, k: softmax(run.a[k].T).T),
        "softmax over the pairs, where it belongs over the outputs",
        "D9, A2",
        "Add up one row of your ŷ. What should come out?",
        "08 section 6",
    ),
    Mistake(
        "84b",
        "softmax_outputs",
        _instead(lambda run, k: softmax(run.a[k].reshape(1, -1)).reshape(run.a[k].shape)),
        "softmax over all pairs and outputs together",
        "D9, A2",
        "Add up one row of your ŷ. What should come out?",
        "08 section 6",
    ),
    Mistake(
        "84d",
        "softmax_outputs",
        _instead(lambda run, k: np.exp(run.a[k]) / np.exp(run.a[k]).sum(axis=0)),
        "softmax over the pairs, and without the shift",
        "D9, A2",
        "Add up one row of your ŷ. What should come out?",
        "08 section 6",
    ),
    Mistake(
        "84e",
        "softmax_outputs",
        _instead(lambda run, k: np.exp(run.a[k]) / np.exp(run.a[k]).sum()),
        "softmax over all pairs and outputs together, and without the shift",
        "D9, A2",
        "Add up one row of your ŷ. What should come out?",
        "08 section 6",
    ),
    Mistake(
        "84c",
        "softmax_outputs",
        _instead(lambda run, k: _shifted_powers(run.a[k]) / _shifted_powers(run.a[k]).sum()),
        "powers of each pair divided by the sum over all pairs",
        "D9, A2",
        "Add up one row of your ŷ. What should come out?",
        "08 section 6",
    ),
    Mistake(
        "91",
        "softmax_outputs",
        _instead(_softmax_shifted_by(lambda a: 0.0)),
        "a softmax without the shift by the largest a of each pair",
        "D9, A2",
        "What is e to the power of 1,000 in 64 bits, and what did you take off every a before?",
        "08 section 6",
    ),
    Mistake(
        "91b",
        "softmax_outputs",
        _instead(_softmax_shifted_by(lambda a: a.max())),
        "a shift by the largest a of all pairs, where each pair has a largest a of its own",
        "D9, A2",
        "Beside a pair with an a of 1,000, what is left of the powers of another pair?",
        "08 section 6",
    ),
    Mistake(
        "91c",
        "softmax_outputs",
        _instead(_softmax_shifted_by(lambda a: a.min(axis=1, keepdims=True))),
        "a shift by the smallest a of each pair, where the largest has to go",
        "D9, A2",
        "What is the largest power that is left after your shift?",
        "08 section 6",
    ),
    Mistake(
        "91d",
        "softmax_outputs",
        _instead(
            lambda run, k: _shifted_powers(run.a[k]) / np.exp(run.a[k]).sum(axis=1, keepdims=True)
        ),
        "a shift above the line of the fraction alone",
        "D9, A2",
        "By what is the numerator divided when you shift, and by what the denominator?",
        "08 section 6",
    ),
    Mistake(
        "85",
        "softmax_outputs",
        _instead(lambda run, k: ACTIVATIONS["sigmoid"].value(run.a[k])),
        "a sigmoid for each output, where softmax is asked for",
        "D9, A2",
        "Add up one row of your ŷ. What should come out?",
        "08 section 6",
    ),
    Mistake(
        "85b",
        "softmax_outputs",
        lambda right: lambda run, k: softmax(right(run, k)),
        "softmax taken twice",
        "D9, A2",
        "Is what you give to softmax a, or is it ŷ already?",
        "08 section 6",
    ),
    Mistake(
        "85c",
        "outputs",
        lambda right: (
            lambda run, k: (
                softmax(right(run, k))
                if run.net.output == "softmax" and k == run.net.m
                else right(run, k)
            )
        ),
        "softmax taken twice",
        "D9, A2",
        "Is what you give to softmax a, or is it ŷ already?",
        "08 section 6",
    ),
    # the starting weights (S1)
    Mistake(
        "44",
        "drawn",
        _instead(lambda run, k: np.zeros(run.net.weight_shapes[k - 1])),
        "weights that all start at 0",
        "F4",
        "Two hidden nodes start with the same weights. In what will they ever differ?",
        "07 section 7, later in the course",
        0.0,
    ),
    Mistake(
        "44c",
        "drawn",
        _instead(lambda run, k: np.full(run.net.weight_shapes[k - 1], 0.5)),
        "one and the same number for all weights",
        "F4",
        "Two hidden nodes start with the same weights. In what will they ever differ?",
        "07 section 7, later in the course",
        0.0,
    ),
    Mistake(
        "44b",
        "drawn",
        lambda right: lambda run, k: np.repeat(right(run, k)[:, :1], run.net.sizes[k], axis=1),
        "the same weights for every node of a layer",
        "F4",
        "Two hidden nodes start with the same weights. In what will they ever differ?",
        "07 section 7, later in the course",
        0.25,
    ),
    Mistake(
        "60",
        "drawn",
        lambda right: lambda run, k: (right(run, k) + 1) / 2,
        "weights of one sign only",
        "F4",
        "random_sample gives numbers from 0 to 1. How do they come to lie between −1 and 1?",
        "05 section 2, later in the course",
    ),
    Mistake(
        "63",
        "drawn",
        lambda right: lambda run, k: right(run, k)[1:],
        "no row for the biases",
        "D1",
        "How many rows has a layer's matrix, when node 0 has one too?",
        "02 section 7",
    ),
    # a penalty on large weights (beside the article)
    Mistake(
        "23",
        "penalty",
        _instead(lambda run, k: run.strength * run.weights[k - 1]),
        "a penalty on the biases too",
        "F4",
        "Which weights stand in the sum of the penalty? Does i begin at 0 or at 1?",
        "02 section 7",
    ),
    Mistake(
        "23b",
        "penalty",
        _scaled(lambda run, k: 2),
        "a factor 2 that the ½ of the penalty has already used up",
        "F4",
        "What becomes of the 2 from the square?",
        "03 section 5",
    ),
    Mistake(
        "23c",
        "penalty",
        _scaled(lambda run, k: -1),
        "a penalty that makes weights larger",
        "F4",
        "The penalty grows with a weight's size. Which sign has its slope, for a positive weight?",
        "02 section 6",
    ),
    Mistake(
        "23d",
        "penalty",
        _scaled(lambda run, k: 0.5),
        "the ½ of the penalty still there after differentiating",
        "F4",
        "What becomes of the 2 from the square?",
        "03 section 5",
    ),
    Mistake(
        "23e",
        "penalty",
        _scaled(lambda run, k: 1 / run.strength),
        "the strength of the penalty left out",
        "F4",
        "What does your penalty do when its strength becomes 0?",
        "02 section 6",
    ),
    Mistake(
        "23f",
        "penalty",
        lambda right: lambda run, k: right(run, k) * run.weights[k - 1],
        "the penalty itself, where its slope belongs",
        "F4",
        "Which function of w has the slope that you need, and what did you add?",
        "03 section 4",
    ),
    Mistake(
        "23h",
        "penalty",
        lambda right: lambda run, k: right(run, k) * run.weights[k - 1] / 2,
        "the penalty itself, where its slope belongs",
        "F4",
        "Which function of w has the slope that you need, and what did you add?",
        "03 section 4",
    ),
    Mistake(
        "23g",
        "penalised",
        _instead(lambda run, k: run.penalty),
        "the slope of the penalty alone, without that of E",
        "F4",
        "Two things are added up and made small together. Whose slope is missing?",
        "02 section 6",
    ),
    # batches (R3)
    Mistake(
        "65",
        "batch_share",
        _instead(lambda run, k: 1 / len(run.batches)),
        "a mean of the batches' means, whatever their sizes",
        "D2, A4",
        "One batch has one pair, another a hundred. How much should a single pair count in each?",
        "04 section 5",
    ),
    Mistake(
        "65b",
        "batch_share",
        _instead(lambda run, k: 1 / sum(run.batches)),
        "means added up, and divided by the number of pairs",
        "D2, A4",
        "Each part's answer is a mean already. What makes a sum over its pairs of it?",
        "04 section 5",
    ),
    Mistake(
        "66",
        "batch_share",
        _instead(lambda run, k: 1.0),
        "a sum of means",
        "D2, A4",
        "Cut one batch into two equal ones. Should the gradient change?",
        "04 section 5",
    ),
    Mistake(
        "67",
        "batch_share",
        _instead(lambda run, k: run.batches[k]),
        "a sum over all pairs, not divided by their number",
        "D2, A4",
        "Each batch's gradient times its size is a sum. Of how many pairs is the mean wanted?",
        "04 section 5",
    ),
    # what a hidden node looks for (H4)
    Mistake(
        "68",
        "wanted",
        _instead(lambda run, k: (np.abs(run.column) > np.abs(run.column).mean()) * 1.0),
        "the sizes of the weights, without their signs",
        "H4",
        "An input with a large negative weight is switched on. Does a rise or fall?",
        "09 section 5",
    ),
    Mistake(
        "68b",
        "wanted",
        _instead(lambda run, k: np.sign(run.column)),
        "inputs of −1, where an input is 0 or 1",
        "H4",
        "Which is the lowest value that an input can have here?",
        "09 section 5",
    ),
    Mistake(
        "68c",
        "wanted",
        _instead(lambda run, k: run.column),
        "the weights themselves, where inputs are asked for",
        "H4",
        "Which values can an input have here?",
        "09 section 5",
    ),
    Mistake(
        "69",
        "wanted",
        lambda right: lambda run, k: 1 - right(run, k),
        "the input that switches the node off",
        "H4",
        "Put your input into the node. Is a larger or smaller than with all inputs 0?",
        "09 section 5",
    ),
    Mistake(
        "70",
        "column",
        _instead(lambda run, k: run.weights[0][:-1, k]),
        "the bias read as the weight of the first input",
        "D1",
        "Which row of the matrix is no input at all?",
        "02 section 7",
    ),
    # a numeric gradient, and a gradient check (D5)
    Mistake(
        "83",
        "divided",
        _scaled(lambda run, k: 2),
        "a difference over the width 2h, divided by h",
        "D5",
        "How far apart are the two places at which you ask for E?",
        "06 section 2",
    ),
    Mistake(
        "18c",
        "divided",
        _row_0(lambda g, run, k: 0),
        "slopes of 0 for all biases",
        "D5",
        "Which rows does your loop visit?",
        "06 section 1",
    ),
    Mistake(
        "83b",
        "divided",
        _scaled(lambda run, k: 0.5),
        "a difference over the width h, divided by 2h",
        "D5",
        "How far apart are the two places at which you ask for E?",
        "06 section 2",
    ),
    Mistake(
        "83c",
        "divided",
        _scaled(lambda run, k: -1),
        "the two values of E subtracted the wrong way round",
        "D5",
        "Which of the two values of E belongs to the larger weight?",
        "06 section 2",
    ),
    Mistake(
        "42",
        "judged",
        _instead(lambda run, k: float(run.absolute < 1e-5)),
        "an absolute threshold",
        "D5",
        "All slopes become 10,000 times smaller. Does your threshold still tell right from wrong?",
        "06 section 5",
    ),
    Mistake(
        "42b",
        "judged",
        _instead(lambda run, k: float(abs(run.off).max() < 0.02)),
        "a threshold so wide that wrong slopes pass",
        "D5",
        "To how many digits does a right formula agree with a good nudge?",
        "06 section 5",
    ),
    Mistake(
        "42c",
        "judged",
        _instead(lambda run, k: float(abs(run.off[0]) < 1e-6)),
        "the first slope alone, all others unseen",
        "D5",
        "At which slope does your loop come to its return?",
        "06 section 5",
        0.25,
    ),
    Mistake(
        "42f",
        "judged",
        _instead(lambda run, k: float(abs(run.off[-1]) < 1e-6)),
        "the last slope alone, all others unseen",
        "D5",
        "Your verdict is written anew for each slope. What is left of the first ones?",
        "06 section 5",
        0.25,
    ),
    Mistake(
        "42g",
        "judged",
        _instead(lambda run, k: float(abs(run.without_biases).max() < 1e-6)),
        "the biases' slopes, unseen",
        "D5",
        "Which rows does your loop visit?",
        "06 section 5",
    ),
    Mistake(
        "42h",
        "judged",
        _instead(lambda run, k: float(abs(run.first_layer).max() < 1e-6)),
        "the first layer alone",
        "D5",
        "How many matrices are in the list, and to how many does your loop come?",
        "06 section 5",
        0.25,
    ),
    Mistake(
        "42i",
        "judged",
        _instead(lambda run, k: float(run.absolute < 1e-2)),
        "an absolute threshold, and a wide one",
        "D5",
        "How large are the slopes themselves, beside your threshold?",
        "06 section 5",
    ),
    Mistake(
        "42k",
        "judged",
        _instead(lambda run, k: float(run.absolute < 1e-8)),
        "an absolute threshold, though a narrow one",
        "D5",
        "All slopes become 10,000 times smaller, and one is off by a thousandth of itself. Is that "
        "above your threshold?",
        "06 section 5",
    ),
    Mistake(
        "42l",
        "judged",
        _instead(lambda run, k: float(abs(run.off).max() < 1e-6 and run.smallest > 0)),
        "a right slope of exactly 0, refused",
        "D5",
        "The slope is 0, and the given one is 0 too. What does your condition say: is 0 < 0, or "
        "what is 0/0?",
        "06 section 5",
    ),
    Mistake(
        "42m",
        "judged",
        _instead(lambda run, k: float(abs(run.off).max() < 0.005)),
        "a threshold so wide that wrong slopes pass",
        "D5",
        "To how many digits does a right formula agree with a good nudge?",
        "06 section 5",
    ),
    Mistake(
        "42j",
        "judged",
        _instead(lambda run, k: float(run.absolute < 1e-3 * run.largest)),
        "a difference divided by the largest slope of all",
        "D5",
        "A slope is a thousandth of the largest, and wholly wrong. What does your quotient say?",
        "06 section 5",
    ),
    Mistake(
        "42d",
        "judged",
        _instead(lambda run, k: float(run.off.max() < 1e-6)),
        "slopes that are too small, unseen: a difference with its sign",
        "D5",
        "A difference is negative, and large. Is it below your threshold?",
        "06 section 5",
    ),
    Mistake(
        "42e",
        "judged",
        _instead(lambda run, k: float((-run.off).max() < 1e-6)),
        "slopes that are too large, unseen: a difference with its sign",
        "D5",
        "A difference is negative, and large. Is it below your threshold?",
        "06 section 5",
    ),
    Mistake(
        "71",
        "judged",
        _instead(lambda run, k: 1.0),
        "a check that cannot fail",
        "D5",
        "Which gradient would your function refuse?",
        "06 section 7",
        0.0,
    ),
    Mistake(
        "72",
        "judged",
        _instead(lambda run, k: 0.0),
        "a check that nothing passes",
        "D5",
        "Print the largest difference for the right gradient. Is it small?",
        "06 section 5",
        0.0,
    ),
    Mistake(
        "72b",
        "judged",
        lambda right: lambda run, k: 1.0 - right(run, k),
        "the verdict the wrong way round",
        "D5",
        "What does your function return when no slope is off?",
        "06 section 5",
    ),
    # how far, and at what cost
    Mistake(
        "77",
        "boundary",
        _scaled(lambda run, k: 0.5),
        "the learning rate that reaches the minimum in one step",
        "F4",
        "With 1/λ one step arrives. How much larger may α be until the distance stops shrinking?",
        "07 section 3",
    ),
    Mistake(
        "78",
        "boundary",
        _scaled(lambda run, k: run.curvatures.max() / run.curvatures.min()),
        "the flattest direction asked, where the steepest decides",
        "F4",
        "In which direction does the distance grow first?",
        "07 section 3",
    ),
    Mistake(
        "78b",
        "boundary",
        _scaled(lambda run, k: run.curvatures.max() / run.curvatures.mean()),
        "the mean of the curvatures, where the steepest decides",
        "F4",
        "In which direction does the distance grow first?",
        "07 section 3",
    ),
    Mistake(
        "78c",
        "boundary",
        _scaled(lambda run, k: run.curvatures.max() / run.curvatures[-1]),
        "the last of the curvatures, where the largest decides",
        "F4",
        "They may come in any order. Which of them is the largest in 0.4, 2.5, 1.2?",
        "07 section 3",
    ),
    Mistake(
        "78d",
        "boundary",
        _scaled(lambda run, k: run.curvatures.max() / run.curvatures[0]),
        "the first of the curvatures, where the largest decides",
        "F4",
        "They may come in any order. Which of them is the largest in 0.4, 2.5, 1.2?",
        "07 section 3",
    ),
    Mistake(
        "78e",
        "boundary",
        _instead(lambda run, k: run.curvatures.max() / 2),
        "the boundary upside down",
        "F4",
        "Does a steeper direction ask for longer steps or for shorter ones?",
        "07 section 3",
    ),
    Mistake(
        "74d",
        "counted",
        _instead(lambda run, k: run.counts[:1] * np.array([1, 2])),
        "a backward phase taken for exactly two forward phases",
        "R3",
        "Which layers need no sum of A3?",
        "04 section 4",
    ),
    Mistake(
        "76b",
        "counted",
        _scaled(lambda run, k: 1 / run.N),
        "one pair alone",
        "R3",
        "How often is each product made when there are N pairs?",
        "04 section 2",
    ),
    Mistake(
        "76c",
        "counted",
        lambda right: lambda run, k: right(run, k)[::-1],
        "forward and backward exchanged",
        "R3",
        "Which of the two makes slopes, and so needs more?",
        "04 section 1",
    ),
    Mistake(
        "74",
        "forward_count",
        _instead(lambda run, k: run.N * run.sizes[k - 1] * run.sizes[k]),
        "product sums without node 0",
        "D1",
        "How many rows has a layer's matrix of weights?",
        "02 section 7",
    ),
    Mistake(
        "74b",
        "slopes_count",
        _instead(lambda run, k: run.N * run.sizes[k - 1] * run.sizes[k]),
        "slopes without those of the biases",
        "D7, A1",
        "How many slopes has a layer?",
        "02 section 7",
    ),
    Mistake(
        "74c",
        "slopes_count",
        _instead(lambda run, k: 2 * run.N * (run.sizes[k - 1] + 1) * run.sizes[k]),
        "the slopes counted twice",
        "A1, A4",
        "Does your second number hold the forward phase as well? Or did you count A1 and A4 one by "
        "one, which are one product?",
        "04 section 4",
    ),
    Mistake(
        "75b",
        "back_count",
        _instead(lambda run, k: run.N * (run.sizes[k] + 1) * run.sizes[k + 1] if k > 0 else 0),
        "node 0 on the way back",
        "D16, A3",
        "Does node 0 get an error term?",
        "03 section 6",
    ),
    Mistake(
        "75",
        "back_count",
        _instead(lambda run, k: run.N * run.sizes[k] * run.sizes[k + 1]),
        "error terms for the inputs too",
        "D16, A3",
        "Which layers need a δ? Does anything ask for that of layer 0?",
        "04 section 4",
    ),
    Mistake(
        "76",
        "slopes_count",
        _instead(lambda run, k: 0),
        "the error terms alone, without the slopes made of them",
        "D7, A1",
        "Once all δ are known, what is still to be multiplied?",
        "04 section 2",
    ),
    Mistake(
        "80",
        "back_count",
        _instead(lambda run, k: 0),
        "the slopes alone, without the error terms that they are made of",
        "D16, A3",
        "How does a hidden layer come by its δ?",
        "04 section 2",
    ),
    # a case for a gradient check
    Mistake(
        "43",
        "case",
        _on_another_network(lambda sizes: (sizes[0], 4, 1)),
        "a case with a single output behind a single hidden layer",
        "D16",
        "With one output, what is the difference between a sum over l, a mean and a single path?",
        "06 section 7",
    ),
    Mistake(
        "43b",
        "case",
        lambda right: (
            lambda run, k: (*right(run, k)[:2], *(rows[:1] for rows in right(run, k)[2:]))
        ),
        "a case with a single pair",
        "D2",
        "With N = 1, what is the difference between a sum over the pairs and a mean?",
        "06 section 7",
    ),
    Mistake(
        "43c",
        "case",
        _on_another_network(output="identity"),
        "a case with the identity at the output",
        "D9",
        "With g_o the identity, what is g_o′?",
        "06 section 7",
    ),
    Mistake(
        "43e",
        "case",
        _on_another_network(hidden="identity"),
        "a case with the identity at the hidden nodes",
        "D16",
        "With g the identity, what is g′?",
        "06 section 7",
    ),
    Mistake(
        "43d",
        "case",
        _on_another_network(lambda sizes: (sizes[0], sizes[-1])),
        "a case without a hidden layer",
        "D16",
        "In which layers is A3 used? How many of them has your network?",
        "06 section 7",
        0.25,
    ),
    # what a training prints (R1)
    Mistake(
        "73",
        "reported",
        _instead(lambda run, k: _outputs_now(run)),
        "the outputs after the last update, not those of the last forward phase",
        "R1",
        "After the loop the weights have moved once more. Which outputs does the reference "
        "example print?",
        "05 section 2",
    ),
    Mistake(
        "73b",
        "given",
        lambda right: lambda run, k: (*right(run, k)[:2], 1, right(run, k)[3]),
        "the outputs of the starting weights",
        "R1",
        "Does your update reach the list of weights that the next forward phase uses?",
        "05 section 2",
    ),
    Mistake(
        "73c",
        "given",
        lambda right: (
            lambda run, k: (*right(run, k)[:2], max(1, right(run, k)[2] - 1), right(run, k)[3])
        ),
        "one forward phase too few",
        "R1",
        "How many forward phases are made for that many iterations, and which is the last?",
        "05 section 2",
    ),
    Mistake(
        "73d",
        "given",
        lambda right: lambda run, k: (*right(run, k)[:3], 1),
        "the seed 1, whichever is given",
        "R1",
        "Which of the four arguments does your code not use?",
        "05 section 5",
    ),
    Mistake(
        "73e",
        "given",
        lambda right: lambda run, k: (right(run, k)[0], 0.1, *right(run, k)[2:]),
        "the learning rate 0.1, whichever is given",
        "R1",
        "Which of the four arguments does your code not use?",
        "05 section 5",
    ),
    Mistake(
        "73f",
        "given",
        lambda right: lambda run, k: (3, *right(run, k)[1:]),
        "three hidden nodes, however many are asked for",
        "R1",
        "Which of the four arguments does your code not use?",
        "05 section 5",
    ),
    # slopes along any computation (reverse mode)
    Mistake(
        "36",
        "collected",
        _instead(lambda run, k: run.passed),
        "slopes that overwrite each other where a value is used twice",
        "D11",
        "The value goes into two sums. Through how many ways does it reach the end?",
        "12 section 2",
    ),
    Mistake(
        "37",
        "ways",
        _instead(right_steps.first_met_first),
        "a value that passes its slope on before all of it has arrived",
        "D11",
        "A value is used twice, once close to the end and once far from it. When is its slope "
        "complete?",
        "12 section 3",
    ),
    *(
        Mistake(
            number,
            "ways",
            _instead(right_steps.in_depth(last_first)),
            "a value that passes its slope on before all of it has arrived",
            "D11",
            "A value is used twice, once close to the end and once far from it. When is its slope "
            "complete?",
            "12 section 3",
        )
        for number, last_first in (("37d", True), ("37e", False))
    ),
    Mistake(
        "37f",
        "ways",
        _instead(lambda run, k: right_steps.ways(run, k)[::-1]),
        "slopes passed on from the start of the computation to its end",
        "D13",
        "Which value's slope is known at first? Where does your loop begin?",
        "12 section 1",
    ),
    Mistake(
        "37b",
        "ways",
        _instead(right_steps.along_each_way),
        "a value that passes its slope on once for each way that leads to it",
        "D11",
        "A value is met twice on the way back. What has it passed on already when it is met again?",
        "12 section 3",
    ),
    Mistake(
        "37c",
        "ways",
        _instead(right_steps.at_once),
        "a value that passes its slope on each time it is met, with what it had passed on before",
        "D11",
        "A value is met twice on the way back. What has it passed on already when it is met again?",
        "12 section 3",
    ),
    Mistake(
        "87",
        "passed_on",
        _instead(lambda run, k: run.from_node.slope),
        "slopes passed on without the local slope",
        "D4",
        "The parent grows by 1. By how much does this value grow then?",
        "12 section 1",
    ),
    Mistake(
        "88",
        "passed_on",
        _instead(lambda run, k: run.local_slope),
        "the local slope alone",
        "D4",
        "The value grows by 1. By how much does the end grow then?",
        "12 section 1",
    ),
    Mistake(
        "86",
        "slope_of_end",
        _instead(lambda run, k: 0.0),
        "an end whose own slope is 0",
        "D5",
        "By how much does the end change when the end changes by 1?",
        "12 section 1",
    ),
    Mistake(
        "35b",
        "start",
        _instead(lambda run, k: None),
        "slopes of the call before, still there",
        "D11",
        "What is in .slope when your function is called a second time?",
        "12 section 3",
    ),
]


def replaced(*mistakes):
    """The steps with these mistakes in them."""
    steps = dict(right_steps.RIGHT)
    for mistake in mistakes:
        steps[mistake.step] = mistake.change(steps[mistake.step])
    return steps


# Mistakes of a program that nudges weights are read from where it evaluates E, and not from its
# numbers: `change` is a condition on that record.
WATCHED = [
    Mistake(
        "40b",
        "nudges",
        lambda seen: seen.all_at_once,
        "all weights moved at once",
        "D5",
        "When several weights move together, whose slope is it that E shows?",
        "06 section 1",
    ),
    Mistake(
        "40",
        "nudges",
        lambda seen: seen.moves_pile_up,
        "nudges that stay in the weights",
        "D5",
        "After one weight has been judged, is it back where it was? Does copying a list copy the "
        "matrices in it?",
        "06 section 1",
    ),
    Mistake(
        "41c",
        "nudges",
        lambda seen: len(seen.asked) > 2 and not seen.moves,
        "nudges that do not reach E: + h and − h in the very same matrix, a step so small that w "
        "+ h is w, or another list changed",
        "D5",
        "Does copying a list copy the matrices in it? Print plus[0] is minus[0]. Print w + h − w "
        "for your h. And is the list that you give to E the one whose entry you changed?",
        "06 section 3",
    ),
    Mistake(
        "41",
        "nudges",
        lambda seen: seen.smallest < 3e-8,
        "a step so small that the digits of E cancel",
        "D5",
        "How many digits do E(w + h) and E(w − h) share, for your h?",
        "06 section 3",
    ),
    Mistake(
        "61",
        "nudges",
        lambda seen: seen.one_sided,
        "a nudge to one side only",
        "D5",
        "What cancels when you nudge to both sides?",
        "06 section 2",
    ),
    Mistake(
        "41b",
        "nudges",
        lambda seen: seen.largest > 1.5e-4,
        "a step so large that the third derivative of E shows",
        "D5",
        "The central difference is off by about h². How large may h be for five digits?",
        "06 section 2",
    ),
]
