"""The network as plain data: how many nodes, which functions. The weights are kept apart, in a list
of matrices."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .activations import ACTIVATIONS, Activation, softmax
from .arrays import checked_name, checked_number
from .errors import ERRORS


@dataclass(frozen=True)
class Network:
    """A feedforward network with fully connected layers (F2).

    Parameters
    ----------
    sizes : tuple of m + 1 whole numbers, (r_0, ..., r_m)
        Nodes in each layer, the inputs first; node 0, which carries the bias, is not counted.
    hidden : str
        g, the activation function of the hidden layers: sigmoid, tanh, relu, identity, softplus or
        step.
    output : str
        g_o, that of the last layer: the same names, and softmax with cross-entropy.
    error : str
        "mse" for 1/(2N) Σ ‖y_hat - y‖², or "cross-entropy" (with output "softmax" or "sigmoid").

    Raises
    ------
    TypeError, ValueError
        One sentence that names the argument.
    """

    sizes: tuple
    hidden: str = "sigmoid"
    output: str = "identity"
    error: str = "mse"

    def __post_init__(self):
        if not isinstance(self.sizes, (tuple, list)):
            raise TypeError(
                f"sizes is {self.sizes!r}, expected a tuple (r_0, ..., r_m) such as (3, 3, 1)"
            )
        if len(self.sizes) < 2:
            raise ValueError(f"sizes is {self.sizes!r}, expected at least two layers: (r_0, r_1)")
        object.__setattr__(
            self,
            "sizes",
            tuple(
                checked_number(f"r_{k} in sizes", r, whole=True, at_least=1)
                for k, r in enumerate(self.sizes)
            ),
        )
        checked_name("hidden", self.hidden, tuple(ACTIVATIONS))
        checked_name("output", self.output, (*ACTIVATIONS, "softmax"))
        checked_name("error", self.error, ERRORS)
        if self.output == "softmax" and self.error != "cross-entropy":
            raise ValueError(
                'output "softmax" needs error "cross-entropy": its outputs are probabilities that '
                "depend on each other"
            )
        if self.output == "softmax" and self.sizes[-1] == 1:
            raise ValueError(
                'output "softmax" with r_m = 1 is always 1: use "sigmoid", or two outputs'
            )
        if self.error == "cross-entropy" and self.output not in ("softmax", "sigmoid"):
            raise ValueError(
                f'error "cross-entropy" needs output "softmax" or "sigmoid", not {self.output!r}: '
                "outputs have to be probabilities"
            )

    @cached_property
    def m(self) -> int:
        """The number of layers with weights; layer m is the output layer."""
        return len(self.sizes) - 1

    @cached_property
    def g(self) -> Activation:
        """The activation function of the hidden layers."""
        return ACTIVATIONS[self.hidden]

    @cached_property
    def g_o(self) -> Activation | None:
        """The activation function of the output layer; None for softmax, which is no function of
        one node."""
        return ACTIVATIONS.get(self.output)

    @cached_property
    def weight_shapes(self) -> list:
        """(r_{k-1} + 1, r_k) for k = 1 ... m."""
        return [(r_before + 1, r) for r_before, r in zip(self.sizes, self.sizes[1:])]

    def layer_output(self, k, a):
        """o^k from a^k, shape (N, r_k): g in a hidden layer, g_o in layer m."""
        if k < self.m:
            return self.g.value(a)
        return softmax(a) if self.g_o is None else self.g_o.value(a)

    def initial_weights(self, seed=1):
        """Random weights between -1 and 1, the same for the same seed on every system.

        Returns
        -------
        list of m arrays; weights[k-1] has shape (r_{k-1}+1, r_k) and holds w_ij^k at [i, j-1]; row
        0 is the bias w_0j^k.
        """
        seed = checked_number("seed", seed, whole=True, at_least=0)
        if seed >= 2**32:
            raise ValueError(f"seed is {seed}, expected a whole number below 2**32")
        random = np.random.RandomState(seed)
        return [2 * random.random_sample(shape) - 1 for shape in self.weight_shapes]


def weight_places(net):
    """(k, i, j) of every weight w_ij^k, layer after layer, as they stand in its matrix."""
    return [
        (k, i, j)
        for k, (nodes_before, r) in enumerate(net.weight_shapes, start=1)
        for i in range(nodes_before)
        for j in range(1, r + 1)
    ]


def weight_name(k, i, j):
    """The name w_ij^k of a weight as text, with a comma where a number has two digits: w_21^1,
    w_12,3^2."""
    return f"w_{i}{',' if max(i, j) > 9 else ''}{j}^{k}"
