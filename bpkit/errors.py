"""The error functions: E_d of each single pair, from the last layer's a and y_hat.

For the mean squared error E_d = 1/2 Σ_j (y_hat_j - y_j)^2, so that the mean over N pairs is 1/(2N)
Σ ‖y_hat - y‖² (F3, D3). For the cross-entropy E_d is computed from a, where it cannot run into
log(0), and g_o is the function that belongs to it: softmax where one of r_m classes is right,
sigmoid where each output answers a yes-or-no question of its own.
"""

from .activations import softplus
from .arrays import library_of

ERRORS = ("mse", "cross-entropy")


def squared_error(y_hat, y):
    """E_d = 1/2 Σ_j (y_hat_j - y_j)^2, one number a pair. The square is no |.|^2, so that a complex
    step passes through it."""
    difference = y_hat - y
    return library_of(y_hat).sum(difference * difference, axis=-1) / 2


def softmax_cross_entropy(a, y):
    """E_d = -Σ_j y_j ln y_hat_j with y_hat = softmax(a), one number a pair; each row of y adds to
    1."""
    library = library_of(a)
    shifted = a - library.max(a.real, axis=-1, keepdims=True)
    log_of_sum = library.log(library.sum(library.exp(shifted), axis=-1, keepdims=True))
    return library.sum(y * (log_of_sum - shifted), axis=-1)


def sigmoid_cross_entropy(a, y):
    """E_d = -Σ_j (y_j ln y_hat_j + (1-y_j) ln(1-y_hat_j)) with y_hat = σ(a), one number a pair; y
    between 0 and 1."""
    return library_of(a).sum(softplus(a) - y * a, axis=-1)


def pair_errors(net, a, y_hat, y):
    """E_d of each pair, shape (N,): the error function of `net` at the last layer's a and y_hat,
    both (N, r_m)."""
    if net.error == "mse":
        return squared_error(y_hat, y)
    return (softmax_cross_entropy if net.output == "softmax" else sigmoid_cross_entropy)(a, y)


def checked_targets(net, y, library):
    """Refuse targets that the error function has no meaning for: outside 0 to 1, or rows that do
    not add to 1."""
    if net.error == "mse":
        return y
    if bool(library.any((y.real < 0) | (y.real > 1))):
        raise ValueError(
            "y has entries outside 0 to 1, which cross-entropy cannot take: each y is a probability"
        )
    if net.output == "softmax" and bool(library.any(abs(library.sum(y, axis=-1) - 1) > 1e-6)):
        raise ValueError(
            "y has a row that does not add to 1, which softmax with cross-entropy needs: one "
            "probability per class"
        )
    return y
