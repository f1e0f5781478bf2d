"""Real PostgreSQL and Valkey from their wheels, in var/, for a machine on which nobody has set up servers.

They live as long as somebody uses them: the site, a management command, or both at once. The first process that
needs them starts them, the last one stops them, and what a killed process left running is taken over by the next.
"""

import atexit
import os
import sys

from secureblogs.local.daemons import CannotStart
from secureblogs.local.servers import Servers, make_folders
from secureblogs.running import environment

__all__ = ["CannotStart", "Servers", "bring_servers", "make_folders", "use"]


def bring_servers() -> None:
    """Let this process, until it ends, use the servers that the settings name, or else embedded ones."""
    environment.read_file()
    if environment.names_servers():
        return
    servers = Servers(environment.var_dir())
    atexit.register(servers.stop)
    try:
        use(servers)
    except CannotStart as error:
        sys.exit(str(error))


def use(servers: Servers) -> None:
    """Start the servers, and put their settings into the environment beside what stands there. CannotStart."""
    servers.start()
    os.environ |= {name: value for name, value in servers.environment().items() if not os.environ.get(name)}
