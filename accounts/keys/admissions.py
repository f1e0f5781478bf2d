"""Letting a new device in from an old one, by a code that somebody carries over."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.locks import lock_people
from accounts.keys import events, keyholders
from accounts.keys.bodies import Members
from accounts.keys.errors import Refused, TooLate, TooOften
from accounts.keys.keyholders import Caller
from accounts.keys.sent import answered_list
from accounts.models import Admission, AdmissionState, Offer, OfferState, User
from secureblogs.crypto.account_keys import BOX_SIZE
from secureblogs.crypto.admissions import CODE_SECONDS
from secureblogs.crypto.public_keys import PublicKey
from secureblogs.crypto.x_wing import ALGORITHM

MOST_AN_HOUR = 20
MOST_OFFERS = 5


@transaction.atomic
def open_admission(user: User, uid: UUID, *, session: str) -> tuple[Admission, bool]:
    """Wait for a new device; an earlier admission of the person ends. Whether it is new. TooLate, TooOften. Gone."""
    lock_people(user)
    found = Admission.objects.filter(user=user, uid=uid).first()
    if found is not None:
        return found, False
    if user.admissions.filter(opened_at__gt=Now() - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooOften(_("You made many codes for devices. Make the next one in an hour."))
    user.admissions.filter(state=AdmissionState.OPEN).update(state=AdmissionState.ENDED)
    user.admissions.filter(opened_at__lt=Now() - timedelta(days=1)).delete()
    try:
        with transaction.atomic():
            expires_at = timezone.now() + timedelta(seconds=CODE_SECONDS)
            opened = Admission.objects.create(user=user, uid=uid, session=session, expires_at=expires_at)
    except IntegrityError:
        raise TooLate(_("This number is taken.")) from None
    events.publish_answered(user)
    return opened, True


@transaction.atomic
def offer(admission: Admission, *, key: PublicKey, name: str, mac: bytes) -> bool:
    """A new device offers itself; whether it is new. TooLate when the admission is over. Gone."""
    lock_people(admission.user)
    if admission.offers.filter(fingerprint=key.fingerprint.hex()).exists():
        return False
    _check_open(admission)
    if admission.offers.count() >= MOST_OFFERS:
        raise TooLate(_("This code was tried too often. Make a new one on the other device."))
    Offer.objects.create(
        admission=admission, der=key.der, fingerprint=key.fingerprint.hex(), name=name, mac=mac
    )
    events.publish_offered(admission.user)
    return True


@transaction.atomic
def answer(admission: Admission, body: Members, *, caller: Caller) -> None:
    """Allow one device, refuse it, or mark it as wrong, which leaves the admission open; the same again is silent.

    Refused, TooLate, NotConfirmed. Gone.
    """
    lock_people(admission.user)
    fingerprint, state = body.fingerprint("fingerprint"), body.text("answer", most=10)
    offered = admission.offers.filter(fingerprint=fingerprint).first()
    if offered is None or state not in {OfferState.ALLOWED, OfferState.REFUSED, OfferState.WRONG}:
        raise Refused("answer", _("There is no such offer, or no such answer."))
    if offered.state == state:
        return
    _check_open(admission)
    if offered.state != OfferState.WAITING:
        raise TooLate(_("This device was answered already."))
    if state == OfferState.ALLOWED:
        _let_in(admission, offered, body, caller)
    elif state == OfferState.REFUSED:
        _move(admission, AdmissionState.REFUSED)
    Offer.objects.filter(pk=offered.pk).update(state=state)
    events.publish_answered(admission.user)


@transaction.atomic
def end(admission: Admission) -> None:
    """Take the code back. Harmless twice. Gone."""
    lock_people(admission.user)
    if Admission.objects.filter(pk=admission.pk, state=AdmissionState.OPEN).exists():
        _move(admission, AdmissionState.ENDED)
        events.publish_answered(admission.user)


def _let_in(admission: Admission, offered: Offer, body: Members, caller: Caller) -> None:
    listed = body.object("keyholders")
    sent = answered_list(
        listed, device=PublicKey(ALGORITHM, bytes(offered.der)), box=body.data("box", size=BOX_SIZE)
    )
    if (offered.fingerprint, offered.name) not in {
        (each.fingerprint.hex(), each.name) for each in sent.holders
    }:
        raise Refused("holders", _("The new device has to be on the list, by its name."))
    generation, mac = listed.number("generation"), body.data("mac", size=32)
    # The session that opened the admission had to confirm its person then.
    is_confirmed = caller.is_confirmed or caller.session == admission.session
    keyholders.change(
        admission.user, generation=generation, sent=sent, caller=Caller(caller.session, is_confirmed)
    )
    # The new device is used in another session, which says so itself.
    admission.user.devices.filter(fingerprint=offered.fingerprint).update(session="")
    _move(admission, AdmissionState.ANSWERED, generation=generation, number=sent.number, mac=mac)


def _check_open(admission: Admission) -> None:
    is_open = Admission.objects.filter(
        pk=admission.pk, state=AdmissionState.OPEN, expires_at__gt=timezone.now()
    )
    if not is_open.exists():
        raise TooLate(_("This code is over. Make a new one on the other device."))


def _move(admission: Admission, state: AdmissionState, **values: object) -> None:
    Admission.objects.filter(pk=admission.pk).update(state=state, **values)
