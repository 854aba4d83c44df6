"""Answers that never come to an end, each in a way of its own: code for a cell, or a function."""

from forgeries import Forgery, head

ENDLESS = {}


def cell(name, code, task="ps3-t1"):
    ENDLESS[name] = Forgery(task, {f"{task}-answer": code})


def function(name, body, before="", task="ps3-t1"):
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    cell(name, f"{before}\n\n{head(task)}\n{lines}\n", task)


cell("a loop in a cell", "while True: pass")
function("a loop in a function", "while True: pass")
function(
    "a loop in one call of several",
    "CALLS.append(1)\nwhile len(CALLS) == 3: pass\nreturn pairs.mean(axis=0)",
    "CALLS = []",
)
cell(
    "a loop that catches all that is raised",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
)
function("compiled code", "return sum(range(10**15))")
function("a power that is never computed", "return 3 ** 10 ** 9")
cell("sleep for ever", "import time\ntime.sleep(10**6)")
function("sleep for ever, in a function", "time.sleep(10**6)", "import time")
function("many short sleeps", "while True: time.sleep(0.002)", "import time")
function("waits for what is never written", "os.read(os.pipe()[0], 1)", "import os")
function(
    "waits for a lock",
    "lock.acquire(), lock.acquire()",
    "import threading\nlock = threading.Lock()",
)
cell("stops itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)")
cell(
    "ignores signals",
    "import signal\nfor n in range(1, 30):\n    try: signal.signal(n, signal.SIG_IGN)\n"
    "    except (OSError, ValueError): pass\nwhile True: pass",
)
cell(
    "many processes",
    """
import os, time
for number in range(200):
    if not os.fork():
        time.sleep(10**6)
time.sleep(10**6)
""",
)
function(
    "computes in children that nobody waits for",
    """
while True:
    if os.fork():
        time.sleep(10**6)
    began = time.process_time()
    while time.process_time() - began < 0.1: pass
    if os.fork(): os._exit(0)
""",
    "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)",
)
function("asks for E without end", "while True: E(weights)", task="ps5-t1")
function(
    "a generator without end",
    "def all_():\n    while True:\n        yield pairs[0]\nreturn list(all_())",
)
SAY = """
import gc, json, os, threading, time
channel = [thing for thing in gc.get_objects() if type(thing).__name__ == "Channel"][-1]
def say(line):
    channel.output.write(line)
    channel.output.flush()
"""
function("writes what nobody asked for", "while True: say(b'{}\\n')", SAY)
function("writes it slowly", "while True:\n    say(b'{}\\n')\n    time.sleep(0.1)", SAY)
function("writes a line without end", "while True: say(b'x' * 100_000)", SAY)
function(
    "asks and does not read the answers",
    'while True: say(b\'{"ask": 0, "weights": 1}\\n\')',
    SAY,
)
spoils = "reads nothing any more"
cell(
    spoils,
    SAY
    + """
def read(): time.sleep(10**6)
channel.read = read
slopes_together = 3.0
""",
)
ENDLESS[spoils] = ENDLESS[spoils]._replace(spoils=True)
