"""The page of feedback that a student gets: what was handed in, task by task, with what was said of
it and its points."""

import html
import re
import shutil
from datetime import UTC
from pathlib import Path

import nbformat
from nbconvert.exporters import Exporter
from nbgrader import utils
from nbgrader.api import Gradebook

from bpkit.diagnosis.exercise import VERDICT

from ..finding.find import to_student
from .clean import PICTURE_TYPES, markdown, page_part, shown, words
from .formulas import drawn
from .marks import marks_of, open_gradebook
from .pages import page, plain, points, write_page
from ..judging.judge import said_by
from .tasks import by_hand, is_handed_out, name_of, tasks_of, title_of

MOST_TEXT = 120_000  # characters of a submission in its page; no honest one comes near
MOST_OF_ONE = 20_000  # of one cell or output
CUT = " […] (The rest is in your own notebook.)"
GRADED = re.compile(r"Graded: \S+ of \S+ points\.\n?")
MESSAGE = re.compile(r"^(?=[✓✗–] )", re.MULTILINE)
SUBJECT = re.compile(r"[✓✗–] (.+?):")


def write_feedback(course, problem_set, rows):
    """Write the page of each row of the table, that of a file that could not be read too.

    Parameters
    ----------
    course : nbgrader's course (see course.py)
    problem_set : str, its name
    rows : list of dict, with "student", "remarks" and "penalty"
    """
    release = _path(course, course.release_directory, ".", problem_set, "ipynb")
    title = title_of(nbformat.read(release, as_version=4), problem_set)
    with open_gradebook(course) as gradebook:
        for row in rows:
            student = row["student"]
            graded = _path(course, course.autograded_directory, student, problem_set, "ipynb")
            target = _path(course, course.feedback_directory, student, problem_set, "html")
            shutil.rmtree(target.parent, ignore_errors=True)
            notebook = nbformat.read(graded, as_version=4) if graded.is_file() else None
            if notebook:
                made = feedback_page(gradebook, problem_set, student, notebook, row["penalty"])
            else:
                made = page_without_notebook(gradebook, title, student, row["remarks"])
            write_page(target, made)


def _path(course, step, student, problem_set, ending):
    folder = Path(course.format_path(step, student, problem_set))
    return folder / f"{problem_set}.{ending}"


def page_without_notebook(gradebook, title, student, remarks):
    """The page of a student whose file could not be graded, with the sentences that say why."""
    return page(
        "feedback.html.j2",
        title=plain_heading(title),
        person=name_of_person(gradebook, student),
        remarks=[*map(to_student, remarks), "Nothing of it could be graded, so it has no points."],
    )


def feedback_page(gradebook, problem_set, student, notebook, penalty=None):
    """The page of one student as text, from the graded notebook. `penalty` are the points lost by
    being late; without it, those that the gradebook has from the last grading."""
    marks, comments = marks_of(gradebook, problem_set, student)
    room = Room()
    tasks = [
        {
            "heading": plain_heading(task.heading),
            "marks": [mark_shown(marks[name]) for name in task.graded if name in marks],
            "parts": list(parts_of(task, marks, comments, room)),
        }
        for task in tasks_of(notebook)
        if task.graded
    ]
    return page(
        "feedback.html.j2",
        title=plain_heading(title_of(notebook, problem_set)),
        person=name_of_person(gradebook, student),
        remarks=remarks_in(notebook),
        total=total_of(gradebook, problem_set, student, marks, penalty),
        tasks=tasks,
    )


def name_of_person(gradebook, student):
    known = gradebook.find_student(student)
    return " ".join(filter(None, (known.first_name, known.last_name))) or student


def remarks_in(notebook):
    """What had to be done to the file before it could be graded."""
    return list(notebook.metadata.get("grading", {}).get("remarks", []))


def total_of(gradebook, problem_set, student, marks, penalty):
    submission = gradebook.find_submission(problem_set, student)
    late = submission.late_submission_penalty or 0 if penalty is None else penalty
    waiting = sum(mark.most for mark in marks.values() if mark.state == "unread")
    earned = sum(mark.points for mark in marks.values() if mark.state != "unread")
    return {
        "points": points(max(0, earned - late)),
        "most": points(sum(mark.most for mark in marks.values())),
        "waiting": points(waiting) if waiting else "",
        "late": points(late) if late else "",
        "due": day_and_time(gradebook.find_assignment(problem_set).duedate),
        "came": day_and_time(submission.timestamp),
    }


def day_and_time(moment):
    """A time of the gradebook's, which is in UTC, by this machine's clock; "" for none."""
    moment = moment and moment.replace(tzinfo=UTC).astimezone()
    return f"{moment:%Y-%m-%d} at {moment:%H:%M}" if moment else ""


def mark_shown(mark):
    return {"points": points(mark.points), "most": points(mark.most), "state": mark.state}


def plain_heading(text):
    return re.sub(r"[`$*]", "", text)


class Room:
    """How much text of the submission the page still takes."""

    def __init__(self):
        self.left = MOST_TEXT

    def cut(self, text):
        most = min(MOST_OF_ONE, self.left)
        self.left -= min(len(text), most)
        return text if len(text) <= most else text[:most] + CUT

    def takes(self, text):
        """Whether cleaned HTML, its pictures aside, fits whole: half of it would not be HTML."""
        length = len(re.sub(r'src="data:[^"]*"', "", text))
        if length > min(MOST_OF_ONE, self.left):
            return False
        self.left -= length
        return True


def parts_of(task, marks, comments, room):
    """What the section of a task holds, one part after the other."""
    question = [cell for cell in task.cells if is_question(cell)]
    if question:
        yield {"kind": "question", "html": "".join(drawn(without_heading(c)) for c in question)}
    for cell in task.cells:
        name = name_of(cell)
        if not is_handed_out(cell):
            yield from answer_parts(cell, room)
        if utils.is_grade(cell):
            for message in said_in(cell):
                yield {"kind": "said", "text": room.cut(message)}
            if by_hand(cell) and name in marks and not marks[name].state:
                yield {"kind": "said", "text": "– Not attempted."}
            if name in marks:
                yield {"kind": "mark", "mark": mark_shown(marks[name])}
        if comments.get(name):
            changed = name in marks and marks[name].state == "changed"
            about = "A person wrote" + (" about your earlier text:" if changed else ":")
            yield {"kind": "comment", "about": about, "html": drawn(markdown(comments[name]))}


def is_question(cell):
    return cell.cell_type == "markdown" and is_handed_out(cell)


def without_heading(cell):
    """The text of a task without its heading, which the section has, and with its links to
    notebooks in words."""
    return markdown(re.sub(r"\A## .*\n", "", cell.source))


def answer_parts(cell, room):
    if cell.cell_type != "code":
        text = shown(cell)
        if room.takes(text):
            yield {"kind": "text", "html": drawn(text)}
        else:
            yield {"kind": "printed", "text": room.cut(html.unescape(re.sub("<[^>]*>", "", text)))}
        return
    if cell.source.strip():
        yield {"kind": "code", "text": room.cut(cell.source)}
    if utils.is_grade(cell):
        return
    for output in cell.outputs:
        data = output.get("data", {})
        picture = next((kind for kind in PICTURE_TYPES if kind in data), None)
        if output.output_type == "stream":
            yield {"kind": "printed", "text": room.cut(plain(output.text))}
        elif output.output_type == "error":
            yield {"kind": "printed", "text": room.cut(plain(said_by(output)))}
        elif picture:
            content = "".join(words(data[picture]).split())
            yield {"kind": "picture", "address": f"data:{picture};base64,{content}"}
        elif "text/html" in data and room.takes(text := page_part(words(data["text/html"]))):
            yield {"kind": "html", "html": drawn(text)}
        elif "text/plain" in data:
            yield {"kind": "printed", "text": room.cut(plain(words(data["text/plain"])))}


def said_in(cell):
    """What was said of an answer, each thing once: the verdict that gave the points, and of what
    the check printed only what is about something else."""
    if by_hand(cell):
        return []
    verdicts, printed, errors = [], [], []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            printed += MESSAGE.split(plain(output.text))
        elif output.output_type == "error":
            errors.append(plain(said_by(output)))
        elif VERDICT in output.get("data", {}):
            text = plain(words(output["data"].get("text/plain")))
            verdicts.append(GRADED.sub("", text, count=1))
    judged = {found[1] for found in map(SUBJECT.match, verdicts) if found}
    others = [
        text for text in printed if not (found := SUBJECT.match(text)) or found[1] not in judged
    ]
    return list(dict.fromkeys(text.strip() for text in verdicts + others + errors if text.strip()))


class FeedbackPage(Exporter):
    """The page as nbgrader makes it: `nbgrader generate_feedback`, and the button in Formgrader."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb, resources=None, **settings):
        nb, resources = super().from_notebook_node(nb, resources, **settings)
        known = resources["nbgrader"]
        with Gradebook(known["db_url"]) as gradebook:
            made = feedback_page(gradebook, known["assignment"], known["student"], nb)
        return made, resources
