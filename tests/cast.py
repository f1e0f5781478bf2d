"""The cast of the tests: people with real keys, and the posts they write."""

import uuid
from dataclasses import dataclass, field

import pytest

from accounts.domain import keys
from accounts.models import OutgoingMail, PublicKey, User
from groups.domain import groups, members
from groups.models import Group, Joining
from posts.models import Post, PostKey, ReadRequest
from posts.publishing import posts
from posts.sealing import sealing_keys
from secureblogs.crypto import wrapping
from secureblogs.crypto.contents import SealedContent, open_content
from secureblogs.crypto.documents import Document, decode_document, encode_document
from secureblogs.crypto.public_keys import load_public_key

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
        self, group: Group, *, title: str = "Hello", body: str = "World", sealed_title: str | None = None
    ) -> Post:
        """Seal a draft as the browser does and send it; no worker has seen it yet."""
        uid = uuid.uuid4()
        draft = sealed_draft(self.user, group, uid=uid, title=sealed_title or title, body=body)
        post, _ = posts.submit(group, author=self.user, uid=uid, title=title, draft=draft)
        return post

    def publish(self, group: Group, *, title: str = "Hello", body: str = "World") -> Post:
        """Write a post and let a worker encrypt it, right here."""
        post = self.submit(group, title=title, body=body)
        posts.encrypt(post.pk)
        return Post.objects.get(pk=post.pk)

    def rewraps(self, read_request: ReadRequest) -> dict[str, bytes]:
        """The answer of an author's browser: the content key, wrapped for each pinned key that is still active."""
        content_key = self._content_key(read_request.post)
        assert content_key is not None
        return {
            key.fingerprint: wrapping.wrap(
                content_key,
                load_public_key(key.algorithm, bytes(key.der)),
                context=read_request.post.contexts.wrapped_key(key.fingerprint),
            )
            for key in read_request.public_keys.active()
        }

    def reads(self, post: Post) -> Document | None:
        """The document that this person's own keys open; None when nothing is wrapped for any of them."""
        content_key = self._content_key(post)
        return None if content_key is None else opened(post, content_key)

    def _content_key(self, post: Post) -> bytes | None:
        for fingerprint, private_key in self.private_keys.items():
            key = PublicKey.objects.get(user=self.user, fingerprint=fingerprint)
            row = PostKey.objects.filter(post=post, public_key=key).first()
            if row is not None:
                context = post.contexts.wrapped_key(fingerprint)
                return wrapping.unwrap(bytes(row.wrapped_key), private_key, context=context)
        return None


def opened(post: Post, content_key: bytes) -> Document:
    """The document of a post."""
    post = Post.objects.select_related("group", "author").get(pk=post.pk)
    assert post.nonce is not None
    assert post.ciphertext is not None
    assert post.key_commitment is not None
    sealed = SealedContent(bytes(post.nonce), bytes(post.ciphertext), bytes(post.key_commitment))
    return decode_document(
        open_content(
            sealed,
            content_key=content_key,
            content_context=post.contexts.content,
            key_context=post.contexts.content_key,
        )
    )


def sealed_draft(author: User, group: Group, *, uid: uuid.UUID, title: str, body: str) -> bytes:
    """A document sealed to the workers, as the author's browser does it."""
    place = Post(uid=uid, group=group, author=author, revision=1)
    return sealing_keys.seal(encode_document(Document(title, body)), context=place.contexts.draft)


def make_person(name: str, *, with_key: bool = True) -> Person:
    person = Person(User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name))
    if with_key:
        person.add_key()
        # Nobody in a test waits for the mail that tells of it.
        OutgoingMail.objects.all().delete()
    return person


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
    group = groups.create("Walkers", owner=alice.user, description="We walk.", joining=Joining.INVITATION)
    members.join(group, user=bob.user)
    return group


@pytest.fixture
def post(alice: Person, group: Group) -> Post:
    """A published post of Alice's that Bob can read."""
    return alice.publish(group)
