"""Problem set 5, checking and depth: right answers."""

import copy
import functools
import math
from functools import reduce

import autograd
import autograd.numpy as anp
import numpy as np

from answers import against, Layers, RIGHT, autograd_error, plain_sigmoid, right
from bpkit import Network, datasets, error, error_terms, forward


# ---- softmax error term

@right("softmax error term", "softmax less target, stable")
def _(a, y):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) - y


@right("softmax error term", "in one line, shifted twice")
def _(a, y):
    c = np.max(a, axis=1)[:, None]
    return np.exp(a - c) / np.sum(np.exp(a - c), axis=1)[:, None] - y


@right("softmax error term", "1 over a sum of powers of differences")
def _(a, y):
    with np.errstate(over="ignore"):
        return 1 / np.exp(a[:, None, :] - a[:, :, None]).sum(axis=2) - y


@right("softmax error term", "row by row")
def _(a, y):
    rows = []
    for a_d, y_d in zip(a, y):
        p = np.exp(a_d - max(a_d))
        rows.append(p / p.sum() - y_d)
    return np.stack(rows)


@right("softmax error term", "full Jacobian")
def _(a, y):
    delta = np.empty_like(a)
    for d in range(len(a)):
        p = np.exp(a[d] - a[d].max())
        p /= p.sum()
        of_logarithms = np.eye(len(p)) - p[None, :]  # ∂ ln ŷ_j / ∂a_l
        delta[d] = -y[d] @ of_logarithms
    return delta


@right("softmax error term", "log-sum-exp")
def _(a, y):
    return np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True)) - y


@right("softmax error term", "autograd of the cross-entropy")
def _(a, y):
    def E(a):
        c = anp.max(a, axis=1)
        sums = anp.sum(anp.exp(a - c[:, None]), axis=1)
        return anp.sum(c + anp.log(sums) - anp.sum(y * a, axis=1))
    return autograd.grad(E)(a)


@right("softmax error term", "columns are pairs")
def _(a, y):
    at = a.T
    e = np.exp(at - at.max(axis=0))
    return (e / e.sum(axis=0) - y.T).T


@right("softmax error term", "bpkit's layer_output")
def _(a, y):
    net = Network((1, a.shape[1]), output="softmax", error="cross-entropy")
    return net.layer_output(1, a) - y


@right("softmax error term", "float32")
def _(a, y):
    e = np.exp(np.float32(a) - np.float32(a).max(1, keepdims=True))
    return e / e.sum(1, keepdims=True) - np.float32(y)


# ---- backward with cross-entropy

@right("backward with cross-entropy", "matrix products")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = trace.y_hat - y
    grads = [None] * net.m
    for k in range(net.m, 0, -1):
        grads[k - 1] = trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_a(trace.a[k - 1]) * (delta @ weights[k - 1][1:].T)
    return grads


@right("backward with cross-entropy", "from p - y by hand, softmax or sigmoid")
def _(net, weights, X, y):
    hs, h = [X], X
    zs = []
    for w in weights:
        z = h @ w[1:] + w[0]
        zs.append(z)
        h = net.g.value(z)
        hs.append(h)
    if net.output == "softmax":
        e = np.exp(zs[-1] - zs[-1].max(axis=1)[:, None])
        p = e / e.sum(axis=1)[:, None]
    else:
        p = plain_sigmoid(zs[-1])
    d = (p - y) / len(y)
    out = []
    for k in range(len(weights) - 1, -1, -1):
        out.insert(0, np.vstack([d.sum(axis=0), hs[k].T @ d]))
        if k > 0:
            d = d @ weights[k][1:].T * net.g.slope_from_o(hs[k])
    return out


RIGHT.append(("backward with cross-entropy", "class with methods", lambda net, weights, X, y: Layers(net, weights).slopes(X, y)))


@right("backward with cross-entropy", "autograd")
def _(net, weights, X, y):
    return autograd.grad(autograd_error(net, X, y))(weights)


@right("backward with cross-entropy", "complex step")
def _(net, weights, X, y):
    grads = []
    for k in range(net.m):
        grads.append(np.zeros_like(weights[k]))
        for index, _ in np.ndenumerate(weights[k]):
            ws = [w.astype(complex) for w in weights]
            ws[k][index] += 1e-20j
            grads[k][index] = np.imag(error(net, ws, X, y)) / 1e-20
    return grads


@right("backward with cross-entropy", "the long way: ∂E/∂ŷ and the Jacobian")
def _(net, weights, X, y):
    N = len(X)
    result = [np.zeros_like(w) for w in weights]
    for d in range(N):
        t = forward(net, weights, X[d][None])
        p = t.y_hat[0]
        if net.output == "softmax":
            delta = (np.diag(p) - np.outer(p, p)) @ (-y[d] / p)
        else:
            delta = p * (1 - p) * ((1 - y[d]) / (1 - p) - y[d] / p)
        for k in range(net.m, 0, -1):
            result[k - 1] += np.outer(t.o_with_node_0[k - 1][0], delta) / N
            delta = (weights[k - 1] @ delta)[1:] * net.g.slope_from_o(t.o[k - 1][0])
    return result


@right("backward with cross-entropy", "bpkit's error terms, einsum")
def _(net, weights, X, y):
    trace = forward(net, weights, X)
    return [np.einsum("ni,nj->ij", o, d) / len(X) for o, d in zip(trace.o_with_node_0, error_terms(net, weights, trace, y)[1:])]


@right("backward with cross-entropy", "float32, transposed views, a tuple")
def _(net, weights, X, y):
    f = np.float32
    ws = tuple(np.asarray(w, f) for w in weights)
    trace = forward(net, ws, X.astype(f))
    delta = (trace.y_hat - y.astype(f)).T / f(len(y))
    grads = ()
    for k in range(net.m, 0, -1):
        grads = ((delta @ trace.o_with_node_0[k - 1]).T,) + grads
        delta = (ws[k - 1] @ delta)[1:] * net.g.slope_from_o(trace.o[k - 1]).T if k > 1 else None
    return grads


@right("backward with cross-entropy", "recursion")
def _(net, weights, X, y):
    trace = forward(net, weights, X)

    @functools.cache
    def delta(k):
        if k == net.m:
            return trace.y_hat - y
        return net.g.slope_from_a(trace.a[k]) * np.inner(delta(k + 1), weights[k][1:])

    return [np.mean(trace.o_with_node_0[k - 1][:, :, None] * delta(k)[:, None], axis=0) for k in range(1, net.m + 1)]


# ---- numeric gradient

@right("numeric gradient", "central difference, changed and put back")
def _(E, weights):
    h = 1e-5
    grads = []
    for w in weights:
        g = np.zeros_like(w)
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                old = w[i, j]
                w[i, j] = old + h
                above = E(weights)
                w[i, j] = old - h
                below = E(weights)
                w[i, j] = old
                g[i, j] = (above - below) / (2 * h)
        grads.append(g)
    return grads


@right("numeric gradient", "central difference on deep copies")
def _(E, weights):
    eps = 1e-6
    result = copy.deepcopy(weights)
    for k in range(len(weights)):
        for index in np.ndindex(weights[k].shape):
            plus, minus = copy.deepcopy(weights), copy.deepcopy(weights)
            plus[k][index] += eps
            minus[k][index] -= eps
            result[k][index] = (E(plus) - E(minus)) / (2 * eps)
    return result


@right("numeric gradient", "one flat vector")
def _(E, weights):
    shapes = [w.shape for w in weights]
    cuts = np.cumsum([w.size for w in weights])[:-1]
    flat = np.concatenate([np.ravel(w) for w in weights])

    def unflatten(v):
        return [part.reshape(shape) for part, shape in zip(np.split(v, cuts), shapes)]

    h, g = 1e-4, np.zeros(len(flat))
    for n, e in enumerate(np.eye(len(flat))):
        g[n] = (E(unflatten(flat + h * e)) - E(unflatten(flat - h * e))) / (2 * h)
    return unflatten(g)


@right("numeric gradient", "five points")
def _(E, weights):
    h = 1e-3
    out = []
    for k, w in enumerate(weights):
        def shifted(index, t):
            v = w.copy()
            v[index] += t
            return E([*weights[:k], v, *weights[k + 1:]])
        g = np.empty(w.shape)
        for index, _ in np.ndenumerate(w):
            g[index] = (shifted(index, -2 * h) - 8 * shifted(index, -h) + 8 * shifted(index, h) - shifted(index, 2 * h)) / (12 * h)
        out.append(g)
    return out


@right("numeric gradient", "Richardson extrapolation")
def _(E, weights):
    def central(k, index, h):
        values = []
        for sign in (1, -1):
            ws = [w.copy() for w in weights]
            ws[k][index] += sign * h
            values.append(E(ws))
        return (values[0] - values[1]) / (2 * h)
    grads = []
    for k, w in enumerate(weights):
        g = np.zeros_like(w)
        for index in np.ndindex(w.shape):
            g[index] = (4 * central(k, index, 5e-4) - central(k, index, 1e-3)) / 3
        grads.append(g)
    return grads


@right("numeric gradient", "list comprehension, a tuple")
def _(E, weights):
    h = 1e-5

    def slope(k, i, j):
        d = np.zeros_like(weights[k])
        d[i, j] = h
        up = [w + d if n == k else w for n, w in enumerate(weights)]
        down = [w - d if n == k else w for n, w in enumerate(weights)]
        return (E(up) - E(down)) / (2 * h)

    return tuple(np.array([[slope(k, i, j) for j in range(w.shape[1])] for i in range(w.shape[0])]) for k, w in enumerate(weights))


@right("numeric gradient", "complex step where E takes it, else central")
def _(E, weights):
    def one(k, index):
        try:
            ws = [w.astype(complex) for w in weights]
            ws[k][index] += 1e-30j
            value = E(ws)
            if np.iscomplexobj(value):
                return float(np.imag(value)) / 1e-30
        except Exception:
            pass
        up, down = [w.copy() for w in weights], [w.copy() for w in weights]
        up[k][index] += 1e-5
        down[k][index] -= 1e-5
        return (E(up) - E(down)) / 2e-5
    grads = [np.zeros_like(w) for w in weights]
    for k, g in enumerate(grads):
        for index in np.ndindex(g.shape):
            g[index] = one(k, index)
    return grads


@right("numeric gradient", "step in proportion to the weight")
def _(E, weights):
    ws = [np.array(w, dtype=float) for w in weights]
    grads = [np.zeros(w.shape) for w in ws]
    for w, g in zip(ws, grads):
        it = np.nditer(w, flags=["multi_index"])
        while not it.finished:
            ix = it.multi_index
            x = w[ix]
            h = 1e-5 * max(1, abs(x))
            w[ix] = x + h
            fxh = E(ws)
            w[ix] = x - h
            fxmh = E(ws)
            w[ix] = x
            g[ix] = (fxh - fxmh) / (2 * h)
            it.iternext()
    return grads


@right("numeric gradient", "backwards through the weights, transposed views")
def _(E, weights):
    out, h = [], 1e-5
    for k in range(len(weights) - 1, -1, -1):
        gt = np.zeros(weights[k].T.shape)
        for j in range(gt.shape[0]):
            for i in range(gt.shape[1]):
                new = copy.deepcopy(weights)
                new[k][i][j] -= h
                lower = E(new)
                new[k][i][j] += 2 * h
                gt[j, i] = (E(new) - lower) / 2 / h
        out.insert(0, gt.T)
    return out


@right("numeric gradient", "midpoint form: E(w + h/2) - E(w - h/2) over h")
def _(E, weights):
    h = 1e-4
    gradient = []
    for layer, w in enumerate(weights):
        g = np.zeros_like(w)
        for row in range(len(w)):
            for col in range(len(w[0])):
                def at(t):
                    ws = list(weights)
                    ws[layer] = w.copy()
                    ws[layer][row, col] += t
                    return E(ws)
                g[row, col] = (at(h / 2) - at(-h / 2)) / h
        gradient.append(g)
    return gradient


# ---- gradient checker

def central(E, weights, h=1e-5):
    """Central differences of E, matrix by matrix."""
    grads = []
    for k, w in enumerate(weights):
        g = np.zeros_like(w)
        for index in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][index] += h
            down[k][index] -= h
            g[index] = (E(up) - E(down)) / (2 * h)
        grads.append(g)
    return grads


@right("gradient checker", "relative error of every entry, loops")
def _(E, weights, gradients):
    for n, g in zip(central(E, weights), gradients):
        for index in np.ndindex(g.shape):
            if abs(n[index] - g[index]) > 1e-4 * max(abs(n[index]), abs(g[index])) + 1e-10:
                return False
    return True


@right("gradient checker", "np.allclose, all()")
def _(E, weights, gradients):
    return all(np.allclose(g, n, rtol=1e-4, atol=1e-10) for g, n in zip(gradients, central(E, weights)))


@right("gradient checker", "one flat vector, np.bool_")
def _(E, weights, gradients):
    numeric = np.concatenate([n.ravel() for n in central(E, weights)])
    given = np.concatenate([np.ravel(g) for g in gradients])
    return np.all(np.abs(numeric - given) <= 1e-4 * np.abs(numeric) + 1e-10)


@right("gradient checker", "assert_allclose in a try")
def _(E, weights, gradients):
    try:
        for mine, numeric in zip(gradients, central(E, weights)):
            np.testing.assert_allclose(mine, numeric, rtol=2e-4, atol=1e-10)
    except AssertionError:
        return False
    return True


@right("gradient checker", "norms per matrix, then every entry")
def _(E, weights, gradients):
    for n, g in zip(central(E, weights), gradients):
        size = np.linalg.norm(n) + np.linalg.norm(g)
        if size > 0 and np.linalg.norm(n - g) / size > 1e-4:
            return False
        if np.any(np.abs(n - g) > 3e-4 * np.abs(n) + 1e-7 * size):
            return False
    return True


@right("gradient checker", "relative error with zeros guarded")
def _(E, weights, gradients):
    worst = 0.0
    for n, g in zip(central(E, weights), gradients):
        scale = np.maximum(np.abs(n) + np.abs(g), 1e-6 * np.abs(n).max() + 1e-12)
        worst = max(worst, (np.abs(n - g) / scale)[np.abs(n - g) > 1e-10].max(initial=0))
    return worst < 2e-4


@right("gradient checker", "complex step where E takes it, else central")
def _(E, weights, gradients):
    for k, g in enumerate(gradients):
        for index in np.ndindex(g.shape):
            shifted = [w.astype(complex) for w in weights]
            shifted[k][index] += 1e-30j
            try:
                value = E(shifted)
            except Exception:
                value = 0.0
            if np.iscomplexobj(value):
                n, floor = np.imag(value) / 1e-30, 1e-14
            else:
                up, down = [w.copy() for w in weights], [w.copy() for w in weights]
                up[k][index] += 1e-5
                down[k][index] -= 1e-5
                n, floor = (E(up) - E(down)) / 2e-5, 1e-10
            if abs(n - g[index]) > 1e-4 * abs(n) + floor:
                return False
    return True


@right("gradient checker", "any() over a generator, changed and put back")
def _(E, weights, gradients):
    ws = [w.copy() for w in weights]

    def wrong():
        for w, g in zip(ws, gradients):
            for i in range(w.shape[0]):
                for j in range(w.shape[1]):
                    keep = w[i, j]
                    w[i, j] = keep + 1e-4
                    E1 = E(ws)
                    w[i, j] = keep - 1e-4
                    E2 = E(ws)
                    w[i, j] = keep
                    n = (E1 - E2) / 2e-4
                    yield abs(n - g[i, j]) > 2e-4 * abs(n) + 1e-9
    return not any(wrong())


@right("gradient checker", "Richardson extrapolation, tight")
def _(E, weights, gradients):
    fine, coarse = central(E, weights, 5e-4), central(E, weights, 1e-3)
    numeric = [(4 * f - c) / 3 for f, c in zip(fine, coarse)]
    return bool(np.min([np.isclose(g, n, rtol=1e-5, atol=1e-11).all() for g, n in zip(gradients, numeric)]))


@right("gradient checker", "tolerance from the largest slope and the entry's own")
def _(E, weights, gradients):
    numeric = central(E, weights)
    largest = max(np.abs(n).max() for n in numeric)
    return all((np.abs(n - g) <= 1e-4 * np.abs(n) + 1e-6 * largest + 1e-11).all() for n, g in zip(numeric, gradients))


@right("gradient checker", "quotient of the two, where there is a slope")
def _(E, weights, gradients):
    n = np.hstack([v.flatten() for v in central(E, weights)])
    g = np.hstack([v.flatten() for v in gradients])
    flat = np.abs(n) < 1e-9
    return bool((np.abs(g[flat]) < 2e-9).all() and (np.abs(g[~flat] / n[~flat] - 1) < 5e-4).all())


# ---- case that hides nothing

@against("probe", "case that hides nothing")
def _():
    return datasets.probe()


@right("case that hides nothing", "four layers")
def _():
    rng = np.random.RandomState(7)
    net = Network((3, 5, 4, 2), hidden="sigmoid", output="tanh")
    return net, net.initial_weights(2), rng.uniform(-1, 1, (8, 3)), rng.uniform(-0.8, 0.8, (8, 2))


@right("case that hides nothing", "tanh throughout, default_rng, a list")
def _():
    rng = np.random.default_rng(3)
    sizes = (2, 6, 5, 4, 3)
    weights = [rng.normal(size=(p + 1, q)) for p, q in zip(sizes, sizes[1:])]
    return [Network(sizes, hidden="tanh", output="tanh"), weights, rng.normal(size=(10, 2)), rng.normal(size=(10, 3))]


@right("case that hides nothing", "softplus in the hidden layers, weights as a tuple")
def _():
    random = np.random.RandomState(11)
    net = Network((4, 3, 5, 2), hidden="softplus", output="tanh")
    weights = tuple(random.uniform(-1, 1, shape) for shape in net.weight_shapes)
    X = random.standard_normal((6, 4))
    y = random.choice([-0.5, 0.5], size=(6, 2))
    return net, weights, X, y


@right("case that hides nothing", "many layers, equal widths among them")
def _():
    random = np.random.RandomState(5)
    net = Network((3, 4, 4, 5, 5, 3), output="tanh")
    return net, [2 * w for w in net.initial_weights(4)], random.uniform(-2, 2, size=(12, 3)), random.uniform(-0.9, 0.9, size=(12, 3))


# ---- largest learning rate

@right("largest learning rate", "2 / max")
def _(curvatures):
    return 2 / max(curvatures)


@right("largest learning rate", "np.max, np.float64")
def _(curvatures):
    return np.float64(2) / np.max(curvatures)


@right("largest learning rate", "sorted, Python float")
def _(curvatures):
    return float(2 / sorted(curvatures)[-1])


@right("largest learning rate", "smallest of the directions' limits")
def _(curvatures):
    return min(2 / c for c in curvatures if c > 0)


@right("largest learning rate", "0-d array")
def _(curvatures):
    return np.array(2 / np.asarray(curvatures).max())


@right("largest learning rate", "shape (1,)")
def _(curvatures):
    return 2 / np.sort(np.array(curvatures, float))[-1:]


@right("largest learning rate", "loop")
def _(curvatures):
    steepest = curvatures[0]
    for c in curvatures[1:]:
        if c > steepest:
            steepest = c
    return 2.0 / steepest


@right("largest learning rate", "reduce(max)")
def _(curvatures):
    return 2 * reduce(max, curvatures) ** -1


@right("largest learning rate", "float32")
def _(curvatures):
    return np.float32(2) / np.float32(np.max(curvatures))


@right("largest learning rate", "eigenvalues of the diagonal Hessian")
def _(curvatures):
    return 2 / np.linalg.eigvalsh(np.diag(curvatures)).max()
RIGHT.append(("largest learning rate", "one-line lambda", lambda c: 2 / np.amax(c)))


@right("numeric gradient", "+= h, -= 2 h, += h on the weights themselves")
def _(E, weights):
    h, grads = 1e-5, []
    for w in weights:
        g = np.zeros(w.shape)
        for i in range(len(w)):
            for j in range(len(w[i])):
                w[i][j] += h
                E_plus = E(weights)
                w[i][j] -= 2 * h
                E_minus = E(weights)
                w[i][j] += h
                g[i][j] = (E_plus - E_minus) / (2 * h)
        grads.append(g)
    return grads


@right("numeric gradient", "central with h = 1e-3")
def _(E, weights):
    return central(E, weights, 1e-3)


@right("numeric gradient", "central with h = 1e-7")
def _(E, weights):
    return central(E, weights, 1e-7)


@right("gradient checker", "+= h, -= 2 h, += h on the weights themselves")
def _(E, weights, gradients):
    h = 1e-5
    for w, g in zip(weights, gradients):
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] += h
                up = E(weights)
                w[i, j] -= 2 * h
                down = E(weights)
                w[i, j] += h
                if not math.isclose((up - down) / (2 * h), g[i, j], rel_tol=1e-4, abs_tol=1e-10):
                    return False
    return True


@right("case that hides nothing", "just enough: two hidden layers, two outputs, four pairs")
def _():
    random = np.random.RandomState(1)
    net = Network((2, 3, 4, 2), output="tanh")
    return net, net.initial_weights(1), random.normal(size=(4, 2)), random.uniform(-0.9, 0.9, size=(4, 2))


@right("case that hides nothing", "narrower from layer to layer, many pairs")
def _():
    rng = np.random.default_rng(0)
    net = Network((6, 5, 4, 3), hidden="tanh", output="tanh")
    return net, [rng.uniform(-1, 1, s) for s in net.weight_shapes], rng.uniform(-1, 1, (30, 6)), rng.uniform(-1, 1, (30, 3))


@right("case that hides nothing", "0/1 inputs")
def _():
    random = np.random.RandomState(4)
    net = Network((4, 6, 3, 2), output="tanh")
    return net, net.initial_weights(9), random.randint(0, 2, size=(9, 4)).astype(float), random.uniform(-0.5, 0.5, size=(9, 2))
