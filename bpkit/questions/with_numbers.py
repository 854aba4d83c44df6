"""The questions with numbers, in the order of the course.

Each function draws the numbers of one question and says them; the line above it names the question,
the section that answers it, the function of diagnosis/answers.py that computes the answer, and the
mistakes that can give a wrong one.
"""

import numpy as np

from ..activations import ACTIVATIONS
from ..diagnosis import answers
from ..diagnosis import steps as s
from ..diagnosis.cases import Node
from ..network import Network
from .computed import Drawn, computed, exactly, said
from .question import Question

SIGMOID, TANH = ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"]


def entry(part, *index):
    """Reads one entry of one of the arrays that an answer is made of."""
    return lambda found: np.asarray(found[part])[index]


def column(*numbers):
    return np.array(numbers, dtype=float)[:, None]


def listed(numbers):
    *most, last = map(said, numbers)
    return f"{', '.join(most)} and {last}"


# ------------------------------------------------------------ 02: networks and their error


@computed("product sum", "02 section 3", answers.product_sums, "52 17 53b")
def product_sum(draw):
    (w0, w1, w2), (x1, x2) = draw.weights(3), draw.between_0_and_1(2)
    text = (
        f"A node has the bias {said(w0)} and the weights {said(w1)} and {said(w2)} for the inputs "
        f"{said(x1)} and {said(x2)}. What is its product sum a?"
    )
    return Drawn(text, (np.array([[x1, x2]]), column(w0, w1, w2)), entry(0, 0, 0))


@computed("output of a node", "02 section 2", answers.layer_outputs, "53c 59b 52 17")
def output_of_a_node(draw):
    (w0, w1), x = draw.weights(2), draw.one_of(2.0, 3.0, 4.0)
    text = (
        f"A hidden node with the sigmoid has the bias {said(w0)}, and one weight, {said(w1)}, for "
        f"the input {said(x)}. What is its output o?"
    )
    weights = [column(w0, w1), column(0.1, 1)]
    return Drawn(text, (Network((1, 1, 1)), weights, column(x)), entry(0, 0, 0))


@computed("output of a network", "02 section 2", answers.layer_outputs, "53 54 55 59b 52")
def output_of_a_network(draw):
    (w, v), x, b = draw.weights(2), draw.one_of(1.0, 2.0, 3.0), draw.one_of(0.5, -0.5, 1.0)
    text = (
        f"The input {said(x)} goes over the weight {said(w)} into a hidden node with the sigmoid, "
        f"whose bias is 0. Its output goes over the weight {said(v)} into the output node, which "
        f"has the bias {said(b)}, and tanh as g_o. What is ŷ?"
    )
    net, weights = Network((1, 1, 1), output="tanh"), [column(0, w), column(b, v)]
    return Drawn(text, (net, weights, column(x)), entry(1, 0, 0))


@computed("E of one pair", "02 section 4", answers.mean_squared_error, "03b 58b 56 56b 56c")
def error_of_one_pair(draw):
    y = np.array(draw.different(2, 1.0, 2.0, 3.0, 4.0))
    y_hat = y + draw.different(2, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
    text = (
        f"A network has two outputs. For a single pair they are {listed(y_hat)}, and the targets "
        f"are {listed(y)}. What is E?"
    )
    return Drawn(text, (y_hat[None], y[None]), lambda found: found[0])


@computed("E of several pairs", "02 section 4", answers.mean_squared_error, "01b 03b 57 56c 01c")
def error_of_several_pairs(draw):
    y = np.array(draw.different(3, 1.0, 2.0, 3.0, 4.0, 5.0))
    y_hat = y + draw.different(3, -2.0, -1.0, -0.5, 0.5, 1.0, 1.5)
    text = (
        f"For three pairs a network with one output gives {listed(y_hat)}; the targets are "
        f"{listed(y)}. What is E?"
    )
    return Drawn(text, (column(*y_hat), column(*y)), lambda found: found[0])


# ------------------------------------------------------- 03: deriving the gradients


def _output_term(net, a, y):
    y_hat = net.g_o.value(np.array([[a]]))
    return y_hat.item(), (net, np.array([[a]]), y_hat, np.array([[y]]))


@computed(
    "δ of an output with the sigmoid",
    "03 section 5",
    answers.output_error_term,
    "03 04 05 27b 11b 12g 03c 11e",
)
def delta_of_a_sigmoid_output(draw):
    a, y = draw.one_of(-1.5, -1.0, -0.5, 0.5, 1.0, 1.5), draw.one_of(0.0, 1.0)
    y_hat, arguments = _output_term(Network((1, 1, 1), output="sigmoid"), a, y)
    text = (
        f"The output node has the sigmoid as g_o. For a pair its product sum is a = {said(a)}, so "
        f"that ŷ = {exactly(y_hat)}, and the target is {said(y)}. What is δ of this node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


@computed(
    "δ of an output with tanh",
    "03 section 5",
    answers.output_error_term,
    "12b 05 10b 11b 09b 12f 04",
)
def delta_of_a_tanh_output(draw):
    a, y = draw.one_of(-1.5, -1.2, -0.8, 0.8, 1.2, 1.5), draw.one_of(-1.0, 0.0, 1.0)
    y_hat, arguments = _output_term(Network((1, 1, 1), output="tanh"), a, y)
    text = (
        f"The output node has tanh as g_o. For a pair its product sum is a = {said(a)}, so that ŷ "
        f"= {exactly(y_hat)}, and the target is {said(y)}. What is δ of this node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


@computed(
    "δ of an output with the identity",
    "03 section 5",
    answers.output_error_term,
    "12b 04 03 03c 12g",
)
def delta_of_an_identity_output(draw):
    y_hat, y = draw.different(2, 0.2, 0.4, 0.7, 0.9, 1.3, 1.6)
    _, arguments = _output_term(Network((1, 1, 1)), y_hat, y)
    text = (
        f"The output node has the identity as g_o. For a pair ŷ = {exactly(y_hat)}, and the target "
        f"is {said(y)}. What is δ of this node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


def _hidden_term(net, a, weights, deltas):
    """One hidden node, and the nodes that its output goes to."""
    a = np.array([[float(a)]])
    o = net.g.value(a)
    w_after = np.array([np.full(len(weights), 0.1), weights])
    return o.item(), (net, a, o, w_after, np.array([deltas]))


@computed(
    "δ over two paths",
    "03 section 6",
    answers.hidden_error_term,
    "29 30 31 29b 31c 07 31b",
)
def delta_over_two_paths(draw):
    weights, deltas, a = draw.weights(2), draw.deltas(2), draw.one_of(-1.0, -0.5, 0.5, 1.0)
    o, arguments = _hidden_term(Network((1, 1, 2)), a, weights, deltas)
    text = (
        f"A hidden node has the sigmoid and the output o = {exactly(o)}. Its weights to the two "
        f"nodes of the next layer are {listed(weights)}, and those nodes have δ = "
        f"{said(deltas[0])} and δ = {said(deltas[1])}. What is δ of the hidden node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


@computed(
    "δ of a hidden node with the sigmoid",
    "03 section 6",
    answers.hidden_error_term,
    "11 07 10 09 11c 11d 12c",
)
def delta_of_a_sigmoid_node(draw):
    (w,), (delta,) = draw.weights(1), draw.deltas(1)
    a = draw.one_of(-1.5, -1.0, 0.5, 1.0, 1.5)
    o, arguments = _hidden_term(Network((1, 1, 1)), a, [w], [delta])
    text = (
        f"A hidden node with the sigmoid has a = {said(a)} and o = {exactly(o)}. Its only weight "
        f"leads on to a node with δ = {said(delta)}, and is {said(w)}. What is δ of the hidden "
        "node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


@computed(
    "δ of a hidden node with tanh",
    "03 section 6",
    answers.hidden_error_term,
    "12 10 07 11 09 12e",
)
def delta_of_a_tanh_node(draw):
    (w,), (delta,), a = draw.weights(1), draw.deltas(1), draw.one_of(-1.2, -0.8, 0.8, 1.2)
    o, arguments = _hidden_term(Network((1, 1, 1), hidden="tanh"), a, [w], [delta])
    text = (
        f"A hidden node with tanh has a = {said(a)} and o = {exactly(o)}. Its only weight leads on "
        f"to a node with δ = {said(delta)}, and is {said(w)}. What is δ of the hidden node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


@computed(
    "δ with the weights' places",
    "03 section 6",
    answers.hidden_error_term,
    "28 16 29",
)
def delta_with_the_weights_places(draw):
    w, deltas = np.array([draw.weights(2) for _ in range(3)]), draw.deltas(2)
    text = (
        "Two hidden nodes with the identity as g lead on to two nodes. In the matrix of the "
        f"weights between them the row of the biases is ({said(w[0, 0])}, {said(w[0, 1])}), that "
        f"of the first hidden node ({said(w[1, 0])}, {said(w[1, 1])}), and that of the second "
        f"({said(w[2, 0])}, {said(w[2, 1])}). The two nodes that they lead to have δ = "
        f"{said(deltas[0])} and δ = {said(deltas[1])}. What is δ of the first hidden node?"
    )
    net, a = Network((1, 2, 2), hidden="identity"), np.array([[0.5, -0.5]])
    return Drawn(text, (net, a, a, w, np.array([deltas])), entry(0, 0, 0))


def _chain(draw, hidden=1, output="identity"):
    """A chain with one node in each layer and no biases: its numbers, and the right forward "
    "phase."""
    net = Network((1,) * (hidden + 2), output=output)
    weights = [column(0, w) for w in draw.weights(hidden + 1)]
    x = draw.one_of(1.0, 2.0, 3.0)
    y = draw.one_of(0.0, 1.0) if output == "sigmoid" else draw.one_of(0.0, 1.0, -1.0)
    run = s.new_run(net, weights, column(x))
    s.forward_phase(s.RIGHT, run)
    return net, weights, x, y, run


@computed("slope of the last weight", "03 section 4", answers.gradients, "26 27 04 03")
def slope_of_the_last_weight(draw):
    net, weights, x, y, run = _chain(draw)
    text = (
        "In a chain of one input, one hidden node with the sigmoid and one output with the "
        f"identity, the hidden node has a = {exactly(run.a[1].item())} and o = "
        f"{exactly(run.o[1].item())}. The output is ŷ = {exactly(run.o[2].item())}, and the target "
        f"of this one pair is {said(y)}. What is the slope of E along the weight that leads from "
        "the hidden node to the output?"
    )
    return Drawn(text, (net, weights, column(x), column(y)), entry(1, 1, 0))


@computed("slope of a bias", "03 section 4", answers.gradients, "24 07c 05 20c 18")
def slope_of_a_bias(draw):
    net, weights, x, y, run = _chain(draw, output="sigmoid")
    text = (
        f"A hidden node with the output o = {exactly(run.o[1].item())} leads to the only output "
        f"node, which has the sigmoid. For the only pair ŷ = {exactly(run.o[2].item())}, and the "
        f"target is {said(y)}. What is the slope of E along the output node's bias?"
    )
    return Drawn(text, (net, weights, column(x), column(y)), entry(1, 0, 0))


@computed("slope far from the end", "03 section 7", answers.gradients, "08 14 07 16b 26")
def slope_far_from_the_end(draw):
    net, weights, x, y, run = _chain(draw, hidden=2)
    w = [weight[1, 0] for weight in weights]
    text = (
        f"A chain has the input {said(x)}, two hidden nodes with the sigmoid and an output with "
        f"the identity; its three weights are {listed(w)}, and all biases are 0. The hidden nodes "
        f"have o = {exactly(run.o[1].item())} and then o = {exactly(run.o[2].item())}. With the "
        f"target {said(y)} the output has δ = {exactly(run.o[3].item() - y)}. What is the slope of "
        "E along the first weight?"
    )
    return Drawn(text, (net, weights, column(x), column(y)), entry(0, 1, 0))


@computed("δ carried past a slope", "03 section 6", answers.gradients, "07b 07 05 04")
def delta_carried_past_a_slope(draw):
    net, weights, x, y, run = _chain(draw, output="sigmoid")
    text = (
        f"A chain has the input {said(x)}, a hidden node with o = {exactly(run.o[1].item())} and "
        f"an output with ŷ = {exactly(run.o[2].item())}, both with the sigmoid. The target is "
        f"{said(y)}, and the weight between the two nodes is {said(weights[1][1, 0])}. What is the "
        "slope of E along the weight from the input to the hidden node?"
    )
    return Drawn(text, (net, weights, column(x), column(y)), entry(0, 1, 0))


# ---------------------------------------------------------------- 04: the algorithm


@computed("slopes of all pairs", "04 section 5", answers.combined_gradient, "01 02 34 34b 34c 04c")
def slopes_of_all_pairs(draw):
    slopes = draw.deltas(4)
    text = (
        f"For four pairs the slopes of E_d along one weight are {listed(slopes)}. What is the "
        "slope of E along this weight?"
    )
    return Drawn(text, (np.array(slopes)[:, None, None],), entry(0, 0, 0))


@computed("two pairs and their δ", "04 section 2", answers.layer_gradient, "34d 01 34 02")
def two_pairs_and_their_delta(draw):
    outputs, deltas = draw.between_0_and_1(2), draw.deltas(2)
    text = (
        f"A weight starts at a node that gives {said(outputs[0])} for the first pair and "
        f"{said(outputs[1])} for the second. The node at its end has δ = {said(deltas[0])} and δ = "
        f"{said(deltas[1])}. What is the slope of E along this weight?"
    )
    before = np.hstack([np.ones((2, 1)), column(*outputs)])
    return Drawn(text, (before, column(*deltas)), entry(0, 1, 0))


@computed("biases of a layer", "04 section 2", answers.layer_gradient, "20 20b 19 18 17b 01")
def biases_of_a_layer(draw):
    deltas, outputs = np.array([draw.deltas(2), draw.deltas(2)]), draw.between_0_and_1(2)
    text = (
        "A layer has two nodes, and there are two pairs. For the first pair the nodes have δ = "
        f"{said(deltas[0, 0])} and δ = {said(deltas[0, 1])}, for the second pair δ = "
        f"{said(deltas[1, 0])} and δ = {said(deltas[1, 1])}. The only node before them, besides "
        f"node 0, gives {said(outputs[0])} for the first pair and {said(outputs[1])} for the "
        "second. What is the slope of E along the first node's bias?"
    )
    before = np.hstack([np.ones((2, 1)), column(*outputs)])
    return Drawn(text, (before, deltas), entry(0, 0, 0))


@computed("pairs and outputs", "04 section 5", answers.layer_gradient, "58 01 02 34 19b")
def pairs_and_outputs(draw):
    deltas, outputs = np.array([draw.deltas(3), draw.deltas(3)]), draw.between_0_and_1(2)
    text = (
        "A network has three outputs, and there are two pairs. For output 1, δ is "
        f"{said(deltas[0, 0])} for the first pair and {said(deltas[1, 0])} for the second. The "
        f"last hidden node gives {said(outputs[0])} and {said(outputs[1])}. What is the slope of E "
        "along the weight from this node to output 1?"
    )
    before = np.hstack([np.ones((2, 1)), column(*outputs)])
    return Drawn(text, (before, deltas), entry(0, 1, 0))


@computed("a bias of zero", "03 section 4", answers.gradients, "22 24 01 04")
def a_bias_of_zero(draw):
    net, (w,), x = Network((1, 1)), draw.weights(1), draw.between_0_and_1(2)
    y = draw.different(2, -1.0, 0.0, 1.0, 2.0)
    y_hat = [w * one for one in x]
    text = (
        f"A single node with the identity has the bias 0 and the weight {said(w)}. For the inputs "
        f"{listed(x)} it gives {listed(y_hat)}; the targets are {listed(y)}. What is the slope of "
        "E along the bias?"
    )
    return Drawn(text, (net, [column(0, w)], column(*x), column(*y)), entry(0, 0, 0))


@computed("a step", "02 section 6", answers.updated_weights, "04b 50 51 51b 50b")
def a_step(draw):
    (w,), (slope,), alpha = draw.weights(1), draw.deltas(1), draw.one_of(0.2, 0.3, 0.5)
    text = (
        f"A weight is {said(w)}, and the slope of E along it is {said(slope)}. What is the weight "
        f"after one step with α = {said(alpha)}?"
    )
    return Drawn(text, ([column(0.1, w)], [column(0.2, slope)], alpha), entry(0, 1, 0))


@computed("a step of a bias", "02 section 6", answers.updated_weights, "64 04b 51 50")
def a_step_of_a_bias(draw):
    (w,), (slope,), alpha = draw.weights(1), draw.deltas(1), draw.one_of(0.2, 0.3, 0.5)
    text = (
        f"A node's bias is {said(w)}, and the slope of E along it is {said(slope)}. What is the "
        f"bias after one step with α = {said(alpha)}?"
    )
    return Drawn(text, ([column(w, 0.1)], [column(slope, 0.2)], alpha), entry(0, 0, 0))


@computed(
    "an iteration with two pairs", "04 section 4", answers.weights_after_a_step, "89 01 04b 50"
)
def an_iteration_with_two_pairs(draw):
    (w,), x = draw.weights(1), draw.different(2, 1.0, 2.0, 3.0)
    y, alpha = draw.different(2, -1.0, 0.0, 1.0, 2.0), draw.one_of(0.1, 0.2)
    text = (
        f"A single node with the identity has the bias 0 and the weight {said(w)}. The pairs are x "
        f"= {said(x[0])} with the target {said(y[0])}, and x = {said(x[1])} with the target "
        f"{said(y[1])}. What is the weight after one iteration of the algorithm with α = "
        f"{said(alpha)}?"
    )
    arguments = (Network((1, 1)), [column(0, w)], column(*x), column(*y), alpha)
    return Drawn(text, arguments, entry(0, 1, 0))


@computed("two iterations", "04 section 4", answers.printed_outputs, "90 73 04b")
def two_iterations(draw):
    (w,), x, alpha = draw.weights(1), draw.one_of(1.0, 2.0), draw.one_of(0.1, 0.2)
    y = draw.one_of(-1.0, 1.0, 2.0)
    text = (
        f"A single node with the identity has the weight {said(w)} for the input {said(x)}, and "
        f"its bias is 0 at the start; the target of the only pair is {said(y)}. Three iterations "
        f"are made with α = {said(alpha)}, and each update moves the weight and the bias. Which ŷ "
        "does the third forward phase give?"
    )
    arguments = (Network((1, 1)), [column(0, w)], column(x), column(y), alpha, 3)
    return Drawn(text, arguments, entry(0, 0, 0))


def _second_call(steps, memory, net, weights, *calls):
    for X, y in calls:
        found = answers.gradients(steps, memory, net, weights, X, y)
    return found


@computed("the second call", "04 section 4", _second_call, "35 38 04")
def the_second_call(draw):
    (w,), x = draw.weights(1), draw.different(2, 1.0, 2.0, 3.0)
    y = draw.different(2, -1.0, 0.0, 1.0, 2.0)
    text = (
        f"A node with the identity has the bias 0 and the weight {said(w)}. A function that "
        f"returns slopes is called with the pair x = {said(x[0])}, y = {said(y[0])}, and then with "
        f"the pair x = {said(x[1])}, y = {said(y[1])}; nothing moves the weight in between. Which "
        "slope along the weight does the second call return?"
    )
    calls = [(column(a), column(b)) for a, b in zip(x, y)]
    return Drawn(text, (Network((1, 1)), [column(0, w)], *calls), entry(0, 1, 0))


@computed("batches of two sizes", "04 section 5", answers.from_batches, "65 65b 66 67")
def batches_of_two_sizes(draw):
    slopes, sizes = draw.deltas(2), draw.different(2, 10, 20, 30, 40)
    text = (
        f"Over a batch of {sizes[0]} pairs the mean slope along a weight is {said(slopes[0])}, "
        f"over another one of {sizes[1]} pairs it is {said(slopes[1])}. What is the slope over all "
        f"{sum(sizes)} pairs?"
    )
    return Drawn(text, ([column(slope) for slope in slopes], sizes), entry(0, 0, 0))


@computed("1/N in some layers", "04 section 5", answers.gradients, "01d 01 02")
def divided_in_some_layers(draw):
    net, weights = Network((1, 1, 1), hidden="identity"), [column(0, w) for w in draw.weights(2)]
    x, y = draw.different(2, 1.0, 2.0, 3.0), draw.different(2, -1.0, 0.0, 1.0, 2.0)
    run = s.new_run(net, weights, column(*x))
    s.forward_phase(s.RIGHT, run)
    deltas = (run.o[2] - column(*y))[:, 0]
    text = (
        "All nodes of a chain of one input, one hidden node and one output have the identity, and "
        f"the weight to the output is {said(weights[1][1, 0])}. For the inputs {listed(x)} the "
        f"output has δ = {said(deltas[0])} and δ = {said(deltas[1])}. What is the slope of E along "
        "the first weight?"
    )
    return Drawn(text, (net, weights, column(*x), column(*y)), entry(0, 1, 0))


def _with_alpha(steps, memory, net, weights, X, y, alpha):
    return answers.gradients(steps, memory, net, weights, X, y, alpha)


@computed("which weights go back", "04 section 6", _with_alpha, "25 16b 04")
def which_weights_go_back(draw):
    net, alpha = Network((1, 1, 1), hidden="identity"), draw.one_of(0.2, 0.3, 0.5)
    weights = [column(0, w) for w in draw.weights(2)]
    x, y = draw.one_of(1.0, 2.0), draw.one_of(-1.0, 0.0, 1.0, 2.0)
    run = s.new_run(net, weights, column(x))
    s.forward_phase(s.RIGHT, run)
    text = (
        "In a chain of one input, one hidden node and one output, all with the identity, the "
        f"input is {said(x)}, and the weights are {listed(w[1, 0] for w in weights)}. An iteration "
        f"with α = {said(alpha)} has just found δ = {exactly(run.o[2].item() - y)} for the output. "
        "Which slope of E along the first weight does it use?"
    )
    return Drawn(text, (net, weights, column(x), column(y), alpha), entry(0, 1, 0))


def _numeric(steps, memory, slope):
    run = s.new_run()
    run.gradients = {1: column(0, slope)}
    return [steps["divided"](run, 1)]


# ---------------------------------------------- 06 to 09: checks, surfaces, depth, features


@computed("a central difference", "06 section 2", _numeric, "83 83b 83c")
def a_central_difference(draw):
    slope, h = draw.one_of(-1.2, -0.8, -0.3, 0.3, 0.8, 1.2), draw.one_of(0.01, 0.02, 0.05)
    E = draw.one_of(0.5, 0.7, 0.9)
    text = (
        f"With a weight moved up by h = {h} E is {E + slope * h:.4f}, with it moved down by h E is "
        f"{E - slope * h:.4f}. Which slope does this show?"
    )
    return Drawn(text, (slope,), entry(0, 1, 0))


@computed("the largest α", "07 section 3", answers.largest_alpha, "77 78 78b 78c 78d 78e")
def the_largest_alpha(draw):
    curvatures = draw.different(3, 0.2, 0.4, 0.5, 1.0, 2.0, 4.0, 5.0, 8.0)
    text = (
        "Close to a minimum E is curved in three directions, at right angles to each other, by "
        f"{listed(curvatures)}. Gradient descent begins near there. Below which α does it come "
        "closer to the minimum, wherever it begins?"
    )
    return Drawn(text, (np.array(curvatures),), lambda found: found[0])


@computed(
    "δ of a hidden node with ReLU",
    "08 section 4",
    answers.hidden_error_term,
    "13b 13c 12 12c",
)
def delta_of_a_relu_node(draw):
    (w,), (delta,), a = draw.weights(1), draw.deltas(1), draw.one_of(0.5, 1.5, 2.0, 3.0)
    o, arguments = _hidden_term(Network((1, 1, 1), hidden="relu"), a, [w], [delta])
    text = (
        f"A hidden node with ReLU has a = {said(a)} and o = {exactly(o)}. Its only weight leads on "
        f"to a node with δ = {said(delta)}, and is {said(w)}. What is δ of the hidden node?"
    )
    return Drawn(text, arguments, entry(0, 0, 0))


@computed("δ with cross-entropy", "08 section 6", answers.output_error_term, "06 06b 06c 06d 04")
def delta_with_cross_entropy(draw):
    parts = draw.one_of((0.7, 0.2, 0.1), (0.5, 0.3, 0.2), (0.6, 0.3, 0.1), (0.2, 0.7, 0.1))
    y_hat, net = np.array([parts]), Network((1, 3), output="softmax", error="cross-entropy")
    y = np.eye(3)[[draw.one_of(0, 0, 1)]]
    text = (
        f"A network with softmax and cross-entropy gives {listed(parts)} for its three classes. "
        f"The right one is class {y.argmax() + 1}. What is δ of output 1?"
    )
    return Drawn(text, (net, np.log(y_hat), y_hat, y), entry(0, 0, 0))


def _softmax(steps, memory, a):
    run = s.new_run()
    run.a[1] = a
    return [steps["softmax_outputs"](run, 1)]


@computed("softmax of two pairs", "08 section 6", _softmax, "84 84b 85 84c 85b")
def softmax_of_two_pairs(draw):
    powers = np.array([draw.different(2, 1, 2, 3, 4, 6), draw.different(2, 1, 2, 3, 4, 6)])
    text = (
        f"A network with softmax has two outputs. For the first pair e^a is {powers[0, 0]} at "
        f"output 1 and {powers[0, 1]} at output 2, for the second pair {powers[1, 0]} and "
        f"{powers[1, 1]}. What is ŷ of output 1 for the first pair?"
    )
    return Drawn(text, (np.log(powers),), entry(0, 0, 0))


@computed("slope with a penalty", "07 section 6", answers.penalised_gradient, "23b 23c 23d 23e 23g")
def slope_with_a_penalty(draw):
    (w,), (slope,), strength = draw.weights(1), draw.deltas(1), draw.one_of(0.2, 0.3, 0.5)
    text = (
        f"The penalty ½ · {said(strength)} · Σ w² is added to E, where the sum runs over all "
        f"weights but the biases. Along a weight of {said(w)} the slope of E alone is "
        f"{said(slope)}. What is it along this weight with the penalty added?"
    )
    return Drawn(text, (column(0.1, slope), column(0.2, w), strength), entry(0, 1, 0))


@computed("a bias with a penalty", "02 section 7", answers.penalised_gradient, "23 23g")
def a_bias_with_a_penalty(draw):
    (w,), (slope,), strength = draw.weights(1), draw.deltas(1), draw.one_of(0.2, 0.3, 0.5)
    text = (
        f"The penalty ½ · {said(strength)} · Σ w² is added to E, where the sum runs over all "
        f"weights but the biases. Along a bias of {said(w)} the slope of E alone is {said(slope)}. "
        "What is it along this bias with the penalty added?"
    )
    return Drawn(text, (column(slope, 0.1), column(w, 0.2), strength), entry(0, 0, 0))


def _pattern(found):
    return " ".join(said(number) for number in np.asarray(found[0])[0])


@computed("the strongest input", "09 section 5", answers.strongest_input, "68 69 70")
def the_strongest_input(draw):
    w = draw.weights(4)
    text = (
        f"A node has the bias {said(w[0])} and the weights {listed(w[1:])}. Each of its inputs is "
        "0 or 1. For which inputs is its a as large as possible?"
    )
    return Drawn(text, (column(*w),), _pattern)


# ------------------------------------------------------ 10 and 12: cost, any computation


@computed("products forward", "10 section 2", answers.multiplications, "74 76b 76c")
def products_forward(draw):
    sizes, N = draw.different(3, 2, 3, 4, 5, 8, 10), draw.one_of(10, 20, 100)
    text = (
        f"A network has {sizes[0]} inputs, {sizes[1]} hidden nodes and {sizes[2]} outputs, all "
        "with biases, which are the weights of node 0. How many multiplications are in the "
        f"product sums of one forward phase with {N} pairs?"
    )
    return Drawn(text, (tuple(sizes), N), lambda found: found[0][0])


@computed("products backward", "10 section 2", answers.multiplications, "75 76 80 74b 74d 75b 74c")
def products_backward(draw):
    sizes, N = draw.different(3, 2, 3, 4, 5, 8, 10), draw.one_of(10, 20, 100)
    text = (
        f"A network has {sizes[0]} inputs, {sizes[1]} hidden nodes and {sizes[2]} outputs, all "
        "with biases, which are the weights of node 0. How many multiplications of a δ by a "
        f"weight, or of a δ by an output, does the backward phase make with {N} pairs? The "
        "divisions and the slopes of g are left aside."
    )
    return Drawn(text, (tuple(sizes), N), lambda found: found[0][1])


def _node(name, *parents):
    node = Node(*parents)
    node.name = name
    return node


def _slope_of(name):
    return lambda nodes: next(node.slope for node in nodes if node.name == name)


@computed("a value used twice", "12 section 2", answers.slopes_by_reverse_mode, "36 87")
def a_value_used_twice(draw):
    a, b, c = draw.different(3, 2.0, 3.0, 4.0, 5.0, 6.0)
    p, q = _node("p"), _node("q")
    end = _node("z", (_node("u", (p, b), (q, a)), 1.0), (p, c))
    text = (
        f"From p = {said(a)} and q = {said(b)} a program computes u = p · q, and then z = u + "
        f"{said(c)} · p. What is the slope of z along p?"
    )
    return Drawn(text, (end,), _slope_of("p"))


@computed(
    "slopes in a wrong order",
    "12 section 3",
    answers.slopes_by_reverse_mode,
    "37 37b 36 37c 37e",
)
def slopes_in_a_wrong_order(draw):
    k, c = draw.different(2, 2.0, 3.0, 4.0, 5.0)
    p = _node("p")
    u = _node("u", (p, k))
    end = _node("z", (u, 1.0), (_node("v", (u, c)), 1.0))
    text = (
        f"A program computes u = {said(k)} · p, then v = {said(c)} · u, and then z = u + v. What "
        "is the slope of z along p?"
    )
    return Drawn(text, (end,), _slope_of("p"))


WITH_NUMBERS = [thing for thing in list(globals().values()) if isinstance(thing, Question)]
