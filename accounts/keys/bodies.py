"""Members of a JSON request about keys, read strictly: what is not exactly of its kind is refused by name."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn, TypeGuard, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.keys.errors import Refused
from accounts.validators import validate_line
from secureblogs.crypto.ed25519 import SIGNATURE_SIZE, check_signing_key
from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.public_keys import PublicKey, read_public_key
from secureblogs.crypto.refusals import REFUSALS
from secureblogs.crypto.x_wing import ALGORITHM
from secureblogs.http import json_fields

T = TypeVar("T")
V = TypeVar("V")

NAME_LENGTH = 50
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def is_fingerprint(value: object) -> TypeGuard[str]:
    """Whether this is a fingerprint as JSON and addresses have it: 64 hex digits in lower case."""
    return isinstance(value, str) and _FINGERPRINT.fullmatch(value) is not None


class Members:
    """The members of one JSON object; `Refused` names the member that is not as it has to be."""

    def __init__(self, members: object, *, within: str = "") -> None:
        self._within = f"{within}." if within else ""
        if not isinstance(members, Mapping):
            raise Refused(within or "__all__", _("This must be an object."))
        self._members = members

    def has(self, name: str) -> bool:
        """Whether the member is there, and not null."""
        return self._members.get(name) is not None

    def object(self, name: str) -> "Members":
        """An object inside this one."""
        return Members(self._members.get(name), within=f"{self._within}{name}")

    def objects(self, name: str, *, most: int) -> "Iterator[Members]":
        """The objects of a list, which may be left out."""
        values = self._members.get(name, [])
        if not isinstance(values, list) or len(values) > most:
            sentence = ngettext(
                "This must be a list of at most %(most)d object.",
                "This must be a list of at most %(most)d objects.",
                most,
            )
            self.refuse(name, sentence % {"most": most})
        for value in values:
            yield Members(value, within=f"{self._within}{name}")

    def text(self, name: str, *, most: int = 10_000) -> str:
        """A string."""
        value = self._read(name, json_fields.string, self._members.get(name))
        if len(value) > most or "\0" in value:
            sentence = ngettext(
                "This must be a string of at most %(most)d character.",
                "This must be a string of at most %(most)d characters.",
                most,
            )
            self.refuse(name, sentence % {"most": most})
        return value

    def line(self, name: str) -> str:
        """A name, as people see it in one line."""
        value = self.text(name, most=NAME_LENGTH)
        self._read(name, validate_line, value)
        return value

    def number(self, name: str) -> int:
        """A positive number."""
        return self._read(name, json_fields.number, self._members.get(name))

    def uid(self, name: str) -> UUID:
        """A UUID in its one form."""
        text = self.text(name, most=36)
        uid = self._read(name, json_fields.uid, text)
        if str(uid) != text:
            self.refuse(name, _("This must be a UUID in lower case."))
        return uid

    def fingerprint(self, name: str) -> str:
        """64 hex digits."""
        value = self.text(name, most=64)
        if not is_fingerprint(value):
            self.refuse(name, _("This must be a fingerprint of 64 hex digits."))
        return value

    def data(self, name: str, *, size: int = 0, most: int = 0) -> bytes:
        """Bytes in canonical base64, exactly `size` or at most `most` of them."""
        data = self._read(name, json_fields.data, self.text(name, most=4 * (max(size, most) // 3 + 1)))
        if (size and len(data) != size) or (most and not data):
            self.refuse(name, _("This is not of the right size."))
        return data

    def signature(self, name: str) -> bytes:
        """An Ed25519 signature."""
        return self.data(name, size=SIGNATURE_SIZE)

    def signing_key(self, name: str) -> bytes:
        """An Ed25519 public key under which a signature proves something."""
        key = self.data(name, size=32)
        try:
            check_signing_key(key)
        except UnacceptableKey as refused:
            self.refuse(name, _(REFUSALS[refused.rule]))
        return key

    def public_key(self, name: str) -> PublicKey:
        """An X-Wing public key as PEM."""
        try:
            key = read_public_key(self.text(name))
        except UnacceptableKey as refused:
            self.refuse(name, _(REFUSALS[refused.rule]) % refused.parameters)
        if key.algorithm != ALGORITHM:
            self.refuse(name, _("This has to be an X-Wing key."))
        return key

    def _read(self, name: str, read: Callable[[V], T], value: V) -> T:
        try:
            return read(value)
        except ValidationError as error:
            self.refuse(name, " ".join(error.messages))

    def refuse(self, name: str, sentence: str) -> NoReturn:
        """Say what is wrong with a member."""
        raise Refused(f"{self._within}{name}", sentence)
