"""Members of a JSON request about keys, read strictly: what is not exactly of its kind is refused by name."""

import re
from collections.abc import Iterator, Mapping
from typing import NoReturn, TypeGuard
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.keys.errors import Refused
from accounts.validators import validate_line
from secureblogs.crypto.ed25519 import SIGNATURE_SIZE, check_signing_key
from secureblogs.crypto.encoding import from_base64
from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.public_keys import PublicKey, read_public_key
from secureblogs.crypto.refusals import REFUSALS
from secureblogs.crypto.x_wing import ALGORITHM

# PostgreSQL's integers end there; contexts have four bytes.
LARGEST = 2**31 - 1
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
            self.refuse(name, _("This must be a list, of %(most)d at most.") % {"most": most})
        for value in values:
            yield Members(value, within=f"{self._within}{name}")

    def text(self, name: str, *, most: int = 10_000) -> str:
        """A string."""
        value = self._members.get(name)
        if not isinstance(value, str) or len(value) > most or "\0" in value:
            self.refuse(name, _("This must be a string of %(most)d characters at most.") % {"most": most})
        try:
            value.encode()
        except UnicodeEncodeError:
            self.refuse(name, _("This holds half a character."))
        return value

    def line(self, name: str) -> str:
        """A name, as people see it in one line."""
        value = self.text(name, most=NAME_LENGTH)
        try:
            validate_line(value)
        except ValidationError as error:
            self.refuse(name, " ".join(error.messages))
        return value

    def number(self, name: str) -> int:
        """A positive number."""
        value = self._members.get(name)
        if type(value) is not int or not 1 <= value <= LARGEST:
            self.refuse(name, _("This must be a number from 1 to %(most)d.") % {"most": LARGEST})
        return value

    def uid(self, name: str) -> UUID:
        """A UUID in its one form."""
        value = self.text(name, most=36)
        try:
            uid = UUID(value)
        except ValueError:
            self.refuse(name, _("This must be a UUID."))
        if str(uid) != value:
            self.refuse(name, _("This must be a UUID."))
        return uid

    def fingerprint(self, name: str) -> str:
        """64 hex digits."""
        value = self.text(name, most=64)
        if not is_fingerprint(value):
            self.refuse(name, _("This must be a fingerprint of 64 hex digits."))
        return value

    def data(self, name: str, *, size: int = 0, most: int = 0) -> bytes:
        """Bytes in canonical base64, exactly `size` or at most `most` of them."""
        value = self.text(name, most=4 * (max(size, most) // 3 + 1))
        try:
            data = from_base64(value)
        except ValueError:
            self.refuse(name, _("This must be standard base64."))
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

    def refuse(self, name: str, sentence: str) -> NoReturn:
        """Say what is wrong with a member."""
        raise Refused(f"{self._within}{name}", sentence)
