from collections.abc import Iterable, Mapping

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LineField, WholeField
from groups.domain.invitations import DEFAULT_DAYS
from groups.models import Group, Joining, Membership, Role
from groups.models.group import DESCRIPTION_LENGTH, NAME_LENGTH


def _how_long() -> str:
    return ngettext("Up to %(most)d character.", "Up to %(most)d characters.", NAME_LENGTH) % {
        "most": NAME_LENGTH
    }


def _what_it_is_about() -> str:
    return ngettext(
        "What the group is about, in up to %(most)d character.",
        "What the group is about, in up to %(most)d characters.",
        DESCRIPTION_LENGTH,
    ) % {"most": DESCRIPTION_LENGTH}


def _in_words(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


class LinesField(WholeField):
    """Text of several lines. A browser sends a line break as two characters, but people count one."""

    widget = forms.Textarea

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class GroupForm(forms.ModelForm[Group]):
    """'Name', 'Description' and who can join, of a new group or of one that is there."""

    description = LinesField(
        label=_("Description"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy(_what_it_is_about, str)(),
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
        help_texts = {"name": lazy(_how_long, str)()}


class InvitationForm(forms.Form):
    """The days for which a new link lets people in."""

    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=[(days, lazy(_in_words, str)(days)) for days in (1, DEFAULT_DAYS, 30)],
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


class HandOverForm(forms.Form):
    """The owner chooses the member who owns the group from now on."""

    to = forms.ChoiceField(
        label=_("New owner"), error_messages={"required": _("Choose who owns the group from now on.")}
    )

    def __init__(self, data: QueryDict | None = None, *, heirs: Iterable[Membership]) -> None:
        super().__init__(data)
        self.heirs = {str(membership.user.uid): membership for membership in heirs}
        names = [(uid, membership.user.name) for uid, membership in self.heirs.items()]
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a member")), *names]

    def clean_to(self) -> Membership:
        return self.heirs[self.cleaned_data["to"]]


class LeaveForm(forms.Form):
    """What becomes of the posts and the groups of somebody who deletes their account: nothing is chosen before."""

    posts = forms.ChoiceField(
        label=_("Your posts and comments"),
        choices=[
            ("delete", _("Delete them, for all their readers")),
            ("keep", _("Leave them to those who can read them, under “a former member”")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of them.")},
    )

    def __init__(self, data: QueryDict | None = None, *, heirs: Mapping[Group, Iterable[Membership]]) -> None:
        super().__init__(data)
        self._heirs = {
            f"group-{group.slug}": (group, {str(each.user.uid): each for each in found})
            for group, found in heirs.items()
        }
        for name, (group, found) in self._heirs.items():
            people = [
                (uid, gettext("Hand it over to %(name)s") % {"name": each.user.name})
                for uid, each in found.items()
            ]
            choices = [("", _("Choose")), *people, ("delete", _("Delete it, for all its members"))]
            label = gettext("The group “%(group)s”") % {"group": group.name}
            words = {"required": _("Choose what becomes of it.")}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, error_messages=words)

    def heirs(self) -> dict[int, Membership | None]:
        """The new owner of each group by the group's pk; None for a group that is deleted."""
        return {group.pk: found.get(self.cleaned_data[name]) for name, (group, found) in self._heirs.items()}


class RoleForm(forms.Form):
    """The role that a member gets."""

    role = forms.TypedChoiceField(choices=Role, coerce=Role)
