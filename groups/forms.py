from django import forms
from django.utils.translation import gettext_lazy as _

from groups.domain.invitations import DEFAULT_DAYS
from groups.models import Group, Role


class LineField(forms.CharField):
    """Text that comes back whole when it is too long."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attributes = {**super().widget_attrs(widget), "dir": "auto"}
        # By this a browser would cut off the rest without a word; and it counts some characters twice.
        attributes.pop("maxlength", None)
        return attributes


class LinesField(LineField):
    """Text of several lines. A browser sends a line break as two characters, but people count one."""

    widget = forms.Textarea

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # Generic for the type checker only.
    """'Name', 'Description' and who can join, of a new group or of one that is there."""

    description = LinesField(
        label=_("Description"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the group is about, in up to 500 characters."),
    )

    class Meta:
        model = Group
        fields = ["name", "description", "joining"]
        field_classes = {"name": LineField}
        widgets = {"joining": forms.RadioSelect}
        help_texts = {"name": _("Up to 50 characters.")}


class InvitationForm(forms.Form):
    """For how long a new link lets people in."""

    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=[(1, _("1 day")), (7, _("7 days")), (30, _("30 days"))],
        coerce=int,
        initial=DEFAULT_DAYS,
        required=False,
    )

    def clean_days(self) -> int:
        return self.cleaned_data["days"] or DEFAULT_DAYS


class RoleForm(forms.Form):
    """What a member becomes."""

    role = forms.TypedChoiceField(choices=Role, coerce=Role)
