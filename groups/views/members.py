"""Who belongs to a group: the list, joining and leaving, removing and appointing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in
from accounts.requests import SignedInRequest
from groups import access
from groups.domain import members
from groups.forms import RoleForm
from groups.member_lists import member_list


@login_required
@never_cache
@require_safe
def index(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everybody in the group; for owners and moderators with what they may do."""
    membership = access.membership_of(request.user, slug)
    return render(request, "groups/members/page.html", member_list(membership, request.GET))


@require_POST
@signed_in(back_to="groups:index")
def join(request: SignedInRequest, slug: str) -> HttpResponse:
    """Become a member of an open group."""
    group = access.group_visible_to(request.user, slug)
    if access.membership_in(group, request.user) is None:
        try:
            members.join_open(group, user=request.user)
        except members.NotOpen:
            raise Http404 from None
        except members.GroupLocked:
            messages.error(request, _("The group is locked: nobody can join it for now."))
    return redirect(group)


@require_POST
@signed_in(back_to="groups:index")
def leave(request: SignedInRequest, slug: str) -> HttpResponse:
    """Stop being a member."""
    membership = access.membership_of(request.user, slug)
    try:
        members.leave(membership)
    except members.LastOwner:
        messages.error(request, _("You are the only owner: make somebody else one first."))
        return redirect("groups:members", slug)
    messages.success(request, _("You left %(group)s.") % {"group": membership.group.name})
    return redirect("groups:index")


@require_POST
@signed_in(back_to="groups:index")
def remove(request: SignedInRequest, slug: str, uid: UUID) -> HttpResponse:
    """End somebody else's membership."""
    mine = access.membership_of(request.user, slug)
    membership = access.fellow_member(mine, uid)
    try:
        members.remove(membership, by=mine)
    except members.NotAMember:
        # Removed oneself in the same moment.
        raise Http404 from None
    messages.success(request, _("%(name)s is no longer a member.") % {"name": membership.user.name})
    return _back_to_list(request, slug)


@require_POST
@signed_in(back_to="groups:index")
def change_role(request: SignedInRequest, slug: str, uid: UUID) -> HttpResponse:
    """Make somebody an owner, a moderator or an ordinary member."""
    mine = access.membership_of(request.user, slug)
    membership = access.fellow_member(mine, uid)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    role = form.cleaned_data["role"]
    try:
        members.appoint(membership, role=role, by=mine)
    except members.LastOwner:
        messages.error(request, _("A group needs an owner. Make somebody else an owner first."))
    except members.NotAMember:
        messages.error(request, _("%(name)s is no longer a member.") % {"name": membership.user.name})
    else:
        words = {"name": membership.user.name, "role": role.label}
        messages.success(request, _("%(name)s has a new role: %(role)s.") % words)
    return _back_to_list(request, slug)


def _back_to_list(request: HttpRequest, slug: str) -> HttpResponseRedirect:
    # The same part of a long list: the buttons' addresses carry it along.
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("groups:members", args=[slug]) + query)
