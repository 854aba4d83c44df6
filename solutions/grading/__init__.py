"""The programs that release and grade problem sets, around nbgrader, which keeps the gradebook.

A batch (batch.py) finds each student's file in a folder (find.py), puts it into the shape in which
the problem set was handed out (mend.py, with parts.py for what was handed out, recognise.py and
answers.py for which cell is which, arrange.py for their order), runs it (run_cells.py, kernel.py)
and enters its marks (gradebook.py, tables.py, summary.py). release.py makes what learners get;
course.py tells nbgrader where things lie.
"""
