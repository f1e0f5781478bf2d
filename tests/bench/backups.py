"""How long a backup takes, and its restore into an empty database."""

import secrets
import sys
import time
from pathlib import Path

import pyrage

from tests import commands
from tests.bench.million import fill
from tests.bench.publishers import publisher
from tests.bench.rig import report
from tests.site import Site, create_database

KEYS = 100_000


def measure(site: Site) -> None:
    """Both for a site with 100,000 wrapped keys, which goes on meanwhile."""
    fill(publisher(site, "Large").group, KEYS)
    key, file = pyrage.x25519.Identity.generate(), site.var / "backup.age"
    identity = site.var / "key.txt"
    identity.write_text(str(key))
    backup = seconds_of(site, "backup", file, "--recipient", str(key.to_public()))
    site.environment["DATABASE_URL"] = create_database(f"site_{secrets.token_hex(6)}")
    restore = seconds_of(site, "restore", file, "--identity", identity)
    report(
        f"a backup with {KEYS:,} wrapped keys",
        backup=backup,
        restore=restore,
        size=file.stat().st_size / 2**20,
        unit="seconds, MiB",
    )


def seconds_of(site: Site, *command: str | Path) -> float:
    began = time.perf_counter()
    code, _, complaint = commands.run(sys.executable, "manage.py", *command, env=site.environment)
    assert code == 0, complaint
    return time.perf_counter() - began
