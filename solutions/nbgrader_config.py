"""How nbgrader sees this course: the programs in grading read it, and nbgrader itself does so when
it is started in this folder."""

import contextlib
import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
if str(COURSE / "solutions") not in sys.path:
    sys.path.insert(0, str(COURSE / "solutions"))  # where the package grading lies

from nbgrader.apps.api import NbGraderAPI  # noqa: E402
from nbgrader.preprocessors import (  # noqa: E402
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
)

from grading.reporting import formgrader  # noqa: E402
from grading.course import find_programs  # noqa: E402
from grading.reporting.feedback import FeedbackPage  # noqa: E402
from grading.judging.steps import STEPS  # noqa: E402

find_programs()
c = get_config()  # noqa: F821, given by nbgrader

c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.root = str(COURSE)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# all that grading writes, students' work and marks, stays together in one folder that git ignores
c.CourseDirectory.submitted_directory = "graded/submitted"
c.CourseDirectory.autograded_directory = "graded/autograded"
c.CourseDirectory.feedback_directory = "graded/feedback"
c.CourseDirectory.db_url = os.environ.get(  # a database of its own, such as PostgreSQL
    "GRADEBOOK", f"sqlite:///{COURSE / 'graded' / 'gradebook.db'}"
)
with contextlib.suppress(
    OSError
):  # Formgrader makes a gradebook where there is none, but no folder
    (COURSE / "graded").mkdir(exist_ok=True)

# nbgrader's own stub raises NotImplementedError, which stops Run All and frightens learners
c.ClearSolutions.code_stub = {"python": "# Your code here."}
c.ClearSolutions.text_stub = (
    "Your answer here. (Enter opens this cell to write in it, Shift + Enter closes it.)"
)

c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    formgrader.PutBack,
    CheckCellMetadata,
]
# nbgrader's own Execute would run submissions with the rights of whoever presses the button
c.Autograde.autograde_preprocessors = STEPS
c.GenerateFeedback.exporter_class = FeedbackPage
c.GenerateFeedback.preprocessors = []
# Formgrader's page of a submission: the rubric beside the answer, and a content security policy
c.HTMLExporter.template_file = formgrader.TEMPLATE
c.HTMLExporter.extra_template_paths = formgrader.TEMPLATES
c.HTMLExporter.filters = formgrader.FILTERS
# nbgrader has no setting for what its lists show
NbGraderAPI.get_source_assignments = formgrader.assignments
NbGraderAPI.get_submitted_timestamp = formgrader.handed_in
