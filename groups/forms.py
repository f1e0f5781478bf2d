from django import forms
from django.utils.translation import gettext_lazy as _

from groups.domain.invitations import DEFAULT_DAYS
from groups.models import Group, Role


class LinesField(forms.CharField):
    """Text of several lines. Browsers send a line break as two characters, but people count one."""

    widget = forms.Textarea

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # Generic for the type checker only.
    """'Name', 'Description' and who can join, of a new group or of one that is there."""

    description = LinesField(
        label=_("Description"),
        max_length=500,
        required=False,
        help_text=_("What the group is about, in up to 500 characters."),
    )

    class Meta:
        model = Group
        fields = ["name", "description", "joining"]
        widgets = {"joining": forms.RadioSelect}
        help_texts = {"name": _("Up to 50 characters.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ["name", "description"]:
            # A browser would cut off without a word what is too long, and counts some characters twice.
            self.fields[name].widget.attrs.pop("maxlength")
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["description"].widget.attrs["rows"] = 3


class InvitationForm(forms.Form):
    """For how long a new link lets people in."""

    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=[(1, _("1 day")), (7, _("7 days")), (30, _("30 days"))],
        coerce=int,
        initial=DEFAULT_DAYS,
        empty_value=DEFAULT_DAYS,
        required=False,
    )


class RoleForm(forms.Form):
    """What a member becomes."""

    role = forms.TypedChoiceField(choices=Role, coerce=Role)
