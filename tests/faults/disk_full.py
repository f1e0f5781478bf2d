"""`python -m tests.faults.disk_full`: PostgreSQL on a small disk of its own, which is filled and emptied. JSON.

It mounts a tmpfs, so it needs a mount namespace of its own: see test_disk_full.py.
"""

import json
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from tests.faults.environment import forget_environment
from tests.faults.running import running_world, set_up_django
from tests.faults.world import World

MEGABYTES = 200
# Does not fit into what is left in pages that are there already.
BODY = "All work and no play. " * 10_000
TRIES = 30


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="secureblogs-disk-"))
    disk = folder / "servers"
    disk.mkdir(mode=0o711)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=711", "tmpfs", disk], check=True)
    try:
        forget_environment()
        with running_world(folder, {}) as world:
            set_up_django(world)
            print(json.dumps(play(world, disk)))
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


def play(world: World, disk: Path) -> dict[str, object]:
    """Publish while there is no room, and again when there is."""
    from tests.faults.posts import every_key_of, is_published, make_group, unfinished, wrapped

    group, members = make_group(world, members=5, keys=450)
    author = members[0].visitor()
    uids = [uuid.uuid4() for _ in range(TRIES)]
    ballast = disk / "ballast"
    fill(ballast)
    answers = {}
    for uid in uids:
        answers[uid] = author.publish(group, uid=uid, body=BODY)
        if answers[uid].status != 201:
            break
    refused = list(answers.values())[-1]
    ballast.unlink()
    world.heal()
    emptied = time.monotonic()
    accepted = [uid for uid, answer in answers.items() if answer.status == 201]
    again = [author.publish(group, uid=uid, body=BODY).status for uid in answers]
    while not all(map(is_published, answers)) and time.monotonic() - emptied < 15:
        time.sleep(0.05)
    seconds = time.monotonic() - emptied
    author.close()
    return {
        "refused": refused.status,
        "words": refused.json() if refused.status == 503 else refused.body.decode(errors="replace"),
        "again": again == [200] * len(accepted) + [201],
        "published": all(map(is_published, answers)),
        "seconds": round(seconds, 1),
        "keys": all(wrapped(uid) == every_key_of(members) for uid in answers),
        "posts": group.posts.count() == len(answers),
        "unfinished": unfinished(group),
    }


def fill(ballast: Path) -> None:
    """Take all the room that is left."""
    with ballast.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2


if __name__ == "__main__":
    main()
