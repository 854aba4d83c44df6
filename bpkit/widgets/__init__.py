"""Explorers: pictures with sliders, each a function that returns an `Explorer`."""
from .explorer import VIEW, Explorer
from .gradient_check import gradient_check_explorer
from .learning_rate import learning_rate_explorer
from .phases import phase_stepper
from .reference import reference_explorer
from .surface import surface_explorer

__all__ = ["VIEW", "Explorer", "gradient_check_explorer", "learning_rate_explorer", "phase_stepper", "reference_explorer", "surface_explorer"]
