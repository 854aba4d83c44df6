"""nbgrader's view of the course: its folders, its configuration, and its converters run quietly."""

import logging
import os
import re
import sys
import warnings
from pathlib import Path

import nbgrader.api
from alembic.script import ScriptDirectory
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

from .finding.late import LatePenalty
from .judging.steps import SETTINGS

SOLUTIONS = Path(__file__).resolve().parent.parent
COURSE = SOLUTIONS.parent


def course_directory(root, **settings):
    """nbgrader's course in the folder `root`, with the texts that solutions/nbgrader_config.py
    sets."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(SOLUTIONS)).load_config()
    del config[
        "CourseDirectory"
    ]  # `root` holds nbgrader's usual folders: source, release, submitted, autograded, feedback
    config.AssignLatePenalties.plugin_class = LatePenalty
    config.LatePenalty.rules = str(root / "late.json")
    config[SETTINGS].update(settings)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "backpropagation"
    # Formgrader may write to the gradebook at the same time: each waits for the other
    config.CourseDirectory.db_url = os.environ.get(
        "GRADEBOOK", f"sqlite:///{root / 'gradebook.db'}?timeout=60"
    )
    return CourseDirectory(config=config)


def convert(converter, course, problem_set):
    """Run one of nbgrader's converters. Raises RuntimeError with the first error in its log."""
    course.assignment_id, course.student_id = problem_set, "."
    task = converter(coursedir=course, parent=course)
    task.force = True
    result = utils.capture_log(task)
    if not result["success"]:
        log = result.get("log", "") + result["error"]
        errors = re.findall(r"^\s*([\w.]+(?:Error|Exception): .+)", log, re.MULTILINE)
        raise RuntimeError(errors[0] if errors else log.strip().splitlines()[-1])


def find_programs():
    """nbgrader calls the program alembic, which lies beside Python, also where the environment is
    not activated."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])


def version_of_tables():
    """What nbgrader writes into a new gradebook. It starts the program alembic to learn it, which
    takes seconds."""
    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


def prepare_process():
    """Let nbgrader work in this process, quietly: what goes wrong with a submission is in the
    table."""
    nbgrader.api.get_alembic_version = version_of_tables
    warnings.filterwarnings("ignore", category=SAWarning)
    logging.getLogger("traitlets").handlers = [logging.NullHandler()]
    logging.getLogger("traitlets").propagate = False


def problem_sets(folder):
    return sorted(path for path in folder.iterdir() if (path / f"{path.name}.ipynb").exists())


def problem_set_named(name):
    """The folder of a problem set: ps1, its full name or its path."""
    if (Path(name) / f"{Path(name).resolve().name}.ipynb").exists():
        return Path(name).resolve()
    fitting = [
        folder
        for folder in problem_sets(SOLUTIONS)
        if folder.name == name or folder.name.startswith(f"{name}_")
    ]
    if len(fitting) != 1:
        known = ", ".join(folder.name for folder in problem_sets(SOLUTIONS))
        sys.exit(f"There is no problem set {name}; there are: {known}")
    return fitting[0]
