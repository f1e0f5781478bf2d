"""Members with many keys each: a few people are a large group, and everybody's private keys are known."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from accounts.models import PublicKey, User
from groups.models import Group, Membership, Role
from posts.models import Post, Revision
from secureblogs.crypto import wrapping
from secureblogs.crypto.documents import Document
from secureblogs.crypto.errors import CryptoError
from secureblogs.crypto.public_keys import load_public_key
from tests.cast import opened
from tests.crowd import Visitor

KEYS = [wrapping.generate_private_key() for _ in range(450)]
BY_FINGERPRINT = {wrapping.public_key_of(key).fingerprint.hex(): key for key in KEYS}
# crowd.submission writes this.
BODY = "World"
PUBLIC_KEYS = [wrapping.public_key_of(key) for key in KEYS]


@dataclass
class Member:
    """A person with an account, and a browser that speaks to the site."""

    user: User
    port: int

    def visitor(self) -> Visitor:
        return Visitor(self.user, port=self.port, timeout=15)


def make(name: str, *, keys: int, port: int) -> Member:
    user = User.objects.create(email=f"{name}@example.org", name=name, password="!")
    add_keys(user, number=keys)
    return Member(user, port)


def add_keys(user: User, *, number: int, start: int = 0) -> None:
    PublicKey.objects.bulk_create(
        PublicKey(
            user=user, label="", algorithm=key.algorithm, der=key.der, fingerprint=key.fingerprint.hex()
        )
        for key in PUBLIC_KEYS[start : start + number]
    )


def make_group(slug: str, members: list[Member]) -> Group:
    group = Group.objects.create(name=slug, slug=slug, joining="anyone")
    Membership.objects.bulk_create(
        Membership(group=group, user=member.user, role=Role.MEMBER if number else Role.OWNER)
        for number, member in enumerate(members)
    )
    return group


def rewraps(material: dict[str, object], revision: Revision) -> list[dict[str, str]]:
    """The answer of an author's browser to a request."""
    own = material["wrapped_keys"][0]  # type: ignore[index]
    private_key = BY_FINGERPRINT[own["fingerprint"]]
    content_key = wrapping.unwrap(
        b64decode(own["wrapped_key"]),
        private_key,
        context=revision.contexts.wrapped_key(own["fingerprint"]),
    )
    return [
        {
            "fingerprint": pinned["fingerprint"],
            "wrapped_key": _wrapped(content_key, pinned["fingerprint"], revision),
        }
        for pinned in material["public_keys"]  # type: ignore[attr-defined]
    ]


def content_key(wrapped: bytes, fingerprint: str, post: Post) -> bytes | None:
    """The content key in a stored wrapped key; None if it does not open."""
    try:
        return wrapping.unwrap(
            wrapped, BY_FINGERPRINT[fingerprint], context=post.current.contexts.wrapped_key(fingerprint)
        )
    except CryptoError:
        return None


def opens(post: Post, content_key: bytes) -> bool:
    """Whether the content key, to which the post commits itself, opens what its author wrote."""
    try:
        return opened(post, content_key) == Document(post.title, BODY)
    except CryptoError:
        return False


def _wrapped(content_key: bytes, fingerprint: str, revision: Revision) -> str:
    public_key = wrapping.public_key_of(BY_FINGERPRINT[fingerprint])
    recipient = load_public_key(public_key.algorithm, public_key.der)
    context = revision.contexts.wrapped_key(fingerprint)
    return b64encode(wrapping.wrap(content_key, recipient, context=context)).decode()
