"""What the page of keys shows of a person's account key: who holds it, and whether it could be recovered."""

from datetime import datetime
from typing import TypedDict

from accounts.models import AccountKey, Device, PublicKey, User
from secureblogs.crypto.statements import LOST_DEVICE


class Overview(TypedDict):
    """`recovery` is `none`, `unconfirmed` or `confirmed`; `recovery_new` says that another code waits beside that.

    `lost_at` is when the newest key was made, if a lost device was the reason.
    """

    account_key: PublicKey | None
    lost_at: datetime | None
    devices: list[Device]
    recovery: str
    recovery_new: bool


def of(user: User) -> Overview:
    """All that the page says of the account's key, in a few queries."""
    newest = AccountKey.objects.newest_of(user)
    codes = [code.confirmed_at is not None for code in user.recovery_codes.all()]
    is_confirmed, waits = True in codes, False in codes
    return {
        "account_key": newest.public_key if newest else None,
        "lost_at": newest.made_at if newest and newest.cause == LOST_DEVICE else None,
        "devices": list(user.devices.listed().order_by("pk")),
        "recovery": "confirmed" if is_confirmed else "unconfirmed" if waits else "none",
        "recovery_new": is_confirmed and waits,
    }


class Keeper(TypedDict):
    """A holder that the next key may be given to: `kind` is `device`, `recovery` or `own`."""

    kind: str
    fingerprint: str
    name: str
    added_at: datetime
    is_usable: bool


def holders(user: User) -> list[Keeper]:
    """The devices and codes that hold the person's key, and their own keys that the next one would sign or end."""
    devices = user.devices.listed().order_by("pk")
    found = [_keeper("device", each.fingerprint, each.name, each.added_at) for each in devices]
    codes = user.recovery_codes.order_by("pk")
    found += [_keeper("recovery", each.fingerprint, "", each.made_at) for each in codes]
    for each in PublicKey.objects.own_of(user).filter(superseded_at=None).order_by("pk"):
        found.append(_keeper("own", each.fingerprint, each.label, each.created_at, is_usable=each.is_active))
    return found


def active_own_keys(user: User) -> list[PublicKey]:
    """The person's own keys that posts are wrapped for."""
    return list(PublicKey.objects.own_of(user).active().order_by("pk"))


def _keeper(kind: str, fingerprint: str, name: str, added_at: datetime, *, is_usable: bool = True) -> Keeper:
    return {
        "kind": kind,
        "fingerprint": fingerprint,
        "name": name,
        "added_at": added_at,
        "is_usable": is_usable,
    }


def own_keys(user: User) -> list[PublicKey]:
    """The person's own keys, which end when they start over, unless they say that these are theirs."""
    return list(PublicKey.objects.own_of(user).order_by("pk"))


def has_confirmed_code(user: User) -> bool:
    """Whether the person could come back with nothing but a recovery code."""
    return user.recovery_codes.exclude(confirmed_at=None).exists()


def has_account_key(user: User) -> bool:
    """Whether there is a key that the person's browsers share."""
    return AccountKey.objects.of(user).exists()
