"""The keys of the people whom one shares a group with."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from accounts.keys import reading
from groups import access
from secureblogs.http.answers import for_programs
from secureblogs.http.numbers import number_in


@for_programs
@login_required
@require_safe
def keys(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """The chain of somebody's account keys from the generation `from` on, and what they sign."""
    person = access.person_in_a_group_of(request.user, uid)
    return JsonResponse(reading.of_another(person, since=number_in(request.GET.get("from", "")) or 0))
