"""PostgreSQL and Valkey together, shared by all processes that use the same folder."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from secureblogs.crypto.wrapping import (
    export_private_key,
    generate_private_key,
    load_private_keys,
    public_key_of,
)
from secureblogs.local import system_user
from secureblogs.local.daemons import CannotStart
from secureblogs.local.postgresql import PostgreSQL
from secureblogs.local.secret_files import make_once
from secureblogs.local.valkey import Valkey


def make_folders(var: Path) -> None:
    """Make the folder and that of the secrets, closed to others; CannotStart says why that failed."""
    try:
        # PostgreSQL refuses to run as root; the user that root gives it has to pass through.
        var.mkdir(mode=0o711 if system_user.is_root() else 0o700, parents=True, exist_ok=True)
        (var / "secrets").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"The folder {var} can't be made ({error.strerror}): name another in SECUREBLOGS_VAR."
        ) from error
    if not os.access(var / "secrets", os.W_OK | os.X_OK):
        raise CannotStart(f"{var} belongs to another user: start as that user, or set SECUREBLOGS_VAR.")


class Servers:
    """The PostgreSQL and the Valkey of one folder.

    Every process that uses them holds a shared lock on the file `users`, which the system releases even when the
    process is killed. A process that gets the lock for itself alone is the last one, and stops the servers.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.var = var
        self.postgresql = PostgreSQL(var, durable=durable)
        self.valkey = Valkey(var / "valkey", durable=durable)
        self._users: int | None = None
        self._process = 0

    def start(self) -> None:
        """Start what does not run yet, and use it from now on; CannotStart says why that failed."""
        make_folders(self.var)
        with self._alone():
            # We hold the lock before the start, so that `stop` ends what an interrupted start leaves.
            self._users = os.open(self.var / "users", os.O_RDWR | os.O_CREAT, 0o600)
            self._process = os.getpid()
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._start_both()

    def keep_running(self) -> None:
        """Start again what was killed meanwhile."""
        if not (self.postgresql.is_running() and self.valkey.is_running()):
            with self._alone():
                self._start_both()

    def stop(self) -> None:
        """Use them no longer, and stop them if nobody else uses them."""
        # A forked child inherits the lock and this object, and must not stop its parent's servers.
        if self._users is not None and self._process == os.getpid():
            os.close(self._users)
            self._users = None
            self.stop_unused()

    def stop_unused(self) -> bool:
        """Stop them if nobody uses them, and return whether that was so."""
        with self._alone(), (self.var / "users").open("a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self.valkey.stop()
            self.postgresql.stop()
            return True

    def environment(self) -> dict[str, str]:
        """Return what a site on these servers needs in its environment; the first call makes the secrets."""
        private_key = self.var / "secrets" / "sealing_private_keys.pem"
        with self._alone():
            pem = make_once(private_key, lambda: export_private_key(generate_private_key()))
            return {
                "DATABASE_URL": self.postgresql.url(),
                "REDIS_URL": self.valkey.url(),
                "SECRET_KEY": make_once(
                    self.var / "secrets" / "secret_key", lambda: secrets.token_urlsafe(50)
                ),
                "SEALING_PUBLIC_KEY": public_key_of(load_private_keys(pem)[0]).pem,
                "SEALING_PRIVATE_KEYS_FILE": str(private_key),
            }

    def _start_both(self) -> None:
        self.postgresql.start()
        self.valkey.start()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start, stop, or make secrets."""
        with (self.var / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
