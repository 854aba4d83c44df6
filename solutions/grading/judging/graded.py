"""What became of a submission."""

from typing import NamedTuple


class Graded(NamedTuple):
    """Its notebook, in the shape handed out and with verdicts, or None where there is none; and
    sentences for the table."""

    submitted: dict | None = None
    notebook: dict | None = None
    remarks: tuple = ()
    look: tuple = ()
    failed: bool = False  # of grading itself
