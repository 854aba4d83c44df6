"""The bank of questions: options that can be told apart, one of them right, and texts that fit.

What a text says is enough to find the right option: BY_HAND calculates it from the numbers in the
text alone, in the order in which they stand there. `make proof-questions` tries 1,000 seeds of
each; here are some.
"""

import math
import os
import re

import numpy as np
import pytest

from bpkit.questions import BANK, ask
from bpkit.questions.with_numbers import WITH_NUMBERS

SEEDS = range(1000 if os.environ.get("WHOLE") else 25)
NAMES = {question.name: question for question in BANK}
IN_TEXT = re.compile(r"(?<![\w^_/])−?\d(?:[\d.,]*\d)?")


def numbers_in(text):
    return [float(n.replace("−", "-").replace(",", "")) for n in IN_TEXT.findall(text)]


def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def mean(values):
    return sum(values) / len(values)


def three_forward_phases(w, x, b, y, alpha):
    for _ in range(3):
        y_hat = w * x + b
        w, b = w - alpha * (y_hat - y) * x, b - alpha * (y_hat - y)
    return y_hat


BY_HAND = {
    "product sum": lambda b, v, w, x, z: b + v * x + w * z,
    "output of a node": lambda b, w, x: sigmoid(b + w * x),
    "output of a network": lambda x, w, zero, v, b: math.tanh(b + v * sigmoid(w * x)),
    "E of one pair": lambda p, q, y, z: ((p - y) ** 2 + (q - z) ** 2) / 2,
    "E of several pairs": lambda p, q, r, x, y, z: (
        ((p - x) ** 2 + (q - y) ** 2 + (r - z) ** 2) / 2 / 3
    ),
    "δ of an output with the sigmoid": lambda a, y_hat, y: (y_hat - y) * y_hat * (1 - y_hat),
    "δ of an output with tanh": lambda a, y_hat, y: (y_hat - y) * (1 - y_hat**2),
    "δ of an output with the identity": lambda y_hat, y: y_hat - y,
    "δ over two paths": lambda o, v, w, d, e: (v * d + w * e) * o * (1 - o),
    "δ of a hidden node with the sigmoid": lambda a, o, d, w: w * d * o * (1 - o),
    "δ of a hidden node with tanh": lambda a, o, d, w: w * d * (1 - o**2),
    "δ of a hidden node with ReLU": lambda a, o, d, w: w * d * (a > 0),
    "δ with the weights' places": lambda p, q, v, w, r, s, d, e: v * d + w * e,
    "slope of the last weight": lambda a, o, y_hat, y: o * (y_hat - y),
    "slope of a bias": lambda o, y_hat, y: (y_hat - y) * y_hat * (1 - y_hat),
    "slope far from the end": lambda x, u, v, w, zero, o, p, y, d: (
        x * o * (1 - o) * v * p * (1 - p) * w * d
    ),
    "δ carried past a slope": lambda x, o, y_hat, y, w: (
        x * o * (1 - o) * w * (y_hat - y) * y_hat * (1 - y_hat)
    ),
    "slopes of all pairs": lambda *slopes: mean(slopes),
    "two pairs and their δ": lambda o, p, d, e: (o * d + p * e) / 2,
    "biases of a layer": lambda d, other, e, another, zero, o, p: (d + e) / 2,
    "pairs and outputs": lambda number, d, e, o, p, again: (o * d + p * e) / 2,
    "a bias of zero": lambda b, w, x, z, p, q, y, t: ((p - y) + (q - t)) / 2,
    "a step": lambda w, slope, alpha: w - alpha * slope,
    "a step of a bias": lambda w, slope, alpha: w - alpha * slope,
    "an iteration with two pairs": lambda b, w, x, y, z, t, alpha: (
        w - alpha * ((w * x - y) * x + (w * z - t) * z) / 2
    ),
    "two iterations": three_forward_phases,
    "the second call": lambda b, w, x, y, z, t: (w * z - t) * z,
    "batches of two sizes": lambda n, s, m, t, both: (n * s + m * t) / (n + m),
    "1/N in some layers": lambda w, x, z, d, e: w * (x * d + z * e) / 2,
    "which weights go back": lambda x, v, w, alpha, d: x * w * d,
    "a central difference": lambda h, up, down: (up - down) / (2 * h),
    "the largest α": lambda *curvatures: 2 / max(curvatures),
    "δ with cross-entropy": lambda p, q, r, number, output: p - (number == 1),
    "softmax of two pairs": lambda p, output, q, other, *second: p / (p + q),
    "slope with a penalty": lambda strength, w, slope: slope + strength * w,
    "a bias with a penalty": lambda strength, w, slope: slope,
    "the strongest input": lambda b, *w: [float(v > 0) for v in w[:3]],
    "products forward": lambda r, s, t, zero, N: N * ((r + 1) * s + (s + 1) * t),
    "products backward": lambda r, s, t, zero, N: N * ((r + 1) * s + (s + 1) * t + s * t),
    "a value used twice": lambda p, q, c: q + c,
    "slopes in a wrong order": lambda k, c: k + c * k,
}


def test_each_question_with_numbers_is_calculated_by_hand_too():
    assert {question.name for question in WITH_NUMBERS} == set(BY_HAND)
    assert len(WITH_NUMBERS) >= 35


@pytest.mark.parametrize("name", BY_HAND)
def test_the_numbers_in_a_text_give_the_right_option_and_no_other(name):
    for seed in SEEDS:
        asked = ask(NAMES[name], seed)
        by_hand = BY_HAND[name](*numbers_in(asked.text))
        fits = []
        for letter, option in zip(asked.letters, asked.options):
            numbers = numbers_in(option.text)
            if np.allclose(numbers, by_hand, rtol=0.006, atol=0.00001):  # three digits
                fits.append(letter)
        assert fits == [asked.right], (seed, str(asked), by_hand)


@pytest.mark.parametrize("name", NAMES)
def test_options_differ_and_each_wrong_one_says_what_it_is_evidence_of(name):
    for seed in SEEDS:
        asked = ask(NAMES[name], seed)
        texts = [option.text for option in asked.options]
        assert 3 <= len(texts) == len(set(texts)) <= 4, (seed, texts)
        for letter, option in zip(asked.letters, asked.options):
            wrong = letter != asked.right
            assert bool(option.belief) == bool(option.read) == wrong, (seed, letter)
            assert not option.mistakes or wrong
        assert ask(NAMES[name], seed) == asked


def test_letters_are_spread_evenly():
    counted = {letter: 0 for letter in "abc"}
    asked = [ask(question, seed) for question in BANK for seed in range(12)]
    for one in asked:
        if one.right in counted:
            counted[one.right] += 1
    assert min(counted.values()) > 0.2 * len(asked) and max(counted.values()) < 0.36 * len(asked)


@pytest.mark.parametrize("question", WITH_NUMBERS, ids=lambda question: question.name)
def test_each_mistake_of_a_question_can_be_asked_about(question):
    for mistake in question.mistakes:
        asked = ask(question, 1, about=(mistake,))
        assert any(mistake in option.mistakes for option in asked.options), mistake
