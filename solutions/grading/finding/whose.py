"""Whose an entry of a folder of submissions is: by the roster, or else by the name it bears."""

from collections import defaultdict
from typing import NamedTuple

from .names import ENDING, mark, read_name, safe
from .roster import Person, persons_of
from .tree import Folder

UNNAMED = ("participant", "teilnehmer", "anonymous", "anon")  # persons without their names


class Owner(NamedTuple):
    student: str  # in the gradebook
    person: Person | None  # of the roster
    units: list
    look: list  # sentences on what a person must look at
    formerly: tuple = ()  # names in the gradebook that an earlier run gave this person


def owners(units, people, known, problem_sets):
    """An Owner for each person who has handed in something, and for each of the roster who never
    did.

    `known` is {student: what an earlier run found}: a person whom the learning platform's number
    tells keeps the name in the gradebook.
    """
    of_person, of_name = defaultdict(list), defaultdict(list)
    notes, formerly = defaultdict(list), defaultdict(list)
    strangers = {student: seen for student, seen in known.items() if not seen["name"]}
    for unit in units:
        unit.fitting = fits(unit, people, problem_sets)
        if len(unit.fitting) == 1:
            person = unit.fitting[0]
            of_person[person].append(unit)
            formerly[person] += [
                one for one in called_before(unit, strangers) if one != person.student
            ]
        else:
            of_name[name_of(unit).casefold()].append(unit)
        for person in unit.fitting[1:] and unit.fitting:
            notes[person].append(f"{unit.label} may be of this person; it has a row of its own.")
    found = [
        Owner(
            person.student,
            person,
            of_person[person],
            list(dict.fromkeys(notes[person])),
            tuple(dict.fromkeys(formerly[person])),
        )
        for person in people
        # a folder of late ones takes nothing from those who are not in it
        if of_person[person] or not known.get(person.student, {}).get("path")
    ]
    taken = {person.student.casefold() for person in people}
    by_student = defaultdict(list)
    for same in of_name.values():
        for unit, name, look in named_apart(same, known):
            by_student[name].append((unit, look))
    for name, pairs in sorted(by_student.items()):
        student = safe(name)
        if student.casefold() in taken:
            student = f"{student} {mark(name, 8)}"
        taken.add(student.casefold())
        look = [sentence for unit, own in pairs for sentence in [*own, *doubts(unit, bool(people))]]
        units_of = [unit for unit, _ in pairs]
        found.append(Owner(student, None, units_of, list(dict.fromkeys(look))))
    return sorted(found, key=lambda owner: owner.student)


def called_before(unit, strangers):
    """The names in the gradebook under which an entry has come in when no roster told whose it is:
    it bears the same name, and no other number of the learning platform."""
    number = unit.platform_id
    for student, seen in strangers.items():
        same_number = number and seen["platform_id"] == number
        other_number = number and seen["platform_id"] not in ("", number)
        if same_number or student == safe(name_of(unit)) and not other_number:
            yield student


def fits(unit, people, problem_sets):
    """The persons of the roster whom an entry fits, by its own name, or by those of the notebooks
    in it."""
    fitting = persons_of(unit.label.split("/")[-1], unit.written, people)
    if not fitting:
        names = [candidate.place.split("/")[-1] for candidate in unit.notebooks]
        for name in names:
            fitting = fitting + persons_of(name, read_name(name, problem_sets), people)
    return list(dict.fromkeys(fitting))


def name_of(unit):
    """The person's name, or, where an entry tells none, all of the entry's, so that two such
    entries stay two."""
    if unit.written.person:
        return unit.written.person
    name = unit.label.split("/")[-1]
    return (
        name
        if isinstance(unit.entry, Folder) and not ENDING.search(name)
        else (ENDING.sub("", name))
    )


def named_apart(units, known):
    """(unit, name, sentences) of units with the same name. Where persons share it, the learning
    platform's number keeps them apart, but who is in the gradebook by the name alone keeps that."""
    name = min(name_of(unit) for unit in units)
    before = {
        seen["platform_id"]: student for student, seen in known.items() if seen["platform_id"]
    }
    holder = known.get(safe(name), {}).get("platform_id")
    numbers = {unit.platform_id for unit in units} | {holder}
    shared = len(numbers - {None, ""}) > 1
    for unit in units:
        own = name
        if unit.platform_id in before:
            own = before[unit.platform_id]
        elif unit.platform_id and (shared or name.casefold() in UNNAMED):
            own = f"{name} {unit.written.id}"
        look = []
        if shared and name.casefold() not in UNNAMED:
            look = [
                f"Several persons are called {name}: a roster keeps them apart over all problem "
                "sets."
            ]
        yield unit, own, look


def doubts(unit, with_roster):
    if not unit.written.person:
        yield f"The name of {unit.label} does not say whose it is."
    if unit.fitting:
        names = ", ".join(f"{one.name} ({one.id})" for one in unit.fitting)
        yield f"{unit.label} fits several persons of the roster: {names}."
    elif with_roster:
        yield f"{unit.label} fits nobody in the roster."
