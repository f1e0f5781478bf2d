"""A person's keys as JSON: for their own browsers, and for the people of their groups (docs/envelope.md)."""

from collections.abc import Collection
from datetime import datetime

from accounts.keys import sent
from accounts.keys.bodies import Members
from accounts.keys.sent import SentAccountKey
from accounts.models import (
    AccountKey,
    Admission,
    Keyholders,
    PublicKey,
    SealedSeed,
    StoreObject,
    User,
    WaitingReset,
)
from secureblogs.crypto.encoding import to_base64
from secureblogs.crypto.statements import Before

Json = dict[str, object]


def account(user: User, recipient: str = "") -> Json:
    """All about the person's keys, with the boxes of this recipient: the fingerprint of a device or a code.

    Reading changes nothing in it: equal bytes say that nothing changed.
    """
    found, newest, listed = _account(user, recipient)
    # Somebody replaced the key between two of the questions: the person's browser would believe that the site lies.
    is_torn = listed is not None and (newest is None or newest.generation != listed.generation)
    return _account(user, recipient)[0] if is_torn else found


def _account(user: User, recipient: str) -> tuple[Json, AccountKey | None, Keyholders | None]:
    generations = list(AccountKey.objects.of(user))
    own = {key.public_key.fingerprint for key in generations}
    seeds = SealedSeed.objects.filter(user=user, recipient__in=[recipient, *own]).order_by("generation")
    boxes = [_box(seed) for seed in seeds]
    listed = Keyholders.objects.filter(user=user).first()
    found = {
        "v": 1,
        "user": str(user.uid),
        "chain": [link(key) for key in generations],
        "keyholders": _keyholders(listed) if listed else None,
        "devices": _devices(user),
        "removed": [
            {"fingerprint": each.fingerprint, "removed_at": _time(each.removed_at)}
            for each in user.devices.exclude(removed_at=None).order_by("pk")
        ],
        "recovery_codes": _codes(user),
        "boxes": [box for box in boxes if box["recipient"] == recipient],
        "links": [box for box in boxes if box["recipient"] in own],
        "own_keys": own_keys(user),
        "starting_over": _starting_over(user, recipient),
    }
    return found, generations[-1] if generations else None, listed


def public_keys(user: User) -> Json:
    """The public keys of all that holds the seed, of the account and of one's own, as PEM by fingerprint.

    Only who replaces a key or lets a device in needs them; every page that opens a post needs all the rest.
    """
    holders = [*user.devices.listed(), *user.recovery_codes.all()]
    wrapped_for = PublicKey.objects.filter(user=user, revoked_at=None)
    return {"public_keys": {each.fingerprint: each.pem for each in [*wrapped_for, *holders]}}


def chain(user: User, *, since: int = 0) -> list[Json]:
    """The person's generations with their statements, by which readers check who wrote a post."""
    return [link(key) for key in AccountKey.objects.of(user).filter(generation__gte=since)]


def of_another(user: User, *, since: int) -> Json:
    """What people who let somebody in check: the chain from a generation on, own keys."""
    signed = PublicKey.objects.own_of(user).filter(superseded_at=None).exclude(signature=None).order_by("pk")
    return {
        "v": 1,
        "user": str(user.uid),
        "chain": chain(user, since=since),
        "own_keys": [own_statement(key) for key in signed],
    }


def chains_of(people: Collection[User]) -> Json:
    """By uid, what readers check of several who wrote something: their chains, in one query."""
    chains: dict[str, list[Json]] = {str(person.uid): [] for person in people}
    for key in AccountKey.objects.of_all(people):
        chains[str(key.user.uid)].append(link(key))
    return dict(chains)


def link(key: AccountKey) -> Json:
    """One generation with its statement."""
    return {
        **_statement(
            generation=key.generation,
            fingerprint=key.public_key.fingerprint,
            signing_key=key.signing_key,
            cause=key.cause,
            signature=key.signature,
        ),
        "before": _before(key.link.before),
        "signature_before": to_base64(key.signature_before) if key.signature_before else None,
        "made_at": _time(key.made_at),
    }


def own_statement(key: PublicKey) -> Json:
    """What the account key signed about an own key, and nothing more."""
    return {
        "fingerprint": key.fingerprint,
        "label": key.label,
        "generation": key.generation,
        "signature": to_base64(key.signature) if key.signature else None,
    }


def own_keys(user: User) -> list[Json]:
    """The person's own keys that are not revoked, signed or not."""
    return [
        {**own_statement(key), "algorithm": key.algorithm}
        for key in PublicKey.objects.own_of(user).order_by("pk")
    ]


def admission(found: Admission) -> Json:
    """An admission, for the old device and the new one."""
    answer: Json | None = None
    offers = list(found.offers.order_by("pk"))
    if found.mac is not None:
        allowed = next(each.fingerprint for each in offers if each.state == "allowed")
        proof = {"fingerprint": allowed, "mac": to_base64(found.mac)}
        answer = {**proof, "generation": found.generation, "number": found.number}
    return {
        "uid": str(found.uid),
        "user": str(found.user.uid),
        "state": "expired" if found.is_expired else found.state,
        "offers": [
            {
                "fingerprint": each.fingerprint,
                "public_key": each.pem,
                "name": each.name,
                "mac": to_base64(each.mac),
                "state": each.state,
            }
            for each in offers
        ],
        "answer": answer,
    }


def store_object(stored: StoreObject, *, whole: bool = True) -> Json:
    """An object of the store, with what is sealed or without."""
    place: Json = {"name": stored.name, "generation": stored.generation, "version": stored.version}
    return {**place, "sealed": to_base64(stored.sealed)} if whole else place


def _keyholders(listed: Keyholders) -> Json:
    return {
        "generation": listed.generation,
        "number": listed.number,
        "signature": to_base64(listed.signature),
        "holders": [
            {"kind": kind, "fingerprint": fingerprint, "name": name}
            for kind, fingerprint, name in listed.holders
        ],
    }


def _devices(user: User) -> list[Json]:
    return [
        {"fingerprint": each.fingerprint, "added_at": _time(each.added_at)}
        for each in user.devices.listed().order_by("pk")
    ]


def _codes(user: User) -> list[Json]:
    return [
        {
            "fingerprint": code.fingerprint,
            "signing_key": to_base64(code.signing_key),
            "generation": code.generation,
            "account_fingerprint": code.account_fingerprint,
            "account_signing_key": to_base64(code.account_signing_key),
            "endorsement": to_base64(code.endorsement),
            "confirmed": code.confirmed_at is not None,
            "made_at": _time(code.made_at),
        }
        for code in user.recovery_codes.order_by("pk")
    ]


def _starting_over(user: User, recipient: str) -> Json | None:
    waiting = WaitingReset.objects.filter(user=user).first()
    if waiting is None:
        return None
    asked = sent.account_key(Members(waiting.request))
    boxes = asked.listed.boxes
    return {
        "link": _asked(asked),
        "keyholders": waiting.request["keyholders"] | {"generation": asked.generation},
        "boxes": [
            {"generation": asked.generation, "recipient": each, "box": to_base64(box)}
            for each, box in boxes.items()
            if each == recipient
        ],
        "asked_at": _time(waiting.asked_at),
        "due_at": _time(waiting.due_at),
    }


def _asked(asked: SentAccountKey) -> Json:
    return {
        **_statement(
            generation=asked.generation,
            fingerprint=asked.fingerprint,
            signing_key=asked.signing_key,
            cause=asked.cause,
            signature=asked.signature,
        ),
        "before": None,
        "signature_before": None,
    }


def _statement(
    *,
    generation: int,
    fingerprint: str,
    signing_key: bytes | memoryview,
    cause: str,
    signature: bytes | memoryview,
) -> Json:
    return {
        "generation": generation,
        "fingerprint": fingerprint,
        "signing_key": to_base64(signing_key),
        "cause": cause,
        "signature": to_base64(signature),
    }


def _box(seed: SealedSeed) -> Json:
    return {"generation": seed.generation, "recipient": seed.recipient, "box": to_base64(seed.box)}


def _before(before: Before | None) -> Json | None:
    if before is None:
        return None
    return {"fingerprint": before.fingerprint.hex(), "statement": before.statement.hex()}


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
