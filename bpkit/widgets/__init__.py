"""Explorers: pictures with sliders, each a function that returns an `Explorer`."""
from .explorer import VIEW, Explorer
from .phases import phase_stepper
from .reference import reference_explorer

__all__ = ["VIEW", "Explorer", "phase_stepper", "reference_explorer"]
