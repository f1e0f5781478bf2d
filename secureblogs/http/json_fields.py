"""Form fields for JSON: each takes one kind of value, and nothing that merely looks like it when printed."""

import re
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from secureblogs.crypto.encoding import from_base64

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def string(value: object) -> str:
    """The string, "" in place of null; ValidationError if it is none, or could not be stored."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError(_("This must be a string."), code="type")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError(_("This holds half a character."), code="surrogate") from None
    return value


class StringField(forms.CharField):
    """A string, kept exactly as it was sent."""

    def __init__(self, *, max_length: int | None = None, required: bool = True) -> None:
        super().__init__(strip=False, max_length=max_length, required=required)

    def to_python(self, value: object) -> str:
        return string(value)


class UidField(StringField):
    """A UUID with its hyphens."""

    def clean(self, value: object) -> UUID | None:
        text = super().clean(value)
        if not text:
            return None
        if not _UUID.fullmatch(text):
            raise ValidationError(_("This must be a UUID."), code="uuid")
        return UUID(text)


class Base64Field(StringField):
    """Bytes in standard base64, in its one form."""

    def clean(self, value: object) -> bytes:
        try:
            return from_base64(super().clean(value))
        except ValueError:
            raise ValidationError(_("This must be standard base64."), code="base64") from None


class NumberField(forms.Field):
    """A whole number from 1 on; by default one that PostgreSQL and contexts can hold, which have four bytes for it."""

    def __init__(self, *, most: int = 2**31 - 1, required: bool = True) -> None:
        super().__init__(required=required)
        self.most = most

    def to_python(self, value: object) -> int | None:
        if value is None:
            return None
        if type(value) is not int or not 0 < value <= self.most:
            raise ValidationError(_("This must be a whole number from 1 on."), code="number")
        return value
