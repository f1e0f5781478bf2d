"""The cast of the tests: people with real keys, and the posts they write."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts import receivers
from accounts.domain import keys
from accounts.models import PublicKey, User
from groups.models import Group, Joining, Membership, Role
from posts.files import uploading
from posts.models import KeyBatch, Post, PostKey, ReadRequest, Revision, State, StoredFile
from posts.publishing import fanout, posts, sweeping
from posts.sealing import sealing_keys
from secureblogs.crypto import wrapping
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.contents import SealedContent, open_content
from secureblogs.crypto.documents import Document, decode_document
from secureblogs.crypto.frames import Frame, decode_frame
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.http.sessions import SessionStore
from tests.frames import framed, padded

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """Somebody with an account and, as in a browser's keyring, private keys by fingerprint."""

    user: User
    private_keys: dict[str, wrapping.PrivateKey] = field(default_factory=dict)

    def add_key(self, label: str = "Laptop") -> PublicKey:
        """Make an X-Wing key pair and upload its public half."""
        private_key = wrapping.generate_private_key()
        public_key = keys.add(self.user, public_key=wrapping.public_key_of(private_key), label=label)
        self.private_keys[public_key.fingerprint] = private_key
        return public_key

    def submit(
        self,
        group: Group,
        *,
        title: str = "Hello",
        body: str = "World",
        sealed_title: str | None = None,
        files: int = 0,
        account_key: AccountKey | None = None,
    ) -> Post:
        """Seal a draft as the browser does and send it with so many files; no worker has seen it yet."""
        uid = uuid.uuid4()
        draft = sealed_draft(
            self.user, group, uid=uid, title=sealed_title or title, body=body, account_key=account_key
        )
        named = [self.upload(uid).uid for _ in range(files)]
        post, _ = posts.submit(group, author=self.user, uid=uid, title=title, draft=draft, files=named)
        return post

    def upload(self, post: uuid.UUID, *, size: int = 1096, group: Group | None = None) -> StoredFile:
        """Upload a whole file for a post or a draft; nobody looks at what is in it."""
        file, _ = uploading.announce(self.user, uid=uuid.uuid4(), post=post, size=size, group=group)
        for number in range(file.part_count):
            file = uploading.take_part(file, number, bytes(file.size_of_part(number)))
        return file

    def publish(
        self,
        group: Group,
        *,
        title: str = "Hello",
        body: str = "World",
        files: int = 0,
        account_key: AccountKey | None = None,
    ) -> Post:
        """Write a post and let a worker encrypt it, right here."""
        post = self.submit(group, title=title, body=body, files=files, account_key=account_key)
        posts.encrypt(post.current.pk)
        return Post.objects.get(pk=post.pk)

    def revise(
        self,
        post: Post,
        *,
        title: str = "Hello",
        body: str = "Moon",
        files: int = 0,
        account_key: AccountKey | None = None,
    ) -> Revision:
        """Send another revision of a post; no worker has seen it yet."""
        number = post.current.number + 1
        draft = sealed_draft(
            self.user,
            post.group,
            uid=post.uid,
            title=title,
            body=body,
            account_key=account_key,
            revision=number,
        )
        named = [self.upload(post.uid).uid for _ in range(files)]
        revision, _ = posts.revise(post, revision=number, title=title, draft=draft, files=named)
        return revision

    def edit(
        self,
        post: Post,
        *,
        title: str = "Hello",
        body: str = "Moon",
        files: int = 0,
        account_key: AccountKey | None = None,
    ) -> Post:
        """Write another revision and let workers encrypt it, right here."""
        revision = self.revise(post, title=title, body=body, files=files, account_key=account_key)
        posts.encrypt(revision.pk)
        finish(revision)
        return Post.objects.get(pk=post.pk)

    def rewraps(self, read_request: ReadRequest) -> dict[str, bytes]:
        """The answer of an author's browser: the content key, wrapped for each pinned key that is still active."""
        content_key = self._content_key(read_request.post)
        assert content_key is not None
        return {
            key.fingerprint: wrapping.wrap(
                content_key,
                load_public_key(key.algorithm, bytes(key.der)),
                context=read_request.post.current.contexts.wrapped_key(key.fingerprint),
            )
            for key in read_request.public_keys.active()
        }

    def reads(self, post: Post) -> Document | None:
        """The document that this person's own keys open; None when nothing is wrapped for any of them."""
        content_key = self._content_key(post)
        return None if content_key is None else opened(post, content_key)

    def opens(self, post: Post) -> Frame:
        """The frame of a post that this person can read."""
        content_key = self._content_key(post)
        assert content_key is not None
        return opened_frame(post, content_key)

    def _content_key(self, post: Post) -> bytes | None:
        for fingerprint, private_key in self.private_keys.items():
            key = PublicKey.objects.get(user=self.user, fingerprint=fingerprint)
            row = PostKey.objects.filter(revision=post.current, public_key=key).first()
            if row is not None:
                context = post.current.contexts.wrapped_key(fingerprint)
                return wrapping.unwrap(bytes(row.wrapped_key), private_key, context=context)
        return None


def finish(revision: Revision) -> None:
    """Have workers do the batches of a revision and whatever is left then."""
    for batch in KeyBatch.objects.filter(revision=revision):
        fanout.wrap_batch(batch.pk)
    # In a test that commits nothing, nothing follows a commit.
    sweeping.sweep()


def opened(post: Post, content_key: bytes) -> Document:
    """The document of a post."""
    return decode_document(opened_frame(post, content_key).document)


def opened_frame(post: Post, content_key: bytes) -> Frame:
    """The document of a post with its author's signature."""
    post = Post.objects.select_related("group", "author").get(pk=post.pk)
    revision = post.current
    assert revision.nonce is not None
    assert revision.ciphertext is not None
    assert revision.key_commitment is not None
    sealed = SealedContent(bytes(revision.nonce), bytes(revision.ciphertext), bytes(revision.key_commitment))
    plain = open_content(
        sealed,
        content_key=content_key,
        content_context=revision.contexts.content,
        key_context=revision.contexts.content_key,
    )
    return decode_frame(plain)


def sealed_draft(
    author: User,
    group: Group,
    *,
    uid: uuid.UUID,
    title: str,
    body: str,
    account_key: AccountKey | None = None,
    revision: int = 1,
) -> bytes:
    """A document sealed to the workers, as the author's browser does it."""
    place = Revision(post=Post(uid=uid, group=group, author=author), number=revision).contexts
    frame = framed(Document(title, body), place, account_key=account_key)
    return sealing_keys.seal(padded(frame), context=place.draft)


def write_rows(posts: Iterable[Post], *, title: str = "Post %d", **fields: object) -> list[Post]:
    """Rows as they are after publishing; what they hold does not matter to a list. `title` takes each one's number."""
    sealed = {"nonce": b"n" * 12, "ciphertext": b"c" * 1040, "key_commitment": b"k" * 32}
    made = Post.objects.bulk_create(posts)
    columns = {"state": State.PUBLISHED, "published_at": timezone.now(), **sealed, **fields}
    for number, post in enumerate(made):
        post.current = Revision(post=post, title=title % number if "%d" in title else title, **columns)
    Revision.objects.bulk_create(post.current for post in made)
    for post in made:
        # By now it has a number.
        post.current = post.current
    Post.objects.bulk_update(made, ["current"])
    return made


def make_person(name: str, *, with_key: bool = True) -> Person:
    person = Person(User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name))
    if with_key:
        # The row alone: the locks, the counts and the mail of adding one take ten times as long, and have tests.
        private_key = wrapping.generate_private_key()
        public_key = wrapping.public_key_of(private_key)
        fingerprint = public_key.fingerprint.hex()
        PublicKey.objects.create(
            user=person.user,
            label="Laptop",
            algorithm=public_key.algorithm,
            der=public_key.der,
            fingerprint=fingerprint,
        )
        person.private_keys[fingerprint] = private_key
    return person


def session_of(user: User) -> str:
    """Log somebody in by the row of a session alone, in a tenth of the time of a log-in; the session's key."""
    request = HttpRequest()
    request.session = SessionStore()
    request.session[SESSION_KEY] = str(user.pk)
    (request.session[BACKEND_SESSION_KEY],) = settings.AUTHENTICATION_BACKENDS
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    receivers.note_login(request)
    key = get_random_string(32)
    request.session._session_key = key
    # Django would look first whether somebody else has that key.
    request.session.create_model_instance(dict(request.session)).save(force_insert=True)
    return key


@pytest.fixture
def alice(db: None) -> Person:
    """Writes."""
    return make_person("Alice")


@pytest.fixture
def bob(db: None) -> Person:
    """Belongs."""
    return make_person("Bob")


@pytest.fixture
def carol(db: None) -> Person:
    """Joins late: not a member of `group` yet."""
    return make_person("Carol")


@pytest.fixture
def mallory(db: None) -> Person:
    """Is outside and tries."""
    return make_person("Mallory")


@pytest.fixture
def group(alice: Person, bob: Person) -> Group:
    """Alice's group, by invitation, with Bob in it."""
    # The rows alone, as with people.
    group = Group.objects.create(
        name="Walkers", slug="walkers", description="We walk.", joining=Joining.INVITATION
    )
    for person, role in ((alice, Role.OWNER), (bob, Role.MEMBER)):
        Membership.objects.create(group=group, user=person.user, role=role)
    return group


@pytest.fixture
def post(alice: Person, group: Group) -> Post:
    """A published post of Alice's that Bob can read."""
    return alice.publish(group)
