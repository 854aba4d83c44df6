"""Which file of a folder, or of an archive, is whose submission.

Every entry gets a row, or a line where it is no submission: units.py takes the folder apart,
whose.py says whose an entry is, and newest.py which of several notebooks of one person counts.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from .archives import is_archive, is_other_archive
from ..course import COURSE, SOLUTIONS, problem_sets
from .names import ENDING, nfc
from .newest import by_age, differ, digest, which
from .tree import OWN_TIME, Folder
from .units import Units
from .whose import owners

PARTS = ("bpkit", "exercises", "notebooks", "solutions")  # folders of the course


class Submission(NamedTuple):
    student: str  # in the table and in the gradebook
    path: Path | None  # of the notebook
    remarks: tuple = ()  # sentences on what was found
    look: tuple = ()  # those that a person must look at before believing a 0, and some more
    late: int = 0  # days begun after the date
    time: datetime | None = None  # when it was handed in
    name: str = ""  # the person's in the roster
    email: str = ""
    platform_id: str = ""  # such as Moodle 88002


def find_submissions(
    source, problem_set, roster=None, folders=None, out=COURSE / "graded", rule=None, known=None
):
    """What each person has handed in, one Submission for each, in the order of their names. Prints
    a line on each entry that is nobody's.

    Parameters
    ----------
    source : path of a folder or of an archive
    problem_set : name of the problem set
    roster : list of roster.Person, of whom each gets a row
    folders : of all problem sets, by which a notebook of another one is recognised
    out : folder that grading writes to; archives are opened into it
    rule : late.Rule
    known : {student: what an earlier run found}, of found.read_found
    """
    refuse(source, out)
    folders = problem_sets(SOLUTIONS) if folders is None else folders
    units = Units(source.resolve(), problem_set, folders, out / "unpacked" / problem_set)
    known = known or {}
    found = [
        submission_of(owner, problem_set, rule, out, known.get(owner.student, {}))
        for owner in owners(units.all, roster or [], known, units.names)
    ]
    lines = [*units.lines, *hidden_line(units.hidden), *same_time_line(found)]
    if not found:
        raise SystemExit("\n".join([*lines, f"There is no submission in {source}."]))
    print(*lines, sep="\n", end="\n" if lines else "")
    return found


def is_called(submission, name):
    """Whether a person has this name, in the gradebook or in the roster, or this e-mail."""
    names = {submission.student, submission.name, submission.email} - {""}
    return nfc(name).casefold() in {known.casefold() for known in names}


def refuse(source, out):
    """Exit with a sentence where `source` cannot be a folder of submissions."""
    place, out = source.resolve(), out.resolve()
    ask = "Name the folder, or the archive, that the submissions are in: FROM=folder."
    if not place.exists():
        raise SystemExit(f"There is no folder {source}. {ask}")
    if place.is_file() and not is_archive(place.name):
        raise SystemExit(f"{source} is neither a folder nor an archive that is opened here. {ask}")
    is_course = place.is_dir() and all((place / name).is_dir() for name in PARTS)
    if is_course or place == COURSE or place in COURSE.parents:
        raise SystemExit(f"{source} is the folder of the course, not one of submissions. {ask}")
    if any(place == COURSE / name or COURSE / name in place.parents for name in (*PARTS, "tests")):
        raise SystemExit(f"{source} is a part of the course, not a folder of submissions. {ask}")
    if place == out or (out in place.parents and place != out / "submitted"):
        raise SystemExit(f"{source} is a folder that grading writes to. {ask}")


def submission_of(owner, problem_set, rule, out, before):
    """What a person has handed in; `before` is what an earlier run found."""
    if not owner.units:
        return described(owner, None, ["Nothing was handed in."], owner.look)
    remarks = [problem for unit in owner.units for problem in unit.problems]
    ranked = by_age([one for unit in owner.units for one in unit.notebooks], problem_set)
    if not ranked:
        remarks += no_notebook(owner.units)
        return described(owner, None, remarks, owner.look + remarks)
    counts = ranked[0]
    if counts.problem_set not in (None, problem_set):
        remarks.append(f"{counts.place} is {title(counts.problem_set)}: it was not graded here.")
        return described(owner, None, remarks, owner.look + remarks)
    look = owner.look + remarks
    if len(ranked) > 1:
        remarks.append(which(ranked, problem_set))
        look += [remarks[-1]] if differ(ranked) else []
    elif not has_usual_name(counts, owner.units, problem_set):
        remarks.append(f"The notebook is called {counts.place.split('/')[-1]}.")
    path, time, clock = kept(counts, problem_set, out, before)
    late = rule.days(time) if rule else 0
    if late:
        remarks.append(f"Handed in {time:%Y-%m-%d %H:%M} ({clock}): {days(late)} late.")
        if any(one.time and not rule.days(one.time) for one in ranked[1:]):
            look.append("An earlier notebook of this person was in time.")
    elif rule and any(unit.written.late for unit in owner.units):
        says = f"{clock} is {time:%Y-%m-%d %H:%M}" if time else "no time is known"
        look.append(f"Canvas marks it as late, but {says}.")
    return described(owner, path, remarks, look, late, time)


def described(owner, path, remarks, look, late=0, time=None):
    return Submission(
        owner.student,
        path,
        tuple(remarks),
        tuple(dict.fromkeys(look)),
        late,
        time,
        name=owner.person.name if owner.person else "",
        email=owner.person.email if owner.person else "",
        platform_id=next((unit.platform_id for unit in owner.units if unit.platform_id), ""),
    )


def kept(candidate, problem_set, out, before):
    """(path, time, where the time is from) of a notebook.

    nbgrader's exchange puts what it collects into the folder in which grading itself writes the
    mended notebooks: there the file as it was handed in is copied first, and is the one that is
    graded again.
    """
    path, time, clock = candidate.file.path, candidate.time, candidate.clock
    if (
        out / "submitted"
    ).resolve() not in path.resolve().parents or not candidate.file.is_ordinary:
        return path, time, clock
    if clock == OWN_TIME and before.get("path") and Path(before["path"]).exists():
        when = before["time"] and datetime.fromisoformat(before["time"])
        return Path(before["path"]), when, "timestamp.txt"
    target = out / "received" / problem_set / f"{digest(path)[:16]}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)
    return target, time, clock


# --------------------------------------------------------------------------------------- sentences


def no_notebook(units):
    places = [place for unit in units for place in unit.others if not is_archive(place)]
    if places:
        shown = ", ".join(places[:3]) + (" and others" if len(places) > 3 else "")
        if all(is_other_archive(place) for place in places):
            kind = "an archive that is not opened here: ask for a .zip, or unpack it into a folder"
        else:
            kind = "no notebook: ask for the .ipynb file"
        return [f"There is no notebook: {shown} is {kind}."]
    if any(isinstance(unit.entry, Folder) and unit.entry.is_link for unit in units):
        return [f"{units[0].label} is a link, which was not followed."]
    if any(unit.problems for unit in units):
        return []
    return [f"There is no notebook in {units[0].label}."]


def title(problem_set):
    """ps1_networks_and_error is problem set 1."""
    number = problem_set.split("_")[0].removeprefix("ps")
    return f"problem set {number} ({problem_set})" if number.isdigit() else problem_set


def days(number):
    return "1 day" if number == 1 else f"{number} days"


def has_usual_name(candidate, units, problem_set):
    """Whether a notebook is called as it was handed out, or as the person who hands it in."""
    stem, ending = ENDING.sub("", candidate.file.name), candidate.file.name[-6:]
    usual = {problem_set.casefold(), *(unit.written.person.casefold() for unit in units)}
    is_alone = candidate.place == units[0].label  # no folder says whose it is
    return ending.casefold() == ".ipynb" and (is_alone or stem.casefold() in usual)


def hidden_line(names):
    if not names:
        return []
    shown = ", ".join(sorted(names)[:8]) + (" and others" if len(names) > 8 else "")
    return [f"Left out, since programs and not persons make such files: {shown}."]


def same_time_line(found):
    times = [one.time for one in found if one.late]
    if len(times) < 3 or max(times) - min(times) > timedelta(minutes=2):
        return []
    return [
        f"All {len(times)} late submissions bear the same time, {min(times):%Y-%m-%d %H:%M}: this "
        "may be when somebody copied or packed them, and not when they were handed in."
    ]
