"""The checks of the problem sets on thousands of wrong answers, made by changing right ones.

    python tests/proofs/answers.py [most for one task]      `make proof-answers`

Each right answer of tests/answers is changed in one place: an operator, a sign, a number, an index,
a slice, an axis, a name, the order of arguments, a line that is left out. What a changed one gives
is compared with the right answer on inputs of this proof's own, that the check does not know: one
pair, one node, sizes that differ in every place, whole numbers, zeros among weights, a second call.
It is wrong if it differs on one of them, else the change changed nothing and is put aside. Then:

* none that is wrong is accepted by the check, or by a hidden check of the grading;
* of those for which one mistake of the catalogue is named, at least 95 % are that mistake: they
give
  its numbers on the proof's own inputs too.

Exits 1 if one of these does not hold.
"""

import ast
import contextlib
import inspect
import multiprocessing
import pathlib
import sys
import textwrap
import warnings
from collections import Counter

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from answers import RIGHT  # noqa: E402

from bpkit import Network, forward  # noqa: E402
from bpkit.activations import ACTIVATIONS  # noqa: E402
from bpkit.backward import backward  # noqa: E402
from bpkit.diagnosis import TASKS, diagnose  # noqa: E402
from bpkit.diagnosis import calls as checks  # noqa: E402
from bpkit.diagnosis.cases import Node, Watched  # noqa: E402
from bpkit.diagnosis.mistakes import CATALOGUE, replaced  # noqa: E402

INPUTS = 14  # for each task
NAMED_TRULY = 0.95
# what it returns is drawn by the learner, or judged by what it reveals: no other input tells more
LEFT_OUT = ("case that hides nothing",)


# ---- changes ------------------------------------------------------------------------------------


def changed(source):
    """{the changed source: what was changed} of everything that one change can make."""
    tree = ast.parse(source)
    function = tree.body[0]
    function.decorator_list, function.name = [], "changed"
    names = sorted(
        {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        & ({a.arg for a in function.args.args} | _assigned(function))
    )
    found = {}
    for holder, key in list(_places(function)):
        node = holder[key]
        for other in _other_nodes(node, names):
            holder[key] = ast.copy_location(other, node)
            with contextlib.suppress(ValueError, AttributeError):
                found.setdefault(ast.unparse(function), f"{_short(node)}  ->  {_short(other)}")
        holder[key] = node
    found.pop(ast.unparse(function), None)
    return found


def _places(root):
    """(what holds it, under which key) of each node below the root."""
    for parent in ast.walk(root):
        for field, value in ast.iter_fields(parent):
            several = isinstance(value, list)
            holder, keys = (value, range(len(value))) if several else (vars(parent), [field])
            yield from ((holder, key) for key in keys if isinstance(holder[key], ast.AST))


def _short(node):
    return ast.unparse(node)[:70].replace("\n", "; ") if node else "nothing"


def _assigned(function):
    return {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _other_nodes(node, names):
    """What can stand in the place of a node when one slip is made."""
    if isinstance(node, ast.BinOp):
        others = {
            ast.Add: (ast.Sub,),
            ast.Sub: (ast.Add,),
            ast.Mult: (ast.Div, ast.Add, ast.MatMult),
            ast.Div: (ast.Mult,),
            ast.MatMult: (ast.Mult,),
            ast.FloorDiv: (ast.Div,),
        }.get(type(node.op), ())
        yield from (ast.BinOp(node.left, op(), node.right) for op in others)
        yield from (node.left, node.right, ast.BinOp(node.right, node.op, node.left))
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        others = {
            ast.Lt: (ast.LtE, ast.Gt),
            ast.LtE: (ast.Lt, ast.GtE),
            ast.Gt: (ast.GtE, ast.Lt),
            ast.GtE: (ast.Gt, ast.LtE),
            ast.Eq: (ast.NotEq,),
            ast.NotEq: (ast.Eq,),
        }.get(type(node.ops[0]), ())
        yield from (ast.Compare(node.left, [op()], node.comparators) for op in others)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        value = node.value
        if isinstance(value, bool):
            yield ast.Constant(not value)
        else:
            yield from (ast.Constant(v) for v in (value + 1, value - 1, 2 * value, -value, 0))
    elif isinstance(node, ast.Subscript):
        yield node.value
        if isinstance(node.slice, ast.Slice):
            lower, upper = node.slice.lower, node.slice.upper
            yield ast.Subscript(node.value, ast.Slice(upper=ast.Constant(-1)), node.ctx)
            yield ast.Subscript(node.value, ast.Slice(upper, lower), node.ctx)
        else:
            for op in (ast.Add, ast.Sub):
                index = ast.BinOp(node.slice, op(), ast.Constant(1))
                yield ast.Subscript(node.value, index, node.ctx)
    elif isinstance(node, ast.Attribute):
        swaps = [
            ("mean", "sum"),
            ("slope_from_o", "slope_from_a"),
            ("max", "min"),
            ("ones", "zeros"),
        ]
        swaps += [("hstack", "vstack"), ("exp", "log"), ("maximum", "minimum"), ("g", "g_o")]
        for one, other in [*swaps, *(pair[::-1] for pair in swaps)]:
            if node.attr == one:
                yield ast.Attribute(node.value, other, node.ctx)
        if node.attr == "T":
            yield node.value
    elif isinstance(node, ast.Call):
        if len(node.args) > 1:
            args = [node.args[1], node.args[0], *node.args[2:]]
            yield ast.Call(node.func, args, node.keywords)
        if node.args:
            yield node.args[0]
        if node.keywords:
            yield ast.Call(node.func, node.args, node.keywords[:-1])
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(name, node.ctx) for name in names if name != node.id)
    elif isinstance(node, (ast.Assign, ast.Expr)):
        yield ast.Pass()
    elif isinstance(node, ast.AugAssign):
        yield ast.Pass()
        yield ast.Assign([node.target], node.value)
    elif isinstance(node, ast.If):
        yield ast.If(ast.Constant(True), node.body, node.orelse)
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


# ---- inputs -------------------------------------------------------------------------------------


def inputs(task, number):
    """Arguments that the statement of the task allows, the same for the same number."""
    random = np.random.default_rng(number)
    N, before, here, after = (int(n) for n in random.integers(1, 6, size=4))
    if number == 1:
        N = 1
    if number == 2:
        here = after = 1

    def normal(*shape):
        values = random.normal(size=shape)
        return (
            np.where(random.uniform(size=shape) < 0.1, 0.0, values) if number % 3 == 0 else values
        )

    def network(activations, ends):
        sizes = [int(r) for r in random.integers(1, 6, size=random.integers(2, 6))]
        output, error = ends[random.integers(len(ends))]
        sizes[-1] += output == "softmax" and sizes[-1] == 1
        net = Network(tuple(sizes), activations[random.integers(len(activations))], output, error)
        y = normal(N, sizes[-1])
        if error == "cross-entropy":
            y = random.uniform(size=(N, sizes[-1]))
            y = y / y.sum(axis=1, keepdims=True) if output == "softmax" else y
        return net, [normal(*shape) for shape in net.weight_shapes], normal(N, sizes[0]), y

    some = ("sigmoid", "tanh", "softplus", "relu", "identity")
    mse = [(name, "mse") for name in some]
    stated = [(name, "mse") for name in ("sigmoid", "tanh", "identity")]
    if task == "sigmoid":
        a = normal(N, here) * 10 ** random.uniform(0, 3)
        return (a[0] if number % 2 else np.round(a).astype(int) if number % 5 == 0 else a,)
    if task.startswith("slope of"):
        _, _, name, _, letter = task.split()
        a = normal(N, here) * 2
        a[a == 0] = 1.5
        values = ACTIVATIONS[name].value(a) if letter == "o" else a
        return (values[0] if number % 2 else values,)
    if task == "product sums":
        return normal(N, before), normal(before + 1, here)
    if task in ("forward phase", "backward", "training step"):
        net, weights, X, y = network(some, mse)
        last = {"forward phase": (), "backward": (y,), "training step": (y, random.uniform(0, 2))}
        return net, weights, X, *last[task]
    if task == "backward phase":
        net, weights, X, y = network(some, mse)
        return net, weights, forward(net, weights, X), y
    if task == "backward with cross-entropy":
        return network(
            ("relu", "tanh"), [(name, "cross-entropy") for name in ("softmax", "sigmoid")]
        )
    if task == "backward of sigmoid networks":
        return network(["sigmoid"], [("identity", "mse")])[1:]
    if task == "error":
        return normal(N, here), normal(N, here)
    if task == "starting weights":
        return [before, here, after, N][: 2 + number % 3], np.random.RandomState(number)
    if task in ("output error term", "hidden error term"):
        net, weights, X, y = network(some, stated if task == "output error term" else mse)
        while task == "hidden error term" and net.m == 1:
            net, weights, X, y = network(some, mse)
        trace = forward(net, weights, X)
        if task == "output error term":
            return net, trace.a[-1], trace.y_hat, y
        k = net.m - 1
        return net, trace.a[k], trace.o[k], weights[k], normal(N, net.sizes[-1])
    if task in ("partial derivatives", "layer gradient"):
        return np.hstack([np.ones((N, 1)), normal(N, before)]), normal(N, here)
    if task == "combined gradient":
        return (normal(N, before + 1, here),)
    if task == "weight update":
        net, weights, _, _ = network(some, mse)
        return weights, [normal(*w.shape) for w in weights], float(random.uniform(0, 2))
    if task == "reference run":
        return int(before), float(random.uniform(0.05, 0.5)), int(random.integers(1, 6)), number
    if task in ("numeric gradient", "gradient checker"):
        net, weights, X, y = network(("sigmoid", "tanh"), [("tanh", "mse"), ("identity", "mse")])
        given = backward(net, weights, forward(net, weights, X), y)
        E = Watched(net, weights, X, y)
        if task == "numeric gradient":
            return E, weights
        if number % 2:
            k = random.integers(len(given))
            place = np.unravel_index(abs(given[k]).argmax(), given[k].shape)
            given[k][place] *= random.choice([0.99, 1.01, 0, -1, 2])
        return E, weights, given
    if task == "softmax error term":
        y = random.uniform(size=(N, here + 1))
        return normal(N, here + 1) * 10 ** random.uniform(0, 1.3), y / y.sum(axis=1, keepdims=True)
    if task == "largest learning rate":
        return (random.uniform(0.01, 5, size=here),)
    if task == "strongest input":
        w = normal(before + 1, here)
        return (np.where(w == 0, 1, w),)  # an input that changes nothing may be 0 or 1
    if task == "multiplications":
        return [before, here, after, N][: 2 + number % 3], N
    if task == "batches":
        return [normal(before + 1, here) for _ in range(N)], [
            int(n) for n in random.integers(1, 9, N)
        ]
    if task == "penalised gradient":
        return normal(before + 1, here), normal(before + 1, here), float(random.uniform(0, 2))
    if task == "reverse mode":
        nodes = [Node()]
        for _ in range(random.integers(1, 7)):
            parents = random.integers(len(nodes), size=random.integers(1, 4))
            nodes.append(Node(*((nodes[p], float(random.normal())) for p in parents)))
        return (nodes[-1],)
    raise KeyError(task)


# ---- one answer ---------------------------------------------------------------------------------


def results(task, function, number):
    """What two calls with the same arguments give, as a list of arrays; None where it stops."""
    arguments = inputs(task, number)
    found = []
    for _ in range(1 if task == "starting weights" else 2):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                with checks.stopped_after(1.0):
                    result = function(*arguments)
                    result = list(result) if hasattr(result, "__next__") else result
                    found += _as_arrays(task, result, arguments)
            except (Exception, checks.NoEnd):
                return None
    return found


def _as_arrays(task, result, arguments):
    if task == "reverse mode":
        nodes = _all_nodes(arguments[0])
        listed = sorted(nodes.index(node) for node in result) == list(range(len(nodes)))
        return [np.array([node.slope for node in nodes]), np.array(float(listed))]
    if task == "starting weights":
        sizes = arguments[0]
        right = [w.shape for w in result] == [(r + 1, s) for r, s in zip(sizes, sizes[1:])]
        inside = all(w.dtype.kind == "f" and abs(w).max() <= 1 for w in result)
        spread = np.unique(np.concatenate([w.ravel() for w in result]))
        return [np.array([right, inside, len(spread) == sum(w.size for w in result)], float)]
    if result is None:
        raise TypeError
    several = TASKS[task].several and isinstance(result, (list, tuple, np.ndarray))
    arrays = [np.asarray(entry) for entry in result] if several else [np.asarray(result)]
    return [array if array.dtype.kind in "fc" else array.astype(float) for array in arrays]


def _all_nodes(end):
    nodes = [end]
    for node in nodes:
        nodes += [p for p, _ in node.parents if all(p is not known for known in nodes)]
    return nodes


def same(task, got, want):
    if got is None or len(got) != len(want):
        return False
    for g, w in zip(got, want):
        tolerance = 1e-4 if np.float32 in (g.dtype, w.dtype) else max(TASKS[task].tolerance, 1e-6)
        if g.shape != w.shape and not (w.size == g.size == 1):
            return False
        close = abs(g.reshape(w.shape) - w) <= tolerance * max(abs(w).max(initial=0), 1e-12)
        if not np.all(close | (g.reshape(w.shape) == w)):
            return False
    return True


def truths(task, answers):
    """{number of the input: the right result}, of inputs on which all of three right answers
    agree."""
    found = {}
    for number in range(INPUTS):
        first, *others = (results(task, function, number) for function in answers[:3])
        if first and all(np.isfinite(a).all() for a in first):
            if all(same(task, other, first) for other in others):
                found[number] = first
    return found


def plain_functions(task):
    """(source, globals, function) of the right answers that are one plain function."""
    found = []
    for name, _, function in RIGHT:
        if name == task and inspect.isfunction(function) and function.__name__ != "<lambda>":
            source = textwrap.dedent(inspect.getsource(function))
            if isinstance(ast.parse(source).body[0], ast.FunctionDef) and not function.__closure__:
                found.append((source, function.__globals__, function))
    return found


def made_wrong(task, most, answers):
    """(what was changed, its source, function, whether it is wrong, the right results) of at most
    so many changes of the first right answers."""
    plain = plain_functions(task)
    right = truths(task, [function for _, _, function in plain])
    made = {}
    for source, names, function in plain[:answers]:
        if not all(same(task, results(task, function, n), right[n]) for n in right):
            continue  # right for what the check tries, and less exact on these inputs
        for text, change in changed(source).items():
            made.setdefault(text, (change, names))
    texts = sorted(made)
    np.random.RandomState(0).shuffle(texts)
    for text in texts[:most]:
        change, names = made[text]
        scope = dict(names)
        try:
            exec(compile(text, "<changed>", "exec"), scope)
        except SyntaxError:
            continue
        function, differs = scope["changed"], False
        for number in right:
            got = results(task, function, number)
            if not same(task, got, right[number]):
                differs = True
                break
        yield change, text, function, differs, right


def is_the_mistake(task, identity, function, right):
    """Whether a function gives the numbers of this mistake on the proof's own inputs."""
    (mistake,) = [m for m in CATALOGUE if m.id == identity]
    task_, steps, memory = TASKS[task], replaced(mistake), {}

    def mistaken(*arguments):
        solved = task_.solve(steps, memory, *arguments)
        return solved if task_.several or task_.digest else solved[0]

    agree = 0
    for number in right:
        got, want = results(task, function, number), results(task, mistaken, number)
        if got is None or want is None:
            continue  # the mistake has no meaning here, or sizes do not fit
        if not same(task, got, want):
            return False
        agree += 1
    return agree > 0


def judged(task, most, answers=None):
    """A Counter of what became of the changed answers of a task, and what is to be told of them."""
    counted, told = Counter(), []
    for change, text, function, differs, right in made_wrong(task, most, answers):
        counted["changed"] += 1
        if not differs:
            counted["same"] += 1
            continue
        counted["wrong"] += 1
        said = [diagnose(task, function, seed) for seed in (0, 1)]
        status = said[0].status
        if status == "right" or said[1].status == "right" and said[0].credit == 1:
            counted["accepted"] += 1
            told.append(f"ACCEPTED {task}: {change}\n{textwrap.indent(text, '    ')}")
            continue
        counted[status] += 1
        if status == "named" and len(said[0].mistakes) == 1 and not TASKS[task].watched:
            identity = said[0].mistakes[0]
            if identity == "39":
                continue
            counted["one named"] += 1
            if is_the_mistake(task, identity, function, right):
                counted["named truly"] += 1
            else:
                told.append(f"NAMED {identity} {task}: {change}")
    return task, counted, told


def main(most):
    tasks = [task for task in TASKS if task not in LEFT_OUT]
    columns = ("changed", "same", "wrong", "named", "unknown", "unusable", "accepted")
    columns += ("one named", "named truly")
    total, all_told = Counter(), []
    print(f"{'':30s}" + "".join(f"{column:>12s}" for column in columns))
    with multiprocessing.Pool() as pool:
        for task, counted, told in pool.imap(_judged, [(task, most) for task in tasks]):
            print(f"{task:30s}" + "".join(f"{counted[c]:12,}" for c in columns), flush=True)
            total += counted
            all_told += told
    print(f"{'all':30s}" + "".join(f"{total[c]:12,}" for c in columns))
    print(*all_told, sep="\n")
    share = total["named truly"] / max(total["one named"], 1)
    print(
        f"{total['accepted']} wrong answers accepted; of those named, {share:.1%} are that mistake"
    )
    return total["accepted"] > 0 or share < NAMED_TRULY


def _judged(arguments):
    checks.LIMIT = 1.0  # seconds of computing for one call
    return judged(*arguments)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 120))
