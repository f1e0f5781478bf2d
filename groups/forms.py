from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LineField, WholeField
from groups.domain.invitations import DEFAULT_DAYS
from groups.models import Group, Joining, Role


class LinesField(WholeField):
    """Text of several lines. A browser sends a line break as two characters, but people count one."""

    widget = forms.Textarea

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class GroupForm(forms.ModelForm[Group]):
    """'Name', 'Description' and who can join, of a new group or of one that is there."""

    description = LinesField(
        label=_("Description"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the group is about, in up to 500 characters."),
    )
    joining = forms.TypedChoiceField(
        label=_("Who can join"),
        choices=[(Joining.ANYONE, _("Anyone signed in")), (Joining.INVITATION, _("By invitation"))],
        coerce=Joining,
        initial=Joining.INVITATION,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Group
        fields = ["name", "description", "joining"]
        field_classes = {"name": LineField}
        help_texts = {"name": _("Up to 50 characters.")}


class InvitationForm(forms.Form):
    """The days for which a new link lets people in."""

    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=[(1, _("1 day")), (7, _("7 days")), (30, _("30 days"))],
        coerce=int,
        initial=DEFAULT_DAYS,
        required=False,
    )

    def clean_days(self) -> int:
        return self.cleaned_data["days"] or DEFAULT_DAYS


class FindForm(forms.Form):
    """'Find a member': a part of their name."""

    # To find nobody in particular shows everybody.
    use_required_attribute = False

    find = forms.CharField(
        label=_("Find a member"),
        max_length=50,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )


class RemovalForm(forms.Form):
    """'May come back', of a member who is removed."""

    may_come_back = forms.BooleanField(label=_("May come back"), required=False)


class RoleForm(forms.Form):
    """The role that a member gets."""

    role = forms.TypedChoiceField(choices=Role, coerce=Role)
