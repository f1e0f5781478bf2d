"""All that the rules speak of, as PostgreSQL has it, read in one round trip."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import Keyholders, PublicKey, SealedSeed, User
from groups.models import KeptOut, Membership
from posts.models import Comment, KeyBatch, Mute, Post, PostKey, ReadRequest, RequestNotice, Revision
from secureblogs.queries.bound import BoundQuery, rows_of
from tests.posts.model.rules import Key, Number, Person, Said

Queries = dict[str, BoundQuery]
Seen = dict[str, Any]


@dataclass
class Seeing:
    """A group with its people, and the numbers that the rules have for what is there."""

    group: int
    owner: int
    people: Mapping[int, Person]
    posts: Mapping[int, Number]
    keys: Mapping[int, Key]
    said: Mapping[UUID, Said]

    def seen(self) -> Seen:
        """By what it is called in rules.py."""
        queries = _queries(self.group, self.owner, tuple(self.people))
        rows: dict[str, list[Any]] = dict(zip(queries, rows_of(*queries.values()), strict=True))
        person_of, number_of, key_of, said_of = self.people, self.posts, self.keys, self.said
        wrapped: dict[int, dict[tuple[int, ...], bool]] = {-1: {}, 0: {}, 1: {}}
        for post, number, since, key, granted_at in rows["wrapped"]:
            earlier = (number,) if since < 0 else ()
            wrapped[max(since, -1)][number_of[post], *earlier, key_of[key]] = granted_at is not None
        pinned: dict[int, set[Key]] = {}
        for request, key in rows["pinned"]:
            pinned.setdefault(request, set()).update({key_of[key]} if key else set())
        return {
            "members": {person_of[user] for _, user in rows["members"]},
            "kept out": {person_of[user] for (user,) in rows["kept out"]},
            "posts": {number_of[post]: [state, number] for post, state, number, _ in rows["posts"]},
            "edits": {number_of[post]: state for post, state in rows["edits"]},
            "joined later": {
                (number_of[post], person_of[user])
                for post, *_, newest in rows["posts"]
                for membership, user in rows["members"]
                if membership > newest
            },
            "batches": {
                (number_of[post], tuple(sorted(key_of[key] for key in keys)))
                for post, keys in rows["batches"]
            },
            "wrapped": wrapped[0],
            "wrapped of edits": wrapped[1],
            "wrapped of earlier ones": wrapped[-1],
            "comments": {
                said_of[uid]: (number_of[post], person_of.get(author), revision, said_of.get(parent, -1))
                for uid, post, author, revision, parent in rows["comments"]
            },
            "requests": {
                (number_of[post], person_of[asker]): (state, frozenset(pinned[request]))
                for request, post, asker, state in rows["requests"]
            },
            "muted": {(person_of[author], person_of[asker]) for author, asker in rows["muted"]},
            "closed": {person_of[user] for (user,) in rows["closed"]},
            "active keys": {key_of[key] for (key,) in rows["active keys"]},
            "links": {key_of[key] for (key,) in rows["links"]},
            "lists": {
                person_of[user]: (
                    key_of[key],
                    number % 1000,
                    frozenset(0 if name == "Laptop" else int(name.split()[1]) for _, _, name in holders),
                )
                for user, key, number, holders in rows["lists"]
            },
            "boxes": Counter(person_of[user] for (user,) in rows["boxes"]),
            "noticed": {person_of[author] for (author,) in rows["noticed"]},
        }


# Each example looks some thousand times, and Django takes longer to compose these than PostgreSQL to answer.
@cache
def _queries(group: int, owner: int, people: tuple[int, ...]) -> Queries:
    of_group = {"post__group": group}
    keys, seeds = PublicKey.objects.filter(user__in=people), SealedSeed.objects.filter(user__in=people)
    is_of_its_generation = {"user__account_keys__generation": F("generation")}
    fingerprints = keys.values("fingerprint")
    post_keys = PostKey.objects.filter(revision__post__group=group).annotate(
        since=F("revision__number") - F("revision__post__current__number")
    )
    edits = Revision.objects.filter(**of_group, number__gt=F("post__current__number"))
    querysets: dict[str, QuerySet[Any, Any]] = {
        "members": Membership.objects.filter(group=group).exclude(user=owner).values_list("pk", "user"),
        "kept out": KeptOut.objects.filter(group=group).values_list("user"),
        "posts": Post.objects.filter(group=group).values_list(
            "pk", "current__state", "current__number", "newest_membership"
        ),
        "edits": edits.values_list("post", "state"),
        "batches": KeyBatch.objects.filter(revision__post__group=group).values_list(
            "revision__post", "public_keys"
        ),
        "wrapped": post_keys.values_list(
            "revision__post", "revision__number", "since", "public_key", "granted_at"
        ),
        "comments": Comment.objects.filter(**of_group).values_list(
            "uid", "post", "author", "revision", "parent__uid"
        ),
        "requests": ReadRequest.objects.filter(**of_group).values_list("pk", "post", "asker", "state"),
        "pinned": ReadRequest.objects.filter(**of_group).values_list("pk", "public_keys"),
        "muted": Mute.objects.filter(asker__in=people).values_list("author", "asker"),
        "closed": User.objects.filter(pk__in=people, is_active=False).values_list("pk"),
        "active keys": keys.active().values_list("pk"),
        "links": seeds.filter(recipient__in=fingerprints, **is_of_its_generation).values_list(
            "user__account_keys__public_key"
        ),
        "lists": Keyholders.objects.filter(user__in=people, **is_of_its_generation).values_list(
            "user", "user__account_keys__public_key", "number", "holders"
        ),
        "boxes": seeds.exclude(recipient__in=fingerprints).values_list("user"),
        "noticed": RequestNotice.objects.filter(author__in=people).values_list("pk"),
    }
    return {name: BoundQuery(*queryset.query.sql_with_params()) for name, queryset in querysets.items()}
