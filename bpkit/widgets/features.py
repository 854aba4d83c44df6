"""What hidden nodes answer to: the code of an encoder, parts of digits, edges (H4)."""

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from .. import datasets, plotting
from ..forward import forward
from ..plotting.features import (
    bars,
    frame,
    grey_picture,
    set_bars,
    set_grey,
    set_weight_picture,
    weight_picture,
)
from ..plotting.look import EDGE, FONT, FORWARD, INK, SIZE, our_look, plain_axes, write
from .explorer import Explorer, slider
from .stages import check_run, node_slider, seed_slider, stage_slider

SHOWN = 4  # digits that excite a node most, and as many that excite it least
DIRECTIONS = np.arange(0, 360, 5)


@our_look()
def encoder_explorer(net, stages):
    """The encoder 8-3-8 from many starts, at some stages of its training: the three hidden outputs
    of each pattern, as numbers and in a cube.

    Parameters
    ----------
    net : Network((8, 3, 8), output="sigmoid")
    stages : dict, the updates made → the weights of S networks, arrays (S, 9, 3) and (S, 4, 8); the
        first is that of seed 1

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError : the network has other sizes.
    """
    check_run(net, (8, 3, 8), stages)
    X, y = datasets.encoder(8)
    traces = {updates: forward(net, weights, X) for updates, weights in stages.items()}
    scene, show = _encoder_picture()

    def draw(seed, updates):
        code, y_hat = traces[updates].o[1][seed - 1], traces[updates].y_hat[seed - 1]
        show(code)
        back = int(((y_hat > 0.5) == (y > 0.5)).all(axis=1).sum())
        corners = len({tuple(bits) for bits in code > 0.5})
        between = int(((code > 0.2) & (code < 0.8)).sum())
        yield (
            scene,
            (
                f"Seed {seed} after {updates:,} updates: {back} of 8 patterns come out as they "
                f"went in. Rounded to 0 and 1, the hidden outputs make {corners} different codes, "
                f"and {between} of the 24 outputs lie between 0.2 and 0.8. Pattern 1 has the code "
                f"{', '.join(f'{o:.2f}' for o in code[0])}."
            ),
        )

    controls = {"seed": seed_slider(stages), "updates": stage_slider("updates", stages)}
    return Explorer(draw, controls, play="updates")


def _encoder_picture():
    """The scene, and the function that puts one code (8, 3) into it."""
    figure = Figure(figsize=(10.6, 4.2))
    grid = frame(figure.add_axes((0.09, 0.03, 0.34, 0.83)))
    cells = grid.pcolormesh(
        np.arange(4) - 0.5, np.arange(9) - 0.5, np.zeros((8, 3)), cmap="Blues", vmin=0, vmax=1.25
    )  # quicker than imshow
    grid.invert_yaxis()
    grid.set_xticks(range(3), [f"$o_{j}^1$" for j in (1, 2, 3)], fontsize=SIZE)
    grid.set_yticks(range(8), [f"pattern {d}" for d in range(1, 9)], fontsize=SIZE)
    grid.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    numbers = [write(grid, j, d, "") for d in range(8) for j in range(3)]
    cube = figure.add_axes((0.5, 0.03, 0.47, 0.92))
    cube.set_axis_off()
    cube.set(xlim=(-0.16, 1.62), ylim=(-0.14, 1.56), aspect="equal")
    corners = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    for start in corners:
        for end in corners:
            if (start < end).sum() == 1 and (start <= end).all():
                behind = [0, 1, 0] in (start.tolist(), end.tolist())
                cube.plot(
                    *np.transpose([_flat(start), _flat(end)]),
                    color=EDGE,
                    linewidth=1,
                    linestyle=":" if behind else "-",
                )
    for corner in corners:
        outwards = 20 * np.sign(_flat(corner) - _flat([0.5, 0.5, 0.5])) * (1, 0.8)
        cube.annotate(
            "".join(map(str, corner)),
            _flat(corner),
            outwards,
            textcoords="offset points",
            fontsize=SIZE - 1,
            family=FONT,
            color="#666666",
            ha="center",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    (points,) = cube.plot(
        [], [], "o", color=FORWARD, markersize=15, markeredgecolor="white", clip_on=False
    )
    names = [write(cube, 0, 0, str(d), color="white", weight="bold") for d in range(1, 9)]

    def show(code):
        cells.set_array(code)
        for number, o in zip(numbers, code.ravel()):
            number.set(text=f"{o:.2f}", color="white" if o > 0.7 else INK)
        flat = _flat(code)
        points.set_data(*flat.T)
        for name, place in zip(names, flat):
            name.set_position(place)

    return plotting.Scene(figure, [cells, *numbers, points, *names]), show


def _flat(code):
    """Points of the cube as they are drawn: o_1 to the right, o_2 away from us, o_3 up."""
    code = np.asarray(code, dtype=float)
    return np.stack(
        [code[..., 0] + 0.46 * code[..., 1], code[..., 2] + 0.38 * code[..., 1]], axis=-1
    )


@our_look()
def digits_explorer(net, stages):
    """Each hidden node of a network that reads the digits: its weights, the digits that excite it
    most and least, and where it leads.

    Parameters
    ----------
    net : Network((64, r_1, 10), ...)
    stages : dict, the updates made → the weights

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError : the network does not have 64 inputs, one hidden layer and 10 outputs.
    """
    check_run(net, (64, None, 10), stages)
    X, y = datasets.digits()
    digit = y.argmax(axis=1)
    outputs = {updates: forward(net, weights, X).o[1] for updates, weights in stages.items()}
    order = {updates: np.argsort(o, axis=0, kind="stable") for updates, o in outputs.items()}
    scene, show = _digits_picture()

    def draw(node, updates):
        o = outputs[updates][:, node - 1]
        least, most = order[updates][:SHOWN, node - 1], order[updates][: -SHOWN - 1 : -1, node - 1]
        out = stages[updates][1][1:][node - 1]
        show(
            stages[updates][0][1:, node - 1],
            X[np.append(most, least)],
            o[np.append(most, least)],
            out,
        )
        yield (
            scene,
            (
                f"Hidden node {node} after {updates:,} updates. Most excited by these digits: "
                f"{_listed(digit, o, most)}. Least: {_listed(digit, o, least)}. Of its weights to "
                f"the outputs the one to digit {out.argmax()} is highest, {_signed(out.max())}, "
                f"and the one to digit {out.argmin()} lowest, {_signed(out.min())}."
            ),
        )

    controls = {"node": node_slider(net), "updates": stage_slider("updates", stages)}
    return Explorer(draw, controls, play="updates")


def _listed(digit, o, rows):
    low, high = f"{o[rows].min():.2f}", f"{o[rows].max():.2f}"
    return (
        f"{', '.join(map(str, digit[rows]))}, with o "
        f"{low if low == high else f'from {low} to {high}'}"
    )


def _signed(weight):
    return f"{weight:.1f}".replace("-", "−")


def _digits_picture():
    """The scene, and the function that puts one node into it."""
    figure = Figure(figsize=(10.6, 4.1))
    weights = weight_picture(
        frame(figure.add_axes((0.01, 0.12, 0.29, 0.75)), "weights from the 64 pixels"), 8
    )
    pictures, said = [], []
    for row, name in enumerate(("most excited by", "least excited by")):
        for column in range(SHOWN):
            axes = frame(figure.add_axes((0.335 + 0.095 * column, 0.57 - 0.46 * row, 0.085, 0.22)))
            pictures.append(grey_picture(axes, 8))
            below = {"transform": axes.transAxes, "va": "top"}
            said.append(write(axes, 0.5, -0.06, "", SIZE - 1, **below))
        figure.text(0.335, 0.83 - 0.46 * row, name, fontsize=SIZE, family=FONT)
    axes = figure.add_axes((0.77, 0.12, 0.22, 0.75))
    outgoing = bars(axes, range(10), "weights to the ten outputs")
    axes.set(ylim=(-7, 7), ylabel="")

    def show(w, digits, o, out):
        set_weight_picture(weights, w)
        for picture, digit, text, value in zip(pictures, digits, said, o):
            set_grey(picture, digit)
            text.set_text(f"$o$ = {value:.2f}")
        set_bars(outgoing, np.clip(out, -7, 7))

    return plotting.Scene(figure, [*weights, *pictures, *said, *outgoing]), show


@our_look()
def edges_explorer(net, weights):
    """Each hidden node of a network that encodes patches with an edge: its weights, and its output
    over the direction of the edge.

    Parameters
    ----------
    net : Network with 36 inputs
    weights : its trained weights

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError : the network does not have 36 inputs.
    """
    side = datasets.EDGE
    if net.sizes[0] != side**2:
        raise ValueError(
            f"the network has {net.sizes[0]} inputs, expected {side**2}: one for each pixel of a "
            "patch"
        )
    patches = datasets.edges(DIRECTIONS, np.zeros(len(DIRECTIONS)))
    o = forward(net, weights, patches).o[1]
    scene, show = _edges_picture(o)

    def draw(node, direction):
        here, curve = direction // 5, o[:, node - 1]
        show(-patches[here], weights[0][1:, node - 1], curve, here)
        yield (
            scene,
            (
                f"The bright side lies at {direction}°, and hidden node {node} answers with o = "
                f"{curve[here]:.2f}. Its answer is strongest, {curve.max():.2f}, at "
                f"{DIRECTIONS[curve.argmax()]}° and weakest, {curve.min():.2f}, at "
                f"{DIRECTIONS[curve.argmin()]}°."
            ),
        )

    return Explorer(
        draw,
        {
            "node": node_slider(net),
            "direction": slider(
                ipywidgets.IntSlider, "direction", value=0, min=0, max=345, step=15
            ),
        },
    )


def _edges_picture(o):
    """The scene, and the function that puts one node and one patch into it; o (directions, r_1) are
    the outputs of all nodes."""
    figure, side = Figure(figsize=(10.6, 3.5)), datasets.EDGE
    patch = grey_picture(
        frame(figure.add_axes((0.01, 0.14, 0.235, 0.72)), "the patch"), side, -1, 1
    )
    weights = weight_picture(
        frame(figure.add_axes((0.27, 0.14, 0.235, 0.72)), "weights from its 36 pixels"), side
    )
    axes = plain_axes(
        figure.add_axes((0.59, 0.17, 0.395, 0.69)),
        "direction of the bright side, in degrees",
        "output $o$",
    )
    axes.set(xlim=(-5, 360), ylim=(-0.03, 1.03), xticks=range(0, 361, 45))
    axes.plot(DIRECTIONS, o, color="#C9C9C9", linewidth=1)
    axes.set_title("this node, and in grey the others", fontsize=SIZE, family=FONT)
    (curve,) = axes.plot([], [], color=FORWARD, linewidth=2.4)
    (point,) = axes.plot(
        [], [], "o", color=FORWARD, markersize=11, markeredgecolor="white", clip_on=False
    )

    def show(picture, w, values, here):
        set_grey(patch, picture)
        set_weight_picture(weights, w)
        curve.set_data(DIRECTIONS, values)
        point.set_data([DIRECTIONS[here]], [values[here]])

    return plotting.Scene(figure, [patch, *weights, curve, point]), show
