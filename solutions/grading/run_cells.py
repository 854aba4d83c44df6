"""The part of nbgrader's grading that runs a submission's cells, made to outlive whatever they do,
and strict about points."""

import time

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer

from .kernel import Kernel

NOT_RUN = "NotRun"  # name of the errors that this program puts into cells


class RunCells(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute, which gives up a submission when its kernel dies or
    cannot be interrupted.

    A cell that takes too long is interrupted. Where it does not end then, or ended the kernel, a
    new kernel runs the cells before it, except those that were at fault, and goes on after it. Each
    cell at fault says so in an error.

    Grading is strict (`make_strict`): nbgrader gives full points to a graded cell without a result.
    """

    seconds = Float(20, help="time limit of a cell").tag(config=True)
    memory = Integer(2048, help="memory limit of a kernel in MiB").tag(config=True)
    sandboxed = Bool(False, help="whether kernels run inside bubblewrap").tag(config=True)

    def preprocess(self, nb, resources):
        self.end = time.monotonic() + 15 * self.seconds  # of the whole submission
        at_fault, kernel = set(), None
        try:
            for index, cell in enumerate(nb.cells):
                if cell.cell_type != "code":
                    continue
                cell.outputs, complaint = (
                    [],
                    "was not run: the time for the whole submission was used up",
                )
                if kernel is None and self._time_left():
                    kernel = self._kernel_after(nb.cells[:index], at_fault)
                if self._time_left():
                    cell.outputs, complaint = kernel.run(cell.source, self._time_left())
                    if complaint:
                        at_fault.add(index)
                    if not kernel.usable:
                        kernel.stop()
                        kernel = None
                if complaint:
                    cell.outputs.append(error_output(f"This cell {complaint}."))
                cell.execution_count = index + 1
                if utils.is_grade(cell):
                    make_strict(cell)
        finally:
            if kernel:
                kernel.stop()
        return nb, resources

    def _time_left(self):
        """Seconds for the next cell; 0 where the submission has used up its time."""
        return max(0, min(self.seconds, self.end - time.monotonic()))

    def _kernel_after(self, cells, at_fault):
        """A new kernel in which `cells`, except those at fault, were run. Each round either works
        or finds one more at fault, so it ends."""
        while True:
            kernel = Kernel(self.memory * 2**20, self.sandboxed)
            for index, cell in enumerate(cells):
                if cell.cell_type == "code" and index not in at_fault and self._time_left():
                    _, complaint = kernel.run(cell.source, self._time_left())
                    if complaint:
                        at_fault.add(index)
                    if not kernel.usable:
                        kernel.stop()
                        break
            else:
                return kernel


def error_output(sentence):
    return nbformat.v4.new_output("error", ename=NOT_RUN, evalue=sentence, traceback=[sentence])


def make_strict(cell):
    """Leave in a graded cell either exactly one result, a number from 0 to its points, or an error,
    which is worth 0.

    A second result is a forged one, since Python gives a cell one at most.
    """
    points = float(cell.metadata.nbgrader["points"])
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"  # nbgrader takes a warning on stderr for a failure
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    failed = any(output.output_type == "error" for output in cell.outputs)
    if not failed and len(results) == 1 and is_number(results[0].data.get("text/plain"), points):
        return
    cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
    if not failed:
        cell.outputs.append(
            error_output(
                f"This cell did not end with one number from 0 to {points:g}: it earns nothing."
            )
        )


def is_number(text, most):
    try:
        return 0 <= float(text) <= most  # False for nan
    except (TypeError, ValueError):
        return False
