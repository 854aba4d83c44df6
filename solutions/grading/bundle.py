"""The course as a zip for a class that is graded: all that learners need, and no answers."""

import zipfile

LEFT_OUT = {"solutions", "tests", "build", "graded", "collected", "__pycache__"}


def bundle(course, zip_path):
    """Write the project's files to a zip, without answers, tests and what was made here.

    Parameters
    ----------
    course : Path, the project
    zip_path : Path, to be written; what was there is replaced

    Returns
    -------
    zip_path
    """
    zip_path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(zip_path, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files_of(course):
            archive.write(path, f"backpropagation/{path.relative_to(course).as_posix()}")
    return zip_path


def files_of(folder):
    """All files for learners; hidden folders are git's, an environment's or an editor's."""
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT or path.name.startswith(".") or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from files_of(path)
        elif path.is_file():
            yield path
