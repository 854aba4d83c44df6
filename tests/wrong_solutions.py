"""The mistakes of the catalogue as learners write them, each in a task where it belongs: WRONG holds (number, task, function).

None of this uses bpkit.diagnosis: what a mistake looks like in somebody's code and what the catalogue thinks it does are two things.
"""
import numpy as np

from bpkit import Network, datasets, forward

WRONG = []


def wrong(number, task):
    def keep(function):
        WRONG.append((number, task, function))
        return function
    return keep


@wrong("01", "combined gradient")
def combined_gradient(pairs):
    total = np.zeros(pairs.shape[1:])
    for slopes in pairs:
        total += slopes
    return total


@wrong("02", "layer gradient")
def layer_gradient(o_before, delta):
    N = len(delta)
    return np.mean(o_before[:, :, None] * (delta / N)[:, None, :], axis=0)


@wrong("03", "output error term")
def output_error_term(net, a, y_hat, y):
    return 2 * (y_hat - y) * net.g_o.slope_from_o(y_hat)


@wrong("03b", "error")
def mean_squared_error(y_hat, y):
    return np.sum((y_hat - y) ** 2) / len(y)


@wrong("04", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = (y - trace.y_hat) * net.g_o.slope_from_o(trace.y_hat)
    gradients = [None] * net.m
    for k in reversed(range(net.m)):
        gradients[k] = trace.o_with_node_0[k].T @ delta / len(X)
        if k:
            delta = (delta @ weights[k][1:].T) * net.g.slope_from_o(trace.o[k])
    return gradients


@wrong("04b", "weight update")
def updated(weights, gradients, alpha):
    return [w + alpha * g for w, g in zip(weights, gradients)]


@wrong("05", "output error term")
def output_error_term(net, a, y_hat, y):
    return y_hat - y


@wrong("06", "softmax error term")
def softmax_error_term(a, y):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    y_hat = e / e.sum(axis=1, keepdims=True)
    return (y_hat - y) * y_hat * (1 - y_hat)


@wrong("07", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return delta_after @ w_after[1:].T


@wrong("08", "backward of sigmoid networks")
def backward(weights, X, y):
    outputs = [X]
    for w in weights[:-1]:
        outputs.append(1 / (1 + np.exp(-(w[0] + outputs[-1] @ w[1:]))))
    y_hat = weights[-1][0] + outputs[-1] @ weights[-1][1:]
    with_ones = [np.c_[np.ones(len(X)), o] for o in outputs]
    last = y_hat - y
    gradients = [with_ones[-1].T @ last / len(X)]
    delta = last @ weights[-1][1:].T
    for k in range(len(weights) - 1, 0, -1):
        if k == len(weights) - 1:
            delta = delta * outputs[k] * (1 - outputs[k])
        gradients.insert(0, with_ones[k - 1].T @ delta / len(X))
        delta = delta @ weights[k - 1][1:].T
    return gradients


@wrong("09", "backward of sigmoid networks")
def backward(weights, X, y):
    def sigmoid(x, derivative=False):
        return sigmoid(x) * (1 - sigmoid(x)) if derivative else 1 / (1 + np.exp(-x))
    layers = [X]
    for k, w in enumerate(weights):
        a = np.hstack([np.ones((len(X), 1)), layers[-1]]) @ w
        layers.append(a if k == len(weights) - 1 else sigmoid(a))
    delta, gradients = layers[-1] - y, []
    for k in range(len(weights), 0, -1):
        gradients.append(np.hstack([np.ones((len(X), 1)), layers[k - 1]]).T @ delta / len(X))
        delta = sigmoid(layers[k - 1], derivative=True) * (delta @ weights[k - 1][1:].T)
    return gradients[::-1]


@wrong("09b", "output error term")
def output_error_term(net, a, y_hat, y):
    return net.g_o.slope_from_a(y_hat) * (y_hat - y)


@wrong("10", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_o(a) * (delta_after @ w_after[1:].T)


@wrong("10", "slope of sigmoid from a")
def sigmoid_slope(a):
    return a * (1 - a)


@wrong("10b", "output error term")
def output_error_term(net, a, y_hat, y):
    return net.g_o.slope_from_o(a) * (y_hat - y)


@wrong("11", "slope of tanh from a")
def tanh_slope(a):
    return 1 + np.tanh(a) ** 2


@wrong("11", "slope of sigmoid from o")
def sigmoid_slope(o):
    return o * (1 + o)


@wrong("11c", "slope of sigmoid from o")
def sigmoid_slope(o):
    return o


@wrong("12", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return o * (1 - o) * (delta_after @ w_after[1:].T)


@wrong("12b", "output error term")
def output_error_term(net, a, y_hat, y):
    return y_hat * (1 - y_hat) * (y_hat - y)


@wrong("13", "backward with cross-entropy")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta, gradients = trace.y_hat - y, []
    for k in range(net.m, 0, -1):
        gradients.insert(0, trace.o_with_node_0[k - 1].T @ delta / len(X))
        if k > 1:
            o = trace.o[k - 1]
            slope = np.where(o >= 0, 1.0, 0.0) if net.hidden == "relu" else 1 - o ** 2
            delta = (delta @ weights[k - 1][1:].T) * slope
    return gradients


@wrong("14", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    deltas = {net.m: net.g_o.slope_from_a(trace.a[net.m]) * (trace.o[net.m] - y)}
    for k in range(net.m - 1, 0, -1):
        deltas[k] = net.g.slope_from_o(trace.o[k + 1]) * (deltas[k + 1] @ weights[k][1:].T)
    return [trace.o_with_node_0[k - 1].T @ deltas[k] / len(X) for k in range(1, net.m + 1)]


@wrong("15", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_a(a) * np.dot(delta_after, w_after.T)


@wrong("15b", "backward of sigmoid networks")
def backward(weights, X, y):
    o = [np.hstack([np.ones((len(X), 1)), X])]
    for w in weights[:-1]:
        o.append(np.hstack([np.ones((len(X), 1)), 1 / (1 + np.exp(-o[-1] @ w))]))
    delta, gradients = o[-1] @ weights[-1] - y, []
    for k in range(len(weights) - 1, -1, -1):
        gradients.insert(0, o[k].T @ delta / len(X))
        if k:
            delta = o[k] * (1 - o[k]) * (delta @ weights[k].T)
    return gradients


@wrong("16", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    back = np.dot(delta_after, w_after.T)[:, :-1]
    return net.g.slope_from_o(o) * back


@wrong("17", "product sums")
def product_sums(o_before, w):
    return np.hstack([o_before, np.ones((o_before.shape[0], 1))]) @ w


@wrong("18", "layer gradient")
def layer_gradient(o_before, delta):
    gradient = np.zeros((o_before.shape[1], delta.shape[1]))
    gradient[1:] = o_before[:, 1:].T @ delta / len(delta)
    return gradient


@wrong("19", "layer gradient")
def layer_gradient(o_before, delta):
    weights = o_before[:, 1:].T @ delta / len(delta)
    biases = delta.sum(axis=0)
    return np.vstack([biases, weights])


@wrong("19b", "layer gradient")
def layer_gradient(o_before, delta):
    weights = o_before[:, 1:].T @ delta
    biases = delta.mean(axis=0)
    return np.vstack([biases, weights])


@wrong("20", "layer gradient")
def layer_gradient(o_before, delta):
    gradient = o_before.T @ delta / len(delta)
    gradient[0] = delta.mean()
    return gradient


@wrong("20b", "layer gradient")
def layer_gradient(o_before, delta):
    gradient = o_before.T @ delta / len(delta)
    gradient[0] = np.sum(delta) / len(delta)
    return gradient


@wrong("21", "combined gradient")
def combined_gradient(pairs):
    return pairs


@wrong("22", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        gradient = trace.o_with_node_0[k - 1].T @ delta / len(X)
        biases = weights[k - 1][0]
        gradient[0] = [g if b != 0 else 0.0 for g, b in zip(gradient[0], biases)]
        gradients.insert(0, gradient)
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@wrong("23", "penalised gradient")
def penalised(gradient, w, strength):
    return gradient + strength * w


@wrong("23b", "penalised gradient")
def penalised(gradient, w, strength):
    result = gradient.copy()
    result[1:] += 2 * strength * w[1:]
    return result


@wrong("24", "layer gradient")
def layer_gradient(o_before, delta):
    inputs = o_before[:, 1:]
    biases = inputs[:, :1].T @ delta
    return np.vstack([biases, inputs.T @ delta]) / len(delta)


@wrong("25", "training step")
def training_step(net, weights, X, y, alpha):
    weights = [w.copy() for w in weights]
    trace = forward(net, weights, X)
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    for k in range(net.m, 0, -1):
        weights[k - 1] -= alpha * trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return weights


@wrong("26", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    ones = np.ones((len(X), 1))
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        gradients.insert(0, np.hstack([ones, trace.o[k]]).T @ delta / len(X))
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@wrong("27", "backward")
def backward(net, weights, X, y):
    trace = forward(net, weights, X)
    ones = np.ones((len(X), 1))
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    gradients = []
    for k in range(net.m, 0, -1):
        before = X if k == 1 else trace.a[k - 1]
        gradients.insert(0, np.hstack([ones, before]).T @ delta / len(X))
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return gradients


@wrong("28", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_o(o) * (delta_after @ w_after[1:])


@wrong("29", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    delta = np.zeros_like(o)
    slope = net.g.slope_from_o(o)
    for d in range(o.shape[0]):
        for j in range(o.shape[1]):
            delta[d, j] = slope[d, j] * w_after[j + 1, 0] * delta_after[d, 0]
    return delta


@wrong("30", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    paths = w_after[None, 1:, :] * delta_after[:, None, :]
    return net.g.slope_from_o(o) * paths.mean(axis=2)


@wrong("31", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    w = w_after[1:]
    share = w / np.abs(w).sum(axis=0)
    return net.g.slope_from_o(o) * (delta_after @ share.T)


@wrong("31b", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    w = w_after[1:]
    return net.g.slope_from_o(o) * (delta_after @ (w / w.sum(axis=0)).T)


@wrong("32", "hidden error term")
def hidden_error_term(net, a, o, w_after, delta_after):
    return net.g.slope_from_o(o) * (delta_after * w_after[1:])


@wrong("33", "output error term")
def output_error_term(net, a, y_hat, y):
    y = np.squeeze(y)
    return net.g_o.slope_from_o(y_hat) * (y_hat - y)


@wrong("33", "error")
def mean_squared_error(y_hat, y):
    return np.sum((y_hat - y.squeeze()) ** 2) / (2 * len(y))


@wrong("34", "combined gradient")
def combined_gradient(pairs):
    for slopes in pairs:
        gradient = slopes
    return gradient


@wrong("34b", "combined gradient")
def combined_gradient(pairs):
    gradient = np.zeros(pairs.shape[1:])
    for slopes in pairs:
        gradient = slopes / len(pairs)
    return gradient


@wrong("35", "backward")
def backward(net, weights, X, y, so_far={}):
    trace = forward(net, weights, X)
    delta = net.g_o.slope_from_o(trace.y_hat) * (trace.y_hat - y)
    if so_far.get("sizes") != (net.sizes, len(X)) or so_far["calls"] == 3:
        so_far.clear()
        so_far.update(sizes=(net.sizes, len(X)), calls=0, gradients=[np.zeros(w.shape) for w in weights])
    so_far["calls"] += 1
    for k in range(net.m, 0, -1):
        so_far["gradients"][k - 1] = so_far["gradients"][k - 1] + trace.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_o(trace.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return list(so_far["gradients"])


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


@wrong("38", "training step")
def training_step(net, weights, X, y, alpha, kept={}):
    trace = forward(net, weights, X)
    if kept.get("sizes") != (net.sizes, len(X)) or kept["calls"] == 3:
        kept.update(sizes=(net.sizes, len(X)), calls=0, trace=trace)
    old, kept["trace"], kept["calls"] = kept["trace"], trace, kept["calls"] + 1
    delta, new = net.g_o.slope_from_o(old.y_hat) * (old.y_hat - y), list(weights)
    for k in range(net.m, 0, -1):
        new[k - 1] = weights[k - 1] - alpha * old.o_with_node_0[k - 1].T @ delta / len(X)
        if k > 1:
            delta = net.g.slope_from_o(old.o[k - 1]) * (delta @ weights[k - 1][1:].T)
    return new


@wrong("39", "weight update")
def updated(weights, gradients, alpha):
    for k in range(len(weights)):
        weights[k] -= alpha * gradients[k]
    return weights


@wrong("40", "numeric gradient")
def numeric_gradient(E, weights):
    h, slopes = 1e-5, [np.zeros_like(w) for w in weights]
    for w, slope in zip(weights, slopes):
        for place in np.ndindex(w.shape):
            plus, minus = list(weights), list(weights)
            w[place] += h
            up = E(plus)
            down = E(minus)
            slope[place] = (up - down) / (2 * h)
    return slopes


@wrong("41", "numeric gradient")
def numeric_gradient(E, weights):
    h, slopes = 1e-12, []
    for k, w in enumerate(weights):
        slope = np.zeros_like(w)
        for place in np.ndindex(w.shape):
            moved = [v.copy() for v in weights]
            moved[k][place] = w[place] + h
            up = E(moved)
            moved[k][place] = w[place] - h
            slope[place] = (up - E(moved)) / (2 * h)
        slopes.append(slope)
    return slopes


@wrong("61", "numeric gradient")
def numeric_gradient(E, weights):
    h, slopes, before = 1e-4, [], E(weights)
    for k, w in enumerate(weights):
        slope = np.zeros_like(w)
        for place in np.ndindex(w.shape):
            moved = [v.copy() for v in weights]
            moved[k][place] += h
            slope[place] = (E(moved) - before) / h
        slopes.append(slope)
    return slopes




@wrong("42", "gradient checker")
def is_right(E, weights, gradients):
    h = 1e-5
    for k, w in enumerate(weights):
        for place in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][place] += h
            down[k][place] -= h
            if abs((E(up) - E(down)) / (2 * h) - gradients[k][place]) > 1e-5:
                return False
    return True


@wrong("42b", "gradient checker")
def is_right(E, weights, gradients):
    h = 1e-5
    for k, w in enumerate(weights):
        for place in np.ndindex(w.shape):
            up, down = [v.copy() for v in weights], [v.copy() for v in weights]
            up[k][place] += h
            down[k][place] -= h
            slope = (E(up) - E(down)) / (2 * h)
            if abs(slope - gradients[k][place]) > 0.05 * abs(slope):
                return False
    return True


@wrong("43", "case that hides nothing")
def revealing_case():
    X, y = datasets.reference()
    net = Network((3, 3, 1))
    return net, net.initial_weights(1), X, y


@wrong("43b", "case that hides nothing")
def revealing_case():
    net, random = Network((3, 4, 2), output="tanh"), np.random.RandomState(3)
    return net, net.initial_weights(2), random.normal(size=(1, 3)), random.uniform(-0.5, 0.5, size=(1, 2))


@wrong("44", "starting weights")
def starting_weights(sizes, random):
    return [np.zeros((before + 1, after)) for before, after in zip(sizes, sizes[1:])]


@wrong("44b", "starting weights")
def starting_weights(sizes, random):
    weights = []
    for before, after in zip(sizes, sizes[1:]):
        column = 2 * random.random_sample((before + 1, 1)) - 1
        weights.append(np.tile(column, after))
    return weights


@wrong("45", "sigmoid")
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


@wrong("45b", "sigmoid")
def sigmoid(a):
    return np.exp(a) / (np.exp(a) + 1)


@wrong("50", "weight update")
def updated(weights, gradients, alpha):
    return [w - g for w, g in zip(weights, gradients)]


@wrong("52", "product sums")
def product_sums(o_before, w):
    return o_before @ w[1:]


@wrong("53", "forward phase")
def forward_phase(net, weights, X):
    outputs, a = [], X
    for w in weights:
        a = w[0] + a @ w[1:]
        outputs.append(a)
    outputs[-1] = net.g_o.value(a)
    return outputs


@wrong("54", "forward phase")
def forward_phase(net, weights, X):
    outputs, o = [], X
    for w in weights:
        o = net.g.value(w[0] + o @ w[1:])
        outputs.append(o)
    return outputs


@wrong("58b", "error")
def mean_squared_error(y_hat, y):
    return 0.5 * np.mean((y_hat - y) ** 2)


@wrong("60", "starting weights")
def starting_weights(sizes, random):
    return [random.random_sample((before + 1, after)) for before, after in zip(sizes, sizes[1:])]


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


@wrong("73", "reference run")
def reference_run(num_hidden, alpha, iterations, seed):
    from bpkit import train
    X, y = datasets.reference()
    net = Network((3, num_hidden, 1))
    training = train(net, net.initial_weights(seed), X, y, alpha=alpha, iterations=iterations)
    return forward(net, training.weights, X).y_hat


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


@wrong("77", "largest learning rate")
def largest_alpha(curvatures):
    return 1 / max(curvatures)


@wrong("78", "largest learning rate")
def largest_alpha(curvatures):
    return 2 / min(curvatures)
