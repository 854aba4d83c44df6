"""What was found of each person's submission, kept beside the gradebook: grading one person again,
or a folder of late ones, leaves what is said of the others as it is."""

import json


def path_of(out, problem_set):
    return out / f"found_{problem_set}.json"


def read_found(out, problem_set):
    """{student: what was found} of all runs so far, the newest of each person."""
    path = path_of(out, problem_set)
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def keep_found(out, problem_set, found, results):
    """Keep what was found now: `found` maps students to find.Submission, and `results` to what
    became of it (batch.Graded)."""
    kept = read_found(out, problem_set)
    for student, one in found.items():
        graded = results[student]
        kept[student] = {
            # what is said of a person without a notebook says more than grading can
            "remarks": [*one.remarks, *(graded.remarks if one.path else [])],
            "look": [*one.look, *graded.look],
            "failed": graded.failed,
            "time": one.time.isoformat() if one.time else None,
            "clock": one.clock,
            "place": one.place,
            "path": str(one.path) if one.path else None,
            "name": one.name,
            "email": one.email,
            "platform_id": one.platform_id,
        }
    write_found(out, problem_set, kept)


def write_found(out, problem_set, kept):
    text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
    out.mkdir(parents=True, exist_ok=True)
    path_of(out, problem_set).write_text(text, "utf-8", "replace")
