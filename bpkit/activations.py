"""The activation functions g and g_o: each with its value and its slope, the slope in two forms.

`slope_from_a` takes the product sum a, as the derivation does; `slope_from_o` takes the output o =
g(a), so that a need not be remembered (G3). All work element by element on real arrays of any
supported library; the values also take complex arrays, which the complex step of `gradient_check`
needs. Where a complex number has to be compared, its real part is.
"""

import functools
import math
from typing import Callable, NamedTuple

import numpy as np

from .arrays import library_of


class Activation(NamedTuple):
    """A function of one node: `value(a)`, `slope_from_a(a)` and `slope_from_o(o)`; `kinks` says
    where a slope jumps."""

    name: str
    value: Callable
    slope_from_a: Callable
    slope_from_o: Callable
    kinks: bool = False


def sigmoid(a):
    """σ(a) = 1 / (1 + e^(-a)), without overflow for any a."""
    library, a = _array(a)
    result = exp_of_minus(a, library)
    if library is np:
        result += 1.0
        return np.reciprocal(result, result)
    return library.reciprocal(1.0 + result)


def sigmoid_slope(a):
    """σ'(a) = σ(a) (1 - σ(a)), and 1 - σ(a) is σ(-a): accurate on both sides (G1)."""
    return sigmoid(a) * sigmoid(-a)


def sigmoid_slope_from_output(o):
    """σ'(a) = o (1 - o): the output alone suffices (G1, G3)."""
    return o * (1.0 - o)


def tanh(a):
    """tanh(a), between -1 and 1."""
    library, a = _array(a)
    return library.tanh(a)


def tanh_slope(a):
    """1 - tanh(a)^2."""
    return 1 - tanh(a) ** 2


def tanh_slope_from_output(o):
    """1 - o^2."""
    return 1.0 - o * o


def relu(a):
    """a where a is above 0, else 0."""
    library, a = _array(a)
    return library.where(a.real <= 0, library.zeros_like(a), a)  # a NaN stays one


def relu_slope(a):
    """1 where a is above 0, else 0. At a = 0 there is no slope; 0 is taken."""
    library, a = _array(a)
    return library.astype(a.real > 0, a.dtype)


def identity(a):
    """a itself: the output function of regression."""
    return _array(a)[1]


def identity_slope(a):
    """1 everywhere (G2)."""
    library, a = _array(a)
    return library.ones_like(a)


def softplus(a):
    """ln(1 + e^a), a smooth ReLU, without overflow for any a."""
    library, a = _array(a)
    size = library.where(a.real > 0, a, -a)  # e^(-size) cannot run over
    return relu(a) + library.log1p(library.exp(-size))


def softplus_slope_from_output(o):
    """1 - e^(-o), which is σ(a)."""
    library, o = _array(o)
    return -library.expm1(-o)


def step(a):
    """Heaviside's step: 1 where a is above 0, else 0. Its slope is 0 wherever it has one, so
    nothing can be learned through it."""
    return relu_slope(a)


def zero_slope(a):
    """0 everywhere: what is left of the step function's slope once its jump is set aside."""
    library, a = _array(a)
    return library.zeros_like(a)


def softmax(a):
    """e^(a_j) over its sum along the row: positive outputs that add to 1. Not a function of one
    node, so it has no slope here."""
    library, a = _array(a)
    e = library.exp(
        a - library.max(a.real, axis=-1, keepdims=True)
    )  # shifting a row leaves the quotients as they are
    return e / library.sum(e, axis=-1, keepdims=True)


ACTIVATIONS = {
    f.name: f
    for f in (
        Activation("sigmoid", sigmoid, sigmoid_slope, sigmoid_slope_from_output),
        Activation("tanh", tanh, tanh_slope, tanh_slope_from_output),
        Activation("relu", relu, relu_slope, relu_slope, kinks=True),
        Activation("identity", identity, identity_slope, identity_slope),
        Activation("softplus", softplus, sigmoid, softplus_slope_from_output),
        Activation("step", step, zero_slope, zero_slope, kinks=True),
    )
}


def calls_in_place(name, a):
    """The calls, (function, arguments), that turn a NumPy array a into o = g(a) where it stands;
    for loops that run them many times."""
    one, f = np.ones((), a.dtype), ACTIVATIONS[name]
    # e^(-a) may overflow to infinity, and 1 / infinity is the right 0
    known = {
        "sigmoid": [(exp_of_minus_in_place, (a,)), (np.add, (a, one, a)), (np.reciprocal, (a, a))],
        "tanh": [(np.tanh, (a, a))],
        "identity": [],
    }
    if a.dtype.kind != "c":
        known["sigmoid"][:1] = [
            (np.negative, (a, a)),
            (np.exp, (a, a)),
        ]  # without a function around them, for `train`
    return known[name] if name in known else [(lambda: np.copyto(a, f.value(a)), ())]


def _array(a):
    """The array's library and the array; plain numbers and whole numbers become floating ones."""
    if type(a) is np.ndarray and a.dtype.kind in "fc":
        return np, a
    library = library_of(a)
    if library is np:
        a = np.asarray(a)
        if a.dtype.kind not in "fc":
            a = a.astype(float)
    return library, a


def exp_of_minus(a, library):
    """e^(-a) of any library's array; very negative a are first raised to where it is finite.

    In float64 that is a = -708.8.
    """
    floor = _overflow_floor(library, a.dtype)
    if library is not np:
        return library.exp(-library.where(a.real < floor, floor, a))
    # complex numbers too: their real parts are compared. A single number stays an array.
    result = np.maximum(a, floor) if a.ndim else np.maximum(a, floor, out=np.empty_like(a))
    exp_of_minus_in_place(result)
    return result


def exp_of_minus_in_place(a):
    """The NumPy array a becomes e^(-a).

    A real entry beyond the largest number becomes infinity, a complex one stays below it.
    """
    if a.dtype.kind != "c":
        np.negative(a, a)
        np.exp(a, a)
        return
    real, imag = a.real, a.imag
    np.maximum(real, _overflow_floor(np, a.dtype).real, out=real)
    if a.size and max(imag.max(), -imag.min()) < 1e-9:
        # A complex step: cosine and sine of so small a number are 1 and the number itself, to the
        # last digit. A third of the time.
        np.negative(real, real)
        np.exp(real, real)
        np.negative(imag, imag)
        np.multiply(imag, real, imag)
    else:
        np.negative(a, a)
        np.exp(a, a)


@functools.lru_cache(maxsize=None)
def _overflow_floor(library, dtype):
    floor = 1 - math.log(float(library.finfo(dtype).max))  # one away, since rounding may go up
    return np.array(floor, dtype) if library is np else floor
