"""Problem set 6, features, cost, beyond: wrong answers."""

import numpy as np

from answers import wrong


@wrong("23", "penalised gradient")
def penalised(gradient, w, strength):
    return gradient + strength * w


@wrong("23b", "penalised gradient")
def penalised(gradient, w, strength):
    result = gradient.copy()
    result[1:] += 2 * strength * w[1:]
    return result


@wrong("35b", "reverse mode")
def backpropagate(end):
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent, _ in node.parents:
                visit(parent)
            order.insert(0, node)
    visit(end)
    end.slope = 1.0
    for node in order:
        for parent, local_slope in node.parents:
            parent.slope += local_slope * node.slope
    return order


@wrong("36", "reverse mode")
def backpropagate(end):
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent, _ in node.parents:
                visit(parent)
            order.insert(0, node)
    visit(end)
    end.slope = 1.0
    for node in order:
        for parent, local_slope in node.parents:
            parent.slope = local_slope * node.slope
    return order


@wrong("37", "reverse mode")
def backpropagate(end):
    order = [end]
    for node in order:
        for parent, _ in node.parents:
            if not any(parent is known for known in order):
                order.append(parent)
    for node in order:
        node.slope = 0.0
    end.slope = 1.0
    for node in order:
        for parent, local_slope in node.parents:
            parent.slope += local_slope * node.slope
    return order


@wrong("37b", "reverse mode")
def backpropagate(end):
    order = []

    def clear(node):
        node.slope = 0.0
        for parent, _ in node.parents:
            clear(parent)

    def go(node):
        order.append(node)
        for parent, local_slope in node.parents:
            parent.slope += local_slope * node.slope
        for parent, _ in node.parents:
            go(parent)
    clear(end)
    end.slope = 1.0
    go(end)
    return order


@wrong("65", "batches")
def from_batches(gradients, sizes):
    return sum(gradients) / len(gradients)


@wrong("66", "batches")
def from_batches(gradients, sizes):
    return sum(gradients)


@wrong("68", "strongest input")
def strongest_input(w):
    return np.array([[float(abs(v) > abs(w[1:, j]).mean()) for v in w[1:, j]] for j in range(w.shape[1])])


@wrong("70", "strongest input")
def strongest_input(w):
    return (w[:-1] > 0).T.astype(float)


@wrong("74", "multiplications")
def multiplications(sizes, N):
    products = sum(N * before * after for before, after in zip(sizes, sizes[1:]))
    slopes = sum(N * (before + 1) * after for before, after in zip(sizes, sizes[1:]))
    return products, slopes + sum(N * before * after for before, after in zip(sizes[1:], sizes[2:]))


@wrong("75", "multiplications")
def multiplications(sizes, N):
    layers = list(zip(sizes, sizes[1:]))
    return (sum(N * (before + 1) * after for before, after in layers),
            sum(N * (before + 1) * after + N * before * after for before, after in layers))
