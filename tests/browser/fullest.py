"""The fullest page of requests that there can be, as rows of a site's database. Runs in `manage.py shell`."""

import secrets
import uuid

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from posts.models import Post, ReadRequest
from tests.cast import write_rows

# Four bytes each, and hardly a line like another.
LETTERS = [chr(code) for code in range(0x10400, 0x10450)]
KEYS_EACH = 2


def ask_many(author: User, group: Group, *, people: int) -> None:
    """As many people ask for a post each, with everything as long as it may be."""
    made = User.objects.bulk_create(
        User(email=f"{secrets.token_hex(8)}@example.org", name=_text(50), password="!") for _ in range(people)
    )
    Membership.objects.bulk_create(Membership(group=group, user=user) for user in made)
    posts = write_rows(
        (Post(uid=uuid.uuid4(), group=group, author=author) for _ in range(people)), title=_text(100)
    )
    asked = ReadRequest.objects.bulk_create(
        ReadRequest(post=post, asker=user, message=_text(200)) for post, user in zip(posts, made, strict=True)
    )
    keys = PublicKey.objects.bulk_create(_key(user) for user in made for _ in range(KEYS_EACH))
    pinned = ReadRequest.public_keys.through
    pinned.objects.bulk_create(
        pinned(readrequest_id=asked[number // KEYS_EACH].pk, publickey_id=key.pk)
        for number, key in enumerate(keys)
    )


def _text(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _key(user: User) -> PublicKey:
    der = secrets.token_bytes(1240)
    return PublicKey(
        user=user, label=_text(50), algorithm="x-wing", der=der, fingerprint=secrets.token_hex(32)
    )
