"""The form of a new public key."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import pasted
from accounts.forms.fields import LineField
from accounts.models import PublicKey
from accounts.validators import validate_line
from secureblogs.crypto import public_keys
from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.refusals import REFUSALS
from secureblogs.http.json_fields import data


class PublicKeyForm(forms.Form):
    """'Label', 'Public key (PEM)'."""

    label = LineField(label=_("Label"), max_length=50, required=False)
    public_key = forms.CharField(
        label=_("Public key (PEM)"),
        strip=False,
        # The stubs leave it out for text.
        template_name="forms/_code.html",  # type: ignore[call-arg]
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("An X-Wing key, or RSA of 3072 to 4096 bits. It begins with -----BEGIN PUBLIC KEY-----."),
    )

    # Base64, by the account key of who has one; a page's script makes it.
    signature = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean_signature(self) -> bytes | None:
        return data(self.cleaned_data["signature"]) or None

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"]
        if label:
            validate_line(label)
        if not pasted.may_be_shown_again(label):
            raise ValidationError(_("The label is a name for the key. Don't put a key there."), code="key")
        return label

    def clean_public_key(self) -> public_keys.PublicKey:
        try:
            return public_keys.read_public_key(self.cleaned_data["public_key"])
        except UnacceptableKey as refused:
            raise ValidationError(refusal(refused), code=refused.rule) from None

    def full_clean(self) -> None:
        super().full_clean()
        # The page gives back what was typed, but nothing that might be a private key.
        self.data = {
            name: text if pasted.may_be_shown_again(text := self.data.get(name, "")) else ""
            for name in self.fields
        }

    def refuse(self, already: PublicKey) -> None:
        """Say that the key is on the account's list, and why it isn't added again."""
        if already.revoked_at:
            sentence = _("You revoked this key. A revoked key can't be added again: make a new one.")
        elif already.unusable_at:
            sentence = _("This key is there already, but nothing can be encrypted to it: make a new one.")
        else:
            sentence = _("This key is there already.")
        self.add_error("public_key", ValidationError(sentence, code="already-added"))

    def refuse_holder(self) -> None:
        """Say that the key is one of a device or a recovery code."""
        sentence = _("This is the key of one of your devices, or of a recovery code. Make a new one.")
        self.add_error("public_key", ValidationError(sentence, code="holder"))

    def refuse_unsigned(self) -> None:
        """Say that the account's key has to sign the key first."""
        sentence = _("Your account's key has to sign this key. Add it in a browser that holds that key.")
        self.add_error("signature", ValidationError(sentence, code="unsigned"))


def refusal(refused: UnacceptableKey) -> str:
    """Why a key is refused, in the reader's language."""
    return gettext(REFUSALS[refused.rule]) % refused.parameters
