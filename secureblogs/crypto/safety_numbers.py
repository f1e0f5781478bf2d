"""Sixty digits that two people compare, past the server, to know that each sees the other's account key."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from .contexts import context

DIGITS = 60


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two, with the fingerprint and the signing key of their newest generation."""

    user: UUID
    fingerprint: bytes
    signing_key: bytes


def safety_number(one: Party, other: Party) -> str:
    """The same for both of them, in twelve groups of five digits."""
    first, second = sorted((one, other), key=lambda party: party.user.bytes)
    parts = [
        part for each in (first, second) for part in (each.user.bytes, each.fingerprint, each.signing_key)
    ]
    value = int.from_bytes(hashlib.sha256(context("safety-number", *parts)).digest(), "big") % 10**DIGITS
    digits = f"{value:0{DIGITS}}"
    return " ".join(digits[start : start + 5] for start in range(0, DIGITS, 5))
