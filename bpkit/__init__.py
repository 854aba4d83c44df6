"""bpkit: forward phase, backward phase, training and gradient check for the course on
backpropagation.

The names below are the public ones. `bpkit.datasets` holds the data, `bpkit.plotting` and
`bpkit.widgets` the pictures; those two load Matplotlib and ipywidgets, so they are imported where
they are used.
"""

from . import datasets
from .backward import backward, error_terms, per_example_gradients
from .checks import agree, let_console_print_everything
from .forward import Trace, error, forward
from .gradcheck import GradientCheck, gradient_check
from .network import Network
from .surface import error_surface
from .training import Training, train

__all__ = [
    "GradientCheck",
    "Network",
    "Trace",
    "Training",
    "agree",
    "backward",
    "datasets",
    "error",
    "error_surface",
    "error_terms",
    "forward",
    "gradient_check",
    "per_example_gradients",
    "train",
]

let_console_print_everything()
