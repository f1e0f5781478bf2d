"""A post as JSON for one of its readers, as secureblogs.crypto.envelopes and the browser open it."""

import base64

from accounts.models import PublicKey, User
from posts.models import Post, PostKey


def is_sealed(post: Post) -> bool:
    """Whether there is content yet."""
    return post.ciphertext is not None


def envelope(post: Post, *, reader: User) -> dict[str, object]:
    """The sealed content, with the content key as it is wrapped for the reader's own keys that are not revoked."""
    return {
        "v": 1,
        "post": str(post.uid),
        "group": str(post.group.uid),
        "author": str(post.author.uid),
        "revision": post.revision,
        "state": post.state,
        "title": post.title,
        "nonce": _base64(post.nonce),
        "ciphertext": _base64(post.ciphertext),
        "key_commitment": _base64(post.key_commitment),
        "wrapped_keys": [
            {"fingerprint": fingerprint, "algorithm": algorithm, "wrapped_key": _base64(wrapped_key)}
            for fingerprint, algorithm, wrapped_key in _wrapped_keys(post, reader)
        ],
    }


def _wrapped_keys(post: Post, reader: User) -> list[tuple[str, str, bytes | memoryview]]:
    own = PublicKey.objects.opening_of(reader)
    rows = PostKey.objects.filter(post=post, public_key__in=own).order_by("public_key_id")
    return list(rows.values_list("public_key__fingerprint", "public_key__algorithm", "wrapped_key"))


def _base64(value: bytes | memoryview | None) -> str:
    assert value is not None
    return base64.b64encode(value).decode()
