"""One forward phase, backward phase and update, taken apart into named steps.

This is bpkit's algorithm once more, in the smallest pieces that a mistake can sit in. Each step is
a function of (run, k): what has been computed so far, and the layer. `RIGHT` holds the right ones
by name; a mistake of the catalogue puts a wrong one in the place of one of them, and everything
else stays. That is how its numbers are known, on any network.
"""

from types import SimpleNamespace

import numpy as np

from ..activations import sigmoid as right_sigmoid
from ..activations import softmax as right_softmax
from ..datasets import probe


def new_run(net=None, weights=None, X=None, y=None, alpha=None, memory=None):
    """What the steps read and write: by layer, a, o, joined (o with node 0), delta, pairs (∂E_d/∂w)
    and gradients (∂E/∂w).

    `memory` outlives the call, for mistakes that keep something from one call to the next.
    """
    o = {} if X is None else {0: X}
    return SimpleNamespace(
        net=net,
        weights=weights,
        y=y,
        alpha=alpha,
        memory={} if memory is None else memory,
        a={},
        o=o,
        joined={},
        delta={},
        pairs={},
        gradients={},
        changes={},
    )


def with_node_0(o):
    """The outputs of one layer, node 0's constant 1 before them: (N, r + 1)."""
    return np.hstack([np.ones((len(o), 1)), o])


def joined(run, k):
    return with_node_0(run.o[k - 1])


def product_sums(run, k):
    return run.joined[k] @ run.weights[k - 1]


def outputs(run, k):
    return run.net.layer_output(k, run.a[k])


def remembered(run, k):
    """Which values the backward phase uses: those of this forward phase."""
    return run.a, run.o, run.joined


def difference(run, k):
    return run.o[k] - run.y


def output_slope(run, k):
    """g_o'(a^m); cross-entropy has cancelled it."""
    return (
        np.ones_like(run.o[k])
        if run.net.error == "cross-entropy"
        else run.net.g_o.slope_from_a(run.a[k])
    )


def output_delta(run, k):
    return run.slope * run.difference


def divided_delta(run, k):
    """What a function for A2 alone returns: δ^m, not divided by anything."""
    return run.delta[k]


def weights_back(run, k):
    """The weights over which layer k gets its error terms: w^{k+1} without the row of node 0."""
    return run.weights[k][1:]


def passed_back(run, k):
    return run.delta[k + 1] @ run.back.T


def hidden_slope(run, k):
    return run.net.g.slope_from_a(run.a[k])


def hidden_delta(run, k):
    return run.slope * run.passed


def before_weights(run, k):
    """What stands before the weights of layer k: o^{k-1} with node 0."""
    return run.joined[k]


def pairs(run, k):
    return run.before[:, :, None] * run.delta[k][:, None, :]


def returned_pairs(run, k):
    """What a function for A1 alone returns."""
    return run.pairs[k]


def combined(run, k):
    return run.pairs[k].mean(axis=0)


def batches(run, k):
    """The rows of X that each update is made of: all of them, in one update."""
    return [slice(None)]


def used_gradients(run, k):
    """The gradients that an iteration's update uses: those of its own backward phase."""
    return run.gradients


def change(run, k):
    return -run.alpha * run.gradients[k]


def new_weights(run, k):
    return run.weights[k - 1] + run.changes[k]


def pair_errors(run, k):
    return (run.difference**2).sum(axis=1) / 2


def mean_error(run, k):
    return run.pair_errors.mean()


def softmax_outputs(run, k):
    return right_softmax(run.a[k])


def sigmoid(run, k):
    return right_sigmoid(run.a[k])


def divided(run, k):
    """A numeric slope, given the right one: where the difference is divided by the whole width of
    the nudge."""
    return run.gradients[k]


def drawn(run, k):
    return 2 * run.random.random_sample(run.net.weight_shapes[k - 1]) - 1


def penalty(run, k):
    """The slope of strength/2 Σ w², node 0's weights left out."""
    slope = run.strength * run.weights[k - 1]
    slope[0] = 0
    return slope


def batch_share(run, k):
    return run.batches[k] / sum(run.batches)


def column(run, k):
    """The weights of the inputs to node k + 1 of the first layer."""
    return run.weights[0][1:, k]


def wanted(run, k):
    """The input of zeros and ones that makes a largest."""
    return (run.column > 0) * 1.0


def every_node(root):
    """The nodes of a computation, each after all that it is made of.

    It does not call itself, since a computation may be thousands of steps long.
    """
    found, seen, unfinished = [], {id(root)}, [(root, iter(root.parents))]
    while unfinished:
        node, parents = unfinished[-1]
        for parent, _ in parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                unfinished.append((parent, iter(parent.parents)))
                break
        else:
            found.append(node)
            unfinished.pop()
    return found


def ways(run, k):
    """Every (node, parent, local slope) of a computation, from the end backwards: a node comes
    after all that use it."""
    return [(node, *way) for node in every_node(run.root)[::-1] for way in node.parents]


def first_met_first(run, k):
    """Each node when it is first met: too early for one that is used again further back."""
    found = [run.root]
    for node in found:
        for parent, _ in node.parents:
            if all(parent is not known for known in found):
                found.append(parent)
    return [(node, *way) for node in found for way in node.parents]


def in_depth(last_first):
    """Each node when it is first met, going on from one parent before the next: too early as
    well."""

    def ways(run, k):
        found = []

        def visit(node):
            if all(node is not known for known in found):
                found.append(node)
                for parent, _ in node.parents[::-1] if last_first else node.parents:
                    visit(parent)

        visit(run.root)
        return [(node, *way) for node in found for way in node.parents]

    return ways


def along_each_way(run, k):
    """Each node as often as there are ways to it: all its parents, and then on from each of
    them."""

    def from_here(node):
        return [
            *((node, *way) for way in node.parents),
            *(way for parent, _ in node.parents for way in from_here(parent)),
        ]

    return from_here(run.root)


def at_once(run, k):
    """Each node as often as there are ways to it: one parent, and on from it at once."""

    def from_here(node):
        return [
            way
            for parent, slope in node.parents
            for way in ((node, parent, slope), *from_here(parent))
        ]

    return from_here(run.root)


def start(run, k):
    """Every slope begins at 0."""
    for node in every_node(run.root):
        node.slope = 0.0


def slope_of_end(run, k):
    return 1.0


def collected(run, k):
    return run.node.slope + run.passed


def judged(run, k):
    """A checker's verdict: no slope is off by more than a millionth of itself. `run.off` holds the
    relative differences with their signs."""
    return float(abs(run.off).max() < 1e-6)


def forward_count(run, k):
    """Multiplications in the product sums of layer k."""
    return run.N * (run.sizes[k - 1] + 1) * run.sizes[k]


def slopes_count(run, k):
    """Multiplications in the slopes of layer k, A1 and A4 as one product."""
    return run.N * (run.sizes[k - 1] + 1) * run.sizes[k]


def back_count(run, k):
    """Multiplications in the sum of A3 that gives layer k its error terms; the inputs, layer 0,
    need none."""
    return run.N * run.sizes[k] * run.sizes[k + 1] if k > 0 else 0


def boundary(run, k):
    """The learning rate from which on a descent moves away from the minimum."""
    return 2 / run.curvatures.max()


def returned_sums(run, k):
    """What a function for D1 alone returns."""
    return run.a[k]


def returned_outputs(run, k):
    """What a function for the forward phase returns."""
    return run.o[k]


def returned_gradient(run, k):
    """What a function for A4 alone returns."""
    return run.gradients[k]


def passed_on(run, k):
    """What a node passes to one parent."""
    return run.local_slope * run.from_node.slope


def penalised(run, k):
    return run.gradients[k] + run.penalty


def counted(run, k):
    return run.counts


def given(run, k):
    """The four arguments of the reference run, all of them used."""
    return run.arguments


def case(run, k):
    """A case for a gradient check that hides little."""
    return probe()


def reported(run, k):
    """What a training prints: the outputs of the last forward phase, before the last update."""
    return run.o[k]


RIGHT = {
    step.__name__: step
    for step in (
        joined,
        product_sums,
        outputs,
        remembered,
        difference,
        output_slope,
        output_delta,
        weights_back,
        passed_back,
        hidden_slope,
        hidden_delta,
        before_weights,
        pairs,
        combined,
        batches,
        used_gradients,
        change,
        new_weights,
        returned_sums,
        returned_outputs,
        divided_delta,
        returned_pairs,
        returned_gradient,
        pair_errors,
        mean_error,
        sigmoid,
        softmax_outputs,
        drawn,
        given,
        reported,
        divided,
        judged,
        case,
        boundary,
        penalty,
        penalised,
        batch_share,
        column,
        wanted,
        forward_count,
        slopes_count,
        back_count,
        counted,
        ways,
        start,
        slope_of_end,
        passed_on,
        collected,
    )
}


def forward_phase(steps, run):
    for k in range(1, run.net.m + 1):
        run.joined[k] = steps["joined"](run, k)
        run.a[k] = steps["product_sums"](run, k)
        run.o[k] = steps["outputs"](run, k)
    run.a, run.o, run.joined = steps["remembered"](run, run.net.m)


def output_error_term(steps, run, k):
    run.difference = steps["difference"](run, k)
    run.slope = steps["output_slope"](run, k)
    run.delta[k] = steps["output_delta"](run, k)
    return run.delta[k]


def hidden_error_term(steps, run, k):
    run.back = steps["weights_back"](run, k)
    run.passed = steps["passed_back"](run, k)
    run.slope = steps["hidden_slope"](run, k)
    run.delta[k] = steps["hidden_delta"](run, k)
    return run.delta[k]


def gradient(steps, run, k):
    run.before = steps["before_weights"](run, k)
    run.pairs[k] = steps["pairs"](run, k)
    run.gradients[k] = steps["combined"](run, k)
    return run.gradients[k]


def backward_phase(steps, run):
    for k in range(run.net.m, 0, -1):
        (output_error_term if k == run.net.m else hidden_error_term)(steps, run, k)
        gradient(steps, run, k)
    return [run.gradients[k] for k in range(1, run.net.m + 1)]


def update(steps, run):
    for k in range(1, len(run.weights) + 1):
        run.changes[k] = steps["change"](run, k)
    return [steps["new_weights"](run, k) for k in range(1, len(run.weights) + 1)]
