"""nbgrader's `collect`, told whom to believe: everybody in the class may write into the exchange
what they like, under any name. By itself `collect` only warns where a name and an owner differ,
follows links, and stops at what it cannot read, so that nobody's work is collected."""

import os
import pwd
import shutil
from datetime import datetime
from pathlib import Path

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns, parse_utc

LEFT_OUT = datetime.min  # older than all that was handed in, so that it stands for nothing else


class CollectFromOwners(ExchangeCollect):
    def _path_to_record(self, path):
        """A submission is that of the account that wrote it, whatever it is called."""
        owner = owner_of(path)
        try:
            self._check(Path(path))
            return {**super()._path_to_record(path), "username": owner}
        except (ExchangeError, OSError, ValueError, OverflowError) as reason:
            self.log.warning("%s, which belongs to %s, is left out: %s", path, owner, reason)
            name = os.path.basename(path)
            return {"username": owner, "filename": name, "timestamp": LEFT_OUT}

    def _check(self, folder):
        """Raise an error where `nbgrader submit` has not written this."""
        if folder.is_symlink():
            raise ValueError("it is a link")
        parse_utc((folder / "timestamp.txt").read_text("utf-8"))
        if not (folder / "submission_secret.txt").is_file():
            raise ValueError("its feedback could not be given back")
        if self.get_size(folder) > 1000 * self.coursedir.max_dir_size:
            raise ValueError("it is too large")

    def init_src(self):
        super().init_src()
        self.src_records = [
            record for record in self.src_records if record["timestamp"] != LEFT_OUT
        ]

    def do_copy(self, source, target):
        """Links stay links: followed, one could bring in whatever the instructor can read. What
        cannot be copied is missing from its own submission, and from no other."""
        ignored = ignore_patterns(
            exclude=self.coursedir.ignore, max_file_size=self.coursedir.max_file_size, log=self.log
        )
        try:
            shutil.copytree(source, target, symlinks=True, ignore=ignored)
        except shutil.Error as failure:
            for file, _, reason in failure.args[0]:
                self.log.warning("%s could not be collected: %s", file, reason)


def owner_of(path):
    number = os.lstat(path).st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"account {number}"


c = get_config()  # noqa: F821 (nbgrader provides it)
c.ExchangeFactory.collect = CollectFromOwners
