"""Programs that read the files of deploy/: each with Debian's package that brings it."""

import os
import shutil

PACKAGES = {
    "bwrap": "bubblewrap",
    "caddy": "caddy",
    "logrotate": "logrotate",
    "mmdebstrap": "mmdebstrap",
    "nginx": "nginx",
    "systemd-analyze": "systemd",
}
# Programs of administrators are in folders of their own, which is not on everybody's path.
PATH = os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin"))


def missing() -> list[str]:
    """The packages of those that are not there."""
    return [package for program, package in PACKAGES.items() if shutil.which(program, path=PATH) is None]


def find(program: str) -> str:
    """The path of one of them."""
    found = shutil.which(program, path=PATH)
    assert found, (
        f"The tests need {program}, and there is none: on Debian, apt-get install {PACKAGES[program]}."
    )
    return found
