"""Problem set 2, deriving the gradients: right answers."""

import math
from functools import partial

import autograd
import autograd.numpy as anp
import numpy as np

from answers import RIGHT, plain_sigmoid, right
from bpkit import Network


# ---- slopes

@right("slope of sigmoid from a", "exp(-a) / (1 + exp(-a))²")
def _(a):
    return np.exp(-a) / (1 + np.exp(-a)) ** 2


@right("slope of sigmoid from a", "s (1 - s)")
def _(a):
    s = plain_sigmoid(a)
    return s * (1 - s)


@right("slope of sigmoid from a", "s - s²")
def _(z):
    s = 1 / (1 + np.exp(-z))
    return s - s ** 2


@right("slope of sigmoid from a", "σ(a) σ(-a)")
def _(a):
    return plain_sigmoid(a) * plain_sigmoid(-a)


@right("slope of sigmoid from a", "1 / (4 cosh²(a/2))")
def _(a):
    return 0.25 / np.cosh(a / 2) ** 2


@right("slope of sigmoid from a", "1 / (2 + 2 cosh a)")
def _(a):
    return 1 / (2 + 2 * np.cosh(a))


@right("slope of sigmoid from a", "even in a: exp of -|a|")
def _(a):
    e = np.exp(-np.abs(a))
    return e / (1 + e) ** 2


@right("slope of sigmoid from a", "complex step")
def _(a):
    return (1 / (1 + np.exp(-(a + 1e-30j)))).imag / 1e-30


@right("slope of sigmoid from a", "bpkit's own")
def _(a):
    return Network((1, 1, 1)).g.slope_from_a(a)


@right("slope of sigmoid from a", "autograd, elementwise")
def _(a):
    return autograd.elementwise_grad(lambda v: 0.5 * (1 + anp.tanh(0.5 * v)))(np.asarray(a, float))


@right("slope of tanh from a", "1 - tanh²")
def _(a):
    return 1 - np.tanh(a) ** 2


@right("slope of tanh from a", "1 / cosh²")
def _(a):
    return 1 / np.cosh(a) ** 2


@right("slope of tanh from a", "(1 - t) (1 + t)")
def _(a):
    t = np.tanh(a)
    return (1 - t) * (1 + t)


@right("slope of tanh from a", "tanh by exponentials")
def _(a):
    t = (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))
    return 1 - t * t


@right("slope of tanh from a", "4 / (e^a + e^-a)²")
def _(a):
    return 4 / (np.exp(a) + np.exp(-a)) ** 2


@right("slope of tanh from a", "4 σ'(2a)")
def _(a):
    s = plain_sigmoid(2 * a)
    return 4 * s * (1 - s)


@right("slope of tanh from a", "complex step")
def _(a):
    h = 1e-20
    return np.imag(np.tanh(a + 1j * h)) / h


RIGHT.append(("slope of tanh from a", "np.vectorize of math", np.vectorize(lambda v: 1 - math.tanh(v) ** 2, otypes=[float])))


@right("slope of tanh from o", "1 - o²")
def _(o):
    return 1 - o ** 2


@right("slope of tanh from o", "1 - o o")
def _(o):
    return 1.0 - o * o


@right("slope of tanh from o", "(1 + o) (1 - o)")
def _(values):
    return (1 + values) * (1 - values)


@right("slope of tanh from o", "np.square, in place on a copy")
def _(o):
    result = np.square(o)
    result *= -1
    result += 1
    return result


@right("slope of tanh from o", "back to a with arctanh")
def _(o):
    return 1 / np.cosh(np.arctanh(o)) ** 2


@right("slope of relu from a", "a > 0 as float")
def _(a):
    return (a > 0).astype(float)


@right("slope of relu from a", "a >= 0, so 1 at 0")
def _(a):
    return (a >= 0) * 1.0


@right("slope of relu from a", "np.where")
def _(a):
    return np.where(a > 0, 1.0, 0.0)


@right("slope of relu from a", "np.where the other way round, 1 at 0")
def _(a):
    return np.where(a < 0, 0, 1)


@right("slope of relu from a", "heaviside, 0 at 0")
def _(a):
    return np.heaviside(a, 0)


@right("slope of relu from a", "heaviside, 1 at 0")
def _(a):
    return np.heaviside(a, 1)


@right("slope of relu from a", "heaviside, a half at 0")
def _(a):
    return np.heaviside(a, 0.5)


@right("slope of relu from a", "sign, negative ones cut off")
def _(a):
    return np.maximum(np.sign(a), 0)


@right("slope of relu from a", "half of 1 + sign")
def _(a):
    return (1 + np.sign(a)) / 2


@right("slope of relu from a", "masks")
def _(a):
    slope = np.ones_like(a)
    slope[a <= 0] = 0
    return slope


@right("slope of relu from a", "whole numbers")
def _(a):
    return (a > 0).astype(int)


@right("slope of relu from a", "truth values")
def _(a):
    return a > 0


RIGHT.append(("slope of relu from a", "np.vectorize of an if", np.vectorize(lambda v: 1.0 if v > 0 else 0.0)))


@right("slope of relu from a", "list comprehension")
def _(a):
    return np.reshape([float(v > 0) for v in np.ravel(a)], np.shape(a))


@right("slope of relu from o", "o > 0 as float")
def _(o):
    return (o > 0).astype(float)


@right("slope of relu from o", "sign")
def _(o):
    return np.sign(o)


@right("slope of relu from o", "heaviside, 0 at 0")
def _(o):
    return np.heaviside(o, 0)


@right("slope of relu from o", "o != 0")
def _(o):
    return 1.0 * (o != 0)


@right("slope of relu from o", "np.where")
def _(out):
    return np.where(out > 0, 1, 0)


@right("slope of relu from o", "np.clip of something large")
def _(o):
    return np.ceil(np.clip(o, 0, 1))


# ---- output error term

@right("output error term", "slope from a")
def _(net, a, y_hat, y):
    return net.g_o.slope_from_a(a) * (y_hat - y)


@right("output error term", "slope from o")
def _(net, a, y_hat, y):
    return (y_hat - y) * net.g_o.slope_from_o(y_hat)


@right("output error term", "minus the difference the other way round")
def _(net, a, y_hat, y):
    return -(y - y_hat) * net.g_o.slope_from_a(a)


@right("output error term", "double loop")
def _(net, a, y_hat, y):
    slope = net.g_o.slope_from_a(a)
    delta = np.zeros(y.shape)
    for d in range(y.shape[0]):
        for j in range(y.shape[1]):
            delta[d, j] = slope[d, j] * (y_hat[d, j] - y[d, j])
    return delta


@right("output error term", "y_hat made anew from a")
def _(net, a, y_hat, y):
    return np.multiply(net.g_o.value(a) - y, net.g_o.slope_from_a(a))


@right("output error term", "complex step through E_d")
def _(net, a, y_hat, y):
    h = 1e-30
    return np.imag(0.5 * (net.g_o.value(a + 1j * h) - y) ** 2) / h


@right("output error term", "diagonal matrix of slopes, pair by pair")
def _(net, a, y_hat, y):
    return np.array([np.diag(net.g_o.slope_from_a(a_d)) @ (p - t) for a_d, p, t in zip(a, y_hat, y)])


@right("output error term", "einsum, transposed view")
def _(net, a, y_hat, y):
    return np.einsum("dj,dj->jd", net.g_o.slope_from_o(y_hat), y_hat - y).T


@right("output error term", "float32")
def _(net, a, y_hat, y):
    a, y_hat, y = (np.asarray(v, np.float32) for v in (a, y_hat, y))
    return net.g_o.slope_from_a(a) * (y_hat - y)


@right("output error term", "by name of the function")
def _(net, a, y_hat, y):
    difference = y_hat - y
    if net.output == "identity":
        return difference
    if net.output == "tanh":
        return difference * (1 - y_hat ** 2)
    if net.output == "sigmoid":
        return difference * y_hat * (1 - y_hat)
    return difference * net.g_o.slope_from_a(a)


# ---- hidden error term

@right("hidden error term", "matrix product, slope from a")
def _(net, a, o, w_after, delta_after):
    return net.g.slope_from_a(a) * (delta_after @ w_after[1:].T)


@right("hidden error term", "matrix product, slope from o")
def _(net, a, o, w_after, delta_after):
    return np.dot(delta_after, w_after[1:, :].T) * net.g.slope_from_o(o)


@right("hidden error term", "triple loop")
def _(net, a, o, w_after, delta_after):
    N, r = a.shape
    delta = np.zeros((N, r))
    g_slope = net.g.slope_from_a(a)
    for d in range(N):
        for j in range(r):
            s = 0
            for l in range(delta_after.shape[1]):
                s += w_after[j + 1, l] * delta_after[d, l]
            delta[d, j] = g_slope[d, j] * s
    return delta


@right("hidden error term", "einsum of all three")
def _(net, a, o, w_after, delta_after):
    return np.einsum("dj,jl,dl->dj", net.g.slope_from_o(o), w_after[1:], delta_after)


@right("hidden error term", "row 0 deleted")
def _(net, a, o, w_after, delta_after):
    no_bias = np.delete(w_after, 0, axis=0)
    return np.inner(delta_after, no_bias) * net.g.slope_from_a(a)


@right("hidden error term", "node 0 dropped afterwards")
def _(net, a, o, w_after, delta_after):
    back = delta_after @ w_after.T
    return back[:, 1:] * net.g.slope_from_a(a)


@right("hidden error term", "columns are pairs")
def _(net, a, o, w_after, delta_after):
    W = w_after[1:]
    return ((W @ delta_after.T) * net.g.slope_from_o(o).T).T


@right("hidden error term", "tensordot")
def _(net, a, o, w_after, delta_after):
    return np.tensordot(delta_after, w_after[1:], axes=([1], [1])) * net.g.slope_from_a(a)


@right("hidden error term", "slope by a complex step")
def _(net, a, o, w_after, delta_after):
    slope = net.g.value(a + 1e-30j).imag / 1e-30
    return slope * (delta_after @ w_after[1:].T)


@right("hidden error term", "pair by pair with diag")
def _(net, a, o, w_after, delta_after):
    return np.vstack([np.diag(net.g.slope_from_a(a[d])) @ w_after[1:] @ delta_after[d] for d in range(len(a))])


@right("hidden error term", "column by column, Fortran order")
def _(net, a, o, w_after, delta_after):
    columns = [net.g.slope_from_o(o[:, j]) * (delta_after * w_after[j + 1]).sum(axis=1) for j in range(o.shape[1])]
    return np.array(columns).T


@right("hidden error term", "float32")
def _(net, a, o, w_after, delta_after):
    f = np.float32
    return net.g.slope_from_a(a.astype(f)) * (delta_after.astype(f) @ w_after.astype(f)[1:].T)


# ---- partial derivatives

@right("partial derivatives", "broadcasting")
def _(o_before, delta):
    return o_before[:, :, None] * delta[:, None, :]


@right("partial derivatives", "einsum")
def _(o_before, delta):
    return np.einsum("di,dj->dij", o_before, delta)


@right("partial derivatives", "np.outer per pair")
def _(o_before, delta):
    return np.array([np.outer(o, d) for o, d in zip(o_before, delta)])


@right("partial derivatives", "triple loop")
def _(o_before, delta):
    N, r, s = len(delta), o_before.shape[1], delta.shape[1]
    out = np.empty((N, r, s))
    for d in range(N):
        for i in range(r):
            for j in range(s):
                out[d, i, j] = delta[d, j] * o_before[d, i]
    return out


@right("partial derivatives", "stacked matrix products")
def _(o_before, delta):
    return o_before[..., np.newaxis] @ delta[:, np.newaxis]


@right("partial derivatives", "swapped axes of the transpose")
def _(o_before, delta):
    return (delta[:, :, None] * o_before[:, None, :]).swapaxes(1, 2)


@right("partial derivatives", "np.stack of a generator's list")
def _(o_before, delta):
    return np.stack([o_before[d].reshape(-1, 1) * delta[d] for d in range(len(delta))], axis=0)


@right("partial derivatives", "repeat and tile")
def _(o_before, delta):
    N, r = o_before.shape
    s = delta.shape[1]
    return (np.repeat(o_before, s, axis=1) * np.tile(delta, (1, r))).reshape(N, r, s)


@right("partial derivatives", "pairs on the last axis, moved to the front")
def _(o_before, delta):
    return np.moveaxis(np.stack([np.outer(o_before[d], delta[d]) for d in range(len(delta))], axis=-1), -1, 0)


@right("partial derivatives", "float32, Fortran order")
def _(o_before, delta):
    return np.asfortranarray(np.einsum("ni,nj->nij", o_before.astype(np.float32), delta.astype(np.float32)))


@right("partial derivatives", "list comprehensions all the way down")
def _(o_before, delta):
    return np.array([[[o * e for e in d_row] for o in o_row] for o_row, d_row in zip(o_before, delta)])


class Static:
    @staticmethod
    def error_term(*args):
        net, a, y_hat, y = args
        return (y_hat - y) * net.g_o.slope_from_o(y_hat)


RIGHT.append(("output error term", "static method with *args", Static.error_term))
RIGHT.append(("partial derivatives", "functools.partial of np.einsum", partial(np.einsum, "di,dj->dij")))
RIGHT.append(("slope of tanh from o", "np.polyval of a polynomial", partial(np.polyval, [-1, 0, 1])))
