"""Arrays stay what they are: their library, their precision, their device."""

import os
import subprocess
import sys

import numpy as np
import pytest
from random_networks import random_network

from bpkit import (
    Network,
    backward,
    datasets,
    error,
    error_terms,
    forward,
    gradient_check,
    per_example_gradients,
    train,
)

NUMBERS = range(0, 35, 4)


def results(net, weights, X, y):
    trace = forward(net, weights, X)
    return [
        *trace.a[1:],
        *trace.o,
        *backward(net, weights, trace, y),
        *error_terms(net, weights, trace, y)[1:],
        *per_example_gradients(net, weights, trace, y),
        *train(net, weights, X, y, iterations=3).weights,
    ]


@pytest.mark.parametrize("number", NUMBERS)
def test_float32_stays_float32(number):
    net, weights, X, y = random_network(number)
    singles = [w.astype(np.float32) for w in weights], X.astype(np.float32), y.astype(np.float32)
    for single, double in zip(results(net, *singles), results(net, weights, X, y)):
        assert single.dtype == np.float32 and double.dtype == np.float64
        np.testing.assert_allclose(single, double, rtol=0, atol=1e-4 * max(1, abs(double).max()))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorch_tensors_stay_tensors(number, dtype):
    torch = pytest.importorskip("torch")
    net, weights, X, y = random_network(number)
    tensors = (
        [torch.tensor(w, dtype=getattr(torch, dtype)) for w in weights],
        *(torch.tensor(v, dtype=getattr(torch, dtype)) for v in (X, y)),
    )
    for theirs, ours in zip(results(net, *tensors), results(net, weights, X, y)):
        assert isinstance(theirs, torch.Tensor) and str(theirs.dtype) == f"torch.{dtype}"
        scale = max(1, abs(ours).max())
        np.testing.assert_allclose(
            theirs.numpy(), ours, rtol=0, atol=(1e-4 if dtype == "float32" else 1e-12) * scale
        )
    assert error(net, *tensors) == pytest.approx(error(net, weights, X, y), rel=1e-4)
    for method in ("complex-step", "central"):
        assert gradient_check(net, *tensors, method=method).passed


def test_pytorch_batches_train():
    torch = pytest.importorskip("torch")
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    ours = train(net, net.initial_weights(1), X, y, iterations=50, batch_size=2)
    theirs = train(
        net,
        [torch.tensor(w) for w in net.initial_weights(1)],
        torch.tensor(X),
        torch.tensor(y),
        iterations=50,
        batch_size=2,
    )
    np.testing.assert_allclose(theirs.weights[0].numpy(), ours.weights[0], atol=1e-12)
    np.testing.assert_allclose(theirs.errors, ours.errors, rtol=1e-10)


def test_libraries_are_not_mixed():
    torch = pytest.importorskip("torch")
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    with pytest.raises(
        TypeError, match="X is a torch.Tensor and weights belongs to another array library"
    ):
        forward(net, net.initial_weights(1), torch.tensor(X))


def test_whole_numbers_lists_and_tuples_become_floats():
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    weights = net.initial_weights(1)
    assert error(net, tuple(weights), X.astype(int).tolist(), y.astype(bool)) == error(
        net, weights, X, y
    )
    assert forward(net, [np.ones((4, 3), int), np.ones((4, 1), int)], X).y_hat.dtype == np.float64


def test_column_order_and_strides_do_not_matter():
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    weights = net.initial_weights(1)
    for other in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2]):
        np.testing.assert_allclose(
            forward(net, weights, other).y_hat, forward(net, weights, X).y_hat, rtol=1e-14
        )


def test_import_is_light():
    """No Matplotlib, ipywidgets or PyTorch: what takes long is imported where it is used."""
    heavy = "matplotlib", "ipywidgets", "torch", "tqdm", "IPython"
    code = f"import sys, bpkit; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_printing_never_raises_on_a_console_without_greek(encoding):
    code = (
        "from bpkit import *; from bpkit import diagnosis as d; net, w, X, y = datasets.probe();"
        "agree('D7 ∂E/∂w = δ·o', 1.0, 1.0); print(gradient_check(net, w, X, y));"
        "d.check('delta_1^2', 7); d.check('sigmoid', abs); print(train(net, w, X, y, iterations=1))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, encoding=encoding
    )
    assert ran.returncode == 0 and not ran.stderr, ran.stderr
    assert "D7" in ran.stdout and ("✗" in ran.stdout) == (encoding == "utf-8")
