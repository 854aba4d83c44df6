"""Feedback packed for giving back to all at once: as Moodle takes it, or a folder a person."""

import json
import re
import shutil
import sys
import zipfile

MOODLE = re.compile(r".+?_\d+_assignsubmission_file_?")  # how Moodle names what it gives out


def remember_names(problem_set, out, found):
    """Keep under which name of Moodle's each student's file came in.

    Parameters
    ----------
    found : {student: path of the notebook, or None}
    """
    path = out / f"names_{problem_set}.json"
    names = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    for student, place in found.items():
        given = next(filter(None, map(MOODLE.match, place.parts if place else ())), None)
        if given:
            names[student] = given[0]
    path.write_text(json.dumps(names, ensure_ascii=False, indent=1), encoding="utf-8")


def pack(problem_set, out):
    """Pack the pages of feedback of a problem set.

    Those that came from Moodle go into one zip for its "Upload multiple feedback files in a zip",
    in the folders in which they came; the others each into a folder with the student's name.
    Returns the paths of what was made, and prints them.
    """
    pages = sorted((out / "feedback").glob(f"*/{problem_set}/{problem_set}.html"))
    if not pages:
        sys.exit(f"There is no feedback on {problem_set} in {out}: run the grade command first.")
    kept = out / f"names_{problem_set}.json"
    names = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    archive, folder = out / f"feedback_{problem_set}_moodle.zip", out / "give_back" / problem_set
    archive.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    made, file = [], f"feedback_{problem_set}.html"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for page in pages:
            student = page.parent.parent.name
            came_as = names.get(student) or student
            if MOODLE.fullmatch(came_as):
                entry = zipfile.ZipInfo(f"{came_as}/{file}")  # dated 1980, the same each time
                entry.compress_type = zipfile.ZIP_DEFLATED
                zipped.writestr(entry, page.read_bytes())
            else:
                (folder / student).mkdir(parents=True)
                shutil.copy(page, folder / student / file)
        packed = len(zipped.namelist())
    if packed:
        made.append(archive)
        print(f"{packed} pages for Moodle, 'Upload multiple feedback files in a zip': {archive}")
    else:
        archive.unlink()
    if packed < len(pages):
        made.append(folder)
        print(f"{len(pages) - packed} pages, a folder for each person: {folder}")
    return made
