"""What a client sends to ask, to answer and to report: a form, or JSON, which the site checks as strictly."""

from datetime import timedelta
from typing import TypeGuard

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from accounts.domain.keys import MOST_ACTIVE
from accounts.keys.bodies import is_fingerprint
from accounts.validators import validate_text
from posts.models.read_request import NOTE_LENGTH
from posts.requests.notices import INTERVAL
from secureblogs.crypto.encoding import from_base64
from secureblogs.http.answers import JSON
from secureblogs.http.json_bodies import json_members
from secureblogs.http.json_fields import NumberField, string_or_nothing


def _how_long() -> str:
    return ngettext(
        "Up to %(most)d character, for the author. This is not encrypted.",
        "Up to %(most)d characters, for the author. This is not encrypted.",
        NOTE_LENGTH,
    ) % {"most": NOTE_LENGTH}


def _how_often() -> str:
    hours = INTERVAL // timedelta(hours=1)
    return ngettext(
        "At most one message an hour, and only of what you have not seen here.",
        "At most one message in %(hours)d hours, and only of what you have not seen here.",
        hours,
    ) % {"hours": hours}


class NoteField(forms.CharField):
    """A few words to the other person, as text in a form or a string in JSON."""

    default_validators = [validate_text]

    def __init__(self, *, label: StrOrPromise, help_text: StrOrPromise = "") -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"})
        super().__init__(
            label=label, max_length=NOTE_LENGTH, required=False, widget=widget, help_text=help_text
        )

    def to_python(self, value: object) -> str:
        return (super().to_python(string_or_nothing(value)) or "").replace("\r\n", "\n")


class AskForm(forms.Form):
    message = NoteField(
        label=gettext_lazy("Message"),
        help_text=lazy(_how_long, str)(),
    )


class RejectForm(forms.Form):
    reason = NoteField(label=gettext_lazy("Reason"))


class NoticeForm(forms.Form):
    wanted = forms.BooleanField(
        label=gettext_lazy("Tell me by email when requests wait"),
        required=False,
        help_text=lazy(_how_often, str)(),
    )


class FingerprintsField(forms.Field):
    """A list of fingerprints."""

    def to_python(self, value: object) -> list[str]:
        if not _is_short_list(value) or not all(is_fingerprint(each) for each in value):
            sentence = ngettext(
                "This must be a list of at most %(most)d fingerprint.",
                "This must be a list of at most %(most)d fingerprints.",
                MOST_ACTIVE,
            )
            raise ValidationError(sentence, code="fingerprints", params={"most": MOST_ACTIVE})
        return [str(each) for each in value]


class ReportForm(forms.Form):
    fingerprints = FingerprintsField()


class WrappedKeysField(forms.Field):
    """`[{"fingerprint", "wrapped_key"}]` with the wrapped key in base64, as bytes by fingerprint."""

    def to_python(self, value: object) -> dict[str, bytes]:
        if not _is_short_list(value):
            sentence = ngettext(
                "This must be a list of at most %(most)d wrapped key.",
                "This must be a list of at most %(most)d wrapped keys.",
                MOST_ACTIVE,
            )
            raise ValidationError(sentence, code="list", params={"most": MOST_ACTIVE})
        found = dict(_wrapped_key(entry) for entry in value)
        if len(found) < len(value):
            raise ValidationError(_("A fingerprint stands there twice."), code="twice")
        return found

    def validate(self, value: dict[str, bytes]) -> None:
        # The answer to an empty list names the keys that are missing.
        pass


class ApproveForm(forms.Form):
    # A client that leaves it out wrapped the first one.
    revision = NumberField(required=False)
    wrapped_keys = WrappedKeysField()


def sent(request: HttpRequest) -> dict[str, object]:
    """What the client sent, as a form or as a JSON object; an empty body is an empty object. Unprocessable."""
    if request.content_type != JSON:
        return {**request.POST.dict()}
    return json_members(request) if request.body else {}


def _wrapped_key(entry: object) -> tuple[str, bytes]:
    wrong = ValidationError(
        _("Each wrapped key has a fingerprint of 64 hex digits and, in base64, wrapped_key."), code="entry"
    )
    if not isinstance(entry, dict) or not is_fingerprint(entry.get("fingerprint")):
        raise wrong
    wrapped_key = entry.get("wrapped_key")
    if not isinstance(wrapped_key, str):
        raise wrong
    try:
        return entry["fingerprint"], from_base64(wrapped_key)
    except ValueError:
        raise wrong from None


def _is_short_list(value: object) -> TypeGuard[list[object]]:
    # Nobody has more active keys.
    return isinstance(value, list) and len(value) <= MOST_ACTIVE
