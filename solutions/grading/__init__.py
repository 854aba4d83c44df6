"""The programs that release and grade problem sets, around nbgrader, which keeps the gradebook.

`python solutions/grading` is the command (__main__.py); batch.py grades a folder, release.py makes
what learners get, course.py and gradebook.py speak with nbgrader. The parts, in the order in which
a submission meets them:

- finding: which file is whose submission;
- mending: the submission in the shape in which the problem set was handed out;
- judging: its cells run in a sandbox, its answers judged outside of it;
- reporting: feedback, tables, and what a class got wrong.
"""
