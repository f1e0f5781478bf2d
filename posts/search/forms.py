from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from posts.search.readable import MOST_AT_ONCE


class UidsField(forms.CharField):
    """Some uids, with commas between."""

    def __init__(self) -> None:
        super().__init__(max_length=MOST_AT_ONCE * 37)

    def clean(self, value: object) -> list[UUID]:
        try:
            return [UUID(each) for each in super().clean(value).split(",")]
        except ValueError:
            raise ValidationError(_("These are no uids.")) from None


class PostsForm(forms.Form):
    posts = UidsField()


class CommentsForm(forms.Form):
    comments = UidsField()
