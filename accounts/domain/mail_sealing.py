"""How a mail is kept until it is sent.

The links in mails are made with SECRET_KEY. So are the keys here: whoever can open a mail that waits could make its
link anyway, and nobody else can.
"""

import hashlib
import hmac

from accounts.domain import site_sealing

CONTENT, RECIPIENT = b"outgoing mail, content", b"outgoing mail, recipient"


def seal(mail: bytes, *, context: bytes) -> bytes:
    """The mail as its row keeps it."""
    return site_sealing.seal(mail, purpose=CONTENT, context=context)


def unseal(sealed: bytes, *, context: bytes) -> bytes:
    """The mail that `seal` sealed; site_sealing.CannotOpen if anything differs."""
    return site_sealing.unseal(sealed, purpose=CONTENT, context=context)


def mark_of(address: str, about: str = "") -> str:
    """A keyed hash of an address and of what the mail is about: always the same, and of no use without SECRET_KEY."""
    text = f"{address.lower()}\n{about}" if about else address.lower()
    return hmac.new(site_sealing.key_for(RECIPIENT), text.encode(), hashlib.sha256).hexdigest()
