"""A process of the site that stands still for a while, as on a machine that is too busy."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.site import Site


@contextmanager
def frozen(site: Site, name: str) -> Iterator[None]:
    """Stop a process and its children in the middle of what they do; afterwards they go on."""
    group = site.processes[name].pid
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)
