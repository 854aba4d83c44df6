"""One step on the reference network, done in several ways, side by side in one process: `make bench`.

Rounds are interleaved, the median of each is taken, and every way is divided by the per-pair three-dimensional form. PyTorch is left out
where it is not installed. Nothing is asserted: times belong to the machine they were measured on.
"""
import statistics
import time

import numpy as np

from bpkit import Network, backward, datasets, forward, train

ROUNDS, STEPS, ALPHA = 21, 1000, 0.1
X, Y = datasets.reference()
NET = Network((3, 3, 1))


def per_pair_form():
    """The gradient of every pair as an array of its own, then their average: (N, r_{k-1}+1, r_k) arrays; X and y are whole numbers."""
    hidden, output = NET.initial_weights(1)
    x, y = X.astype(int), Y.astype(int)

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    def step():
        nonlocal hidden, output
        o_0 = np.hstack((np.ones((len(x), 1)), x))
        o_1 = np.hstack((np.ones((len(x), 1)), sigmoid(np.dot(o_0, hidden))))
        delta_2 = np.dot(o_1, output) - y
        delta_1 = o_1[:, 1:] * (1 - o_1[:, 1:]) * np.dot(delta_2, output.T[:, 1:])
        hidden = hidden - ALPHA * np.average(o_0[:, :, None] * delta_1[:, None, :], axis=0)
        output = output - ALPHA * np.average(o_1[:, :, None] * delta_2[:, None, :], axis=0)

    return step


def pytorch_eager():
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    x, y = torch.tensor(X), torch.tensor(Y)
    weights = [torch.tensor(w, requires_grad=True) for w in NET.initial_weights(1)]
    one = torch.ones(len(X), 1, dtype=torch.float64)

    def step():
        o = torch.sigmoid(torch.cat((one, x), 1) @ weights[0])
        E = ((torch.cat((one, o), 1) @ weights[1] - y) ** 2).sum() / (2 * len(X))
        gradients = torch.autograd.grad(E, weights)
        with torch.no_grad():
            for w, gradient in zip(weights, gradients):
                w -= ALPHA * gradient

    return step


def forward_and_backward():
    weights = NET.initial_weights(1)
    return lambda: backward(NET, weights, forward(NET, weights, X), Y)


def seconds_of(step):
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    return (time.perf_counter() - start) / STEPS


def seconds_of_train():
    start = time.perf_counter()
    train(NET, NET.initial_weights(1), X, Y, alpha=ALPHA)          # the 10,000 iterations of the reference run
    return (time.perf_counter() - start) / 10_000


def main():
    ways = {"per-pair form, one step": per_pair_form(), "PyTorch eager with autograd, one step": pytorch_eager(),
            "bpkit forward + backward, checked": forward_and_backward()}
    ways = {name: step for name, step in ways.items() if step}
    times = {name: [] for name in [*ways, "bpkit train, one step"]}
    for _ in range(ROUNDS):
        for name, step in ways.items():
            times[name].append(seconds_of(step))
        times["bpkit train, one step"].append(seconds_of_train())
    medians = {name: statistics.median(values) for name, values in times.items()}
    unit = medians["per-pair form, one step"]
    for name, seconds in medians.items():
        print(f"{name:40s} {seconds * 1e6:8.1f} µs   {seconds / unit:6.3f} of the per-pair form")


if __name__ == "__main__":
    main()
