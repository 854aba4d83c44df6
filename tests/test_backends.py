"""The same functions on the arrays of every library, with the same numbers; and a clock that waits
for the device."""

import subprocess
import sys
import types

import numpy as np
import pytest
from random_networks import random_network

from bpkit import (
    Network,
    backends,
    backward,
    datasets,
    error,
    error_surface,
    error_terms,
    forward,
    gradient_check,
    per_example_gradients,
    train,
)

NUMPY = backends.Backend()
NUMBERS = range(0, 35, 5)
STACKED = [
    Network((3, 3, 1)),
    Network((3, 4, 4, 5, 2), "tanh", "sigmoid"),
    Network((3, 5, 3), "relu", "softmax", "cross-entropy"),
    Network((2, 3, 1), "softplus", "sigmoid", "cross-entropy"),
]


@pytest.fixture
def pytorch():
    for backend in backends.here():
        if isinstance(backend, backends.PyTorch) and backend.device == "cpu":
            return backend
    pytest.skip(" ".join(backends.left_out()))


def same(theirs, ours, backend, within=1e-12):
    for found, wanted in zip(theirs, ours, strict=True):
        if wanted is None:
            assert found is None
            continue
        if not isinstance(
            found, (float, np.ndarray)
        ):  # it is still theirs: not brought to NumPy on the way
            assert isinstance(found, backend.torch.Tensor) and found.dtype == backend.torch.float64
            found = backend.to_numpy(found)
        assert np.shape(found) == np.shape(wanted)
        np.testing.assert_allclose(
            found, wanted, rtol=0, atol=within * max(1, np.abs(wanted).max())
        )


def stack_of(net, S=5):
    random = np.random.RandomState(0)
    X = random.normal(size=(7, net.sizes[0]))
    y = (
        np.eye(3)[random.randint(3, size=7)]
        if net.output == "softmax"
        else random.uniform(size=(7, net.sizes[-1]))
    )
    return net, [np.stack(matrices) for matrices in zip(*map(net.initial_weights, range(S)))], X, y


CASES = [
    *(pytest.param(*random_network(number), id=f"network {number}") for number in NUMBERS),
    *(pytest.param(*stack_of(net), id=f"stack of {net.sizes}") for net in STACKED),
]


@pytest.mark.parametrize("net, weights, X, y", CASES)
def test_both_phases_and_training_give_numpys_numbers(pytorch, net, weights, X, y):
    w, A, b = [pytorch.array(matrix) for matrix in weights], pytorch.array(X), pytorch.array(y)
    ours, theirs = forward(net, weights, X), forward(net, w, A)
    same(theirs.a, ours.a, pytorch)
    same(theirs.o, ours.o, pytorch)
    same(theirs.o_with_node_0, ours.o_with_node_0, pytorch)
    same([theirs.y_hat], [ours.y_hat], pytorch)
    same([error(net, w, A, b)], [error(net, weights, X, y)], pytorch)
    for function in (backward, error_terms, per_example_gradients):
        same(function(net, w, theirs, b), function(net, weights, ours, y), pytorch)


@pytest.mark.parametrize("batch_size, momentum", [(None, 0), (3, 0), (None, 0.5)])
@pytest.mark.parametrize("net, weights, X, y", CASES)
def test_training_gives_numpys_numbers(pytorch, net, weights, X, y, batch_size, momentum):
    batch_size = batch_size and min(batch_size, len(X))
    w, A, b = [pytorch.array(matrix) for matrix in weights], pytorch.array(X), pytorch.array(y)
    how = {
        "iterations": 20,
        "batch_size": batch_size,
        "momentum": momentum,
        "alpha": np.linspace(0.01, 0.05, 5) if weights[0].ndim == 3 else 0.05,
    }
    ours, theirs = train(net, weights, X, y, **how), train(net, w, A, b, **how)
    same([theirs.errors], [ours.errors], pytorch)
    same([*theirs.weights, theirs.y_hat], [*ours.weights, ours.y_hat], pytorch)
    assert (theirs.iterations, theirs.stopped_because) == (ours.iterations, ours.stopped_because)
    same(w, weights, pytorch, within=1e-300)  # the start stays as it was


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("method", ["complex-step", "central"])
def test_the_gradient_check_gives_numpys_numbers(pytorch, number, method):
    net, weights, X, y = random_network(number)
    theirs = gradient_check(
        net, [pytorch.array(w) for w in weights], pytorch.array(X), pytorch.array(y), method=method
    )
    ours = gradient_check(net, weights, X, y, method=method)
    assert theirs.passed and ours.passed
    # a central difference divides rounding by its nudge: there no 12 digits are left to compare
    same(
        [np.asarray(n) for n in theirs.numeric],
        ours.numeric,
        pytorch,
        within=1e-12 if method == "complex-step" else 1e-6,
    )


def test_what_takes_no_other_arrays_or_stacks_says_so(pytorch):
    net, weights, X, y = stack_of(STACKED[0])
    one = [pytorch.array(w[0]) for w in weights]
    A, b = pytorch.array(X), pytorch.array(y)
    with pytest.raises(TypeError, match="another array library: error_surface takes NumPy arrays"):
        error_surface(net, one, A, b, "w_11^1", "w_21^1", [0, 1], [0, 1])
    with pytest.raises(ValueError, match="holds a stack of 5 networks, expected one network"):
        gradient_check(net, [pytorch.array(w) for w in weights], A, b)


def test_arrays_go_there_and_come_back(pytorch):
    values = np.random.RandomState(0).normal(size=(2, 3, 4))
    for backend in backends.here():
        for dtype in backend.precisions:
            back = backend.to_numpy(backend.array(values, dtype))
            assert back.shape == values.shape and isinstance(back, np.ndarray)
            np.testing.assert_allclose(
                back, values, rtol={"float64": 0, "float32": 1e-7, "bfloat16": 4e-3}[dtype]
            )
    copy = NUMPY.array(values)
    copy[:] = 0
    assert values.any(), "array makes a new array"
    assert NUMPY.array([[1, 2], [3, 4]]).dtype == np.float64


def test_what_comes_back_is_a_copy(pytorch):
    for backend in backends.here():
        for dtype in backend.precisions:
            there = backend.array([[1, 2], [3, 4]], dtype)
            for array in (there, there.T):
                back = backend.to_numpy(array)
                back[:] = 0
            assert backend.to_numpy(there).tolist() == [[1, 2], [3, 4]], (backend, dtype)


@pytest.mark.parametrize("dtype, wanted", [("float64", "float64"), ("bfloat16", "float32")])
def test_pytorch_copies_once_on_the_way_back(dtype, wanted):
    copies = []

    class Tensor:
        def __init__(self, dtype):
            self.dtype = dtype

        def detach(self):
            return self

        def to(self, device, dtype, copy):
            copies.append((device, dtype, copy))
            return types.SimpleNamespace(numpy=lambda: "the numbers")

    torch = types.SimpleNamespace(float32="float32", bfloat16="bfloat16")
    assert backends.PyTorch(torch, "cuda").to_numpy(Tensor(dtype)) == "the numbers"
    assert copies == [("cpu", wanted, True)]


class SlowDevice(backends.Backend):
    """A device with a clock of its own: an order takes it a second, and wait() lets that second
    pass."""

    name = "slow device"

    def __init__(self):
        self.now, self.ordered, self.rounds = 0.0, 0, 0

    def order(self):
        self.ordered, self.rounds = self.ordered + 1, self.rounds + 1

    def wait(self):
        self.now, self.ordered = self.now + self.ordered, 0


def test_seconds_waits_before_it_reads_the_clock(monkeypatch):
    device = SlowDevice()
    monkeypatch.setattr(backends.time, "perf_counter", lambda: device.now)
    assert device.seconds(device.order, least=5) == 1.0
    assert device.rounds == 1 + 5 and device.ordered == 0


def test_seconds_leaves_the_first_round_out_and_takes_the_median(monkeypatch):
    device = SlowDevice()
    durations = iter([1000, 3, 1, 2, 900, 4])
    monkeypatch.setattr(backends.time, "perf_counter", lambda: device.now)
    device.order = lambda: setattr(device, "ordered", next(durations))
    assert device.seconds(device.order, least=500) == 2.5  # of 3, 1, 2 and 900


def test_seconds_takes_the_mean_where_the_clock_is_too_coarse_for_a_round(monkeypatch):
    device = SlowDevice()
    monkeypatch.setattr(backends.time, "perf_counter", lambda: device.now // 4 * 4)
    assert device.seconds(device.order, least=400) == 1.0  # each shows 0 or 4


def test_seconds_makes_three_rounds_at_least_and_no_more_than_asked(monkeypatch):
    device = SlowDevice()
    monkeypatch.setattr(backends.time, "perf_counter", lambda: device.now)
    device.seconds(device.order, least=0.001)
    assert device.rounds == 1 + 3
    device.seconds(device.order, least=1000, most_rounds=10)
    assert device.rounds == 4 + 1 + 10


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_pytorch_on_a_gpu_is_waited_for(device):
    calls = []
    torch = types.SimpleNamespace(
        **{
            device: types.SimpleNamespace(
                synchronize=lambda: calls.append(device), get_device_name=lambda: "a card"
            )
        }
    )
    backend = backends.PyTorch(torch, device)
    backend.wait()
    assert calls == [device] and backend.is_gpu and device in backend.name


def test_mps_says_that_it_has_no_float64():
    with pytest.raises(
        ValueError,
        match=r"dtype is 'float64', and PyTorch on mps \(Apple GPU\) has float32, bfloat16",
    ):
        backends.PyTorch(types.SimpleNamespace(), "mps").array([1.0])


def cupy_with(count):
    calls = []
    device = types.SimpleNamespace(id=0, synchronize=lambda: calls.append("waited"))
    runtime = types.SimpleNamespace(
        getDeviceCount=count, getDeviceProperties=lambda number: {"name": b"a card"}
    )
    cuda = types.SimpleNamespace(runtime=runtime, Device=lambda: device)
    return types.SimpleNamespace(
        cuda=cuda, array=np.array, asnumpy=np.array, ndarray=np.ndarray
    ), calls


def hide(monkeypatch, **modules):
    """Let an import of these modules give what is named here, or raise it."""
    real = backends.importlib.import_module

    def imported(name):
        if name not in modules:
            return real(name)
        if isinstance(modules[name], Exception):
            raise modules[name]
        return modules[name]

    monkeypatch.setattr(backends.importlib, "import_module", imported)


def test_with_numpy_alone(monkeypatch):
    hide(
        monkeypatch,
        torch=ModuleNotFoundError("No module named 'torch'"),
        cupy=ModuleNotFoundError("No module named 'cupy'"),
    )
    assert [backend.name for backend in backends.here()] == ["NumPy on the processor"]
    assert backends.left_out() == ["PyTorch is not installed.", "CuPy is not installed."]


def test_what_is_installed_but_broken_is_left_out_with_its_reason(monkeypatch):
    cupy, _ = cupy_with(lambda: 1 / 0)
    hide(monkeypatch, torch=OSError("[WinError 126] a library is missing\nmore"), cupy=cupy)
    assert [backend.name for backend in backends.here()] == ["NumPy on the processor"]
    assert backends.left_out() == [
        "PyTorch cannot be loaded ([WinError 126] a library is missing).",
        "CuPy is installed but finds no GPU here (division by zero).",
    ]


def test_cupy_where_there_is_one(monkeypatch):
    cupy, calls = cupy_with(lambda: 1)
    hide(monkeypatch, torch=ModuleNotFoundError("No module named 'torch'"), cupy=cupy)
    assert [backend.name for backend in backends.here()] == [
        "NumPy on the processor",
        "CuPy on cuda (a card)",
    ]
    backend = backends.here()[1]
    backend.seconds(lambda: None, least=0.001, most_rounds=3)
    assert backend.is_gpu and calls == ["waited"] * 4
    assert backend.to_numpy(backend.array([1.5], "float32")).dtype == np.float32


def test_a_cupy_without_transposed_stacks_is_too_old(monkeypatch):
    cupy, _ = cupy_with(lambda: 1)
    cupy.ndarray, cupy.__version__ = object, "13.6.0"
    hide(monkeypatch, torch=ModuleNotFoundError("No module named 'torch'"), cupy=cupy)
    assert len(backends.here()) == 1 and "CuPy 13.6.0 is too old" in backends.left_out()[1]


def test_pytorch_without_a_gpu_is_said(pytorch):
    if pytorch.torch.cuda.is_available() or pytorch.torch.backends.mps.is_available():
        pytest.skip("a GPU is here")
    assert [backend.name for backend in backends.here()][:2] == [
        "NumPy on the processor",
        "PyTorch on the processor",
    ]
    assert "PyTorch finds no GPU here." in backends.left_out()


def test_nothing_is_imported_before_it_is_asked_for():
    code = (
        "import sys, bpkit; from bpkit import backends; print([m for m in ('torch', 'cupy') if m "
        "in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


@pytest.mark.parametrize(
    "call, kind, said",
    [
        (
            lambda: NUMPY.array([1.0], "bfloat16"),
            ValueError,
            "dtype is 'bfloat16', and NumPy on the processor has float64, float32",
        ),
        (lambda: NUMPY.array([[1.0], [1.0, 2.0]]), ValueError, "rows of different lengths"),
        (lambda: NUMPY.array("three"), TypeError, "values is a str, expected a NumPy array"),
        (lambda: NUMPY.array([1j]), TypeError, "dtype complex128, expected real numbers"),
        (lambda: NUMPY.seconds(3), TypeError, "function is 3, expected something to call"),
        (lambda: NUMPY.seconds(int, least=0), ValueError, "least is 0, expected a number above 0"),
        (
            lambda: NUMPY.seconds(int, most_rounds=2),
            ValueError,
            "most_rounds is 2, expected at least 3",
        ),
    ],
)
def test_what_does_not_fit_is_said(call, kind, said):
    with pytest.raises(kind, match=said):
        call()


def test_an_array_of_another_library_is_not_taken_for_numpys(pytorch):
    with pytest.raises(
        TypeError, match="values is a torch.Tensor, expected a NumPy array or lists of numbers"
    ):
        NUMPY.array(pytorch.array([1.0]))


def test_training_the_reference_network_ends_where_numpys_does(pytorch):
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = net.initial_weights(1)
    theirs = train(
        net, [pytorch.array(w) for w in weights], pytorch.array(X), pytorch.array(y), iterations=300
    )
    same(
        [*theirs.weights, theirs.y_hat],
        [*(ours := train(net, weights, X, y, iterations=300)).weights, ours.y_hat],
        pytorch,
    )
