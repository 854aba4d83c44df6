"""Values as text: what goes between the judge and the process that runs a submission.

Both sides use this file. What comes back from a submission is data and no more: `decode` builds
numbers, texts, arrays, lists and the like, and nothing in it can run.
"""

import base64
import re

# by their own names, which nobody changes who changes what np.asarray is
from numpy import asarray, ascontiguousarray, empty, frombuffer, generic, ndarray, str_
from numpy.random import RandomState

MOST_MESSAGE = 16 * 2**20  # bytes of one message
MOST_VALUES = 1_000_000  # entries of lists and arrays in one message
LONGEST_INT = 1000  # bits, so that each can become a float
DEEPEST = 40  # lists within lists
MOST_TEXT = 100_000  # characters of one text
NUMBERS = re.compile(r"[<>|=]?[fciub]\d{1,2}")  # dtypes of numbers


class NotReadable(Exception):
    """What came back is no value that can be read; the message is a sentence."""


TOO_MUCH = "it returned more than a judge can read"


class Other:
    """Stands for something that came back and is no data; its class has the name of what it is."""

    def __repr__(self):
        return f"<{type(self).__name__}>"


def named(name, base=Other):
    """A class of this name, made to stand for one that only the submission has."""
    name = re.sub(r"\W", "_", str(name))[:60] or "object"
    return type(name, (base,), {})


class Values:
    """Turns values into what JSON can hold, and back.

    Nodes of a computation keep their identity: both sides know each by its number, so that a
    function can be called twice on the very same nodes. A watched E stays with the judge; the other
    side gets a function that asks for its value (`ask`).
    """

    def __init__(self, ask=None):
        self.nodes, self.numbers = {}, {}
        self.watched, self.ask = [], ask

    def enter(self, number, node):
        self.nodes[number], self.numbers[id(node)] = node, number

    def encode(self, value, depth=0):
        kind = type(value)
        if depth > DEEPEST:
            return {"other": kind.__name__}
        if kind is int and value.bit_length() > LONGEST_INT:
            return {"other": "int"}
        if value is None or kind in (bool, int, float):
            return value
        if kind is str:
            return value if len(value) <= MOST_TEXT else {"other": "str"}
        if value is ...:
            return {"dots": True}
        if kind is complex:
            return {"complex": [value.real, value.imag]}
        if id(value) in self.numbers:
            return {"node": self.numbers[id(value)]}
        if isinstance(value, str_):
            return self.encode(str(value))
        if isinstance(value, generic):
            return {"scalar": _of_array(asarray(value))}
        if isinstance(value, ndarray):
            return self._encode_array(value, depth)
        if kind is RandomState:
            state = value.get_state(legacy=True)
            return {"random": [_of_array(state[1]), *state[2:]]}
        name = kind.__name__
        if name == "Network" and hasattr(value, "sizes"):
            return {"network": [list(value.sizes), value.hidden, value.output, value.error]}
        if name == "Trace" and isinstance(value, tuple):
            return {"trace": [self.encode(part, depth + 1) for part in value]}
        if name == "Watched" and self.ask is None:
            self.watched.append(value)
            return {"watched": len(self.watched) - 1}
        if isinstance(value, (list, tuple)):
            word = "tuple" if isinstance(value, tuple) else "list"
            return {word: [self.encode(entry, depth + 1) for entry in list(value)]}
        if isinstance(value, dict):
            pairs = list(value.items())
            return {"dict": [[self.encode(part, depth + 1) for part in pair] for pair in pairs]}
        if hasattr(value, "__next__"):  # a generator can be read only once, and only here
            entries = [entry for _, entry in zip(range(MOST_VALUES // 100), value)]
            return {"iterator": [self.encode(entry, depth + 1) for entry in entries]}
        if isinstance(value, (bool, int, float, str)):  # of a class derived from one of these
            for base in (int, float, str):
                if isinstance(value, base):
                    return self.encode(base(value), depth + 1)
        if hasattr(value, "__array__"):  # of another library
            return self._encode_array(asarray(value), depth)
        return {"other": name}

    def _encode_array(self, array, depth):
        array = asarray(array)
        if array.dtype.kind in "fciub" and NUMBERS.fullmatch(array.dtype.str):
            return {"array": _of_array(array)}
        if array.dtype == object and array.size <= MOST_VALUES // 100:
            entries = [self.encode(entry, depth + 1) for entry in array.ravel().tolist()]
            return {"objects": [list(array.shape), entries]}
        return {"other": "ndarray"}

    def decode(self, data, budget=None, depth=0):
        """The value; raises NotReadable for what `encode` does not make."""
        budget = [MOST_VALUES] if budget is None else budget
        _spend(budget, 1)
        if depth > DEEPEST:
            raise NotReadable(TOO_MUCH)
        if data is None or type(data) in (bool, float):
            return data
        if type(data) is int and data.bit_length() <= LONGEST_INT:
            return data
        if type(data) is str and len(data) <= MOST_TEXT:
            return data
        if type(data) is not dict or len(data) != 1:
            raise NotReadable("what it returned is no value that can be read")
        ((word, content),) = data.items()
        try:
            return self._decoded(word, content, budget, depth)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError):
            raise NotReadable("what it returned is no value that can be read") from None

    def _decoded(self, word, content, budget, depth):
        def each(entries):
            if type(entries) is not list:
                raise TypeError
            return [self.decode(entry, budget, depth + 1) for entry in entries]

        if word == "dots":
            return ...
        if word == "complex":
            return complex(*map(float, content))
        if word == "node":
            return self.nodes[content]
        if word in ("scalar", "array"):
            array = _to_array(content)
            _spend(budget, array.size)
            return array[()] if word == "scalar" else array
        if word == "objects":
            shape, entries = content
            result = empty(len(entries), dtype=object)
            for place, entry in enumerate(each(entries)):
                result[place] = entry
            return result.reshape(shape)
        if word == "list":
            return each(content)
        if word == "tuple":
            return tuple(each(content))
        if word == "iterator":
            return iter(each(content))
        if word == "dict":
            return {key: entry for key, entry in map(each, content)}
        if word == "other":
            return named(content)()
        if word == "network":
            from bpkit import Network

            sizes, *functions = content
            if not all(type(word) is str for word in functions) or len(sizes) > 1000:
                raise TypeError
            return Network(tuple(sizes), *functions)
        if word == "trace":
            from bpkit import Trace

            return Trace(*each(content))
        if word == "random" and self.ask is not None:
            state = RandomState()
            state.set_state(("MT19937", _to_array(content[0]), *content[1:]))
            return state
        if word == "watched" and self.ask is not None:
            return lambda weights: self.ask(content, weights)
        raise KeyError(word)


def _spend(budget, count):
    budget[0] -= count
    if budget[0] < 0:
        raise NotReadable(TOO_MUCH)


def _of_array(array):
    """[dtype, shape, the bytes as text]"""
    data = ascontiguousarray(array)
    return [data.dtype.str, list(array.shape), base64.b64encode(data.tobytes()).decode()]


def _to_array(content):
    dtype, shape, data = content
    if not NUMBERS.fullmatch(dtype):
        raise TypeError
    flat = frombuffer(base64.b64decode(data, validate=True), dtype=dtype)
    return flat.reshape([int(length) for length in shape]).copy()
