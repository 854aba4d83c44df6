"""Pages that stand alone: one file each, without a script, that loads nothing."""

import base64
import hashlib
import re
from pathlib import Path

import jinja2

TEMPLATES = Path(__file__).resolve().parent / "templates"
STYLE = (TEMPLATES / "page.css").read_text(encoding="utf-8")
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True
)
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def page(template, **content):
    """A page from a template beside this file; its policy lets in this one style and nothing
    else."""
    style_hash = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    template = ENVIRONMENT.get_template(template)
    return template.render(style=STYLE, style_hash=style_hash, **content)


def write_page(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.encode("utf-8", "replace").decode(), encoding="utf-8", newline="\n")


def plain(text):
    """Text of an output without the signs that colour it on a terminal."""
    return "".join(
        sign for sign in ANSI.sub("", text) if sign in "\n\t" or sign.isprintable()
    ).rstrip()


def points(number):
    return f"{round(float(number), 2):g}"
