"""Who PostgreSQL runs as: us, or a user of its own where we are root, since it refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from secureblogs.embedded.daemons import CannotStart

ROOTS_USER = "secureblogs"
# Where root keeps what that user has to reach, if the project stands in a private folder.
OUTSIDE = Path("/var/lib/secureblogs")


def is_root() -> bool:
    """Whether we are."""
    return os.geteuid() == 0


def name() -> str | None:
    """The user that PostgreSQL runs as, made if there is none; None where it is simply ours."""
    if not is_root():
        return None
    try:
        pwd.getpwnam(ROOTS_USER)
    except KeyError:
        _make()
    return ROOTS_USER


def numbers() -> set[int]:
    """Ours and that of PostgreSQL's user."""
    user = name()
    return {os.geteuid()} | (set() if user is None else {pwd.getpwnam(user).pw_uid})


def give(folder: Path) -> None:
    """Hand a folder over to PostgreSQL's user."""
    if (user := name()) is not None:
        shutil.chown(folder, user, user)


def can_reach(path: Path) -> bool:
    """Whether PostgreSQL's user may pass through all folders above: opening root's own would be wrong."""
    return not is_root() or all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _make() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, ROOTS_USER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            f"PostgreSQL does not run as root, and the user {ROOTS_USER} could not be made: start as an "
            "ordinary user, or set DATABASE_URL and REDIS_URL to use your own servers."
        ) from error
