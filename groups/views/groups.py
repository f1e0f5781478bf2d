"""Lists of groups, making one, describing one, handing it over, deleting it.

Their front pages stand in posts.views.groups.
"""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import reauthentication
from accounts.http import SignedInRequest, login_required
from groups import access
from groups.domain import groups, members, ownership, quotas
from groups.forms import GroupForm, HandOverForm
from groups.messages import cannot_own, no_member
from groups.models import Group
from groups.paging import page_by_slug
from secureblogs.http.answers import require_POST


@login_required
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """My groups, and those that are open to join."""
    mine = page_by_slug(access.groups_of(request.user), request.GET, name="mine_")
    joinable = page_by_slug(access.groups_open_to(request.user), request.GET, name="open_")
    return render(request, "groups/groups/index.html", {"mine": mine, "joinable": joinable})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a group."""
    form = GroupForm(request.POST or None)
    if form.is_valid():
        group = groups.create(owner=request.user, **form.cleaned_data)
        return redirect(group)
    context = {"form": form, "quota": quotas.GROUPS.status(request.user)}
    return render(request, "groups/groups/new.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Change what the group is called, what it is about and who can join."""
    group = access.group_owned_by(request.user, slug)
    form = GroupForm(request.POST or None, initial=_described(group))
    if form.is_valid():
        groups.describe(group, **form.cleaned_data)
        return redirect(group)
    return _edit_page(request, group, form=form)


@login_required
@require_POST
def hand_over(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make another member the owner; I stay as an ordinary one."""
    group = access.group_owned_by(request.user, slug)
    form = HandOverForm(request.POST, heirs=ownership.heirs(group, of=request.user))
    if form.is_valid():
        heir = form.cleaned_data["to"]
        try:
            ownership.hand_over(heir, by=access.membership_of(request.user, slug))
        except members.NotAMember:
            form.add_error("to", no_member(heir.user))
        except members.CannotOwn:
            form.add_error("to", cannot_own(heir.user))
        else:
            said = _("%(name)s owns %(group)s now. You are an ordinary member.")
            messages.success(request, said % {"name": heir.user.name, "group": group.name})
            return redirect(group)
    return _edit_page(request, group, hand_over=form)


@login_required
@require_POST
def delete(request: SignedInRequest, slug: str) -> HttpResponse:
    """Delete the group, for all its members."""
    group = access.group_owned_by(request.user, slug)
    if not reauthentication.is_covered(request):
        return reauthentication.ask(request, back_to=reverse("groups:edit", args=[slug]), part="delete-group")
    ownership.delete(group, by=request.user)
    messages.success(request, _("“%(group)s” is deleted.") % {"group": group.name})
    return redirect("groups:index")


def _edit_page(
    request: SignedInRequest,
    group: Group,
    *,
    form: GroupForm | None = None,
    hand_over: HandOverForm | None = None,
) -> HttpResponse:
    context = {
        "form": form or GroupForm(initial=_described(group)),
        "hand_over": hand_over or HandOverForm(heirs=ownership.heirs(group, of=request.user)),
        "group": group,
        "member_count": access.all_in(group).count(),
    }
    return render(request, "groups/groups/edit.html", context)


def _described(group: Group) -> dict[str, object]:
    return model_to_dict(group, GroupForm.Meta.fields)
