"""How nbgrader finds the exchange on the hub. set_up.py puts this file into the environment, so
that it holds for every account; the instructor's also gets the course's own settings."""

import os
import sys
from pathlib import Path

HUB = Path(sys.prefix).parent
# a link to the instructor's folder of the course; learners see whose it is, and not what is behind
INSTRUCTOR = HUB / "instructor"

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "backpropagation"
c.Exchange.root = str(HUB / "exchange")
# ~/backpropagation/ps3_the_algorithm: from there the links to ../../notebooks lead to ~/notebooks
c.Exchange.path_includes_course = True

if os.getuid() == INSTRUCTOR.lstat().st_uid:
    load_subconfig(str(INSTRUCTOR / "solutions" / "nbgrader_config.py"))  # noqa: F821
    # `collect` looks into the gradebook, and makes one where there is none, but no folder for it
    (INSTRUCTOR / "graded").mkdir(exist_ok=True)
    # what comes in is kept apart from what grading makes of it in graded/submitted
    c.CourseDirectory.submitted_directory = "collected"
    for name in ("collect_config.py", "give_back_config.py"):
        load_subconfig(str(INSTRUCTOR / "solutions" / "hub" / name))  # noqa: F821
