"""Links into a group: making one, ending one, and the page to which one leads."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, login_required
from groups import access
from groups.domain import invitations, members
from groups.forms import InvitationForm
from groups.member_lists import member_list
from groups.messages import nobody_joins
from groups.models import Invitation
from secureblogs.http.answers import require_POST


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token", "link")
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make a link and show it in this very answer: the site keeps it nowhere, so no other page could."""
    membership = access.membership_of(request.user, slug)
    if request.method != "POST":
        # The browser has this address once a link was made, and reloads it.
        return redirect("groups:members", slug)
    form = InvitationForm(request.POST)
    link = ""
    if form.is_valid():
        try:
            token = invitations.create(membership.group, by=request.user, days=form.cleaned_data["days"])
            link = request.build_absolute_uri(reverse("groups:invitation", args=[token]))
            form = InvitationForm()
        except members.NotAMember:
            # An owner removed the member in the same moment.
            raise Http404 from None
        except members.GroupLocked:
            form.add_error(None, nobody_joins())
        except invitations.TooManyInvitations:
            form.add_error(None, _("There are as many open links as a group can have. Revoke one first."))
    context = member_list(membership, request.GET) | {"link": link, "form": form}
    return render(request, "groups/members/page.html", context)


@login_required
@require_POST
def revoke(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """End a link."""
    membership = access.membership_of(request.user, slug)
    invitations.revoke(access.invitation_to_end(membership, pk))
    messages.success(request, _("The link is revoked. Nobody can join by it any more."))
    return redirect("groups:members", slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def invitation(request: SignedInRequest, token: str) -> HttpResponse:
    """Show somebody with a link what they are invited to, and a button."""
    found = access.usable_invitation(token)
    if found is None:
        return _gone(request)
    if access.membership_in(found.group, request.user) is not None:
        return redirect(found.group)
    if access.is_kept_out(found.group, request.user):
        return _kept_out(request)
    if request.method == "POST":
        return _accept(request, found, token=token)
    context = {"invitation": found, "group": access.group_of_invitation(found)}
    return render(request, "groups/invitations/page.html", context)


@sensitive_variables("token")
def _accept(request: SignedInRequest, found: Invitation, *, token: str) -> HttpResponse:
    try:
        invitations.accept(found, user=request.user)
    except invitations.NotUsable:
        return _gone(request)
    except members.IsKeptOut:
        return _kept_out(request)
    except members.GroupLocked:
        # The page itself says so.
        return redirect("groups:invitation", token)
    return redirect(found.group)


def _kept_out(request: SignedInRequest) -> HttpResponse:
    return render(request, "groups/invitations/kept_out.html", status=403)


def _gone(request: SignedInRequest) -> HttpResponse:
    return render(request, "groups/invitations/gone.html", status=404)
