"""What names, titles, descriptions and addresses may be made of; for every app."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from secureblogs.crypto.lines import plain_line

# Such characters turn the text around them: a name could make the words beside it read backwards.
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# A process takes seconds to read what somebody sends as a line of nine megabytes, and answers nobody meanwhile.
LONGEST_LINE = 1_000
_LINE_BREAKS = frozenset("\n\r\t\v\f\u0085\u2028\u2029")
_CONTROL = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{BIDI_CONTROLS}]")
# What may stand before the @, without quotation marks: RFC 5321, 4.5.3.1.1 and RFC 5322, 3.2.3.
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


def clean_line(text: str) -> str:
    """The line as people see it. What is far too long to be one stays as it is, for `validate_line` to refuse."""
    return plain_line(text) if len(text) <= LONGEST_LINE else text


def validate_line(value: str) -> None:
    """Accept one line of text with something to see in it: names and titles."""
    if len(value) > LONGEST_LINE:
        raise ValidationError(_("This is too long."), code="long")
    if not _LINE_BREAKS.isdisjoint(value):
        raise ValidationError(_("Keep it to one line, without tabs."), code="line")
    validate_text(value)
    if plain_line(value) != value:
        raise ValidationError(_("It holds characters that can't be seen. Type it anew."), code="invisible")
    if not any(_is_visible(character) for character in value):
        raise ValidationError(_("Write something that can be seen."), code="invisible")


def validate_text(value: str) -> None:
    """Accept text of several lines: descriptions."""
    if _CONTROL.search(value):
        raise ValidationError(
            _("It holds control characters, or ones that turn the direction of the text. Remove them."),
            code="control",
        )


def validate_address(value: str) -> None:
    """Accept an email address that a mail can be addressed to: Django also takes some that no header can hold."""
    local, _at, domain = value.rpartition("@")
    try:
        sent_to = domain.encode("idna")
        # Letters that can't be seen, or that only look like others, would lead to another domain than the one typed.
        is_domain = 0 < len(sent_to) <= 253 and (domain.isascii() or sent_to.decode("idna") == domain.lower())
    except UnicodeError:
        is_domain = False
    if not is_domain or not _LOCAL_PART.fullmatch(local):
        raise ValidationError(
            _("No mail can be sent to this address. Is it written correctly?"), code="address"
        )


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"
