"""What a post said before, for its author."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from posts import access
from posts.sealing import envelopes
from secureblogs.http.policies import shows_pictures


@shows_pictures
@login_required
@require_safe
def versions(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """List the earlier revisions of a post, and show one, sealed, with what readers are shown now."""
    post = access.post_to_revise(request.user, uid)
    earlier = access.earlier_revisions(post)
    context: dict[str, object] = {"post": post, "versions": earlier, "later": post.later}
    if chosen := access.earlier_revision(post, request.GET.get("version", "")):
        context |= {
            "chosen": chosen,
            "envelope": envelopes.envelope(chosen, reader=request.user),
            "shown": envelopes.envelope(post.current, reader=request.user),
        }
    return render(request, "posts/versions/page.html", context)
