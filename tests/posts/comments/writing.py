"""Comments as the site has them: who wrote them, when and where, and bytes that say nothing."""

import base64
import os
import uuid
from dataclasses import asdict

from posts.comments import commenting
from posts.models import Comment, Post
from secureblogs.crypto.contents import SealedContent
from tests.cast import Person


def sealed(size: int = 1040) -> SealedContent:
    """What looks like a sealed comment."""
    return SealedContent(os.urandom(12), os.urandom(size), os.urandom(32))


def comment_by(person: Person, post: Post, *, parent: Comment | None = None) -> Comment:
    uid = parent.uid if parent else None
    comment, _ = commenting.write(post, author=person.user, uid=uuid.uuid4(), parent=uid, sealed=sealed())
    return comment


def members_of(content: SealedContent) -> dict[str, str]:
    """As JSON has it."""
    return {name: base64.b64encode(value).decode() for name, value in asdict(content).items()}
