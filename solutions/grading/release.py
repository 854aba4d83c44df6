"""The release: what learners get of each problem set."""

import os
import shutil
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment

from .course import convert, course_directory, prepare_process


def release(problem_set_folders, destination):
    """Write what students get of each problem set to `destination`; nothing is written unless all
    can be made."""
    prepare_process()
    destination.mkdir(parents=True, exist_ok=True)
    # beside the destination, so that each file can be put in place in one step
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".release-") as temporary:
        root = Path(temporary)
        for folder in problem_set_folders:
            shutil.copytree(folder, root / "source" / folder.name)
            convert(GenerateAssignment, course_directory(root), folder.name)
        made = root / "release"
        for path in sorted(made.rglob("*")):
            if path.is_file():
                target = destination / path.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)
