"""Which of several notebooks of one person counts: the newest.

That is the one with the highest number of a copy in its name, as browsers and Jupyter write it, or,
where that is the same, the one with the latest time. One of another problem set, or one that cannot
be read, counts only where there is no other. What an earlier run has taken counts as long as it is
later than what is there now, whatever number that bears.
"""

import hashlib
from datetime import datetime


def by_age(candidates, problem_set):
    """The notebooks of one person, the one that counts first."""
    of_this = [one for one in candidates if one.problem_set in (None, problem_set)]
    return sorted(of_this or candidates, key=lambda one: key(one, problem_set), reverse=True)


def key(candidate, problem_set):
    return (
        candidate.readable,
        candidate.problem_set == problem_set,
        candidate.number,
        candidate.time or datetime.min,
        candidate.changed or datetime.min,
        candidate.place,
    )


def which(ranked, problem_set):
    """A sentence on which notebook counts and why."""
    same = "" if differ(ranked) else ", which holds the same"
    left = listed([one.place for one in ranked[1:]])
    return (
        f"{ranked[0].place} counts, since {why(*ranked[:2], problem_set)}; not used: {left}{same}."
    )


def why(counts, other, problem_set):
    reasons = [
        "the others cannot be read",
        f"nothing in the others tells that they are of {problem_set}",
        "it has the highest number in its name",
        "it is the latest",
        "its own time is the latest",
        "it is the last by name of those with the same time",
    ]
    pairs = zip(reasons, key(counts, problem_set), key(other, problem_set))
    return next(reason for reason, one, another in pairs if one != another)


def listed(places):
    return ", ".join(places[:3]) + " and others" * (len(places) > 3)


def differ(candidates):
    """Whether notebooks differ in what they hold."""
    ordinary = [one.file.path for one in candidates if one.file.is_ordinary]
    return len(ordinary) < len(candidates) or len({digest(path) for path in ordinary}) > 1


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
