"""Which read requests a person may reach. What they may not see is a 404, the same as what is not there."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from groups.models import Group
from posts.models import SEALED, Mute, Post, ReadRequest, Revision
from secureblogs.queries.compiled import Columns, CompiledQuery


def post_to_ask_for(user: User, uid: UUID) -> Post:
    """A post that the user may see in lists."""
    for row in _LISTED.bind(user, uid).rows():
        columns = iter(row)
        post = _POST_COLUMNS.take(columns)
        post.group, post.author = _GROUP_COLUMNS.take(columns), _AUTHOR_COLUMNS.take(columns)
        post.current = _REVISION_COLUMNS.take(columns)
        return post
    raise Http404


_POST_COLUMNS = Columns(Post)
_GROUP_COLUMNS, _AUTHOR_COLUMNS = Columns(Group, within="group"), Columns(User, within="author")
_REVISION_COLUMNS = Columns(Revision, within="current", without=SEALED)
# The author waits for it, too: 3 ms of processor time are 0.3 when the query is compiled.
_LISTED = CompiledQuery(
    lambda user, uid: (
        Post.objects.listed_for(user)
        .filter(uid=uid)
        .values_list(
            *_POST_COLUMNS.names, *_GROUP_COLUMNS.names, *_AUTHOR_COLUMNS.names, *_REVISION_COLUMNS.names
        )
    ),
    User,
    UUID,
)


def post_with_grants(user: User, uid: UUID) -> Post:
    """A post of the user's, or one that they were granted themselves."""
    posts = Post.objects.listed_for(user).with_own_keys(user).select_related("group", "author")
    return get_object_or_404(posts.filter(Q(author=user) | Q(is_granted=True)), uid=uid)


def read_request_to_answer(user: User, pk: int) -> ReadRequest:
    """A request about one of the user's own posts."""
    return get_object_or_404(ReadRequest.objects.to_answer_by(user).with_people(), pk=pk)


def requests_waiting_from(user: User, uid: UUID) -> list[int]:
    """The requests of one person, by pk, that wait for the user and may be answered together."""
    waiting = ReadRequest.objects.to_answer_by(user).pending().of_steady_askers().filter(asker__uid=uid)
    return list(waiting.values_list("pk", flat=True))


def read_request_asked(user: User, pk: int) -> ReadRequest:
    """One of the user's own requests."""
    return get_object_or_404(ReadRequest.objects.made_by(user).with_people(), pk=pk)


def read_request_to_hear_of(user: User, pk: int) -> ReadRequest:
    """A request that the user made or is to answer."""
    to_answer, asked = ReadRequest.objects.to_answer_by(user), ReadRequest.objects.made_by(user)
    either = Q(pk__in=to_answer.values("pk")) | Q(pk__in=asked.values("pk"))
    return get_object_or_404(ReadRequest.objects.filter(either).with_people().with_mute(), pk=pk)


def muted_person(user: User, uid: UUID) -> User:
    """Somebody whose requests the user mutes."""
    muted = Mute.objects.filter(author=user).values("asker")
    return get_object_or_404(User.objects.filter(pk__in=muted), uid=uid)
