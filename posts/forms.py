"""What is sent to publish a post: JSON, checked as strictly as a form."""

import base64
import json
import re
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.validators import validate_line
from secureblogs.crypto.documents import MAX_DOCUMENT, MAX_TITLE
from secureblogs.crypto.x_wing import OVERHEAD

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class StringField(forms.CharField):
    """A JSON string and nothing that merely looks like one when printed; kept exactly as it was sent."""

    def __init__(self, *, max_length: int | None = None) -> None:
        super().__init__(strip=False, max_length=max_length)

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
    # The sealed title has to be the same to the byte: nothing is trimmed here.
    default_validators = [validate_line]


class UidField(StringField):
    def clean(self, value: object) -> UUID:
        text = super().clean(value)
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

    @property
    def error_lists(self) -> dict[str, list[str]]:
        """What is malformed, by member, in sentences."""
        return {member: [str(error) for error in errors] for member, errors in self.errors.items()}


def json_members(request: HttpRequest) -> dict[str, object]:
    """The object in the request's body; ValidationError if there is none."""
    no_object = ValidationError(_("Send a JSON object, as application/json."), code="json")
    if request.content_type != "application/json":
        raise no_object
    try:
        members = json.loads(request.body)
    except (ValueError, RecursionError):
        raise no_object from None
    if not isinstance(members, dict):
        raise no_object
    return members
