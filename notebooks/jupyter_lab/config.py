"""JupyterLab's settings for this course, used with --config: on this computer only, with a token,
and nothing asked or sent."""

import os

c = get_config()  # noqa: F821 (JupyterLab provides it)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_root = (
    hasattr(os, "geteuid") and os.geteuid() == 0
)  # in a container the user often is root
c.LabApp.news_url = None  # no feed,
c.LabApp.app_settings_dir = os.path.dirname(
    os.path.abspath(__file__)
)  # and overrides.json: no question about one
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
