"""Every slider of every explorer, driven at both ends and in the middle, through the callbacks that
a browser would call."""

import functools
import itertools
import re

import ipywidgets
import matplotlib.style
import numpy as np
import pytest

from bpkit import Network, backward, datasets, error, forward, plotting, train, widgets
from bpkit.widgets import phases


def at_stages(net, updates=(0, 30), seeds=2):
    """Some networks at some stages of a training, as the explorers of learned features take them;
    here the later stages are other starts."""
    return {
        n: [
            np.stack(w)
            for w in zip(*(net.initial_weights(n + seed) for seed in range(1, seeds + 1)))
        ]
        for n in updates
    }


SYMMETRY, ENCODER = Network((6, 2, 1), output="sigmoid"), Network((8, 3, 8), output="sigmoid")
DIGITS, EDGES = Network((64, 3, 10)), Network((36, 3, 36))
EXPLORERS = {
    "reference_explorer": widgets.reference_explorer,
    "surface_explorer": widgets.surface_explorer,
    "learning_rate_explorer": widgets.learning_rate_explorer,
    "gradient_check_explorer": widgets.gradient_check_explorer,
    "activation_explorer": widgets.activation_explorer,
    "symmetry_explorer": lambda: widgets.symmetry_explorer(SYMMETRY, at_stages(SYMMETRY)),
    "encoder_explorer": lambda: widgets.encoder_explorer(ENCODER, at_stages(ENCODER)),
    "digits_explorer": lambda: widgets.digits_explorer(
        DIGITS, {n: DIGITS.initial_weights(n) for n in (1, 2)}
    ),
    "reading_explorer": lambda: widgets.reading_explorer(
        DIGITS, {n: DIGITS.initial_weights(n) for n in (1, 2)}, learned=1200
    ),
    "edges_explorer": lambda: widgets.edges_explorer(EDGES, EDGES.initial_weights(1)),
    "phase_stepper": lambda: widgets.phase_stepper(*datasets.running_example(outputs=2)),
    "nudge_explorer": lambda: widgets.nudge_explorer(
        *datasets.running_example(outputs=2), [("a", 1, 1), ("w", 2, 1, 1)]
    ),
}


@functools.cache
def explorer_of(name):
    """One for all tests, which leave it as it was."""
    return EXPLORERS[name]()


def positions(control):
    """Both ends and the middle of a slider."""
    if hasattr(control, "options"):
        options = control.options
        return options[0], options[len(options) // 2], options[-1]
    low, high = control.min, control.max
    if hasattr(control, "base"):
        return control.base**low, control.base ** ((low + high) / 2), control.base**high
    return low, (low + high) // 2, high


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPLORERS)
@pytest.mark.filterwarnings("error", "ignore:.*deprecated.*use:DeprecationWarning")
def test_each_slider_changes_picture_and_sentence(name, capfd, monkeypatch):
    monkeypatch.setattr("tqdm.std.time", itertools.count().__next__)  # each training takes long
    explorer = explorer_of(name)
    capfd.readouterr()  # what is trained before it is shown may have a bar
    start = explorer.picture.value, explorer.text.value
    for label, control in explorer.controls.items():
        for value in positions(control):
            if value == explorer.start[label]:
                continue
            control.value = value
            assert explorer.picture.value != start[0], (label, value)
            assert explorer.text.value != start[1], (label, value)
            assert "cannot be drawn" not in explorer.text.value
            (alternative,) = re.findall(r'alt="([^"]*)"', explorer.picture.value)
            assert explorer.text.value == f'<p role="status">{alternative}</p>'
        explorer.reset.click()
        assert (explorer.picture.value, explorer.text.value) == start, label
    assert capfd.readouterr() == ("", "")


QUICK = [name for name in EXPLORERS if name != "phase_stepper"]  # it draws all its steps at first


@pytest.mark.parametrize("name", [*QUICK, pytest.param("phase_stepper", marks=pytest.mark.slow)])
def test_shows_a_still_picture_with_a_sentence_and_a_widget(name):
    explorer = explorer_of(name)
    still, live = explorer.outputs()
    assert set(still) == {"text/html", "text/plain"} and set(live) == {widgets.VIEW}
    assert live[widgets.VIEW]["model_id"] == explorer.box.model_id
    pictures = [
        re.findall(r'alt="([^"]*)" width="(\d+)" height="(\d+)"', html)
        for html in (still["text/html"], explorer.picture.value)
    ]
    assert pictures[0] == pictures[1] and explorer.text.value in still["text/html"]
    assert len(still["text/plain"]) > 20 and "<" not in still["text/plain"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_slider_starts_at_one_of_its_notches(name):
    """Else a key there and a key back would not lead to where it was."""
    for label, control in explorer_of(name).controls.items():
        if hasattr(control, "step"):
            value = np.log10(control.value) if hasattr(control, "base") else control.value
            notches = (value - control.min) / control.step
            assert abs(notches - round(notches)) < 1e-9, label


def test_reset_draws_once(monkeypatch):
    explorer = widgets.reference_explorer()
    explorer.controls["num_hidden"].value, explorer.controls["seed"].value = 5, 7
    drawn = []
    picture = plotting.picture
    monkeypatch.setattr(plotting, "picture", lambda *given: (drawn.append(1), picture(*given))[1])
    explorer.reset.click()
    assert len(drawn) == 2  # after the first 1,000 iterations, and at the end


def test_what_goes_wrong_is_said_and_the_sliders_live_on():
    explorer = widgets.reference_explorer()
    draw, before = explorer.draw, explorer.picture.value
    explorer.draw = lambda **values: 1 / 0
    explorer.controls["seed"].value = 2
    assert (
        "This cannot be drawn: division by zero" in explorer.text.value
        and explorer.picture.value == before
    )
    explorer.draw = draw
    explorer.controls["seed"].value = 3
    assert "seed 3" in explorer.text.value


def test_reference_explorer_says_what_training_said():
    explorer = widgets.reference_explorer()
    assert "E is 2.1e-07" in explorer.text.value and "6 of 6" in explorer.text.value
    explorer.controls["alpha"].value = 10**1.5
    assert "diverged at iteration" in explorer.text.value and "smaller alpha" in explorer.text.value


@pytest.mark.slow
def test_phase_stepper_puts_the_numbers_into_the_equations():
    explorer, said = explorer_of("phase_stepper"), {}
    for step in range(1, explorer.controls["step"].max + 1):
        explorer.controls["step"].value = step
        said[step] = explorer.text.value
    explorer.reset.click()
    text = " ".join(said.values())
    for equation in (
        "a_1^1 = 0.1 · 1 + 0.5 · 0.9 + (−0.6) · 0.4 = 0.3100",
        "o_1^1 = sigmoid(0.3100) = 0.5769",
        "E = 0.3587",
        "δ_1^2 = 0.4757 · (0.7241 − 0.2) = 0.2493",
        "δ_1^1 = 0.2441 · (1.2 · 0.2493 + (−1.3) · 0.6472) = −0.1323",
    ):
        assert equation in text, equation
    assert "Step 1 of 15." in said[1]


def test_phase_stepper_marks_what_enters_a_step():
    net = Network((2, 2, 2))
    now, enters = phases._now_and_enters(net, "delta", 1, 2)
    assert now == [("delta", 1, 2)]
    assert set(enters) == {
        ("o", 1, 2),
        ("w", 2, 2, 1),
        ("w", 2, 2, 2),
        ("delta", 2, 1),
        ("delta", 2, 2),
    }
    assert set(phases._now_and_enters(net, "a", 1, 1)[1]) == {
        *(("w", 1, i, 1) for i in range(3)),
        ("o", 0, 1),
        ("o", 0, 2),
    }


def test_nudge_explorer_adds_what_each_output_changes():
    net, weights, X, y = datasets.running_example(outputs=2)
    explorer = widgets.nudge_explorer(
        net, weights, X, y, [("w", 1, 1, 1), ("o", 1, 2), ("a", 1, 1)]
    )
    moved = [weights[0].copy(), weights[1]]
    moved[0][1, 0] += 0.5
    change = error(net, moved, X, y) - error(net, weights, X, y)
    explorer.controls["by"].value = 0.5
    assert f"= {change:+.4g}".replace("-", "−") in explorer.sentence
    slopes = backward(net, weights, forward(net, weights, X), y)
    says = f"its slope alone says {0.5 * slopes[0][1, 0]:+.4g}".replace("-", "−")
    assert says in explorer.sentence
    explorer.set(explorer.values | {"move": "a_1^1", "show": "slopes"})
    for number in ("0.2992", "−0.8413", "∂E/∂o_1^1 = −0.5422", "∂E/∂a_1^1 = −0.1323"):
        assert number in explorer.sentence, number
    assert "∂E/∂o_1^1 = +0.2992 − 0.8413 = −0.5422" in explorer.sentence
    explorer.set(explorer.values | {"show": "changes", "by": 0.0})
    assert "E changes by 0 + 0 = 0; its slope alone says 0." in explorer.sentence
    assert "e-" not in explorer.sentence and "−0" not in explorer.sentence
    explorer.set(explorer.values | {"move": "o_2^1", "by": 0.5, "station": 3})
    assert explorer.sentence == "o_2^1 is moved by +0.5."


def test_nudge_explorer_takes_the_error_it_can_split():
    net = Network((2, 2, 2), output="softmax", error="cross-entropy")
    X, y = np.ones((1, 2)), np.array([[1.0, 0.0]])
    with pytest.raises(ValueError, match="error 'cross-entropy', expected 'mse'"):
        widgets.nudge_explorer(net, net.initial_weights(), X, y, [("a", 1, 1)])


@pytest.mark.parametrize(
    "places, said",
    [
        ([("a", 3, 1)], r"places holds \('a', 3, 1\), which a network of sizes \(2, 2, 2\)"),
        ([("x", 1, 1)], "does not have"),
        ([], "places is empty"),
    ],
)
def test_nudge_explorer_says_which_place_is_not_there(places, said):
    with pytest.raises(ValueError, match=said):
        widgets.nudge_explorer(*datasets.running_example(outputs=2), places)


def test_a_player_moves_a_slider():
    explorer = explorer_of("nudge_explorer")
    (row,) = (row for row in explorer.box.children if isinstance(row, ipywidgets.HBox))
    player, control = row.children
    assert control is explorer.controls["station"]
    assert (player.min, player.max, player.value) == (1, 6, 6)


PLAYED = {
    "reference_explorer": "num_iterations",
    "symmetry_explorer": "sweeps",
    "encoder_explorer": "updates",
    "digits_explorer": "updates",
    "reading_explorer": "updates",
}


@pytest.mark.parametrize("name, played", PLAYED.items())
def test_a_player_runs_through_the_training(name, played):
    explorer = explorer_of(name)
    (row,) = (row for row in explorer.box.children if isinstance(row, ipywidgets.HBox))
    player, control = row.children
    last = len(control.options) - 1
    assert isinstance(player, ipywidgets.Play) and control is explorer.controls[played]
    assert (player.min, player.max, player.value) == (0, last, control.index)
    # the page moves the slider with the player, so no kernel is asked: the link says so
    (link,) = (
        widget
        for widget in ipywidgets.widgets.widget._instances.values()
        if isinstance(widget, ipywidgets.widgets.widget_link.Link) and widget.source[0] is player
    )
    assert link.source[1] == "value" and link.target == (control, "index")
    before = explorer.sentence
    control.index = 0
    assert explorer.sentence != before
    explorer.reset.click()
    assert explorer.sentence == before


def test_learning_rate_explorer_names_what_happens():
    explorer = widgets.learning_rate_explorer()
    explorer.controls["step"].value = 60
    seen = set()
    for exponent in range(-26, 4):  # in sixteenths
        alpha = 10 ** (exponent / 16)
        explorer.controls["alpha"].value = alpha
        word = re.search(r"alpha \S+ (\w+):", explorer.text.value)[1]
        E = explorer.scene.moving[3].get_ydata()
        assert (word == "diverges") == (not E[-1] <= E[40]), alpha
        assert (word == "diverges") or "above" not in explorer.text.value
        path = explorer.scene.moving[0].get_xydata()
        turns = sum((path[n + 1] - path[n]) @ (path[n] - path[n - 1]) < 0 for n in range(1, 4))
        assert (word in ("oscillates", "diverges")) == (turns > 0), alpha
        seen.add(word)
    assert seen == {"crawls", "converges", "oscillates", "diverges"}


def test_surface_explorer_says_E_and_its_slopes():
    explorer = widgets.surface_explorer()
    explorer.set(explorer.start | {"learn": "all weights", "step": 0})
    assert "start in this plane" in explorer.sentence and "have left" not in explorer.sentence
    explorer.set(explorer.start | {"learn": "all weights", "step": 1})
    assert "have left this plane" in explorer.sentence
    explorer.set(explorer.start | {"first": "w_21^1"})
    assert explorer.sentence == (
        "This cannot be drawn: both axes are w_21^1. Choose two different weights."
    )
    explorer.set(explorer.start)
    net, (X, y) = Network((3, 3, 1)), datasets.reference()
    weights = train(net, net.initial_weights(1), X, y).weights
    for start, step in ((2, 5), (6, 30)):
        explorer.set(explorer.values | {"start": start, "step": step})
        s, t, E, along_s, along_t = (
            float(number.replace("−", "-"))
            for number in re.search(
                r"at \((\S+), (\S+)\) E is (\S+), "
                r"and its slopes along the two axes are (\S+) and (\S+)\.<",
                explorer.text.value,
            ).groups()
        )
        weights[0][1, 0], weights[0][2, 0] = s, t
        gradient = backward(net, weights, forward(net, weights, X), y)[0]
        assert (E, along_s, along_t) == pytest.approx(
            (error(net, weights, X, y), gradient[1, 0], gradient[2, 0]), rel=0.02
        )


@pytest.mark.parametrize("style", ["dark_background"])
def test_pictures_do_not_depend_on_the_style_that_is_chosen(style):
    def pictures():
        explorer = widgets.activation_explorer()
        figure = plotting.draw_errors(np.array([1.0, 0.5, 0.2]))
        return explorer.picture.value, plotting.picture(figure, "E falls.")

    plain = pictures()
    with matplotlib.style.context(style):
        before = dict(matplotlib.rcParams)
        assert pictures() == plain
        assert dict(matplotlib.rcParams) == before


def test_a_smaller_palette_makes_a_smaller_picture():
    figure = plotting.draw_surface([0, 1], [0, 1], np.eye(2))
    assert len(plotting.png(figure, colours=16)) < len(plotting.png(figure))
    assert len(plotting.picture(figure, "E.", colours=16)) < len(plotting.picture(figure, "E."))
