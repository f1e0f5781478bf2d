"""Reads a post without a browser: its envelope, a private key, and nothing of this site but the floor."""

import sys
from argparse import ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from secureblogs.crypto.authors import check_author
from secureblogs.crypto.chains import Link, read_link, starts_over
from secureblogs.crypto.envelopes import Envelope, Opened, open_envelope, read_envelope
from secureblogs.crypto.errors import BrokenChain, CannotOpen, UnacceptableKey, WrongKey, WrongSignature
from secureblogs.crypto.frames import Frame
from secureblogs.crypto.lines import plain_line
from secureblogs.crypto.public_keys import fingerprint
from secureblogs.crypto.statements import LOST_DEVICE
from secureblogs.crypto.wrapping import PrivateKey, load_private_key


class Command(BaseCommand):
    """`python manage.py read_post --key private.pem --post <uid> envelope.json`"""

    help = (
        "Open the envelope of a post (/posts/<uid>/envelope.json) with a private key. Prints title and text, and "
        "on standard error where they belong and who signed them. The envelope could say that it is that of another "
        "post: which post is meant comes from you, and so do its group, author and revision if you know them."
    )
    # The command needs no database, no Redis and no templates.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--key", required=True, help="a private key as PKCS#8 PEM, X-Wing or RSA; - reads it here"
        )
        parser.add_argument(
            "--post",
            required=True,
            type=UUID,
            help="the post that you mean, as its address /posts/<uid>/ names it",
        )
        parser.add_argument("--group", type=UUID, help="the group that it has to be in, if you know its uid")
        parser.add_argument(
            "--author", type=UUID, help="the author that it has to be by, if you know their uid"
        )
        parser.add_argument(
            "--revision", type=_revision, help="the revision that it has to be, if you know its number"
        )
        parser.add_argument("envelope", help="the envelope as JSON; - reads it here")

    def handle(
        self,
        *,
        key: str,
        envelope: str,
        post: UUID,
        group: UUID | None,
        author: UUID | None,
        revision: int | None,
        **options: object,
    ) -> None:
        """Print title and text, or say in one sentence why not."""
        if key == envelope == "-":
            raise CommandError("Only one of the two can be read here.")
        private_key, sealed = _private_key(key), _envelope(envelope)
        given = {"group": group, "author": author, "revision": revision}
        sealed = replace(
            sealed,
            post=post,
            group=group or sealed.group,
            author=author or sealed.author,
            revision=sealed.revision if revision is None else revision,
        )
        opened = _opened(sealed, private_key)
        self.stderr.write(
            f"Post {sealed.post}, revision {sealed.revision}, in group {sealed.group}, by author {sealed.author}."
        )
        if from_file := [name for name, value in given.items() if value is None]:
            self.stderr.write(f"Not from you but from the envelope: {', '.join(from_file)}.")
        self.stderr.write(_who_signed(sealed, opened.frame))
        document = opened.document
        if plain_line(document.title) != sealed.title:
            self.stderr.write("Careful: the site shows another title for this post.")
        self.stdout.write(self._shown(f"{document.title}\n\n{document.body}"))

    def _shown(self, text: str) -> str:
        # On a terminal an author's control characters could move the cursor, or worse; a file gets them all.
        if not self.stdout.isatty():
            return text
        return "".join(character for character in text if character.isprintable() or character in "\n\t")


def _revision(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 32:
        raise ArgumentTypeError(f"invalid revision: {text}")
    return number


def _who_signed(envelope: Envelope, frame: Frame) -> str:
    """What the signature proves of the author whom the envelope's place names."""
    try:
        chain = _chain(envelope.author_keys)
        if not frame.is_signed and not chain:
            return "It is not signed: its author has no account key."
        link = check_author(
            frame,
            chain=chain,
            post=envelope.post,
            group=envelope.group,
            author=envelope.author,
            revision=envelope.revision,
        )
    except (BrokenChain, WrongSignature, UnacceptableKey):
        return "Careful: nothing proves that this is by its author, or that they wrote it for this place."
    if link.generation < chain[starts_over(chain)].generation:
        return (
            f"Careful: signed with account key {link.fingerprint.hex()}, from before its owner started over. Nothing "
            "that they have now says whose it was."
        )
    later = [each for each in chain if each.generation > link.generation]
    if any(each.cause == LOST_DEVICE for each in later):
        return f"Careful: signed with account key {link.fingerprint.hex()}, which was later reported lost."
    return (
        f"Signed with account key {link.fingerprint.hex()}, generation {link.generation}. The envelope brought that "
        "key along: compare it with what you know of its author."
    )


def _chain(members: object) -> list[Link]:
    """The links in an envelope's `author_keys`; BrokenChain."""
    try:
        return [read_link(each) for each in members] if isinstance(members, list) else []
    except (KeyError, TypeError, ValueError):
        raise BrokenChain(0) from None


def _private_key(path: str) -> PrivateKey:
    try:
        # `load_private_key` would take 32 raw bytes for a seed, and a key file is PEM: so it gets text.
        return load_private_key(_read(path).decode("utf-8", "replace"))
    except UnacceptableKey as refused:
        raise CommandError(str(refused)) from None


def _envelope(path: str) -> Envelope:
    try:
        return read_envelope(_read(path))
    except CannotOpen:
        raise CommandError(
            f"{path} is not the envelope of a post, as /posts/<uid>/envelope.json gives it."
        ) from None


def _read(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as failed:
        raise CommandError(f"{path} can't be read: {failed.strerror}.") from None


def _opened(sealed: Envelope, private_key: PrivateKey) -> Opened:
    try:
        return open_envelope(sealed, private_key)
    except WrongKey:
        raise CommandError(_why(sealed, private_key)) from None
    except CannotOpen:
        raise CommandError("The post does not open: it is damaged, or not what it claims to be.") from None


def _why(envelope: Envelope, private_key: PrivateKey) -> str:
    own = fingerprint(private_key.spki)
    if own in {entry.fingerprint for entry in envelope.wrapped_keys}:
        return "The wrapped key does not open: it is damaged, or belongs to another post."
    return f"Nothing in this envelope is wrapped for this private key, whose fingerprint is {own.hex()}."
