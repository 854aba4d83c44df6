"""bpkit on a GPU beside the processor of the same machine; writes what was measured to a file: `make bench-gpu`.

The same functions run on NumPy arrays and on PyTorch arrays on the device. A network n-n-n gets n pairs, for n from 4 to 8,192. Every time is
the median of several rounds after one that warms up, with the device waited for before the clock is read. Without a GPU nothing is written.
"""
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys
import time

import numpy as np

from bpkit import Network, backward, datasets, forward

FILE = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "gpu_recorded.json"
SIZES = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
ALPHA = 1e-3


def seconds(function, wait=lambda: None, least=0.3, most_rounds=200):
    """The median of as many rounds as fit into `least` seconds, 3 to `most_rounds`."""
    function(), wait()
    times, began = [], time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - began < least and len(times) < most_rounds):
        start = time.perf_counter()
        function(), wait()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def problem(n):
    random = np.random.RandomState(n)
    net = Network((n, n, n))
    weights = [random.uniform(-1, 1, shape) / np.sqrt(n) for shape in net.weight_shapes]
    return net, weights, random.uniform(-1, 1, (n, n)), random.uniform(-1, 1, (n, n))


def step_of(net, weights, X, y):
    gradients = backward(net, weights, forward(net, weights, X), y)
    return [w - ALPHA * gradient for w, gradient in zip(weights, gradients)]


def phases(net, weights, X, y, **how):
    """Seconds of the forward phase, of the backward phase and of a training step."""
    trace = forward(net, weights, X)
    return {"forward": seconds(lambda: forward(net, weights, X), **how), "backward": seconds(lambda: backward(net, weights, trace, y), **how),
            "step": seconds(lambda: step_of(net, weights, X, y), **how)}


def main():
    try:
        import torch
    except ImportError:
        sys.exit("PyTorch is not installed here, so nothing was measured.")
    if not torch.cuda.is_available():
        sys.exit("No GPU is here that PyTorch can use, so nothing was measured.")
    wait = torch.cuda.synchronize
    precisions = {"float64": (torch.float64, False), "float32": (torch.float32, False), "TF32": (torch.float32, True), "bfloat16": (torch.bfloat16, False)}

    def on_device(arrays, dtype):
        return [torch.tensor(a, dtype=dtype, device="cuda") for a in arrays]

    began = time.perf_counter()
    torch.zeros(1, device="cuda") + 1
    wait()
    first_use = time.perf_counter() - began
    rows = []
    for n in SIZES:
        net, weights, X, y = problem(n)
        exact = backward(net, weights, forward(net, weights, X), y) if n <= 2048 else None
        for dtype in ("float64", "float32"):
            given = [[w.astype(dtype) for w in weights], X.astype(dtype), y.astype(dtype)]
            A = given[1]
            rows.append({"n": n, "where": "CPU", "precision": dtype, **phases(net, *given), "product": seconds(lambda: A @ A)})
            print(rows[-1], flush=True)
        for precision, (dtype, tf32) in precisions.items():
            torch.backends.cuda.matmul.allow_tf32 = tf32
            *w, A, b = on_device([*weights, X, y], dtype)
            row = {"n": n, "where": "GPU", "precision": precision, **phases(net, w, A, b, wait=wait), "product": seconds(lambda: A @ A, wait=wait)}
            row["step not waited for"] = seconds(lambda: step_of(net, w, A, b))
            wait()
            if exact:
                found = backward(net, w, forward(net, w, A), b)
                row["error"] = max(float(np.abs(f.double().cpu().numpy() - e).max() / np.abs(e).max()) for f, e in zip(found, exact))
            rows.append(row)
            print(row, flush=True)
    transfers = [{"bytes": 8 * n * n, "to the device": seconds(lambda: torch.tensor(A, device="cuda"), wait=wait),
                  "back": seconds(lambda: B.cpu(), wait=wait)}
                 for n in SIZES for A in [np.ones((n, n))] for B in [torch.ones(n, n, dtype=torch.float64, device="cuda")]]
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = net.initial_weights(1)
    *w, A, b = on_device([*weights, X, y], torch.float64)
    record = {"date": datetime.date.today().isoformat(), "command": "make bench-gpu", "GPU": torch.cuda.get_device_name(),
              "processor cores": os.cpu_count(), "system": platform.system(), "Python": platform.python_version(),
              "NumPy": np.__version__, "PyTorch": torch.__version__, "CUDA": torch.version.cuda, "unit": "seconds", "first use of the device": first_use,
              "one addition of two numbers": seconds(lambda: b + b, wait=wait), "transfers": transfers,
              "reference network": {"CPU": phases(net, weights, X, y), "GPU": phases(net, w, A, b, wait=wait)}, "rows": rows}
    where = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    where.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"written to {where.name}")


if __name__ == "__main__":
    main()
