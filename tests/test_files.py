"""Finding whose a file is: folders and archives as classes hand them in, the roster, late ones.

No kernel is started: what is found is graded in test_grading and test_batch.
"""

import csv
import io
import json
import os
import random
import shutil
import sys
import tarfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

COURSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(COURSE / "solutions"))
from grading.finding import archives  # noqa: E402
from grading import batch  # noqa: E402
from grading.reporting import feedback, totals  # noqa: E402
from grading.finding.find import find_submissions  # noqa: E402
from grading.finding.found import keep_found, read_found  # noqa: E402
from grading.gradebook import enter_problem_set, give_nothing, read_grades  # noqa: E402
from grading.course import course_directory  # noqa: E402
from grading.finding.late import LatePenalty, Rule, keep_rule, read_given, rule_of  # noqa: E402
from grading.finding.names import called, read_name, safe  # noqa: E402
from grading.finding.roster import Person, read_roster  # noqa: E402
from grading.reporting.tables import padded, print_table, write_table  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402
from wcwidth import wcswidth  # noqa: E402

PS3 = "ps3_the_algorithm"
PS1 = "ps1_networks_and_error"
NAMES = [PS1, PS3]
NOON = datetime(2026, 11, 20, 12)
DUE = Rule(datetime(2026, 11, 20, 23, 59), 10)
BOMB = 60 * 2**20


def notebook(name=PS3, more=""):
    """The text of a problem set as it was handed out; `more` makes it another one."""
    content = json.loads((COURSE / "exercises" / name / f"{name}.ipynb").read_text("utf-8"))
    content["metadata"]["more"] = more
    return json.dumps(content)


def without_marks(name):
    """As an editor leaves it that drops ids and metadata: only the headings tell what it is."""
    content = json.loads(notebook(name))
    for cell in content["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    return json.dumps(content)


def packed(files, time=None):
    """The bytes of a zip archive of {name: text or bytes}."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            moment = (time or NOON).timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(name, moment), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def tarred(files, mode="w:gz"):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:
        for name, text in files.items():
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            text = text.encode() if isinstance(text, str) else text
            member.size, member.mtime = len(text), NOON.timestamp()
            archive.addfile(member, io.BytesIO(text))
    return content.getvalue()


def put(folder, files, time=NOON):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.mkdir()
            continue
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        os.utime(path, (time.timestamp(), time.timestamp()))
    return folder


def find(folder, out, roster=None, **more):
    """{student: Submission}"""
    found = find_submissions(folder, PS3, roster, out=out, **more)
    assert len({one.student.casefold() for one in found}) == len(found)
    return {one.student: one for one in found}


def content_of(submission):
    """Which of the notebooks of these tests was taken."""
    text = submission.path and submission.path.read_text("utf-8-sig")
    return json.loads(text)["metadata"].get("more", "") if text else text


GOOD = notebook()
# {entry: content}, and {student: (which notebook counts, a part of what is said)}
ENTRIES = {
    "ada.ipynb": notebook(more="ada"),
    "ada/ps3_the_algorithm.ipynb": notebook(more="folder"),
    "ada (1).ipynb": notebook(more="ada 1"),
    "Bob.IPYNB": notebook(more="bob"),
    "carla.ipynb.txt": notebook(more="carla"),
    "dan.json": notebook(more="dan"),
    "eve": notebook(more="eve"),
    "Fritz-Copy2.ipynb": notebook(more="fritz 2"),
    "Fritz-Copy1.ipynb": notebook(more="fritz 1"),
    "Copy of Gabi.ipynb": notebook(more="gabi"),
    "Hans - Kopie.ipynb": notebook(more="hans"),
    "ps3_Ida.ipynb": notebook(more="ida"),
    "Jo_problem_set_3.ipynb": notebook(more="jo"),
    "Zoe\u0308 Bo\u0308ll.ipynb": notebook(more="zoe"),  # as macOS writes it
    "王小明.ipynb": notebook(more="wang"),
    "प्रिया.ipynb": notebook(more="priya"),
    "O'Neill, Sam.ipynb": notebook(more="sam"),
    "a(b).ipynb": notebook(more="round"),
    "a[b].ipynb": notebook(more="square"),
    "=sum+2.ipynb": notebook(more="formula"),
    "Kim/final.ipynb": notebook(more="kim"),
    "Lea/draft.ipynb": notebook(more="lea draft"),
    "Lea/final.ipynb": notebook(more="lea final"),
    "Mia/ps3_the_algorithm.ipynb": notebook(more="mia old"),
    "Mia/ps3_the_algorithm (1).ipynb": notebook(more="mia new"),
    "Nils/ps3_the_algorithm/ps3_the_algorithm.ipynb": notebook(more="nils"),
    "Nils/ps1_networks_and_error/ps1_networks_and_error.ipynb": notebook(PS1),
    "Olaf/.ipynb_checkpoints/ps3_the_algorithm-checkpoint.ipynb": GOOD,
    "Pia_88002_assignsubmission_file/ps3_the_algorithm (2).ipynb": notebook(more="pia"),
    "Pia_88002_assignsubmission_onlinetext/onlinetext.html": "<p>Hello</p>",
    "Quentin Q_88003_assignsubmission_file_solution.ipynb": notebook(more="quentin"),
    "Uwe U_5_assignsubmission_file/x.ipynb": notebook(more="uwe 5"),
    "Uwe U_6_assignsubmission_file/x.ipynb": notebook(more="uwe 6"),
    "Participant_77_assignsubmission_file/x.ipynb": notebook(more="participant"),
    "lovelaceada_LATE_12345_67890_ps3_the_algorithm-1.ipynb": notebook(more="canvas 1"),
    "lovelaceada_12345_67889_ps3_the_algorithm.ipynb": notebook(more="canvas 0"),
    "Problem Set 3_rita_attempt_2026-11-20-10-00-00_x.ipynb": notebook(more="rita"),
    "Sven.zip": packed({"work/ps3_the_algorithm.ipynb": notebook(more="sven")}),
    "Tom.tar.gz": tarred({"ps3_the_algorithm.ipynb": notebook(more="tom")}),
    "Vera/hand in.zip": packed({"v.ipynb": notebook(more="vera"), "__MACOSX/._v": ""}),
    "Kurs-PS3-88.zip": packed(
        {
            "Wim W_1_assignsubmission_file/a.ipynb": notebook(more="wim"),
            "Xia X_2_assignsubmission_file/b.zip": packed({"c.ipynb": notebook(more="xia")}),
        }
    ),
    "group 7/Yann.ipynb": notebook(more="yann"),
    "group 7/Zara.ipynb": notebook(more="zara"),
    "ps3_the_algorithm.ipynb": notebook(more="whose"),
    "ps3_the_algorithm (4).ipynb": notebook(more="whose 4"),
    "one.ipynb": notebook(PS1),
    "one bare.ipynb": without_marks(PS1),
    "bare.ipynb": without_marks(PS3),
    "bom.ipynb": "\ufeff" + notebook(more="bom"),
    "empty.ipynb": "",
    "good and empty/a.ipynb": notebook(more="good"),
    "good and empty/a (1).ipynb": "",
    "script.py": "print(1)",
    "page.html": "<html>",
    "scan.pdf": b"%PDF-1.4 \xff",
    "seven.7z": b"7z\xbc\xaf",
    "damaged.zip": b"PK\x03\x04 and no more",
    "deep.zip": packed({"a.zip": packed({"b.zip": packed({"c.ipynb": GOOD})})}),
    "nothing": None,
    "grades.csv": "a,b",
    "README.md": "Submissions of problem set 3",
    ".DS_Store": b"\0",
    "Thumbs.db": b"\0",
    "desktop.ini": "[x]",
    "__MACOSX/._ada.ipynb": b"\0",
    "~$notes.docx": b"\0",
}
MARKED_R, MARKED_S = safe("a(b)"), safe("a[b]")
ROWS = {
    "ada": ("ada 1", "ada (1).ipynb counts, since it has the highest number in its name"),
    "Bob": ("bob", ""),
    "carla": ("carla", "The notebook is called carla.ipynb.txt."),
    "dan": ("dan", "The notebook is called dan.json."),
    "eve": ("eve", "The notebook is called eve."),
    "Fritz": ("fritz 2", "not used: Fritz-Copy1.ipynb"),
    "Gabi": ("gabi", ""),
    "Hans": ("hans", ""),
    "Ida": ("ida", ""),
    "Jo": ("jo", ""),
    "Zoë Böll": ("zoe", ""),
    "王小明": ("wang", ""),
    "प्रिया": ("priya", ""),
    "O'Neill, Sam": ("sam", ""),
    MARKED_R: ("round", ""),
    MARKED_S: ("square", ""),
    safe("=sum+2"): ("formula", ""),
    "Kim": ("kim", "The notebook is called final.ipynb."),
    "Lea": ("lea final", "not used: Lea/draft.ipynb"),
    "Mia": ("mia new", "not used: Mia/ps3_the_algorithm.ipynb"),
    "Nils": ("nils", ""),
    "Olaf": (None, "There is no notebook in Olaf."),
    "Pia": ("pia", "The notebook is called ps3_the_algorithm (2).ipynb."),
    "Quentin Q": ("quentin", ""),
    "Uwe U 5": ("uwe 5", "Several persons are called Uwe U"),
    "Uwe U 6": ("uwe 6", "Several persons are called Uwe U"),
    "Participant 77": ("participant", "The notebook is called x.ipynb."),
    "lovelaceada": ("canvas 1", "not used: lovelaceada_12345_67889_ps3_the_algorithm.ipynb"),
    "rita": ("rita", ""),
    "Sven": ("sven", ""),
    "Tom": ("tom", ""),
    "Vera": ("vera", "The notebook is called v.ipynb."),
    "Wim W": ("wim", "The notebook is called a.ipynb."),
    "Xia X": ("xia", "The notebook is called c.ipynb."),
    "Yann": ("yann", ""),
    "Zara": ("zara", ""),
    "ps3_the_algorithm": ("whose", "does not say whose it is"),
    safe("ps3_the_algorithm (4)"): ("whose 4", "does not say whose it is"),
    "one": (None, "one.ipynb is problem set 1 (ps1_networks_and_error)"),
    "one bare": (None, "one bare.ipynb is problem set 1"),
    "bare": ("", ""),
    "bom": ("bom", ""),
    "good and empty": ("good", "counts, since the others cannot be read"),
    "script": (None, "script.py is no notebook: ask for the .ipynb file"),
    "page": (None, "page.html is no notebook"),
    "scan": (None, "scan.pdf is no notebook"),
    "seven": (None, "seven.7z is an archive that is not opened here"),
    "damaged": (None, "damaged.zip is damaged"),
    "deep": (None, "an archive in an archive"),
    "nothing": (None, "There is no notebook in nothing."),
}


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return put(folder / "in", ENTRIES), folder / "out"


@pytest.fixture(scope="module")
def found(odd_class):
    return find(*odd_class)


def said(one):
    return " ".join([*one.look, *one.remarks])


@pytest.mark.parametrize("student", ROWS)
def test_each_person_has_a_row_with_the_notebook_that_counts(found, student):
    counts, sentence = ROWS[student]
    assert content_of(found[student]) == counts
    assert sentence in said(found[student])
    if not sentence:
        assert not said(found[student])
    if counts is None or "not used" in sentence or "whose" in sentence:
        assert found[student].look, "not set apart"


def test_there_are_no_other_rows(found):
    assert set(found) == {*ROWS, "empty"}
    assert found["empty"].path.name == "empty.ipynb"  # what is wrong with it is said by mend


def test_every_entry_has_a_row_or_a_line(odd_class, capsys):
    rows = find(*odd_class)
    printed = capsys.readouterr().out + " ".join(
        [said(one) + str(one.path) for one in rows.values()]
    )
    for line in ("grades.csv was left out", "README.md was left out", ".DS_Store", "__MACOSX"):
        assert line in printed
    for line in ("Thumbs.db", "desktop.ini", "~$notes.docx", "Kurs-PS3-88.zip", "group 7"):
        assert line in printed


def as_told(rows):
    return {
        student: (content_of(one), one.remarks, one.look, one.time) for student, one in rows.items()
    }


def test_the_same_is_found_twice_and_in_whatever_order_the_files_were_made(
    odd_class, found, tmp_path
):
    assert as_told(find(*odd_class)) == as_told(found)
    names = list(ENTRIES)
    random.Random(1).shuffle(names)
    put(tmp_path / "in", {name: ENTRIES[name] for name in names})
    assert as_told(find(tmp_path / "in", tmp_path / "out")) == as_told(found)


TOGETHER = ("group 7/", "Uwe U")  # one alone is called otherwise, as it must be


@pytest.fixture(scope="module")
def owners(tmp_path_factory):
    """{entry: the students whose rows come of it, if there were nothing else}"""
    owners = {}
    for name, text in ENTRIES.items():
        folder = tmp_path_factory.mktemp("alone")
        try:
            owners[name] = set(find(put(folder / "in", {name: text}), folder / "out"))
        except SystemExit:  # no submission
            owners[name] = set()
    return owners


@pytest.mark.parametrize("part", range(6))
def test_what_lies_beside_a_file_changes_nobody_elses_row(found, owners, tmp_path, part):
    """A sixth of the entries is missing: who still has all of theirs has the same row."""
    gone = {
        name
        for number, name in enumerate(ENTRIES)
        if number % 6 == part and not name.startswith(TOGETHER)
    }
    kept = {name: text for name, text in ENTRIES.items() if name not in gone}
    less = as_told(find(put(tmp_path / "in", kept), tmp_path / "out"))
    touched = {student for name in gone for student in owners[name]}
    assert touched and {
        student: one for student, one in less.items() if student not in touched
    } == {student: one for student, one in as_told(found).items() if student not in touched}


def test_a_late_folder_moves_the_points_of_no_other_person(tmp_path):
    """F9: a folder sorts before a file, and a(b) is not a[b]."""
    before = find(put(tmp_path / "in", {"a(b).ipynb": notebook(more="round")}), tmp_path / "out")
    after = find(put(tmp_path / "in", {"a[b]/x.ipynb": notebook(more="other")}), tmp_path / "out")
    assert as_told(before).items() <= as_told(after).items()


def test_a_namesake_who_comes_late_does_not_get_the_row_of_the_first(tmp_path):
    first = put(tmp_path / "in", {"Uwe U_5_assignsubmission_file/x.ipynb": notebook(more="5")})
    rows = find(first, tmp_path / "out")
    results = {student: batch.Graded() for student in rows}
    keep_found(tmp_path / "out", PS3, rows, results)
    known = read_found(tmp_path / "out", PS3)
    late = put(tmp_path / "late", {"Uwe U_4_assignsubmission_file/x.ipynb": notebook(more="4")})
    assert {s: content_of(one) for s, one in find(late, tmp_path / "out", known=known).items()} == {
        "Uwe U 4": "4"
    }
    put(first, {"Uwe U_4_assignsubmission_file/x.ipynb": notebook(more="4")})
    both = find(first, tmp_path / "out", known=known)
    assert {s: content_of(one) for s, one in both.items()} == {"Uwe U": "5", "Uwe U 4": "4"}


def test_of_two_with_the_same_number_the_latest_counts_wherever_it_lies(tmp_path):
    for number, (early, late) in enumerate(
        [("ada.ipynb", "ada/x.ipynb"), ("ada/x.ipynb", "ada.ipynb")]
    ):
        folder = put(tmp_path / f"{number}", {early: notebook(more="early")})
        put(folder, {late: notebook(more="late")}, NOON + timedelta(hours=1))
        row = find(folder, tmp_path / "out")["ada"]
        assert content_of(row) == "late" and "since it is the latest" in row.look[0]


def test_copies_that_hold_the_same_need_no_look(tmp_path):
    row = find(put(tmp_path / "in", {"ada.ipynb": GOOD, "ada (1).ipynb": GOOD}), tmp_path / "out")
    assert not row["ada"].look and "which holds the same" in row["ada"].remarks[0]


def test_an_archive_of_a_whole_class_is_taken_as_it_is(tmp_path):
    files = {
        "Zoë Böll_1_assignsubmission_file/ps3.ipynb": notebook(more="zoe"),
        "Ada L_2_assignsubmission_file/ps3.ipynb": notebook(more="ada"),
        "__MACOSX/._x": "",
    }
    folder = put(
        tmp_path,
        {
            "class.zip": packed(files),
            "wrapped.zip": packed({f"PS 3/{name}": text for name, text in files.items()}),
            "class.tar": tarred(files, "w"),
            "class.tgz": tarred(files),
            "plain.zip": packed({"Ada L.ipynb": files["Ada L_2_assignsubmission_file/ps3.ipynb"]}),
        },
    )
    for name in ("class.zip", "wrapped.zip", "class.tar", "class.tgz"):
        rows = find(folder / name, tmp_path / "out")
        assert {s: content_of(one) for s, one in rows.items()} == {
            "Ada L": "ada",
            "Zoë Böll": "zoe",
        }
    assert content_of(find(folder / "plain.zip", tmp_path / "out")["Ada L"]) == "ada"


def test_names_in_a_zip_of_macos_are_read_as_utf_8(tmp_path):
    content = packed({"Zoe\u0308_1_assignsubmission_file/a.ipynb": GOOD})
    content = bytearray(content)
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):  # take the flag away that says so
        place = content.index(sign) + (6 if sign.endswith(b"\x04") else 8)
        content[place + 1] &= ~0x08
    rows = find(put(tmp_path, {"class.zip": bytes(content)}) / "class.zip", tmp_path / "out")
    assert set(rows) == {"Zoë"}


# --------------------------------------------------------------------------------- hostile archives


def link(name, target, kind=tarfile.SYMTYPE):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def zip_with_link():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        member = zipfile.ZipInfo("ps3_the_algorithm.ipynb")
        member.create_system, member.external_attr = 3, 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return content.getvalue()


def zip_with_password():
    content = bytearray(packed({"a.ipynb": GOOD}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + place] |= 1
    return bytes(content)


def zip_that_overlaps():
    """Many names for the same bytes: 2 GB said to be in 50 kB."""
    content = bytearray(packed({"0": bytes(2 * 2**20)}))
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    central = bytes(content[start:end])
    return (
        bytes(content[:start])
        + central * 1000
        + content[end : end + 8]
        + (
            (1000).to_bytes(2, "little") * 2
            + (len(central) * 1000).to_bytes(4, "little")
            + start.to_bytes(4, "little")
            + b"\0\0"
        )
    )


HOSTILE = {
    "up.zip": packed({"../evil.ipynb": GOOD}),
    "far up.zip": packed({"a/../../../evil.ipynb": GOOD}),
    "root.zip": packed({"/tmp/evil.ipynb": GOOD}),
    "drive.zip": packed({"C:\\evil.ipynb": GOOD}),
    "backslash.zip": packed({"..\\evil.ipynb": GOOD}),
    "up.tar": tarred({"../evil.ipynb": GOOD}, "w"),
    "root.tar": tarred({"/evil.ipynb": GOOD}, "w"),
    "link.zip": zip_with_link(),
    "link.tar": tarred({link("ps3_the_algorithm.ipynb", "/etc/passwd"): ""}, "w"),
    "hard link.tar": tarred({link("a.ipynb", "/etc/passwd", tarfile.LNKTYPE): ""}, "w"),
    "through a link.tar": tarred({link("d", "/tmp"): "", "d/evil.ipynb": GOOD}, "w"),
    "device.tar": tarred({link("a.ipynb", "", tarfile.CHRTYPE): ""}, "w"),
    "pipe.tar": tarred({link("a.ipynb", "", tarfile.FIFOTYPE): ""}, "w"),
    "password.zip": zip_with_password(),
    "cut.zip": packed({"a.ipynb": GOOD})[:-30],
    "cut.tar.gz": tarred({"a.ipynb": GOOD})[:-30],
    "nothing.zip": b"",
    "nothing.tar": b"",
    "many.zip": packed({f"{number}.txt": "" for number in range(300)}),
    "huge.zip": packed({"a.ipynb": bytes(BOMB)}),
    "many huge.zip": packed({f"{number}": bytes(2 * 2**20) for number in range(50)}),
    "overlap.zip": zip_that_overlaps(),
    "long name.zip": packed({"n" * 3000 + ".ipynb": GOOD}),
    "deep folder.zip": packed({"/".join(["d"] * 15) + "/a.ipynb": GOOD}),
    "deepest folder.zip": packed({"/".join(["d"] * 5000) + "/a.ipynb": GOOD}),
    "nul.zip": packed({"a\\0b.ipynb": GOOD}),
}


SAID = {
    **dict.fromkeys(["up", "far up", "root", "drive", "backslash"], "names files outside itself"),
    "password": "needs a password",
    "cut.zip": "is damaged",
    "nothing": "is damaged",
    "many": "holds more than 200 files",
    "many huge": "holds more than",
    "overlap": "holds more than",
    "link": "There is no notebook",
    "hard link": "There is no notebook",
    "device": "There is no notebook",
    "pipe": "There is no notebook",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_writes_nothing_outside_and_stops_nobody(tmp_path, name, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 80 * 2**20)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 200)
    folder = put(tmp_path / "a" / "b" / "in", {name: HOSTILE[name], "good.ipynb": GOOD})
    rows = find(folder, tmp_path / "a" / "b" / "out")
    assert len(rows) == 2 and rows["good"].path and not rows["good"].look
    outside = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and (tmp_path / "a" / "b" / "out") not in path.parents
    ]
    assert sorted(path.name for path in outside) == sorted([name, "good.ipynb"])
    written = [path for path in (tmp_path / "a" / "b" / "out").rglob("*")]
    assert not any(path.is_symlink() for path in written)
    assert sum(path.stat().st_size for path in written if path.is_file()) <= 81 * 2**20
    (row,) = [one for student, one in rows.items() if student != "good"]
    if row.path:
        assert row.path.is_file() and not row.path.is_symlink()
    else:
        assert row.look
    assert SAID.get(name, SAID.get(name.split(".")[0], "")) in said(row)


def test_a_file_that_is_a_link_is_not_followed(tmp_path):
    secret = put(tmp_path / "secret", {"secret.ipynb": GOOD})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").symlink_to(secret / "secret.ipynb")
    (tmp_path / "in" / "bob").symlink_to(secret)
    (tmp_path / "in" / "loop").mkdir()
    (tmp_path / "in" / "loop" / "again").symlink_to(tmp_path / "in")
    rows = find(tmp_path / "in", tmp_path / "out")
    assert rows["ada"].path.is_symlink()  # mend says that it is not an ordinary file
    assert rows["bob"].path is None and "is a link" in rows["bob"].look[0]
    assert rows["loop"].path is None


# --------------------------------------------------------------------------------------- refusing


@pytest.mark.parametrize(
    "source",
    [COURSE, COURSE.parent, COURSE / "exercises", COURSE / "solutions" / PS3, "out", "gone"],
)
def test_what_cannot_be_a_folder_of_submissions_is_refused_in_one_sentence(
    source, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    with pytest.raises(SystemExit, match="FROM=folder"):
        find_submissions(Path(source), PS3, out=tmp_path / "out")


def test_another_copy_of_the_course_is_refused_too(tmp_path):
    for name in ("bpkit", "exercises", "notebooks", "solutions"):
        (tmp_path / "copy" / name).mkdir(parents=True)
    with pytest.raises(SystemExit, match="the folder of the course"):
        find_submissions(tmp_path / "copy", PS3, out=tmp_path / "out")


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(SystemExit, match="There is no submission in"):
        find_submissions(tmp_path / "in", PS3, out=tmp_path / "out")


@pytest.mark.parametrize("arguments", [["grade", "", "x"], ["grade", "ps3", ""], ["summary", ""]])
def test_the_command_says_what_is_missing(arguments, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["grading", *arguments])
    from grading.__main__ import main

    with pytest.raises(SystemExit, match="^Say (which|where)"):
        main()


def test_what_the_exchange_collects_is_copied_before_grading_writes_over_it(tmp_path):
    """README's way with JupyterHub: FROM=graded/submitted."""
    out = tmp_path / "graded"
    put(
        out / "submitted",
        {
            f"ada/{PS3}/{PS3}.ipynb": notebook(more="as handed in"),
            f"ada/{PS3}/timestamp.txt": "2026-11-20 10:00:00 UTC",
        },
    )
    first = find(out / "submitted", out)
    keep_found(out, PS3, first, {"ada": batch.Graded()})
    shutil.rmtree(out / "submitted" / "ada")
    put(out / "submitted", {f"ada/{PS3}/{PS3}.ipynb": notebook(more="mended")}, datetime.now())
    again = find(out / "submitted", out, known=read_found(out, PS3))
    assert content_of(first["ada"]) == content_of(again["ada"]) == "as handed in"
    assert first["ada"].time == again["ada"].time


# ------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "",
        "../../etc",
        "a/b",
        "CON",
        "nul",
        "a" * 300,
        "王" * 100,
        "a\nb",
        "*",
        "{x}",
        "\ud800",
    ],
)
def test_a_name_is_safe_for_folders_and_for_nbgrader(name):
    made = safe(name)
    assert made and made == made.strip(" .") and len(made.encode()) <= 210
    assert not set(made) & set('/\\*?[]{}:"<>|\n\0') and safe(made) == made


def test_names_that_differ_stay_apart_and_one_spelt_twice_stays_one():
    different = ["a(b)", "a[b]", "a b", "a_b", "a-b", "a{b}", "a/b", "a*b", "a" * 90, "a" * 91]
    assert len({safe(name).casefold() for name in different}) == len(different)
    assert safe("Zoe\u0308") == safe("Zoë") == "Zoë"


@pytest.mark.parametrize(
    "name, person, number",
    [
        ("ada", "ada", 0),
        ("ada (2)", "ada", 2),
        ("ada-Copy1 (2)", "ada", 3),
        ("ada copy 3.ipynb", "ada", 3),
        ("ada - Copy (2).ipynb", "ada", 2),
        ("ada_ps3_the_algorithm.ipynb", "ada", 0),
        ("PS3 - Ada.ipynb", "Ada", 0),
        ("ada_2026-11-20T10-30.ipynb", "ada", 0),
        ("ps3_the_algorithm (1).ipynb", "", 1),
        ("final version 2.ipynb", "", 0),
        ("J. R. R. Tolkien.ipynb", "J. R. R. Tolkien", 0),
        ("ada.lovelace@x.org.ipynb", "ada.lovelace@x.org", 0),
        ("copied cells", "copied cells", 0),
        ("20231234", "20231234", 0),
    ],
)
def test_a_name_says_whose_file_it_is_and_which_copy(name, person, number):
    written = read_name(name, NAMES)
    assert (written.person, written.number) == (person, number)


# ----------------------------------------------------------------------------------------- roster

ROSTER = """id,name,e-mail,pattern
s100,Ada Lovelace,ada@uni.example,
s200,Zoë Böll,zb@uni.example,
s300,Bob Smith,bob@uni.example,*builder*
s400,Bob Smith,rob@uni.example,
88002,Carl Gauss,carl@uni.example,
12345,Dora Maar,dora@uni.example,
s700,Emmy Noether,emmy@uni.example,
"""


def roster(tmp_path, text=ROSTER, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_roster_is_read_as_spreadsheets_write_it(tmp_path, encoding, separator):
    text = ROSTER.replace(",", separator).replace("\n", "\r\n")
    assert roster(tmp_path, text, encoding)[1] == Person("s200", "Zoë Böll", "zb@uni.example", "")


@pytest.mark.parametrize(
    "text, sentence",
    {
        "": "is empty",
        "id,name": "names nobody",
        "nr,name\n1,Ada": "must name its columns id, name, e-mail and pattern",
        "id\n1": "must name its columns",
        "id,name,name\n1,a,b": "must name its columns",
        "id,name,patern\n1,a,b": "must name its columns",
        "id,name\n1,Ada\n1,Bob": "Rows 2 and 3 .* the same id 1",
        "id,name\nx,Ada\nX,Bob": "Rows 2 and 3 .* the same id X",
        "id,name\n,Ada": "Row 2 .* no id",
        "id,name\n7": "Row 2 .* no name",
        "id,name\n7,Ada,Lovelace": "Row 2 .* more cells",
    }.items(),
)
def test_a_wrong_roster_is_refused_in_one_sentence(tmp_path, text, sentence):
    with pytest.raises(SystemExit, match=sentence):
        roster(tmp_path, text)


def test_a_missing_roster_is_said_to_be_missing(tmp_path):
    with pytest.raises(SystemExit, match="There is no roster"):
        read_roster(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "entry, student",
    {
        "Ada Lovelace.ipynb": "s100",
        "Lovelace, Ada.ipynb": "s100",
        "ADA_LOVELACE.ipynb": "s100",
        "s100.ipynb": "s100",
        "ps3_s100.ipynb": "s100",
        "ada@uni.example.ipynb": "s100",
        "ada (2).ipynb": "s100",  # what stands before @ in the e-mail
        "Ada Lovelace_88002_assignsubmission_file/x.ipynb": "s100",  # the number is Moodle's
        "lovelaceada_12345_67890_x.ipynb": "s100",  # the number is Dora's, the name is Ada's
        "maardora_999_1_x.ipynb": "12345",
        "dm_12345_1_x.ipynb": "12345",
        "Zoe\u0308 Bo\u0308ll.ipynb": "s200",
        "Zoe Boll.ipynb": "s200",
        "the builder.ipynb": "s300",
        "solution of Emmy Noether, last.ipynb": "s700",
        "Noether_Emmy_en_4711/x.ipynb": "s700",
        "upload/s700_solution.ipynb": "s700",
        "x.zip": "s700",
    }.items(),
)
def test_the_roster_tells_whose_an_entry_is(tmp_path, entry, student):
    text = (
        packed({"Emmy Noether.ipynb": notebook(more="it")})
        if entry == "x.zip"
        else (notebook(more="it"))
    )
    people = roster(tmp_path)
    rows = find(put(tmp_path / "in", {entry: text}), tmp_path / "out", people)
    assert content_of(rows[student]) == "it" and not rows[student].look
    assert set(rows) == {one.student for one in people}
    for other in set(rows) - {student}:
        assert rows[other][1:4] == (None, ("Nothing was handed in.",), ())


def test_one_person_is_one_over_all_problem_sets_whatever_the_platforms_number(tmp_path):
    for name, number in (("one", 88002), ("two", 91044)):
        entry = {f"Ada Lovelace_{number}_assignsubmission_file/x.ipynb": GOOD}
        rows = find(put(tmp_path / name, entry), tmp_path / "out", roster(tmp_path))
        assert rows["s100"].path and rows["s100"].name == "Ada Lovelace"


def test_a_file_that_fits_nobody_or_two_persons_is_graded_in_a_row_of_its_own(tmp_path):
    entries = {
        "stranger.ipynb": notebook(more="stranger"),
        "Bob Smith.ipynb": notebook(more="bob"),
        "The Builder.ipynb": notebook(more="builder"),
        "Some One_88002_assignsubmission_file/x.ipynb": GOOD,  # 88002 is Carl, but not for Moodle
    }
    rows = find(put(tmp_path / "in", entries), tmp_path / "out", roster(tmp_path))
    assert content_of(rows["stranger"]) == "stranger"
    assert rows["stranger"].look == ("stranger.ipynb fits nobody in the roster.",)
    assert rows["Some One"].path and rows["88002"].path is None
    assert content_of(rows["Bob Smith"]) == "bob"
    assert "fits several persons of the roster: Bob Smith (s300), Bob Smith (s400)" in said(
        rows["Bob Smith"]
    )
    for student in ("s300", "s400"):
        assert "Bob Smith.ipynb may be of this person" in said(rows[student])
    assert content_of(rows["s300"]) == "builder"


def test_a_pattern_takes_no_file_that_bears_another_persons_name(tmp_path):
    people = [Person("1", "Ada Lovelace", "", "*ada*"), Person("2", "Adam Riese")]
    rows = find(put(tmp_path / "in", {"Adam Riese.ipynb": GOOD}), tmp_path / "out", people)
    assert rows["1"].path is None and rows["2"].path is None
    assert "fits several persons" in said(rows["Adam Riese"])


def test_with_a_roster_a_folder_of_late_ones_takes_nothing_from_the_others(tmp_path):
    people, out = roster(tmp_path), tmp_path / "out"
    rows = find(put(tmp_path / "in", {"s100.ipynb": GOOD, "s700.ipynb": GOOD}), out, people)
    keep_found(out, PS3, rows, {student: batch.Graded() for student in rows})
    late = put(tmp_path / "late", {"s200.ipynb": GOOD})
    rows = find(late, out, people, known=read_found(out, PS3))
    assert rows["s200"].path and not {"s100", "s700"} & set(rows)


# ------------------------------------------------------------------------------------------- late


@pytest.mark.parametrize(
    "time, days",
    [
        (DUE.due, 0),
        (DUE.due + timedelta(seconds=59), 0),  # 23:59 is in time as a whole
        (DUE.due + timedelta(seconds=59.5), 0),
        (DUE.due + timedelta(seconds=60), 1),
        (DUE.due + timedelta(days=1, seconds=59), 1),
        (DUE.due + timedelta(days=1, seconds=60), 2),
        (DUE.due - timedelta(days=3), 0),
        (None, 0),
    ],
)
def test_each_day_begun_counts(time, days):
    assert DUE.days(time) == days


@pytest.mark.parametrize(
    "days, score, lost", [(0, 26, 0), (1, 26, 3), (2, 26, 6), (9, 26, 26), (2, 4, 4), (2, 0, 0)]
)
def test_a_day_costs_its_share_of_the_problem_sets_points_and_never_more_than_there_are(
    days, score, lost
):
    assert DUE.points(days, score, most=30) == lost


@pytest.mark.parametrize("due", ["tomorrow", "20.11.2026", ""])
def test_a_wrong_date_is_refused_in_one_sentence(due):
    with pytest.raises(SystemExit, match="write it as 2026-11-20T23:59"):
        read_given(due, 10)


@pytest.mark.parametrize("penalty", [-1, 101])
def test_a_wrong_penalty_is_refused_in_one_sentence(penalty):
    with pytest.raises(SystemExit, match="not between 0 and 100"):
        read_given("2026-11-20T23:59", penalty)


LATER = NOON + timedelta(days=2)


@pytest.mark.parametrize(
    "files, time, days, clock",
    [
        ({"ada.ipynb": GOOD}, LATER, 2, "the file's own time"),
        ({"ada.ipynb": GOOD}, NOON, 0, ""),
        ({"ada.zip": packed({"a.ipynb": GOOD}, LATER)}, NOON, 0, ""),
        ({"ada.zip": packed({"a.ipynb": GOOD}, NOON)}, LATER, 2, "the file's own time"),
        ({"ada_2026-11-22_12-00.ipynb": GOOD}, NOON, 2, "the time in its name"),
        ({"ada_2026-11-20_12-00.ipynb": GOOD}, LATER, 0, ""),
        ({"PS_ada_attempt_2026-11-22-12-00-00_x.ipynb": GOOD}, NOON, 2, "the time in its name"),
        (
            {"ada/ps3_the_algorithm.ipynb": GOOD, "ada/timestamp.txt": "2026-11-22 12:00:00 UTC"},
            NOON,
            2,
            "timestamp.txt",
        ),
    ],
)
def test_how_late_a_submission_is_and_by_which_clock(tmp_path, files, time, days, clock):
    rows = find(put(tmp_path / "in", files, time), tmp_path / "out", rule=DUE)
    assert rows["ada"].late == days
    assert (f"({clock}): {days} days late" in said(rows["ada"])) == bool(days)


def test_a_late_notebook_after_one_in_time_and_canvas_mark_are_looked_at(tmp_path):
    folder = put(tmp_path / "in", {"ada.ipynb": notebook(more="in time")})
    put(folder, {"ada (1).ipynb": GOOD}, LATER)
    put(folder, {"gausscarl_LATE_1_2_x.ipynb": GOOD})
    rows = find(folder, tmp_path / "out", rule=DUE)
    assert "An earlier notebook of this person was in time." in rows["ada"].look
    assert "Canvas marks it as late, but" in said(rows["gausscarl"])


def test_a_class_with_one_and_the_same_late_time_is_pointed_out(tmp_path, capsys):
    find(put(tmp_path / "in", dict.fromkeys(["a.ipynb", "b.ipynb", "c.ipynb"], GOOD), LATER),
         tmp_path / "out", rule=DUE)  # fmt: skip
    assert "All 3 late submissions bear the same time" in capsys.readouterr().out


def test_nbgrader_is_told_the_same_penalty(tmp_path):
    keep_rule(tmp_path, PS3, DUE)
    plugin = LatePenalty(rules=str(tmp_path / "late.json"))
    most = SimpleNamespace(max_score=30)
    gradebook = SimpleNamespace(find_assignment=lambda name: most)
    for name, lost in ((PS3, 6), (PS1, None)):
        object.__setattr__(plugin, "parent", None)
        plugin.parent = None
        plugin._trait_values["parent"] = SimpleNamespace(assignment_id=name, gradebook=gradebook)
        assert plugin.late_submission_penalty("ada", 26, 24 * 3600 + 60) == lost


# ----------------------------------------------------------------------------------------- tables


def row(student, **more):
    return {
        "student": student, "name": "", "e-mail": "", "tasks": {"t1": 2.0}, "late": 0, "penalty": 0,
        "total": 2.0, "out of": 4.0, "by hand": [], "look": [], "remarks": [], "failed": False,
    } | more  # fmt: skip


def read_csv(path):
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["=1+2", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(tmp_path, name):
    write_table(tmp_path / "t.csv", [row(name, remarks=[f"{name} is called so."])])
    cells = [cell for line in read_csv(tmp_path / "t.csv") for cell in line.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)


def test_the_table_has_columns_for_what_needs_a_look_and_for_lateness(tmp_path):
    rows = [row("ada", look=["Look."]), row("Zoë", late=2, penalty=1.5, total=0.5, remarks=["So."])]
    write_table(tmp_path / "t.csv", rows)
    ada, zoe = read_csv(tmp_path / "t.csv")
    assert (ada["needs a look"], zoe["needs a look"]) == ("Look.", "")
    assert (zoe["student"], zoe["days late"], zoe["late penalty"], zoe["total"]) == (
        "Zoë", "2", "1.5", "0.5",
    )  # fmt: skip


def test_the_printed_table_does_not_follow_the_longest_name(capsys):
    print_table([row("ada"), row("王小明"), row("n" * 300, late=1, penalty=0.4)])
    head, ada, wang, long, late, *_ = capsys.readouterr().out.strip("\n").splitlines()
    assert wcswidth(padded("王小明")) == wcswidth(padded("ada")) == 24
    assert len(ada) < 50 and wcswidth(wang) == wcswidth(ada) and wcswidth(long) < 100
    assert late.split() == ["-0.4", "1", "day", "late"]


# ---------------------------------------------------------- the gradebook, without running anything


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A gradebook with the points that a table says, entered as if the submissions had been run."""
    return tmp_path_factory.mktemp("graded").resolve()


def grade_without_kernels(monkeypatch, points, out, source, name=PS3, **more):
    def judge_all(judge, jobs, workers, scheduler):
        course = course_directory(out)
        for student in jobs:
            yield student, batch.Graded()  # which enters zeros
            with Gradebook(course.db_url, course.course_id) as gradebook:
                first, *_ = gradebook.find_submission_notebook(name, name, student).grades
                first.auto_score = points.get(student, 0)
                gradebook.db.commit()

    monkeypatch.setattr(batch, "judge_all", judge_all)
    return batch.grade(COURSE / "solutions" / name, source, out, workers=1, **more)


@pytest.mark.slow
def test_grading_some_leaves_the_rows_of_the_others_and_totals_hold_them_all(
    tmp_path, monkeypatch, capsys
):
    out, people = (tmp_path / "graded").resolve(), roster(tmp_path)
    first = put(
        tmp_path / "in", {"s100.ipynb": GOOD, "Zoë Böll.ipynb": GOOD, "stranger.ipynb": GOOD}
    )
    grade_without_kernels(
        monkeypatch, {"s100": 3, "s200": 2, "stranger": 1}, out, first, roster=people, rule=DUE
    )
    table = out / f"grades_{PS3}.csv"
    before = {line["student"]: line for line in read_csv(table)}
    assert len(before) == 8 and before["s700"]["what was wrong"] == "Nothing was handed in."

    late = put(
        tmp_path / "late", {"s200.ipynb": notebook(more="late")}, LATER
    )  # a folder of late ones
    grade_without_kernels(monkeypatch, {"s200": 4}, out, late, roster=people, rule=DUE)
    after = {line["student"]: line for line in read_csv(table)}
    assert float(after["s200"]["total"]) == 4 - float(after["s200"]["late penalty"]) < 4
    heads = list(before["s100"])
    for student in set(before) - {"s200"}:
        assert {head: after[student][head] for head in heads} == before[student]

    for name in ("Ada Lovelace", "s100", "ADA@uni.example"):  # one person alone, by any name
        grade_without_kernels(monkeypatch, {"s100": 1}, out, first, roster=people, only=name)
    alone = {line["student"]: line for line in read_csv(table)}
    assert alone["s100"]["total"] == "1" and alone["stranger"] == {
        head: text for head, text in before["stranger"].items() if head in alone["stranger"]
    }
    with pytest.raises(SystemExit, match="is called nobody"):
        grade_without_kernels(monkeypatch, {}, out, first, roster=people, only="nobody")

    grade_without_kernels(
        monkeypatch, {"s100": 4}, out, put(tmp_path / "1", {"s100.ipynb": notebook(PS1)}), PS1,
        roster=people,
    )  # fmt: skip
    keep_rule(out, PS3, DUE)
    capsys.readouterr()
    totals.totals(out, people)
    assert "Not in the roster: stranger." in capsys.readouterr().out
    lines = {line["student"]: line for line in read_csv(out / "totals.csv")}
    assert (lines["s100"][PS1], lines["s100"][PS3], lines["s100"]["total"]) == ("4", "1", "5")
    moodle = {line["ID number"]: line for line in read_csv(out / "totals_moodle.csv")}
    assert moodle["s100"]["Problem set 3 (Real)"] == "1" and moodle["s100"]["Email address"]
    assert "Nothing was handed in." in moodle["s700"]["Problem set 3 (Feedback)"]
    heads, possible, *_ = (out / "totals_canvas.csv").read_text("utf-8-sig").splitlines()
    assert heads == "Student,ID,SIS User ID,SIS Login ID,Section,Problem set 1,Problem set 3"
    assert possible.startswith("    Points Possible,,,,,")
    canvas = {line["SIS User ID"]: line for line in read_csv(out / "totals_canvas.csv")}
    assert canvas["s100"]["Problem set 3"] == "1" and not canvas["88002"]["ID"]
    comments = read_csv(out / "totals_canvas_comments.csv")
    assert any(
        line["Assignment"] == "Problem set 3" and "late" in line["Comment"] for line in comments
    )


@pytest.mark.slow
def test_a_penalty_stays_below_the_points_also_when_a_person_gives_some_later(tmp_path):
    out = (tmp_path / "graded").resolve()
    enter_problem_set(COURSE / "solutions" / PS3, out)
    course = course_directory(out)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.update_or_create_student("ada")
        gradebook.update_or_create_submission(PS3, "ada")
        give_nothing(gradebook, PS3, "ada")
    came = (DUE.due + timedelta(hours=1)).isoformat()
    seen = {"ada": {"time": came, "clock": "the file's own time", "remarks": []}}
    assert read_grades(course, PS3, seen, DUE)[0]["total"] == 0
    with Gradebook(course.db_url, course.course_id) as gradebook:
        grades = gradebook.find_submission_notebook(PS3, PS3, "ada").grades
        next(one for one in grades if one.name == "ps3-t7-answer").manual_score = 4
        gradebook.db.commit()
    (ada,) = read_grades(course, PS3, seen, DUE)
    assert (ada["penalty"], ada["total"]) == (3, 1)
    (said,) = ada["remarks"]
    assert said.endswith("(the file's own time): 1 day late.")
    seen["ada"]["remarks"] = [said]
    later = DUE._replace(due=DUE.due + timedelta(days=2))  # another date, and no new run for ada
    (ada,) = read_grades(course, PS3, seen, later)
    assert (ada["penalty"], ada["total"], ada["remarks"]) == (0, 4, [])


# ------------------------------------------------------- what an earlier run took, and other dates


def found_again(out, folder, rows=None, **more):
    """What is found in a folder by a run that knows what those before it have taken."""
    rows = find(folder, out, known=read_found(out, PS3), **more)
    keep_found(out, PS3, rows, {student: batch.Graded() for student in rows})
    return rows


PDF = {"elin.pdf": b"%PDF-1.4"}


@pytest.mark.parametrize(
    "before, hours, now, counts",
    [
        (GOOD, 1, PDF, ""),
        (notebook(more="new"), 1, {"elin.ipynb": notebook(more="old")}, "new"),
        (notebook(more="new"), 1, {"elin (2).ipynb": notebook(more="old")}, "new"),
        (notebook(more="new"), 1, {"elin.ipynb": notebook(PS1)}, "new"),
        (notebook(more="new"), 1, {"elin.ipynb": ""}, "new"),
        (notebook(more="old"), -1, {"elin.ipynb": notebook(more="new")}, "new"),
        (notebook(more="old"), -1, {"elin.zip": packed({"a.ipynb": notebook(more="new")})}, "new"),
    ],
)
def test_a_later_notebook_that_an_earlier_run_took_counts_until_its_copy_is_deleted(
    tmp_path, before, hours, now, counts
):
    out = tmp_path / "graded"
    again = put(tmp_path / "again", {"elin.ipynb": before}, NOON + timedelta(hours=hours))
    found_again(out, again)
    shutil.rmtree(again)
    folder = put(tmp_path / "in", now)
    for _ in range(2):
        row = found_again(out, folder)["elin"]
        assert content_of(row) == counts and row.time == NOON + timedelta(hours=max(hours, 0))
        sentences = [one for one in row.look if "which an earlier run took, counts, since" in one]
        assert len(sentences) == (hours > 0) and not set(sentences) & set(row.remarks)
    if hours > 0:
        (tmp_path / sentences[0].split("delete ")[1].split(" and grade")[0]).unlink()
        row = found_again(out, folder)["elin"]
        assert content_of(row) != counts and "earlier run" not in said(row)


def test_the_same_file_sent_or_copied_once_more_changes_nothing(tmp_path):
    out = tmp_path / "graded"
    first = found_again(out, put(tmp_path / "in", {"elin.ipynb": GOOD}), rule=DUE)
    later = found_again(out, put(tmp_path / "late", {"elin.ipynb": GOOD}, LATER), rule=DUE)
    sooner = put(tmp_path / "sooner", {"elin.ipynb": GOOD}, NOON - timedelta(days=1))
    assert as_told(first) == as_told(later) and not later["elin"].late
    assert not said(found_again(out, sooner)["elin"])
    put(sooner, {"elin (1).ipynb": notebook(more="number 1")}, NOON - timedelta(days=2))
    assert content_of(found_again(out, sooner)["elin"]) == "number 1"  # as if it were new


def test_the_time_in_an_archive_counts_only_where_it_holds_the_work_of_several(tmp_path):
    own = {f"elin_2026-11-20_12-00{end}": GOOD for end in (".ipynb", " (1).ipynb")}
    moodle = {f"{name}_{number}_assignsubmission_file/a.ipynb": GOOD
              for number, name in enumerate(("Ada L", "Zoë B"))}  # fmt: skip
    moodle["Pia P_7_assignsubmission_file/p.zip"] = packed({"p.ipynb": GOOD}, datetime(2026, 1, 1))
    alone = dict([next(iter(moodle.items()))])
    class_of = {"elin.zip": packed(own), "alone.zip": packed(alone), "c.zip": packed(moodle)}
    folder = put(tmp_path / "in", class_of, LATER)
    rows = find(folder, tmp_path / "out", rule=DUE)
    days = {student: one.late for student, one in rows.items()}
    assert days == {"elin": 2, "Ada L": 2, "Zoë B": 0, "Pia P": 0}
    assert "Due 2026-11-20 23:59, handed in 2026-11-22 12:00" in said(rows["elin"])
    assert rows["Pia P"].time == NOON
    for name, late in (("alone.zip", 2), ("c.zip", 0)):
        assert find(folder / name, tmp_path / "out", rule=DUE)["Ada L"].late == late


@pytest.mark.parametrize("own", [{"due": LATER}, {"penalty": 0.0}])
def test_a_date_or_a_penalty_may_be_for_one_person_alone(tmp_path, own):
    rule = DUE.extended(["ada"], own)
    keep_rule(tmp_path, PS3, rule)
    kept = rule_of(tmp_path, PS3)
    assert kept == rule and kept.of("bob") == DUE
    assert kept._replace(due=NOON).of("ada") == kept.of("ada")._replace(**{"due": NOON} | own)
    plugin = LatePenalty(rules=str(tmp_path / "late.json"))
    most = SimpleNamespace(max_score=30)
    gradebook = SimpleNamespace(find_assignment=lambda name: most)
    object.__setattr__(plugin, "parent", None)
    plugin._trait_values["parent"] = SimpleNamespace(assignment_id=PS3, gradebook=gradebook)
    lost = [plugin.late_submission_penalty(one, 26, 60) for one in ("ada", "bob")]
    assert lost == [0 if "penalty" in own else 3, 3]


def command(monkeypatch, *arguments):
    from grading.__main__ import main

    monkeypatch.setattr(sys, "argv", ["grading", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.slow
def test_a_due_date_with_only_is_that_persons_and_everybody_else_keeps_theirs(
    tmp_path, monkeypatch, capsys
):
    out = (tmp_path / "graded").resolve()
    people = ["ada.ipynb", "okafor.ipynb"]
    folder = put(tmp_path / "in", dict.fromkeys(people, GOOD), LATER)
    monkeypatch.setattr(
        batch, "judge_all", lambda judge, jobs, *_: ((s, batch.Graded()) for s in jobs)
    )
    grade = ["grade", "ps3", folder, "--out", out]
    alone = [*grade, "--only", "okafor", "--due", "2026-12-01T00:00"]
    assert "There is no date for everybody yet" in command(monkeypatch, *alone)
    command(monkeypatch, *grade, "--due", "2026-11-20T23:59", "--penalty", "10")
    command(monkeypatch, *alone)
    assert "Due 2026-12-01 00:00; " in capsys.readouterr().out
    sentence = command(monkeypatch, *grade, "--only", "okafro", "--due", "2026-12-31")
    assert sentence.endswith("is called okafro. Close to it: okafor.")
    for _ in range(2):
        lines = {line["student"]: line for line in read_csv(out / f"grades_{PS3}.csv")}
        assert (lines["ada"]["days late"], lines["okafor"]["days late"]) == ("2", "0")
        assert rule_of(out, PS3).of("ada") == DUE
        course = course_directory(out)
        with Gradebook(course.db_url, course.course_id) as gradebook:
            assert (
                gradebook.find_submission(PS3, "okafor").duedate.date().isoformat() > "2026-11-29"
            )
            late = {one.student_id: one.total_seconds_late
                    for one in gradebook.assignment_submissions(PS3)}  # fmt: skip
        assert late["ada"] > 0 == late["okafor"]
        command(monkeypatch, *grade, "--due", "2026-11-20T23:59")  # for everybody, once more


# ----------------------------------------------------------------------- rows that go over or away


def give_by_hand(out, student, points, name="ps3-t7-answer"):
    course = course_directory(out)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        grades = gradebook.find_submission_notebook(PS3, PS3, student).grades
        next(one for one in grades if one.name == name).manual_score = points
        gradebook.db.commit()


def test_who_fits_a_mended_pattern_is_the_stranger_of_before_unless_numbers_differ(tmp_path):
    out, people = tmp_path / "graded", [Person("1", "Ada Lovelace")]
    mended = [Person("1", "Ada Lovelace", "", "*ghost*")]
    files = {"ghost.ipynb": GOOD, "ghost writer_5_assignsubmission_file/x.ipynb": GOOD}
    rows = found_again(out, put(tmp_path / "in", files), roster=people)
    assert {"ghost", "ghost writer"} < set(rows) and not rows["1"].formerly
    for number, formerly in ((5, ("ghost", "ghost writer")), (6, ("ghost",))):
        folder = put(tmp_path / f"{number}", {"ghost.ipynb": GOOD})
        put(folder, {f"ghost writer_{number}_assignsubmission_file/x.ipynb": GOOD})
        row = find(folder, out, mended, known=read_found(out, PS3))["1"]
        assert set(row.formerly) == set(formerly)


@pytest.mark.slow
def test_a_roster_that_comes_later_takes_the_earlier_rows_over_and_nobody_is_there_twice(
    tmp_path, monkeypatch, capsys
):
    out, people = (tmp_path / "graded").resolve(), roster(tmp_path)
    folder = put(tmp_path / "in", {"Ada Lovelace.ipynb": GOOD, "Emmy Noether.ipynb": GOOD})
    put(folder, {"Zoë Böll.ipynb": GOOD, "ghost.ipynb": GOOD})
    grade_without_kernels(monkeypatch, {}, out, folder)
    for student, points in {"Ada Lovelace": 3, "Zoë Böll": 2, "ghost": 1}.items():
        give_by_hand(out, student, points)
    other = put(tmp_path / "other", {"s200.ipynb": GOOD, "s700.ipynb": GOOD})
    grade_without_kernels(monkeypatch, {}, out, other, roster=people)
    give_by_hand(out, "s200", 4)  # twice, and different: left to a person
    keep_rule(out, PS3, DUE.extended(["Ada Lovelace"], {"due": LATER}))
    grade_without_kernels(monkeypatch, {}, out, folder, roster=people, rule=rule_of(out, PS3))
    assert "Ada Lovelace to s100" in capsys.readouterr().out
    lines = {line["student"]: line for line in read_csv(out / f"grades_{PS3}.csv")}
    assert {"Ada Lovelace", "Emmy Noether"}.isdisjoint(lines) and "s700" in lines
    assert (lines["s100"]["total"], lines["s200"]["total"], lines["Zoë Böll"]["total"]) == (
        "3", "4", "2",
    )  # fmt: skip
    assert "both rows have points given by hand" in lines["s200"]["needs a look"]
    assert not [path for path in out.rglob("*") if "Ada" in path.name]
    assert Path(read_found(out, PS3)["s100"]["path"]).is_file()
    assert set(rule_of(out, PS3).alone) == {"s100"}

    assert command(monkeypatch, "remove", "gohst", "--out", out).endswith("Close to it: ghost.")
    from grading.persons import remove

    remove("Zoë Böll", out, PS3)
    remove("GHOST", out)
    printed = capsys.readouterr().out
    assert f"Removed ghost from {PS3}: 1 of 30 points, 1 of them given by hand" in printed
    left = {line["student"] for line in read_csv(out / f"grades_{PS3}.csv")}
    assert left == {one.student for one in people} and set(read_found(out, PS3)) == left
    course = course_directory(out)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        assert {one.id for one in gradebook.students} == left
    assert not [path for path in out.rglob("*") if "ghost" in path.name or "Zoë" in path.name]


def test_a_page_says_to_the_student_what_the_table_says_to_the_instructor(tmp_path):
    for name, wanted in (("s.pdf", "hand in the .ipynb file"), ("s.7z", "hand in a .zip")):
        one = find(put(tmp_path / name / "in", {name: b"%PDF"}), tmp_path / "out")["s"]
        assert "ask for" in one.look[0] and "ask for" in one.remarks[0]
        student = SimpleNamespace(first_name="", last_name="")
        page = feedback.page_without_notebook(
            SimpleNamespace(find_student=lambda _: student), "PS", "s", one.remarks
        )
        assignment = SimpleNamespace(name="PS", notebooks=[])
        told = row("s", remarks=list(one.remarks), tasks={})
        comment = totals.ProblemSet(assignment, tmp_path).comment(told)
        for text in (page, comment):
            assert wanted in text and "ask for" not in text
        write_table(tmp_path / "t.csv", [row("s", remarks=list(one.remarks), look=list(one.look))])
        (line,) = read_csv(tmp_path / "t.csv")
        assert line["needs a look"] and not line["what was wrong"]


def test_what_was_kept_of_a_person_with_brackets_in_the_name_goes_too(tmp_path):
    from grading.persons import remove_files

    kept = tmp_path / "received" / PS3 / "Zoë [2] 0123abcd.ipynb"
    kept.parent.mkdir(parents=True)
    kept.touch()
    remove_files(tmp_path, PS3, "Zoë [2]")
    assert not kept.exists()


def test_a_surname_that_one_person_has_is_enough():
    names = {"1018": ("Chidi Okafor", ""), "1019": ("Ann Lee", ""), "1020": ("Ben Lee", "")}
    assert called("okafor", names, "the class") == ["1018"]
    with pytest.raises(SystemExit, match="is called Lee"):
        called("Lee", names, "the class")
