"""Feedback packed for giving back to all at once: as Moodle takes it, or a folder a person."""

import json
import shutil
import sys
import zipfile

from ..course import course_directory, prepare_process
from ..finding.found import path_of, read_found
from ..finding.late import rule_of
from ..gradebook import read_grades
from .feedback import write_feedback


def remember_names(problem_set, out, found):
    """Keep the folder of each student whose file came from Moodle, as Moodle calls it: its import
    goes by the number there.

    Parameters
    ----------
    found : {student: find.Submission}
    """
    path = out / f"names_{problem_set}.json"
    names = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    for student, one in found.items():
        platform, _, number = one.platform_id.partition(" ")
        if platform == "Moodle":
            person = (one.name or student).replace("_", " ")
            names[student] = f"{person}_{number}_assignsubmission_file_"
    path.write_text(json.dumps(names, ensure_ascii=False, indent=1), encoding="utf-8")


def pack(problem_set, out):
    """Pack the pages of feedback of a problem set, with the marks that the gradebook has now.

    Those of students whose files came from Moodle go into one zip for its "Upload multiple feedback
    files in a zip"; the others each into a folder with the student's name. Returns the paths of
    what was made, and says what is where.
    """
    if not path_of(out, problem_set).is_file():
        sys.exit(f"There is no feedback on {problem_set} in {out}: run the grade command first.")
    prepare_process()
    course = course_directory(out)
    rows = read_grades(course, problem_set, read_found(out, problem_set), rule_of(out, problem_set))
    write_feedback(course, problem_set, rows)
    kept = out / f"names_{problem_set}.json"
    names = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    archive, folder = out / f"feedback_{problem_set}_moodle.zip", out / "give_back" / problem_set
    archive.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    made, file = [], f"feedback_{problem_set}.html"
    students = [row["student"] for row in rows]
    pages = {one: out / "feedback" / one / problem_set / f"{problem_set}.html" for one in students}
    from_moodle = [student for student in students if student in names]
    others = [student for student in students if student not in names]
    if from_moodle:
        made.append(archive)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for student in from_moodle:
                entry = zipfile.ZipInfo(
                    f"{names[student]}/{file}"
                )  # dated 1980, the same each time
                entry.compress_type = zipfile.ZIP_DEFLATED
                zipped.writestr(entry, pages[student].read_bytes())
        print(
            f"{counted(from_moodle)} whose files came from Moodle: give its 'Upload multiple "
            f"feedback files in a zip' this file, {archive}"
        )
    if others:
        made.append(folder)
        for student in others:
            (folder / student).mkdir(parents=True)
            shutil.copy(pages[student], folder / student / file)
        print(
            f"{counted(others)} whose files did not come from Moodle: send each person the page in "
            f"the folder that bears their id or name, in {folder}"
        )
    return made


def counted(students):
    return "The page of 1 person" if len(students) == 1 else f"The pages of {len(students)} people"
