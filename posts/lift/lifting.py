"""Moving what is wrapped for a person's older account keys to the newest: by their browser, a part at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.locks import lock_people
from accounts.keys import events, reading
from accounts.keys.errors import TooLate
from accounts.models import AccountKey, Kind, PublicKey, SealedSeed, StoreObject, User
from posts.models import SEALED, KeyBatch, LostKey, Post, PostKey, ReadRequest
from posts.models.post_key import PostKeyQuerySet
from posts.requests import locks
from secureblogs.crypto.encoding import to_base64

# A request moves so many wrapped keys, and so many bytes of store objects.
MOST_WRAPS, MOST_BYTES = 200, 4 << 20
# A page lists so many of the posts that did not open.
LOST_SHOWN = 50

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wrap:
    """A content key of a revision, wrapped for the newest account key in place of the one with this fingerprint.

    Without bytes, the browser could not open what was there.
    """

    post: str
    revision: int
    fingerprint: str
    wrapped_key: bytes | None


@dataclass(frozen=True, slots=True)
class Object:
    """The next version of an object of the store, under the newest account key; without bytes it did not open."""

    name: str
    version: int
    sealed: bytes | None


def note_total(account_key: AccountKey) -> None:
    """Remember how much there is to move to a new account key; in the transaction that makes it."""
    AccountKey.objects.filter(pk=account_key.pk).update(to_lift=_count(account_key.user))


def progress(user: User) -> tuple[int, int]:
    """How much is moved to the newest account key, and of how much."""
    newest, left = AccountKey.objects.newest_of(user), _count(user)
    total = max(newest.to_lift, left) if newest else left
    return total - left, total


def lost(user: User) -> tuple[int, list[Post]]:
    """How many posts the person can't open any more since what was wrapped did not open, and the newest of them."""
    posts = Post.objects.lost_by(user)
    return posts.count(), list(posts.only("uid", "current__title")[:LOST_SHOWN])


def part(user: User) -> Json:
    """As much as one request moves, with what leads from older keys to the newest one."""
    done, total = progress(user)
    newest, whole = AccountKey.objects.newest_of(user), reading.account(user)
    rows = _wraps(user).select_related(
        "revision__post__group", "revision__post__author", "public_key__account_key"
    )
    unread = ("revision__ciphertext", "revision__nonce", "revision__waiting_key")
    wraps = [_wrap(row) for row in rows.defer(*unread).order_by("public_key_id", "revision_id")[:MOST_WRAPS]]
    return {
        "done": done,
        "total": total,
        "to": reading.link(newest) if newest else None,
        "links": whole["links"],
        "wraps": wraps,
        "objects": [] if len(wraps) == MOST_WRAPS else list(_up_to_size(_objects(user))),
    }


@transaction.atomic
def lift(user: User, *, fingerprint: str, wraps: Iterable[Wrap], objects: Iterable[Object]) -> None:
    """Store what the browser wrapped for the newest key instead of older ones, and end those that are done.

    What is gone or was moved already is passed over. TooLate if another key is the newest by now. Gone.
    """
    lock_people(user)
    newest = AccountKey.objects.newest_of(user)
    if newest is None or newest.public_key.fingerprint != fingerprint:
        raise TooLate(_("Your key was replaced again meanwhile."))
    sent = {(wrap.post, wrap.revision, wrap.fingerprint): wrap.wrapped_key for wrap in wraps}
    # This locks in the order of all locks, posts before keys. An author who approves, or takes a grant back, holds the
    # older keys shared and finishes first: only then does this look for what is to be moved.
    there = _hold_posts([post for post, _revision, _mark in sent])
    older = user.public_keys.filter(kind=Kind.ACCOUNT).exclude(pk=newest.public_key_id)
    list(older.order_by("pk").select_for_update().values_list("pk"))
    places = {
        (str(row.revision.post.uid), row.revision.number, row.public_key.fingerprint): row
        for row in _held(user, there)
    }
    _move([(row, sent[place]) for place, row in places.items() if place in sent], to=newest)
    for each in objects:
        _move_object(_objects(user).filter(name=each.name, version=each.version - 1), newest, each)
    if _end_older(user):
        # Pages that say how far it is, in this browser or another one.
        events.publish_changed(user)


def _count(user: User) -> int:
    return _wraps(user).count() + _objects(user).count()


def _wraps(user: User) -> PostKeyQuerySet:
    older = PublicKey.objects.filter(user=user, revoked_at=None).exclude(replaced_by=None)
    return PostKey.objects.filter(public_key__in=older)


def _objects(user: User) -> QuerySet[StoreObject]:
    newest = AccountKey.objects.newest_of(user)
    older = user.store_objects.filter(generation__lt=newest.generation if newest else 0)
    return older.order_by("pk")


def _hold_posts(uids: list[str]) -> list[Post]:
    """Those of these posts that are there, kept from being deleted."""
    posts = Post.objects.filter(uid__in=uids).only("pk")
    there = locks.lock_of_posts(posts).rows()
    return [post for post in posts if (post.pk,) in there]


def _held(user: User, posts: list[Post]) -> list[PostKey]:
    """The rows about these posts that are there to be moved."""
    rows = _wraps(user).filter(revision__post__in=posts).select_related("revision__post", "public_key")
    return list(rows.defer(*(f"revision__{field}" for field in SEALED)))


def _move(rows: list[tuple[PostKey, bytes | None]], *, to: AccountKey) -> None:
    opened = [
        PostKey(
            revision=row.revision,
            public_key=to.public_key,
            wrapped_key=wrapped_key,
            granted_at=row.granted_at,
        )
        for row, wrapped_key in rows
        if wrapped_key is not None
    ]
    lost = [
        LostKey(post=row.revision.post, user=to.user)
        for row, wrapped_key in rows
        if wrapped_key is None and row.revision_id == row.revision.post.current_id
    ]
    # An author may have granted one for the newest key meanwhile.
    PostKey.objects.bulk_create(opened, ignore_conflicts=True)
    LostKey.objects.bulk_create(lost, ignore_conflicts=True)
    for older in sorted({row.public_key_id for row, _wrapped_key in rows}):
        revisions = [row.revision_id for row, _wrapped_key in rows if row.public_key_id == older]
        PostKey.objects.filter(public_key=older, revision__in=revisions).delete()


def _move_object(rows: QuerySet[StoreObject], newest: AccountKey, sent: Object) -> None:
    if sent.sealed is None:
        rows.delete()
        return
    rows.order_by().update(
        generation=newest.generation, version=sent.version, sealed=sent.sealed, changed_at=timezone.now()
    )


def _end_older(user: User) -> bool:
    """Delete what leads on from older account keys that nothing is left of, the oldest first; whether it did."""
    is_ended = False
    for seed in SealedSeed.objects.links_of(user).order_by("generation"):
        older = AccountKey.objects.get(user=user, generation=seed.generation)
        if _is_needed(user, older.public_key, older.generation):
            return is_ended
        seed.delete()
        is_ended = True
    return is_ended


def _is_needed(user: User, key: PublicKey, generation: int) -> bool:
    return (
        PostKey.objects.filter(public_key=key).exists()
        or KeyBatch.objects.filter(public_keys__contains=[key.pk]).exists()
        or ReadRequest.objects.filter(public_keys=key).exists()
        or user.store_objects.filter(generation=generation).exists()
    )


def _wrap(row: PostKey) -> Json:
    revision = row.revision
    return {
        **revision.contexts.members,
        "title": revision.title,
        "key_commitment": to_base64(revision.key_commitment or b""),
        "fingerprint": row.public_key.fingerprint,
        "generation": row.public_key.account_key.generation,
        "wrapped_key": to_base64(row.wrapped_key),
    }


def _up_to_size(objects: QuerySet[StoreObject]) -> Iterator[Json]:
    size = 0
    for stored in objects:
        size += len(stored.sealed)
        if size > MOST_BYTES:
            return
        yield reading.store_object(stored)
