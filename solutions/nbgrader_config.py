"""How nbgrader sees this course: the programs in grading read it, and nbgrader itself does so when
it is started in this folder."""

from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent

c = get_config()  # noqa: F821, given by nbgrader

c.CourseDirectory.root = str(COURSE)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# all that grading writes, students' work and marks, stays together in one folder that git ignores
c.CourseDirectory.submitted_directory = "graded/submitted"
c.CourseDirectory.autograded_directory = "graded/autograded"
c.CourseDirectory.feedback_directory = "graded/feedback"
c.CourseDirectory.db_url = f"sqlite:///{COURSE / 'graded' / 'gradebook.db'}"

# nbgrader's own stub raises NotImplementedError, which stops Run All and frightens learners
c.ClearSolutions.code_stub = {"python": "# Your code here."}
c.ClearSolutions.text_stub = (
    "Your answer here. (Enter opens this cell to write in it, Shift + Enter closes it.)"
)
