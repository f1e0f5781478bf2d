"""What any page may say: how many requests wait for who is signed in, and how long a text may be."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from posts.requests.events import pending_count
from secureblogs.crypto.attached_files import MAX_ALT
from secureblogs.crypto.comments import MAX_COMMENT
from secureblogs.crypto.documents import MAX_BODY, MAX_TAG, MAX_TAGS, MAX_TITLE


def pending_requests(request: HttpRequest) -> dict[str, object]:
    """`pending_requests`, counted only where a template asks for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"pending_requests": SimpleLazyObject(lambda: pending_count(user))}


def text_limits(request: HttpRequest) -> dict[str, object]:
    """`text_limits`: what words of pages say of how long a text may be."""
    return {"text_limits": _TEXT_LIMITS}


_TEXT_LIMITS = {
    "title_characters": MAX_TITLE,
    "body_mib": MAX_BODY >> 20,
    "tags": MAX_TAGS,
    "tag_characters": MAX_TAG,
    "alt_characters": MAX_ALT,
    "comment_kib": MAX_COMMENT >> 10,
}
