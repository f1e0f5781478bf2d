"""The contexts of a post's ciphertexts, computed from its row."""

from posts.models import Post
from secureblogs.crypto import contexts


def content(post: Post) -> bytes:
    return contexts.content(
        post=post.uid, group=post.group.uid, author=post.author.uid, revision=post.revision
    )


def content_key(post: Post) -> bytes:
    return contexts.content_key(post=post.uid, revision=post.revision)


def wrapped_key(post: Post, fingerprint: str) -> bytes:
    return contexts.wrapped_key(post=post.uid, revision=post.revision, fingerprint=bytes.fromhex(fingerprint))


def draft(post: Post) -> bytes:
    return contexts.draft(post=post.uid, group=post.group.uid, author=post.author.uid, revision=post.revision)


def waiting_key(post: Post) -> bytes:
    return contexts.waiting_key(
        post=post.uid, group=post.group.uid, author=post.author.uid, revision=post.revision
    )
