"""The command line.

python solutions/grading release [PROBLEM_SET ...]
python solutions/grading grade PROBLEM_SET SUBMISSIONS [--roster FILE] [--due DATE --penalty 10]
    [--only NAME] [--out graded]
python solutions/grading read | pack | summary | copies PROBLEM_SET [--out graded]
python solutions/grading totals [--out graded]
python solutions/grading bundle
python solutions/grading remove NAME [PROBLEM_SET] [--out graded]
"""

import argparse
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where this package lies

from grading.batch import grade  # noqa: E402
from grading.bundle import bundle  # noqa: E402
from grading.reporting.copies import copies  # noqa: E402
from grading.course import COURSE, SOLUTIONS, problem_set_named, problem_sets  # noqa: E402
from grading.finding.find import refuse  # noqa: E402
from grading.finding.late import Rule, keep_rule, read_given, rule_of  # noqa: E402
from grading.persons import remove  # noqa: E402
from grading.reporting.pack import pack  # noqa: E402
from grading.reporting.reading import read  # noqa: E402
from grading.release import release  # noqa: E402
from grading.finding.roster import read_roster  # noqa: E402
from grading.reporting.summary import summary  # noqa: E402
from grading.reporting.totals import totals  # noqa: E402

# what is done with a problem set that was graded
AFTERWARDS = {"read": read, "pack": pack, "summary": summary, "copies": copies}


def arguments():
    parser = argparse.ArgumentParser(description="Release problem sets and grade what comes back.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("release", help="make exercises/ from solutions/")
    command.add_argument("problem_sets", nargs="*", metavar="PROBLEM_SET")
    command = commands.add_parser("grade", help="grade a folder, or an archive, of submissions")
    command.add_argument("problem_set", metavar="PROBLEM_SET")
    command.add_argument("submissions", metavar="SUBMISSIONS", help="folder, or .zip or .tar")
    command.add_argument(
        "--due", metavar="DATE", help="such as 2026-11-20T23:59; with --only for that person alone"
    )
    command.add_argument(
        "--penalty",
        type=lambda text: float(text.rstrip("% ")),
        metavar="PER_CENT",
        help="of a problem set's points, lost for each day begun after --due; with --only for that "
        "person alone",
    )
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster that judges, such as tcp://host:8786, or local",
    )
    command.add_argument(
        "--only", metavar="NAME", help="grade one person alone, by id, name or e-mail"
    )
    command.add_argument(
        "--seconds", type=float, default=20, help="limit of a cell, in seconds of computing"
    )
    command.add_argument(
        "--memory", type=int, default=2048, help="memory limit of a submission in MiB"
    )
    add_out(command)
    add_roster(command)
    command = commands.add_parser("totals", help="the marks of all problem sets in one table")
    add_out(command)
    add_roster(command)
    commands.add_parser("bundle", help="the course for learners as a zip, without answers")
    command = commands.add_parser("remove", help="remove a person's rows from one or all of them")
    command.add_argument("name", metavar="NAME", help="id, name or e-mail")
    command.add_argument("problem_set", nargs="?", metavar="PROBLEM_SET")
    add_out(command)
    for name, what in AFTERWARDS.items():
        command = commands.add_parser(name, help=what.__doc__.splitlines()[0])
        command.add_argument("problem_set", metavar="PROBLEM_SET")
        add_out(command)
    return parser.parse_args()


def add_out(command):
    command.add_argument(
        "--out", type=Path, default=COURSE / "graded", help="folder for marks and feedback"
    )


def add_roster(command):
    command.add_argument(
        "--roster", type=Path, metavar="FILE", help="CSV with the columns id, name, e-mail, pattern"
    )


def main():
    chosen = arguments()
    if chosen.command == "release":
        folders = [problem_set_named(name) for name in chosen.problem_sets] or problem_sets(
            SOLUTIONS
        )
        release(folders, COURSE / "exercises")
        print(f"Wrote exercises/: {', '.join(folder.name for folder in folders)}")
        return
    if chosen.command == "bundle":
        made = bundle(COURSE, COURSE / "build" / "backpropagation.zip")
        print(f"The course for learners, without answers and tests: {made}")
        return
    if chosen.command == "totals":
        totals(chosen.out, roster_for(chosen))
        print(f"\nFor spreadsheets, Moodle and Canvas: {chosen.out}/totals*.csv")
        return
    if chosen.command == "remove":
        if not chosen.name.strip():
            sys.exit("Say who: make remove ONLY=name PS=ps3, or without PS from all problem sets.")
        problem_set = chosen.problem_set and problem_set_named(chosen.problem_set).name
        remove(chosen.name, chosen.out, problem_set)
        return
    if not chosen.problem_set.strip():
        sys.exit("Say which problem set: make grade PS=ps3 FROM=folder, make summary PS=ps3.")
    folder = problem_set_named(chosen.problem_set)
    if chosen.command in AFTERWARDS:
        AFTERWARDS[chosen.command](folder.name, chosen.out.resolve())
        return
    if not chosen.submissions.strip():
        sys.exit(f"Say where the submissions are: make grade PS={chosen.problem_set} FROM=folder.")
    refuse(Path(chosen.submissions), chosen.out)
    rule, own = rule_for(chosen, folder.name)
    rows = grade(
        folder,
        Path(chosen.submissions),
        chosen.out,
        chosen.seconds,
        chosen.memory,
        roster=roster_for(chosen),
        rule=rule,
        only=chosen.only,
        own=own,
        scheduler=chosen.scheduler,
    )
    print(
        f"\nMarks: {chosen.out}/grades_{folder.name}.csv (Excel opens it), "
        f"feedback: {chosen.out}/feedback/"
    )
    sys.exit(any(row["failed"] for row in rows))


def roster_for(chosen):
    """The roster that was named, or the one of an earlier run, kept beside the gradebook."""
    kept = chosen.out / "roster.csv"
    if chosen.roster:
        roster = read_roster(chosen.roster)
        chosen.out.mkdir(parents=True, exist_ok=True)
        if chosen.roster.resolve() != kept.resolve():
            shutil.copyfile(chosen.roster, kept)
        return roster
    if kept.exists():
        print(f"With the roster of an earlier run, {kept}.")
        return read_roster(kept)
    return None


def rule_for(chosen, problem_set):
    """(the Rule that was named, or that of an earlier run; what was named for one person alone)"""
    rule, given = rule_of(chosen.out, problem_set), read_given(chosen.due, chosen.penalty)
    if given and rule is None and (chosen.only or "due" not in given):
        sys.exit(
            "There is no date for everybody yet: give it first, with --due 2026-11-20T23:59 and "
            "without --only."
        )
    if given and not chosen.only:
        rule = (rule or Rule(given["due"], 0))._replace(**given)
        keep_rule(chosen.out, problem_set, rule)
    if rule:
        print(f"{rule}.")
    return rule, given if chosen.only else {}


if __name__ == "__main__":
    main()
