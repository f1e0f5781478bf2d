"""Lists of groups, making one, describing one. Their front pages stand in posts.views.groups."""

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, login_required
from groups import access
from groups.domain import groups
from groups.forms import GroupForm
from groups.paging import page_by_slug


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
    return render(request, "groups/groups/new.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Change what the group is called, what it is about and who can join."""
    group = access.group_owned_by(request.user, slug)
    form = GroupForm(request.POST or None, initial=model_to_dict(group, GroupForm.Meta.fields))
    if form.is_valid():
        groups.describe(group, **form.cleaned_data)
        return redirect(group)
    return render(request, "groups/groups/edit.html", {"form": form, "group": group})
