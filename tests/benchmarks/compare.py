"""bpkit beside other ways of computing the same, side by side in one process: `make bench`.

    python tests/benchmarks/compare.py [--threads 1] [--quick]

Four networks, in float64 and float32: the forward phase, the gradient (forward and backward phase),
and a training step. Rounds are interleaved, the shortest of each way counts, and every way is
divided by bpkit. Each number of threads has a process of its own. What is not installed is left
out, and said to be. The tables are printed, and written to tests/benchmarks/results.json with a
description of the machine; then each ratio that has a bar (`figures`), and the exit status is 1 if
one falls short.
"""

import argparse
import importlib
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import time
import tracemalloc

FILE = pathlib.Path(__file__).with_name("results.json")
NETWORKS = {
    "3-3-1, 6 pairs": ((3, 3, 1), 6),
    "64-100-10, 64 pairs": ((64, 100, 10), 64),
    "784-256-128-10, 128 pairs": ((784, 256, 128, 10), 128),
    "2048-2048-2048-10, 1,024 pairs": ((2048, 2048, 2048, 10), 1024),
}
PHASES = ("forward", "gradient", "step")
ALPHA, SQUARE = 0.1, 2048
LARGEST_TABLE = 3e8  # numbers; a per-pair array beyond that is not made


def main():
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--threads", type=int, help="only this number of threads")
    ask.add_argument(
        "--quick",
        action="store_true",
        help="the two small networks, few rounds: to see that it works",
    )
    wish = ask.parse_args()
    if wish.threads and os.environ.get("BENCHMARK_THREADS") == str(wish.threads):
        print(json.dumps(measured(wish.threads, wish.quick)))
        return
    threads = (
        [wish.threads]
        if wish.threads
        else sorted(
            {
                1,
                len(os.sched_getaffinity(0))
                if hasattr(os, "sched_getaffinity")
                else os.cpu_count(),
            }
        )
    )
    record = {"machine": described(), "command": "make bench", "unit": "seconds", "runs": []}
    for number in threads:
        record["runs"].append(run_with(number, wish.quick))
        print_tables(record["runs"][-1])
    short = 0
    for run in record["runs"]:
        print(f"\n{run['threads']} thread{'s' * (run['threads'] > 1)}: figures and their bars")
        short += print_figures(figures(run))
    FILE.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"\nWritten to {FILE.name}, with the machine: {record['machine']}")
    sys.exit(short > 0)


def run_with(threads, quick):
    """The measurements of a process that has so many threads; where the system allows it, so many
    processors too."""
    settings = {
        name: str(threads)
        for name in (
            "BENCHMARK_THREADS",
            "OPENBLAS_NUM_THREADS",
            "OMP_NUM_THREADS",
            "MKL_NUM_THREADS",
        )
    }
    command = [sys.executable, __file__, "--threads", str(threads)] + ["--quick"] * quick
    here = {
        name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")
    }  # NumPy's products as they come
    jax = {"JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1"}
    ran = subprocess.run(
        command, env={**here, **settings, **jax}, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def described():
    names = {
        "numpy": "NumPy",
        "torch": "PyTorch",
        "jax": "JAX",
        "autograd": "HIPS autograd",
        "sklearn": "scikit-learn",
    }
    versions = {}
    for module, name in names.items():
        try:
            found = importlib.import_module(module)
            versions[name] = getattr(found, "__version__", "here")
        except ImportError:
            versions[name] = "not installed"
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "Python": platform.python_version(),
        **versions,
    }


def processor():
    try:
        return next(
            line.split(":")[1].strip()
            for line in open("/proc/cpuinfo")
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


# ------------------------------------------------------------------------------------- one process


def measured(threads, quick):
    if hasattr(os, "sched_setaffinity"):  # before any library counts the processors
        os.sched_setaffinity(0, set(list(os.sched_getaffinity(0))[:threads]))
    import numpy as np
    from bpkit import datasets

    rows = []
    for name, (sizes, N) in list(NETWORKS.items())[: 2 if quick else None]:
        for dtype in ("float64", "float32"):
            drawn = np.random.RandomState(0)
            weights = [
                (drawn.uniform(-1, 1, (r + 1, s)) / np.sqrt(r + 1)).astype(dtype)
                for r, s in zip(sizes, sizes[1:])
            ]
            X, y = (
                drawn.uniform(0, 1, (N, sizes[0])).astype(dtype),
                drawn.uniform(0, 1, (N, sizes[-1])).astype(dtype),
            )
            if sizes == (3, 3, 1):
                X, y = (values.astype(dtype) for values in datasets.reference())
            ways = {
                way: made
                for way, make in WAYS.items()
                if (made := attempt(make, sizes, weights, X, y, threads))
            }
            large = sizes[0] > 100
            if large:  # beside the others, since a machine's speed drifts
                ways["a square product"] = {"product": square_product(dtype)}
            times = interleaved(ways, rounds=rounds_for(sizes[0], quick))
            peak = 2 * SQUARE**3 / times.pop("a square product")["product"] if large else None
            rows.append(
                {
                    "network": name,
                    "dtype": dtype,
                    "seconds": times,
                    "peak": peak,
                    "products": products(sizes, N, dtype),
                    "operations": operations(sizes, N),
                    "step memory": step_memory(sizes, weights, X, y),
                }
            )
            print(f"{threads} thread(s): {name}, {dtype}", file=sys.stderr, flush=True)
    return {"threads": threads, "rows": rows, "stack": stack(quick)}


def attempt(make, *given):
    try:
        return make(*given)
    except ImportError:
        return None


def rounds_for(inputs, quick):
    """Many short ones for a small network, whose steps the machine's other work disturbs most."""
    if inputs < 10:
        return 40 if quick else 200
    return 7 if inputs > 1000 else 25


def interleaved(ways, rounds):
    """{way: {phase: seconds}}: in each round every way has its turn, and a turn lasts up to some
    hundredths of a second, so that its arrays are near, as in a training. The shortest counts: what
    else the machine does makes a turn longer."""
    turns = {}
    for way, phases in ways.items():
        for phase, function in phases.items():
            function()
            began = time.perf_counter()
            function()
            turns[way, phase] = max(1, min(300, int(0.02 / max(time.perf_counter() - began, 1e-7))))
    found, order = {turn: [] for turn in turns}, list(turns)
    for _ in range(rounds):
        random.shuffle(order)  # nobody always comes after the same other one
        for way, phase in order:
            function, repeat = ways[way][phase], turns[way, phase]
            began = time.perf_counter()
            for _ in range(repeat):
                function()
            found[way, phase].append((time.perf_counter() - began) / repeat)
    return {
        way: {phase: min(found[way, phase]) for phase in phases} for way, phases in ways.items()
    }


def seconds(function, rounds=15, repeat=1):
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        for _ in range(repeat):
            function()
        times.append((time.perf_counter() - began) / repeat)
    return min(times[1:])


def operations(sizes, N):
    """Additions and multiplications in the matrix products of a training step."""
    shapes = list(zip(sizes, sizes[1:]))
    return 2 * N * (2 * sum((r + 1) * s for r, s in shapes) + sum(r * s for r, s in shapes[1:]))


def square_product(dtype):
    """A large matrix product, whose operations a second are called the peak."""
    import numpy as np

    A = np.random.RandomState(0).uniform(size=(SQUARE, SQUARE)).astype(dtype)
    B = np.empty_like(A)
    return lambda: A.dot(A, B)


def products(sizes, N, dtype):
    """Seconds of the matrix products of a step alone, at their shapes: what is left when everything
    else costs nothing."""
    import numpy as np

    calls = []
    for k, (r, s) in enumerate(zip(sizes, sizes[1:])):
        o, w, a, d, g = (
            np.ones(shape, dtype) for shape in ((r + 1, N), (r + 1, s), (s, N), (s, N), (r + 1, s))
        )
        calls += [(w.T.dot, (o, a)), (o.dot, (d.T, g))]
        if k:
            calls.append((w[1:].dot, (d, np.ones((r, N), dtype))))

    def all_of_them():
        for call, arguments in calls:
            call(*arguments)

    return seconds(
        all_of_them, rounds=5 if sizes[0] > 1000 else 31, repeat=1 if sizes[0] > 500 else 100
    )


def step_memory(sizes, weights, X, y):
    """Bytes: the most that `train` holds, and what it cannot do without: weights, gradients, the
    weights it returns, and o and δ of each layer."""
    from bpkit import Network, train

    tracemalloc.start()
    train(Network(sizes), weights, X, y, alpha=ALPHA, iterations=2)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size, N = X.itemsize, len(X)
    w = sum(matrix.nbytes for matrix in weights)
    layers = size * N * sum(sizes)
    return {
        "highest": highest,
        "weights, gradients and a copy": 3 * w,
        "o and δ of each layer": 2 * layers,
    }


def stack(quick):
    """Seconds for each network and iteration: a thousand reference networks at once, and the
    per-pair form of one."""
    import numpy as np
    from bpkit import Network, datasets, train

    (X, y), net, S = datasets.reference(), Network((3, 3, 1)), 1000
    alone = per_pair((3, 3, 1), net.initial_weights(1), X, y, 1)["step"]
    found = {"per-pair form": seconds(alone, rounds=7, repeat=1000)}
    for dtype in ("float64", "float32"):
        weights = [
            np.stack(matrices).astype(dtype)
            for matrices in zip(*(net.initial_weights(seed) for seed in range(1, S + 1)))
        ]
        iterations = 100 if quick else 1000
        found[dtype] = (
            seconds(
                lambda: train(
                    net, weights, X.astype(dtype), y.astype(dtype), iterations=iterations
                ),
                rounds=5,
            )
            / S
            / iterations
        )
    return found


# -------------------------------------- the ways: each gives functions without arguments, by phase


def bpkit_train(sizes, weights, X, y, threads):
    from bpkit import Network, backward, forward
    from bpkit.descent import InPlaceDescent

    net = Network(sizes)
    descent = InPlaceDescent(net, weights, X, y, ALPHA, 0, len(X))

    def step():
        descent.forward_phase()
        descent.backward_phase()
        descent.update()

    return {
        "forward": lambda: forward(net, weights, X),
        "gradient": lambda: backward(net, weights, forward(net, weights, X), y),
        "step": step,
    }


def bare_calls(sizes, weights, X, y, threads):
    """The NumPy calls of a step of one hidden layer, in a straight line: one for each operation of
    the equations. (bpkit's own step saves one of them, see `InPlaceDescent`.)"""
    import numpy as np

    if len(sizes) != 3:
        return None
    dtype, N = X.dtype, len(X)
    flat = np.concatenate([w.ravel() for w in weights])
    change, split = np.zeros_like(flat), weights[0].size
    w1, w2 = flat[:split].reshape(weights[0].shape), flat[split:].reshape(weights[1].shape)
    change1, change2 = change[:split].reshape(w1.shape), change[split:].reshape(w2.shape)
    outputs0, outputs1 = (np.ones((r + 1, N), dtype) for r in sizes[:2])
    outputs0[1:] = X.T
    o1, o2, targets = outputs1[1:], np.empty((sizes[2], N), dtype), y.T.copy()
    delta1, delta2 = np.empty_like(o1), np.empty_like(o2)
    sums1, sums2, slopes1, slopes2 = w1.T.dot, w2.T.dot, outputs0.dot, outputs1.dot
    back, delta1_turned, delta2_turned = w2[1:].dot, delta1.T, delta2.T
    flat_delta, one, step_size = delta2.ravel(), np.ones((), dtype), np.array(ALPHA / N, dtype)
    negative, exp, add, reciprocal = np.negative, np.exp, np.add, np.reciprocal
    subtract, multiply = np.subtract, np.multiply

    def step():
        sums1(outputs0, o1)
        negative(o1, o1)
        exp(o1, o1)
        add(o1, one, o1)
        reciprocal(o1, o1)
        sums2(outputs1, o2)
        subtract(o2, targets, delta2)
        flat_delta.dot(flat_delta)
        multiply(delta2, step_size, delta2)
        slopes2(delta2_turned, change2)
        back(delta2, delta1)
        multiply(delta1, o1, delta1)
        subtract(one, o1, o1)
        multiply(delta1, o1, delta1)
        slopes1(delta1_turned, change1)
        subtract(flat, change, flat)

    return {"step": step}


def per_pair(sizes, weights, X, y, threads):
    """Arrays with an entry for every pair and every weight, and their mean; whole numbers stay
    whole, as in the reference example."""
    import numpy as np

    X, y = (
        values.astype(int) if (values == values.astype(int)).all() else values for values in (X, y)
    )
    if len(X) * max((r + 1) * s for r, s in zip(sizes, sizes[1:])) > LARGEST_TABLE:
        return None
    weights = [w.copy() for w in weights]

    def step():
        outputs, o = [], X
        for k, w in enumerate(weights, start=1):
            outputs.append(np.hstack((np.ones((len(X), 1), w.dtype), o)))
            a = np.dot(outputs[-1], w)
            o = 1 / (1 + np.exp(-a)) if k < len(weights) else a
        delta = o - y
        for k in range(len(weights) - 1, -1, -1):
            before, w = outputs[k], weights[k]
            gradient = np.average(before[:, :, None] * delta[:, None, :], axis=0)
            if k:
                delta = before[:, 1:] * (1 - before[:, 1:]) * np.dot(delta, w.T[:, 1:])
            weights[k] = w - ALPHA * gradient

    return {"step": step}


def matrix_form(sizes, weights, X, y, threads):
    """One product for each layer and phase, with the column of ones put on by hstack."""
    import numpy as np

    weights, ones = [w.copy() for w in weights], np.ones((len(X), 1), X.dtype)

    def forward():
        outputs, o = [], X
        for k, w in enumerate(weights, start=1):
            outputs.append(np.hstack((ones, o)))
            a = outputs[-1] @ w
            o = 1 / (1 + np.exp(-a)) if k < len(weights) else a
        return outputs, o

    def gradient():
        outputs, o = forward()
        delta, found = o - y, []
        for before, w in zip(outputs[::-1], weights[::-1]):
            found.append(before.T @ delta / len(X))
            delta = before[:, 1:] * (1 - before[:, 1:]) * (delta @ w[1:].T)
        return found[::-1]

    def step():
        weights[:] = [w - ALPHA * g for w, g in zip(weights, gradient())]

    return {"forward": forward, "gradient": gradient, "step": step}


def _torch_functions(sizes, weights, X, y, threads):
    import torch

    torch.set_num_threads(threads)
    x, targets = torch.tensor(X), torch.tensor(y)
    parts = [torch.tensor(part, requires_grad=True) for w in weights for part in (w[1:], w[0])]

    def outputs(*parts):
        o = x
        for k, (w, b) in enumerate(zip(parts[::2], parts[1::2]), start=1):
            o = torch.addmm(b, o, w)
            o = torch.sigmoid(o) if k < len(weights) else o
        return o

    def E(*parts):
        return ((outputs(*parts) - targets) ** 2).sum() / (2 * len(X))

    return torch, parts, outputs, E


def pytorch_eager(sizes, weights, X, y, threads):
    torch, parts, outputs, E = _torch_functions(sizes, weights, X, y, threads)

    def forward():
        with torch.no_grad():
            return outputs(*parts)

    def gradient():
        return torch.autograd.grad(E(*parts), parts)

    def step():
        slopes = gradient()
        with torch.no_grad():
            for part, slope in zip(parts, slopes):
                part.sub_(slope, alpha=ALPHA)

    return {"forward": forward, "gradient": gradient, "step": step}


def pytorch_modules(sizes, weights, X, y, threads):
    """As most programs are written: modules, a loss, backward() and an optimizer."""
    import torch

    torch.set_num_threads(threads)
    x, targets = torch.tensor(X), torch.tensor(y)
    layers = [
        layer
        for r, s in zip(sizes, sizes[1:])
        for layer in (torch.nn.Linear(r, s, dtype=x.dtype), torch.nn.Sigmoid())
    ][:-1]
    model, loss = torch.nn.Sequential(*layers), torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=ALPHA)

    def step():
        optimizer.zero_grad()
        loss(model(x), targets).backward()
        optimizer.step()

    return {"step": step}


def pytorch_compiled(sizes, weights, X, y, threads):
    torch, parts, outputs, E = _torch_functions(sizes, weights, X, y, threads)
    try:
        compiled_E = torch.compile(E)
        compiled_outputs = torch.compile(outputs)
        compiled_E(*parts).backward()
    except Exception:  # no compiler on this machine
        return None
    for part in parts:
        part.grad = None

    def gradient():
        return torch.autograd.grad(compiled_E(*parts), parts)

    def step():
        slopes = gradient()
        with torch.no_grad():
            for part, slope in zip(parts, slopes):
                part.sub_(slope, alpha=ALPHA)

    def forward():
        with torch.no_grad():
            return compiled_outputs(*parts)

    return {"forward": forward, "gradient": gradient, "step": step}


def jax_jit(sizes, weights, X, y, threads):
    import jax
    import jax.numpy as jnp

    x, targets = jnp.asarray(X), jnp.asarray(y)

    def outputs(weights):
        o = x
        for k, w in enumerate(weights, start=1):
            a = o @ w[1:] + w[0]
            o = jax.nn.sigmoid(a) if k < len(weights) else a
        return o

    def E(weights):
        return ((outputs(weights) - targets) ** 2).sum() / (2 * len(X))

    def update(weights):
        return jax.tree.map(lambda w, g: w - ALPHA * g, weights, jax.grad(E)(weights))

    state = [[jnp.asarray(w) for w in weights]]
    start = state[0]
    forward, gradient, update = (
        jax.jit(outputs),
        jax.jit(jax.grad(E)),
        jax.jit(update, donate_argnums=0),
    )
    state[0] = jax.tree.map(lambda w: w + 0, start)

    def step():
        state[0] = jax.block_until_ready(update(state[0]))

    return {
        "forward": lambda: jax.block_until_ready(forward(start)),
        "gradient": lambda: jax.block_until_ready(gradient(start)),
        "step": step,
    }


def hips_autograd(sizes, weights, X, y, threads):
    import autograd.numpy as anp
    from autograd import grad

    weights = [w.copy() for w in weights]

    def E(weights):
        o = X
        for k, w in enumerate(weights, start=1):
            a = anp.dot(o, w[1:]) + w[0]
            o = 1 / (1 + anp.exp(-a)) if k < len(weights) else a
        return anp.sum((o - y) ** 2) / (2 * len(X))

    gradient = grad(E)

    def step():
        weights[:] = [w - ALPHA * g for w, g in zip(weights, gradient(weights))]

    return {"gradient": lambda: gradient(weights), "step": step}


def scikit_learn(sizes, weights, X, y, threads):
    import warnings
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    warnings.simplefilter("ignore", ConvergenceWarning)
    model = MLPRegressor(
        hidden_layer_sizes=sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=len(X),
        learning_rate_init=1e-3,
        momentum=0,
        nesterovs_momentum=False,
    )
    targets = y if y.shape[1] > 1 else y[:, 0]
    model.partial_fit(X, targets)
    return {"forward": lambda: model.predict(X), "step": lambda: model.partial_fit(X, targets)}


WAYS = {
    "bpkit": bpkit_train,
    "bare NumPy calls": bare_calls,
    "per-pair arrays": per_pair,
    "matrices, hstack": matrix_form,
    "PyTorch eager": pytorch_eager,
    "PyTorch modules": pytorch_modules,
    "PyTorch compiled": pytorch_compiled,
    "JAX jit": jax_jit,
    "HIPS autograd": hips_autograd,
    "scikit-learn": scikit_learn,
}


PEERS = [way for way in WAYS if way not in ("bpkit", "bare NumPy calls")]


# -------------------------------------------------------------------------------------- the bars


# inputs of the network → threads → the least share of the processor's peak that a step reaches
LEAST_OF_PEAK = {"784": {1: 0.75}, "2048": {1: 0.9, 2: 0.87}}


def figures(run):
    """(what, ratio, bar) of every ratio that must not be above its bar; of what was measured."""
    threads = run["threads"]
    for row in run["rows"]:
        step = {way: times["step"] for way, times in row["seconds"].items() if "step" in times}
        ours, name = step["bpkit"], f"{row['network']}, {row['dtype']}"
        reference = row["network"].startswith("3-3-1")
        if reference and threads == 1:
            yield f"{name}: a step / its bare NumPy calls", ours / step["bare NumPy calls"], 1.12
        peer = min((way for way in PEERS if way in step), key=step.get)
        yield f"{name}: a step / {peer}", ours / step[peer], 1.0 if reference else 1.03
        least = LEAST_OF_PEAK.get(row["network"].split("-")[0], {})
        if threads in least:
            reached = row["operations"] / ours
            yield f"{name}: peak / what a step reaches", row["peak"] / reached, 1 / least[threads]
        if row["network"].startswith(("784", "2048")):
            memory = row["step memory"]
            needed = memory["weights, gradients and a copy"] + memory["o and δ of each layer"]
            yield (
                f"{name}: memory of train / what it cannot do without",
                memory["highest"] / needed,
                1.2,
            )
    alone = run["stack"]["per-pair form"]
    for dtype in ("float64", "float32"):
        yield (
            f"a network of a thousand, {dtype} / alone, per pair",
            run["stack"][dtype] / alone,
            1 / 150,
        )


def print_figures(figures):
    """Print each (what, ratio, bar) as it comes; return how many fall short."""
    short = 0
    for what, ratio, bar in figures:
        good = ratio <= bar
        short += not good
        print(f"{what:75s} {ratio:8.4f}   at most {bar:7.4f}   {'ok' if good else 'SHORT'}")
    return short


# -------------------------------------------------------------------------------------- the tables


def print_tables(run):
    """Every way's time divided by bpkit's; below 1 is faster than bpkit."""
    print(f"\n{run['threads']} thread{'s' * (run['threads'] > 1)}")
    for row in run["rows"]:
        unit = row["seconds"]["bpkit"]
        share = ""
        if row["peak"]:
            reached = row["operations"] / unit["step"]
            share = f" {reached / row['peak']:.0%} of the peak of {row['peak'] / 1e9:.0f} GFLOP/s;"
        memory = row["step memory"]
        print(
            f"\n{row['network']}, {row['dtype']}: a step of bpkit takes {unit['step'] * 1e6:,.1f} "
            f"µs;{share} its products alone take"
            f" {row['products'] / unit['step']:.0%} of it. Memory of train: "
            f"{memory['highest'] / 1e6:.2f} MB, of which weights, gradients and a copy "
            f"{memory['weights, gradients and a copy'] / 1e6:.2f}, o and δ "
            f"{memory['o and δ of each layer'] / 1e6:.2f}."
        )
        print(f"  {'divided by bpkit':18s}" + "".join(f"{phase:>10s}" for phase in PHASES))
        for way, times in row["seconds"].items():
            print(
                f"  {way:18s}"
                + "".join(
                    f"{times[phase] / unit[phase]:10.2f}" if phase in times else f"{'–':>10s}"
                    for phase in PHASES
                )
            )
        missing = [way for way in WAYS if way not in row["seconds"]]
        if missing:
            print(f"  left out: {', '.join(missing)} (not installed here, or too large)")
    alone = run["stack"]["per-pair form"]
    print(
        "\nA thousand reference networks at once: "
        + ", ".join(
            f"{dtype} {run['stack'][dtype] * 1e9:.0f} ns for each network and iteration, "
            f"{alone / run['stack'][dtype]:.0f} times less than the per-pair form"
            for dtype in ("float64", "float32")
        )
    )


if __name__ == "__main__":
    main()
