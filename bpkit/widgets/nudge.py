"""A nudge that travels: one a, o or w is moved, and the change goes along the edges to E."""

import ipywidgets
import numpy as np
from matplotlib.lines import Line2D

from .. import plotting
from ..arrays import checked_pair
from ..backward import error_terms
from ..forward import forward
from ..network import weight_name, weight_places
from ..plotting.look import (
    BACKWARD,
    BACKWARD_LINE,
    BACKWARD_TEXT,
    FORWARD,
    FORWARD_LINE,
    SIZE,
    number_text,
    our_look,
)
from ..plotting.network import (
    BEHIND_LABEL,
    DELTA_BOX,
    TEXT_HEIGHTS,
    draw_edge,
    draw_headers,
    draw_node,
    edge_label_place,
    layout_of,
    sheet,
    write_inches,
)
from .explorer import Explorer, choice, in_text, slider

CHANGES, SLOPES = "changes", "slopes"


@our_look()
def nudge_explorer(net, weights, X, y, places, pair=0):
    """What moving one value changes in everything that follows and in E, or the slopes that the
    backward phase finds along the same edges (D11, D16).

    The changes are found by a forward phase from the moved value on, so they hold for a nudge of
    any size. At an edge stands what its weight passes on: w times the change of o, or w times δ.

    Parameters
    ----------
    net, weights, X, y : as for `backward`; a network small enough to be drawn with its values, and
        with the error mse, whose change is a sum over the outputs
    places : list of ("a", k, j), ("o", k, j) and ("w", k, i, j), what can be moved
    pair : which row of X

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError : the error is another one, or there is no such pair or place.
    """
    if net.error != "mse":
        raise ValueError(f"the network has the error {net.error!r}, expected 'mse'")
    _check_places(net, places)
    pair = checked_pair(pair, len(X))
    X, y = X[pair : pair + 1], y[pair : pair + 1]
    trace = forward(net, weights, X)
    slopes = _slopes(net, weights, trace, y)
    named = {_name(*place): tuple(place) for place in places}
    last = 3 * net.m
    scene, put = _picture(net, weights, X)

    def draw(move, by, station, show):
        place = named[move]
        way = _way(net, place)
        if show == CHANGES:
            amounts = _changes(net, weights, trace, y, place, by)
            seen = [part for part in way if part == place or _station(net, part) <= station]
            words, total = _changes_in_words(amounts, seen, slopes[place] * by)
        else:
            amounts = slopes
            back = sorted(
                (part for part in way if part[0] != "E"), key=lambda part: -_station(net, part)
            )
            seen = [part for part in back if _station(net, part) > last - station]
            words, total = _slopes_in_words(net, amounts, seen)
        put({part: amounts[part] for part in seen}, show, total)
        yield scene, f"{words}. {total}".rstrip()

    return Explorer(
        draw,
        {
            "move": choice("move", list(named)),
            "by": slider(ipywidgets.FloatSlider, "by", value=0.1, min=-1, max=1, step=0.05),
            "station": slider(ipywidgets.IntSlider, "how far", value=last, min=1, max=last),
            "show": choice("show", [CHANGES, SLOPES]),
        },
        play="station",
    )


def _check_places(net, places):
    movable = {(kind, k, j) for kind in ("a", "o") for k, _, j in weight_places(net)}
    movable |= {("w", *place) for place in weight_places(net)}
    wrong = [place for place in places if tuple(place) not in movable]
    if wrong or not places:
        raise ValueError(
            f"places holds {wrong[0]!r}, which a network of sizes {net.sizes} does not have: "
            'expected ("a", k, j), ("o", k, j) or ("w", k, i, j)'
            if wrong
            else "places is empty, expected at least one place"
        )


def _name(kind, k, *nodes):
    return weight_name(k, *nodes) if kind == "w" else f"{kind}_{nodes[0]}^{k}"


def _way(net, place):
    """The parts that a nudge passes, in order: the moved one, then ("edge", k, i, j), ("a", k, j),
    ("o", k, j), and at the end ("E", j) for each output."""
    kind, k, *nodes = place
    way, moved = [place], nodes[-1:]
    if kind == "w":
        way.append(("a", k, nodes[1]))
    if kind != "o":
        way.append(("o", k, nodes[-1]))
    for layer in range(k + 1, net.m + 1):
        after = range(1, net.sizes[layer] + 1)
        way += [("edge", layer, i, j) for i in moved for j in after]
        way += [("a", layer, j) for j in after] + [("o", layer, j) for j in after]
        moved = after
    return [*way, *(("E", j) for j in moved)]


def _station(net, part):
    """When a change passes: edges, a and o of layer 1, then of layer 2, and so on; E comes with the
    last o."""
    if part[0] == "E":
        return 3 * net.m
    return 3 * (part[1] - 1) + {"w": 1, "edge": 1, "a": 2, "o": 3}[part[0]]


def _changes(net, weights, trace, y, place, by):
    """Part → what it changes by when the place is moved."""
    kind, k, *nodes = place
    weights, changes = [w.copy() for w in weights], {place: by}
    a, o = trace.a[k].copy(), trace.o[k].copy()
    if kind == "w":
        weights[k - 1][nodes[0], nodes[1] - 1] += by
        a = trace.o_with_node_0[k - 1] @ weights[k - 1]
    elif kind == "a":
        a[0, nodes[0] - 1] += by
    o = net.layer_output(k, a)
    if kind == "o":
        o[0, nodes[0] - 1] += by
    for layer in range(k, net.m + 1):
        if layer > k:
            w, o_change = weights[layer - 1], (o - trace.o[layer - 1])[0]
            for (i, j), passed_on in np.ndenumerate(w[1:] * o_change[:, None]):
                changes["edge", layer, i + 1, j + 1] = passed_on
            a = w[0] + o @ w[1:]
            o = net.layer_output(layer, a)
        for j in range(1, net.sizes[layer] + 1):
            changes["a", layer, j] = a[0, j - 1] - trace.a[layer][0, j - 1]
            changes["o", layer, j] = o[0, j - 1] - trace.o[layer][0, j - 1]
    errors = 0.5 * (o - y) ** 2 - 0.5 * (trace.y_hat - y) ** 2
    changes |= {("E", j): change for j, change in enumerate(errors[0], start=1)}
    # a difference of two equal numbers may leave a rounding, or a 0 with a sign
    return {part: change if abs(change) > 1e-12 else 0.0 for part, change in changes.items()}


def _slopes(net, weights, trace, y):
    """Part → what E changes by for each unit that it grows; for an edge what comes back over it, w
    times δ."""
    delta, slopes = error_terms(net, weights, trace, y), {}
    for k, i, j in weight_places(net):
        slopes["w", k, i, j] = delta[k][0, j - 1] * trace.o_with_node_0[k - 1][0, i]
        slopes["edge", k, i, j] = weights[k - 1][i, j - 1] * delta[k][0, j - 1]
    for k in range(1, net.m + 1):
        back = (trace.y_hat - y if k == net.m else delta[k + 1] @ weights[k][1:].T)[0]
        for j in range(1, net.sizes[k] + 1):
            slopes["a", k, j], slopes["o", k, j] = delta[k][0, j - 1], back[j - 1]
    return slopes


def _picture(net, weights, X):
    """The scene, and the function that writes amounts into it."""
    layout = layout_of(net, plain=False)
    figure, axes = sheet(None, layout)
    draw_headers(axes, net, layout)
    lines, known = {}, []
    texts = {CHANGES: {}, SLOPES: {}}  # part → (artist, what stands before its number)
    for k, i, j in weight_places(net):
        draw_edge(axes, layout, k, i, j, ("", ""), (0, 0))
        start, end = (np.array(layout.places[place]) for place in ((k - 1, i), (k, j)))
        gap = layout.radius / np.hypot(*(end - start)) * (end - start)
        lines[k, i, j] = axes.add_line(Line2D(*zip(start + gap, end - gap), linewidth=2.8))
        x, y = edge_label_place(layout, k, i, j)
        w, size = number_text(weights[k - 1][i, j - 1]), 0.92 * layout.size
        known.append(write_inches(axes, x, y, w, size, va="bottom", bbox=BEHIND_LABEL, zorder=3))
        text = _text(axes, x, y - 0.015, size, va="top", bbox=BEHIND_LABEL, zorder=3)
        texts[CHANGES]["edge", k, i, j] = texts[CHANGES]["w", k, i, j] = text, ""
        texts[SLOPES]["edge", k, i, j] = text, "w·δ "
        texts[SLOPES]["w", k, i, j] = text, "∂E/∂w "
    for (k, j), (x, y) in layout.places.items():
        given = f"$x_{{{j}}}$ = {number_text(X[0, j - 1])}" if j and not k else ""
        draw_node(axes, layout, k, j, ("", given if j else "1"), (0, 0, 0))
        if not (k and j):
            continue
        size, radius = layout.size, layout.radius
        for kind, height in zip("ao", TEXT_HEIGHTS[1:]):
            text = _text(axes, x, y + height * radius, size)
            texts[CHANGES][kind, k, j] = text, f"Δ{kind} "
        texts[SLOPES]["a", k, j] = _text(axes, x, y - radius - 0.06, size, bbox=DELTA_BOX), "δ = "
        beside = _text(axes, x + radius + 0.1, y, SIZE, ha="left")
        if k == net.m:
            texts[CHANGES]["E", j], texts[SLOPES]["o", k, j] = (beside, "ΔE "), (beside, "ŷ − y ")
        else:
            over = _text(axes, x, y + radius + 0.1, size)
            texts[SLOPES]["o", k, j] = over, "∂E/∂o = "
    # a text may serve both
    artists = list(dict.fromkeys(text for shown in texts.values() for text, _ in shown.values()))
    foot = write_inches(axes, layout.width / 2, 0.25, "", SIZE + 1)

    def put(amounts, show, words):
        colour, style, ink = (
            (FORWARD, FORWARD_LINE, FORWARD)
            if show == CHANGES
            else (BACKWARD, BACKWARD_LINE, BACKWARD_TEXT)
        )
        for line in lines.values():
            line.set(visible=False, color=colour, linestyle=style)
        for artist in artists:
            artist.set(text="", color=ink)
        foot.set(text=words, color=ink)
        for (kind, *where), amount in amounts.items():
            if kind in ("edge", "w"):
                lines[tuple(where)].set_visible(True)
            artist, before = texts[show].get((kind, *where), (None, ""))
            if artist:
                sign = "+" if show == CHANGES and amount > 0 else ""
                artist.set_text(before + sign + number_text(amount))

    return plotting.Scene(figure, [*lines.values(), *known, *artists, foot]), put


def _text(axes, x, y, size, **look):
    return write_inches(axes, x, y, "", size, bold=True, **look)


def _changes_in_words(amounts, seen, by_slope):
    """(the changes on the way, what E changes by in all)."""
    steps = [f"{_name(*seen[0])} is moved by {_signed(amounts[seen[0]])}"]
    steps += [_step(part, amounts[part]) for part in seen[1:]]
    ends = [amounts[part] for part in seen if part[0] == "E"]
    if not ends:
        return ", ".join(steps), ""
    return (
        ", ".join(steps),
        f"E changes by {_sum(ends)}; its slope alone says {_signed(by_slope)}.",
    )


def _slopes_in_words(net, slopes, seen):
    """(the slopes on the way back, the sum of those that come back over several edges)."""
    words = ", ".join(
        f"ŷ_{part[2]} − y_{part[2]} = {in_text(slopes[part])}"
        if part[:2] == ("o", net.m)
        else f"back over {weight_name(*part[1:])}: w·δ = {in_text(slopes[part])}"
        if part[0] == "edge"
        else f"∂E/∂{_name(*part)} = {in_text(slopes[part])}"
        for part in seen
    )
    added = [slopes[part] for part in seen if part[0] == "edge" and part[1] == seen[-1][1] + 1]
    arrived = [part for part in seen if part[0] == "o" and part[1] < net.m]
    total = f"∂E/∂{_name(*arrived[-1])} = {_sum(added)}." if arrived and len(added) > 1 else ""
    return f"Backward from E: {words}", total


def _step(part, amount):
    kind, *where = part
    if kind == "E":
        return f"E changes at output {where[0]} by {_signed(amount)}"
    if kind == "edge":
        return f"over {weight_name(*where)} goes {_signed(amount)}"
    return f"{_name(*part)} changes by {_signed(amount)}"


def _sum(numbers):
    """The numbers as a sum, and what it comes to; one number alone as it is."""
    first, *others = numbers
    text = "".join(f" {'−' if x < 0 else '+'} {in_text(abs(x))}" for x in others)
    return f"{_signed(first)}{text} = {_signed(sum(numbers))}" if others else _signed(first)


def _signed(number):
    return ("+" if number > 0 else "") + in_text(number or 0.0)
