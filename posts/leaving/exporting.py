"""What the server has of a person, as JSON for themselves, in parts that fit into an answer.

What they wrote is in it as it is stored: sealed, with the keys that open it for them. Their browsers make text of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Func, IntegerField, Model, QuerySet
from django.db.models.functions import Coalesce

from accounts.domain import open_sessions, provider, second_factors
from accounts.keys import reading
from accounts.models import StoreObject, User
from groups.models import Invitation, Membership
from posts.models import Comment, Mute, ReadRequest, Revision, StoredFile
from posts.models.read_request import ReadRequestQuerySet
from posts.models.revision import RevisionQuerySet
from posts.sealing import envelopes
from secureblogs.crypto.encoding import to_base64

Json = dict[str, object]

# A part has so many sealed bytes, and so many things, unless one thing alone is larger.
LARGEST_PART, MOST_IN_A_PART = 8 << 20, 500


@dataclass(frozen=True, slots=True)
class Part:
    """What comes after so many of the person's things, and how many things it has."""

    after: int
    length: int


class _Thing(NamedTuple):
    model: type[Model]
    pk: int
    size: int


class _OctetLength(Func):
    function = "octet_length"
    output_field = IntegerField()
    arity = 1


def parts(user: User) -> list[Part]:
    """The parts, in order; the first one is always there."""
    found, after, length, size = [], 0, 0, 0
    for thing in _things(user):
        if length and (size + thing.size > LARGEST_PART or length == MOST_IN_A_PART):
            found.append(Part(after, length))
            after, length, size = after + length, 0, 0
        length, size = length + 1, size + thing.size
    return [*found, Part(after, length)]


def export(user: User, part: Part) -> Json:
    """One part; the first has all that is small."""
    pks: dict[type[Model], list[int]] = {StoreObject: [], Revision: [], Comment: []}
    for thing in list(_things(user))[part.after : part.after + part.length]:
        pks[thing.model].append(thing.pk)
    return {
        "v": 1,
        **(_first(user) if part.after == 0 else {}),
        "store": [_stored(each) for each in _objects(user).filter(pk__in=pks[StoreObject])],
        "posts": [_revision(each, user) for each in _revisions(user).filter(pk__in=pks[Revision])],
        "comments": [_comment(each) for each in _comments(user).filter(pk__in=pks[Comment])],
    }


def _things(user: User) -> Iterator[_Thing]:
    for rows, column in (
        (_objects(user), "sealed"),
        (_revisions(user), "ciphertext"),
        (_comments(user), "ciphertext"),
    ):
        for pk, size in rows.annotate(size=_size(column)).values_list("pk", "size"):
            yield _Thing(rows.model, pk, size)


def _size(column: str) -> Coalesce:
    return Coalesce(_OctetLength(column), 0)


def _objects(user: User) -> QuerySet[StoreObject]:
    return StoreObject.objects.filter(user=user).order_by("pk")


def _comments(user: User) -> QuerySet[Comment]:
    return Comment.objects.filter(author=user).select_related("post", "parent").order_by("pk")


def _revisions(user: User) -> RevisionQuerySet:
    mine = Revision.objects.filter(post__author=user).select_related("post__group", "post__author")
    return mine.order_by("post_id", "number")


def _first(user: User) -> Json:
    return {
        "account": {
            "uid": str(user.uid),
            "name": user.name,
            "email": user.email,
            "signed_up": _time(user.date_joined),
            "last_login": _time(user.last_login),
        },
        **_ways_in(user),
        "keys": reading.account(user) | reading.public_keys(user),
        **_groups(user),
        **_requests(user),
        "files": [
            {
                "uid": str(each.uid),
                "post": str(each.post_uid),
                "size": each.size,
                "uploaded": _time(each.created_at),
            }
            for each in StoredFile.objects.kept_of(user).order_by("pk")
        ],
        "muted": [each.asker.name for each in Mute.objects.filter(author=user).select_related("asker")],
    }


def _ways_in(user: User) -> Json:
    return {
        "sessions": [
            {
                "device": each.device,
                "address": each.address,
                "since": _time(each.started_at),
                "used": _time(each.used_at),
            }
            for each in open_sessions.of(user)
        ],
        # The export names them, and never the secrets that prove them.
        "second_factors": [
            {
                "type": each.type,
                "name": each.data.get("name", ""),
                "added": _time(each.created_at),
                "used": _time(each.last_used_at),
            }
            for each in second_factors.of(user)
        ],
        "provider": _connection(user),
    }


def _groups(user: User) -> Json:
    memberships = Membership.objects.filter(user=user).select_related("group").order_by("pk")
    return {
        "groups": [
            {
                "uid": str(each.group.uid),
                "slug": each.group.slug,
                "name": each.group.name,
                "role": each.role,
                "joined": _time(each.joined_at),
            }
            for each in memberships
        ],
        "invitations": [
            {"group": each.group.slug, "made": _time(each.created_at), "expires": _time(each.expires_at)}
            for each in Invitation.objects.filter(created_by=user).select_related("group").order_by("pk")
        ],
    }


def _requests(user: User) -> Json:
    to_answer = ReadRequest.objects.filter(post__author=user)
    return {
        "asked": [_request(each) for each in _in_order(ReadRequest.objects.filter(asker=user))],
        "asked_by_others": [
            _request(each) | {"by": each.asker.name} for each in _in_order(to_answer).select_related("asker")
        ],
    }


def _connection(user: User) -> Json | None:
    found = provider.connection_of(user)
    return {"connected": _time(found.date_joined), "used": _time(found.last_login)} if found else None


def _in_order(requests: ReadRequestQuerySet) -> ReadRequestQuerySet:
    return requests.select_related("post__group", "post__current").order_by("pk")


def _request(read_request: ReadRequest) -> Json:
    return {
        "post": str(read_request.post.uid),
        "title": read_request.post.current.title,
        "group": read_request.post.group.slug,
        "state": read_request.state,
        "message": read_request.message,
        "reason": read_request.reason,
        "asked": _time(read_request.asked_at),
        "answered": _time(read_request.answered_at),
    }


def _stored(stored: StoreObject) -> Json:
    return {
        "name": stored.name,
        "generation": stored.generation,
        "version": stored.version,
        "sealed": to_base64(stored.sealed),
        "changed": _time(stored.changed_at),
    }


def _revision(revision: Revision, user: User) -> Json:
    return {
        "uid": str(revision.post.uid),
        "group": revision.post.group.slug,
        "revision": revision.number,
        "is_shown": revision.pk == revision.post.current_id,
        "title": revision.title,
        "state": revision.state,
        "submitted": _time(revision.submitted_at),
        "published": _time(revision.published_at),
        "envelope": envelopes.envelope(revision, reader=user) if envelopes.is_sealed(revision) else None,
    }


def _comment(comment: Comment) -> Json:
    return {
        "uid": str(comment.uid),
        "post": str(comment.post.uid),
        "answers": str(comment.parent.uid) if comment.parent else None,
        "revision": comment.revision,
        "written": _time(comment.written_at),
        "edited": _time(comment.edited_at),
        **comment.sealed,
    }


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
