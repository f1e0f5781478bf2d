"""The readers of a revision, now and to be: in names as far as a page can show them, and in numbers."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum, Window

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from posts.models import KeyBatch, PostKey, Revision

NAMES_SHOWN = 20
NAMES_WITHOUT_KEY = 5


@dataclass(frozen=True, slots=True)
class People:
    """Some people by name, the first ones in the alphabet, and how many there are."""

    names: list[str]
    total: int

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.total - len(self.names)


def readers_of(revision: Revision) -> People:
    """The people for whose keys the content key is wrapped."""
    wrapped = PostKey.objects.filter(revision=revision).values("public_key__user")
    return _people(User.objects.filter(pk__in=wrapped), most=NAMES_SHOWN)


def reader_count(group: Group) -> int:
    """How many members a post would be encrypted for now."""
    return Membership.objects.filter(Exists(_keys_of("user")), group=group).count()


def members_without_key(group: Group) -> People:
    """Members that a post can't be encrypted for now."""
    members = Membership.objects.filter(group=group).values("user")
    return _people(User.objects.filter(~Exists(_keys_of("pk")), pk__in=members), most=NAMES_WITHOUT_KEY)


def wrapped_count(revision: Revision) -> int:
    """The number of keys that a revision is wrapped for already, while it is being encrypted."""
    # PostgreSQL counts: for a million members the arrays themselves are 8 MB.
    waiting = KeyBatch.objects.filter(revision=revision).aggregate(waiting=Sum("public_keys__len", default=0))
    return revision.key_count - int(waiting["waiting"])


def is_awaited_by(revision: Revision, user: User) -> bool:
    """Whether a key of the user still waits to be wrapped for."""
    # A batch that was planned before the user's key was replaced names the older one.
    public_keys = PublicKey.objects.opening_of(user).values_list("pk", flat=True)
    return KeyBatch.objects.filter(revision=revision, public_keys__overlap=list(public_keys)).exists()


def _keys_of(user: str) -> QuerySet[PublicKey]:
    return PublicKey.objects.active_of(OuterRef(user))


def _people(users: QuerySet[User], *, most: int) -> People:
    # The window counts all rows, whatever LIMIT cuts off: so one query brings names and total.
    rows = list(
        users.order_by("name", "pk").annotate(total=Window(Count("pk"))).values_list("name", "total")[:most]
    )
    return People([name for name, _ in rows], rows[0][1] if rows else 0)
