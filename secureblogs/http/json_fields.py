"""What JSON holds, read strictly: each function takes one kind of value, and nothing that merely looks like it when
printed. The form fields are built on them.
"""

import re
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from secureblogs.crypto.encoding import from_base64

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# PostgreSQL's integers end there, and contexts have four bytes for a number.
LARGEST = 2**31 - 1


def string(value: object) -> str:
    """The string; ValidationError if it is none, or could not be stored."""
    if not isinstance(value, str):
        raise ValidationError(_("This must be a string."), code="type")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError(_("This holds half a character."), code="surrogate") from None
    return value


def string_or_nothing(value: object) -> str:
    """The same, and "" in place of null."""
    return "" if value is None else string(value)


def uid(text: str) -> UUID:
    """The UUID, written with its hyphens; ValidationError."""
    if not _UUID.fullmatch(text):
        raise ValidationError(_("This must be a UUID."), code="uuid")
    return UUID(text)


def data(text: str) -> bytes:
    """The bytes, written in standard base64 in its one form; ValidationError."""
    try:
        return from_base64(text)
    except ValueError:
        raise ValidationError(_("This must be standard base64."), code="base64") from None


def number(value: object, *, most: int = LARGEST) -> int:
    """The whole number, from 1 on; ValidationError."""
    if type(value) is not int or not 0 < value <= most:
        raise ValidationError(
            _("This must be a whole number from 1 to %(most)d."), code="number", params={"most": most}
        )
    return value


class StringField(forms.CharField):
    """A string, kept exactly as it was sent."""

    def __init__(self, *, max_length: int | None = None, required: bool = True) -> None:
        super().__init__(strip=False, max_length=max_length, required=required)

    def to_python(self, value: object) -> str:
        return string_or_nothing(value)


class UidField(StringField):
    """A UUID with its hyphens."""

    def clean(self, value: object) -> UUID | None:
        text = super().clean(value)
        return uid(text) if text else None


class Base64Field(StringField):
    """Bytes in standard base64, in its one form."""

    def clean(self, value: object) -> bytes:
        return data(super().clean(value))


class NumberField(forms.Field):
    """A whole number from 1 on."""

    def __init__(self, *, most: int = LARGEST, required: bool = True) -> None:
        super().__init__(required=required)
        self.most = most

    def to_python(self, value: object) -> int | None:
        return None if value is None else number(value, most=self.most)
