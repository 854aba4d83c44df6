"""The roster: a table of all who take the course, which tells whose a file is.

A CSV with the columns id, name, e-mail and pattern, of which the first two are needed. The id is
the person's name in the gradebook for all problem sets; the pattern is one of file names, such as
*lovelace*, for who hands in under another name.
"""

import csv
import fnmatch
import io
import re
import sys
from typing import NamedTuple

from .names import nfc, safe, words_of

COLUMNS = {"id": "id", "name": "name", "e-mail": "email", "email": "email", "pattern": "pattern"}


class Person(NamedTuple):
    id: str
    name: str
    email: str = ""
    pattern: str = ""

    @property
    def student(self):
        """The person in the gradebook."""
        return safe(self.id)


def read_roster(path):
    """All persons of the roster at `path`. Exits with a sentence where it cannot be one."""
    try:
        text = decoded(path.read_bytes())
    except OSError:
        sys.exit(f"There is no roster {path}.")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        sys.exit(f"The roster {path} is empty.")
    separator = max(",;\t", key=lines[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = [
        [" ".join(nfc(cell).split()) for cell in row] for row in rows if any(map(str.strip, row))
    ]
    heads = [head.casefold() for head in rows[0]]
    unknown = [head for head in heads if head not in COLUMNS]
    if unknown or "id" not in heads or "name" not in heads or len(set(heads)) < len(heads):
        sys.exit(
            f"The first line of the roster {path} must name its columns id, name, e-mail and "
            f"pattern, of which the last two may be missing; it is: {', '.join(rows[0])}."
        )
    people, seen = [], {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) > len(heads) and any(row[len(heads) :]):
            sys.exit(f"Row {number} of the roster {path} has more cells than the first line.")
        cells = {COLUMNS[head]: cell for head, cell in zip(heads, row)}
        person = Person(**{"id": "", "name": ""} | cells)
        if not person.id or not person.name:
            sys.exit(f"Row {number} of the roster {path} has no {'name' if person.id else 'id'}.")
        if person.student.casefold() in seen:
            sys.exit(
                f"Rows {seen[person.student.casefold()]} and {number} of the roster {path} have "
                f"the same id {person.id}: each person needs an id of their own."
            )
        seen[person.student.casefold()] = number
        people.append(person)
    if not people:
        sys.exit(f"The roster {path} names nobody.")
    return people


def decoded(content):
    """The text of a table as programs write it: UTF-8 with or without its mark, UTF-16, or the
    old code of Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def persons_of(name, written, people):
    """The persons whom an entry fits: by a pattern, or by the strongest other sign that fits
    anybody, its id, e-mail or name. Where pattern and sign fit different persons, it fits them all.

    `written` is what the entry's `name` says (names.Written). The number in a folder of Moodle's is
    no id of a person, and Canvas's counts only where the name fits nobody.
    """
    name = nfc(name).casefold()
    whole = written.person.casefold()
    parts = {part for part in re.split(r"[\s_,.()-]+", whole) if len(part) > 2} | {whole}
    by_pattern = [
        one for one in people if one.pattern and fnmatch.fnmatchcase(name, one.pattern.casefold())
    ]
    for fits in (
        lambda one: one.id.casefold() in parts,
        lambda one: one.email and has_email(name, whole, one.email.casefold()),
        lambda one: whole and same_name(whole, one.name, written.platform),
        lambda one: written.platform == "Canvas" and one.id == written.id,
        lambda one: len(words_of(one.name)) > 1 and set(words_of(one.name)) < set(words_of(whole)),
    ):
        fitting = [one for one in people if fits(one)]
        if fitting:
            return list(dict.fromkeys(by_pattern + fitting))
    return by_pattern


def has_email(name, whole, email):
    found = re.search(rf"(?<![a-z0-9.+-]){re.escape(email)}(?![a-z0-9-])", name)
    return bool(found) or email.split("@")[0] == whole


def same_name(whole, name, platform):
    """Whether two names have the same words; Canvas writes lovelaceada for Ada Lovelace."""
    if words_of(whole) == words_of(name):
        return True
    words = ["".join(words_of(word)) for word in name.split()]
    turned = {"".join(words[turn:] + words[:turn]) for turn in range(len(words))}
    return platform == "Canvas" and "".join(words_of(whole)) in turned
