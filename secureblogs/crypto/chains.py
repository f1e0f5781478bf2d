"""A person's generations of account keys: whether each follows from the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from . import statements
from .ed25519 import verify
from .encoding import from_base64, from_hex
from .errors import BrokenChain, UnacceptableKey, WrongSignature
from .statements import Before


@dataclass(frozen=True, slots=True)
class Link:
    """One generation with its statement's parts and signatures; `signature_before` is by the generation before."""

    generation: int
    fingerprint: bytes
    signing_key: bytes
    cause: str
    before: Before | None
    signature: bytes
    signature_before: bytes | None


def read_link(members: Mapping[str, object]) -> Link:
    """A link as `keys.json` and envelopes have it; ValueError, TypeError or KeyError if it is none."""
    before, signature_before = members["before"], members["signature_before"]
    generation = members["generation"]
    if type(generation) is not int or not 0 <= generation < 1 << 32:
        raise ValueError("A generation is a number of 4 bytes.")
    if not isinstance(before, dict | None):
        raise TypeError("The generation before is an object, or null.")
    return Link(
        generation=generation,
        fingerprint=from_hex(members["fingerprint"]),
        signing_key=from_base64(members["signing_key"]),
        cause=str(members["cause"]),
        before=None
        if before is None
        else Before(from_hex(before["fingerprint"]), from_hex(before["statement"])),
        signature=from_base64(members["signature"]),
        signature_before=None if signature_before is None else from_base64(signature_before),
    )


def statement_of(link: Link, *, user: UUID) -> bytes:
    """The bytes that the link's signatures are over; BrokenChain for a cause that does not fit."""
    try:
        return statements.account_key(
            user=user,
            generation=link.generation,
            fingerprint=link.fingerprint,
            signing_key=link.signing_key,
            cause=link.cause,
            before=link.before,
        )
    except ValueError:
        raise BrokenChain(link.generation) from None


def check_link(link: Link, *, user: UUID) -> None:
    """BrokenChain unless the generation signed itself."""
    _verify(link, link.signature, link.signing_key, user)
    if (link.signature_before is None) != (link.before is None):
        raise BrokenChain(link.generation)


def check_successor(link: Link, *, after: Link, user: UUID) -> None:
    """BrokenChain unless the generation signed itself and the one before, which has been checked, signed it, too."""
    check_link(link, user=user)
    before = Before(after.fingerprint, statements.digest(statement_of(after, user=user)))
    if link.signature_before is None or link.before != before or link.generation <= after.generation:
        raise BrokenChain(link.generation)
    if link.cause not in {statements.ROUTINE, statements.LOST_DEVICE}:
        raise BrokenChain(link.generation)
    _verify(link, link.signature_before, after.signing_key, user)


def check_chain(links: Sequence[Link], *, user: UUID) -> None:
    """BrokenChain unless every link holds, from the first one given; a `reset` begins anew, which is for who asks."""
    for link in links[:1]:
        check_link(link, user=user)
    for after, link in pairwise(links):
        if link.cause != statements.RESET:
            check_successor(link, after=after, user=user)
            continue
        check_link(link, user=user)
        if link.generation <= after.generation:
            raise BrokenChain(link.generation)


def starts_over(links: Sequence[Link]) -> int:
    """The place of the newest link that nothing before it signed: 0 unless there is a `reset`."""
    return max((at for at, link in enumerate(links) if link.cause == statements.RESET), default=0)


def _verify(link: Link, signature: bytes, signing_key: bytes, user: UUID) -> None:
    try:
        verify(signature, statement_of(link, user=user), signing_key=signing_key)
    except (UnacceptableKey, WrongSignature):
        raise BrokenChain(link.generation) from None
