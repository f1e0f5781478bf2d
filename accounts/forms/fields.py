"""Fields of the forms, and what allauth's say."""

from django import forms
from django_stubs_ext import StrOrPromise

from secureblogs.crypto.lines import plain_line


class WholeField(forms.CharField):
    """Text that comes back whole when it is too long."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attributes = {**super().widget_attrs(widget), "dir": "auto"}
        # A browser would cut off the rest at this limit without a word, and it counts some characters twice.
        attributes.pop("maxlength", None)
        return attributes


class LineField(WholeField):
    """A name. Invisible letters, which come along with what people paste, are left out."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(plain_line(value or "")) or ""


def say_once(field: forms.Field, *, label: StrOrPromise, hint: StrOrPromise = "") -> None:
    """Give a field of allauth's its label and hint: allauth repeats every label inside the control."""
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
