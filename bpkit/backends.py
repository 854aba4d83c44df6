"""Which array libraries and devices are here, arrays moved to them and back, and a clock that waits
for the device.

    from bpkit import backends
    for backend in backends.here():
        print(backend.name, backend.seconds(lambda: ...))

The numeric core of bpkit takes the arrays of each of them. Nothing is imported before `here` or
`left_out` is called, and nothing then that is not installed. NumPy computes on the processor alone;
it is always here, and always first.
"""

import importlib
import statistics
import time

import numpy as np

from .arrays import checked_number


class Backend:
    """One array library on one device. This one is NumPy on the processor; the others change what
    differs.

    name : for people to read, such as "PyTorch on cuda (NVIDIA H100 80GB HBM3)"
    device : "cpu", "cuda" or "mps";  is_gpu : whether that is another than the processor
    precisions : the names of dtypes that `array` takes, the finest first
    """

    name, device, is_gpu, precisions = (
        "NumPy on the processor",
        "cpu",
        False,
        ("float64", "float32"),
    )

    def __repr__(self):
        return self.name

    def array(self, values, dtype="float64"):
        """A new array on this device, of the shape of `values`.

        Parameters
        ----------
        values : NumPy array, or nested lists of numbers
        dtype : one of `precisions`

        Raises
        ------
        ValueError, TypeError : a precision this device does not have, or values that are no array
            of numbers; in one sentence.
        """
        if dtype not in self.precisions:
            raise ValueError(
                f"dtype is {dtype!r}, and {self.name} has {', '.join(self.precisions)}"
            )
        if not isinstance(values, (np.ndarray, np.generic, list, tuple, int, float)):
            kind = f"{type(values).__module__}.{type(values).__name__}".removeprefix("builtins.")
            raise TypeError(
                f"values is a {kind}, expected a NumPy array or lists of numbers: "
                "to_numpy of the backend it came from makes a NumPy array of it"
            )
        try:
            values = np.asarray(values)
        except ValueError:
            raise ValueError("values has rows of different lengths, expected an array") from None
        if values.dtype.kind not in "fiub":
            raise TypeError(f"values has dtype {values.dtype}, expected real numbers")
        return self._moved(values, dtype)

    def to_numpy(self, array):
        """The same numbers as a NumPy array, shape and precision kept (bfloat16, which NumPy has
        not, becomes float32)."""
        return np.array(array)

    def wait(self):
        """Come back when the device has done all it was told. The processor has always done so
        already."""

    def seconds(self, function, least=0.3, most_rounds=200):
        """How long function() takes, in seconds: the median of several rounds after one that warms
        up (their mean, where the clock is too coarse for one round). The device is waited for
        before each look at the clock.

        Parameters
        ----------
        function : called without arguments
        least : rounds are added until this many seconds are over, but at least 3 rounds are made
        most_rounds : and no more than so many, 3 or more

        Raises
        ------
        TypeError, ValueError : in one sentence.
        """
        if not callable(function):
            raise TypeError(
                f"function is {function!r}, expected something to call, such as lambda: "
                "forward(net, weights, X)"
            )
        least, most_rounds = (
            checked_number("least", least, above=0),
            checked_number("most_rounds", most_rounds, whole=True, at_least=3),
        )
        function()
        self.wait()
        times, began = [], time.perf_counter()
        while len(times) < 3 or (time.perf_counter() - began < least and len(times) < most_rounds):
            start = time.perf_counter()
            function()
            self.wait()
            times.append(time.perf_counter() - start)
        # a browser's clock may show nothing for a round; its mean is right all the same
        return statistics.median(times) if min(times) > 0 else statistics.fmean(times)

    def _moved(self, values, dtype):
        return values.astype(dtype)  # always a copy, as with the others


class PyTorch(Backend):
    """PyTorch on one of its devices: "cpu", "cuda" or "mps" (Apple's GPUs, which have no
    float64)."""

    def __init__(self, torch, device):
        self.torch, self.device, self.is_gpu = torch, device, device != "cpu"
        self.precisions = (
            ("float32", "bfloat16") if device == "mps" else ("float64", "float32", "bfloat16")
        )

    @property
    def name(self):
        if self.device == "cuda":  # asked for when it is read, since the question starts the device
            return f"PyTorch on cuda ({self.torch.cuda.get_device_name()})"
        return "PyTorch on mps (Apple GPU)" if self.is_gpu else "PyTorch on the processor"

    def to_numpy(self, array):
        dtype = self.torch.float32 if array.dtype == self.torch.bfloat16 else array.dtype
        return array.detach().to("cpu", dtype, copy=True).numpy()  # one copy, wherever it lies

    def wait(self):
        if self.device == "cuda":
            self.torch.cuda.synchronize()
        elif self.device == "mps":
            self.torch.mps.synchronize()

    def _moved(self, values, dtype):
        return self.torch.tensor(values, dtype=getattr(self.torch, dtype), device=self.device)


class CuPy(Backend):
    """CuPy, which has NumPy's functions for NVIDIA's GPUs."""

    device, is_gpu = "cuda", True

    def __init__(self, cupy):
        self.cupy = cupy
        model = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)["name"]
        self.name = f"CuPy on cuda ({model.decode() if isinstance(model, bytes) else model})"

    def to_numpy(self, array):
        return self.cupy.asnumpy(array)

    def wait(self):
        self.cupy.cuda.Device().synchronize()

    def _moved(self, values, dtype):
        return self.cupy.array(values, dtype=dtype)


def here():
    """The backends of this computer as a list: NumPy, then PyTorch on the processor, then the
    GPUs."""
    return _search()[0]


def left_out():
    """One sentence for each backend that is not here, as a list."""
    return _search()[1]


def _search():
    found, missing = [Backend()], []
    torch = _imported("torch", "PyTorch", missing)
    if torch:
        found.append(PyTorch(torch, "cpu"))
        if torch.cuda.is_available():
            found.append(PyTorch(torch, "cuda"))
        if torch.backends.mps.is_available():
            found.append(PyTorch(torch, "mps"))
        if not found[-1].is_gpu:
            missing.append("PyTorch finds no GPU here.")
    cupy = _imported("cupy", "CuPy", missing)
    if cupy and not hasattr(cupy.ndarray, "mT"):
        missing.append(
            f"CuPy {cupy.__version__} is too old: its arrays have no .mT, which came with CuPy 14."
        )
    elif cupy:
        try:
            cupy.cuda.runtime.getDeviceCount()
            found.append(CuPy(cupy))
        except Exception as reason:  # CuPy has an error class of its own for each part of CUDA
            missing.append(f"CuPy is installed but finds no GPU here ({_first_line(reason)}).")
    return found, missing


def _imported(module, name, missing):
    """The module, or None and a sentence more in `missing`."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        missing.append(f"{name} is not installed.")
    except (
        ImportError,
        OSError,
    ) as reason:  # installed, but a part of it is missing or does not fit this system
        missing.append(f"{name} cannot be loaded ({_first_line(reason)}).")


def _first_line(reason):
    return str(reason).split("\n")[0].rstrip(".") or type(reason).__name__
