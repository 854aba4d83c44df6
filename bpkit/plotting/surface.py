"""E over a plane of weight space: filled contours with their values, and the same surface in three
dimensions."""

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ..arrays import checked_number
from .look import FONT, INK, LARGEST, SIZE, drawable, our_look, plain_axes

LEVELS = [
    0,
    0.0003,
    0.001,
    0.003,
    0.01,
    0.03,
    0.1,
    0.2,
    0.3,
    0.5,
    0.7,
    1,
    1.5,
    2,
    3,
    5,
    7,
    10,
    15,
    20,
    30,
    50,
    70,
    100,
    150,
    200,
    300,
    500,
]
SMALLEST = 1e-12  # a surface lower than this is drawn as one at 0
COLOURS = colormaps["cividis"]  # even steps of lightness, read alike with any kind of colour vision
CASED, CASED_DARK = (
    [withStroke(linewidth=4.5, foreground="white")],
    [withStroke(linewidth=1.8, foreground="#333333")],
)


@our_look()
def draw_surface(
    first_values, second_values, E, labels=("", ""), paths=(), figure=None, highest=None
):
    """E on a grid, as filled contours and as a surface.

    Parameters
    ----------
    first_values, second_values : arrays, the coordinates along the axes
    E : array (len(second_values), len(first_values)), as `error_surface` returns it
    labels : names of the two axes
    paths : arrays (steps, 2) of points in the plane, drawn on the contours from an open circle to a
        filled one
    figure : Figure to draw on again; a new one by default
    highest : a number above 0, at which the surface is cut off: E above it is drawn as if it were
        this; None leaves E as it is

    Returns
    -------
    matplotlib.figure.Figure, its axes the contours and the surface

    Raises
    ------
    ValueError : E does not have the shape of the grid, or less than two rows and columns; or it
        is not finite, or below 0.
    """
    s, t = drawable("first_values", first_values), drawable("second_values", second_values)
    E = np.asarray(E, dtype=float)
    if E.shape != (len(t), len(s)):
        raise ValueError(
            f"E has shape {E.shape}, expected (len(second_values), len(first_values)) = "
            f"{(len(t), len(s))}"
        )
    if not np.isfinite(E).all():
        raise ValueError("E is not finite everywhere on this plane: take a smaller part of it")
    if min(E.shape) < 2:
        raise ValueError(f"E has shape {E.shape}, expected at least two rows and two columns")
    if highest is not None:
        E = np.minimum(E, checked_number("highest", highest, above=0))
    if E.min() < 0 or E.max() >= LARGEST:
        raise ValueError(f"E is below 0 or beyond {LARGEST:g} somewhere, which cannot be drawn")
    figure = figure or Figure(figsize=(10.6, 4.7))
    figure.clear()
    width, height = figure.get_size_inches()
    left, bottom = 0.69 / width, 0.54 / height  # inches for the labels, however large the figure
    contours = figure.add_axes((left, bottom, 0.485 - left, 0.975 - bottom))
    norm = draw_contours(contours, s, t, E, labels)
    for path in paths:
        draw_path(contours, path)
    surface = figure.add_axes((0.5, 0.02, 0.46, 0.96), projection="3d", computed_zorder=False)
    points = 60 if highest is None else max(E.shape)  # the edge of the cut needs a fine mesh
    surface.plot_surface(
        *np.meshgrid(s, t),
        E,
        facecolors=COLOURS(norm(E)),
        rcount=points,
        ccount=points,
        linewidth=0,
        antialiased=False,
    )
    surface.view_init(elev=38, azim=-60)
    surface.set_box_aspect(None, zoom=0.9)
    surface.set_zlim(0, max(E.max(), SMALLEST))
    surface.tick_params(labelsize=SIZE - 1, pad=1)
    for name, label in zip("xyz", (*labels, "$E(X, θ)$")):
        getattr(surface, f"set_{name}label")(label, fontsize=SIZE, family=FONT, labelpad=4)
        getattr(surface, f"{name}axis").set_major_locator(MaxNLocator(5))
    return figure


def draw_contours(axes, first_values, second_values, E, labels):
    """Filled contours of E with their values; gives the scale of the colours, which shows small E
    in more of them."""
    highest = max(float(E.max()), SMALLEST)
    levels = [level for level in LEVELS if level < highest] + [highest * 1.0001 + SMALLEST]
    norm = PowerNorm(0.4, 0, highest)
    plain_axes(axes, *labels).contourf(
        first_values, second_values, E, levels, cmap=COLOURS, norm=norm
    )
    lines = axes.contour(
        first_values, second_values, E, levels[1:-1], colors="white", linewidths=0.6
    )
    for text in axes.clabel(
        lines, [level for level in levels[1:-1] if level >= 0.01], fmt="%g", fontsize=9
    ):
        text.set_path_effects(CASED_DARK)
    return norm


def draw_path(axes, points, line="-"):
    """The path of a descent: an open circle at its start, a filled one at its end.

    Returns
    -------
    list of three artists, for `set_path`: the path, its start and its end
    """
    points = np.asarray(points, dtype=float)
    if len(points) == 0:
        points = np.array([[np.nan, np.nan]])  # nothing to see
    (path,) = axes.plot(
        *points.T, color=INK, linestyle=line, linewidth=1.8, path_effects=CASED, zorder=3
    )
    (start,) = axes.plot(
        *points[0],
        "o",
        markersize=9,
        color="white",
        markeredgecolor=INK,
        markeredgewidth=1.8,
        zorder=4,
    )
    (end,) = axes.plot(
        *points[-1],
        "o",
        markersize=9,
        color=INK,
        markeredgecolor="white",
        markeredgewidth=1.4,
        zorder=5,
    )
    return [path, start, end]


def set_path(artists, points):
    """Move what `draw_path` has drawn to other points, (steps, 2) or (steps, 3)."""
    for artist, some in zip(artists, (points, points[:1], points[-1:])):
        set_points = artist.set_data if points.shape[1] == 2 else artist.set_data_3d
        set_points(*some.T)
