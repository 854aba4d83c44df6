"""What a submission wrote or put out, made into something that only can be looked at.

A written answer and an output may hold anything that a browser obeys: scripts, frames, forms,
styles that cover the page, links that run code, pictures that are fetched from elsewhere. They are
cleaned once, when the graded notebook is written, so that every page made from it, Formgrader's
too, shows the clean ones. The words stay: a tag that is not shown as such is shown as text.
"""

import html
import re

import bleach
import nbformat
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from bpkit.diagnosis.exercise import VERDICT

from .formulas import marked

PLAIN_TAGS = set(
    "b i em strong u s del ins sub sup code kbd samp pre br hr p div span blockquote ul ol li dl "
    "dt dd table caption thead tbody tfoot tr th td h1 h2 h3 h4 h5 h6 small mark var abbr cite "
    "q".split()  # and nothing that folds text away from whoever reads
)
TAGS = PLAIN_TAGS | {"a", "img"}
BARE_TAG = re.compile(rf"</?({'|'.join(sorted(PLAIN_TAGS))})\s*/?>", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
CODE_CLASS = re.compile(r"formula|[a-z]{1,2}\d?")  # the short names that Pygments gives
MOST_TEXT = 200_000  # characters of a text that is read as Markdown or HTML


def _allowed(tag, name, value):
    """Whether bleach keeps an attribute: no class or id (Formgrader's page finds its own parts by
    them), no style, no event handler, no address of a picture elsewhere."""
    if tag == "a" and name == "href":
        return bool(LINK.match(value))
    if tag == "img":
        return name == "alt" or name == "src" and bool(PICTURE.fullmatch(value))
    if tag == "span" and name == "class":
        return bool(CODE_CLASS.fullmatch(value))
    if tag in ("td", "th") and name in ("colspan", "rowspan") or tag == "ol" and name == "start":
        return value.isdecimal() and len(value) < 3
    return False


def _cleaned(text, strip):
    return bleach.clean(
        text,
        tags=TAGS,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        strip=strip,
        strip_comments=True,
    )


def checked(text):
    """HTML that was cleaned before, cleaned again on its way into a page."""
    return _cleaned(text, strip=False)


class Inert(IPythonRenderer):
    """Markdown as HTML in which nothing is loaded or run, and each formula is marked."""

    def __init__(self, attachments):
        super().__init__(escape=False, exclude_anchor_links=True, attachments=attachments)

    def block_mermaidjs(self, code):
        return f"<pre>{html.escape(code)}</pre>"

    def block_html(self, html):
        return self.inline_html(html)

    def inline_html(self, html):
        """Tags that only shape the text stay; anything else is shown as it was written, since it
        may be a formula such as a<b and c>d."""
        pieces, end = [], 0
        for tag in BARE_TAG.finditer(html):
            pieces += [self.escape_html(html[end : tag.start()]), tag[0]]
            end = tag.end()
        return "".join(pieces) + self.escape_html(html[end:])

    def task_list_item(self, text, checked=False):
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def inline_math(self, body):
        return marked(body)

    def block_math(self, body):
        return marked(body, block=True)

    def latex_environment(self, name, body):
        return marked(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    def image(self, text, url, title=None):
        name = url.removeprefix("attachment:")
        kinds = self.attachments.get(name, {}) if url != name else {}
        for kind in PICTURE_TYPES:
            if isinstance(kinds.get(kind), str) and BASE64.fullmatch(kinds[kind]):
                url = f"data:{kind};base64,{kinds[kind]}"
        described = html.escape(text or title or "")
        if PICTURE.fullmatch(url):
            return f'<img src="{url}" alt="{described}">'
        return f"[picture {described}: {html.escape(url[:200])}]"

    def link(self, text, url, title=None):
        """Links to the web stay. A notebook of the course is named in words, since a page that was
        sent lies in no folder of the course."""
        if LINK.match(url):
            return f'<a href="{html.escape(url)}">{text}</a>'
        return f"notebook {text}" if ".ipynb" in url else f"{text} [{html.escape(url[:200])}]"


def markdown(source, attachments=None):
    """Markdown as clean HTML, its formulas marked (see formulas.py)."""
    if len(source) > MOST_TEXT:
        return f"<pre>{html.escape(source)}</pre>"
    try:
        made = MarkdownWithMath(renderer=Inert(attachments or {})).render(source)
    except Exception:  # whatever the parser cannot do, the words can be read
        made = f"<pre>{html.escape(source)}</pre>"
    return _cleaned(made, strip=False)


def page_part(text):
    """The HTML of an output, clean: tables and text."""
    if len(text) > MOST_TEXT:
        return ""
    try:
        soup = BeautifulSoup(text, "html.parser")
        for part in soup(["script", "style", "template", "title", "noscript", "object", "svg"]):
            part.decompose()
        return _cleaned(str(soup), strip=True)
    except Exception:  # nested a thousand times, for example
        return ""


def clean_outputs(outputs, graded):
    """Outputs of which each part is text, a picture, or a table; verdicts only in graded cells,
    where the judge puts them."""
    kept = []
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append(nbformat.v4.new_output("stream", name=name, text=words(output.get("text"))))
        elif kind == "error":
            lines = output.get("traceback")
            kept.append(
                nbformat.v4.new_output(
                    "error",
                    ename=words(output.get("ename")),
                    evalue=words(output.get("evalue")),
                    traceback=[words(line) for line in lines] if isinstance(lines, list) else [],
                )
            )
        elif kind in ("display_data", "execute_result"):
            data = clean_data(output.get("data"), graded)
            if data:
                number = {"execution_count": None} if kind == "execute_result" else {}
                kept.append(nbformat.v4.new_output(kind, data=data, **number))
    return kept


def clean_data(data, graded):
    data, clean = data if isinstance(data, dict) else {}, {}
    if graded and isinstance(data.get(VERDICT), dict):
        clean[VERDICT] = data[VERDICT]
    if "text/plain" in data:
        clean["text/plain"] = words(data["text/plain"])
    for kind in PICTURE_TYPES:
        if BASE64.fullmatch(words(data.get(kind))) and words(data.get(kind)):
            clean[kind] = words(data[kind])
    for kind, made in (("text/html", page_part), ("text/markdown", markdown)):
        shown = made(words(data[kind])) if kind in data else ""
        if BeautifulSoup(shown, "html.parser").get_text(strip=True) or "<img src" in shown:
            clean["text/html"] = shown
            break
    if "text/latex" in data and "text/html" not in clean:
        clean["text/html"] = markdown(words(data["text/latex"]))
    return clean


def words(value):
    """The text of an output, which a notebook may hold as lines."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


class Clean(NbGraderPreprocessor):
    """The last step of grading: the graded notebook with nothing active in it.

    A written answer becomes the HTML that its Markdown stands for, in one line, so that it is the
    same wherever it is read as Markdown once more; what was written stays beside it as data.
    """

    def preprocess(self, nb, resources):
        grading = nb.metadata.get("grading")
        remarks = grading.get("remarks") if isinstance(grading, dict) else None
        nb.metadata = nbformat.from_dict(
            {
                "kernelspec": {
                    "name": "python3",
                    "display_name": "Python 3",
                    "language": "python",
                },
                "language_info": {"name": "python"},
                "grading": {"remarks": [one for one in remarks or [] if isinstance(one, str)]},
            }
        )
        for number, cell in enumerate(nb.cells):
            known = cell.metadata.get("nbgrader")
            cell.metadata = nbformat.from_dict({"nbgrader": known} if known else {})
            cell["id"] = f"cell-{number}"
            if cell.cell_type == "code":
                cell.outputs = clean_outputs(cell.outputs, utils.is_grade(cell))
            elif not (known and utils.is_locked(cell)):
                written, attachments = cell.source, cell.pop("attachments", {})
                if cell.cell_type == "raw":
                    cell.cell_type, shown = "markdown", f"<pre>{html.escape(written)}</pre>"
                else:
                    shown = markdown(written, attachments)
                cell.source = "<div>" + shown.strip().replace("\n", "&#10;") + "</div>"
                cell.metadata["grading"] = {"written": written}
        return nb, resources


def written(cell):
    """What a student wrote into a cell, before it was cleaned."""
    return cell.metadata.get("grading", {}).get("written", cell.source)


def shown(cell):
    """A text cell of a graded notebook as clean HTML, its formulas marked."""
    if "grading" in cell.metadata:
        return checked(cell.source)
    return markdown(cell.source, cell.get("attachments"))
