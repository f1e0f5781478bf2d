from dataclasses import asdict, dataclass
from uuid import UUID

from secureblogs.crypto import contexts


@dataclass(frozen=True)
class Contexts:
    """The place of a revision, and from it what each of its ciphertexts is bound to (docs/envelope.md)."""

    post: UUID
    group: UUID
    author: UUID
    revision: int

    @property
    def members(self) -> dict[str, object]:
        """The place as JSON has it."""
        uids = {"post": self.post, "group": self.group, "author": self.author}
        return {**{name: str(uid) for name, uid in uids.items()}, "revision": self.revision}

    @property
    def content(self) -> bytes:
        return contexts.content(**asdict(self))

    @property
    def content_key(self) -> bytes:
        return contexts.content_key(post=self.post, revision=self.revision)

    def wrapped_key(self, fingerprint: str) -> bytes:
        """The context of the content key as it is wrapped for a public key, whose fingerprint is in hex."""
        return contexts.wrapped_key(
            post=self.post, revision=self.revision, fingerprint=bytes.fromhex(fingerprint)
        )

    @property
    def draft(self) -> bytes:
        return contexts.draft(**asdict(self))

    @property
    def waiting_key(self) -> bytes:
        return contexts.waiting_key(**asdict(self))
