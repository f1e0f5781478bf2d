"""Whether a post or a comment is by whom its place names: by the chain of their keys, and its frame's signature."""

from collections.abc import Sequence
from uuid import UUID

from . import statements
from .chains import Link, check_chain
from .errors import WrongSignature
from .frames import Frame, check_frame


def check_signer(frame: Frame, *, chain: Sequence[Link], author: UUID, statement: bytes) -> Link:
    """The generation of the author that signed this statement, which names the account key of the frame.

    BrokenChain if the author's keys don't follow one another, WrongSignature if none of them signed it. Whether the
    chain goes on from what one has seen of the author is for who asks.
    """
    check_chain(chain, user=author)
    for link in chain:
        if link.fingerprint == frame.fingerprint:
            check_frame(frame, statement=statement, signing_key=link.signing_key)
            return link
    raise WrongSignature


def check_author(
    frame: Frame, *, chain: Sequence[Link], post: UUID, group: UUID, author: UUID, revision: int
) -> Link:
    """The generation of the author that signed this document for this place; errors as `check_signer`'s."""
    statement = statements.post(
        post=post,
        group=group,
        author=author,
        revision=revision,
        fingerprint=frame.fingerprint,
        document=frame.document,
    )
    return check_signer(frame, chain=chain, author=author, statement=statement)
