"""Which file of a folder, or of an archive, is whose submission.

Every entry gets a row, or a line where it is no submission: units.py takes the folder apart,
whose.py says whose an entry is, and newest.py which of several notebooks of one person counts.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from .late import late_sentence
from .archives import is_archive, is_other_archive
from ..course import COURSE, SOLUTIONS, problem_sets
from .names import ENDING, called
from .newest import by_age, differ, digest, key, listed, which, why
from .tree import OWN_TIME, File, Folder
from .units import Candidate, Units
from .whose import owners

ASK = (  # said to the instructor, and said to the student
    ("ask for the .ipynb file", "hand in the .ipynb file"),
    ("ask for a .zip, or unpack it into a folder", "hand in a .zip, or the .ipynb file"),
)
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
    place: str = ""  # of the notebook in the folder of submissions
    clock: str = ""  # where the time is from
    formerly: tuple = ()  # names in the gradebook that an earlier run gave this person


def find_submissions(
    source,
    problem_set,
    roster=None,
    folders=None,
    out=COURSE / "graded",
    rule=None,
    known=None,
    only=None,
    own=None,
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
    only : name of the one person who is looked for
    own : "due" and "penalty" of this person alone, as late.Rule has them
    """
    refuse(source, out)
    folders = problem_sets(SOLUTIONS) if folders is None else folders
    units = Units(source.resolve(), problem_set, folders, out / "unpacked" / problem_set)
    known = known or {}
    persons = owners(units.all, roster or [], known, units.names)
    if not persons:
        lines = [*units.lines, *hidden_line(units.hidden)]
        raise SystemExit("\n".join([*lines, f"There is no submission in {source}."]))
    if only:
        names = {
            one.student: (one.person.name, one.person.email) if one.person else ()
            for one in persons
        }
        chosen = called(only, names, source)
        persons = [one for one in persons if one.student in chosen]
    if own:
        rule = rule.extended([one.student for one in persons], own)
    found = [
        submission_of(
            owner,
            problem_set,
            rule and rule.of(owner.student, *owner.formerly),
            out,
            earlier_of(owner, known, units, out),
        )
        for owner in persons
    ]
    lines = [*units.lines, *hidden_line(units.hidden), *same_time_line(found)]
    print(*lines, sep="\n", end="\n" if lines else "")
    return found


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


def submission_of(owner, problem_set, rule, out, earlier):
    """What a person has handed in; `earlier` is the notebook that an earlier run took."""
    if not owner.units:
        return described(owner, ["Nothing was handed in."], owner.look)
    remarks = [problem for unit in owner.units for problem in unit.problems]
    notebooks = [one for unit in owner.units for one in unit.notebooks]
    same = [one for one in notebooks if earlier and not differ([one, earlier])]
    if same:  # sent or copied once more
        notebooks = [first_time(one, earlier) if one in same else one for one in notebooks]
        earlier = None
    ranked = by_age(notebooks, problem_set)
    counts = ranked[0] if ranked else None
    now = counts and counts._replace(number=0)  # numbers of different runs say nothing
    look = owner.look + remarks
    if earlier and now and is_written_here(now, out):
        counts = earlier
    elif earlier and (now is None or key(earlier, problem_set) > key(now, problem_set)):
        counts = earlier
        look.append(still_counts(earlier, now, owner.units, problem_set, out))
    elif counts is None:
        remarks += no_notebook(owner.units)
        return described(owner, remarks, owner.look + remarks)
    elif counts.problem_set not in (None, problem_set):
        remarks.append(f"{counts.place} is {title(counts.problem_set)}: it was not graded here.")
        return described(owner, remarks, owner.look + remarks)
    elif len(ranked) > 1:
        remarks.append(which(ranked, problem_set))
        look += [remarks[-1]] if differ(ranked) else []
    elif not has_usual_name(counts, owner.units, problem_set):
        remarks.append(f"The notebook is called {counts.place.split('/')[-1]}.")
    time, clock = counts.time, counts.clock
    late = rule.days(time) if rule else 0
    if late:
        remarks.append(late_sentence(rule, time, clock))
        if any(one.time and not rule.days(one.time) for one in [*ranked, earlier] if one):
            look.append("An earlier notebook of this person was in time.")
    elif rule and any(unit.written.late for unit in owner.units):
        says = f"{clock} is {time:%Y-%m-%d %H:%M}" if time else "no time is known"
        look.append(f"Canvas marks it as late, but {says}.")
    path = kept(counts, owner.student, problem_set, out)
    return described(owner, remarks, look, path, counts, late)


def described(owner, remarks, look, path=None, counts=None, late=0):
    return Submission(
        owner.student,
        path,
        tuple(remarks),
        tuple(dict.fromkeys(look)),
        late,
        counts and counts.time,
        name=owner.person.name if owner.person else "",
        email=owner.person.email if owner.person else "",
        platform_id=next((unit.platform_id for unit in owner.units if unit.platform_id), ""),
        place=counts.place if counts else "",
        clock=counts.clock if counts else "",
        formerly=owner.formerly,
    )


def earlier_of(owner, known, units, out):
    """The notebook of a person that an earlier run has kept, a Candidate, or None."""
    for seen in (known.get(student, {}) for student in (owner.student, *owner.formerly)):
        path = Path(seen["path"]) if seen.get("place") else None
        if path and out.resolve() / "received" in path.parents and path.is_file():
            time = datetime.fromisoformat(seen["time"]) if seen["time"] else None
            file = File(path.name, path, time, seen["clock"])
            notebook = units.look(file)
            return Candidate(seen["place"], file, 0, time, seen["clock"], None, *notebook)
    return None


def first_time(candidate, earlier):
    """The notebook, with the time of the same one in an earlier run where that was before."""
    first = min(candidate, earlier, key=lambda one: one.time or datetime.max)
    return candidate._replace(time=first.time, clock=first.clock)


def is_written_here(candidate, out):
    """Whether this is the mended notebook that grading itself has written to where nbgrader's
    exchange also puts what it collects; beside that one lies its time."""
    inside = (out / "submitted").resolve() in candidate.file.path.resolve().parents
    return inside and candidate.clock == OWN_TIME


def kept(candidate, student, problem_set, out):
    """The path of a copy of the notebook as it was handed in, which later runs know."""
    path = candidate.file.path
    if not candidate.readable:
        return path
    target = out.resolve() / "received" / problem_set / f"{student} {digest(path)[:8]}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target != path:
        shutil.copyfile(path, target)
    return target


# --------------------------------------------------------------------------------------- sentences


def still_counts(earlier, now, units, problem_set, out):
    """A sentence on a notebook that an earlier run took and that counts before what is there
    now."""
    reason = why(earlier, now, problem_set) if now else "the others are no notebooks"
    places = [one.place for unit in units for one in unit.notebooks]
    places += [place for unit in units for place in unit.others]
    path = earlier.file.path.relative_to(out.resolve().parent)
    return (
        f"{earlier.place}, which an earlier run took, counts, since {reason}; not used: "
        f"{listed(places or [unit.label for unit in units])}; to take that after all, delete "
        f"{path} and grade again."
    )


def no_notebook(units):
    places = [place for unit in units for place in unit.others if not is_archive(place)]
    if places:
        shown = listed(places)
        if all(is_other_archive(place) for place in places):
            kind = f"an archive that is not opened here: {ASK[1][0]}"
        else:
            kind = f"no notebook: {ASK[0][0]}"
        return [f"There is no notebook: {shown} is {kind}."]
    if any(isinstance(unit.entry, Folder) and unit.entry.is_link for unit in units):
        return [f"{units[0].label} is a link, which was not followed."]
    if any(unit.problems for unit in units):
        return []
    return [f"There is no notebook in {units[0].label}."]


def to_student(remark):
    """A remark as the student is to read it."""
    for asked, said in ASK:
        remark = remark.replace(asked, said)
    return remark


def title(problem_set):
    """ps1_networks_and_error is problem set 1."""
    number = problem_set.split("_")[0].removeprefix("ps")
    return f"problem set {number} ({problem_set})" if number.isdigit() else problem_set


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
