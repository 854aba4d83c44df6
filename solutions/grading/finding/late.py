"""What is handed in after its date loses points: so many per cent of a problem set's points for
each day begun.

The rule of each problem set stands in late.json beside the gradebook, so that grading again, or one
student alone, goes by the same rule. A date or a penalty for one person alone stands there too: an
extension, or an excuse. nbgrader's own mechanism enters the penalty, with LatePenalty as its
plugin, so that Formgrader and the page of feedback show it too.
"""

import json
import math
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Unicode

DAY, MINUTE = 24 * 60 * 60, 60  # seconds
SAID = re.compile(r"Due \d{4}-.* days? late\.")


class Rule(NamedTuple):
    due: datetime  # of this machine's clock
    penalty: float  # per cent of the points of the problem set, for each day begun
    alone: dict = {}  # {student: {"due" or "penalty": what holds for this person alone}}

    def of(self, student, *formerly):
        """The Rule that holds for one person, whatever the name in the gradebook was formerly."""
        own = next((self.alone[one] for one in (student, *formerly) if one in self.alone), {})
        return self._replace(**own, alone={})

    def renamed(self, names):
        """This Rule where {name: another one} are called otherwise."""
        return self._replace(alone={names.get(one, one): own for one, own in self.alone.items()})

    def extended(self, students, own):
        """This Rule with `own`, a dict of "due" and "penalty" or one of them, for these alone."""
        alone = {student: self.alone.get(student, {}) | own for student in students}
        return self._replace(alone=self.alone | alone)

    def days(self, time):
        """Days begun after the date."""
        return days_begun((time - self.due).total_seconds()) if time else 0

    def points(self, days, score, most):
        """What `days` cost of `score` points: never more than there are."""
        return min(max(score, 0), days * self.penalty / 100 * most)

    def __str__(self):
        return (
            f"Due {self.due:%Y-%m-%d %H:%M}; each day begun after it costs {self.penalty:g} per "
            "cent of the points of the problem set"
        )


def days_begun(seconds):
    """The minute of a date is in time as a whole, since a date is written without seconds."""
    return max(0, math.ceil(seconds // MINUTE * MINUTE / DAY))


def late_sentence(rule, time, clock):
    """What is said of a submission that came at `time` by `clock`: "" where it was in time."""
    days = rule.days(time) if rule else 0
    if not days:
        return ""
    return (
        f"Due {rule.due:%Y-%m-%d %H:%M}, handed in {time:%Y-%m-%d %H:%M} ({clock}): "
        f"{days} day{'s' * (days > 1)} late."
    )


def with_rule_of_now(seen, rule):
    """(days late, remarks) of what was found of a person (found.read_found), by the Rule of now and
    not by that of the run that found it."""
    time = datetime.fromisoformat(seen["time"]) if seen.get("time") else None
    remarks = [one for one in seen.get("remarks", []) if not SAID.fullmatch(one)]
    said = late_sentence(rule, time, seen.get("clock"))
    return rule.days(time) if rule else 0, [*remarks, *([said] if said else [])]


def read_given(due, penalty):
    """{"due": a command's --due, "penalty": its --penalty}, without what was not given (None).
    Exits with a sentence where they are none."""
    given = {}
    if due is not None:
        try:
            due = datetime.fromisoformat(due)
        except ValueError:
            sys.exit(
                f"--due {due} is no date: write it as 2026-11-20T23:59, by this machine's clock."
            )
        given["due"] = due.astimezone().replace(tzinfo=None) if due.tzinfo else due
    if penalty is not None:
        if not 0 <= penalty <= 100:
            sys.exit(f"--penalty {penalty:g} is not between 0 and 100 per cent.")
        given["penalty"] = penalty
    return given


def rule_of(root, problem_set):
    """The Rule that was given for a problem set, or None."""
    rule = rules_in(root / "late.json").get(problem_set)
    if rule is None:
        return None
    alone = {student: dated(own) for student, own in rule.get("alone", {}).items()}
    return Rule(**dated({"due": rule["due"], "penalty": rule["penalty"]}), alone=alone)


def keep_rule(root, problem_set, rule):
    root.mkdir(parents=True, exist_ok=True)
    rules = rules_in(root / "late.json") | {problem_set: rule._asdict()}
    text = json.dumps(rules, indent=2, sort_keys=True, default=datetime.isoformat)
    (root / "late.json").write_text(text, "utf-8")


def rules_in(path):
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def dated(own):
    return own | ({"due": datetime.fromisoformat(own["due"])} if "due" in own else {})


class LatePenalty(LateSubmissionPlugin):
    """nbgrader asks it for the points that a late submission loses."""

    rules = Unicode(help="path of late.json").tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        problem_set = self.parent.assignment_id
        rule = rule_of(Path(self.rules).parent, problem_set)
        if rule:
            most = self.parent.gradebook.find_assignment(problem_set).max_score
            return rule.of(student_id).points(days_begun(total_seconds_late), score, most)
