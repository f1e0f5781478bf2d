"""What a client sends to write and to edit a comment: JSON, which the site checks as strictly as a form."""

import base64

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from posts.forms import StringField, UidField
from secureblogs.crypto.comments import MAX_SEALED
from secureblogs.crypto.contents import COMMITMENT_SIZE, NONCE_SIZE, SealedContent
from secureblogs.crypto.padding import SMALLEST

# Contexts have four bytes, and PostgreSQL's integers end there.
LARGEST_REVISION = 2**31 - 1


class BytesField(StringField):
    """Bytes in base64, so many of them."""

    def __init__(self, *, least: int, most: int) -> None:
        super().__init__()
        self.least, self.most = least, most

    def clean(self, value: object) -> bytes:
        try:
            data = base64.b64decode(super().clean(value), validate=True)
        except ValueError:
            raise ValidationError(_("This must be standard base64."), code="base64") from None
        if len(data) < self.least or self.least == self.most != len(data):
            raise ValidationError(_("This has the wrong length."), code="length")
        if len(data) > self.most:
            raise ValidationError(_("The comment is too long: 64 KiB is the most."), code="long")
        return data


class RevisionField(forms.Field):
    """A whole number."""

    def to_python(self, value: object) -> int:
        if type(value) is not int or not 1 <= value <= LARGEST_REVISION:
            raise ValidationError(_("This must be the number of a revision."), code="number")
        return value


class SealedForm(forms.Form):
    nonce = BytesField(least=NONCE_SIZE, most=NONCE_SIZE)
    ciphertext = BytesField(least=SMALLEST, most=MAX_SEALED)
    key_commitment = BytesField(least=COMMITMENT_SIZE, most=COMMITMENT_SIZE)

    @property
    def sealed(self) -> SealedContent:
        """What was sent, once it is valid."""
        return SealedContent(*(self.cleaned_data[name] for name in ("nonce", "ciphertext", "key_commitment")))


class WriteForm(SealedForm):
    uid = UidField()
    parent = UidField(required=False)


class EditForm(SealedForm):
    revision = RevisionField()
