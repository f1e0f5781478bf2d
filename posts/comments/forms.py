"""What a client sends to write and to edit a comment: JSON, which the site checks as strictly as a form."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from secureblogs.crypto.comments import MAX_COMMENT, MAX_SEALED
from secureblogs.crypto.contents import COMMITMENT_SIZE, NONCE_SIZE, SealedContent
from secureblogs.crypto.padding import SMALLEST
from secureblogs.http.json_fields import Base64Field, NumberField, UidField


class BytesField(Base64Field):
    """So many bytes."""

    def __init__(self, *, least: int, most: int) -> None:
        super().__init__()
        self.least, self.most = least, most

    def clean(self, value: object) -> bytes:
        data = super().clean(value)
        if len(data) < self.least or self.least == self.most != len(data):
            raise ValidationError(_("This has the wrong length."), code="length")
        if len(data) > self.most:
            sentence = _("The comment is too long: %(most)d KiB is the most.")
            raise ValidationError(sentence, code="long", params={"most": MAX_COMMENT >> 10})
        return data


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
    revision = NumberField()
