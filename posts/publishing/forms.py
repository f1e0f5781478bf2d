"""What a client sends to publish and to edit a post: JSON, which the site checks as strictly as a form."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.validators import clean_line, validate_line
from posts.publishing.messages import too_long
from secureblogs.crypto.documents import MAX_TITLE
from secureblogs.crypto.frames import MAX_FRAME
from secureblogs.crypto.x_wing import OVERHEAD
from secureblogs.http.json_fields import Base64Field, NumberField, StringField, UidField

# Files of one document, each with a thumbnail.
MOST_NAMED = 200


class TitleField(StringField):
    """A title as lists show it; the sealed one may hold characters besides that nobody sees."""

    # The field trims nothing: the sealed title has to look the same.
    default_validators = [validate_line]

    def to_python(self, value: object) -> str:
        return clean_line(super().to_python(value))


class DraftField(Base64Field):
    """A draft, of a size that a sealed document can have."""

    def clean(self, value: object) -> bytes:
        draft = super().clean(value)
        if len(draft) <= OVERHEAD:
            raise ValidationError(_("This is too short to be a sealed document."), code="short")
        if len(draft) > OVERHEAD + MAX_FRAME:
            raise ValidationError(too_long(), code="long")
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


class DocumentForm(forms.Form):
    """What somebody says, sealed, with the title in the open."""

    title = TitleField(max_length=MAX_TITLE)
    draft = DraftField()
    files = UidsField(required=False)  # type: ignore[assignment]  # Django moves fields to where forms have files.
    # The account key that signed it, by its fingerprint: a page can sign again by another one.
    account_key = StringField(max_length=64, required=False)
    # The client says for whom it sends.
    author = UidField(required=False)


class SubmitForm(DocumentForm):
    uid = UidField()


class ReviseForm(DocumentForm):
    revision = NumberField()
