"""Problem set 2, deriving the gradients: wrong answers."""

import numpy as np

from answers import wrong


@wrong("03", "output error term")
def output_error_term(net, a, y_hat, y):
    return 2 * (y_hat - y) * net.g_o.slope_from_o(y_hat)


@wrong("05", "output error term")
def output_error_term(net, a, y_hat, y):
    return y_hat - y


@wrong("07", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return delta_after @ w_after[1:].T


@wrong("09b", "output error term")
def output_error_term(net, a, y_hat, y):
    return net.g_o.slope_from_a(y_hat) * (y_hat - y)


@wrong("10", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_o(a) * (delta_after @ w_after[1:].T)


@wrong("10", "slope of sigmoid from a")
def sigmoid_slope(a):
    return a * (1 - a)


@wrong("10b", "output error term")
def output_error_term(net, a, y_hat, y):
    return net.g_o.slope_from_o(a) * (y_hat - y)


@wrong("11", "slope of tanh from a")
def tanh_slope(a):
    return 1 + np.tanh(a) ** 2


@wrong("12", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return o * (1 - o) * (delta_after @ w_after[1:].T)


@wrong("12b", "output error term")
def output_error_term(net, a, y_hat, y):
    return y_hat * (1 - y_hat) * (y_hat - y)


@wrong("15", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_a(a) * np.dot(delta_after, w_after.T)


@wrong("16", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    back = np.dot(delta_after, w_after.T)[:, :-1]
    return net.g.slope_from_o(o) * back


@wrong("28", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_o(o) * (delta_after @ w_after[1:])


@wrong("29", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    delta = np.zeros_like(o)
    slope = net.g.slope_from_o(o)
    for d in range(o.shape[0]):
        for j in range(o.shape[1]):
            delta[d, j] = slope[d, j] * w_after[j + 1, 0] * delta_after[d, 0]
    return delta


@wrong("30", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    paths = w_after[None, 1:, :] * delta_after[:, None, :]
    return net.g.slope_from_o(o) * paths.mean(axis=2)


@wrong("31", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    w = w_after[1:]
    share = w / np.abs(w).sum(axis=0)
    return net.g.slope_from_o(o) * (delta_after @ share.T)


@wrong("31b", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    w = w_after[1:]
    return net.g.slope_from_o(o) * (delta_after @ (w / w.sum(axis=0)).T)


@wrong("32", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_o(o) * (delta_after * w_after[1:])


@wrong("33", "output error term")
def output_error_term(net, a, y_hat, y):
    y = np.squeeze(y)
    return net.g_o.slope_from_o(y_hat) * (y_hat - y)
