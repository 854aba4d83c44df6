"""What is handed in after its date loses points: so many per cent of a problem set's points for
each day begun.

The rule of each problem set stands in late.json beside the gradebook, so that grading again, or one
student alone, goes by the same rule. nbgrader's own mechanism enters the penalty, with LatePenalty
as its plugin, so that Formgrader and the page of feedback show it too.
"""

import json
import math
import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Unicode

DAY = 24 * 60 * 60  # seconds


class Rule(NamedTuple):
    due: datetime  # of this machine's clock
    penalty: float  # per cent of the points of the problem set, for each day begun

    def days(self, time):
        """Days begun after the date."""
        return days_begun((time - self.due).total_seconds()) if time else 0

    def points(self, days, score, most):
        """What `days` cost of `score` points: never more than there are."""
        return min(max(score, 0), days * self.penalty / 100 * most)


def days_begun(seconds):
    return max(0, math.ceil(seconds / DAY))


def read_rule(due, penalty):
    """The Rule of a command's --due and --penalty; exits with a sentence where they are none."""
    try:
        due = datetime.fromisoformat(due)
    except ValueError:
        sys.exit(f"--due {due} is no date: write it as 2026-11-20T23:59, by this machine's clock.")
    if due.tzinfo:
        due = due.astimezone().replace(tzinfo=None)
    if not 0 <= penalty <= 100:
        sys.exit(f"--penalty {penalty:g} is not between 0 and 100 per cent.")
    return Rule(due, penalty)


def rule_of(root, problem_set):
    """The Rule that was given for a problem set, or None."""
    rule = rules_in(root / "late.json").get(problem_set)
    return Rule(datetime.fromisoformat(rule["due"]), rule["penalty"]) if rule else None


def keep_rule(root, problem_set, rule):
    root.mkdir(parents=True, exist_ok=True)
    rules = rules_in(root / "late.json")
    rules[problem_set] = {"due": rule.due.isoformat(), "penalty": rule.penalty}
    (root / "late.json").write_text(json.dumps(rules, indent=2, sort_keys=True), "utf-8")


def rules_in(path):
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


class LatePenalty(LateSubmissionPlugin):
    """nbgrader asks it for the points that a late submission loses."""

    rules = Unicode(help="path of late.json").tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        problem_set = self.parent.assignment_id
        rule = rule_of(Path(self.rules).parent, problem_set)
        if rule:
            most = self.parent.gradebook.find_assignment(problem_set).max_score
            return rule.points(days_begun(total_seconds_late), score, most)
