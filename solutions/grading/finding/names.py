"""What the name of a file says: whose it is, which copy, when it was handed in; and how a person is
called in the table and in the gradebook."""

import difflib
import hashlib
import re
import sys
import unicodedata
from datetime import datetime
from typing import NamedTuple

ENDING = re.compile(
    r"(?i)\.(ipynb|json|txt|py|html?|pdf|docx?|odt|md|zip|tar|t?gz|t?bz2|t?xz|7z|rar)$"
)
# what browsers, Jupyter, file managers and Google Drive add to the name of a copy
COPY = (
    re.compile(r"[ _]*\((\d{1,3})\)$"),
    re.compile(r"(?i)[-_ ]+(?:copy|kopie|copie|copia)[-_ ]?\(?(\d{0,3})\)?$"),
    re.compile(r"(?i)^(?:copy of|kopie von|copie de|copia de)[ _]+()"),
)
MOODLE = re.compile(
    r"^(?P<person>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)$"
)
CANVAS = re.compile(r"^(?P<person>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)$")
BLACKBOARD = re.compile(
    r"^.+_(?P<person>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+))?$"
)
TIME = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)[ T_-]*(?:at )?(\d\d)[-:._h]?(\d\d)"
    r"(?:[-:._]?(\d\d))?(?!\d)"
)
# words that name a file and no person
NOBODY = set(
    """a answer answers assignment attachment attachments backup class code copies course data draft
    download downloads exercise exercises figures file files final fixed folder group handin home
    homework images img last late latest my nb new notebook notebooks old part pictures problem
    project right set solution solutions solved src submission submissions submitted task tasks temp
    test the tmp unpacked untitled upload uploads v version work zip zips""".split()
)
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")  # no folder's name on Windows
LONGEST = 80  # signs of a name; nbgrader keeps 128
MOST_BYTES = 200  # of a name in UTF-8; most systems allow 255


class Written(NamedTuple):
    person: str  # "" where the name tells no person
    number: int  # of the copy
    time: datetime | None
    platform: str  # Moodle, Canvas, Blackboard, or ""
    id: str  # the platform's
    late: bool  # as the platform marks it


def nfc(text):
    """One spelling for one name: macOS writes an accent as a sign of its own."""
    return unicodedata.normalize("NFC", text)


def read_name(name, problem_sets, is_folder=False):
    """What the name of an entry says. `problem_sets` are the names of all of them, which are no
    part of a person's name."""
    stem = " ".join(nfc(name).split())
    for platform, pattern in (("Moodle", MOODLE), ("Canvas", CANVAS), ("Blackboard", BLACKBOARD)):
        found = pattern.match(stem)
        if found:
            parts = found.groupdict()
            time = parts.get("time")
            return Written(
                person=found["person"].strip(),
                number=copy_number(parts.get("file") or "", resent=platform == "Canvas")[1],
                time=datetime.strptime(time, "%Y-%m-%d-%H-%M-%S") if time else None,
                platform=platform,
                id=parts.get("id") or "",
                late=bool(parts.get("late")),
            )
    stem, number = copy_number(stem, is_folder)
    time = time_in(stem)
    if time:
        stem = TIME.sub("", stem, count=1)
    return Written(without_problem_set(stem, problem_sets), number, time, "", "", False)


def copy_number(stem, is_folder=False, resent=False):
    """The name without its ending and without what made it a copy, and the copy's number.
    `resent`: Canvas writes -1 after the name of a file that is handed in once more."""
    number, before = 0, None
    while stem != before:
        before = stem
        if not is_folder:
            stem = ENDING.sub("", stem)
        for pattern in COPY:
            found = pattern.search(stem)
            if found and found.group(0) != stem:
                number += int(found.group(1) or (0 if number else 1))
                stem = (stem[: found.start()] + stem[found.end() :]).strip()
    again = re.search(r"-(\d{1,2})$", stem) if resent else None
    return stem, number + (int(again.group(1)) if again else 0)


def time_in(stem):
    found = TIME.search(stem)
    try:
        return datetime(*(int(part or 0) for part in found.groups())) if found else None
    except ValueError:
        return None


def without_problem_set(stem, problem_sets):
    """The part of a name that may be a person's, "" where there is none."""
    known = {re.sub(r"[_ -]", "[_ -]", re.escape(name)) for name in problem_sets}
    known |= {re.escape(name.split("_")[0]) for name in problem_sets}
    known |= {
        rf"problem[_ -]?set[_ -]?{found.group(1)}"
        for name in problem_sets
        if (found := re.match(r"ps(\d+)_", name))
    }
    longest_first = "|".join(sorted(known, key=len, reverse=True))
    stem = re.sub(rf"(?i)(?<![^\W_])(?:{longest_first})(?![^\W_])", " ", stem) if known else stem
    stem = re.sub(r"^[\s_-]+|[\s_-]+$", "", stem)
    return stem if names_somebody(stem) else ""


def names_somebody(stem):
    """Whether any word of it may be a person's: `final 2` names nobody."""
    words = re.findall(r"[^\W_]+", stem.casefold())
    return any(not re.fullmatch(r"\d{1,3}|v\d+", word) and word not in NOBODY for word in words)


def safe(name):
    """A name for the table, the gradebook and folders of any system, a function of `name` alone:
    what lies beside a file never changes whose row it is.

    Letters, marks, digits, spaces and -_.@,' stay; others, which nbgrader takes for patterns,
    become _, and four signs that follow from the whole name keep apart what would be the same then.
    """
    wanted = " ".join(nfc(name).split())
    kept = "".join(
        sign if sign.isalnum() or sign in " -_.@,'" or unicodedata.category(sign)[0] == "M" else "_"
        for sign in wanted
    ).strip(" .")
    is_short = len(kept) <= LONGEST and len(kept.encode()) <= MOST_BYTES
    if kept and kept == wanted and is_short and not RESERVED.match(kept):
        return kept
    kept = kept[: LONGEST - 5]
    while len(kept.encode()) > MOST_BYTES - 5:
        kept = kept[:-1]
    return f"{kept.strip(' .')} {mark(wanted)}".strip()


def mark(text, length=4):
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]


def words_of(name):
    """The words of a name without accents, in an order that is nobody's: Lovelace, Ada is Ada
    Lovelace."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "M")
    return sorted(re.findall(r"[^\W_]+", plain))


def called(name, names, where):
    """The student of this id, or else those who have this name, of {student: other names of this
    person}. Where there are none, exits with a sentence that lists those with one like it."""
    if name in names:
        return [name]
    wanted = nfc(name).casefold()
    own = {student: [one for one in (student, *of) if one] for student, of in names.items()}
    found = [one for one, of in own.items() if wanted in {nfc(name).casefold() for name in of}]
    if not found:  # a part of a name, such as a surname, that one person alone has
        words = set(words_of(name))
        parts = [one for one, of in own.items() if any(words <= set(words_of(n)) for n in of)]
        found = parts if words and len(parts) == 1 else []
    if not found:
        like = {student: max(likeness(name, one) for one in of) for student, of in own.items()}
        close = [one for one in sorted(like, key=like.get, reverse=True) if like[one] > 0.6][:5]
        shown = [f"{one} ({own[one][1]})" if len(own[one]) > 1 else one for one in close]
        close_to_it = f" Close to it: {', '.join(shown)}." if shown else ""
        sys.exit(f"Nobody in {where} is called {name}.{close_to_it}")
    return found


def likeness(name, other):
    """How like two names are, the second as a whole or in one of its words: from 0 to 1."""
    words = words_of(other)
    return max(
        difflib.SequenceMatcher(None, " ".join(words_of(name)), one).ratio()
        for one in (" ".join(words), *words)
    )
