"""What a browser says of a file that is about to come: JSON, checked as strictly as a form."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from posts.forms import UidField


class SizeField(forms.Field):
    """A number of bytes, as a JSON number."""

    def clean(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
            raise ValidationError(_("This must be a number of bytes."), code="size")
        return value


class AnnounceForm(forms.Form):
    uid = UidField()
    post = UidField()
    size = SizeField()
    group = UidField(required=False)
