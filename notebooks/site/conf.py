"""Sphinx's settings for the web page of the course, and the links between its equations; run by
build.py.

Nothing is executed: the pages show the stored outputs. Nothing is fetched: fonts are those of the
system, MathJax lies in _static.
"""

import pathlib
import re
import sys

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import build  # noqa: E402 (it lies beside this file)

project = "Backpropagation, from error term to gradient"
html_title = "Backpropagation"
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "attrs_block"]
myst_dmath_double_inline = True

html_theme = "furo"
templates_path = ["templates/site"]
html_static_path = [
    "static/course.css",
    "static/course.js",
    *map(str, build.SCRIPTS),
    "../cover.gif",
    "../cover.png",
    str(build.MATHJAX),
]
html_css_files = ["course.css", "explorer.css"]
html_js_files = [
    (script, {"defer": "defer"}) for script in ("explorer.js", "course.js", "predict.js")
]
html_copy_source = False
html_use_index = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
mathjax_path = build.MATHJAX.name
mathjax3_config = {"options": {"enableMenu": False}}


class LinkEquations(SphinxPostTransform):
    """Makes each id of the numbered thread in prose, such as D7, a link to where it is stated."""

    default_priority = 10
    not_in = (
        nodes.literal,
        nodes.literal_block,
        nodes.math,
        nodes.math_block,
        nodes.title,
        nodes.reference,
        nodes.raw,
    )

    def run(self, **kwargs):
        labels, page = self.env.domains.standard_domain.anonlabels, self.env.docname
        stated = {
            label.removeprefix("eq-").upper(): place
            for label, place in labels.items()
            if label.startswith("eq-")
        }
        for text in list(self.document.findall(nodes.Text)):
            if any(isinstance(node, self.not_in) for node in ancestors(text)):
                continue
            own = (
                re.match(r"([A-Z]\d{1,2})[,.: ]", text.astext())
                if isinstance(text.parent, nodes.strong)
                else None
            )
            parts = re.split(
                r"(?<![\w/.-])([A-Z]\d{1,2})(?!\w)", text.astext()
            )  # every second part looks like an id
            new = []
            for number, part in enumerate(parts):
                where, anchor = stated.get(part, (None, None))
                is_label = (
                    number == 1 and own and where == page
                )  # a statement's own name leads nowhere
                new.append(
                    make_refnode(
                        self.app.builder,
                        page,
                        where,
                        anchor,
                        nodes.inline("", part),
                        f"{part} is stated here",
                    )
                    if where and not is_label
                    else nodes.Text(part)
                )
            if len(new) > 1:
                text.parent.replace(text, new)


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def level_captions(app, page, template, context, doctree):
    """The captions of the navigation are headings without a level; a screen reader needs one."""
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def setup(app):
    app.add_post_transform(LinkEquations)
    app.connect("html-page-context", level_captions, priority=900)  # after the theme has made them
