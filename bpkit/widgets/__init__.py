"""Explorers: pictures with sliders, each a function that returns an `Explorer`."""

from .activation import activation_explorer
from .explorer import VIEW, Explorer, slider
from .features import digits_explorer, edges_explorer, encoder_explorer
from .gradient_check import gradient_check_explorer
from .learning_rate import learning_rate_explorer
from .nudge import nudge_explorer
from .phases import phase_stepper
from .reading import reading_explorer
from .reference import reference_explorer
from .surface import surface_explorer
from .symmetry import symmetry_explorer

__all__ = [
    "VIEW",
    "Explorer",
    "activation_explorer",
    "digits_explorer",
    "edges_explorer",
    "encoder_explorer",
    "gradient_check_explorer",
    "learning_rate_explorer",
    "nudge_explorer",
    "phase_stepper",
    "reading_explorer",
    "reference_explorer",
    "slider",
    "surface_explorer",
    "symmetry_explorer",
]
