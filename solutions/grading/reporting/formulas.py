"""Formulas as MathML, which every browser draws by itself: no script, no font, nothing to load.

All formulas of a problem set are some 10 kB of MathML; MathJax, which would have to be in each page
that is read offline, is 2.2 MB.
"""

import html
import re
import xml.etree.ElementTree as ET

from latex2mathml.converter import convert_to_element

# what formulas are made of; all else (links, colours, boxes over the page) is shown as its source
ELEMENTS = set(
    "math mi mn mo ms mspace mtext mrow mfrac msqrt mroot msub msup msubsup munder mover "
    "munderover mtable mtr mtd mstyle mpadded mphantom mmultiscripts mprescripts none".split()
)
ATTRIBUTES = set(
    "xmlns display stretchy accent accentunder fence separator form mathvariant columnalign "
    "displaystyle scriptlevel linethickness largeop movablelimits symmetric width minsize "
    "maxsize lspace rspace rowspacing columnspacing".split()
)
SIZES = re.compile(r"-?(\d?\.\d+|\d)(em|ex|pt|mu)?( \d(\.\d+)?(em|ex|pt|mu)?)*")
MOST = 2000  # characters of a formula


def formula(tex, block=False):
    """A formula as a piece of MathML, or its source where it holds more than mathematics."""
    try:
        if len(tex) > MOST:
            raise ValueError
        tex = re.sub(r"(begin|end)\{aligned\}", r"\1{align*}", tex)  # which the converter knows
        root = convert_to_element(tex, display="block" if block else "inline")
        for part in root.iter():
            _check(part)
            if part.text:
                part.text = html.unescape(part.text)
        return ET.tostring(root, encoding="unicode")
    except Exception:  # a formula may be anything, and there is always its source
        return f"<code>{html.escape(tex, quote=False)}</code>"


def _check(part):
    """Raises ValueError where a part of a formula does anything but stand where it is."""
    sizes = (name for name in part.attrib if name.endswith(("width", "size", "space", "spacing")))
    if (
        part.tag not in ELEMENTS
        or re.match(r"\\\w", part.text or "")  # a command that is none of mathematics
        or not ATTRIBUTES.issuperset(part.attrib)
        or not all(SIZES.fullmatch(part.attrib[name]) for name in sizes)
    ):
        raise ValueError


MARKED = re.compile(r'<span class="formula">(\${1,2})(.*?)\1</span>', re.DOTALL)


def marked(tex, block=False):
    """A formula as it stands in cleaned text: its source, which JupyterLab draws, in a span that
    `drawn` finds."""
    sign = "$$" if block else "$"
    return f'<span class="formula">{sign}{html.escape(tex, quote=False)}{sign}</span>'


def drawn(text):
    """Cleaned HTML with its marked formulas drawn."""
    return MARKED.sub(lambda found: formula(html.unescape(found[2]), found[1] == "$$"), text)
