"""The environment of this process and of those that it starts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def environment(**changes: str) -> Iterator[None]:
    """These variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ |= changes
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def forget_environment() -> None:
    """Leave out what a developer has set for their own site."""
    os.environ["ENV_FILE"] = os.devnull
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "SEALING_PUBLIC_KEY",
        "SEALING_PRIVATE_KEYS_FILE",
        "SECRET_KEY",
    ):
        os.environ.pop(name, None)


def secrets() -> dict[str, str]:
    """The secrets of this process, which signs people in and seals their drafts, if it has any."""
    names = ("SECRET_KEY", "SEALING_PUBLIC_KEY", "SEALING_PRIVATE_KEYS_FILE")
    return {name: os.environ[name] for name in names if name in os.environ}
