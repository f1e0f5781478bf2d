"""Whether somebody's account key vouches for their own keys: a row alone is no reason to encrypt anything for one."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from secureblogs.crypto import statements
from secureblogs.crypto.ed25519 import verify
from secureblogs.crypto.errors import UnacceptableKey, WrongSignature


def unvouched(own_keys: Collection[int]) -> set[int]:
    """Those of these own keys, by pk, without a statement of their owner's newest account key.

    Who has no account key, as a program, needs none. The caller holds the keys, so that nobody replaces one meanwhile.
    """
    if not own_keys:
        return set()
    # Unlike Django's own cursor this sends the numbers apart, and the statement is prepared.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(_WITH_SIGNER, [list(own_keys)])
        rows = cursor.fetchall()
    return {
        pk
        for pk, user, fingerprint, label, generation, signature, number, signer in rows
        if generation != number
        or not is_signed(
            signature, fingerprint=fingerprint, label=label, generation=number, signer=signer, user=user
        )
    }


# A worker asks it for a thousand keys in each batch: Django takes 5 ms of processor time, and PostgreSQL 2 more.
_WITH_SIGNER = """
    SELECT own.id, owner.uid, own.fingerprint, own.label, own.generation, own.signature,
           newest.generation, newest.signing_key
      FROM accounts_publickey AS own JOIN accounts_user AS owner ON owner.id = own.user_id
      JOIN LATERAL (
        SELECT generation, signing_key FROM accounts_accountkey
         WHERE user_id = own.user_id ORDER BY generation DESC LIMIT 1
      ) AS newest ON true
     WHERE own.id = ANY(%s)
"""


def is_signed(
    signature: bytes | memoryview | None,
    *,
    fingerprint: str,
    label: str,
    generation: int,
    signer: bytes | memoryview,
    user: UUID,
) -> bool:
    """Whether this account signing key signed the statement of the own key."""
    statement = statements.own_key(
        user=user, generation=generation, fingerprint=bytes.fromhex(fingerprint), label=label
    )
    try:
        verify(bytes(signature or b""), statement, signing_key=bytes(signer))
    except (UnacceptableKey, WrongSignature):
        return False
    return True
