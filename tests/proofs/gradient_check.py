"""gradient_check on thousands of random networks: nothing right accused, nothing wrong passed.

    python tests/proofs/gradient_check.py [how many networks]      `make proof-gradient-check`

Each network has 1 to 6 layers, any activation functions and error, 1 to 12 pairs, and one of four
kinds of numbers: plain; scaled, with data, targets and weights from 1e-8 to 1e8; saturated; at
kinks, with sums that are exactly 0. What is true is computed here, in long double and without
bpkit. Each right gradient is checked, and some that are wrong in a layer or in one weight. Wrong by
a visible amount is a weight whose difference from the true slope is above all three: the tolerance
of the check times the slope, 5 % of it, and a thousandth of the largest slope of its layer, as
gradient_check says of itself. Not counted is what the report leaves out as at a kink, and what the
arithmetic of the right gradient already loses. Exits 1 if a right gradient is accused or a visibly
wrong one passes.
"""

import sys
from collections import Counter, defaultdict
from itertools import product

import numpy as np

from bpkit import Network, backward, forward, gradient_check

HIDDEN = ("sigmoid", "tanh", "relu", "identity", "softplus", "step")
ENDS = [
    *product(("sigmoid", "tanh", "relu", "identity", "softplus"), ["mse"]),
    ("sigmoid", "cross-entropy"),
    ("softmax", "cross-entropy"),
]
WAYS = [
    (dtype, method, nudge)
    for dtype in ("float64", "float32")
    for method, nudge in (
        ("complex-step", "weights"),
        ("complex-step", "nodes"),
        ("central", "weights"),
    )
]
KINDS = ("plain", "scaled", "saturated", "at kinks")
VISIBLE = 0.05, 1e-3  # of the slope, of the largest slope of its layer


def random_case(number):
    """Network, weights, X and y in float64, and the kind of numbers, the same for the same
    number."""
    random = np.random.default_rng(number)
    kind = KINDS[number // len(WAYS) % len(KINDS)]
    hidden, (output, error) = HIDDEN[random.integers(len(HIDDEN))], ENDS[random.integers(len(ENDS))]
    if kind == "at kinks":
        hidden = "relu"
    sizes = [int(r) for r in random.integers(1, 6, size=random.integers(2, 8))]
    sizes[-1] += output == "softmax" and sizes[-1] == 1
    net, N = Network(tuple(sizes), hidden, output, error), int(random.integers(1, 13))
    X, y = random.normal(size=(N, sizes[0])), random.uniform(size=(N, sizes[-1]))
    weights = [random.normal(size=shape) / np.sqrt(shape[0]) for shape in net.weight_shapes]
    if kind == "scaled":
        X = X * 10 ** random.uniform(-8, 8)
        weights = [w * 10 ** random.uniform(-8, 8) for w in weights]
        if error == "mse":
            y = (y - 0.5) * 10 ** random.uniform(-8, 8) + 10 ** random.uniform(-8, 8)
    if kind == "saturated":
        weights = [w * 10 ** random.uniform(1, 2.5) for w in weights]
    if kind == "at kinks":
        X = random.integers(-1, 2, size=X.shape).astype(float)
        weights = [random.integers(-1, 2, size=w.shape) * 0.5 for w in weights]
        for w in weights:
            w[0] *= random.integers(2)
    if output == "softmax":
        y = y / y.sum(axis=1, keepdims=True)
    return net, weights, X, y, kind


def true_gradients(net, weights, X, y, slope_at_kink):
    """The gradient in long double, written for this proof alone."""
    weights, o, y = (
        [w.astype(np.longdouble) for w in weights],
        X.astype(np.longdouble),
        y.astype(np.longdouble),
    )
    outputs, sums = [o], [None]
    for k, w in enumerate(weights, start=1):
        sums.append(w[0] + outputs[-1] @ w[1:])
        outputs.append(value(net.hidden if k < net.m else net.output, sums[-1]))
    delta = outputs[-1] - y
    if net.error == "mse":
        delta = delta * slope(net.output, sums[-1], slope_at_kink)
    gradients = []
    for k in range(net.m, 0, -1):
        gradients.insert(0, np.vstack([delta.sum(axis=0), outputs[k - 1].T @ delta]) / len(X))
        if k > 1:
            delta = delta @ weights[k - 1][1:].T * slope(net.hidden, sums[k - 1], slope_at_kink)
    return gradients


def value(name, a):
    if name == "softmax":
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return {
        "sigmoid": lambda: np.exp(np.minimum(a, 0)) / (1 + np.exp(-abs(a))),
        "tanh": lambda: np.tanh(a),
        "relu": lambda: np.maximum(a, 0),
        "identity": lambda: a,
        "softplus": lambda: np.maximum(a, 0) + np.log1p(np.exp(-abs(a))),
        "step": lambda: (a > 0).astype(a.dtype),
    }[name]()


def slope(name, a, at_kink):
    e = np.exp(-abs(a))
    return {
        "sigmoid": lambda: e / (1 + e) ** 2,
        "tanh": lambda: 4 * e**2 / (1 + e**2) ** 2,
        "relu": lambda: np.where(a > 0, 1, np.where(a == 0, at_kink, 0)),
        "identity": lambda: np.ones_like(a),
        "softplus": lambda: value("sigmoid", a),
        "step": lambda: np.zeros_like(a),
    }[name]()


def wrong_gradients(right, random):
    """(what is wrong, gradients) of some wrong ones."""
    for what, factor in (
        ("0.1 % more", 1.001),
        ("10 % more", 1.1),
        ("twice", 2),
        ("sign", -1),
        ("zero", 0),
    ):
        k = random.integers(len(right))
        yield (
            f"a layer: {what}",
            [g * g.dtype.type(factor) if n == k else g for n, g in enumerate(right)],
        )
        k = random.integers(len(right))
        changed = right[k].copy()
        changed[tuple(random.integers(size) for size in changed.shape)] *= factor
        yield f"a weight: {what}", [*right[:k], changed, *right[k + 1 :]]
    k = random.integers(len(right))
    turned = right[k].copy()
    if turned.shape[0] == turned.shape[1] + 1:
        turned[1:] = turned[1:].T
    else:
        turned = turned[::-1]
    yield "a layer: rows in another order", [*right[:k], turned, *right[k + 1 :]]


def is_visible(given, right, true, other, check):
    """Whether a weight is wrong by more than what gradient_check says that it sees."""
    of_slope, of_largest = VISIBLE
    for g, r, t, u, left_out in zip(given, right, true, other, check.undecided):
        size = np.maximum(abs(g), abs(t))
        largest = abs(t).max()
        allowed = np.maximum(max(check.tolerance, of_slope) * size, of_largest * largest)
        allowed = allowed + 2 * abs(r - t) + max(np.finfo(r.dtype).tiny, 1e-150)
        if ((abs(g - t) > 1.01 * allowed) & (t == u) & ~left_out).any():
            return True
    return False


def tried(number):
    """What gradient_check makes of one network: None where the numbers are not finite, else
    (class, verdict on the right gradient, [(what is wrong, whether visible, verdict)])."""
    dtype, method, nudge = WAYS[number % len(WAYS)]
    net, weights, X, y, kind = random_case(number)
    with np.errstate(all="ignore"):
        weights, X, y = [w.astype(dtype) for w in weights], X.astype(dtype), y.astype(dtype)
        if net.output == "softmax":
            y = y / y.sum(axis=1, keepdims=True)
        right = backward(net, weights, forward(net, weights, X), y)
        if not all(np.isfinite(values).all() for values in (*right, *weights, X, y)):
            return None
        true, other = (true_gradients(net, weights, X, y, at_kink) for at_kink in (0, 1))

    def check(gradients):
        return gradient_check(net, weights, X, y, gradients, method=method, nudge=nudge)

    of_right = verdict(check(right))
    if kind == "at kinks":  # every slope of a ReLU at 0 from 0 to 1 is right
        half = true_gradients(net, weights, X, y, 0.5)
        for gradients in (half, other):
            said = verdict(check([g.astype(dtype) for g in gradients]))
            of_right = said if said == "NOT passed" else of_right
    wrong = [
        (what, is_visible(given, right, true, other, said), verdict(said))
        for what, given in wrong_gradients(right, np.random.default_rng(number))
        for said in [check(given)]
    ]
    return (dtype, method, nudge, kind), of_right, wrong


def verdict(check):
    wrong = any(mask.any() for mask in check.wrong)
    return "passed" if check.passed else "NOT passed" if wrong else "cannot be judged"


def main(how_many):
    counted, faults = defaultdict(Counter), []
    for number in range(how_many):
        if (found := tried(number)) is None:
            continue
        way, of_right, wrong = found
        counts = counted[way]
        counts["networks"] += 1
        counts["right: cannot be judged"] += of_right == "cannot be judged"
        if of_right == "NOT passed":
            counts["right accused"] += 1
            faults.append(f"{number}: {way}, the right gradient is accused")
        for what, visible, said in wrong:
            counts["wrong"] += visible
            counts["wrong: cannot be judged"] += visible and said == "cannot be judged"
            if visible and said == "passed":
                counts["wrong passed"] += 1
                faults.append(f"{number}: {way}, {what}, passed")
            if "0.1 %" in what:
                counts["0.1 %"] += 1
                counts["0.1 % found"] += said == "NOT passed"
    rows = [
        ("", "networks", "right: accused", "unjudged", "wrong", "passed", "unjudged", "0.1 % found")
    ]
    for way, c in sorted(counted.items()):

        def share(part, of, c=c):
            return f"{c[part] / c[of]:.1%}" if c[of] else "–"

        rows.append(
            (
                ", ".join(way),
                f"{c['networks']:,}",
                c["right accused"],
                share("right: cannot be judged", "networks"),
                f"{c['wrong']:,}",
                c["wrong passed"],
                share("wrong: cannot be judged", "wrong"),
                share("0.1 % found", "0.1 %"),
            )
        )
    for way, *figures in rows:
        print(f"{way:46s}" + "".join(f"{figure:>16}" for figure in figures))
    print(*faults[:40], sep="\n")
    total = sum(counted.values(), Counter())
    print(
        f"{total['networks']:,} networks, {total['wrong']:,} visibly wrong gradients: "
        f"{len(faults)} faults"
    )
    return len(faults)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000) > 0)
