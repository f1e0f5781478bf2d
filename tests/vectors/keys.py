"""A person's keys: facts that both languages must agree on, and what both must refuse (make_vectors.py saves them)."""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from secureblogs.crypto import admissions, codes, statements
from secureblogs.crypto.account_keys import AccountKey, derive
from secureblogs.crypto.chains import Link, statement_of
from secureblogs.crypto.ed25519 import SigningKey
from secureblogs.crypto.public_keys import PublicKey
from secureblogs.crypto.recovery_keys import RecoveryKey
from secureblogs.crypto.safety_numbers import Party, safety_number
from secureblogs.crypto.statements import Before, Holder
from secureblogs.crypto.store_objects import seal_object
from secureblogs.crypto.x_wing import XWingPrivateKey

Json = dict[str, Any]
PRIME = 2**255 - 19
OTHER_BYTES = bytes(range(32))
STATEMENTS: dict[str, Callable[..., bytes]] = {
    "account-key": statements.account_key,
    "keyholders": statements.keyholders,
    "recovery": statements.recovery,
    "own-key": statements.own_key,
    "post-statement": statements.post,
}
BYTES = {
    "fingerprint",
    "signing_key",
    "recovery_fingerprint",
    "statement",
    "signature",
    "signature_before",
    "device",
}


@dataclass
class World:
    """Alice's three generations, two devices and a code; and another person."""

    user: UUID
    other: UUID
    seeds: list[bytes]
    devices: list[XWingPrivateKey]
    device_seeds: list[bytes]
    secret: bytes

    def key(self, generation: int, user: UUID | None = None) -> AccountKey:
        return AccountKey(self.seeds[generation - 1], user=user or self.user, generation=generation)


def new_world() -> World:
    device_seeds = [os.urandom(32), os.urandom(32)]
    devices = [XWingPrivateKey(seed) for seed in device_seeds]
    return World(uuid4(), uuid4(), [os.urandom(32) for _ in range(4)], devices, device_seeds, os.urandom(16))


def make(world: World) -> Json:
    recovery = RecoveryKey(world.secret, user=world.user)
    return {
        "user": str(world.user),
        "derive": [derived(world, *case) for case in (("account-wrapping", [world.user.bytes]), ("x", []))],
        "account_keys": [
            {"seed": seed.hex(), "generation": at + 1, **public(world.key(at + 1))}
            for at, seed in enumerate(world.seeds)
        ],
        "devices": [
            {"seed": seed.hex(), "public_key": PublicKey("x-wing", device.spki).pem}
            for seed, device in zip(world.device_seeds, world.devices, strict=True)
        ],
        "recovery_keys": [
            {
                "secret": world.secret.hex(),
                "code": codes.encode_recovery(world.secret),
                "typed": typed(codes.encode_recovery(world.secret)),
                "fingerprint": PublicKey("x-wing", recovery.wrapping.spki).fingerprint.hex(),
                "signing_key": recovery.signing.public.hex(),
            },
            *(
                {"secret": secret.hex(), "code": codes.encode_recovery(secret)}
                for secret in (bytes(16), b"\xff" * 16)
            ),
        ],
        "statements": [signed(*case) for case in all_statements(world)],
        "chains": [
            {"links": plain(links), "starts_over": starts_over}
            for links, starts_over in ((chain(world), 0), (chain(world)[1:], 0), (with_reset(world), 2))
        ],
        "boxes": [box(world, 1, 0), box(world, 2, 1)],
        "admissions": [admission(world)],
        "store_objects": [
            stored(world, b"{}", "people", 1),
            stored(world, os.urandom(2000), "local/ä", 2**32 - 1),
        ],
        "safety_numbers": [safety(world)],
    }


def derived(world: World, purpose: str, parts: list[bytes]) -> Json:
    secret = world.seeds[0]
    value = derive(secret, purpose, *parts)
    return {
        "secret": secret.hex(),
        "purpose": purpose,
        "parts": [part.hex() for part in parts],
        "hex": value.hex(),
    }


def public(key: AccountKey) -> dict[str, str]:
    return {"fingerprint": key.fingerprint.hex(), "signing_key": key.signing.public.hex()}


def all_statements(world: World) -> Iterator[tuple[str, Json, SigningKey]]:
    key, recovery = world.key(1), RecoveryKey(world.secret, user=world.user)
    place: Json = {"user": world.user, "generation": 1}
    made = {"fingerprint": key.fingerprint, "signing_key": key.signing.public}
    for link in [*chain(world), *with_reset(world)[-1:]]:
        names = ("generation", "fingerprint", "signing_key", "cause", "before")
        parts = {name: getattr(link, name) for name in names}
        yield "account-key", {"user": world.user, **parts}, world.key(link.generation).signing
    yield "keyholders", {**place, "list_number": 3, "holders": holders(world)}, key.signing
    yield "keyholders", {**place, "list_number": 4, "holders": []}, key.signing
    code = PublicKey("x-wing", recovery.wrapping.spki).fingerprint
    yield "recovery", {**place, **made, "recovery_fingerprint": code}, recovery.signing
    yield "own-key", {**place, "fingerprint": OTHER_BYTES, "label": "Läptop"}, key.signing
    written = {"post": uuid4(), "group": uuid4(), "author": world.user, "revision": 1}
    written |= {"fingerprint": key.fingerprint, "document": b'{"v":2}'}
    yield "post-statement", written, key.signing


def first_link(key: AccountKey) -> Link:
    """The first generation of somebody."""
    place: Json = {"fingerprint": key.fingerprint, "signing_key": key.signing.public, "before": None}
    place |= {"generation": key.generation, "cause": statements.NEW}
    signature = key.signing.sign(statements.account_key(user=key.user, **place))
    return Link(**place, signature=signature, signature_before=None)


def shown(link: Link) -> Json:
    """A link as `keys.json` and envelopes have it."""
    in_base64 = {name: text(getattr(link, name)) for name in ("signing_key", "signature")}
    before = plain(asdict(link.before)) if link.before else None
    by_before = None if link.signature_before is None else text(link.signature_before)
    place = {"generation": link.generation, "fingerprint": link.fingerprint.hex(), "cause": link.cause}
    made = {"made_at": "2026-11-28T10:00:00+00:00"}
    return place | in_base64 | {"before": before, "signature_before": by_before} | made


def holders(world: World) -> list[Holder]:
    code = PublicKey("x-wing", RecoveryKey(world.secret, user=world.user).wrapping.spki).fingerprint
    names = ["Firefox on Linux", "Téléphone"]
    devices = [
        Holder("device", PublicKey("x-wing", device.spki).fingerprint, name)
        for device, name in zip(world.devices, names, strict=True)
    ]
    return sorted([*devices, Holder("recovery", code, "")], key=lambda each: each.fingerprint)


def signed(purpose: str, place: Json, key: SigningKey) -> Json:
    message = STATEMENTS[purpose](**place)
    return {
        "purpose": purpose,
        "place": plain(place),
        "hex": message.hex(),
        "signing_key": key.public.hex(),
        "signature": key.sign(message).hex(),
    }


def linked(world: World, generation: int, cause: str, after: Link | None) -> Link:
    key = world.key(generation)
    before = (
        Before(after.fingerprint, statements.digest(statement_of(after, user=world.user))) if after else None
    )
    link = Link(generation, key.fingerprint, key.signing.public, cause, before, b"", b"" if after else None)
    return signed_again(world, link, after)


def signed_again(world: World, link: Link, after: Link | None) -> Link:
    message = statement_of(link, user=world.user)
    key = world.key(link.generation)
    by_before = world.key(after.generation).signing.sign(message) if after else None
    return replace(link, signature=key.signing.sign(message), signature_before=by_before)


def chain(world: World) -> list[Link]:
    """Generations 1, 2 and 4: one may be left out."""
    first = linked(world, 1, statements.NEW, None)
    second = linked(world, 2, statements.ROUTINE, first)
    return [first, second, linked(world, 4, statements.LOST_DEVICE, second)]


def with_reset(world: World) -> list[Link]:
    return [*chain(world)[:2], linked(world, 3, statements.RESET, None)]


def box(world: World, generation: int, device: int) -> Json:
    key = world.key(generation)
    return {
        "user": str(world.user),
        "generation": generation,
        **public(key),
        "recipient_seed": world.device_seeds[device].hex(),
        "box": text(key.seal_for(world.devices[device].spki)),
        "seed": world.seeds[generation - 1].hex(),
    }


def admission(world: World) -> Json:
    code, uid, key = os.urandom(10), uuid4(), world.key(2)
    m1, m2 = admissions.admission_keys(code, user=world.user, admission=uid)
    place: Json = {"user": world.user, "admission": uid}
    offer: Json = {"fingerprint": OTHER_BYTES, "name": "Téléphone"}
    answer: Json = {"generation": 2, "fingerprint": key.fingerprint, "signing_key": key.signing.public}
    answer |= {"list_number": 7, "device": OTHER_BYTES}
    shown = codes.encode_admission(code)
    return {
        **plain(place),
        "code": code.hex(),
        "shown": shown,
        "typed": typed(shown),
        "keys": [m1.hex(), m2.hex()],
        "device": {**plain(offer), "mac": admissions.device_mac(m1, **place, **offer).hex()},
        "account": {**plain(answer), "mac": admissions.account_mac(m2, **place, **answer).hex()},
    }


def typed(code: str) -> list[str]:
    """Other ways to type the same."""
    look_alikes = code.translate(str.maketrans("01", "OL"))
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter != "-" else "\u3000" for letter in code)
    return [code.lower(), code.replace("-", ""), f" {code.replace('-', ' – ')}\n", look_alikes.lower(), wide]


def stored(world: World, data: bytes, name: str, version: int) -> Json:
    sealed = seal_object(data, account_key=world.key(1), name=name, version=version)
    return {"generation": 1, "name": name, "version": version, "data": text(data), "sealed": text(sealed)}


def safety(world: World) -> Json:
    one = Party(world.user, OTHER_BYTES, world.key(1).signing.public)
    other = Party(world.other, world.key(2).fingerprint, OTHER_BYTES)
    return {"one": plain(asdict(one)), "other": plain(asdict(other)), "digits": safety_number(one, other)}


def must_fail(world: World) -> Json:
    return {
        "user": str(world.user),
        "signing_keys": list(refused_signing_keys()),
        "signatures": list(wrong_signatures(world)),
        "holders": [
            {"case": "out of order", "holders": plain(holders(world)[::-1])},
            {"case": "one twice", "holders": plain(holders(world)[:1] * 2)},
        ],
        "chains": list(broken_chains(world)),
        "boxes": list(wrong_boxes(world)),
        "codes": list(refused_codes(world)),
        "admissions": list(wrong_macs(world)),
        "store_objects": list(wrong_objects(world)),
        "safety_numbers": list(other_numbers(safety(world))),
    }


def refused_signing_keys() -> Iterator[Json]:
    order_8 = [
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ]
    small = {f"y = {y}": y for y in (0, 1)} | {"y = p - 1": PRIME - 1, "y = p": PRIME, "y = p + 1": PRIME + 1}
    small |= {"y = 2^255 - 1": 2**255 - 1}
    small |= {
        f"of order 8, {at}": int.from_bytes(bytes.fromhex(key), "little") for at, key in enumerate(order_8)
    }
    for name, y in small.items():
        for sign in (0, 1):
            raw = (y | sign << 255).to_bytes(32, "little")
            yield {"case": f"{name}, bit 255 {'set' if sign else 'clear'}", "signing_key": raw.hex()}
    yield {"case": "31 bytes", "signing_key": bytes(31).hex()}
    yield {"case": "33 bytes", "signing_key": (bytes(32) + b"\1").hex()}


def wrong_signatures(world: World) -> Iterator[Json]:
    """Each statement, signed, with one part of it changed afterwards."""
    for purpose, place, key in all_statements(world):
        whole = signed(purpose, place, key)
        for name, value in place.items():
            for what, changed in others(name, value, world):
                yield {
                    "case": f"{purpose} {whole['hex'][-8:]}: {what}",
                    **whole,
                    "place": plain({**place, name: changed}),
                    "error": "WrongSignature",
                }
        yield {
            "case": f"{purpose} {whole['hex'][-8:]}: by another key",
            **whole,
            "signing_key": SigningKey(OTHER_BYTES).public.hex(),
            "error": "WrongSignature",
        }
        yield {
            "case": f"{purpose} {whole['hex'][-8:]}: a signature of 63 bytes",
            **whole,
            "signature": whole["signature"][:-2],
            "error": "WrongSignature",
        }
        identity = (1).to_bytes(32, "little").hex()
        yield {
            "case": f"{purpose} {whole['hex'][-8:]}: under the identity",
            **whole,
            "signing_key": identity,
            "signature": identity + bytes(32).hex(),
            "error": "UnacceptableKey",
        }


def others(name: str, value: Any, world: World) -> Iterator[tuple[str, Any]]:
    """What may stand in the place of one part of a statement."""
    match name:
        case "user" | "post" | "group" | "author":
            yield f"another {name}", world.other
        case "generation" | "list_number" | "revision":
            yield f"a higher {name}", value + 1
            yield f"a lower {name}", value - 1
        case "cause":
            swapped = {"new": "reset", "reset": "new", "routine": "lost-device", "lost-device": "routine"}
            yield "another cause", swapped[value]
        case "before":
            # The first key, and one that starts over, have none, and could not have one.
            if value:
                yield "another one before", replace(value, fingerprint=OTHER_BYTES)
                yield "another statement of the one before", replace(value, statement=OTHER_BYTES)
        case "holders":
            yield from other_holders(value, world)
        case "label":
            yield "another label", f"{value}!"
        case _:
            yield f"another {name}", OTHER_BYTES[::-1]


def other_holders(listed: list[Holder], world: World) -> Iterator[tuple[str, list[Holder]]]:
    if not listed:
        yield "one more holder", holders(world)[:1]
        return
    *rest, last = listed
    kind = "recovery" if last.kind == "device" else "device"
    yield "a holder of another kind", [*rest, replace(last, kind=kind)]
    # In its order, so that nothing else is wrong with it.
    yield "another fingerprint of a holder", [*rest, replace(last, fingerprint=b"\xff" * 32)]
    yield "another name of a holder", [*rest, replace(last, name=f"{last.name}!")]
    yield "one holder fewer", rest
    yield "one more holder", [*listed, Holder("device", b"\xff" * 32, "Phone")]


def broken_chains(world: World) -> Iterator[Json]:
    first, second, third = chain(world)
    stranger = SigningKey(OTHER_BYTES)
    unsigned = replace(second, signature_before=stranger.sign(statement_of(second, user=world.user)))
    # The holder of the second key signs itself in after the third: only the statement before tells it apart.
    rival = replace(first, signing_key=world.key(2).signing.public)
    rival = replace(rival, signature=world.key(2).signing.sign(statement_of(rival, user=world.user)))
    skipping = linked(world, 4, statements.ROUTINE, first)
    lower = linked(world, 1, statements.ROUTINE, second)
    new_again = linked(world, 2, statements.NEW, None)
    cases: dict[str, tuple[list[Link], int]] = {
        "the first has another's signature": ([replace(first, signature=stranger.sign(b""))], 1),
        "a link without the signature of the key before": (
            [first, replace(second, signature_before=None)],
            2,
        ),
        "a link signed by a stranger in place of the key before": ([first, unsigned], 2),
        "a link that says it is routine and not a lost device": (
            [first, second, replace(third, cause=statements.ROUTINE)],
            4,
        ),
        "a rival row with the same F and another S": ([rival, second], 2),
        "a link left out": ([first, third], 4),
        "a link to an earlier one": ([first, second, skipping], 4),
        "a generation that is not higher": ([second, lower], 1),
        "a new one in the middle": ([first, new_again], 2),
        "a reset that claims one before": (
            [first, replace(second, cause=statements.RESET)],
            2,
        ),
        "a reset that is not higher": ([third, linked(world, 3, statements.RESET, None)], 3),
        "a reset signed by another key": (
            [first, replace(linked(world, 3, statements.RESET, None), signature=second.signature)],
            3,
        ),
        "a new one with a signature before": ([replace(first, signature_before=first.signature)], 1),
        "another person's": ([linked(replace(world, user=world.other), 1, statements.NEW, None)], 1),
    }
    for name, (links, generation) in cases.items():
        yield {"case": name, "chain": plain(links), "generation": generation}


def wrong_boxes(world: World) -> Iterator[Json]:
    whole = box(world, 1, 0)
    another = public(world.key(2))
    flipped = bytearray(base64.b64decode(whole["box"]))
    flipped[-1] ^= 1
    # Who knows the recipient can make a box of a seed of their own for the named place.
    planted = replace(world, seeds=[os.urandom(32), *world.seeds[1:]]).key(1)
    planted.fingerprint = world.key(1).fingerprint
    cases: dict[str, tuple[Json, str]] = {
        "another person": ({"user": str(world.other)}, "CannotOpen"),
        "another generation": ({"generation": 2}, "CannotOpen"),
        "another fingerprint": ({"fingerprint": another["fingerprint"]}, "CannotOpen"),
        "another signing key": ({"signing_key": another["signing_key"]}, "WrongKey"),
        "another recipient": ({"recipient_seed": world.device_seeds[1].hex()}, "CannotOpen"),
        "a bit flipped": ({"box": text(bytes(flipped))}, "CannotOpen"),
        "cut short": ({"box": whole["box"][:400]}, "CannotOpen"),
        "empty": ({"box": ""}, "CannotOpen"),
        "a planted seed": ({"box": text(planted.seal_for(world.devices[0].spki))}, "WrongKey"),
    }
    for name, (changes, error) in cases.items():
        yield {"case": name, **whole, **changes, "error": error}


def refused_codes(world: World) -> Iterator[Json]:
    code = codes.encode_recovery(world.secret)
    letters = codes.LETTERS
    changed = letters[(letters.index(code[0]) + 1) % 32] + code[1:]
    ends = code[:-1] + letters[(letters.index(code[-1]) + 1) % 32]
    swapped = next(
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at in range(len(code) - 1)
        if code[at] != code[at + 1] and "-" not in code[at : at + 2]
    )
    yield from (
        {"case": name, "kind": "recovery", "text": typed, "reason": reason}
        for name, typed, reason in (
            ("the first letter differs", changed, "checksum"),
            ("the last letter differs", ends, "checksum"),
            ("two letters swapped", swapped, "checksum"),
            ("a letter too few", code[:-1], "length"),
            ("a letter too many", f"{code}0", "length"),
            ("a U, which is none of the letters", f"U{code[1:]}", "letters"),
            ("nothing", "", "length"),
        )
    )
    yield {
        "case": "of an admission: too short",
        "kind": "admission",
        "text": "0000-0000-0000-000",
        "reason": "length",
    }
    yield {
        "case": "of an admission: a star",
        "kind": "admission",
        "text": "0000-0000-0000-000*",
        "reason": "letters",
    }


def wrong_macs(world: World) -> Iterator[Json]:
    whole = admission(world)
    for name in ("user", "admission"):
        yield {"case": f"another {name}", **whole, name: str(world.other)}
    yield {"case": "another code", **whole, "code": bytes(10).hex()}
    for part in ("device", "account"):
        for name, value in whole[part].items():
            if name != "mac":
                wrong = (
                    value + 1
                    if isinstance(value, int)
                    else f"{value}!"
                    if name == "name"
                    else bytes(32).hex()
                )
                yield {
                    "case": f"{part}: another {name}",
                    **whole,
                    part: {**whole[part], name: wrong},
                    "only": part,
                }


def wrong_objects(world: World) -> Iterator[Json]:
    whole = stored(world, b"secret", "people", 3)
    flipped = bytearray(base64.b64decode(whole["sealed"]))
    flipped[12] ^= 1
    cases: dict[str, Json] = {
        "another name": {"name": "local"},
        "an older version": {"version": 2},
        "another generation": {"generation": 2},
        "a bit flipped": {"sealed": text(bytes(flipped))},
        "no ciphertext": {"sealed": whole["sealed"][:16]},
        "nothing": {"sealed": ""},
    }
    for name, changes in cases.items():
        yield {
            "case": name,
            **whole,
            **changes,
            "seed": world.seeds[(changes.get("generation") or 1) - 1].hex(),
        }


def other_numbers(whole: Json) -> Iterator[Json]:
    """Two people with the digits of others: of each, one thing differs."""
    for party in ("one", "other"):
        for name, value in whole[party].items():
            changed = str(UUID(int=UUID(value).int ^ 1)) if name == "user" else bytes(32).hex()
            yield {"case": f"{party}: another {name}", **whole, party: {**whole[party], name: changed}}
    one, other = whole["one"], whole["other"]
    swapped = {"one": {**one, "user": other["user"]}, "other": {**other, "user": one["user"]}}
    yield {"case": "each with the other's uid", **whole, **swapped}


def plain(value: Any) -> Any:
    """As JSON has it: bytes in hex, uids as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Link | Before | Holder):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()
