"""How nbgrader finds the exchange on the hub. set_up.py puts this file into the environment, so
that it holds for every account; the instructor's also gets the course's own settings."""

import os
import sys
from pathlib import Path

HUB = Path(sys.prefix).parent
INSTRUCTOR = HUB / "instructor"  # a link to the instructor's folder of the course

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "backpropagation"
c.Exchange.root = str(HUB / "exchange")
# ~/backpropagation/ps3_the_algorithm: from there the links to ../../notebooks lead to ~/notebooks
c.Exchange.path_includes_course = True

if os.getuid() == INSTRUCTOR.stat().st_uid:
    load_subconfig(str(INSTRUCTOR / "solutions" / "nbgrader_config.py"))  # noqa: F821
    # what comes in is kept apart from what grading makes of it in graded/submitted
    c.CourseDirectory.submitted_directory = "graded/collected"
    load_subconfig(str(INSTRUCTOR / "solutions" / "hub" / "collect_config.py"))  # noqa: F821
