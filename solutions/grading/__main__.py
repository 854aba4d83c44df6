"""The command line.

python solutions/grading release [PROBLEM_SET ...]
python solutions/grading grade PROBLEM_SET SUBMISSIONS_FOLDER [--out graded]
python solutions/grading summary PROBLEM_SET [--out graded]
python solutions/grading read | pack | copies PROBLEM_SET [--out graded]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where this package lies

from grading.batch import grade  # noqa: E402
from grading.copies import copies  # noqa: E402
from grading.course import COURSE, SOLUTIONS, problem_set_named, problem_sets  # noqa: E402
from grading.pack import pack  # noqa: E402
from grading.reading import read  # noqa: E402
from grading.release import release  # noqa: E402
from grading.summary import summary  # noqa: E402

FOR_READERS = {"read": read, "pack": pack, "copies": copies}


def main():
    parser = argparse.ArgumentParser(description="Release problem sets and grade what comes back.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("release", help="make exercises/ from solutions/")
    command.add_argument("problem_sets", nargs="*", metavar="PROBLEM_SET")
    command = commands.add_parser("grade", help="grade a folder of submissions")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("submissions", type=Path, metavar="SUBMISSIONS_FOLDER")
    command.add_argument(
        "--out", type=Path, default=COURSE / "graded", help="folder for marks and feedback"
    )
    command.add_argument("--seconds", type=float, default=20, help="time limit of a cell")
    command.add_argument(
        "--memory", type=int, default=2048, help="memory limit of a submission in MiB"
    )
    command = commands.add_parser("summary", help="count the named mistakes of a graded batch")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("--out", type=Path, default=COURSE / "graded")
    for name, what in FOR_READERS.items():
        command = commands.add_parser(name, help=what.__doc__.splitlines()[0])
        command.add_argument("problem_set", metavar="PROBLEM_SET")
        command.add_argument("--out", type=Path, default=COURSE / "graded")
    chosen = parser.parse_args()

    if chosen.command in FOR_READERS:
        FOR_READERS[chosen.command](problem_set_named(chosen.problem_set).name, chosen.out)
    elif chosen.command == "release":
        folders = [problem_set_named(name) for name in chosen.problem_sets] or problem_sets(
            SOLUTIONS
        )
        release(folders, COURSE / "exercises")
        print(f"Wrote exercises/: {', '.join(folder.name for folder in folders)}")
    elif chosen.command == "summary":
        summary(problem_set_named(chosen.problem_set).name, chosen.out)
    else:
        if not chosen.submissions.is_dir():
            sys.exit(f"There is no folder {chosen.submissions}")
        rows = grade(
            problem_set_named(chosen.problem_set),
            chosen.submissions,
            chosen.out,
            chosen.seconds,
            chosen.memory,
        )
        print(f"\nMarks: {chosen.out}/grades_*.csv, feedback: {chosen.out}/feedback/")
        sys.exit(any(row["failed"] for row in rows))


if __name__ == "__main__":
    main()
