"""What a notebook imports, and its kernel: python.mjs keeps Python's memory as it is after this."""

import gc

import numpy.random  # noqa: F401
import piplite.piplite  # noqa: F401
import pyodide_kernel  # noqa: F401

import bpkit.diagnosis
import bpkit.plotting
import bpkit.widgets  # noqa: F401

gc.collect()
