"""The keys of the people whom one shares a group with."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from accounts.keys import reading
from groups import access
from secureblogs.http.answers import for_programs


@for_programs
@login_required
@require_safe
def keys(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """The chain of somebody's account keys from the generation `from` on, and what they sign."""
    person, since = access.person_in_a_group_of(request.user, uid), request.GET.get("from", "")
    return JsonResponse(
        reading.of_another(
            person, since=int(since) if since.isascii() and since.isdigit() and len(since) < 10 else 0
        )
    )
