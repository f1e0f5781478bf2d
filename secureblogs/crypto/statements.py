"""The bytes that a person's keys sign, about their keys and about what they write."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from .contexts import context, number
from .x_wing import ALGORITHM

NEW, ROUTINE, LOST_DEVICE, RESET = "new", "routine", "lost-device", "reset"
# After these causes nobody has an older key that could sign, and so no key goes before.
WITHOUT_BEFORE = {NEW, RESET}
DEVICE, RECOVERY = "device", "recovery"


@dataclass(frozen=True, slots=True)
class Before:
    """The generation before, as the next one names it: its fingerprint, and the digest of its own statement."""

    fingerprint: bytes
    statement: bytes


@dataclass(frozen=True, slots=True)
class Holder:
    """A device or a recovery code that holds the account's seed; a code has no name."""

    kind: str
    fingerprint: bytes
    name: str


def account_key(
    *, user: UUID, generation: int, fingerprint: bytes, signing_key: bytes, cause: str, before: Before | None
) -> bytes:
    """A generation, signed by itself and, where there is one before, by that, too."""
    if (before is None) != (cause in WITHOUT_BEFORE):
        raise ValueError("Every generation follows one before, except for 'new' and 'reset'.")
    return context(
        "account-key",
        user.bytes,
        number(generation),
        ALGORITHM.encode(),
        fingerprint,
        b"ed25519",
        signing_key,
        before.fingerprint if before else b"",
        cause.encode(),
        before.statement if before else b"",
    )


def keyholders(*, user: UUID, generation: int, list_number: int, holders: Sequence[Holder]) -> bytes:
    """The whole list of those who hold the seed of a generation, ascending by fingerprint."""
    if any(one.fingerprint >= next_one.fingerprint for one, next_one in pairwise(holders)):
        raise ValueError("Keyholders stand in ascending order, and each of them once.")
    parts = [part for each in holders for part in (each.kind.encode(), each.fingerprint, each.name.encode())]
    return context("keyholders", user.bytes, number(generation), number(list_number), *parts)


def recovery(
    *, user: UUID, generation: int, fingerprint: bytes, signing_key: bytes, recovery_fingerprint: bytes
) -> bytes:
    """A recovery code endorses the account key that it was made for, to who comes with nothing but the code."""
    place = user.bytes, number(generation)
    return context("recovery", *place, fingerprint, signing_key, recovery_fingerprint)


def own_key(*, user: UUID, generation: int, fingerprint: bytes, label: str) -> bytes:
    """A key of one's own beside the account key, which may be wrapped for as well."""
    return context("own-key", user.bytes, number(generation), fingerprint, label.encode())


def post(
    *, post: UUID, group: UUID, author: UUID, revision: int, fingerprint: bytes, document: bytes
) -> bytes:
    """Who wrote a revision of a post: the author's account key of this fingerprint signs this very document."""
    place = post.bytes, group.bytes, author.bytes, number(revision)
    return context("post-statement", *place, fingerprint, digest(document))


def digest(statement: bytes) -> bytes:
    """SHA-256, by which a generation names the statement before, and a signature the document."""
    return hashlib.sha256(statement).digest()
