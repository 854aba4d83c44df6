"""What happens to a submission when it is graded, in this order: with `make grade`, with `nbgrader
autograde` and with the button in Formgrader alike."""

from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
)
from traitlets import default

from .clean import Clean
from .kernel import sandbox_works
from .marks import SaveMarks
from .run_cells import RunCells


class Run(RunCells):
    """Runs a submission: in the sandbox wherever that works, unless the batch, which has tried it
    once for all, has said so already."""

    @default("sandboxed")
    def _tried_here(self):
        return sandbox_works()


STEPS = [
    Run,
    IgnorePattern,
    LimitOutput,
    SaveMarks,
    AssignLatePenalties,
    CheckCellMetadata,
    Clean,
]
SETTINGS = "RunCells"  # the section of nbgrader's configuration for seconds, memory, sandboxed
