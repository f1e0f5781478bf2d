"""A World from its first moment to its last."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from secureblogs.local import Servers
from tests.faults.clocks import Clocks
from tests.faults.environment import environment, forget_environment, secrets
from tests.faults.world import PARTS, World
from tests.site import make_site


@contextmanager
def world(**settings: str) -> Iterator[World]:
    """A running one, for a process of its own."""
    forget_environment()
    with running_world(new_folder(), settings) as made:
        set_up_django(made)
        yield made


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="secureblogs-faults-"))


def set_up_django(made: World) -> None:
    """Django in this process is the site's."""
    os.environ |= made.site.environment
    django.setup()


@contextmanager
def running_world(folder: Path, settings: dict[str, str]) -> Iterator[World]:
    """Servers and a site in a folder, which is removed afterwards. What is in the environment stays as it is."""
    folder.chmod(0o711)
    servers = Servers(folder / "servers", durable=False)
    made: World | None = None
    try:
        servers.start()
        with environment(**{**servers.environment(), **secrets()}):
            made = World(servers, make_site(folder), settings, Clocks(folder / "clocks"))
        made.restart_postgresql()
        for name in PARTS:
            made.start(name)
        made.site.wait_until_ready()
        yield made
    finally:
        if made is not None:
            for name in list(made.site.processes):
                made.kill(name)
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
