"""The course as slides, as handouts and as a web page, all made from the stored notebooks; none of
them needs a network. The course in a browser tab (lite.py). And the picture of the README.

    python notebooks/site/build.py slides | handout | site | lite | cover  [05 ...]  [--to FOLDER]

The numbers choose notebooks for slides and handouts; without one, all are made. FOLDER is
build/slides, build/handout, build/site or build/lite; of the cover it is notebooks.
"""

import argparse
import copy
import functools
import importlib.util
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import nbformat
from nbconvert import HTMLExporter, SlidesExporter
from PIL import Image

import frames
import lite
from bpkit import datasets, widgets

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGES = {
    name: pathlib.Path(importlib.util.find_spec(name).submodule_search_locations[0])
    for name in ("sphinx_revealjs", "sphinx-mathjax-offline")
}
REVEAL = PACKAGES["sphinx_revealjs"] / "_static" / "revealjs"
MATHJAX = (
    PACKAGES["sphinx-mathjax-offline"] / "static" / "mathjax" / "tex-svg-full.js"
)  # draws formulas with paths: no font files
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
ANSWER = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
OPTION = re.compile(r"^> - (\([a-d]\) .*)$", re.MULTILINE)
RIGHT = re.compile(r"\*\*What you predicted\.\*\* It is (\([a-d]\))")
COMPUTE = "**Compute.**"
STORED = (
    '<p class="stored">This page shows what the cells gave when they were run. Where it says '
    "“run the cell” or “your turn”, it speaks to you if you run the notebook.</p>"
)
RUN_ALL = re.compile(r"In each notebook first choose .*?; the")  # not on a page
SCRIPTS = [HERE / "static" / name for name in ("explorer.css", "explorer.js", "predict.js")]
TEMPLATES = [str(HERE / "templates")]
OPTIONS = {
    "extra_template_basedirs": TEMPLATES,
    "extra_template_paths": TEMPLATES,
    "exclude_input_prompt": True,
    "exclude_output_prompt": True,
    "exclude_anchor_links": True,
}


def notebooks(numbers):
    """The paths of the notebooks with these numbers, or of all."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    unknown = set(numbers) - {path.name[:2] for path in paths}
    if unknown:
        sys.exit(
            f"There is no notebook {', '.join(sorted(unknown))}. There are "
            f"{', '.join(path.name[:2] for path in paths)}."
        )
    return [path for path in paths if not numbers or path.name[:2] in numbers]


def heading(notebook):
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def read(path, linked=()):
    """A notebook with its title, without the cells tagged remove-cell and the code of those tagged
    hide-input.

    A link to another notebook leads to its page if that is in `linked`, and is plain text if not.
    """

    def link(match):
        text, stem = match[1], pathlib.PurePosixPath(match[2]).stem
        return f"[{text}]({stem}.html)" if stem in linked else text

    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.title = heading(notebook)
    notebook.cells = [c for c in notebook.cells if "remove-cell" not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        if "hide-input" in cell.metadata.get("tags", []):
            cell.metadata.transient = {"remove_source": True}
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\[([^\]]*)\]\(([^):]+\.ipynb)\)", link, cell.source)
    return notebook


def meanings(number):
    """{an option of a prediction of this notebook, as it stands there: what it would mean}."""
    text = (HERE / "predictions.md").read_text(encoding="utf-8")
    part = re.search(rf"^## {number} .*\n((?:(?!## ).*\n)*)", text, re.MULTILINE)
    return dict(re.findall(r"^- (\(.*)\n  → (.*)$", part[1], re.MULTILINE)) if part else {}


def answered(notebook, with_verdict=False):
    """The same notebook where each option of a prediction holds what it would mean, and each answer
    a place for the letter that was chosen, both hidden; predict.js shows them. `with_verdict`: it
    also says whether it is the right one, by the letter that the answer begins with."""
    number = heading(notebook)[:2]
    meaning_of = meanings(number)
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    asked = [cell for cell in texts if OPTION.search(cell.source)]
    right_ones = RIGHT.findall("\n".join(cell.source for cell in texts))
    if len(asked) != len(right_ones):
        sys.exit(
            f"Notebook {number} has {len(asked)} predictions, and {len(right_ones)} answers that "
            'begin with "**What you predicted.** It is (a)" or another letter.'
        )

    def with_meaning(right, match):
        if match[1] not in meaning_of:
            sys.exit(
                "notebooks/site/predictions.md does not say what this option of notebook "
                f"{number} would mean: {match[1]}"
            )
        letter, meaning = match[1][:3], meaning_of[match[1]]
        if not with_verdict:
            said = f"{letter} would mean that {meaning}"
        elif letter == right:
            said = f"**This one.** {letter} means that {meaning}"
        else:
            said = f"**Not this one.** {letter} would mean that {meaning}"
        return f'{match[0]} <span class="meaning" hidden>{said}</span>'

    for cell, right in zip(asked, right_ones):
        cell.source = OPTION.sub(functools.partial(with_meaning, right), cell.source)
    for cell in filter(is_answer, notebook.cells):
        cell.source = f'<p class="chosen" hidden></p>\n\n{cell.source}'
    return notebook


def is_answer(cell):
    return cell.cell_type == "markdown" and "**What you predicted.**" in cell.source


def closable(notebook):
    """The same notebook where all from below a question to the end of its section lies in an
    element that predict.js can close: not the answer alone gives itself away, but also what goes on
    from it. A later question of the section lies in it too. Questions are predictions,
    computations, and what a text asks of the explorer below it, unless the answer is folded
    anyway."""
    cells, opened, asks = [], 0, False
    shown, answers = frames.explorers(notebook), [*notebook.cells[1:], notebook.cells[0]]

    def put(html):
        cells.append(nbformat.v4.new_markdown_cell(html))

    for cell, below in zip(notebook.cells, answers):
        is_text = cell.cell_type == "markdown"
        if opened and is_text and cell.source.startswith("## "):
            put("</div>" * opened)
            opened = 0
        cells.append(cell)
        if is_text and OPTION.search(cell.source):
            put('<div class="until-predicted">')
            opened += 1
        elif (is_text and COMPUTE in cell.source) or (
            asks and cell in shown and not below.source.startswith("<details>")
        ):
            put('<div class="until-predicted computed">')
            opened += 1
        asks = is_text and cell.source.endswith("?")
    if opened:
        put("</div>" * opened)
    notebook.cells = cells
    return notebook


def copy_frames(folders, to):
    """The scripts with the explorers' pictures into `to`, where the pages look for them."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for folder in folders.values():
        for script in folder.glob("*.js"):
            shutil.copy(script, to)


def slides(numbers, folder):
    """One reveal.js deck a notebook; reveal.js, MathJax and what moves the explorers lie beside
    them."""
    for name in ("LICENSE", "dist/reveal.css", "dist/reveal.js"):
        (folder / "reveal.js" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REVEAL / name, folder / "reveal.js" / name)
    (folder / "reveal.js" / "dist" / "theme").mkdir(exist_ok=True)
    shutil.copy(HERE / "static" / "deck.css", folder / "reveal.js" / "dist" / "theme")
    for needed in (MATHJAX, *SCRIPTS):
        shutil.copy(needed, folder)
    exporter = SlidesExporter(
        template_name="deck",
        reveal_url_prefix="reveal.js",
        reveal_theme="deck",
        reveal_transition="none",
        **OPTIONS,
    )
    paths = notebooks(numbers)
    made = frames.made(paths)
    copy_frames(made, folder / "frames")
    for path in paths:
        notebook = answered(read(path, {other.stem for other in paths}))
        page, _ = exporter.from_notebook_node(frames.with_controls(notebook, made.get(path)))
        (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")
        print(folder / f"{path.stem}.html")


def answers_last(notebook):
    """The same notebook with its folded answers on a last page: paper cannot fold, and an answer
    below its question is read too early."""
    notebook, answers, section = copy.deepcopy(notebook), [], ""

    def move(match):
        number = len(answers) + 1
        name = f"Answer {number}" if match[1] == "Answer" else f"{match[1]} ({number})"
        answers.append(
            f'<p id="answer-{number}"><a href="#question-{number}">{name}</a>, {section}</p>'
            f"\n\n{match[2].strip()}"
        )
        return (
            f'<p class="to-answer" id="question-{number}">'
            f'<a href="#answer-{number}">{name}</a> is on the last pages.</p>'
        )

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for name in re.findall(r"^## (.*)", cell.source, re.MULTILINE):
                section = f"section {name}" if name[0].isdigit() else name
            cell.source = ANSWER.sub(move, cell.source)
    if answers:
        notebook.cells.append(
            nbformat.v4.new_markdown_cell("\n\n".join(["## Hints and answers", *answers]))
        )
    return notebook


def handout(numbers, folder):
    """One HTML file a notebook that holds all it needs, and a PDF of it where Chromium is
    installed."""
    exporter = HTMLExporter(template_name="handout", embed_images=True, **OPTIONS)
    for path in notebooks(numbers):
        page, _ = exporter.from_notebook_node(
            answers_last(read(path)),
            resources={"mathjax_source": MATHJAX.read_text(encoding="utf-8")},
        )
        html = folder / f"{path.stem}.html"
        html.write_text(page, encoding="utf-8")
        print(html)
        if CHROMIUM:
            print_to_pdf(html)
    if not CHROMIUM:
        print(
            "No PDF: there is no Chromium or Chrome on the path. The HTML prints from any browser."
        )


def print_to_pdf(html):
    as_root = (
        ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    )  # in a container the user often is root
    pdf = html.with_suffix(".pdf")
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            *as_root,
            "--no-pdf-header-footer",
            "--virtual-time-budget=60000",
            f"--print-to-pdf={pdf}",
            html.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    print(pdf)


def thread(notebook):
    """{id: its title} of the equations that this notebook states, and the ids of those that it
    checks."""
    titles, checked, section = {}, set(), ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (
            found := re.findall(r"^## (?:\d+\. )?(.*)", cell.source, re.MULTILINE)
        ):
            section = found[-1]
        for part, item in (
            tag.split("-", 1)
            for tag in cell.metadata.get("tags", [])
            if re.fullmatch(r"(eq|check)-\w+", tag)
        ):
            if part == "eq":
                titles[item] = (
                    re.search(rf"\*\*{item}[,.:]?\s*(.*?)[.:,]?\*\*", cell.source)[1] or section
                )
            else:
                checked.add(item)
    return titles, checked


def anchored(notebook):
    """The same notebook with an anchor at each statement and each check, and a line that leads from
    the one to the other."""
    _, checked = thread(notebook)
    cells, tags_of = [], [cell.metadata.get("tags", []) for cell in notebook.cells]
    for cell, tags, next_tags in zip(notebook.cells, tags_of, [*tags_of[1:], []]):
        stated = [tag[3:] for tag in tags if tag.startswith("eq-")]
        shown = [tag[6:] for tag in tags if tag.startswith("check-")]
        if stated:
            below = [
                f"[Check of {item}](#check-{item})"
                for item in stated
                if item in checked and f"check-{item}" not in next_tags
            ]
            cell.source = (
                "".join(f"(eq-{item})=\n" for item in stated)
                + cell.source
                + ("\n\n{.thread}\n" + ", ".join(below) if below else "")
            )
        if shown:
            anchors = "".join(f"(check-{item})=\n" for item in shown)
            cells.append(
                nbformat.v4.new_markdown_cell(f"{anchors}{{.thread}}\nCheck of {', '.join(shown)}")
            )
        cells.append(cell)
    notebook.cells = cells
    return notebook


def run_link(up, notebook):
    """A line with a link to a notebook, by its path, in the browser tab that lies beside the
    site."""
    return (
        f'<p class="run"><a href="{up}lite/lab/index.html?path={notebook.as_posix()}">'
        "Run this in the browser</a></p>"
    )


def gather(source, made, lite_beside=False):
    """What the site is made from: front page, equations, notebooks, problem sets; every link
    leads to something that is there. `made` are the pictures of the explorers. Where the course
    for a browser tab lies beside the site, each page leads to its notebook there."""
    rows = [
        "# Equations",
        "Each item of the derivation has a name. This is where it is stated, and the cell that "
        "shows it by number.",
    ]
    heading_of = {}
    paths = [*notebooks([]), *sorted((ROOT / "exercises").glob("*/*.ipynb"))]
    for path in paths:
        place = source / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(path, as_version=4)
        titles, checked = thread(notebook)
        at = path.relative_to(ROOT)
        notebook.cells[0].source += f"\n\n{STORED}" + (
            f"\n\n{run_link('../' * len(at.parts), at)}" if lite_beside else ""
        )
        notebook = anchored(closable(answered(notebook, with_verdict=True)))
        nbformat.write(frames.with_controls(notebook, made.get(path)), place)
        heading_of[path.stem] = heading(notebook)
        if titles:
            rows += [
                f"## {heading_of[path.stem]}",
                "\n".join(
                    [
                        "| name | stated | shown by number |",
                        "|---|---|---|",
                        *(
                            f"| {item} | [{title}](#eq-{item}) | "
                            + (
                                f"[check of {item}](#check-{item}) |"
                                if item in checked
                                else "needs none |"
                            )
                            for item, title in titles.items()
                        ),
                    ]
                ),
            ]
    (source / "equations.md").write_text("\n\n".join(rows) + "\n", encoding="utf-8")
    (source / "index.md").write_text(front_page(heading_of, lite_beside), encoding="utf-8")


def front_page(heading_of, lite_beside=False):
    """index.md with what notebook 00 says about the way through the course, so that it is said
    once: a name in {braces} is filled in. The picture's alternative text is the README's."""
    (first,) = notebooks(["00"])
    notebook = nbformat.read(first, as_version=4)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")

    def found(pattern):
        return re.search(pattern, text, re.MULTILINE)[0]

    stems = {stem[:2]: stem for stem in heading_of}
    parts = {
        "alt": re.search(r'alt="(.*?)"', (ROOT / "README.md").read_text(encoding="utf-8"))[1],
        "question": found(r"^> Which way .*"),
        "minutes": found(r"(?<=^About )\d+(?= minutes)"),
        "need": found(r"You need to know .*"),
        "table": found(r"(?:^\|.*\n)+"),
        "hours": found(r"^All of it takes .*"),
        "short": re.sub(  # each notebook's number before its sections is a link to it
            r"(\d\d)(?= sections? )",
            lambda number: f"[{number[0]}](notebooks/{stems[number[0]]}.ipynb)",
            RUN_ALL.sub("The", found(r"^\*\*The short way\*\*.*")),
        ),
        "run": run_link("../", first.relative_to(ROOT)) if lite_beside else "",
        "sets": "\n".join(
            f"- [{heading_of[path.stem]}]({path.relative_to(ROOT).as_posix()})"
            for path in sorted((ROOT / "exercises").glob("*/*.ipynb"))
        ),
    }
    parts["table"] = re.sub(r"\]\((\d\d_\w+\.ipynb)\)", r"](notebooks/\1)", parts["table"])
    page = (HERE / "index.md").read_text(encoding="utf-8")
    for name, part in parts.items():
        page = page.replace(f"{{{name}}}", part)
    return page


def site(numbers, folder):
    """All notebooks and problem sets as one web site, with Sphinx; a warning stops it."""
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work, "source")
        source.mkdir()
        made = frames.made(notebooks([]))
        gather(source, made, (folder.parent / "lite" / "index.html").exists())
        if (folder / ".buildinfo").exists():
            shutil.rmtree(folder)  # the site of last time, with pages of notebooks that may be gone
        subprocess.run(
            [
                sys.executable,
                "-m",
                "sphinx",
                "--builder",
                "html",
                "--fail-on-warning",
                "--keep-going",
                "--quiet",
                "--conf-dir",
                HERE,
                "--doctree-dir",
                pathlib.Path(work, "doctrees"),
                source,
                folder,
            ],
            check=True,
        )
    copy_frames(made, folder / "notebooks" / "frames")
    print(folder / "index.html")


def cover(numbers, folder):
    """The picture of the README: the stepper of notebook 04 as a loop, and its last step as a
    still for those who want no motion."""
    stepper, frames = widgets.phase_stepper(*datasets.running_example(outputs=2)), []
    step = stepper.controls["step"]
    for number in range(1, step.max + 1):
        step.value = number
        drawn = Image.open(io.BytesIO(stepper.scene.png())).convert("RGB")
        frames.append(drawn.resize((840, round(840 * drawn.height / drawn.width))))
    colours = frames[-1].quantize(48, dither=Image.Dither.NONE)
    first, *others = [frame.quantize(palette=colours, dither=Image.Dither.NONE) for frame in frames]
    milliseconds = [1100] * len(others) + [3500]
    loop = {"save_all": True, "append_images": others, "duration": milliseconds, "loop": 0}
    first.save(folder / "cover.gif", **loop)
    others[-1].save(folder / "cover.png")
    print(folder / "cover.gif", folder / "cover.png")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=("slides", "handout", "site", "lite", "cover"))
    parser.add_argument("numbers", nargs="*", help="of notebooks, such as 05")
    parser.add_argument("--to", type=pathlib.Path, metavar="FOLDER")
    chosen = parser.parse_args()
    usual = ROOT / "notebooks" if chosen.kind == "cover" else ROOT / "build" / chosen.kind
    folder = (chosen.to or usual).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {"slides": slides, "handout": handout, "site": site, "lite": lite.lite, "cover": cover}
    kinds[chosen.kind](chosen.numbers, folder)


if __name__ == "__main__":
    main()
