"""What a browser says of a file that is about to come: JSON, checked as strictly as a form."""

from django import forms

from secureblogs.http.json_fields import NumberField, UidField


class AnnounceForm(forms.Form):
    uid = UidField()
    post = UidField()
    # In bytes. JavaScript counts no further.
    size = NumberField(most=2**53 - 1)
    group = UidField(required=False)
