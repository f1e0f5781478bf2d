"""What the environment says before any setting is read: a file of settings, a folder, and servers or none."""

import os
import re
import sys
from io import StringIO
from pathlib import Path

from environ import FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ADDRESSES = ("DATABASE_URL", "REDIS_URL")
SETTING = re.compile(r"(?:export )?(\w+)=.*", re.ASCII)

# What the file of settings sets, as this process has read it.
names_in_file: list[str] = []


def read_file() -> None:
    """Take from ENV_FILE, or else from .env beside manage.py, what the environment itself does not say."""
    named = os.environ.get("ENV_FILE")
    if named or (BASE_DIR / ".env").exists():
        file = Path(named or BASE_DIR / ".env")
        _require_readable(file, "The file of settings")
        FileAwareEnv.read_env(StringIO(_settings_in(file)))


def var_dir() -> Path:
    """Return the folder of everything that this installation makes for itself."""
    return Path(os.environ.get("SECUREBLOGS_VAR") or BASE_DIR / "var").absolute()


def names_servers() -> bool:
    """Return whether PostgreSQL and Redis are named. With one of them, or no secrets, the process ends and says so."""
    named = [name for name in ADDRESSES if _is_set(name)]
    if len(named) == 1:
        (missing,) = set(ADDRESSES) - set(named)
        sys.exit(
            f"{named[0]} is set and {missing} is not. Set both to use your own servers, "
            "or neither to run with embedded ones."
        )
    for name in ("SECRET_KEY", "SEALING_PUBLIC_KEY") if named else ():
        # Without a valid sealing key there is everything to read, and /readyz says what is missing.
        is_empty = name == "SEALING_PUBLIC_KEY" and name in os.environ
        if not _is_set(name) and not is_empty:
            sys.exit(f"{name} is not set, but a site with servers of its own needs it: see docs/deploy.md.")
    return bool(named)


def require_servers() -> None:
    """End the process with a sentence unless PostgreSQL and Redis are named."""
    if not names_servers():
        sys.exit(
            "DATABASE_URL and REDIS_URL are not set. `make run` and manage.py bring servers of their own; "
            "whatever else is started needs yours: see docs/deploy.md."
        )


def _is_set(name: str) -> bool:
    if file := os.environ.get(f"{name}_FILE"):
        _require_readable(Path(file), f"{name}_FILE")
        return True
    return bool(os.environ.get(name))


def _settings_in(file: Path) -> str:
    """Return the lines of settings, and note their names.

    Any other line, but for a comment, ends the process with a sentence that gives its number.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        sys.exit(f"The file of settings is not written in UTF-8: {file}.")
    settings = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        # django-environ would pass the line over, and log it with the password that may stand in it.
        setting = SETTING.fullmatch(line)
        if not setting:
            sys.exit(
                f"Line {number} of the file of settings has to be NAME=value, with no space around the name: {file}."
            )
        settings.append(line)
        names_in_file.append(setting[1])
    return "\n".join(settings)


def _require_readable(file: Path, what: str) -> None:
    try:
        file.open().close()
    except OSError as error:
        sys.exit(f"{what} can't be read: {file} ({error.strerror}).")
