"""The pictures of the explorers, made beforehand, so that their controls move on a page that has
no kernel.

    python notebooks/site/frames.py NOTEBOOK FOLDER

runs the notebook up to its last explorer and leaves in FOLDER, for each explorer, NAME.js with its
pictures and sentences, and controls.json with what its controls are; NAME is the id of its cell.
build.py asks for them with `made` and puts them into a page with `with_controls`.
"""

import base64
import concurrent.futures
import hashlib
import html
import io
import itertools
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import ipywidgets
import nbformat
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

import bpkit
from bpkit.plotting.look import our_look
from bpkit.widgets.explorer import PACE, Explorer

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STILL = '<div class="bpkit-still">'
LARGEST = 6_000_000  # bytes of all explorers of one notebook
MOST = 40  # places of a slider; one with more of them is thinned
OTHER = 0.2  # a picture that differs in more than this share of its pixels is one to start from
SAMPLE = 9  # pictures from which is taken what all have in common

# Values that a slider keeps when it is thinned, because a text beside the explorer names them, or
# because the learner looks for one among them.
NAMED = {("05-39", "seed"): range(1, 101), ("09-13", "seed"): [2]}

# Each control is moved over its values while the others have their start values, and all buttons
# are moved together. Beside that, these are moved together, because the text of the notebook sends
# the learner there: over all of their values (ALL), or over those that it names.
ALL = None
TOGETHER = {
    "03-75": [
        {"by": ALL, "station": ALL, "show": ALL},
        {"move": ALL, "station": ALL, "show": ALL},
        {"move": ALL, "by": ALL},
    ],
    "05-39": [
        {"num_hidden": [2], "seed": ALL},
        {"num_hidden": ALL, "num_iterations": ALL},
        {"num_hidden": [2, 3], "seed": [1, 2, 78], "num_iterations": ALL},
    ],
    "07-18": [{"alpha": ALL, "start": ALL}, {"alpha": ALL, "step": [50]}],
    "07-26": [
        {"learn": ALL, "start": [4, 6], "step": ALL},
        {"learn": ALL, "start": ALL, "step": [20, 100, 200]},
        {"learn": ALL, "alpha": ALL},
        {"plane": ["principal directions"], "learn": ALL, "step": ALL},
        {"first": ["w_11^2"], "second": ["w_21^2"], "learn": ALL, "step": [0, 20, 100, 500]},
    ],
    "08-11": [{"g": ALL, "a": ALL}],
    "09-13": [{"seed": ALL, "sweeps": ALL}],
    "09-32": [{"node": ALL, "updates": ALL}],
    "09-42": [{"node": ALL, "direction": ALL}],
}


def explorers(notebook):
    """The cells whose stored output holds an explorer's still picture."""
    return [
        cell
        for cell in notebook.cells
        if any(STILL in out.get("data", {}).get("text/html", "") for out in cell.get("outputs", []))
    ]


# On the page ------------------------------------------------------------------------------------


def with_controls(notebook, folder):
    """The same notebook, where each explorer's still picture carries what explorer.js makes
    controls of; `folder` is that of `made`."""
    cells = explorers(notebook) if folder else []
    if cells:
        controls = json.loads((folder / "controls.json").read_text(encoding="utf-8"))
    for cell in cells:
        carries = html.escape(json.dumps(controls[cell.id], ensure_ascii=False))
        for out in cell.outputs:
            data = out.get("data", {})
            if STILL in data.get("text/html", ""):
                told = f'data-explorer="{cell.id}" data-controls="{carries}"'
                data["text/html"] = data["text/html"].replace(STILL, f"{STILL[:-1]} {told}>", 1)
    return notebook


def made(paths):
    """{path of a notebook: the folder with its explorers' pictures} for those that have explorers.

    They are made once and kept in build/frames until code of the notebook or of bpkit changes.
    Where STILLS is set, none are made: the stills stay, which is quicker.
    """
    if os.environ.get("STILLS"):
        return {}
    paths = [path for path in paths if explorers(nbformat.read(path, as_version=4))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        return dict(zip(paths, side_by_side.map(_made, paths)))


def _made(path):
    code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    sources = sorted(pathlib.Path(bpkit.__file__).parent.rglob("*.py"))
    state = hashlib.sha256(json.dumps(code).encode())
    for source in (pathlib.Path(__file__), *sources):
        state.update(source.read_bytes())
    place = ROOT / "build" / "frames" / f"{path.stem}-{state.hexdigest()[:12]}"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as work:
            new = pathlib.Path(work, "new")
            done = subprocess.run(
                [sys.executable, __file__, path, new],
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "TQDM_DISABLE": "1"},
                capture_output=True,
                text=True,
            )
            if done.returncode:
                sys.exit(f"{path}: its explorers could not be drawn.\n{done.stderr}")
            for old in place.parent.glob(f"{path.stem}-*"):
                shutil.rmtree(old, ignore_errors=True)
            new.rename(place)
    size = sum(file.stat().st_size for file in place.glob("*.js"))
    if size > LARGEST:
        sys.exit(
            f"{path}: the pictures of its explorers have {size / 1e6:.1f} MB, and "
            f"{LARGEST / 1e6:.0f} MB is the most that a page should load. Take values or "
            "combinations out of MOST or TOGETHER in notebooks/site/frames.py."
        )
    return place


# Values and states ------------------------------------------------------------------------------


def control(name, widget, keep=()):
    """({what the page shows of a control}, its values)."""
    told = {"name": name, "label": widget.description}
    if hasattr(widget, "options"):
        texts, values = list(widget._options_labels), list(widget._options_values)
        if isinstance(widget, ipywidgets.ToggleButtons):
            kind = "choice"
        else:
            kind = "list" if isinstance(widget.value, str) else "slider"
        start = values.index(widget.value)
    else:
        kind, (values, start) = "slider", _notches(widget)
        keep = [start, *(values.index(value) for value in keep)]
        places = thinned(len(values), start, keep)
        values, start = [values[place] for place in places], places.index(start)
        texts = [readout(value, widget.readout_format) for value in values]
    return {**told, "kind": kind, "texts": texts, "start": start}, values


def _notches(slider):
    """(the values at which a slider can stand, the place of its start among them)."""
    logarithmic = isinstance(slider, ipywidgets.FloatLogSlider)
    here = math.log(slider.value, slider.base) if logarithmic else slider.value
    start = round((here - slider.min) / slider.step)
    notches = slider.min + slider.step * np.arange(
        round((slider.max - slider.min) / slider.step) + 1
    )
    values = slider.base**notches if logarithmic else notches
    values = [
        type(slider.value)(round(value, 12) if not logarithmic else value) for value in values
    ]
    values[start] = slider.value
    return values, start


def thinned(number, start, keep=()):
    """Every so many of the places 0 to number - 1, at most about MOST; `start`, the first, the last
    and those in `keep` are among them."""
    stride = math.ceil(number / MOST)
    return sorted({0, number - 1, *keep, *range(start % stride, number, stride)})


def readout(value, form):
    """A slider's number as it is written beside it, by the format that ipywidgets hands to d3."""
    digits, kind = int(form.strip(".dfg") or 0), form[-1]
    size = abs(value)
    if kind == "d":
        text = str(size)
    elif kind == "f":
        text = f"{size:.{digits}f}"
    else:  # JavaScript's toPrecision
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        exponent = int(exponent)
        within = -7 < exponent < digits
        text = f"{size:.{digits - 1 - exponent}f}" if within else f"{mantissa}e{exponent:+d}"
    return "−" * (value < 0) + text


def states(name, controls):
    """The combinations that are drawn, as tuples with the place of each control's value.

    `controls` are pairs as from `control`."""
    start = tuple(told["start"] for told, _ in controls)
    names = [told["name"] for told, _ in controls]
    found = {start: None}  # in order, each once
    buttons = {told["name"]: ALL for told, _ in controls if told["kind"] == "choice"}
    for moved in [*({one: ALL} for one in names), buttons, *TOGETHER.get(name, [])]:
        assert moved.keys() <= set(names), f"{name} has no such controls: {moved}"
        places = [
            (told["start"],)
            if told["name"] not in moved
            else range(len(values))
            if moved[told["name"]] is ALL
            else [values.index(value) for value in moved[told["name"]]]
            for told, values in controls
        ]
        found |= dict.fromkeys(itertools.product(*places))
    return list(found)


# Pictures ---------------------------------------------------------------------------------------


def drawn(explorer, values):
    """What the explorer shows at these values: (its pixels as an array of uint32, or None where it
    says that they cannot be drawn; its sentence; the names of the controls that it switches
    off)."""
    explorer.scene = None
    explorer.set(values)
    off = [name for name, widget in explorer.controls.items() if getattr(widget, "disabled", False)]
    picture = explorer.scene and in_shades(explorer.scene)
    return picture, explorer.sentence, off


@our_look()
def in_shades(scene):
    """The pixels of a scene, as drawn() gives them: 33 shades of a colour look the same as 256."""
    rgba = scene.pixels()
    shades = (np.minimum(rgba, 251) + 4) & 248  # whole eights
    shades[rgba > 251] = 255
    return shades.view(np.uint32)[..., 0]


def in_common(pictures):
    """The picture that has in each place what most of a few of them have there."""
    few = [pictures[round(place)] for place in np.linspace(0, len(pictures) - 1, SAMPLE)]
    return np.median(np.stack(few), axis=0).astype(np.uint32)


def webp(picture):
    """A data URI of pixels; WebP without loss has two thirds of the size of a PNG with a
    palette."""
    file = io.BytesIO()
    shown = Image.fromarray(np.ascontiguousarray(picture)[..., None].view(np.uint8), "RGBA")
    shown.save(file, "webp", lossless=True, quality=40, method=2)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def frames(name, explorer):
    """(what the page shows of the controls, the pictures and sentences) of an explorer.

    Of each picture only what differs is kept, from `ground`, which most of them have in common, or
    from an earlier picture that it resembles more; the rest of it is transparent. So it has a fifth
    of the size.
    """
    controls = [
        control(key, widget, NAMED.get((name, key), ()))
        for key, widget in explorer.controls.items()
    ]
    names = [told["name"] for told, _ in controls]
    found = []
    for places in states(name, controls):
        values = [values[place] for (_, values), place in zip(controls, places)]
        found.append((places, *drawn(explorer, dict(zip(names, values)))))
    ground = in_common([picture for _, picture, _, _ in found if picture is not None])
    places_of, pictures, told = {}, [], {}
    below = {None: ground}  # what a picture can be laid over, by its place
    for places, picture, sentence, off in found:
        place = None
        if picture is not None:
            place = places_of.setdefault(picture.tobytes(), len(pictures))
            if place == len(pictures):
                differs = {on: picture != other for on, other in below.items()}
                on = min(differs, key=lambda on: differs[on].sum())
                pictures.append([on, webp(np.where(differs[on], picture, 0))])
                if differs[on].mean() > OTHER:
                    below[place] = picture
        told[",".join(map(str, places))] = [place, sentence, *([off] if off else [])]
    if explorer.play:
        controls[names.index(explorer.play)][0]["play"] = PACE
    return (
        [shown for shown, _ in controls],
        {"ground": webp(ground), "pictures": pictures, "states": told},
    )


def run(path):
    """Yields (cell id, Explorer) of a notebook, whose cells run in order up to its last
    explorer."""
    notebook, shown = nbformat.read(path, as_version=4), []
    stored = {cell.id: cell for cell in explorers(notebook)}
    Explorer._ipython_display_ = lambda explorer: shown.append(explorer)
    Explorer._put = lambda explorer, sentence: None
    shell = InteractiveShell.instance()
    for cell in notebook.cells:
        if not stored:
            return
        if cell.cell_type == "code":
            shell.run_cell(cell.source).raise_error()
            if cell.id in stored:
                del stored[cell.id]
                (explorer,) = shown
                yield cell.id, explorer
            shown.clear()


def main(notebook, folder):
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True)
    path, controls = pathlib.Path(notebook).resolve(), {}
    os.chdir(path.parent)
    sys.path.insert(0, "")  # as in a kernel: a notebook finds what lies beside it
    sys.stdout = open(os.devnull, "w")
    for name, explorer in run(path):
        controls[name], pictures = frames(name, explorer)
        code = f"explorerFrames({json.dumps(name)}, {json.dumps(pictures, ensure_ascii=False)});\n"
        (folder / f"{name}.js").write_text(code, encoding="utf-8")
    (folder / "controls.json").write_text(
        json.dumps(controls, ensure_ascii=False), encoding="utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
