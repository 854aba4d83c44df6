"""The forward phase: from the inputs to y_hat, layer by layer, remembering every a and o on the way
(S1, B2)."""

from typing import NamedTuple

import numpy as np

from .arrays import checked_rows, checked_weights, matrix_product
from .errors import checked_targets, pair_errors
from .network import Network


class Trace(NamedTuple):
    """What a forward phase leaves behind for the backward phase. For a stack of S networks all
    arrays have S first, but for those of layer 0.

    a : list; a[k] (N, r_k), the product sums of layer k; a[0] is None
    o : list; o[k] (N, r_k), the outputs of layer k; o[0] is X
    o_with_node_0 : list; [k] (N, r_k + 1), the same outputs with node 0's constant 1 in column 0,
        for k = 0 ... m - 1 (D1)
    net, weights : what it was made with
    """

    a: list
    o: list
    o_with_node_0: list
    net: Network
    weights: list

    @property
    def y_hat(self):
        """The network's outputs, (N, r_m)."""
        return self.o[-1]


def forward(net, weights, X):
    """The forward phase for all pairs at once.

    Parameters
    ----------
    net : Network
    weights : list of m arrays, weights[k-1] (r_{k-1}+1, r_k), row 0 the bias; or (S, r_{k-1}+1,
        r_k), for a stack of S networks of
        one shape, all of them at once
    X : array (N, r_0)

    Returns
    -------
    Trace

    Raises
    ------
    TypeError, ValueError : a wrong shape, dtype or library, or an entry that is not finite, in one
        sentence.
    """
    library, weights = checked_weights(net, weights)
    X = checked_rows("X", X, net.sizes[0], "r_0", library, weights[0].dtype)
    return forward_phase(net, weights, X, library)


def forward_phase(net, weights, X, library):
    """`forward` without the checks, for callers that have made them."""
    a, o, o_with_node_0 = [None], [X], []
    dtype = weights[0].dtype
    product = matrix_product(library, weights[0])
    for k, w in enumerate(weights, start=1):
        before = with_node_0(o[-1], w.shape[-2], library, dtype)
        a_k = product(before, w)
        o_with_node_0.append(before)
        a.append(a_k)
        o.append(net.layer_output(k, a_k))
    return Trace(a, o, o_with_node_0, net, weights)


def with_node_0(o, count, library, dtype):
    """The outputs o (N, r) of one layer with node 0's constant 1 put before them: (N, count), count
    = r + 1, so that a = o @ w (D1)."""
    if library is np:
        joined = np.empty(o.shape[:-1] + (count,), dtype)
        joined.fill(1)
    else:
        joined = library.ones(o.shape[:-1] + (count,), dtype=dtype, device=o.device)
    joined[..., 1:] = o
    return joined


def error(net, weights, X, y):
    """E(X, θ), the mean over the N pairs of E_d (F3).

    Parameters
    ----------
    net, weights, X : as for `forward`
    y : array (N, r_m), the targets

    Returns
    -------
    float; a complex number where the weights are complex; an array (S,) for a stack of networks.

    Raises
    ------
    TypeError, ValueError : as `forward`, and for targets the error function has no meaning for.
    """
    library, weights = checked_weights(net, weights)
    X = checked_rows("X", X, net.sizes[0], "r_0", library, weights[0].dtype)
    y = checked_rows("y", y, net.sizes[-1], "r_m", library, weights[0].dtype, N=X.shape[0])
    checked_targets(net, y, library)
    with np.errstate(over="ignore"):  # E may be too large for a number: inf
        trace = forward_phase(net, weights, X, library)
        E = library.mean(pair_errors(net, trace.a[-1], trace.y_hat, y), axis=-1)
    return E if E.ndim else E.item()
