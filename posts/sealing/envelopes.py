"""A revision as JSON for one of its readers, as secureblogs.crypto.envelopes and the browser open it."""

from collections import defaultdict
from collections.abc import Sequence

from accounts.keys import reading
from accounts.models import User
from posts.models import PostKey, Revision
from secureblogs.crypto.encoding import to_base64


def is_sealed(revision: Revision) -> bool:
    """Whether there is content yet."""
    return revision.ciphertext is not None


def envelope(revision: Revision, *, reader: User) -> dict[str, object]:
    """The sealed content, with the content key as it is wrapped for the reader's own keys that are not revoked."""
    (sealed,) = several([revision], reader=reader)
    return {**sealed, "author_keys": reading.chain(revision.post.author)}


def several(revisions: Sequence[Revision], *, reader: User) -> list[dict[str, object]]:
    """The same of each of these revisions, without the keys of their authors."""
    found = wrapped_keys(revisions, reader=reader)
    return [_sealed(revision, found[revision.pk]) for revision in revisions]


def _sealed(revision: Revision, wrapped_keys: list[dict[str, str]]) -> dict[str, object]:
    return {
        "v": 2,
        **revision.contexts.members,
        "state": revision.state,
        "title": revision.title,
        "nonce": _base64(revision.nonce),
        "ciphertext": _base64(revision.ciphertext),
        "key_commitment": _base64(revision.key_commitment),
        "wrapped_keys": wrapped_keys,
    }


def wrapped_keys(
    revisions: Sequence[Revision], *, reader: User, named: Sequence[str] = ("fingerprint", "algorithm")
) -> dict[int, list[dict[str, str]]]:
    """By revision, the content key as it is wrapped for the reader's own keys; of each key what is `named`."""
    rows = PostKey.objects.opening_for(reader).filter(revision__in=revisions).order_by("public_key_id")
    columns = [f"public_key__{name}" for name in named]
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for revision, wrapped_key, *values in rows.values_list("revision", "wrapped_key", *columns):
        entry = {**dict(zip(named, values, strict=True)), "wrapped_key": to_base64(wrapped_key)}
        found[revision].append(entry)
    return found


def _base64(value: bytes | memoryview | None) -> str:
    assert value is not None
    return to_base64(value)
