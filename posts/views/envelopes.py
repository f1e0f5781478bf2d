from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from posts import access
from posts.access import login_required_json
from posts.domain import envelopes


@login_required_json
@require_safe
def envelope(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """What the post's page decrypts, for other clients."""
    post = access.post_to_read(request.user, uid)
    if not envelopes.is_sealed(post):
        return JsonResponse({"state": post.state}, status=409)
    return JsonResponse(envelopes.envelope(post, reader=request.user))
