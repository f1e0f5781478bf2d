"""PostgreSQL refuses to run as root, and gets a system user of its own there; elsewhere it runs as we do."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from secureblogs.local.daemons import CannotStart

# Another name than in docs/deploy.md: somebody may make that user and group later on the same machine.
ROOTS_USER = "secureblogs-embedded"
# Root keeps here what that user has to reach, if the project stands in a private folder.
OUTSIDE = Path("/var/lib/secureblogs-embedded")


def is_root() -> bool:
    """Return whether this process is root."""
    return os.geteuid() == 0


def name() -> str | None:
    """Return the system user, made if there is none yet; None where PostgreSQL runs as this process does."""
    if not is_root():
        return None
    try:
        pwd.getpwnam(ROOTS_USER)
    except KeyError:
        _make()
    return ROOTS_USER


def numbers() -> set[int]:
    """Return the numbers of this process's user and of PostgreSQL's."""
    user = name()
    return {os.geteuid()} | (set() if user is None else {pwd.getpwnam(user).pw_uid})


def give(folder: Path) -> None:
    """Hand a folder over to PostgreSQL's user."""
    if (user := name()) is not None:
        shutil.chown(folder, user, user)


def can_reach(path: Path) -> bool:
    """Return whether PostgreSQL's user may pass through all folders above. We open none of root's to it."""
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
