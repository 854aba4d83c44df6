"""Figures: the network with its values, error curves, outputs beside targets, surfaces, many
starts, what hidden nodes learned, the graph of a computation, and how they come into a notebook.

Nothing here uses pyplot, which would show every figure a second time.
"""

from .curves import draw_errors, draw_outputs
from .features import draw_bars, draw_pictures, draw_weight_pictures
from .graph import draw_graph
from .look import BACKWARD, FORWARD
from .network import draw_network
from .rules_and_paths import draw_chain, draw_paths, draw_squares
from .scene import Scene, picture, png, show
from .starts import draw_starts
from .surface import draw_surface

__all__ = [
    "BACKWARD",
    "FORWARD",
    "Scene",
    "draw_bars",
    "draw_chain",
    "draw_errors",
    "draw_graph",
    "draw_network",
    "draw_outputs",
    "draw_paths",
    "draw_pictures",
    "draw_squares",
    "draw_starts",
    "draw_surface",
    "draw_weight_pictures",
    "picture",
    "png",
    "show",
]
