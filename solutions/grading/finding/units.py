"""The entries of a folder of submissions: which of them is one person's, and what notebooks are in
it. Archives are opened, and a folder that only holds the folders of persons is no person's."""

from datetime import datetime
from typing import NamedTuple

from .archives import NotOpened, is_archive, opened
from .names import nfc, read_name, words_of
from .contents import look_into
from .tree import File, Folder, read_folder

NO_SUBMISSION = (".csv", ".tsv", ".xls", ".xlsx", ".ods", ".log", ".ini", ".db", ".lnk")
DEEPEST = 3  # folders of persons in folders


class Unit:
    """An entry that is one person's: what it is called, what its name says, and its files."""

    def __init__(self, label, entry, written):
        self.label, self.entry, self.written = label, entry, written
        self.notebooks = []  # a Candidate of each
        self.others = []  # places of what is no notebook
        self.problems = []  # sentences on what could not be opened
        self.fitting = []  # persons of the roster whom it fits, where that is not one

    @property
    def platform_id(self):
        return f"{self.written.platform} {self.written.id}" if self.written.id else ""


class Candidate(NamedTuple):
    place: str  # in the folder of submissions
    file: File
    number: int  # of the copy
    time: datetime | None  # when it was handed in
    clock: str
    changed: datetime | None  # the file itself, by its own time or an archive's
    readable: bool
    problem_set: str | None


class Units:
    """All units of a folder or an archive. `lines` has a sentence on each entry that is none, and
    `hidden` the names of what programs have left there."""

    def __init__(self, source, problem_set, folders, store):
        self.problem_set, self.folders, self.store = problem_set, folders, store
        self.names = sorted({problem_set, *(folder.name for folder in folders)})
        self.lines, self.hidden = [], set()
        self.looked, self.unpacked = {}, {}
        root, archive = self.root_of(source)
        self.all = list(self.units(root, archive=archive))
        self.hidden |= set(root.all_hidden())

    def root_of(self, source):
        """(the folder, the archive that tells its time or None)"""
        if source.is_dir():
            return read_folder(source), None
        time = datetime.fromtimestamp(int(source.stat().st_mtime))
        archive = File(nfc(source.name), source, time)
        try:
            root = opened(archive, self.store)
        except NotOpened as reason:
            raise SystemExit(str(reason)) from None
        return root, self.archive_of_one(archive, root)

    def archive_of_one(self, entry, content):
        """The archive, where an entry is one that holds the work of one person, who then decides
        which times stand in it, so that its own counts; else None."""
        is_archive_of_one = content is not entry and len(self.persons_in(content)) < 2
        return entry if is_archive_of_one else None

    def content(self, entry, problems):
        """The entry, or what is in it where it is an archive."""
        if isinstance(entry, Folder) or not is_archive(entry.name):
            return entry
        if entry.path not in self.unpacked:
            try:
                content, problem = opened(entry, self.store), None
                self.hidden |= set(content.all_hidden())
            except NotOpened as reason:
                content, problem = entry, str(reason)
            self.unpacked[entry.path] = content, problem
        content, problem = self.unpacked[entry.path]
        problems += [problem] if problem else []
        return content

    def units(self, folder, place="", level=0, archive=None):
        """The units of a folder; `archive` tells their time where it is one person's."""
        for entry in folder.entries:
            label = place + entry.name
            written = read_name(entry.name, self.names, isinstance(entry, Folder))
            problems = []
            content = self.content(entry, problems)
            if isinstance(content, Folder) and not written.platform and level < DEEPEST:
                if self.holds_class(content) or not written.person and self.persons_in(content):
                    self.lines.append(
                        f"{label} is no person's: each entry in it was taken for one."
                    )
                    of_one = archive or self.archive_of_one(entry, content)
                    yield from self.units(content, f"{label}/", level + 1, of_one)
                    continue
            unit = Unit(label, content, written)
            unit.problems = problems
            opened_here = entry if content is not entry else None
            self.collect(unit, content, archive=archive or opened_here)
            name = entry.name.casefold()
            if not unit.notebooks and (name.endswith(NO_SUBMISSION) or is_readme(name)):
                self.lines.append(f"{label} was left out: it is no submission.")
                continue
            yield unit

    def holds_class(self, folder):
        """Whether a folder's entries are several persons': a learning platform has named one, or
        there are two names of persons with a notebook of this problem set each."""
        if any(
            read_name(entry.name, self.names, isinstance(entry, Folder)).platform
            for entry in folder.entries
        ):
            return True
        return len(self.persons_in(folder)) > 1

    def persons_in(self, folder):
        """Names in it that are not its own and that have a notebook of this problem set, or an
        archive, or that a learning platform has written."""
        own = set(words_of(read_name(folder.name, self.names).person))
        persons = set()
        for entry in folder.entries:
            is_folder = isinstance(entry, Folder)
            written = read_name(entry.name, self.names, is_folder)
            person = written.person.casefold()
            if not person and is_folder:
                persons |= self.persons_in(entry)
            if not person or own & set(words_of(person)):
                continue
            files = [file for _, file in entry.files()] if is_folder else [entry]
            has_work = any(is_archive(file.name) or self.is_of_this(file) for file in files)
            if has_work or written.platform:
                persons.add(person)
        return persons

    def is_of_this(self, file):
        notebook = self.look(file)
        return notebook is not None and notebook.problem_set == self.problem_set

    def look(self, file):
        key = file.path, file.name
        if key not in self.looked:
            self.looked[key] = look_into(file, self.problem_set, self.folders)
        return self.looked[key]

    def collect(self, unit, content, place=None, level=0, archive=None):
        """Put all files of an entry into its unit, those of archives in it too. `archive` is the
        person's own that they lie in, which tells their time."""
        place = place or unit.label
        if isinstance(content, File):
            files = [(place, content)]
        else:
            files = [(f"{place}/{inside}", file) for inside, file in content.files()]
        for where, file in files:
            if content is not file and is_archive(file.name):
                if level:
                    unit.problems.append(f"{where} is an archive in an archive: it was not opened.")
                    continue
                inner = self.content(file, unit.problems)
                if isinstance(inner, Folder):
                    self.collect(unit, inner, where, level + 1, archive or file)
                    continue
            notebook = self.look(file)
            if notebook is None:
                unit.others.append(where)
                continue
            time, clock = self.time_of(archive or file)
            unit.notebooks.append(
                Candidate(
                    where,
                    file,
                    read_name(file.name, self.names).number,
                    time,
                    clock,
                    self.time_of(file)[0],
                    notebook.readable,
                    notebook.problem_set,
                )
            )

    def time_of(self, file):
        written = read_name(file.name, self.names)
        if written.time and file.clock != "timestamp.txt":
            return written.time, "the time in its name"
        return file.time, file.clock


def is_readme(name):
    return name.split(".")[0] in ("readme", "license", "makefile")
