"""The programs that release and grade problem sets, around nbgrader, which keeps the gradebook.

A batch (batch.py) finds each student's file in a folder (find.py; units.py, archives.py and tree.py
take the folder apart, whose.py, names.py and roster.py say whose a file is, newest.py and
contents.py which one counts, late.py how late it is), puts it into the shape in which the problem
set was handed out (mend.py), runs it (run_cells.py, kernel.py) and enters its marks (gradebook.py,
found.py, tables.py, totals.py, summary.py). release.py makes what learners get; course.py tells
nbgrader where things lie.
"""
