"""Archives of submissions, opened so that nothing in them can do harm.

A member's name never becomes a path: its content is written under a number, into a folder named for
the archive's content, and what it was called is kept beside it. Links and devices are left out, and
sizes are counted while they are written, whatever the archive says of itself.
"""

import hashlib
import shutil
import tarfile
import zipfile
from datetime import datetime

from ..mending.mend import MOST_FILE
from .names import nfc
from .tree import File, Folder, in_order, is_hidden

OPENED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
NOT_OPENED = (".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".arj", ".cab", ".dmg", ".lzh")
MOST_BYTES = 4 * 2**30  # of all members
MOST_MEMBERS = 20_000


class NotOpened(Exception):
    """An archive that cannot be opened; its text says why in a sentence."""


def is_archive(name):
    return name.casefold().endswith(OPENED)


def is_other_archive(name):
    return name.casefold().endswith(NOT_OPENED) and not is_archive(name)


def opened(archive, store):
    """The content of an archive, a File, as a Folder; its files are written into the folder
    `store`. Raises NotOpened."""
    if not archive.is_ordinary:
        raise NotOpened(f"{archive.name} is not an ordinary file.")
    try:
        with archive.path.open("rb") as file:
            place = store / hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError:
        raise NotOpened(f"{archive.name} cannot be read.") from None
    shutil.rmtree(place, ignore_errors=True)  # of an earlier run
    place.mkdir(parents=True)
    try:
        kind = zip_members if archive.name.casefold().endswith(".zip") else tar_members
        return folder_of(archive, kind(archive), place)
    except Exception as failure:
        shutil.rmtree(place, ignore_errors=True)
        raise NotOpened(why_not(archive, failure)) from None


def why_not(archive, failure):
    """A sentence on what went wrong: whatever else the libraries stumble on is damage."""
    if isinstance(failure, NotOpened):
        return str(failure)
    if isinstance(failure, (NotImplementedError, ImportError)):
        return f"{archive.name} is packed in a way that is not known here."
    if type(failure) is RuntimeError:  # zipfile's for a password
        return f"{archive.name} needs a password."
    return f"{archive.name} is damaged: it cannot be opened."


def zip_members(archive):
    """(name, time, opener or None for a folder) of each member that is a file or a folder."""
    with zipfile.ZipFile(archive.path) as packed:
        for member in packed.infolist():
            is_link = (member.external_attr >> 28) == 0o12
            if is_link:
                continue
            name = member.filename
            if not member.flag_bits & 0x800:  # macOS writes UTF-8 and does not say so
                try:
                    name = member.orig_filename.encode("cp437").decode("utf-8")
                except UnicodeError:
                    pass
            try:
                time = datetime(*member.date_time)
            except ValueError:
                time = None
            if time and time.year == 1980:  # no time was written
                time = None
            yield name, time, None if member.is_dir() else lambda: packed.open(member)  # noqa: B023


def tar_members(archive):
    with tarfile.open(archive.path, "r:*") as packed:
        for member in packed:
            if member.isdir() or member.isfile():
                time = datetime.fromtimestamp(member.mtime).replace(microsecond=0)
                yield (
                    member.name,
                    time if member.mtime else None,
                    None if member.isdir() else lambda: packed.extractfile(member),  # noqa: B023
                )


def folder_of(archive, members, place):
    root, left = Folder(archive.name), MOST_BYTES
    for number, (name, time, opener) in enumerate(members):
        if number >= MOST_MEMBERS:
            raise NotOpened(f"{archive.name} holds more than {MOST_MEMBERS} files.")
        parts = nfc(name).replace("\\", "/").split("/")
        parts = [part for part in parts if part not in ("", ".")]
        if ".." in parts or "\0" in name or name.startswith(("/", "\\")) or ":" in name[:2]:
            raise NotOpened(f"{archive.name} names files outside itself: it was not opened.")
        if not parts or len(parts) > 20:
            continue
        hidden = next((part for part in parts if is_hidden(part)), None)
        if hidden:
            if hidden not in root.hidden:
                root.hidden.append(hidden)
            continue
        if opener is None:
            folder_in(root, parts)
            continue
        target = place / f"{number}"
        left -= write(opener, target, min(left, MOST_FILE + 1))
        if left <= 0:
            raise NotOpened(f"{archive.name} holds more than {MOST_BYTES // 2**30} GiB.")
        file = File(parts[-1], target, time or archive.time, f"the time in {archive.name}")
        if not time:
            file.clock = archive.clock
        folder_in(root, parts[:-1]).entries.append(file)
    put_in_order(root)
    return root


def write(opener, target, most):
    """Write a member's first `most` bytes; returns how many there were. One byte more than a
    submission may have is enough to say that it is too large."""
    written = 0
    with opener() as source, target.open("xb") as file:
        while written < most and (block := source.read(min(2**20, most - written))):
            file.write(block)
            written += len(block)
    return written


def folder_in(folder, parts):
    for part in parts:
        inner = next(
            (one for one in folder.entries if isinstance(one, Folder) and one.name == part), None
        )
        if inner is None:
            inner = Folder(part)
            folder.entries.append(inner)
        folder = inner
    return folder


def put_in_order(folder):
    folder.entries = in_order(folder.entries)
    for entry in folder.entries:
        if isinstance(entry, Folder):
            put_in_order(entry)
