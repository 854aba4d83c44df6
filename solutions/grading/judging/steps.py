"""What happens to a submission when it is graded, in this order: with `make grade`, with `nbgrader
autograde` and with the button in Formgrader alike."""

from pathlib import Path

from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
)
from traitlets import default

from ..reporting.clean import Clean
from .judge import Judged
from ..reporting.marks import SaveMarks
from .sandbox import sandbox_works
from .seed import seed_of


class Run(Judged):
    """Judges a submission: in the sandbox wherever that works, with the seed of the gradebook."""

    @default("sandboxed")
    def _tried_here(self):
        return sandbox_works()

    @default("seed")
    def _of_the_gradebook(self):
        course = getattr(self.parent, "coursedir", None)
        folder = course and Path(course.root, course.autograded_directory).parent
        return seed_of(folder) if folder and folder.is_dir() else 1


STEPS = [
    Run,
    IgnorePattern,
    LimitOutput,
    SaveMarks,
    AssignLatePenalties,
    CheckCellMetadata,
    Clean,
]
SETTINGS = "Judged"  # the section of nbgrader's configuration for seconds, memory, sandboxed, seed


def judged(notebook, **settings):
    """The notebook with outputs and verdicts."""
    return Run(**settings).preprocess(notebook, {})[0]


def cleaned(notebook):
    """The notebook with nothing active in it, once its marks have been entered: they go by what the
    student wrote."""
    return Clean().preprocess(notebook, {})[0]
