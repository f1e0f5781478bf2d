"""What a client sends to publish a post: JSON, which the site checks as strictly as a form."""

import base64
import re
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.validators import validate_line
from secureblogs.crypto.documents import MAX_DOCUMENT, MAX_TITLE
from secureblogs.crypto.lines import plain_line
from secureblogs.crypto.x_wing import OVERHEAD

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class StringField(forms.CharField):
    """A JSON string and nothing that merely looks like one when printed; kept exactly as it was sent."""

    def __init__(self, *, max_length: int | None = None, required: bool = True) -> None:
        super().__init__(strip=False, max_length=max_length, required=required)

    def to_python(self, value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ValidationError(_("This must be a string."), code="type")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValidationError(_("This holds half a character."), code="surrogate") from None
        return value


class TitleField(StringField):
    """A title as lists show it; the sealed one may hold characters besides that nobody sees."""

    # The field trims nothing: the sealed title has to look the same.
    default_validators = [validate_line]

    def to_python(self, value: object) -> str:
        return plain_line(super().to_python(value))


class UidField(StringField):
    def clean(self, value: object) -> UUID | None:
        text = super().clean(value)
        if not text:
            return None
        if not _UUID.fullmatch(text):
            raise ValidationError(_("This must be a UUID."), code="uuid")
        return UUID(text)


class DraftField(StringField):
    """A draft in base64, of a size that a sealed document can have."""

    def clean(self, value: object) -> bytes:
        try:
            draft = base64.b64decode(super().clean(value), validate=True)
        except ValueError:
            raise ValidationError(_("This must be standard base64."), code="base64") from None
        if len(draft) <= OVERHEAD:
            raise ValidationError(_("This is too short to be a sealed document."), code="short")
        if len(draft) > OVERHEAD + MAX_DOCUMENT:
            raise ValidationError(_("The text is too long: 1 MiB is the most."), code="long")
        return draft


class SubmitForm(forms.Form):
    uid = UidField()
    title = TitleField(max_length=MAX_TITLE)
    draft = DraftField()
    # The client says for whom it sends.
    author = UidField(required=False)
