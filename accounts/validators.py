"""What names, titles and descriptions may be made of; for every app."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# These turn the text around them: a name could make the words beside it read backwards.
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINE_BREAKS = frozenset("\n\r\t\v\f\u0085\u2028\u2029")
_CONTROL = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{BIDI_CONTROLS}]")
# Letters and signs by their category, and yet nothing is seen of them.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"


def validate_line(value: str) -> None:
    """Accept one line of text with something to see in it: names and titles."""
    if not _LINE_BREAKS.isdisjoint(value):
        raise ValidationError(_("Keep it to one line, without tabs."), code="line")
    validate_text(value)
    if not any(_is_visible(character) for character in value):
        raise ValidationError(_("Write something that can be seen."), code="invisible")


def validate_text(value: str) -> None:
    """Accept text of several lines: descriptions."""
    if _CONTROL.search(value):
        raise ValidationError(
            _("It holds control characters, or ones that turn the direction of the text. Remove them."),
            code="control",
        )


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK
