"""Settings of each account's JupyterLab on the hub. set_up.py puts this file into the environment;
it runs in the account's own server, with no more rights than the account has."""

import os
import shutil
import sys
from pathlib import Path

HUB = Path(sys.prefix).parent


def copy_what_is_new(source, target):
    if not os.path.lexists(target):
        shutil.copyfile(source, target)


# nobody else on this machine has to read what a learner writes
Path.home().chmod(0o700)
# each learner works in a copy of their own; what they have changed in it stays as it is
shutil.copytree(
    HUB / "course" / "notebooks",
    Path.home() / "notebooks",
    dirs_exist_ok=True,
    copy_function=copy_what_is_new,
)

c = get_config()  # noqa: F821 (Jupyter provides it)

# a login shell would forget where the environment's programs are
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
if os.getuid() != (HUB / "instructor").lstat().st_uid:
    # a learner has no use for nbgrader's tools that make and grade problem sets
    c.ServerApp.jpserver_extensions = {"nbgrader.server_extensions.formgrader": False}
    c.LabApp.app_settings_dir = os.path.join(sys.prefix, "etc", "jupyter", "learner")
