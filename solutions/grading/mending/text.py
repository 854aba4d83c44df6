"""Texts compared by what a reader sees: editors change line ends, blanks, tabs and marks."""

import functools
import re
import unicodedata

ALIKE = 0.7  # of the words of two lines that say the same


def with_plain_line_ends(source):
    return source.replace("\r\n", "\n").replace("\r", "\n")


def plain(source):
    """A text without what cannot be seen: blanks at the ends of lines, tabs, empty lines around
    it."""
    source = unicodedata.normalize("NFC", with_plain_line_ends(source)).replace("\xa0", " ")
    return "\n".join(line.expandtabs(4).rstrip() for line in source.split("\n")).strip("\n")


def words(source):
    """The words and numbers of a text in order, whatever marks stand between them."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", source).replace("_", " "))


@functools.lru_cache(maxsize=256)
def lines_of_words(source):
    """The words of each line that has some."""
    found = (tuple(words(line)) for line in with_plain_line_ends(source).split("\n"))
    return [line for line in found if line]


def heading(source):
    """The words of the first heading in a text, or None."""
    match = re.search(r"^[ \t]{0,3}#{1,6}[ \t]*(\S.*)$", source[:10_000], re.M)
    return tuple(words(match[1])) or None if match else None


def added(source, original):
    """The lines of a text that its original does not have. A line that only says the same in other
    words, as an older release does, is not one of them."""
    known = [set(line) for line in lines_of_words(original)]
    same = {plain(line).strip() for line in original.split("\n")} | {""}

    def is_new(line):
        said = set(words(line))
        return plain(line).strip() not in same and not any(
            said and len(said & other) >= ALIKE * max(len(said), len(other)) for other in known
        )

    lines = [line for line in source.split("\n") if not line.strip() or is_new(line)]
    return "\n".join(lines).strip("\n")


def fenced(source):
    """The code between the fences of a text."""
    code, fence = [], None
    for line in source.split("\n"):
        mark = line.strip()[:3]
        if mark in ("```", "~~~") and fence in (None, mark):
            fence = None if fence else mark
        elif fence:
            code.append(line)
    return "\n".join(code)
