"""What an author's browser needs to wrap a post's key for somebody who asks."""

import base64

from accounts.domain.locks import Gone
from accounts.keys import reading
from accounts.models import PublicKey, User
from posts.models import PostKey, ReadRequest, Revision


def material(read_request: ReadRequest) -> dict[str, object]:
    """The post's place, the author's own wrapped keys, and the pinned public keys that are still active. Gone."""
    post = read_request.post
    revision = Revision.objects.shown_of(post).only("number", "key_commitment").first()
    if revision is None or revision.key_commitment is None:
        raise Gone
    return {
        "v": 1,
        "request_id": read_request.pk,
        "state": read_request.state,
        "post": str(post.uid),
        "group": str(post.group.uid),
        "author": str(post.author.uid),
        "asker": str(read_request.asker.uid),
        "revision": revision.number,
        "key_commitment": base64.b64encode(bytes(revision.key_commitment)).decode(),
        "wrapped_keys": _own_wrapped_keys(revision, author=post.author),
        "public_keys": [
            {
                "algorithm": key.algorithm,
                "public_key": key.pem,
                "kind": key.kind,
                **reading.own_statement(key),
            }
            for key in read_request.public_keys.active().order_by("pk")
        ],
    }


def _own_wrapped_keys(revision: Revision, *, author: User) -> list[dict[str, str]]:
    rows = PostKey.objects.filter(
        revision=revision, public_key__in=PublicKey.objects.opening_of(author)
    ).order_by("public_key_id")
    # By the label, a browser that does not have the key says where it is.
    columns = rows.values_list(
        "public_key__fingerprint", "public_key__algorithm", "public_key__label", "wrapped_key"
    )
    return [
        {
            "fingerprint": fingerprint,
            "algorithm": algorithm,
            "label": label,
            "wrapped_key": base64.b64encode(wrapped_key).decode(),
        }
        for fingerprint, algorithm, label, wrapped_key in columns
    ]
