"""A person's account key: making the first one, and replacing it."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import keys, sessions
from accounts.domain.locks import lock_people
from accounts.keys import events, keyholders, signatures
from accounts.keys.errors import Refused, TooLate, TooOften
from accounts.keys.sent import SentAccountKey
from accounts.models import AccountKey, Keyholders, Kind, PublicKey, SealedSeed, User, WaitingReset
from accounts.signals import account_key_replaced, own_keys_superseded
from secureblogs.crypto.statements import LOST_DEVICE, NEW, RESET, WITHOUT_BEFORE

# A person makes so many: with each, readers look at the chain again, and all posts move.
MOST_A_DAY = 10


@transaction.atomic
def replace(user: User, sent: SentAccountKey, *, session: str) -> bool:
    """Take a new generation, the first or one that the newest signed; False if it is there already.

    What the old one is wrapped for leads on to the new one, and is moved later. A lost device ends all sessions of the
    person. Refused, TooLate, TooOften. Gone.
    """
    lock_people(user)
    newest = AccountKey.objects.newest_of(user)
    if is_same(newest, sent):
        return False
    if (newest is None) != (sent.cause == NEW) or sent.cause == RESET:
        raise _replaced_meanwhile()
    check(user, newest, sent)
    _check_boxes(user, newest, sent)
    WaitingReset.objects.filter(user=user).delete()
    if sent.cause == LOST_DEVICE:
        # In the same transaction: if this process died in between, the lost device would keep its sessions.
        sessions.end_all(user, reason="device_lost", number=sent.listed.number)
    put(user, sent, after=newest, session=session)
    events.tell(user, _NOTICES.get(sent.cause, "key_replaced"), number=sent.listed.number)
    return True


_NOTICES = {NEW: "account_key_made", LOST_DEVICE: "device_lost"}


def _replaced_meanwhile() -> TooLate:
    return TooLate(_("Your key was made or replaced at the same moment. Look at your devices again."))


def is_same(newest: AccountKey | None, sent: SentAccountKey) -> bool:
    """Whether the newest generation is this very one: the answer to an earlier try was lost."""
    if newest is None:
        return False
    is_same_key = newest.public_key.fingerprint == sent.fingerprint
    return is_same_key and bytes(newest.signature) == sent.signature


def check(user: User, newest: AccountKey | None, sent: SentAccountKey) -> None:
    """Refused, TooLate or TooOften unless the generation may follow the newest one, or start over."""
    if newest is not None and sent.generation <= newest.generation:
        raise _replaced_meanwhile()
    lately = AccountKey.objects.filter(user=user, made_at__gt=Now() - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise TooOften(_("Your key was replaced many times today. Replace it again tomorrow."))
    was_here = user.public_keys.filter(fingerprint=sent.fingerprint).exists()
    if was_here or keys.holds_seed(user, sent.fingerprint):
        raise Refused("link.public_key", _("This key was here before. It has to be a new one."))
    after = None if sent.cause in WITHOUT_BEFORE else newest
    signatures.check_link(signatures.link_of(sent, after=after), after=after, user=user)
    signatures.check_list(sent.listed, generation=sent.generation, signing_key=sent.signing_key, user=user)
    for fingerprint, own in sent.own_keys.items():
        signatures.check_own_key(
            own.signature,
            generation=sent.generation,
            fingerprint=fingerprint,
            label=own.label,
            signing_key=sent.signing_key,
            user=user,
        )
    if set(sent.listed.boxes) != sent.listed.kinds.keys():
        raise Refused("boxes", _("There has to be exactly one box for each keyholder."))
    if sent.own_keys.keys() - set(_own_keys(user)):
        raise Refused("own_keys", _("This is not a key of your own, or you revoked it."))


def put(user: User, sent: SentAccountKey, *, after: AccountKey | None, session: str) -> AccountKey:
    """Store a generation that was checked, with its list and boxes; in the transaction that holds the person's lock."""
    # Workers and authors who wrap for any of them hold it shared, and finish first.
    list(PublicKey.objects.select_for_update().filter(user=user).order_by("pk").values_list("pk"))
    public_key = PublicKey.objects.create(
        user=user,
        kind=Kind.ACCOUNT,
        algorithm=sent.public_key.algorithm,
        der=sent.public_key.der,
        fingerprint=sent.fingerprint,
    )
    made = AccountKey.objects.create(
        user=user,
        generation=sent.generation,
        public_key=public_key,
        signing_key=sent.signing_key,
        cause=sent.cause,
        before=after,
        before_statement=after.statement_digest if after else None,
        signature=sent.signature,
        signature_before=sent.signature_before,
    )
    _take_list(user, made, sent, session)
    _sign_own_keys(user, made, sent)
    if after is not None:
        _lead_on(user, made, after, sent)
    events.publish_changed(user)
    return made


def _check_boxes(user: User, newest: AccountKey | None, sent: SentAccountKey) -> None:
    if (newest is None) != (sent.link_box is None):
        raise Refused(
            "link_box", _("The key before has to lead to the new one, and only where there is one.")
        )
    keyholders.check_newer(user, sent.listed)


def _take_list(user: User, made: AccountKey, sent: SentAccountKey, session: str) -> None:
    listed = Keyholders.objects.filter(user=user).first() if made.before else None
    known = {fingerprint: kind for kind, fingerprint, _name in listed.holders} if listed else {}
    keyholders.check_new(user, made, sent.listed, known=known)
    # What held the seed before holds a new box, or none.
    SealedSeed.objects.filter(user=user, recipient__in=set(known)).delete()
    keyholders.put(user, made, sent.listed, session=session)


def _sign_own_keys(user: User, made: AccountKey, sent: SentAccountKey) -> None:
    """Own keys go on with a signature of this generation; the others end.

    Those from before there was an account key rest: they open what they opened.
    """
    for fingerprint, own in sent.own_keys.items():
        PublicKey.objects.filter(user=user, fingerprint=fingerprint).update(
            label=own.label, signature=own.signature, generation=made.generation, superseded_at=None
        )
    rest = PublicKey.objects.own_of(user).filter(superseded_at=None).exclude(fingerprint__in=sent.own_keys)
    if made.cause == NEW:
        rest.update(superseded_at=timezone.now())
        own_keys_superseded.send(sender=AccountKey, user=user)
        return
    for public_key in rest.order_by("pk"):
        keys.end(public_key)


def _lead_on(user: User, made: AccountKey, after: AccountKey, sent: SentAccountKey) -> None:
    """Let the new key stand for the one before, and for all that this one stands for."""
    SealedSeed.objects.create(
        user=user, generation=after.generation, recipient=sent.fingerprint, box=sent.link_box
    )
    line = PublicKey.objects.filter(replaced_by=after.public_key) | PublicKey.objects.filter(
        pk=after.public_key_id
    )
    pks = list(line.filter(revoked_at=None).values_list("pk", flat=True))
    PublicKey.objects.filter(pk__in=pks, superseded_at=None).update(superseded_at=timezone.now())
    PublicKey.objects.filter(pk__in=pks).update(replaced_by=made.public_key)
    account_key_replaced.send(sender=AccountKey, account_key=made, replaced=pks)


def _own_keys(user: User) -> list[str]:
    return list(PublicKey.objects.own_of(user).values_list("fingerprint", flat=True))
