"""The marks of a batch as tables: on the screen, and as CSV."""

import csv


def write_table(path, rows):
    tasks = list(rows[0]["tasks"]) if rows else []
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            ["student", *tasks, "total", "out of", "needs manual grading", "what was wrong"]
        )
        for row in rows:
            points = [f"{row['tasks'][task]:g}" for task in tasks]
            table.writerow(
                [
                    row["student"],
                    *points,
                    f"{row['total']:g}",
                    f"{row['out of']:g}",
                    " ".join(row["by hand"]),
                    " ".join(row["remarks"]),
                ]
            )


def print_table(rows):
    width = max([len(row["student"]) for row in rows] + [len("student")])
    print(f"\n{'student':{width}}  points  out of  by hand  what was wrong")
    for row in rows:
        shown = row["remarks"][:3] + (
            [f"and {len(row['remarks']) - 3} more."] if len(row["remarks"]) > 3 else []
        )
        print(
            f"{row['student']:{width}}  {row['total']:6g}  {row['out of']:6g}  "
            f"{len(row['by hand']):7}  {' '.join(shown)}"
        )
