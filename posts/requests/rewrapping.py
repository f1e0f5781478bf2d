"""What an author's browser needs to wrap a post's key for somebody who asks."""

from accounts.domain.locks import Gone
from accounts.keys import reading
from posts.models import ReadRequest, Revision
from posts.sealing import envelopes
from secureblogs.crypto.encoding import to_base64


def material(read_request: ReadRequest) -> dict[str, object]:
    """The post's place, the author's own wrapped keys, and the pinned public keys that are still active. Gone."""
    post = read_request.post
    revision = Revision.objects.shown_of(post).only("number", "key_commitment").first()
    if revision is None or revision.key_commitment is None:
        raise Gone
    revision.post = post
    # By the label, a browser that does not have the key says where it is.
    named = ("fingerprint", "algorithm", "label")
    return {
        "v": 1,
        "request_id": read_request.pk,
        "state": read_request.state,
        **revision.contexts.members,
        "asker": str(read_request.asker.uid),
        "key_commitment": to_base64(revision.key_commitment),
        "wrapped_keys": envelopes.wrapped_keys([revision], reader=post.author, named=named)[revision.pk],
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
