"""The one mechanism of all explorers: controls, the picture that belongs to their values, and the
sentence that says it in words."""

import contextlib
import io
from html import escape

import ipywidgets
from IPython.display import display

from .. import plotting
from ..plotting.look import our_look

PACE = 900  # milliseconds that a picture stands while a player runs
VIEW = "application/vnd.jupyter.widget-view+json"
# Run in the page when a picture has come. ipywidgets gives a slider's handle no name, and a
# logarithmic one the exponent as its value; a screen reader shall say what is written beside it.
# Nor do a player's buttons have names.
SAY_SLIDERS = (
    "(function say(image, tries) { const box = image.closest('.bpkit-explorer'); if (!box && "
    "tries) setTimeout(say, 200, image, tries - 1); for (const slider of box ? "
    "box.querySelectorAll('.widget-slider') : []) { const handle = "
    "slider.querySelector('.noUi-handle'); handle.setAttribute('aria-label', "
    "slider.querySelector('.widget-label').textContent); handle.setAttribute('aria-valuetext', "
    "slider.querySelector('.widget-readout').textContent); } for (const button of box ? "
    "box.querySelectorAll('.widget-play button') : []) button.setAttribute('aria-label', "
    "button.querySelector('.fa-stop') ? 'Back to the first' : 'Play or pause'); })(this, 25)"
)

# In JupyterLab and Notebook 7, one of two neighbouring outputs is seen: the widget where it lives,
# the still picture where it does not, and there the message that its model was not found would say
# nothing to a reader.
ONE_OF_TWO = (
    "<style>.jp-OutputArea-child:has(.bpkit-still):has(+ * .bpkit-explorer), "
    ".jp-OutputArea-child:has(.bpkit-still) + :has(.jupyter-widgets):not(:has(.jupyter-widgets > "
    "*)) { display: none }</style>"
)


class Explorer:
    """Controls, a picture and a sentence.

    Displayed, it sends two outputs: a still picture with the sentence, which a notebook shows that
    is exported, or opened without its kernel; and the live widget, which takes its place. The
    picture is an HTML image, because ipywidgets' own has no alternative text.

    Parameters
    ----------
    draw : generator function of the controls' values by name. It yields (scene, sentence): a
        plotting.Scene and plain text. Where the work
        takes long it may yield more than once, something to see at once and the rest when it is
        there.
    controls : dict of ipywidgets with a value, by name
    play : name of the slider that buttons before it move on by themselves
    """

    def __init__(self, draw, controls, play=None):
        self.draw, self.controls, self.play = draw, controls, play
        self.start = {name: control.value for name, control in controls.items()}
        self.picture, self.text = ipywidgets.HTML(), ipywidgets.HTML()
        self.reset = ipywidgets.Button(
            description="Reset", tooltip="Back to the start values", layout={"width": "6em"}
        )
        self.reset.on_click(lambda _: self.set(self.start))
        for control in controls.values():
            control.observe(lambda _: self.update(), "value")
        rows = [
            ipywidgets.HBox([_player(control), control]) if name == play else control
            for name, control in controls.items()
        ]
        self.box = ipywidgets.VBox([*rows, self.reset, self.picture, self.text])
        self.box.add_class("bpkit-explorer")
        self._show()

    @property
    def values(self):
        """The controls' values by name."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, values):
        """Give every control its value, and draw once."""
        self.update = lambda: None  # what each control calls when it moves
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            del self.update
        self.update()

    def update(self):
        """Draw for the controls' values; what goes wrong is said in the text line, and the picture
        stays."""
        try:
            self._show()
        except Exception as error:  # a callback's exception would vanish in the browser's console
            self._say(f"This cannot be drawn: {error}")

    @our_look()
    def _show(self):
        with contextlib.redirect_stdout(io.StringIO()):  # no progress bar of a slow training
            for scene, sentence in self.draw(**self.values):
                self.scene = scene
                self._put(sentence)
                self._say(sentence)

    def _put(self, sentence):
        """Show the scene's picture; frames.py of the web page takes the scene itself instead."""
        self.picture.value = plotting.picture(self.scene, sentence).replace(
            "<img ", f'<img onload="{SAY_SLIDERS}" ', 1
        )

    def _say(self, sentence):
        """Show the sentence as a line that a screen reader announces when it changes."""
        self.sentence = sentence
        self.text.value = f'<p role="status">{escape(sentence)}</p>'

    def outputs(self):
        """What displaying it sends: the data of the still picture, by type, and that of the live
        widget."""
        picture = plotting.picture(self.scene.figure, self.sentence) + self.text.value
        still = f'<div class="bpkit-still">{ONE_OF_TWO}{picture}</div>'
        # the view alone: a text beside it would be one output more for nbval, which leaves out
        # views
        view = {VIEW: self.box._repr_mimebundle_()[VIEW]}
        return {"text/html": still, "text/plain": self.sentence}, view

    def _ipython_display_(self):
        for data in self.outputs():
            display(data, raw=True)


def _player(control):
    """Buttons that move a slider on: play, pause, back to the start, again and again."""
    chosen = isinstance(control, ipywidgets.SelectionSlider)
    low, high, place = (
        (0, len(control.options) - 1, "index") if chosen else (control.min, control.max, "value")
    )
    player = ipywidgets.Play(
        value=getattr(control, place),
        min=low,
        max=high,
        interval=PACE,
        repeat=True,
        show_repeat=False,
    )
    ipywidgets.jslink((player, "value"), (control, place))
    return player


def slider(kind, description, **options):
    """A control whose description is not cut off and whose picture is drawn when it is let go."""
    if "continuous_update" in kind.class_trait_names():
        options["continuous_update"] = False
    return kind(
        description=description,
        style={"description_width": "9em"},
        layout={"width": "34em", "max_width": "100%"},
        **options,
    )


def choice(description, options):
    """Buttons, one of which is pressed. JupyterLab takes the arrow keys away from a drop-down list,
    and of letters pressed there it makes commands."""
    return ipywidgets.ToggleButtons(
        description=description,
        options=options,
        style={"description_width": "9em", "button_width": "auto"},
        layout={"display": "flex"},
    )


def in_text(number):
    """A number of a sentence: four digits, and a real minus sign."""
    return f"{number:.4g}".replace("-", "−")
