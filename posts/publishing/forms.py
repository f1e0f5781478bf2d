"""What a client sends to publish a post: JSON, which the site checks as strictly as a form."""

import base64
import re
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.validators import validate_line
from secureblogs.crypto.documents import MAX_TITLE
from secureblogs.crypto.frames import MAX_FRAME
from secureblogs.crypto.lines import plain_line
from secureblogs.crypto.x_wing import OVERHEAD

# Files of one document, each with a thumbnail.
MOST_NAMED = 200
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
        if len(draft) > OVERHEAD + MAX_FRAME:
            raise ValidationError(_("The text is too long: 1 MiB is the most."), code="long")
        return draft


class UidsField(forms.Field):
    """A list of different uids, which may be left out."""

    def clean(self, value: object) -> list[UUID]:
        given = [] if value is None else value
        if not isinstance(given, list) or len(given) > MOST_NAMED:
            raise ValidationError(
                ngettext(
                    "This must be a list of at most %(most)d uid.",
                    "This must be a list of at most %(most)d uids.",
                    MOST_NAMED,
                )
                % {"most": MOST_NAMED},
                code="list",
            )
        uids = [UidField().clean(each) for each in given]
        if len(set(uids)) < len(uids):
            raise ValidationError(_("This names the same thing twice."), code="twice")
        return [uid for uid in uids if uid]


class NumberField(forms.Field):
    """A whole number from 1 on, as JSON has it."""

    def to_python(self, value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
            raise ValidationError(_("This must be a whole number from 1 on."), code="number")
        return value


class DocumentForm(forms.Form):
    """What somebody says, sealed, with the title in the open."""

    title = TitleField(max_length=MAX_TITLE)
    draft = DraftField()
    files = UidsField(required=False)  # type: ignore[assignment]  # Django moves fields to where forms have files.
    # By which of the author's account keys it is signed: a page can sign again by another one.
    account_key = StringField(max_length=64, required=False)
    # The client says for whom it sends.
    author = UidField(required=False)


class SubmitForm(DocumentForm):
    uid = UidField()


class ReviseForm(DocumentForm):
    revision = NumberField()
