"""Folders and archives, seen alike: names, files on the disk, and when each was handed in."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from .names import nfc

SYSTEM = {
    "__macosx",
    ".ds_store",
    "thumbs.db",
    "desktop.ini",
    ".ipynb_checkpoints",
    "__pycache__",
    "$recycle.bin",
    "system volume information",
    ".git",
    ".trashes",
    ".fseventsd",
    ".spotlight-v100",
}
DEEPEST = 6  # folders in folders
OWN_TIME = "the file's own time"


@dataclass
class File:
    name: str
    path: Path
    time: datetime | None = None  # of this machine's clock, without a zone
    clock: str = OWN_TIME  # where the time is from

    @property
    def is_ordinary(self):
        return self.path.is_file() and not self.path.is_symlink()


@dataclass
class Folder:
    name: str
    entries: list = field(default_factory=list)
    hidden: list = field(default_factory=list)  # names of what was left out
    is_link: bool = False

    def files(self, place=()):
        """(path inside this folder, file) of all files, in the order of their names."""
        for entry in self.entries:
            if isinstance(entry, Folder):
                yield from entry.files((*place, entry.name))
            else:
                yield "/".join((*place, entry.name)), entry

    def all_hidden(self):
        yield from self.hidden
        for entry in self.entries:
            if isinstance(entry, Folder):
                yield from entry.all_hidden()


def is_hidden(name):
    """Files that systems and programs make, and that no person hands in."""
    return name.startswith((".", "~$")) or name.casefold() in SYSTEM


def in_order(entries):
    return sorted(entries, key=lambda entry: (nfc(entry.name), entry.name))


def read_folder(path, deepest=DEEPEST):
    """The folder at `path`. Links are not followed."""
    folder = Folder(nfc(path.name), is_link=path.is_symlink())
    if folder.is_link or not deepest:
        return folder
    handed_in = time_by_nbgrader(path / "timestamp.txt")
    for entry in sorted(os.scandir(path), key=lambda entry: (nfc(entry.name), entry.name)):
        name = nfc(entry.name)
        if is_hidden(name):
            folder.hidden.append(name)
        elif entry.is_dir():
            folder.entries.append(read_folder(Path(entry.path), deepest - 1))
        elif name != "timestamp.txt" or not handed_in:
            time = datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime)
            file = File(name, Path(entry.path), time.replace(microsecond=0))
            if handed_in:
                file.time, file.clock = handed_in, "timestamp.txt"
            folder.entries.append(file)
    return folder


def time_by_nbgrader(path):
    """When a submission was handed in, as nbgrader's exchange writes it beside the notebook."""
    try:
        moment = parse_utc(path.read_text("utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None, microsecond=0)
