"""Real PostgreSQL and Valkey from their wheels, in var/, for a machine on which nobody has set up servers.

They live as long as somebody uses them: the site, a management command, or both at once. Who comes first
starts them, who goes last stops them, and what a killed process left running is taken over by the next.
"""

import atexit
import os
import sys
from pathlib import Path

from secureblogs.embedded.daemons import CannotStart
from secureblogs.embedded.servers import Servers, make_folders

__all__ = ["CannotStart", "Servers", "environment", "is_embedded", "make_folders", "var_dir"]

ADDRESSES = ("DATABASE_URL", "REDIS_URL")
SECRETS = ("SECRET_KEY", "SEALING_PUBLIC_KEY")


def var_dir() -> Path:
    """The folder of everything that this installation makes for itself."""
    default = Path(__file__).resolve().parent.parent.parent / "var"
    return Path(os.environ.get("SECUREBLOGS_VAR") or default).absolute()


def is_embedded() -> bool:
    """Whether the site has to bring its own servers; exits with a sentence when that is not clear."""
    named = [name for name in ADDRESSES if _is_set(name)]
    if len(named) == 1:
        (missing,) = set(ADDRESSES) - set(named)
        sys.exit(
            f"{named[0]} is set and {missing} is not. Set both to use your own servers, "
            "or neither to run with embedded ones."
        )
    for name in SECRETS if named else ():
        if not _is_set(name):
            sys.exit(f"{name} is not set, but a site with servers of its own needs it: see docs/deploy.md.")
    return not named


def environment() -> dict[str, str]:
    """The settings of the embedded servers, started if they don't run yet; empty where others are named."""
    if not is_embedded():
        return {}
    servers = Servers(var_dir())
    atexit.register(servers.stop)
    try:
        servers.start()
        return servers.environment()
    except CannotStart as error:
        sys.exit(str(error))


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
