"""The marks of a batch as tables: on the screen, and as CSV."""

import csv

from wcwidth import wcswidth

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet computes
WIDTH = 24  # columns of a name on the screen; a longer one moves its own line only
LONGEST = 60


def write_table(path, rows):
    tasks = list(dict.fromkeys(task for row in rows for task in row["tasks"]))
    roster = ["name", "e-mail"] if any(row["name"] for row in rows) else []
    late = ["days late", "late penalty"] if any(row["late"] for row in rows) else []
    heads = ["student", *roster, *tasks, *late, "total", "out of", "needs manual grading"]
    lines = [[*heads, "needs a look", "what was wrong"]]
    for row in rows:
        lines.append(
            [
                row["student"],
                *(row[head] for head in roster),
                *(row["tasks"].get(task, "") for task in tasks),
                *((row["late"], row["penalty"]) if late else ()),
                row["total"],
                row["out of"],
                " ".join(row["by hand"]),
                " ".join(row["look"]),
                " ".join(one for one in row["remarks"] if one not in row["look"]),
            ]
        )
    write_csv(path, lines)


def write_csv(path, lines):
    """A CSV in UTF-8 with the mark by which Excel knows it. No cell is a formula."""
    with path.open("w", newline="", encoding="utf-8-sig", errors="replace") as file:
        csv.writer(file).writerows([[cell_of(value) for value in line] for line in lines])


def cell_of(value):
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return f"{round(value, 4):g}"


def print_table(rows):
    print(f"\n{padded('student')}  points  out of  by hand  look  what was wrong")
    for row in rows:
        said = list(dict.fromkeys([*row["look"], *row["remarks"]]))
        shown = said[:3] + ([f"and {len(said) - 3} more."] if len(said) > 3 else [])
        print(
            f"{padded(row['name'] or row['student'])}  {row['total']:6.4g}  {row['out of']:6g}  "
            f"{len(row['by hand']):7}  {'yes' if row['look'] else '':4}  {' '.join(shown)}".rstrip()
        )
        if row["late"]:
            day = "day" if row["late"] == 1 else "days"
            print(f"{padded('')}  {0 - row['penalty']:6.4g}  {row['late']} {day} late")
    looks = sum(bool(row["look"]) for row in rows)
    if looks:
        print(f"\n{looks} of {len(rows)} need a look before their points are believed.")


def padded(name):
    """A name in WIDTH columns of a terminal, where a Chinese sign takes two."""
    while wcswidth(name) > LONGEST:
        name = name[:-2] + "…"
    return name + " " * max(0, WIDTH - max(0, wcswidth(name)))
