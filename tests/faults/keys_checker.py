"""Check a person's keys, when everything runs again, against what their browsers sent.

The model: each list of keyholders that was sent came into force as a whole or not at all, and none came back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.keys import vouching
from accounts.models import AccountKey as StoredKey
from accounts.models import Keyholders, PublicKey, SealedSeed, StoreObject
from posts.models import Post, PostKey
from secureblogs.crypto import statements
from secureblogs.crypto.account_keys import open_box
from secureblogs.crypto.chains import check_chain
from secureblogs.crypto.ed25519 import verify
from secureblogs.crypto.errors import CryptoError
from secureblogs.crypto.statements import Holder
from secureblogs.crypto.wrapping import unwrap
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests.account import fingerprint, text
from tests.faults import people
from tests.faults.keys import Browsers, Json


@dataclass
class KeysChecker:
    """What is wrong with the keys of one person, and with what they are to open."""

    browsers: Browsers
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user, self.account = self.browsers.user, self.browsers.account

    def check(self, posts: Iterable[Post]) -> list[str]:
        """Sentences about the keys, and about these posts."""
        seen = self.browsers.settle()
        try:
            self._check_statements()
        except CryptoError as error:
            self.wrong.append(f"the keys of {self.user.name} do not verify: {error!r}")
        self._check_boxes()
        self._check_own_keys()
        self._check_objects(seen)
        for post in posts:
            self._check_post(post)
        return self.browsers.wrong + self.wrong

    def _check_statements(self) -> None:
        links = [key.link for key in StoredKey.objects.of(self.user)]
        check_chain(links, user=self.user.uid)
        listed = Keyholders.objects.get(user=self.user)
        holders = [Holder(kind, bytes.fromhex(mark), name) for kind, mark, name in listed.holders]
        statement = statements.keyholders(
            user=self.user.uid,
            generation=links[-1].generation,
            list_number=listed.number,
            holders=holders,
        )
        verify(bytes(listed.signature), statement, signing_key=links[-1].signing_key)

    def _check_boxes(self) -> None:
        """Each keyholder on the list opens the newest seed, and nobody else holds a box."""
        newest, listed = StoredKey.objects.of(self.user).last(), Keyholders.objects.get(user=self.user)
        assert newest is not None
        boxes = {seed.recipient: seed for seed in SealedSeed.objects.filter(user=self.user)}
        if boxes.keys() != {mark for _kind, mark, _name in listed.holders}:
            self.wrong.append(f"{len(boxes)} boxes are there for {listed.holders}")
        link = newest.link
        place = {"fingerprint": link.fingerprint, "signing_key": link.signing_key}
        for mark, seed in boxes.items():
            try:
                key = self._holder(mark)
                open_box(bytes(seed.box), key, user=self.user.uid, generation=link.generation, **place)
            except (CryptoError, LookupError) as error:
                self.wrong.append(f"a box of {self.user.name} does not open: {error!r}")

    def _check_own_keys(self) -> None:
        """Each that counts is one that somebody here made, and the newest account key vouches for it."""
        own = PublicKey.objects.own_of(self.user)
        marks = set(own.values_list("fingerprint", flat=True))
        unsigned = vouching.unvouched(list(own.values_list("pk", flat=True)))
        if marks - self.browsers.own.keys() or unsigned:
            self.wrong.append(f"{len(unsigned)} of {len(marks)} own keys of {self.user.name} are not signed")

    def _check_objects(self, seen: Json) -> None:
        """Each is under the newest key by now, and holds what was sent once."""
        for stored in StoreObject.objects.filter(user=self.user):
            plain = {"name": stored.name, "generation": stored.generation, "version": stored.version}
            try:
                data = self.browsers.opened({**plain, "sealed": text(bytes(stored.sealed))}, seen)
            except (CryptoError, LookupError, ValueError) as error:
                self.wrong.append(f"{plain} does not open: {error!r}")
                continue
            is_moved = stored.generation == self.account.newest.generation
            if data not in self.browsers.saved[stored.name] or not is_moved:
                self.wrong.append(f"{plain} is not what was sent, or not moved")
            if stored.version < self.browsers.versions[stored.name]:
                self.wrong.append(f"{plain} is older than the version {self.browsers.versions[stored.name]}")

    def _holder(self, mark: str) -> XWingPrivateKey:
        if mark in self.browsers.codes:
            return self.browsers.codes[mark].wrapping
        return next(key for key in self.account.devices.values() if fingerprint(key) == mark)

    def _check_post(self, post: Post) -> None:
        newest = self.account.newest
        mine = PublicKey.objects.filter(user=self.user)
        rows = PostKey.objects.filter(revision=post.current, public_key__in=mine)
        holders = {newest.fingerprint.hex(): newest.wrapping, **self.browsers.own}
        contexts = post.current.contexts
        wrapped = dict(rows.values_list("public_key__fingerprint", "wrapped_key"))
        # What was published before an own key was added is not for that.
        if wrapped.keys() - self.browsers.own.keys() != {newest.fingerprint.hex()}:
            self.wrong.append(f"{post.title} is wrapped for {len(wrapped)} keys of {self.user.name}")
            return
        for mark, wrapped_key in wrapped.items():
            try:
                opened = unwrap(bytes(wrapped_key), holders[mark], context=contexts.wrapped_key(mark))
            except CryptoError:
                opened = b""
            if not people.opens(post, opened):
                self.wrong.append(f"{post.title} does not open with a key of {self.user.name}")
