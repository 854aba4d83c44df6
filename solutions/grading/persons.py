"""Rows of the gradebook that go over to another name, or away: those of persons whom a roster has
given another id, and of persons who are nobody."""

import glob
import shutil
import sys

from nbgrader.api import MissingEntry

from .course import course_directory, prepare_process
from .finding.found import read_found, write_found
from .finding.late import rule_of
from .finding.names import called
from .gradebook import read_grades
from .reporting.marks import forget, open_gradebook
from .reporting.tables import write_table


def take_over(gradebook, out, problem_set, found):
    """Let each person's row have the points by hand of the row that an earlier run has entered
    under another name. Returns the submissions, {student: find.Submission}, with a sentence for
    those of which this is left to a person; prints what has gone over."""
    moved, found = [], dict(found)
    for student, one in found.items():
        for old in one.formerly:
            if hand_over(gradebook, problem_set, old, student):
                rename(out, problem_set, old, one)
                moved.append(f"{old} to {student}")
            else:
                sentence = (
                    f"An earlier run has called this person {old}, and both rows have points given "
                    f"by hand: give them here, and then run python solutions/grading remove "
                    f'"{old}" {problem_set}.'
                )
                found[student] = one = one._replace(look=(*one.look, sentence))
    if moved:
        print(f"Rows of an earlier run have gone over by the roster: {', '.join(moved)}.")
    return found


def hand_over(gradebook, problem_set, old, new):
    """Give the row `old` of a problem set to the student `new`, whose own may only go where nobody
    has given points in it. Returns whether nothing is left under the old name."""
    gradebook.update_or_create_student(new)
    before, now = (row_of(gradebook, problem_set, student) for student in (old, new))
    if before and now and any(by_hand(before)) and any(by_hand(now)):
        return False
    if before and now:
        spare = new if any(by_hand(before)) else old
        forget(gradebook, problem_set, spare)
    if before and (not now or spare == new):
        before.student = gradebook.find_student(new)
        gradebook.db.commit()
    forget_if_nobody(gradebook, old)
    return True


def row_of(gradebook, problem_set, student):
    try:
        return gradebook.find_submission(problem_set, student)
    except MissingEntry:
        return None


def by_hand(row):
    """(the points, the comments) that a person has given in a row of the gradebook."""
    points = [grade.manual_score for notebook in row.notebooks for grade in notebook.grades]
    comments = [one.manual_comment for notebook in row.notebooks for one in notebook.comments]
    return [one for one in points if one is not None], list(filter(None, comments))


def forget_if_nobody(gradebook, student):
    """Take a student without any submission out of the gradebook."""
    try:
        known = gradebook.find_student(student)
    except MissingEntry:
        return
    gradebook.db.refresh(known)
    if not known.submissions:
        gradebook.remove_student(student)


def rename(out, problem_set, old, one):
    """Let what is kept beside the gradebook of one problem set be of a find.Submission's person."""
    remove_files(out, problem_set, old)
    found = read_found(out, problem_set)
    seen = found.pop(old, None)
    if seen and not found.get(one.student, {}).get("path"):
        found[one.student] = seen | {"path": str(one.path) if one.path else None}
    write_found(out, problem_set, found)


def remove_files(out, problem_set, student):
    for step in ("submitted", "autograded", "feedback"):
        folder = out / step / student
        shutil.rmtree(folder / problem_set, ignore_errors=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    for copy in (out / "received" / problem_set).glob(f"{glob.escape(student)} ????????.ipynb"):
        copy.unlink()


def remove(name, out, problem_set=None):
    """Remove a person's rows from a problem set, or from all, and print what has gone."""
    out = out.resolve()
    if not any(out.glob("found_*.json")):
        sys.exit(f"Nothing was graded into {out}.")
    prepare_process()
    course = course_directory(out)
    with open_gradebook(course) as gradebook:
        names = {
            one.id: (" ".join(filter(None, (one.first_name, one.last_name))), one.email)
            for one in gradebook.students
        }
        students = called(name, names, f"the gradebook of {out.name}")
        if len(students) > 1:
            sys.exit(f"Several persons are called {name}: {', '.join(students)}. Name one by id.")
        (student,) = students
        known = [one.name for one in gradebook.assignments]
        removed = [
            one
            for one in sorted(known if problem_set is None else [problem_set])
            if remove_row(gradebook, out, one, student)
        ]
        forget_if_nobody(gradebook, student)
    if not removed:
        sys.exit(f"{student} has no row in {problem_set or 'any problem set'}.")
    for one in removed:
        rows = read_grades(course, one, read_found(out, one), rule_of(out, one))
        write_table(out / f"grades_{one}.csv", rows)


def remove_row(gradebook, out, problem_set, student):
    """Remove a person from one problem set; returns whether there was a row."""
    row = row_of(gradebook, problem_set, student)
    if row is None:
        return False
    given, comments = by_hand(row)
    print(
        f"Removed {student} from {problem_set}: {row.score:g} of {row.max_score:g} points, "
        f"{sum(given):g} of them given by hand{', with comments' if comments else ''}."
    )
    forget(gradebook, problem_set, student)
    remove_files(out, problem_set, student)
    found = read_found(out, problem_set)
    found.pop(student, None)
    write_found(out, problem_set, found)
    return True
