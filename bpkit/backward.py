"""The backward phase: the five equations as five functions, and `backward`, which is made of them.

The order is that of the algorithm: an error term for the last layer (A2), for each hidden layer
before it (A3), then the slopes of the weights (A1), combined over all pairs (A4). `weight_change`
(A5) is what gradient descent does with them.
"""

from operator import is_

from .arrays import checked_rows, checked_weights, library_of, matrix_product
from .errors import checked_targets
from .forward import Trace


def partial_derivatives(o_before, delta):
    """A1: ∂E_d/∂w_ij^k = δ_j^k o_i^{k-1}, for each pair by itself.

    o_before : (N, r_{k-1}+1), the outputs of the layer before, node 0 included;  delta : (N, r_k);
        returns (N, r_{k-1}+1, r_k)
    """
    return o_before[..., :, None] * delta[..., None, :]


def output_error_term(net, a, y_hat, y):
    """A2: δ_j^m = g_o'(a_j^m) (y_hat_j - y_j); all arrays (N, r_m).

    With g_o the identity, g_o' is 1 and ŷ - y is left (G4); so it is with cross-entropy, where g_o'
    cancels.
    """
    if net.output == "identity" or net.error == "cross-entropy":
        return y_hat - y
    return net.g_o.slope_from_o(y_hat) * (y_hat - y)


def hidden_error_term(net, o, weights_after, delta_after):
    """A3: δ_j^k = g'(a_j^k) Σ_l w_jl^{k+1} δ_l^{k+1}, the backpropagation formula (D16, G5).

    o : (N, r_k), from which g' is taken (G3);  weights_after : (r_k + 1, r_{k+1});  delta_after :
        (N, r_{k+1});  returns (N, r_k). Row 0 of the weights is left out: node 0 is a constant, so
        no error passes through it (D12).
    """
    product = matrix_product(library_of(o), o, weights_after)
    return net.g.slope_from_o(o) * product(delta_after, weights_after[..., 1:, :].mT)


def combined_gradient(o_before, delta_share):
    """A4: ∂E/∂w_ij^k = 1/N Σ_d ∂E_d/∂w_ij^k, the mean of A1 over the pairs (D2).

    o_before : (N, r_{k-1}+1);  delta_share : δ/N, (N, r_k), each pair's share of the mean;  returns
        (r_{k-1}+1, r_k). One matrix product multiplies and sums at once, so the (N, r_{k-1}+1, r_k)
        array of A1 is never made (R3).
    """
    return matrix_product(library_of(o_before), o_before, delta_share)(o_before.mT, delta_share)


def weight_change(alpha, gradient):
    """A5: Δw_ij^k = -α ∂E/∂w_ij^k, a step downhill (F4)."""
    return -alpha * gradient


def error_terms(net, weights, trace, y):
    """δ^k of every layer, working backwards from the last one (S2).

    Parameters
    ----------
    net, weights : as for `forward`
    trace : the Trace that `forward` returned for the same weights
    y : array (N, r_m)

    Returns
    -------
    list; [k] is δ^k (N, r_k), of each single pair's E_d, or (S, N, r_k) for a stack of networks;
    [0] is None

    Raises
    ------
    TypeError, ValueError : a wrong shape, dtype or library, or an entry that is not finite, in one
        sentence.
    """
    weights, y = _checked(net, weights, trace, y)
    return _error_terms(net, weights, trace, y)


def backward(net, weights, trace, y):
    """∂E(X, θ)/∂w for every weight, averaged over the N pairs: steps 2 and 3 of the algorithm (S2,
    S3).

    Parameters and errors raised as for `error_terms`.

    Returns
    -------
    list of m arrays shaped like weights
    """
    weights, y = _checked(net, weights, trace, y)
    delta_share = _error_terms(net, weights, trace, y, share=1 / len(y))
    return [
        combined_gradient(trace.o_with_node_0[k - 1], delta_share[k]) for k in range(1, net.m + 1)
    ]


def per_example_gradients(net, weights, trace, y):
    """∂E_d/∂w of every pair before they are combined (A1); for teaching, since it needs N times the
    memory of `backward`.

    Parameters and errors raised as for `error_terms`.

    Returns
    -------
    list of m arrays; [k-1] has shape (N, r_{k-1}+1, r_k)
    """
    weights, y = _checked(net, weights, trace, y)
    delta = _error_terms(net, weights, trace, y)
    return [partial_derivatives(trace.o_with_node_0[k - 1], delta[k]) for k in range(1, net.m + 1)]


def _error_terms(net, weights, trace, y, share=None):
    """δ^k of every layer, or `share` times it: every δ is proportional to δ^m, so 1/N is multiplied
    in once, there."""
    delta = [None] * (net.m + 1)
    delta[net.m] = output_error_term(net, trace.a[-1], trace.o[-1], y)
    if share is not None:
        delta[net.m] = delta[net.m] * share
    for k in range(net.m - 1, 0, -1):
        delta[k] = hidden_error_term(net, trace.o[k], weights[k], delta[k + 1])
    return delta


def _checked(net, weights, trace, y):
    if not isinstance(trace, Trace):
        raise TypeError(
            f"trace is a {type(trace).__name__}, expected the Trace that forward(net, weights, X) "
            "returns"
        )
    if trace.net is not net and trace.net != net:
        raise ValueError(f"trace comes from {trace.net}, expected one of {net}")
    same = (
        isinstance(weights, (list, tuple))
        and len(weights) == net.m
        and all(map(is_, weights, trace.weights))
    )
    if not same:  # what forward has checked needs no second look
        weights = checked_weights(net, weights)[1]
    library, N = library_of(trace.o[-1]), trace.o[-1].shape[-2]
    y = checked_rows("y", y, net.sizes[-1], "r_m", library, weights[0].dtype, N=N)
    return weights, y if net.error == "mse" else checked_targets(net, y, library)
