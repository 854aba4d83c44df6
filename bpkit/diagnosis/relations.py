"""What wrong numbers show: how they differ from the right ones, where they first do, and what is
odd about a shape."""

import numpy as np

from .compare import same, same_array


def relation(task, cases, got, right):
    """One sentence on how the numbers differ from the right ones, "" if nothing simple holds."""
    fits, found = wrong_calls(cases, got, right)
    if not found:
        return ""
    if not fits:
        case, outcome, want = found[0]
        return (
            f"on {case.on} it returns {shapes(outcome, want)}, and {shapes(want)} belongs "
            f"there.{shape_hint(task, found)}"
        )
    if task.verdicts:
        return (
            listed(
                [
                    f"on {case.on} it says {bool(g.arrays[0])}, and {bool(w.arrays[0])} is right"
                    for case, g, w in fits
                ]
            )
            + "."
        )
    if task.digest and task.complaint is not None:
        case, outcome, want = fits[0]
        wrong = [
            task.entry(part, tuple(int(i) for i in place))
            for part, (g, w) in enumerate(zip(outcome.arrays, want.arrays))
            for place in np.argwhere(abs(g - w) > 1e-6)
        ]
        return (
            f"on {case.on}, "
            f"{(task.complaint + ' ').lstrip()}{listed(wrong[:4])}{' and more' * (len(wrong) > 4)}."
        )
    others = [call for call in fits if call[0] is not cases[0]]  # there no two sizes are equal
    case, outcome, want = max(
        others or fits, key=lambda call: sum(array.size for array in call[2].arrays)
    )
    said, good = [], []
    for number, g, w in parts(task, outcome, want):
        if same_array(g, w, want.tolerance):
            good.append(number)
        else:
            biases = "w_0" in task.entry(number - 1, (0,) * w.ndim) if w.ndim >= 2 else False
            said.append((number, _between(g, w, case.N, want.tolerance, biases)))
    if len(want.arrays) == 1:
        return f"on {case.on}, {said[0][1]}." if said and said[0][1] else ""
    begin = f"on {case.on}, " + (f"{_layers(good)} right; " if good else "")
    kinds = {text for _, text in said}
    if kinds == {""}:
        return f"{begin}{_layers(number for number, _ in said)} wrong." if good else ""
    if len(kinds) == 1:
        return f"{begin}in {_layers((number for number, _ in said), verb=False)} {kinds.pop()}."
    return (
        begin
        + "; ".join(f"in layer {number} {text or 'the numbers are wrong'}" for number, text in said)
        + "."
    )


def first_departure(task, cases, got, right):
    """Where the numbers first depart from the right ones, in the order in which they are computed,
    and what was still right."""
    fits, _ = wrong_calls(cases, got, right)
    case, outcome, want = fits[0]
    good = []
    for number, g, w in parts(task, outcome, want):
        if same_array(g, w, want.tolerance):
            good.append(number)
            continue
        agree = np.abs(g - w) <= want.tolerance * (np.abs(w).max() or 1.0)
        place = tuple(int(i) for i in np.argwhere(~agree)[0])
        if good:
            still = f" {_layers(good).capitalize()} right."
        else:
            elsewhere = [
                other.on
                for other, gs, ws in zip(cases, got, right)
                if all(same(g2, w2) for g2, w2 in zip(gs, ws))
            ]
            still = f" On {elsewhere[0]} it is right." if elsewhere and not agree.any() else ""
        digits = next(
            digits
            for digits in (6, 9, 12, 17)
            if digits == 17 or f"{g[place]:.{digits}g}" != f"{w[place]:.{digits}g}"
        )
        expected, given = (
            f"{value[place]:.{digits}g}".replace("-", "−") if abs(value[place]) > 1e-300 else "0"
            for value in (w, g)
        )
        return (
            f"On {case.on}: the first number that departs is {task.entry(number - 1, place)}, "
            f"expected {expected}, got {given}.{still}"
        )
    return f"On {case.on} NumPy warns of an overflow."


def wrong_calls(cases, got, right):
    """(case, outcome, right outcome) of the calls whose numbers differ: those of the right shape,
    and all of them."""
    found = [
        (case, g, w)
        for case, gs, ws in zip(cases, got, right)
        for g, w in zip(gs, ws)
        if g.arrays is not None and not same(g, w)
    ]
    return [call for call in found if same_shapes(*call[1:])], found


def same_shapes(outcome, want):
    return len(outcome.arrays) == len(want.arrays) and all(
        g.shape == w.shape or w.ndim == 0 and g.size == 1
        for g, w in zip(outcome.arrays, want.arrays)
    )


def parts(task, outcome, want):
    """(layer, array, right array) in the order in which they are computed."""
    numbered = [
        (number, g.reshape(w.shape), w)
        for number, (g, w) in enumerate(zip(outcome.arrays, want.arrays), start=1)
    ]
    return numbered[::-1] if task.last_layer_first else numbered


def _between(got, want, N, tolerance, biases):
    """How one array differs from the right one; `biases` says that row 0 is that of node 0."""
    ratio = _ratio(got, want)
    if (
        want.ndim == 0
        and ratio is not None
        and min(abs(ratio - known) for known in (-1, 2, 0.5, N, 1 / (N or 1))) > 1e-5
    ):
        return ""  # any number is so many times another one
    if ratio is not None:
        return _times(ratio, N, want.ndim == 0)
    if not got.any():
        return "every number is 0"
    if biases and want.shape[-2] > 1:
        row_0, others = (
            _ratio(got[..., rows, :], want[..., rows, :]) for rows in (slice(0, 1), slice(1, None))
        )
        if same_array(got[..., 1:, :], want[..., 1:, :], tolerance):
            return "all rows but row 0 are right" + (
                f"; in row 0 {_times(row_0, N)}" if row_0 is not None else ""
            )
        if row_0 is not None and others is not None:
            first = "row 0 is right" if abs(row_0 - 1) < 1e-5 else f"in row 0 {_times(row_0, N)}"
            return f"{first}; in the other rows {_times(others, N)}"
    return ""


def _ratio(got, want):
    """The number that all right ones are multiplied by, if there is one and it is not close to 1
    without being 1."""
    largest = np.abs(want).max(initial=0)
    usable = np.abs(want) > 1e-9 * largest
    if not usable.any() or np.iscomplexobj(got):
        return None
    ratios = got[usable] / want[usable]
    same_everywhere = (
        np.ptp(ratios) <= 1e-5 * np.abs(ratios).max()
        and np.abs(got[~usable]).max(initial=0) <= 1e-9 * largest
    )
    ratio = float(ratios.mean())
    return ratio if same_everywhere and not 1e-5 < abs(ratio - 1) < 1e-3 else None


def _times(ratio, N, single=False):
    number = "the number" if single else "every number"
    if ratio == 0:
        return f"{number} is 0"
    if abs(ratio + 1) < 1e-5:
        return f"{number} has the right size and the opposite sign"
    if N > 1 and abs(ratio - N) < 1e-5 * N:
        return f"{number} is {N} times the expected one, and N is {N}"
    if N > 1 and abs(ratio * N - 1) < 1e-5:
        return f"{number} is 1/{N} of the expected one, and N is {N}"
    if abs(1 / ratio - round(1 / ratio)) < 1e-4 and 2 < abs(1 / ratio) < 1000:
        return f"{number} is {'−' * (ratio < 0)}1/{abs(round(1 / ratio))} of the expected one"
    return f"{number} is {ratio:.4g} times the expected one".replace("-", "−")


def shapes(outcome, want=None):
    """The shapes in words; `want`, where given, is what is expected there."""
    if len(outcome.arrays) == 1:
        if want and len(want.arrays) > 1:
            return f"one array, of the shape {outcome.arrays[0].shape}"
        shape = outcome.arrays[0].shape
        return f"the shape {shape}" if shape else "a single number"
    return (
        f"{len(outcome.arrays)} arrays of the shapes "
        f"{', '.join(str(array.shape) for array in outcome.arrays)}"
    )


def shape_hint(task, found):
    """A sentence on wrong shapes that holds for all calls with one; "" if there is none."""
    hints = {
        _hint(
            task,
            [array.shape for array in outcome.arrays],
            [array.shape for array in want.arrays],
        )
        for _, outcome, want in found
        if not same_shapes(outcome, want)
    }
    return f" {hints.pop()}" if len(hints) == 1 and hints != {""} else ""


def _hint(task, shapes, expected):
    if len(shapes) == 1 and len(expected) > 1 and shapes[0] in (expected[0], expected[-1]):
        return (
            "That is one layer alone: does the return stand inside the loop, or does each round "
            "overwrite what the one before has made?"
        )
    if len(shapes) != len(expected):
        return ""
    if len(shapes) > 1 and shapes == expected[::-1]:
        return "They stand in the reverse order."
    for fits, sentence in HINTS:
        if all(fits(shape, right) for shape, right in zip(shapes, expected)):
            return "" if sentence == FOR_EACH_PAIR and "combined" not in task.steps else sentence
    return ""


FOR_EACH_PAIR = "There is an array for each pair: they are not combined yet."
HINTS = [
    (lambda s, e: len(e) == 2 and s == e[::-1], "Rows and columns are exchanged."),
    (
        lambda s, e: len(s) == len(e) == 2 and (s[0] + 1, s[1]) == e,
        "One row is missing: that of node 0, the biases.",
    ),
    (
        lambda s, e: len(s) == len(e) == 2 and (s[0] - 1, s[1]) == e,
        "There is one row too many: is node 0 there already?",
    ),
    (
        lambda s, e: len(s) == len(e) == 2 and (s[0], s[1] - 1) == e,
        "There is one column too many: that of node 0?",
    ),
    (lambda s, e: len(e) == 3 and s == e[1:], "The pairs are added up already."),
    (
        lambda s, e: len(e) == 2 and len(s) == 3 and s[1:] == e,
        FOR_EACH_PAIR,
    ),
    (
        lambda s, e: len(s) == len(e) == 3 and s == (e[0], e[2], e[1]),
        "The places of i and j are exchanged.",
    ),
]


def _layers(numbers, verb=True):
    numbers = sorted(numbers)
    several = len(numbers) > 1
    return (
        f"layer{'s' * several} {listed([str(number) for number in numbers])}"
        + f" {'are' if several else 'is'}" * verb
    )


def listed(words):
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
