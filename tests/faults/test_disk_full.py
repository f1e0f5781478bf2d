"""A disk without room under PostgreSQL: a real one, small and mounted for this test alone."""

import json
import os
import shutil
import subprocess

import pytest

from tests.faults.programs import play

# A namespace of mounts: root may make one, and others may where the system lets them be root in a small world.
UNSHARE = (
    ("unshare", "--mount")
    if os.geteuid() == 0
    else ("unshare", "--user", "--map-current-user", "--mount", "--keep-caps")
)


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = [*UNSHARE, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/tmp"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.timeout(180)
@pytest.mark.skipif(not may_mount(), reason="this user may not mount a small disk; root may")
def test_without_room_a_post_is_refused_in_words_and_nothing_accepted_is_lost():
    played = play("tests.faults.disk_full", under=UNSHARE)

    found = json.loads(played.splitlines()[-1])
    assert found.pop("seconds") < 10
    assert found == {
        "refused": 503,
        "words": {
            "errors": {
                "__all__": [
                    "The site can't save anything just now. What you typed is still here; try again in a moment."
                ]
            }
        },
        "again": True,
        "published": True,
        "keys": True,
        "posts": True,
        "unfinished": 0,
    }
