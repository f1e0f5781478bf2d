"""Both servers together, shared by every process that uses the same folder."""

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
from secureblogs.embedded import owner
from secureblogs.embedded.daemons import CannotStart
from secureblogs.embedded.made_once import made_once
from secureblogs.embedded.postgresql import PostgreSQL
from secureblogs.embedded.valkey import Valkey


def make_folders(var: Path) -> None:
    """The folder itself and that of the secrets, closed to others; CannotStart says why not."""
    try:
        # PostgreSQL refuses to run as root; the user that root gives it has to pass through.
        var.mkdir(mode=0o711 if owner.is_root() else 0o700, parents=True, exist_ok=True)
        (var / "secrets").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"The folder {var} can't be made ({error.strerror}): name another in SECUREBLOGS_VAR."
        ) from error
    if not os.access(var / "secrets", os.W_OK | os.X_OK):
        raise CannotStart(f"{var} belongs to another user: start as that user, or set SECUREBLOGS_VAR.")


class Servers:
    """The PostgreSQL and the Valkey of one folder.

    Every process that uses them holds a shared lock on the file `users`, which the system releases
    even when the process is killed: who gets it for itself alone is the last and stops the servers.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.var = var
        self.postgresql = PostgreSQL(var, durable=durable)
        self.valkey = Valkey(var / "valkey", durable=durable)
        self._users: int | None = None
        self._process = 0

    def start(self) -> None:
        """Start what does not run yet, and use it from now on; CannotStart says why not."""
        make_folders(self.var)
        with self._alone():
            # Before the start, so that `stop` ends what an interrupted start leaves.
            self._users = os.open(self.var / "users", os.O_RDWR | os.O_CREAT, 0o600)
            self._process = os.getpid()
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._start_both()

    def keep_running(self) -> None:
        """Start again what was killed meanwhile; nothing at all when both run."""
        if not (self.postgresql.is_running() and self.valkey.is_running()):
            with self._alone():
                self._start_both()

    def stop(self) -> None:
        """Use them no longer; the last one to say so stops them."""
        # A forked child inherits the lock and this object, and must not stop its parent's servers.
        if self._users is not None and self._process == os.getpid():
            os.close(self._users)
            self._users = None
            self.stop_unused()

    def stop_unused(self) -> bool:
        """Stop them if nobody uses them; whether that was so."""
        with self._alone(), (self.var / "users").open("a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self.valkey.stop()
            self.postgresql.stop()
            return True

    def environment(self) -> dict[str, str]:
        """What a site on these servers needs in its environment; secrets are made at the first call."""
        private_key = self.var / "secrets" / "sealing_private_keys.pem"
        with self._alone():
            pem = made_once(private_key, lambda: export_private_key(generate_private_key()))
            return {
                "DATABASE_URL": self.postgresql.url(),
                "REDIS_URL": self.valkey.url(),
                "SECRET_KEY": made_once(
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
        """One process at a time starts, stops, or makes secrets."""
        with (self.var / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
