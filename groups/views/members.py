"""The members of a group: the list, joining and leaving, removing and appointing."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from accounts.models import User
from groups import access
from groups.domain import members, removals
from groups.forms import RemovalForm, RoleForm
from groups.member_lists import member_list
from groups.messages import cannot_own, no_member, nobody_joins, you_are_last_owner
from groups.models import Role
from secureblogs.http.answers import require_POST


@login_required
@require_safe
def index(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show everybody in the group, and owners and moderators what they may do."""
    membership = access.membership_of(request.user, slug)
    return render(request, "groups/members/page.html", member_list(membership, request.GET))


@login_required
@require_POST
def join(request: SignedInRequest, slug: str) -> HttpResponse:
    """Become a member of an open group."""
    group = access.group_visible_to(request.user, slug)
    if access.membership_in(group, request.user) is None:
        try:
            members.join_open(group, user=request.user)
        except members.NotOpen:
            raise Http404 from None
        except members.GroupLocked:
            messages.error(request, nobody_joins())
        except members.IsKeptOut:
            # The page itself says so.
            pass
    return redirect(group)


@login_required
@require_POST
def leave(request: SignedInRequest, slug: str) -> HttpResponse:
    """Stop being a member."""
    membership = access.membership_of(request.user, slug)
    try:
        members.leave(membership)
    except members.LastOwner:
        messages.error(request, you_are_last_owner())
        return redirect("groups:members", slug)
    messages.success(request, _("You left %(group)s.") % {"group": membership.group.name})
    return redirect("groups:index")


@login_required
@require_POST
def remove(request: SignedInRequest, slug: str, uid: UUID) -> HttpResponse:
    """End somebody else's membership."""
    mine = access.membership_of(request.user, slug)
    membership = access.fellow_member(mine, uid)
    form = RemovalForm(request.POST)
    form.full_clean()
    try:
        removals.remove(membership, by=mine, may_come_back=form.cleaned_data["may_come_back"])
    except members.NotAMember:
        # An owner removed the acting member in the same moment.
        raise Http404 from None
    messages.success(request, no_member(membership.user))
    return _back_to_list(request, slug)


@login_required
@require_POST
def let_back_in(request: SignedInRequest, slug: str, uid: UUID) -> HttpResponse:
    """Let somebody who was removed join again as anybody else could."""
    mine = access.membership_of(request.user, slug)
    kept_out = access.kept_out_to_let_in(mine, uid)
    try:
        removals.let_back_in(kept_out, by=mine)
    except members.NotAMember:
        # An owner removed the acting member in the same moment.
        raise Http404 from None
    messages.success(request, _("%(name)s may join again.") % {"name": kept_out.user.name})
    return _back_to_list(request, slug)


@login_required
@require_POST
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
        messages.error(request, you_are_last_owner())
    except members.NotAMember:
        messages.error(request, no_member(membership.user))
    except members.CannotOwn:
        messages.error(request, cannot_own(membership.user))
    else:
        messages.success(request, _new_role(membership.user, role))
    return _back_to_list(request, slug)


def _new_role(user: User, role: Role) -> str:
    sentences = {
        Role.OWNER: _("%(name)s is an owner now."),
        Role.MODERATOR: _("%(name)s is a moderator now."),
        Role.MEMBER: _("%(name)s is an ordinary member now."),
    }
    return sentences[role] % {"name": user.name}


def _back_to_list(request: HttpRequest, slug: str) -> HttpResponseRedirect:
    # The buttons' addresses carry along which part of a long list they stand in.
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("groups:members", args=[slug]) + query)
