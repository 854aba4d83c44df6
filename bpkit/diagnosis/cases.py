"""What learners' functions are tried on: networks, layers, computations, and functions E that
remember where they were asked.

Each maker takes a seed: the check that a learner sees uses seed 0, the hidden one another. All
first cases have equal widths and as many pairs, so that slips of shape give numbers there; the
others differ in everything.
"""

from typing import NamedTuple

import numpy as np

from ..activations import ACTIVATIONS
from ..backward import backward
from ..errors import pair_errors
from ..forward import forward
from ..network import Network
from .steps import with_node_0


class Case(NamedTuple):
    """Arguments to call a function with, once or several times in a row.

    `on` says in words what they are; each call is made `times` times on the very same objects. N is
    the number of pairs, 0 where the arguments are not of pairs. `not_finite` asks what to look at
    where the numbers are not finite here.
    """

    on: str
    calls: list
    times: int = 1
    N: int = 0
    not_finite: str = ""


class NotUsable(ValueError):
    """What a function returned cannot be judged; the message is a sentence for the learner."""


class Node:
    """A value in a computation: `parents` is a list of (node, local slope), `slope` is for
    ∂end/∂value; `data` would be its number, which reverse mode does not need."""

    def __init__(self, *parents):
        self.parents, self.slope, self.data = list(parents), 0.0, 1.7


class Watched:
    """E as a function of the weights, times `scale`, which remembers where it was asked."""

    def __init__(self, net, weights, X, y, scale=1.0):
        self.net, self.X, self.y, self.scale = net, X, y, scale
        self.origin, self.asked = flat(weights), []

    def __call__(self, weights):
        self.asked.append(flat(weights) - self.origin)
        trace = forward(self.net, weights, self.X)
        return self.scale * pair_errors(self.net, trace.a[-1], trace.y_hat, self.y).mean().item()

    @property
    def moves(self):
        """For each time it was asked, by how much weights had been moved; the rounding of w + h - h
        is no move, a complex step is."""
        moves = [move[(abs(move.real) > 1e-14) | (move.imag != 0)] for move in self.asked]
        return [move for move in moves if len(move)]

    @property
    def all_at_once(self):
        return len(self.moves) > 0 and min(map(len, self.moves)) > 1

    @property
    def moves_pile_up(self):
        return any(len(move) > 1 for move in self.moves)

    @property
    def real_moves(self):
        return [move for move in self.moves if not np.iscomplexobj(move)]

    @property
    def smallest(self):
        return min((abs(move).min() for move in self.real_moves), default=1e-5)

    @property
    def largest(self):
        return max((abs(move).max() for move in self.real_moves), default=1e-5)

    @property
    def one_sided(self):
        moves = np.concatenate(self.real_moves or [np.zeros(0)])
        return len(moves) > 0 and not ((moves > 0).any() and (moves < 0).any())


def flat(arrays):
    return np.concatenate([np.asarray(array).ravel() for array in arrays])


def random_state(seed, number):
    return np.random.RandomState(1000 * seed + number)


def random_pairs(random, net, N):
    X = random.normal(size=(N, net.sizes[0]))
    if net.error == "cross-entropy":
        r_m = net.sizes[-1]
        y = (
            np.eye(r_m)[random.randint(r_m, size=N)]
            if net.output == "softmax"
            else random.randint(2, size=(N, r_m)) * 1.0
        )
    else:
        y = random.uniform(-0.9, 0.9, size=(N, net.sizes[-1]))
    return X, y


def random_weights(random, net, biases=1.0):
    weights = [random.uniform(-1.2, 1.2, size=shape) for shape in net.weight_shapes]
    for w in weights:
        w[0] *= biases
    return weights


NETWORKS = [  # sizes, functions, pairs, what multiplies the biases
    (
        Network((3, 3, 3, 3), "sigmoid", "tanh"),
        3,
        1.0,
    ),  # all widths and N equal: slips of shape raise no error here
    (Network((3, 4, 4, 5, 2), "tanh", "sigmoid"), 7, 1.0),
    (Network((2, 3, 1), "sigmoid", "identity"), 6, 0.0),
    (Network((4, 2), "sigmoid", "tanh"), 5, 1.0),  # no hidden layer
    (Network((2, 1, 3), "softplus", "tanh"), 1, 1.0),
]
SIGMOID_NETWORKS = [
    (Network((3, 3, 3, 3)), 3, 1.0),
    (Network((3, 4, 2)), 7, 1.0),
    (Network((2, 3, 1)), 6, 0.0),
    (Network((2, 1, 1, 3)), 1, 1.0),
]
CROSS_ENTROPY_NETWORKS = [
    (Network((3, 3, 3), "relu", "softmax", "cross-entropy"), 3, 1.0),
    (Network((4, 6, 5, 3), "relu", "softmax", "cross-entropy"), 8, 1.0),
    (Network((3, 5, 1), "tanh", "sigmoid", "cross-entropy"), 6, 0.0),
    (Network((2, 1, 1, 3), "tanh", "softmax", "cross-entropy"), 1, 1.0),
]


def counted(number, word):
    return f"{number} {word}{'s' * (number != 1)}"


def named(net):
    # learners meet its name in notebook 08 only
    hidden = {"softplus": "ln(1 + e^a)"}.get(net.hidden, net.hidden)
    functions = (
        f"{hidden} hidden nodes and {net.output} output" if net.m > 1 else f"{net.output} output"
    )
    return f"the network {'-'.join(map(str, net.sizes))} with {functions}"


def network_cases(networks, arguments):
    """Cases on whole networks. The first is called three times, with its first arguments again at
    the end: a function that keeps something gives itself away."""

    def cases(seed):
        made = []
        for number, (net, N, biases) in enumerate(networks):
            random = random_state(seed, number)
            calls = [
                arguments(net, random_weights(random, net, biases), *random_pairs(random, net, N))
                for _ in range(2 if number == 0 else 1)
            ]
            on = named(net) + ", one pair" * (N == 1)
            made.append(Case(on, calls + calls[:1] * (number == 0), N=N))
        return made

    return cases


def trace_of(random, net, N):
    weights = random_weights(random, net)
    X, y = random_pairs(random, net, N)
    return weights, forward(net, weights, X), y


def output_cases(networks):
    def cases(seed):
        made = []
        for number, (net, N, _) in enumerate(networks):
            _, trace, y = trace_of(random_state(seed, 20 + number), net, N)
            made.append(
                Case(
                    f"{named(net)}, {counted(N, 'pair')}",
                    [(net, trace.a[-1], trace.y_hat, y)],
                    N=N,
                )
            )
        return made

    return cases


def hidden_cases(seed):
    made = []
    for number, (sizes, hidden, output, N) in enumerate(
        [
            ((3, 3, 3), "sigmoid", "tanh", 3),
            ((4, 5, 2), "tanh", "sigmoid", 7),
            ((3, 4, 1), "sigmoid", "identity", 6),
            ((2, 1, 3), "softplus", "tanh", 1),
        ]
    ):
        net, random = Network(sizes, hidden, output), random_state(seed, 40 + number)
        weights, trace, _ = trace_of(random, net, N)
        made.append(
            Case(
                f"{counted(sizes[1], hidden + ' node')} before {sizes[2]} with {output}, "
                f"{counted(N, 'pair')}",
                [(net, trace.a[1], trace.o[1], weights[1], random.normal(size=(N, sizes[2])))],
                N=N,
            )
        )
    return made


def layer_cases(arguments, of_pairs=True):
    """Cases on one layer: N pairs, so many nodes before it and in it."""

    def cases(seed):
        return [
            Case(
                f"{counted(N, 'pair')}, " * of_pairs
                + f"{counted(before, 'node')} in the layer before and {after} in this one",
                [arguments(random_state(seed, 60 + number), N, before, after)],
                N=N * of_pairs,
            )
            for number, (N, before, after) in enumerate(
                [(3, 3, 3), (6, 4, 2), (5, 2, 1), (1, 3, 2), (4, 1, 3)]
            )
        ]

    return cases


def outputs_and_weights(random, N, before, after):
    return random.uniform(0.1, 0.9, (N, before)), random.uniform(-1.2, 1.2, (before + 1, after))


def error_cases(seed):
    """Outputs and targets of N pairs."""
    return [
        Case(
            f"{counted(N, 'pair')}, {counted(r_m, 'output')}",
            [tuple(random_state(seed, 60 + number).normal(size=(2, N, r_m)))],
            N=N,
        )
        for number, (N, r_m) in enumerate([(3, 3), (6, 2), (5, 1), (1, 2)])
    ]


def joined_and_delta(random, N, before, after):
    return with_node_0(random.uniform(0.1, 0.9, (N, before))), random.normal(size=(N, after))


def slopes_of_pairs(random, N, before, after):
    return (random.normal(size=(N, before + 1, after)),)


def gradient_and_weights(random, N, before, after):
    return random.normal(size=(before + 1, after)), random.normal(size=(before + 1, after)), 0.3


def gradients_and_sizes(random, N, before, after):
    sizes = [N, 1, 2 * N][: 3 if N > 1 else 1]
    return [random.normal(size=(before + 1, after)) for _ in sizes], sizes


def sigmoid_cases(seed):
    random = random_state(seed, 10)
    return [
        Case("a between −3 and 3", [(random.uniform(-3, 3, size=7),)]),
        Case("a = −1,000, 0.5 and 1,000", [(np.array([-1000.0, 0.5, 1000.0]),)]),
        Case("two rows of a", [(random.uniform(-2, 2, size=(2, 3)),)]),
        Case("whole numbers a", [(np.array([-1000, -2, 0, 1 + seed % 5]),)]),
    ]


def starting_cases(seed):
    return [
        Case(f"the sizes {'-'.join(map(str, sizes))}", [(sizes, np.random.RandomState(seed))])
        for sizes in ((3, 4, 2), (5, 6, 3, 2))
    ]


def update_cases(seed):
    return [
        Case(
            named(net),
            [
                (
                    random_weights(random_state(seed, 100), net),
                    random_weights(random_state(seed, 101), net),
                    0.3,
                )
            ],
        )
        for net, *_ in NETWORKS[:2]
    ]


def softmax_cases(seed):
    random = random_state(seed, 150)
    shares = random.uniform(0.1, 1.0, size=(5, 4))
    soft = shares / shares.sum(axis=1, keepdims=True)
    # the large numbers in the middle: neither the first pair nor the last is special
    large = np.array(
        [[0.5, -1.2, 2.0 + random.uniform()], [1000.0, 0.0, -1000.0], [0.3, 0.1, -0.4]]
    )
    return [
        Case(f"{counted(y.shape[1], 'output')} and {counted(len(y), 'pair')}", [(a, y)], N=len(y))
        for case in output_cases(CROSS_ENTROPY_NETWORKS[:2])(seed)
        for _, a, _, y in case.calls
    ] + [
        Case(
            "4 outputs and 5 pairs with targets between 0 and 1",
            [(random.normal(size=(5, 4)), soft)],
            N=5,
        ),
        Case(
            "3 outputs and 3 pairs, the second with a = 1,000, 0 and −1,000",
            [(large, np.eye(3)[[0, 1, 2]])],
            N=3,
            not_finite="was the largest a of each pair taken off first, pair by pair? And is "
            "anything divided by a ŷ, which can be 0?",
        ),
    ]


def run_cases(seed):
    return [
        Case(
            f"{num_hidden} hidden nodes, alpha {alpha}, {iterations} iterations",
            [(num_hidden, alpha, iterations, seed + number)],
        )
        for num_hidden, alpha, iterations, number in ((3, 0.1, 5, 1), (4, 0.5, 20, 3))
    ]


def no_arguments(seed):
    return [Case("nine slips in a backward phase", [()])]


def curvature_cases(seed):
    # at seed 0 the numbers that learners see
    more = [0.0] * 5 if seed == 0 else random_state(seed, 160).uniform(0.2, 3.0, size=5)
    return [
        Case("five curvatures", [(np.array([0.5, 1.1, 4.0 + more[0], 0.02, 2.3]),)]),
        Case("three curvatures with the largest first", [(np.array([3.5 + more[1], 0.4, 1.2]),)]),
        Case("three curvatures with the largest second", [(np.array([0.4, 2.5 + more[2], 1.2]),)]),
        Case("three curvatures with the largest last", [(np.array([0.4, 1.2, 1.5 + more[3]]),)]),
        Case("a single curvature", [(np.array([0.8 + more[4]]),)]),
    ]


def size_cases(seed):
    networks = [((3, 3, 1), 6), ((64, 100, 10), 64), ((5, 4, 3, 2), 1)]
    if seed:
        random = random_state(seed, 170)
        networks = [
            (tuple(int(r + random.randint(1, 6)) for r in sizes), N + (N > 1) * random.randint(9))
            for sizes, N in networks
        ]
    return [
        Case(f"the network {'-'.join(map(str, sizes))} and {counted(N, 'pair')}", [(sizes, int(N))])
        for sizes, N in networks
    ]


def feature_cases(seed):
    w = random_state(seed, 140).permutation(np.linspace(-1.5, 1.8, 18)).reshape(6, 3)
    other = w[:3, :2].copy()
    other[0], other[-1] = abs(other[0]), -abs(other[-1])
    return [
        Case("three nodes with five inputs", [(w,)]),
        Case("two nodes with two inputs", [(other,)]),
        Case("one node with one input", [(abs(w[:2, :1]),)]),
    ]


def slope_cases(name, from_output):
    def cases(seed):
        a = np.sort([-0.05, 0.03, *random_state(seed, 80).uniform(-3, 3, size=7)])
        values, letter = (ACTIVATIONS[name].value(a), "o") if from_output else (a, "a")
        whole = np.array([-2, -1, 1, 2 + seed % 3])  # ReLU has no slope at 0
        return [
            Case(f"9 values of {letter}", [(values,)]),
            Case(f"three rows of {letter}", [(values.reshape(3, 3),)]),
            *([] if from_output else [Case(f"whole numbers {letter}", [(whole,)])]),
        ]

    return cases


GRAPHS = [  # what it is; the values, each made of those named; whether slopes are left; how often
    ("a chain (a is made of p and q, b of a, the end of b)", "a:pq b:a end:b", False, 1),
    (
        "a value used twice at one place (a is made of p and q, the end of a and a)",
        "a:pq end:aa",
        False,
        1,
    ),
    (
        "a value used close to the end and far from it "
        "(a is made of p and q, b of a, c of b and q, the end of a and c)",
        "a:pq b:a c:bq end:ac",
        False,
        1,
    ),
    ("the same with the end of c and a", "a:pq b:a c:bq end:ca", False, 1),
    ("a value used by the next but one (a is made of p, b of a, the end of b and a)",)
    + ("a:p b:a end:ba", False, 1),
    ("the same with the end of a and b", "a:p b:a end:ab", False, 1),
    ("the same values a second time, with slopes left in them", "a:pq b:a c:bq end:ac", True, 1),
    ("a second call on the very same values", "a:pq b:a c:bq end:ac", False, 2),
]


def graph_cases(seed):
    made = []
    for on, values, slopes_left, times in GRAPHS:
        # the same values have the same local slopes, in whatever order their parents stand
        random = random_state(seed, 130 + sum(map(ord, "".join(sorted(values)))))
        nodes = {}
        for name in "pq"[: 1 + ("q" in values)]:
            nodes[name] = Node()
        for value in values.split():
            name, parents = value.split(":")
            nodes[name] = Node(
                *((nodes[parent], round(random.uniform(0.5, 2.0), 2)) for parent in parents)
            )
        for name, node in nodes.items():
            node.name, node.slope = name, 0.7 if slopes_left else 0.0
        made.append(Case(on, [(nodes["end"],)], times))
    return made


def other_sizes(seed):
    """A network with a layer of at least two nodes more than the one before, and other numbers of
    parts, inputs and outputs."""
    return (1, 4, 3, 2, 3) if seed % 2 == 0 else (3, 5, 4, 6, 1)


def watched_cases(arguments):
    """Cases on two networks of different sizes."""

    def cases(seed):
        made = []
        for sizes, number, N in (((2, 3, 2), 120, 4), (other_sizes(seed), 121, 6)):
            net, random = Network(sizes, output="tanh"), random_state(seed, number)
            while True:  # no slope so small that differences of E cannot show it
                weights = random_weights(random, net)
                X, y = random_pairs(random, net, N)
                right = backward(net, weights, forward(net, weights, X), y)
                if number == 120 or abs(flat(right)).min() > 3e-5:
                    break
            made += arguments(net, weights, X, y)
        if seed:  # which case comes when is nothing that can be known from the visible check
            random_state(seed, 122).shuffle(made)
        return made

    return cases


def numeric_cases(net, weights, X, y):
    return [Case(named(net), [(Watched(net, weights, X, y), weights)])]


def checker_cases(net, weights, X, y):
    right = backward(net, weights, forward(net, weights, X), y)

    def with_one_off(factor, layer, place, scale=1.0, of_size=True):
        gradients = [scale * g for g in right]
        slope = gradients[layer][place]
        gradients[layer][place] += (factor - 1) * (abs(slope) if of_size else slope)
        return gradients

    if net.m > 2:
        on = f", on the sizes {'-'.join(map(str, net.sizes))}"
        last = (1, net.sizes[1] - 1)
        end = tuple(length - 1 for length in right[-1].shape)
        return [
            Case(f"{what}{on}", [(Watched(net, weights, X, y), weights, given)])
            for what, given in (
                ("the right gradient", right),
                (
                    "a gradient with one slope of the first layer's last node off by a thousandth",
                    with_one_off(1.001, 0, last),
                ),
                (
                    "a gradient with the last slope off by a thousandth",
                    with_one_off(1.001, net.m - 1, end),
                ),
            )
        ]
    small = Watched(net, weights, X, y, scale=1e-4)
    X_0 = X * [0, 1]
    asleep = Watched(net, weights, X_0, y), weights
    asleep += (backward(net, weights, forward(net, weights, X_0), y),)
    usual = tuple(
        int(i) for i in np.unravel_index(abs(abs(right[0]) - 0.02).argmin(), right[0].shape)
    )
    two_off = [g.copy() for g in right]
    two_off[0][1, 0] += 0.01
    two_off[0][2, 1] -= 0.01
    return [
        Case("the right gradient", [(Watched(net, weights, X, y), weights, right)]),
        Case("the right gradient where an input is 0", [asleep]),
        Case(
            "a gradient with one slope too large by a thousandth",
            [(Watched(net, weights, X, y), weights, with_one_off(1.001, 0, (1, 1)))],
        ),
        Case(
            "a gradient with one bias's slope too large by a hundredth",
            [(Watched(net, weights, X, y), weights, with_one_off(1.01, 0, (0, 1)))],
        ),
        Case(
            "a gradient with the last slope too small by a thousandth",
            [(Watched(net, weights, X, y), weights, with_one_off(0.999, 1, (3, 1)))],
        ),
        Case(
            "a gradient with one slope of 0",
            [(Watched(net, weights, X, y), weights, with_one_off(0, 0, usual, of_size=False))],
        ),
        Case(
            "a gradient with the sign of one slope turned",
            [(Watched(net, weights, X, y), weights, with_one_off(-1, 0, usual, of_size=False))],
        ),
        Case(
            "a gradient with two slopes off, by as much up as down",
            [(Watched(net, weights, X, y), weights, two_off)],
        ),
        Case(
            "a gradient of twice the size",
            [(Watched(net, weights, X, y), weights, [2 * g for g in right])],
        ),
        Case(
            "the right gradient of an E 10,000 times smaller",
            [(small, weights, [1e-4 * g for g in right])],
        ),
        Case(
            "a gradient of an E 10,000 times smaller, with one slope 10 % off",
            [(small, weights, with_one_off(1.1, 0, usual, 1e-4))],
        ),
        Case(
            "a gradient of an E 10,000 times smaller, with one slope off by a thousandth",
            [(small, weights, with_one_off(1.001, 0, usual, 1e-4))],
        ),
    ]
