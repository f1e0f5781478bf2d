"""Fields of the forms, and what allauth's say."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.validators import clean_line, validate_line


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
        return super().to_python(clean_line(value or "")) or ""


class NameField(LineField):
    """What a person is called."""

    def __init__(self, *, help_text: StrOrPromise = "") -> None:
        widget = forms.TextInput(attrs={"autocomplete": "name"})
        super().__init__(
            label=_("Name"), max_length=50, validators=[validate_line], widget=widget, help_text=help_text
        )


def say_once(field: forms.Field, *, label: StrOrPromise, hint: StrOrPromise = "") -> None:
    """Give a field of allauth's its label and hint: allauth repeats every label inside the control."""
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)


def limit_address(field: forms.Field) -> None:
    """Have an address field of allauth's take no longer address than the database keeps."""
    longest = User._meta.get_field("email").max_length
    assert longest is not None
    field.validators.append(MaxLengthValidator(longest))
