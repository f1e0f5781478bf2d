"""Check what is there in the end against what the model says has to be."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from accounts.models import PublicKey
from groups.models import Membership
from posts.models import KeyBatch, Post, PostKey, ReadRequest, Revision, SealedDraft, State
from tests.faults import people
from tests.faults.history import History, Outcome
from tests.faults.keys_checker import KeysChecker
from tests.faults.model import Contradiction, World, possible_worlds
from tests.faults.people import Member
from tests.faults.scenes import Scene
from tests.faults.sent_checker import SentChecker

# Of each further post; of the first large one every wrapped key is opened.
OPENED_OF_EACH = 100


@dataclass
class Checker:
    """Everything that a schedule's groups hold. `expectations` counts which the model was certain of."""

    history: History
    scene: Scene
    wrong: list[str] = field(default_factory=list)
    expectations: Counter[str] = field(default_factory=Counter)

    def check(self) -> None:
        """Fill `wrong` and `expectations`."""
        self._check_posts()
        self._check_revocations()
        sent = SentChecker(self.scene.sent, self.history, [self.scene.large, self.scene.small])
        for what, is_right, certain in sent.expectations():
            self._expect(what, is_right, certain=certain)
        opened = OPENED_OF_EACH
        readable: list[Post] = []
        for uid, group in self.scene.posts.items():
            post = Post.objects.select_related("group", "author").filter(uid=uid).first()
            if post is None or post.state != State.PUBLISHED:
                self.wrong.append(
                    f"post {uid} is {'lost' if post is None else f'{post.state} {post.current.failure}'}"
                )
                continue
            if group == self.scene.large:
                readable.append(post)
            is_whole = group == self.scene.large and opened == OPENED_OF_EACH
            self._check_readers(post)
            self._open(post, most=None if is_whole else opened)
            opened -= is_whole
        self.wrong += KeysChecker(self.scene.browsers).check(readable)

    def _expect(self, what: str, is_right: bool, *, certain: bool = True) -> None:
        self.expectations["certain" if certain else "uncertain"] += 1
        if certain and not is_right:
            self.wrong.append(what)

    # Posts and unfinished work

    def _check_posts(self) -> None:
        groups = [self.scene.large, self.scene.small]
        found = Counter(
            str(uid) for uid in Post.objects.filter(group__in=groups).values_list("uid", flat=True)
        )
        self._expect(f"there are the posts {dict(found)}", found == Counter(self.scene.posts.keys()))
        earlier = PostKey.objects.filter(revision__post__group__in=groups).exclude(
            revision=F("revision__post__current")
        )
        left = earlier.exclude(public_key__user=self.scene.author.user).count()
        self._expect(f"{left} wrapped keys of earlier revisions are left", left == 0)
        for rows in (
            SealedDraft.objects.filter(revision__post__group__in=groups),
            KeyBatch.objects.filter(revision__post__group__in=groups),
            Revision.objects.filter(post__group__in=groups).exclude(waiting_key=None),
            Revision.objects.filter(post__group__in=groups).exclude(state=State.PUBLISHED),
            ReadRequest.objects.filter(post__group__in=groups, state="pending", public_keys=None),
        ):
            number = rows.count()
            self._expect(f"{number} of {rows.model.__name__} are left unfinished", number == 0)

    # Keys and memberships

    def _check_revocations(self) -> None:
        for member in self.scene.everybody:
            for key in PublicKey.objects.filter(user=member.user):
                outcomes = self.history.revocations(member.user.name, key.fingerprint)
                is_revoked = key.revoked_at is not None
                certain = Outcome.DONE in outcomes or Outcome.UNKNOWN not in outcomes
                self._expect(
                    f"the revocation of a key of {member.user.name} came out as {outcomes}: {is_revoked}",
                    is_revoked == (Outcome.DONE in outcomes),
                    certain=certain,
                )

    # Who reads a post

    def _check_readers(self, post: Post) -> None:
        wrapped = set(self._keys_in_files(post).values_list("public_key", flat=True))
        for member in self.scene.everybody:
            started_inside = (
                member in self.scene.members
                if post.group == self.scene.large
                else member == self.scene.author
            )
            for key in self._keys_of(member, post, started_inside):
                wrapped.discard(key)
        self._expect(f"{len(wrapped)} wrapped keys of {post.title} are nobody's", not wrapped)

    def _keys_of(self, member: Member, post: Post, started_inside: bool) -> Iterator[int]:
        """Check one person's keys of one post; yield those that were looked at."""
        keys = list(PublicKey.objects.filter(user=member.user))
        yield from (key.pk for key in keys)
        name = member.user.name
        history = self.history.bind(name, str(post.uid), author=self.scene.author.user.name)
        if post.group != self.scene.large:
            history = [attempt for attempt in history if attempt.kind not in {"join", "leave"}]
        try:
            worlds = possible_worlds(started_inside, history)
        except Contradiction as contradiction:
            self._expect(f"{post.title}: {contradiction}", False)
            return
        worlds = self._that_are(worlds, member, post)
        has_keys = {world.has_keys for world in worlds}
        found = set(
            PostKey.objects.filter(revision=post.current, public_key__user=member.user).values_list(
                "public_key", flat=True
            )
        )
        for key in keys:
            expected = {False} if key.revoked_at is not None else has_keys
            word = "misses" if True in expected else "must not have"
            self._expect(
                f"{name} {word} a wrapped key of {post.title}; {worlds}",
                expected == {key.pk in found},
                certain=len(expected) == 1,
            )

    def _that_are(self, worlds: set[World], member: Member, post: Post) -> set[World]:
        """The worlds that agree with the rows of membership and request."""
        is_member = Membership.objects.filter(group=post.group, user=member.user).exists()
        asked = ReadRequest.objects.filter(post=post, asker=member.user).first()
        row = (is_member, str(asked.state) if asked else "")
        states = {(world.is_member, world.request) for world in worlds}
        what = f"{member.user.name} is {row} to {post.title} and should be {states}"
        self._expect(what, row in states, certain=len(states) == 1)
        if row not in states and len(states) > 1:
            self.wrong.append(what)
        return {world for world in worlds if (world.is_member, world.request) == row} or worlds

    def _keys_in_files(self, post: Post) -> QuerySet[PostKey]:
        """Those that are not of an account key."""
        return PostKey.objects.filter(revision=post.current).exclude(
            public_key__user=self.scene.browsers.user
        )

    # What is sealed

    def _open(self, post: Post, *, most: int | None) -> None:
        """Every wrapped key opens to the same content key, and that one opens what was written."""
        rows = self._keys_in_files(post).order_by("?")[:most]
        content_keys = {
            people.content_key(bytes(wrapped), fingerprint, post)
            for wrapped, fingerprint in rows.values_list("wrapped_key", "public_key__fingerprint")
        }
        self._expect(f"the keys of {post.title} differ or don't open", len(content_keys - {None}) == 1)
        self._expect(f"some keys of {post.title} don't open", None not in content_keys)
        for content_key in content_keys - {None}:
            assert content_key is not None
            self._expect(f"{post.title} does not open to what was written", people.opens(post, content_key))
