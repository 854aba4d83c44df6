"""Problem set 6, features, cost, beyond: right answers."""

import functools
import heapq
import itertools
import math
from collections import Counter, defaultdict, deque
from functools import reduce

import numpy as np

from answers import RIGHT, right
from bpkit import Network


# ---- penalised gradient

@right("penalised gradient", "copy, then all rows but row 0")
def _(gradient, w, strength):
    result = gradient.copy()
    result[1:] += strength * w[1:]
    return result


@right("penalised gradient", "vstack with zeros")
def _(gradient, w, strength):
    return gradient + strength * np.vstack([np.zeros((1, w.shape[1])), w[1:]])


@right("penalised gradient", "mask")
def _(gradient, w, strength):
    mask = np.ones_like(w)
    mask[0] = 0
    return gradient + strength * mask * w


@right("penalised gradient", "double loop")
def _(gradient, w, strength):
    out = np.zeros(w.shape)
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            out[i, j] = gradient[i, j] + (strength * w[i, j] if i > 0 else 0)
    return out


@right("penalised gradient", "diagonal matrix")
def _(gradient, w, strength):
    D = np.eye(len(w))
    D[0, 0] = 0
    return gradient + strength * D @ w


@right("penalised gradient", "np.where on the row number")
def _(gradient, w, strength):
    return gradient + np.where(np.arange(len(w))[:, None] == 0, 0, strength * w)


@right("penalised gradient", "everything, then row 0 put back")
def _(gradient, w, strength):
    out = gradient + strength * w
    out[0] = gradient[0]
    return out


@right("penalised gradient", "np.pad")
def _(gradient, w, strength):
    return np.pad(w[1:], ((1, 0), (0, 0))) * strength + gradient


@right("penalised gradient", "np.r_, float32")
def _(gradient, w, strength):
    g, w = gradient.astype(np.float32), w.astype(np.float32)
    return np.r_[g[:1], g[1:] + np.float32(strength) * w[1:]]


@right("penalised gradient", "list of rows")
def _(gradient, w, strength):
    return np.array([g + strength * row * (i != 0) for i, (g, row) in enumerate(zip(gradient, w))])


# ---- batches

@right("batches", "np.average with weights")
def _(gradients, sizes):
    return np.average(gradients, axis=0, weights=sizes)


@right("batches", "weighted sum over the number of pairs")
def _(gradients, sizes):
    return sum(n * g for g, n in zip(gradients, sizes)) / sum(sizes)


@right("batches", "loop")
def _(gradients, sizes):
    total, N = np.zeros_like(gradients[0]), 0
    for k in range(len(sizes)):
        total = total + gradients[k] * sizes[k]
        N += sizes[k]
    return total / N


@right("batches", "einsum")
def _(gradients, sizes):
    return np.einsum("b,b...->...", np.asarray(sizes, float), np.asarray(gradients)) / np.sum(sizes)


@right("batches", "tensordot with shares")
def _(gradients, sizes):
    shares = np.array(sizes) / np.sum(sizes)
    return np.tensordot(shares, np.stack(gradients), axes=1)


@right("batches", "reduce")
def _(gradients, sizes):
    return reduce(np.add, map(np.multiply, gradients, sizes)) / sum(sizes)


@right("batches", "running mean")
def _(gradients, sizes):
    mean, seen = 0.0, 0
    for g, n in zip(gradients, sizes):
        seen += n
        mean = mean + (g - mean) * n / seen
    return mean


@right("batches", "each mean repeated once a pair")
def _(gradients, sizes):
    return np.mean(np.repeat(np.array(gradients), sizes, axis=0), axis=0)


@right("batches", "recursion, two at a time")
def batches_recursive(gradients, sizes):
    if len(sizes) == 1:
        return gradients[0]
    n0, rest = sizes[0], sum(sizes[1:])
    later = [g for g in gradients[1:]]
    return (n0 * gradients[0] + rest * batches_recursive(later, sizes[1:])) / (n0 + rest)


@right("batches", "float32")
def _(gradients, sizes):
    n = np.asarray(sizes, np.float32)
    return np.sum([s * np.float32(g) for s, g in zip(n, gradients)], axis=0) / n.sum()


# ---- multiplications

@right("multiplications", "sums over generators")
def _(sizes, N):
    forwards = sum(N * (p + 1) * q for p, q in zip(sizes, sizes[1:]))
    return forwards, forwards + sum(N * p * q for p, q in zip(sizes[1:], sizes[2:]))


@right("multiplications", "loops")
def _(sizes, N):
    m = len(sizes) - 1
    f = b = 0
    for k in range(1, m + 1):
        f += N * (sizes[k - 1] + 1) * sizes[k]
        b += N * (sizes[k - 1] + 1) * sizes[k]
        if k < m:
            b += N * sizes[k] * sizes[k + 1]
    return f, b


@right("multiplications", "NumPy, an array returned")
def _(sizes, N):
    r = np.array(sizes)
    weights = np.dot(r[:-1] + 1, r[1:])
    return N * np.array([weights, weights + np.dot(r[1:-1], r[2:])])


@right("multiplications", "sizes of the weight matrices, a list")
def _(sizes, N):
    weights = Network(tuple(sizes)).initial_weights()
    f = N * sum(w.size for w in weights)
    return [f, f + N * sum(w[1:].size for w in weights[1:])]


@right("multiplications", "recursion")
def _(sizes, N):
    def count(s, first):
        if len(s) < 2:
            return 0, 0
        f, b = count(s[1:], False)
        here = N * (s[0] + 1) * s[1]
        return f + here, b + here + (0 if first else N * s[0] * s[1])
    return count(tuple(sizes), True)


@right("multiplications", "counted one by one")
def _(sizes, N):
    counter = Counter()
    for k in range(1, len(sizes)):
        for _ in itertools.product(range(sizes[k - 1] + 1), range(sizes[k])):
            counter["forward"] += N
            counter["backward"] += N
        if k >= 2:
            counter["backward"] += N * math.prod(sizes[k - 1:k + 1])
    return counter["forward"], counter["backward"]


@right("multiplications", "floats")
def _(sizes, N):
    f = float(N) * sum((sizes[i] + 1.0) * sizes[i + 1] for i in range(len(sizes) - 1))
    return f, f + float(N) * sum(sizes[i] * sizes[i + 1] for i in range(1, len(sizes) - 1))


@right("multiplications", "twice the forward phase less what falls away")
def _(sizes, N):
    f = sum((p + 1) * q for p, q in itertools.pairwise(sizes))
    not_needed = sizes[0] * sizes[1] + sum(sizes[1:])
    return N * f, N * (2 * f - not_needed)


# ---- strongest input

@right("strongest input", "sign of the weights, transposed view")
def _(w):
    return (w[1:] > 0).astype(float).T


@right("strongest input", "np.where, whole numbers")
def _(w):
    return np.where(w[1:].T > 0, 1, 0)


@right("strongest input", "double loop")
def _(w):
    r_before, r = w.shape[0] - 1, w.shape[1]
    best = np.zeros((r, r_before))
    for j in range(r):
        for i in range(1, r_before + 1):
            if w[i, j] > 0:
                best[j, i - 1] = 1
    return best


@right("strongest input", "all inputs tried")
def _(w):
    candidates = np.array(list(itertools.product([0, 1], repeat=len(w) - 1)))
    a = w[0] + candidates @ w[1:]
    return candidates[a.argmax(axis=0)]


@right("strongest input", "heaviside")
def _(w):
    return np.heaviside(w[1:].T, 0)


@right("strongest input", "list comprehension")
def _(w):
    return np.array([[float(v > 0) for v in column[1:]] for column in w.T])


@right("strongest input", "truth values")
def _(w):
    return np.greater(w[1:], 0).T


@right("strongest input", "sign clipped, row 0 deleted, float32")
def _(w):
    return np.clip(np.sign(np.delete(w, 0, axis=0)), 0, 1).T.astype(np.float32)


@right("strongest input", "node by node, input by input the better one")
def _(w):
    rows = []
    for j in range(w.shape[1]):
        rows.append([max((0, 1), key=lambda x: x * w[i, j]) for i in range(1, w.shape[0])])
    return np.array(rows)


# ---- reverse mode

@right("reverse mode", "depth first, post-order reversed")
def _(end):
    order, seen = [], set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for parent, _ in node.parents:
            visit(parent)
        order.append(node)

    visit(end)
    order.reverse()
    for node in order:
        node.slope = 0.0
    end.slope = 1.0
    for node in order:
        for parent, local in node.parents:
            parent.slope += node.slope * local
    return order


@right("reverse mode", "number of children counted, first in first out")
def _(end):
    waiting, stack, nodes = Counter(), [end], {end}
    while stack:
        for parent, _ in stack.pop().parents:
            waiting[parent] += 1
            if parent not in nodes:
                nodes.add(parent)
                stack.append(parent)
    for n in nodes:
        n.slope = 0
    end.slope = 1
    ready, visited = deque([end]), []
    while ready:
        n = ready.popleft()
        visited.append(n)
        for parent, local_slope in n.parents:
            parent.slope += local_slope * n.slope
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return visited


@right("reverse mode", "number of children counted, last in first out")
def _(end):
    children = defaultdict(list)

    def collect(node):
        for p, local in node.parents:
            new = p not in children
            children[p].append((node, local))
            if new:
                collect(p)

    collect(end)
    left = {p: len(c) for p, c in children.items()}
    end.slope = 1.0
    stack, order = [end], []
    while stack:
        node = stack.pop()
        if node is not end:
            node.slope = sum(child.slope * local for child, local in children[node])
        order.append(node)
        for p, _ in node.parents:
            left[p] -= 1
            if left[p] == 0:
                stack.append(p)
    return order


@right("reverse mode", "sorted by the longest way from the inputs")
def _(end):
    depth = {}

    def measure(node):
        if node not in depth:
            depth[node] = 1 + max((measure(p) for p, _ in node.parents), default=0)
        return depth[node]

    measure(end)
    order = sorted(depth, key=depth.get, reverse=True)
    for node in order:
        node.slope = float(node is end)
    for node in order:
        for p, local in node.parents:
            p.slope = p.slope + local * node.slope
    return order


@right("reverse mode", "sorted by the longest way to the end, a heap")
def _(end):
    distance, todo = {end: 0}, [end]
    while todo:
        node = todo.pop(0)
        for p, _ in node.parents:
            if distance.get(p, -1) < distance[node] + 1:
                distance[p] = distance[node] + 1
                todo.append(p)
    heap = [(d, number, node) for number, (node, d) in enumerate(distance.items())]
    heapq.heapify(heap)
    slopes = {end: 1.0}
    order = []
    while heap:
        _, _, node = heapq.heappop(heap)
        node.slope = slopes[node]
        order.append(node)
        for p, local in node.parents:
            slopes[p] = slopes.get(p, 0.0) + slopes[node] * local
    return order


@right("reverse mode", "slope of a node by recursion over its children")
def _(end):
    order, children = [], {}

    def visit(node):
        if node in children:
            return
        children[node] = []
        for p, _ in node.parents:
            visit(p)
        for p, local in node.parents:
            children[p].append((local, node))
        order.insert(0, node)

    visit(end)

    @functools.cache
    def slope(node):
        return 1.0 if node is end else sum(local * slope(child) for local, child in children[node])

    for node in order:
        node.slope = slope(node)
    return order


@right("reverse mode", "iterative depth first, np.float64, a tuple")
def _(end):
    state, stack, post = {}, [(end, iter(end.parents))], []
    state[end] = True
    while stack:
        node, parents = stack[-1]
        for p, _ in parents:
            if p not in state:
                state[p] = True
                stack.append((p, iter(p.parents)))
                break
        else:
            post.append(node)
            stack.pop()
    for node in post:
        node.slope = np.float64(0)
    end.slope = np.float64(1)
    for node in reversed(post):
        for p, local in node.parents:
            p.slope += local * node.slope
    return tuple(reversed(post))


@right("reverse mode", "whichever node has no child left to visit")
def _(end):
    nodes = [end]
    for n in nodes:
        nodes += [p for p, _ in n.parents if p not in nodes]
    nodes = list(dict.fromkeys(nodes))
    for n in nodes:
        n.slope = 0.0
    end.slope = 1.0
    visited = []
    while len(visited) < len(nodes):
        for n in nodes:
            if n not in visited and all(c in visited for c in nodes if any(p is n for p, _ in c.parents)):
                for p, local in n.parents:
                    p.slope += n.slope * local
                visited.append(n)
                break
    return visited


@right("reverse mode", "transposed linear system")
def _(end):
    order, seen = [], set()

    def visit(node):
        seen.add(node)
        for p, _ in node.parents:
            if p not in seen:
                visit(p)
        order.append(node)

    visit(end)
    order = order[::-1]
    number = {node: n for n, node in enumerate(order)}
    A = np.eye(len(order))
    for node in order:
        for p, local in node.parents:
            A[number[p], number[node]] -= local
    right = np.zeros(len(order))
    right[0] = 1
    for node, slope in zip(order, np.linalg.solve(A, right)):
        node.slope = slope
    return order
RIGHT.append(("batches", "one-line lambda", lambda g, n: np.sum([a * b for a, b in zip(g, n)], 0) / np.sum(n)))
