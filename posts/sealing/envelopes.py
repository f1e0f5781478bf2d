"""A revision as JSON for one of its readers, as secureblogs.crypto.envelopes and the browser open it."""

import base64
from collections import defaultdict
from collections.abc import Sequence

from accounts.keys import reading
from accounts.models import PublicKey, User
from posts.models import PostKey, Revision


def is_sealed(revision: Revision) -> bool:
    """Whether there is content yet."""
    return revision.ciphertext is not None


def envelope(revision: Revision, *, reader: User) -> dict[str, object]:
    """The sealed content, with the content key as it is wrapped for the reader's own keys that are not revoked."""
    (sealed,) = several([revision], reader=reader)
    return {**sealed, "author_keys": reading.chain(revision.post.author)}


def several(revisions: Sequence[Revision], *, reader: User) -> list[dict[str, object]]:
    """The same of each of these revisions, without the keys of their authors."""
    wrapped_keys = _wrapped_keys(revisions, reader)
    return [_sealed(revision, wrapped_keys[revision.pk]) for revision in revisions]


def _sealed(revision: Revision, wrapped_keys: list[dict[str, str]]) -> dict[str, object]:
    post = revision.post
    return {
        "v": 2,
        "post": str(post.uid),
        "group": str(post.group.uid),
        "author": str(post.author.uid),
        "revision": revision.number,
        "state": revision.state,
        "title": revision.title,
        "nonce": _base64(revision.nonce),
        "ciphertext": _base64(revision.ciphertext),
        "key_commitment": _base64(revision.key_commitment),
        "wrapped_keys": wrapped_keys,
    }


def _wrapped_keys(revisions: Sequence[Revision], reader: User) -> dict[int, list[dict[str, str]]]:
    own = PublicKey.objects.opening_of(reader)
    rows = PostKey.objects.filter(revision__in=revisions, public_key__in=own).order_by("public_key_id")
    columns = ("revision", "public_key__fingerprint", "public_key__algorithm", "wrapped_key")
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for revision, fingerprint, algorithm, wrapped_key in rows.values_list(*columns):
        entry = {"fingerprint": fingerprint, "algorithm": algorithm, "wrapped_key": _base64(wrapped_key)}
        found[revision].append(entry)
    return found


def _base64(value: bytes | memoryview | None) -> str:
    assert value is not None
    return base64.b64encode(value).decode()
