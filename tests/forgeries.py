"""Attempts to get points without an answer, each on a task of a real problem set.

`FORGERIES` maps a name to a `Forgery`. `answer` writes most of them: it puts code into the function
that a task asks for. What a learner writes is an answer, also where it was copied from bpkit's
source or differentiates numerically; what calls bpkit's own function in its place is none.
"""

import re
from typing import NamedTuple

from batches import problem_set
from bpkit.diagnosis.calls import cases_of, solved
from bpkit.diagnosis.tasks import TASKS


class Forgery(NamedTuple):
    """task : such as "ps3-t4"; all its checks have to earn nothing
    cells : for the name of a cell, its source
    change : what else is done to the notebook that is handed in
    spoils : whether it breaks the submission's other answers too
    """

    task: str
    cells: dict
    change: object = None
    spoils: bool = False


FORGERIES = {}
# a task of each problem set that is right beside the forged one, and keeps its points
WITNESS = {"ps1": "ps1-t3", "ps2": "ps2-t1", "ps3": "ps3-t3", "ps4": "ps4-t5"}
WITNESS |= {"ps5": "ps5-t6", "ps6": "ps6-t4"}


def head(task):
    """The line that begins the function which a task asks for."""
    cells = problem_set(task[:3])[1].cells
    (cell,) = (cell for cell in cells if cell.get("id") == f"{task}-answer")
    return re.findall(r"^def .*", cell.source, re.M)[-1]


def answer(name, task, body, before=""):
    """Forge the function of a task: its body, and code before it."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    source = f"{before.strip()}\n\n\n{head(task)}\n{lines}\n"
    FORGERIES[name] = Forgery(task, {f"{task}-answer": source})


def cells(name, task, change=None, **sources):
    """Forge whole cells; `t4_answer="..."` is the source of ps3-t4-answer."""
    named = {f"{task[:4]}{cell.replace('_', '-')}": source for cell, source in sources.items()}
    FORGERIES[name] = Forgery(task, named, change)


# ---------------------------------------------------------------------- calling what is left aside

BACKWARD = "return {}(net, weights, bpkit.forward(net, weights, X), y)"
answer("calls bpkit's function", "ps3-t4", BACKWARD.format("bpkit.backward"), "import bpkit")
answer(
    "by another name",
    "ps3-t4",
    BACKWARD.format("helper"),
    "import bpkit\nfrom bpkit import backward as helper",
)
answer(
    "by getattr",
    "ps3-t4",
    BACKWARD.format("getattr(bpkit, 'back' + 'ward')"),
    "import bpkit",
)
answer(
    "in a partial",
    "ps3-t4",
    BACKWARD.format("functools.partial(bpkit.backward)"),
    "import bpkit, functools",
)
answer(
    "loaded anew",
    "ps3-t4",
    BACKWARD.format("module.backward"),
    "import bpkit, importlib, sys\nmodule = importlib.reload(sys.modules['bpkit.backward'])",
)
answer(
    "its source run again",
    "ps3-t4",
    BACKWARD.format("space['backward']"),
    "import bpkit, inspect, sys\nspace = {'__name__': 'bpkit.again', '__package__': 'bpkit'}\n"
    "exec(inspect.getsource(sys.modules['bpkit.backward']), space)",
)
answer(
    "its code in a function of my own",
    "ps3-t4",
    BACKWARD.format("mine"),
    "import bpkit, types\n"
    "mine = types.FunctionType(bpkit.backward.__code__, bpkit.backward.__globals__)",
)
answer(
    "looked for in memory",
    "ps3-t4",
    """
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and thing.__name__ == "backward":
        try:
            return thing(net, weights, bpkit.forward(net, weights, X), y)
        except Exception:
            continue
""",
    "import bpkit, gc, types",
)
answer(
    "slopes of pairs, averaged",
    "ps3-t4",
    "slopes = bpkit.per_example_gradients(net, weights, bpkit.forward(net, weights, X), y)\n"
    "return [slope.mean(axis=0) for slope in slopes]",
    "import bpkit",
)
ERROR_TERMS = """
trace = bpkit.forward(net, weights, X)
delta = {}(net, weights, trace, y)
return [o.T @ d / len(X) for o, d in zip(trace.o_with_node_0, list(delta)[-net.m:])]
"""
answer("bpkit's error terms", "ps3-t4", ERROR_TERMS.format("bpkit.error_terms"), "import bpkit")
answer(
    "bpkit's error terms, the private ones",
    "ps3-t4",
    ERROR_TERMS.format("sys.modules['bpkit.backward']._error_terms"),
    "import bpkit, sys",
)
TRAINED = """
run = bpkit.train(net, weights, X, y, alpha=1.0, iterations=1)
return [old - new for old, new in zip(weights, run.weights)]
"""
answer("a step of bpkit's training, taken apart", "ps3-t4", TRAINED, "import bpkit")
DESCENT = """
from bpkit import descent
run = descent.{}(net, [w.copy() for w in weights], X, y, {})
run.load(np.arange(len(X)))
run.forward_phase()
run.backward_phase()
run.update()
return [{} for old, new in zip(weights, run.result())]
"""
GRADIENT, STEP = "old - new", "old - 0.4 * (old - new)"
for task, result in (("ps3-t4", GRADIENT), ("ps3-t5", STEP)):
    answer(
        f"the descent that works in place, for {task}",
        task,
        DESCENT.format("InPlaceDescent", "1.0, 0.0, len(X)", result),
    )
    answer(
        f"the plain descent, for {task}",
        task,
        DESCENT.format("PlainDescent", "1.0, 0.0, len(X), np", result),
    )
answer(
    "bpkit's check of a gradient knows it",
    "ps3-t4",
    """
trace = bpkit.forward(net, weights, X)
check = bpkit.gradient_check(net, weights, X, y, [np.zeros_like(w) for w in weights])
return check.numeric
""",
    "import bpkit",
)
for name in ("_slopes_of_weights", "_slopes_by_nodes"):
    answer(
        f"the inside of bpkit's check of a gradient, {name}",
        "ps3-t4",
        f"""
from bpkit import gradcheck
trace = bpkit.forward(net, weights, X)
return [gradcheck.{name}(net, weights, trace, y, k, 1e-20, np) for k in range(1, net.m + 1)]
""",
        "import bpkit",
    )
answer(
    "a step of bpkit's training, for the whole step",
    "ps3-t5",
    "return bpkit.train(net, weights, X, y, alpha=alpha, iterations=1).weights",
    "import bpkit",
)
answer(
    "the judge's own answers",
    "ps3-t4",
    "return gradients(replaced(), {}, net, weights, X, y)",
    "from bpkit.diagnosis.answers import gradients\nfrom bpkit.diagnosis.mistakes import replaced",
)
answer(
    "the answer that the course gives to go on with",
    "ps3-t4",
    "return ours(net, weights, X, y)",
    "from bpkit import diagnosis\nours = diagnosis.checked('backward', lambda *given: None)",
)
answer(
    "a copy of bpkit somewhere on the disk",
    "ps3-t4",
    """
for path in found:
    space = {"__name__": "bpkit.again", "__package__": "bpkit"}
    try:
        exec(open(path).read(), space)
        return space["backward"](net, weights, bpkit.forward(net, weights, X), y)
    except Exception:
        continue
""",
    """
import bpkit, os
found = [
    os.path.join(place, name)
    for top in ("/", "/proc/1/root", "/proc/self/root")
    for place, _, names in os.walk(top)
    if "bpkit" in place
    for name in names
    if name == "backward.py"
]
""",
)
answer(
    "compiled files of bpkit",
    "ps3-t4",
    """
import glob, marshal
for path in glob.glob(os.path.dirname(bpkit.__file__) + "/__pycache__/backward*.pyc"):
    space = {"__name__": "bpkit.again", "__package__": "bpkit"}
    exec(marshal.loads(open(path, "rb").read()[16:]), space)
    return space["backward"](net, weights, bpkit.forward(net, weights, X), y)
""",
    "import bpkit, os",
)
answer(
    "through a widget",
    "ps3-t4",
    """
from bpkit.widgets import phases
return phases.backward(net, weights, bpkit.forward(net, weights, X), y)
""",
    "import bpkit",
)
SIMPLE_CALLS = [
    ("ps1-t2", "bpkit.activations.sigmoid(a)"),
    ("ps1-t2", "bpkit.activations.ACTIVATIONS['sigmoid'].value(a)"),
    ("ps1-t2", "bpkit.Network((1, 1, 1)).g.value(a)"),
    ("ps1-t4", "bpkit.forward(net, weights, X).o[1:]"),
    ("ps1-t5", "bpkit.errors.squared_error(y_hat, y).mean()"),
    ("ps1-t6", "bpkit.Network(sizes).initial_weights(3)"),
    ("ps1-t6", "bpkit.Network.initial_weights(bpkit.Network(sizes))"),
    ("ps2-t2", "bpkit.activations.tanh_slope(a)"),
    ("ps2-t2", "bpkit.activations.ACTIVATIONS['tanh'].slope_from_a(a)"),
    ("ps2-t2", "bpkit.activations.ACTIVATIONS['tanh'].slope_from_o(np.tanh(a))"),
    ("ps2-t3", "bpkit.backward_module.output_error_term(net, a, y_hat, y)"),
    ("ps2-t4", "bpkit.backward_module.hidden_error_term(net, o, weights_after, delta_after)"),
    ("ps2-t5", "bpkit.backward_module.partial_derivatives(o_before, delta)"),
    ("ps3-t2", "bpkit.backward_module.combined_gradient(o_before, delta / len(delta))"),
    ("ps5-t3", "bpkit.datasets.probe()"),
    ("ps5-t4", "bpkit.activations.softmax(a) - y"),
]
for number, (task, call) in enumerate(SIMPLE_CALLS):
    answer(
        f"bpkit's own, {number}: {call.split('(')[0]}",
        task,
        f"return {call}",
        "import sys, bpkit\nimport bpkit.backward, bpkit.errors, bpkit.activations\n"
        "bpkit.backward_module = sys.modules['bpkit.backward']",
    )
answer(
    "bpkit's sum over the pairs",
    "ps3-t1",
    """
N = len(pairs)
return backward.combined_gradient(np.full((N, 1), 1 / N), pairs.reshape(N, -1)).reshape(
    pairs.shape[1:]
)
""",
    "import sys, bpkit\nbackward = sys.modules['bpkit.backward']",
)
answer(
    "the sigmoid that works in place",
    "ps1-t2",
    """
from bpkit.activations import calls_in_place
result = np.array(a, dtype=float)
for function, given in calls_in_place("sigmoid", result):
    function(*given)
return result
""",
)
answer(
    "the slope that training uses",
    "ps2-t2",
    """
from bpkit import descent
delta, o = np.ones(np.shape(a)), np.tanh(a)
for function, given in descent._slope_calls("tanh", delta, o):
    function(*given)
return delta
""",
)
answer(
    "the forward phase of training",
    "ps1-t4",
    """
from bpkit import descent
run = descent.InPlaceDescent(
    net, [w.copy() for w in weights], X, np.zeros((len(X), net.sizes[-1])), 0.1, 0.0, len(X)
)
run.load(np.arange(len(X)))
run.forward_phase()
return [run.o[k].T.copy() for k in range(1, net.m + 1)]
""",
)
AS_A_NETWORK = """
import bpkit
r = y.shape[1]
net = bpkit.Network((r, r), output="identity")
weights = [np.vstack([np.zeros((1, r)), np.eye(r)])]
"""
answer(
    "the error by bpkit.error",
    "ps1-t5",
    AS_A_NETWORK + "return bpkit.error(net, weights, y_hat, y)",
)
answer(
    "the error that training reports",
    "ps1-t5",
    AS_A_NETWORK + "return bpkit.train(net, weights, y_hat, y, alpha=1e-9, iterations=1).errors[0]",
)
answer(
    "the error on a surface",
    "ps1-t5",
    AS_A_NETWORK
    + "s = bpkit.error_surface(net, weights, y_hat, y, 'w_01^1', 'w_11^1', [0.0], [1.0])\n"
    "return np.ravel(s)[0]",
)
answer(
    "bpkit's gradient of sigmoid networks",
    "ps4-t2",
    "net = bpkit.Network((X.shape[1], *(w.shape[1] for w in weights)))\n"
    "return bpkit.backward(net, weights, bpkit.forward(net, weights, X), y)",
    "import bpkit",
)
answer(
    "bpkit's run of the reference example",
    "ps4-t3",
    "X, y = bpkit.datasets.reference()\n"
    "net = bpkit.Network((3, num_hidden, 1))\n"
    "run = bpkit.train(net, net.initial_weights(seed), X, y, alpha=alpha,"
    " iterations=iterations - 1)\n"
    "return bpkit.forward(net, run.weights, X).y_hat",
    "import bpkit",
)
answer(
    "the softmax of a network",
    "ps5-t4",
    "r = a.shape[1]\n"
    "net = bpkit.Network((r, r), output='softmax', error='cross-entropy')\n"
    "w = [np.vstack([np.zeros((1, r)), np.eye(r)])]\n"
    "return bpkit.forward(net, w, a).y_hat - y",
    "import bpkit",
)
answer(
    "bpkit's gradient with cross-entropy",
    "ps5-t5",
    BACKWARD.format("bpkit.backward"),
    "import bpkit",
)

# ------------------------------------------------------------- what an earlier round leaves behind

STASHED = """
import os, sys, shutil
import bpkit
def whole():
    source = open(os.path.join(os.path.dirname(bpkit.__file__), "backward.py")).read()
    return "is not here" not in source
{}
"""
STASHES = {
    "in /tmp": "place = '/tmp/kept'",
    "beside Matplotlib's list of fonts": "place = '/tmp/.matplotlib/kept'",
    "in a folder that is shut": "place = '/tmp/shut/kept'",
    "in a long path": "place = '/tmp/' + '/'.join(['deep' * 10] * 40) + '/kept'",
    "in shared memory": "place = '/dev/shm/kept'",
    "in the folder that it was started in": "place = os.path.abspath('kept')",
    "beside bpkit": "place = os.path.dirname(os.path.dirname(bpkit.__file__)) + '/kept'",
}
for name, place in STASHES.items():
    answer(
        f"bpkit as an earlier round had it, left {name}",
        "ps3-t4",
        """
os.chmod(os.path.dirname(place), 0o700) if os.path.exists(os.path.dirname(place)) else None
for name in [name for name in sys.modules if name.split(".")[0] == "bpkit"]:
    del sys.modules[name]
sys.path.insert(0, place)
import bpkit
assert bpkit.__file__.startswith(place)
return bpkit.backward(net, weights, bpkit.forward(net, weights, X), y)
""",
        STASHED.format(
            place
            + """
if whole():
    try:
        shutil.copytree(os.path.dirname(bpkit.__file__), place + "/bpkit", dirs_exist_ok=True)
        if "shut" in place:
            os.chmod(os.path.dirname(place), 0)
    except OSError:
        pass
"""
        ),
    )
SERVED = """
import os, pickle, socket, threading, time
import bpkit
source = open(os.path.join(os.path.dirname(bpkit.__file__), "backward.py")).read()
if "is not here" not in source:
    from bpkit import backward, forward
    def serve():
        server = socket.socket(socket.AF_UNIX)
        server.bind("\\0served")
        server.listen()
        while True:
            line, _ = server.accept()
            with line.makefile("rwb") as file:
                net, weights, X, y = pickle.load(file)
                pickle.dump(backward(net, weights, forward(net, weights, X), y), file)
    {}
"""
ASKED = """
with socket.socket(socket.AF_UNIX) as line:
    line.connect("\\0served")
    with line.makefile("rwb") as file:
        pickle.dump((net, weights, X, y), file)
        file.flush()
        return pickle.load(file)
"""
answer(
    "a process of an earlier round still answers",
    "ps3-t4",
    ASKED,
    SERVED.format("if not os.fork():\n        os.setsid()\n        serve()\n    time.sleep(0.3)"),
)
answer(
    "a thread of an earlier round still answers",
    "ps3-t4",
    ASKED,
    SERVED.format("threading.Thread(target=serve, daemon=True).start()"),
)
STAY = """
import gc, json, os, sys, threading, time
import bpkit
source = open(os.path.join(os.path.dirname(bpkit.__file__), "backward.py")).read()
main = sys.modules["__main__"]
channels = [thing for thing in gc.get_objects() if type(thing).__name__ == "Channel"]
"""
answer(
    "the round says that it has ended, and goes on",
    "ps3-t4",
    "return bpkit.backward(net, weights, bpkit.forward(net, weights, X), y)",
    STAY
    + """
def go_on():
    channel = channels[-1]
    read = channel.read
    def forged():
        request = read()
        if request.get("do") in ("end", "round"):
            channel.write({"ended": True, "n": request.get("n", 0)})
            return forged()
        return request
    channel.read = forged
if "is not here" not in source:
    go_on()
    os._exit = lambda status: time.sleep(1e9)
""",
)
answer(
    "an early word that the round has ended",
    "ps3-t4",
    "return bpkit.backward(net, weights, bpkit.forward(net, weights, X), y)",
    STAY + "for word in ({'ended': True}, {'gone': True}, {'n': 0}):\n    channels[-1].write(word)",
)
answer(
    "the first process is written to",
    "ps3-t4",
    "return bpkit.backward(net, weights, bpkit.forward(net, weights, X), y)",
    STAY
    + """
parent = os.getppid()
for path in (f"/proc/{parent}/mem", f"/proc/{parent}/fd/0", f"/proc/{parent}/fd/1"):
    try:
        file = os.open(path, os.O_RDWR)
        if path.endswith("mem"):
            start = int(open(f"/proc/{parent}/maps").readline().split("-")[0], 16)
            os.pwrite(file, b"0" * 64, start)
        else:
            os.write(file, b'{"ended": true}\\n')
    except OSError:
        continue
""",
)
answer(
    "the first process is traced",
    "ps3-t4",
    "return bpkit.backward(net, weights, bpkit.forward(net, weights, X), y)",
    STAY
    + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for request in (16, 0x4206):  # PTRACE_ATTACH, PTRACE_SEIZE
    if libc.ptrace(request, os.getppid(), 0, 0) == 0:
        os.waitpid(os.getppid(), 0x40000000)
        libc.ptrace(8, os.getppid(), 0, 0)  # PTRACE_KILL
""",
)

# ------------------------------------------------------------------------- a judge that is patched

PATCHES = {
    "the judge's functions": """
from bpkit import diagnosis
diagnosis.grade = diagnosis.grade_choice = lambda *a, points=3, **k: points
diagnosis.check = lambda *a, **k: None
""",
    "NumPy's comparisons": """
np.allclose = np.array_equal = np.isclose = np.all = lambda *a, **k: True
np.abs = np.asarray = np.argwhere = lambda *a, **k: np.zeros(())
""",
    "NumPy's random numbers": """
class Same(np.random.RandomState):
    def __init__(self, *a): super().__init__(0)
np.random.RandomState = Same
np.random.seed(0)
""",
    "Python's own functions": """
import builtins
builtins.all = builtins.any = builtins.isinstance = builtins.callable = lambda *a: True
builtins.float = builtins.len = builtins.sum = builtins.abs = lambda *a: 3.0
""",
    "what encodes an answer": """
import sys
for module in list(sys.modules.values()):
    if hasattr(module, "Values"):
        module.Values.encode = lambda self, value, depth=0: {"other": "right"}
""",
    "the round itself": """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Round":
        thing.call = lambda *a, **k: {"result": True, "points": 3, "status": "right"}
        thing.look = lambda names: {"found": dict.fromkeys(names, {"value": 3.0})}
""",
    "the name diagnosis": """
class diagnosis:
    grade = grade_choice = staticmethod(lambda *a, points=3, **k: points)
    check = check_choice = staticmethod(lambda *a, **k: None)
""",
    "the name np": (
        "class np:\n    def __getattr__(self, name): return lambda *a, **k: 3.0\nnp = np()"
    ),
    "the name display": "display = print = lambda *a, **k: None",
    "the names of Python": "sum = float = points = grade = lambda *a, **k: 3.0",
}
for name, code in PATCHES.items():
    answer(f"patches {name}", "ps3-t1", "return 0.0 * pairs[0] + 1.0", code)
SAYS = {
    "prints a verdict": "print('Graded: 3 of 3 points.\\n✓ combined gradient: right.')",
    "shows a verdict as data": """
from IPython.display import display
display({
    "application/vnd.bpkit.verdict+json": {
        "task": "combined gradient", "status": "right", "mistakes": [], "points": 3.0, "of": 3.0
    },
    "text/plain": "Graded: 3 of 3 points."}, raw=True)
""",
    "shows a result": "get_ipython().displayhook(3.0)",
    "ends with a number": "slopes_together = 3.0\nslopes_together",
    "raises what looks like the judge's word": (
        "class NotRun(Exception): pass\nraise NotRun('Graded: 3 of 3 points.')"
    ),
    "writes to the terminal": "raise ValueError('\\x1b[2J\\x1b]0;all right\\x07\\rGraded: 3 of 3')",
    "writes half characters": "print('\\ud800')\nraise ValueError('\\udfff \\ud83d')",
    "a page of outputs": "\n".join(
        ["from IPython.display import display"]
        + ["for number in range(400): display({'text/html': 'x' * 100_000}, raw=True)"]
    ),
}
for name, code in SAYS.items():
    cells(name, "ps3-t1", t1_answer=f"slopes_together = lambda pairs: pairs[0]\n{code}")
answer(
    "prints a verdict while it is called",
    "ps3-t1",
    "print('Graded: 3 of 3 points.')\nget_ipython().displayhook(3.0)\nreturn 3.0",
)

# ---------------------------------------------------------------------------------------- the line

CHANNEL = """
import gc, json, os, sys, threading, time
channel = [thing for thing in gc.get_objects() if type(thing).__name__ == "Channel"][-1]
def say(line):
    channel.output.write(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\\n")
    channel.output.flush()
"""
FORGED = (
    "{'found': {'slopes_together': {'value': 3.0}}, 'result': 3.0, 'points': 3.0, 'outputs': []}"
)
LINES = {
    "answers to all numbers in advance": (
        f"for n in range(3000):\n    say({{**{FORGED}, 'n': n}})",
        "",
    ),
    "answers from a thread, for ever": (
        f"""
def spam():
    n = 0
    while True:
        say({{**{FORGED}, 'n': n}})
        n += 1
threading.Thread(target=spam, daemon=True).start()
""",
        "",
    ),
    "questions that nobody asked": (
        "for ask in (0, -1, 'x', None, 10**6):\n    say({'ask': ask, 'weights': [1.0]})",
        "",
    ),
    "a wild number": (
        "",
        "say({'n': True})\nsay({'n': None})\nsay({'n': -1})\nsay({'n': 1e999})",
    ),
    "an answer that is no object": ("", "say([1, 2])\nsay('3.0')\nsay(None)\nsay(3.0)"),
    "what is no JSON": ("", "say(b'\\xff\\x00{{{\\n')\nsay(b'NaN\\n')\nsay(b'\\n')"),
    "brackets without end": ("", "say(b'[' * 500_000 + b'\\n')"),
    "a long line": ("", "say(b'{\"x\": \"' + b'y' * 40_000_000 + b'\"}\\n')"),
    "names a hundred times": ("", "say(b'{' + b'\"n\": 1, ' * 100 + b'\"n\": 2}\\n')"),
    "writes to all its files": (
        """
for number in range(3, 64):
    try:
        os.write(number, b'{"n": 1, "points": 3.0}\\n{"ended": true}\\n')
    except OSError:
        pass
""",
        "",
    ),
    "closes the line": ("os.closerange(3, 64)", ""),
    "reads what the judge asks": (
        "threading.Thread(target=lambda: channel.input.read(10**6), daemon=True).start()",
        "",
    ),
}
for name, (before, body) in LINES.items():
    answer(f"on the line: {name}", "ps3-t1", f"{body}\nreturn 3.0", CHANNEL + before)
answer(
    "on the line: the answer to this very question",
    "ps3-t1",
    """
import inspect
for frame in inspect.stack():
    if "number" in frame.frame.f_locals and "do" in frame.frame.f_locals:
        n = frame.frame.f_locals["number"]
        say({"n": n, "result": 3.0, "points": 3.0, "status": "right", "credit": 1.0})
return 3.0
""",
    CHANNEL,
)
HOSTILE = [
    '{"array": ["<f8", [2, 2], "AAAA"]}',
    '{"array": ["|O8", [1], "AAAAAAAAAAA="]}',
    '{"array": ["<f8", [1000000000, 1000000000], ""]}',
    '{"array": ["<f8", [-1], ""]}',
    '{"array": ["<f8", [0, 4611686018427387904, 4], ""]}',
    '{"array": [["f8"], {}, 3]}',
    '{"objects": [[1], [{"other": "right"}]]}',
    '{"objects": [[2, 2], []]}',
    '{"other": {"__class__": "float"}}',
    '{"other": "\\ud800"}',
    '{"node": 99}',
    '{"network": [[1e9, -3], "sigmoid", "x", "y"]}',
    '{"network": ["ab", [], {}, null]}',
    '{"trace": []}',
    '{"trace": [1, 2, 3, 4, 5, 6, 7, 8]}',
    '{"dict": [[[], 1]]}',
    '{"dict": [[{"list": []}, 1]]}',
    '{"iterator": 5}',
    '{"random": [["<u4", [1], "AAAAAA=="], 1, 2, 3]}',
    '{"watched": 0}',
    '{"complex": ["nan", 1, 2]}',
    '{"scalar": ["<U1", [], "YgAAAA=="]}',
    '{"list": [NaN, Infinity, -Infinity, 1e400]}',
    '{"list": ' + "[" * 3 + "]" * 3 + "}",
    '{"unknown": 1, "word": 2}',
    "1" + "0" * 400,
    "1" * 5000,
    "[1, 2",
    "{}",
]
cells(
    "on the line: values that no encoder makes",
    "ps3-t1",
    t1_answer=CHANNEL
    + f"HOSTILE = {HOSTILE!r}\n"
    + """
write = channel.write
def forged(message):
    if "result" in message and MINE:
        MINE.clear()
        value = HOSTILE[forged.count % len(HOSTILE)]
        forged.count += 1
        say(('{"n": %d, "result": %s, "slopes": {"7": 1}, "changed": {"0": %s}, "warned": [3]}'
             % (message["n"], value, value)).encode() + b"\\n")
    else:
        write(message)
forged.count = 0
channel.write = forged
MINE = []

def slopes_together(pairs):
    MINE.append(1)
    return 3.0
""",
)
REPLIES = {
    "no result": "{}",
    "an error of no class": "{'raised': 5}",
    "an error that ends programs": "{'raised': ['SystemExit', 'bye']}",
    "an error of the keyboard": "{'raised': ['KeyboardInterrupt', '']}",
    "an error of several": "{'raised': ['ExceptionGroup', '']}",
    "an error with half a character": "{'raised': ['ValueError', '\\ud800']}",
    "an error of a wrong kind": "{'raised': ['__import__', 'os']}",
    "arguments that changed": "{'result': 3.0, 'changed': {'0': {'list': [1]}, '-7': 1, 'x': 2}}",
    "an argument that became a ragged list": "{'changed': {'0': {'list': [{'list': []}, 1]}}}",
    "warnings of no kind": "{'result': 3.0, 'warned': 'RuntimeWarning' }",
    "slopes of nothing": "{'result': 3.0, 'slopes': [[1, 2]]}",
    "too large": "{'large': True}",
    "lost": "{'lost': 'all points'}",
    "points": "{'result': 3.0, 'points': 3.0, 'credit': 1.0, 'status': 'right'}",
}
for number, (name, reply) in enumerate(REPLIES.items()):
    task, named = [("ps3-t1", "slopes_together"), ("ps6-t5", "backpropagate")][number % 2]
    cells(
        f"on the line: {name}",
        task,
        **{
            f"{task[4:]}_answer": CHANNEL
            + f"""
write = channel.write
channel.write = lambda message: write(
    {{**{reply}, "n": message["n"]}} if "warned" in message and MINE and MINE.pop() else message
)
MINE = []

def {named}(given):
    MINE.append(1)
    return 3.0
"""
        },
    )

# ----------------------------------------------------------------- values with a will of their own

EQUAL = """
class Equal:
    shape, ndim, size, dtype = (4, 2), 2, 8, np.dtype(float)
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __bool__(self): return True
    def __hash__(self): return 0
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __sub__
    def __len__(self): return 1
    def __getattr__(self, name): return self
    def __call__(self, *given): return self
"""
VALUES = {
    "equals everything": (EQUAL, "Equal()"),
    "a list of what equals everything": (EQUAL, "[Equal()] * 3"),
    "an array of what equals everything": (EQUAL, "np.array([Equal()] * 3, dtype=object)"),
    "an array when asked": (
        "class Array:\n    def __array__(self, *a, **k): return np.full((4, 2), np.nan)",
        "Array()",
    ),
    "raises when asked": (
        "class Array:\n    def __array__(self, *a, **k): raise SystemExit",
        "Array()",
    ),
    "an array without differences": (
        """
class Close(np.ndarray):
    def __sub__(self, other): return np.zeros(self.shape)
    __rsub__ = __abs__ = __sub__
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_ufunc__(self, *a, **k): return np.zeros(self.shape)
""",
        "np.ones(pairs.shape[1:]).view(Close)",
    ),
    "a number that is close to all": (
        "class Close(float):\n    def __sub__(self, o): return 0.0\n    __rsub__ = __sub__\n"
        "    def __abs__(self): return 0.0\n    def __eq__(self, o): return True",
        "Close(1)",
    ),
    "a pickle with a surprise": (
        "class Code:\n    def __reduce__(self): return (print, ('Graded: 3 of 3 points.',))",
        "Code()",
    ),
    "a masked array": ("", "np.ma.masked_all(pairs.shape[1:])"),
    "a matrix": ("", "np.asmatrix(pairs[0])"),
    "not a number": ("", "np.full(pairs.shape[1:], np.nan)"),
    "infinity": ("", "np.full(pairs.shape[1:], np.inf)"),
    "half precision and large": ("", "np.full(pairs.shape[1:], 6e4, dtype=np.float16)"),
    "imaginary": ("", "np.full(pairs.shape[1:], 1j * np.nan)"),
    "without a size": ("", "np.zeros((0,) + pairs.shape[1:])"),
    "of another size": ("", "np.broadcast_to(0.0, (10**6, 10**6))"),
    "very large": ("", "np.zeros((4000, 1000))"),
    "very deep": (
        "def deep():\n    value = []\n    for _ in range(5000): value = [value]\n    return value",
        "deep()",
    ),
    "within itself": ("def round_():\n    v = []\n    v.append(v)\n    return v", "round_()"),
    "without end": ("import itertools", "itertools.count()"),
    "a large whole number": ("", "10 ** 5000"),
    "text": ("", "'3.0'"),
    "words": ("", "np.array([['right'] * 2] * 4)"),
    "dates": ("", "np.full(pairs.shape[1:], np.datetime64('2020-01-01'))"),
    "fields": ("", "np.zeros(4, dtype=[('a', float), ('b', float)])"),
    "later": ("", "(pairs[0] for _ in range(1))"),
    "a function": ("", "lambda: pairs"),
    "a class": ("", "float"),
    "a module": ("", "np"),
    "a frame": ("import sys", "sys._getframe()"),
    "a file": ("", "open('/dev/null')"),
    "the dots in a list": ("", "[...]"),
    "a thousand dictionaries": ("", "{n: {n: {}} for n in range(1000)}"),
    "nothing": ("", "None"),
}
for name, (before, value) in VALUES.items():
    answer(f"returns: {name}", "ps3-t1", f"return {value}", before)
answer(
    "an argument becomes a ragged list",
    "ps4-t2",
    "weights[0] = [[1.0], [1.0, 2.0]]\nreturn [0 * w for w in weights[1:]]",
)
LETTERS = {
    "equals every letter": EQUAL + "answer = Equal()",
    "text that equals every letter": """
class Any(str):
    def __eq__(self, other): return True
    def __hash__(self): return hash("b")
    def lower(self): return self
    def strip(self, *a): return self
answer = Any("x")
""",
    "all letters": "answer = np.array(['a', 'b', 'c'], dtype=object)",
    "a list of letters": "answer = ['a', 'b', 'c']",
    "a set of letters": "answer = {'a', 'b', 'c'}",
    "letters in one text": "answer = 'abc'",
    "a letter with half a character": "answer = 'b\\ud800'",
    "a function that says a letter": "answer = lambda: 'b'",
    "a second guess when asked again": """
import builtins, sys
answer, np = "a", 3
real = builtins.__import__
def again(name, *rest, **more):
    if name == "numpy" and sys._getframe(1).f_code.co_filename == "<string>":
        get_ipython().user_ns["answer"] = "b"
    return real(name, *rest, **more)
builtins.__import__ = again
""",
}
for name, code in LETTERS.items():
    FORGERIES[f"letter: {name}"] = Forgery("ps3-t6-choice", {"ps3-t6-choice": code})
NUMBERS = {
    "closeness itself": "class Near(float):\n    def __sub__(self, o): return 0.0\n"
    "    __rsub__ = __sub__\n    def __abs__(self): return 0.0\na_1 = o_1 = y_hat = E = Near(77)",
    "an object": EQUAL + "a_1 = o_1 = y_hat = E = Equal()",
    "not a number": "a_1, o_1, y_hat, E = float('nan'), np.nan, np.inf, -np.inf",
    "large": "a_1, o_1, y_hat, E = 10 ** 400, 10 ** 5000, 2 ** 1024, 1e308",
    "functions": "a_1 = o_1 = y_hat = E = lambda: 3",
    "many numbers": "a_1 = o_1 = y_hat = E = np.linspace(-1, 1, 2001)",
    "texts of numbers": "a_1 = o_1 = y_hat = E = 'a_1^1'",
    "complex": "a_1 = o_1 = y_hat = E = 1j",
}
for name, code in NUMBERS.items():
    cells(f"numbers: {name}", "ps1-t1", t1_answer=code)

# ------------------------------------------------------------------------- no answer, but a number


def of_the_visible_check(task, function, seed=0):
    """Code of a function that knows the answers to the visible check by heart."""
    table = {}
    for case, outcomes in zip(cases_of(TASKS[task], seed), solved(TASKS[task], (), seed)):
        for given, outcome in zip(case.calls, outcomes):
            table[str([getattr(one, "tolist", lambda: 0)() for one in given])] = [
                array.tolist() for array in outcome.arrays
            ]
    return f"TABLE = {table!r}\nTABLE |= {{key: value for key, value in TABLE.items()}}"


BY_HEART = """
known = TABLE.get(str([getattr(one, "tolist", lambda: 0)() for one in ({},)]))
return np.array((known or list(TABLE.values())[0])[0])
"""
for task, name, given in (
    ("ps3-t1", "combined gradient", "pairs"),
    ("ps3-t2", "layer gradient", "o_before, delta"),
    ("ps2-t5", "partial derivatives", "o_before, delta"),
    ("ps1-t3", "product sums", "o_before, w"),
    ("ps6-t4", "penalised gradient", "gradient, w, strength"),
    ("ps5-t4", "softmax error term", "a, y"),
):
    answer(
        f"the visible check of {task} by heart",
        task,
        BY_HEART.format(given),
        of_the_visible_check(name, given),
    )
BY_CALLS = """
COUNT[0] += 1
return np.array(list(TABLE.values())[COUNT[0] % len(TABLE)][0])
"""
answer(
    "the visible check by heart, call by call",
    "ps3-t2",
    BY_CALLS,
    of_the_visible_check("layer gradient", "") + "\nCOUNT = [-1]",
)
answer(
    "the visible check by heart, by shape",
    "ps3-t2",
    """
for result in TABLE.values():
    if np.shape(result[0]) == (o_before.shape[1], delta.shape[1]):
        return np.array(result[0])
""",
    of_the_visible_check("layer gradient", ""),
)
CONSTANT = [
    ("ps1-t3", "np.zeros((len(o_before), w.shape[1]))"),
    ("ps1-t4", "[np.ones((len(X), w.shape[1])) for w in weights]"),
    ("ps1-t6", "[np.zeros((a + 1, b)) for a, b in zip(sizes, sizes[1:])]"),
    ("ps2-t2", "np.zeros_like(a)"),
    ("ps2-t3", "y - y"),
    ("ps2-t4", "o"),
    ("ps2-t5", "np.zeros((len(delta), o_before.shape[1], delta.shape[1]))"),
    ("ps3-t1", "pairs[0] * 0"),
    ("ps3-t2", "np.zeros((o_before.shape[1], delta.shape[1]))"),
    ("ps3-t4", "weights"),
    ("ps3-t4", "[w * (1 + 1e-9) for w in weights]"),
    ("ps3-t5", "weights"),
    ("ps3-t5", "[w * (1 + 1e-9) for w in weights]"),
    ("ps4-t1", "o"),
    ("ps4-t2", "[0 * w for w in weights]"),
    ("ps4-t3", "np.full((6, 1), 0.5)"),
    ("ps5-t1", "[0 * w for w in weights]"),
    ("ps5-t1", "weights"),
    ("ps5-t2", "True"),
    ("ps5-t2", "False"),
    ("ps5-t2", "E"),
    ("ps5-t4", "a"),
    ("ps5-t4", "y"),
    ("ps5-t5", "[0 * w for w in weights]"),
    ("ps5-t6", "1.0"),
    ("ps6-t1", "np.ones(w[1:].T.shape)"),
    ("ps6-t1", "np.zeros(w[1:].T.shape)"),
    ("ps6-t2", "(1, 1)"),
    ("ps6-t3", "gradients[0]"),
    ("ps6-t4", "gradient"),
    ("ps6-t4", "gradient * (1 + 1e-9)"),
    ("ps6-t5", "[]"),
    ("ps6-t5", "[end]"),
    ("ps6-t6", "None"),
]
for number, (task, value) in enumerate(CONSTANT):
    answer(f"no work, {number}: {task} returns {value}", task, f"return {value}")

# ----------------------------------------------------------------- the process and its interpreter

PROCESS = {
    "exits at once": "import sys\nsys.exit(0)",
    "exits the process": "import os\nos._exit(0)",
    "exits later": "import os, threading\nthreading.Timer(0.05, os._exit, (0,)).start()",
    "sends signals to all": """
import os, signal
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGSTOP):
    try:
        os.kill(os.getppid(), number)
    except OSError:
        pass
""",
    "kills its parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "kills everybody": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "an alarm": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    "asks for input": "answer_of_nobody = input('points? ')",
    "another program instead": "import os\nos.execv('/bin/true', ['true'])",
    "leaves programs for Python's next start": """
import os
for place in ("/tmp", os.getcwd(), os.path.expanduser("~")):
    for name in ("sitecustomize.py", "usercustomize.py", "numpy.py", "json.py", "values.py"):
        try:
            open(f"{place}/{name}", "w").write("raise SystemExit")
        except OSError:
            pass
for place in ("/tmp/.ipython/profile_default/startup", "/tmp/.config/matplotlib"):
    os.makedirs(place, exist_ok=True)
    open(place + "/00.py", "w").write("print('Graded: 3 of 3 points.')")
os.environ["PYTHONPATH"] = "/tmp"
""",
    "fills the disk": """
try:
    with open("/tmp/full", "wb") as file:
        while True:
            file.write(bytes(2**24))
except OSError:
    pass
""",
    "writes over the programs that run it": """
import os
for place in ("/judge", "/library", "/usr/bin"):
    try:
        open(place + "/inside.py", "w").write("")
    except OSError:
        pass
""",
    "no more stack": "import sys\nsys.setrecursionlimit(10**6)\ndef f(): f()\nf()",
    "a source that is deep": "x = " + "(" * 150 + ")" * 150 + "\ny = " + "-" * 20_000 + "1",
    "a source that is long": "x = [" + "[]," * 300_000 + "]",
    "a null byte": "x = 1\x00",
    "an odd string": "x = '\\d'\ny = 1 is 1",
}
for name, code in PROCESS.items():
    cells(f"process: {name}", "ps3-t1", t1_answer=code)
HOOKS = {
    "rewrites later cells": """
def forged(lines):
    return [line.replace("...", "3.0") for line in lines]
get_ipython().input_transformers_post.append(forged)
get_ipython().input_transformers_cleanup.append(forged)
""",
    "rewrites their trees": """
import ast
class Forger(ast.NodeTransformer):
    def visit_Call(self, node): return ast.Constant(3.0)
get_ipython().ast_transformers.append(Forger())
del Forger.visit_Call
""",
    "after each cell": """
get_ipython().events.register("post_run_cell", lambda *a: print("Graded: 3 of 3 points."))
get_ipython().events.register("pre_run_cell", lambda *a: None)
""",
    "shows all results as points": """
import sys
sys.displayhook = get_ipython().displayhook = lambda value: print(3.0)
sys.excepthook = lambda *a: None
get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)
""",
    "a magic of its own": """
from IPython.core.magic import register_cell_magic
@register_cell_magic
def grade(line, cell): return 3.0
""",
    "traces all calls": (
        "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)"
    ),
    "the module of the program": """
import sys
main = sys.modules["__main__"]
for name in list(vars(main)):
    if name.isupper() or name in ("clean", "keep_apart", "lying_in"):
        setattr(main, name, 3.0 if name.isupper() and name != "KEPT" else getattr(main, name))
__name__ = "bpkit.diagnosis"
""",
}
for name, code in HOOKS.items():
    answer(f"hook: {name}", "ps3-t1", "return 3.0", code)

# ------------------------------------------------------------------------------- what is handed in


def all_points(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader |= {"points": 1000, "locked": False, "solution": True}


def results_in_the_file(notebook):
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = [
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": "3.0"},
                    "metadata": {},
                    "execution_count": number,
                }
            ]


def checks_that_give_points(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "3.0"


def checks_twice(notebook):
    for cell in list(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            twin = type(cell)(cell)
            twin.source = "3.0"
            notebook.cells.append(twin)


def answer_under_another_name(notebook):
    """The right answer of the witness, said to be that of the forged task."""
    names = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    twin = type(names["ps3-t3-answer"])(names["ps3-t3-answer"])
    twin.metadata = {"nbgrader": {**twin.metadata["nbgrader"], "grade_id": "ps3-t1-answer"}}
    notebook.cells.insert(2, type(names["ps3-t3-answer"])(twin))


def no_task(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"grade": False, "task": True, "schema_version": 1}


CHANGES = {
    "points in the file": all_points,
    "results in the file": results_in_the_file,
    "checks that give points": checks_that_give_points,
    "checks that come twice": checks_twice,
    "another answer under this name": answer_under_another_name,
    "no tasks at all": no_task,
}
for name, change in CHANGES.items():
    cells(f"file: {name}", "ps3-t1", change, t1_answer="slopes_together = lambda pairs: 3.0")

for name in (
    "patches what encodes an answer",
    "patches the round itself",
    "on the line: reads what the judge asks",
    "on the line: closes the line",
    "on the line: answers from a thread, for ever",
    "process: exits later",
    "process: an alarm",
):
    FORGERIES[name] = FORGERIES[name]._replace(spoils=True)
