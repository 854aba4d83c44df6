"""bpkit on a GPU beside the processor of the same machine; writes what was measured to a file:
`make bench-gpu`.

The same functions run on NumPy arrays and on PyTorch arrays on the device. A network n-n-n gets n
pairs, for n from 4 to 8,192. Every time is the median of several rounds after one that warms up,
with the device waited for before the clock is read. Without a GPU nothing is written.
"""

import datetime
import json
import os
import pathlib
import platform
import sys
import time

import numpy as np

from bpkit import Network, backends, backward, datasets, forward

FILE = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "gpu_recorded.json"
SIZES = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
ALPHA = 1e-3


def problem(n):
    random = np.random.RandomState(n)
    net = Network((n, n, n))
    weights = [random.uniform(-1, 1, shape) / np.sqrt(n) for shape in net.weight_shapes]
    return net, weights, random.uniform(-1, 1, (n, n)), random.uniform(-1, 1, (n, n))


def step_of(net, weights, X, y):
    gradients = backward(net, weights, forward(net, weights, X), y)
    return [w - ALPHA * gradient for w, gradient in zip(weights, gradients)]


def phases(backend, net, weights, X, y):
    """Seconds of the forward phase, of the backward phase and of a training step."""
    trace = forward(net, weights, X)
    return {
        "forward": backend.seconds(lambda: forward(net, weights, X)),
        "backward": backend.seconds(lambda: backward(net, weights, trace, y)),
        "step": backend.seconds(lambda: step_of(net, weights, X, y)),
    }


def main():
    gpu = next(
        (
            backend
            for backend in backends.here()
            if isinstance(backend, backends.PyTorch) and backend.device == "cuda"
        ),
        None,
    )
    if gpu is None:
        sys.exit(
            "\n".join(
                [
                    "No GPU is here that PyTorch can use through CUDA, so nothing was measured.",
                    *backends.left_out(),
                ]
            )
        )
    torch, processor = gpu.torch, backends.Backend()
    precisions = {
        "float64": ("float64", False),
        "float32": ("float32", False),
        "TF32": ("float32", True),
        "bfloat16": ("bfloat16", False),
    }

    began = time.perf_counter()
    torch.zeros(1, device="cuda") + 1
    gpu.wait()
    first_use = time.perf_counter() - began
    rows = []
    for n in SIZES:
        net, weights, X, y = problem(n)
        exact = backward(net, weights, forward(net, weights, X), y) if n <= 2048 else None
        for dtype in processor.precisions:
            *w, A, b = [processor.array(values, dtype) for values in (*weights, X, y)]
            rows.append(
                {
                    "n": n,
                    "where": "CPU",
                    "precision": dtype,
                    **phases(processor, net, w, A, b),
                    "product": processor.seconds(lambda: A @ A),
                }
            )
            print(rows[-1], flush=True)
        for precision, (dtype, tf32) in precisions.items():
            torch.backends.cuda.matmul.allow_tf32 = tf32
            *w, A, b = [gpu.array(values, dtype) for values in (*weights, X, y)]
            row = {
                "n": n,
                "where": "GPU",
                "precision": precision,
                **phases(gpu, net, w, A, b),
                "product": gpu.seconds(lambda: A @ A),
            }
            row["step not waited for"] = processor.seconds(
                lambda: step_of(net, w, A, b)
            )  # the processor's clock waits for no one
            gpu.wait()
            if exact:
                found = backward(net, w, forward(net, w, A), b)
                row["error"] = max(
                    float(np.abs(gpu.to_numpy(f) - e).max() / np.abs(e).max())
                    for f, e in zip(found, exact)
                )
            rows.append(row)
            print(row, flush=True)
    transfers = [
        {
            "bytes": 8 * n * n,
            "to the device": gpu.seconds(lambda: gpu.array(A)),
            "back": gpu.seconds(lambda: B.cpu()),
        }
        for n in SIZES
        for A in [np.ones((n, n))]
        for B in [gpu.array(A)]
    ]
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = net.initial_weights(1)
    *w, A, b = [gpu.array(values) for values in (*weights, X, y)]
    record = {
        "date": datetime.date.today().isoformat(),
        "command": "make bench-gpu",
        "GPU": torch.cuda.get_device_name(),
        "processor cores": os.cpu_count(),
        "system": platform.system(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "PyTorch": torch.__version__,
        "CUDA": torch.version.cuda,
        "unit": "seconds",
        "first use of the device": first_use,
        "one addition of two numbers": gpu.seconds(lambda: b + b),
        "transfers": transfers,
        "reference network": {
            "CPU": phases(processor, net, weights, X, y),
            "GPU": phases(gpu, net, w, A, b),
        },
        "rows": rows,
    }
    where = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    where.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"written to {where.name}")


if __name__ == "__main__":
    main()
