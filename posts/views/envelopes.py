from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from posts import access
from posts.sealing import envelopes
from secureblogs.http.answers import for_programs


@for_programs
@login_required
@require_safe
def envelope(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """What the post's page decrypts, for other clients."""
    post = access.post_to_read(request.user, uid)
    if not envelopes.is_sealed(post.current):
        return JsonResponse({"state": post.state}, status=409)
    return JsonResponse(envelopes.envelope(post.current, reader=request.user))
