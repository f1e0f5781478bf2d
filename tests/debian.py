"""Packages of Debian that tests need: installed where that is possible."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")


def install(*packages: str) -> None:
    """Install packages, as root on Debian and its like; elsewhere nothing happens."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing Debian's {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _nothing_starts():
        for command in (["update"], ["-y", "--no-install-recommends", "install", *packages]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Meanwhile no package of a server starts it, as invoke-rc.d is told by the number of a script."""
    made = not POLICY.exists()
    if made:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if made:
            POLICY.unlink()
