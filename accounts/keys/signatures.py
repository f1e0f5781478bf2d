"""Whether what was sent is signed as it has to be."""

from django.utils.translation import gettext as _

from accounts.keys import vouching
from accounts.keys.errors import Refused
from accounts.keys.sent import SentAccountKey, SentList
from accounts.models import AccountKey, User
from secureblogs.crypto import chains, statements
from secureblogs.crypto.chains import Link
from secureblogs.crypto.ed25519 import verify
from secureblogs.crypto.errors import BrokenChain, UnacceptableKey, WrongSignature


def check_link(link: Link, *, after: AccountKey | None, user: User) -> None:
    """Refused unless the generation signed itself, and the one before, if it has one, signed it too."""
    try:
        if after is None:
            chains.check_link(link, user=user.uid)
        else:
            chains.check_successor(link, after=after.link, user=user.uid)
    except BrokenChain:
        raise Refused("link.signature", _("The statement of the new key does not verify.")) from None


def check_list(sent: SentList, *, generation: int, signing_key: bytes, user: User) -> None:
    """Refused unless the list is in order, and the account key signed it."""
    try:
        statement = statements.keyholders(
            user=user.uid, generation=generation, list_number=sent.number, holders=sent.holders
        )
    except ValueError:
        sentence = _("Keyholders stand in ascending order of their fingerprints, and each of them once.")
        raise Refused("holders", sentence) from None
    check(sent.signature, statement, signing_key=signing_key, member="signature")


def check_codes(sent: SentList, *, generation: int, fingerprint: str, signing_key: bytes, user: User) -> None:
    """Refused unless each new recovery code endorses the account key."""
    for code in sent.codes.values():
        statement = statements.recovery(
            user=user.uid,
            generation=generation,
            fingerprint=bytes.fromhex(fingerprint),
            signing_key=signing_key,
            recovery_fingerprint=code.public_key.fingerprint,
        )
        check(code.endorsement, statement, signing_key=code.signing_key, member="recovery_codes.endorsement")


def check_own_key(
    signature: bytes, *, generation: int, fingerprint: str, label: str, signing_key: bytes, user: User
) -> None:
    """Refused unless the account key signed the statement of an own key."""
    if not vouching.is_signed(
        signature,
        fingerprint=fingerprint,
        label=label,
        generation=generation,
        signer=signing_key,
        user=user.uid,
    ):
        raise _unverified("signature")


def check(signature: bytes, statement: bytes, *, signing_key: bytes, member: str) -> None:
    """Refused unless the holder of the signing key signed the statement."""
    try:
        verify(signature, statement, signing_key=signing_key)
    except (WrongSignature, UnacceptableKey):
        raise _unverified(member) from None


def _unverified(member: str) -> Refused:
    return Refused(member, _("The signature does not verify."))


def link_of(sent: SentAccountKey, *, after: AccountKey | None) -> Link:
    """What was sent as the link after the newest generation, whose digest nobody takes from the client."""
    before = None
    if after is not None:
        before = statements.Before(bytes.fromhex(after.public_key.fingerprint), after.statement_digest)
    return Link(
        generation=sent.generation,
        fingerprint=sent.public_key.fingerprint,
        signing_key=sent.signing_key,
        cause=sent.cause,
        before=before,
        signature=sent.signature,
        signature_before=sent.signature_before,
    )
