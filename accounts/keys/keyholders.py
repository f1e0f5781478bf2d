"""The list of the devices and recovery codes that hold a person's account seed, and their boxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.locks import lock_people
from accounts.keys import events, signatures
from accounts.keys.errors import NotConfirmed, Refused, TooLate, TooOften, no_key_yet
from accounts.keys.sent import MOST_DEVICES, SentList
from accounts.models import AccountKey, Device, Keyholders, RecoveryCode, SealedSeed, User, WaitingReset
from secureblogs.crypto.statements import DEVICE, RECOVERY

# A person adds so many devices: a thief is not to fill the list of removed ones, nor the owner's mailbox.
MOST_ADDED_A_DAY = 20


@dataclass(frozen=True, slots=True)
class Caller:
    """The session of a request, by a keyed hash, and whether its person has just confirmed who they are."""

    session: str
    is_confirmed: bool


@transaction.atomic
def change(
    user: User, *, generation: int, sent: SentList, caller: Caller, confirmed: str = "", used_code: str = ""
) -> None:
    """Take a new list in place of the newest one; the very same again changes nothing.

    `confirmed` is the code that its owner wrote down, `used_code` the one that let a new device in. Refused, TooLate,
    TooOften; NotConfirmed where a session that was left open is not enough. Gone.
    """
    lock_people(user)
    newest, listed = _newest(user)
    if _is_same(listed, sent, generation):
        return
    if generation != newest.generation or sent.number <= listed.number:
        raise _changed_meanwhile()
    known = {fingerprint: kind for kind, fingerprint, _name in listed.holders}
    signatures.check_list(sent, generation=generation, signing_key=bytes(newest.signing_key), user=user)
    check_new(user, newest, sent, known=known)
    if set(sent.boxes) != sent.kinds.keys() - known.keys():
        raise Refused("boxes", _("There has to be exactly one box for each new keyholder."))
    if not caller.is_confirmed and _is_sensitive(user, sent, known, caller.session, confirmed):
        raise NotConfirmed
    put(user, newest, sent, session=caller.session)
    if confirmed:
        _confirm(user, confirmed)
    _check_codes(user)
    # Somebody holds the key, and what waits to start over could not follow this list.
    WaitingReset.objects.filter(user=user).delete()
    _tell(user, sent, is_code_used=known.get(used_code) == RECOVERY)


def check_newer(user: User, sent: SentList) -> None:
    """TooLate unless the number of this list is higher than that of the person's, if there is one."""
    listed = Keyholders.objects.filter(user=user).first()
    if listed is not None and sent.number <= listed.number:
        raise _changed_meanwhile()


def _changed_meanwhile() -> TooLate:
    return TooLate(_("The list of your devices was changed at the same moment. Look at it again."))


def check_new(user: User, newest: AccountKey, sent: SentList, *, known: Mapping[str, str]) -> None:
    """Refused unless each holder keeps its kind or comes with its key, and nothing comes along that is not listed."""
    new = {fingerprint: kind for fingerprint, kind in sent.kinds.items() if fingerprint not in known}
    brought = {**dict.fromkeys(sent.devices, DEVICE), **dict.fromkeys(sent.codes, RECOVERY)}
    if new != brought or any(known.get(each, kind) != kind for each, kind in sent.kinds.items()):
        raise Refused(
            "holders", _("Each new keyholder has to come with its own key, and no other key may come.")
        )
    if list(sent.kinds.values()).count(DEVICE) > MOST_DEVICES:
        sentence = ngettext(
            "An account has at most %(most)d device.",
            "An account has at most %(most)d devices.",
            MOST_DEVICES,
        )
        raise Refused("holders", sentence % {"most": MOST_DEVICES})
    if Device.objects.filter(user=user, fingerprint__in=new).exists() or _are_keys(user, new):
        raise Refused("holders", _("This browser's key was here before. It has to make a new one."))
    lately = Device.objects.filter(user=user, added_at__gt=Now() - timedelta(days=1)).count()
    if len(sent.devices) + lately > MOST_ADDED_A_DAY:
        raise TooOften(_("You added many devices today. Add more tomorrow."))
    signatures.check_codes(
        sent,
        generation=newest.generation,
        fingerprint=newest.public_key.fingerprint,
        signing_key=bytes(newest.signing_key),
        user=user,
    )


def put(user: User, newest: AccountKey, sent: SentList, *, session: str) -> None:
    """Store a list that was checked, its new holders and its boxes; who is not on it any more loses their box."""
    listed = [[each.kind, each.fingerprint.hex(), each.name] for each in sent.holders]
    values = {"generation": newest.generation, "number": sent.number, "holders": listed}
    Keyholders.objects.update_or_create(user=user, defaults={**values, "signature": sent.signature})
    names = {fingerprint: name for _kind, fingerprint, name in listed}
    for fingerprint, key in sent.devices.items():
        Device.objects.create(
            user=user, der=key.der, fingerprint=fingerprint, name=names[fingerprint], session=session
        )
    for fingerprint, code in sent.codes.items():
        RecoveryCode.objects.create(
            user=user,
            der=code.public_key.der,
            fingerprint=fingerprint,
            signing_key=code.signing_key,
            generation=newest.generation,
            account_fingerprint=newest.public_key.fingerprint,
            account_signing_key=newest.signing_key,
            endorsement=code.endorsement,
        )
    _take_off(user, names)
    SealedSeed.objects.bulk_create(
        SealedSeed(user=user, generation=newest.generation, recipient=recipient, box=box)
        for recipient, box in sent.boxes.items()
    )


def end_all(user: User) -> None:
    """Take every device and code off, for an account key that nothing before it signed."""
    _take_off(user, {})
    SealedSeed.objects.filter(user=user).delete()


def _newest(user: User) -> tuple[AccountKey, Keyholders]:
    newest = AccountKey.objects.newest_of(user)
    if newest is None:
        raise no_key_yet()
    return newest, Keyholders.objects.get(user=user)


def _is_same(listed: Keyholders, sent: SentList, generation: int) -> bool:
    return (listed.generation, listed.number, bytes(listed.signature)) == (
        generation,
        sent.number,
        sent.signature,
    )


def _are_keys(user: User, new: Mapping[str, str]) -> bool:
    # A key that posts are wrapped for must never be that of a device or a code, nor a code's that of a device.
    codes = RecoveryCode.objects.filter(user=user, fingerprint__in=new)
    return codes.exists() or user.public_keys.filter(fingerprint__in=new).exists()


def _is_sensitive(user: User, sent: SentList, known: Mapping[str, str], session: str, confirmed: str) -> bool:
    """Whether a thief at an open screen could lock the owner out by it, or let themselves in."""
    gone = known.keys() - sent.kinds.keys()
    if confirmed and _is_unconfirmed(user, confirmed):
        # To write down the new code takes a while; who asked for it had confirmed who they were.
        gone = gone - set(
            user.recovery_codes.exclude(fingerprint=confirmed).values_list("fingerprint", flat=True)
        )
    mine = user.devices.listed().filter(fingerprint__in=gone, session=session)
    return bool(sent.boxes) or bool(gone - set(mine.values_list("fingerprint", flat=True)))


def _is_unconfirmed(user: User, fingerprint: str) -> bool:
    return user.recovery_codes.filter(fingerprint=fingerprint, confirmed_at=None).exists()


def _confirm(user: User, fingerprint: str) -> None:
    if not user.recovery_codes.filter(fingerprint=fingerprint).exists():
        raise Refused("confirmed", _("This is not a code of this account."))
    user.recovery_codes.filter(fingerprint=fingerprint, confirmed_at=None).update(confirmed_at=Now())
    if user.recovery_codes.exclude(fingerprint=fingerprint).exists():
        raise Refused("confirmed", _("The other code has to leave the list when this one is confirmed."))


def _check_codes(user: User) -> None:
    if user.recovery_codes.filter(confirmed_at=None).count() > 1:
        raise Refused("recovery_codes", _("There is a code already that you have not confirmed."))


def _take_off(user: User, names: Mapping[str, str]) -> None:
    listed = user.devices.listed()
    for device in listed:
        if device.fingerprint in names and device.name != names[device.fingerprint]:
            Device.objects.filter(pk=device.pk).update(name=names[device.fingerprint])
    listed.exclude(fingerprint__in=names).update(removed_at=Now(), session="")
    user.recovery_codes.exclude(fingerprint__in=names).delete()
    holders = SealedSeed.objects.filter(user=user).exclude(recipient__in=names)
    holders.exclude(pk__in=SealedSeed.objects.links_of(user)).delete()


def _tell(user: User, sent: SentList, *, is_code_used: bool) -> None:
    if sent.devices:
        events.tell(user, "code_used" if is_code_used else "device_added", number=sent.number)
    if sent.codes:
        events.tell(user, "code_made", number=sent.number)
    events.publish_changed(user)


def note_used(user: User, *, fingerprint: str, session: str, is_confirmed: bool) -> bool:
    """A browser says that it holds this device's key; whether that is on the list. Rarely writes."""
    mine = user.devices.listed().filter(fingerprint=fingerprint)
    mine.filter(used_at__lt=Now() - timedelta(hours=1)).update(used_at=Now())
    if is_confirmed:
        # A stolen session could otherwise say that it is on any device, and take that off the list.
        mine.exclude(session=session).update(session=session)
    return mine.exists()


def were_used_lately(user: User, *, within: timedelta) -> bool:
    """Whether any device on the list was in use in this time."""
    return user.devices.listed().filter(used_at__gt=Now() - within).exists()
