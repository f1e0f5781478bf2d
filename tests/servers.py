"""PostgreSQL and Valkey for one run of the tests: real ones, in a folder of their own."""

import atexit
import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

from secureblogs.crypto.wrapping import export_private_key, generate_private_key, public_key_of
from secureblogs.local import CannotStart, Servers, use
from secureblogs.local.secret_files import make_once

PREFIX = "secureblogs-test-"
# A run that has just made its folder is still about to start its servers.
SECONDS_TO_START = 60
NAMED = bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
MADE_HERE = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SEALING_PUBLIC_KEY", "SEALING_PRIVATE_KEYS_FILE")

# Quotas that no test meets by the way.
AMPLE = {
    "QUOTA_GROUPS": "10000",
    "QUOTA_POSTS_A_DAY": "1000000",
    "QUOTA_OWN_KEYS": "99",
    "QUOTA_INVITATIONS": "10000",
}


def start() -> None:
    """Put servers into the environment: those that are named there, else new ones without fsync."""
    # This leaves out what a developer has set for their own site.
    os.environ["ENV_FILE"] = os.devnull
    if is_worker := "PYTEST_XDIST_WORKER" in os.environ:
        # Tests that run beside others have servers of their own: messages of Valkey reach all its databases.
        for name in MADE_HERE:
            os.environ.pop(name, None)
    _remove_leftovers()
    # Not mkdtemp: PostgreSQL's own user, which root needs, must pass through; Servers knows how to make it.
    # Where servers are named, no other run takes the folder for one that a killed run left.
    prefix = "secureblogs-named-" if NAMED and not is_worker else PREFIX
    var = Path(tempfile.gettempdir()) / f"{prefix}{secrets.token_hex(6)}"
    os.environ["SECUREBLOGS_VAR"] = str(var)
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    if NAMED and not is_worker:
        _add_secrets(var)
        return
    servers = Servers(var, durable=False)
    atexit.register(servers.stop)
    try:
        use(servers)
    except CannotStart as error:
        sys.exit(str(error))


def make_folder(path: str) -> None:
    """Make a folder and those above it."""
    Path(path).mkdir(parents=True, exist_ok=True)


def _add_secrets(var: Path) -> None:
    var.mkdir(mode=0o700)
    private_key = generate_private_key()
    make_once(var / "sealing_private_keys.pem", lambda: export_private_key(private_key))
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    if "SEALING_PUBLIC_KEY" not in os.environ:
        os.environ["SEALING_PUBLIC_KEY"] = public_key_of(private_key).pem
        os.environ["SEALING_PRIVATE_KEYS_FILE"] = str(var / "sealing_private_keys.pem")


def _remove_leftovers() -> None:
    """A run that was killed left its servers running; nobody uses them any more."""
    for var in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if os.access(var, os.W_OK) and _age(var) > SECONDS_TO_START and Servers(var).stop_unused():
            shutil.rmtree(var, ignore_errors=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0
