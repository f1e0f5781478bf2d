"""Packages of Debian that tests need: installed where that is possible."""

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """Install packages, as root on Debian and its like; elsewhere nothing happens."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing Debian's {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["-y", "--no-install-recommends", "install", *packages]):
        subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)
