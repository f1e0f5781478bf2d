"""What the browsers of one person do with their account key: seeds, boxes, statements, and the JSON that they send."""

import base64
import os
import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts.keys import chain, keyholders, sent, starting_over
from accounts.keys.bodies import Members
from accounts.keys.keyholders import Caller
from accounts.models import AccountKey as StoredKey
from accounts.models import PublicKey, User
from secureblogs.crypto import statements
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.chains import Link, statement_of
from secureblogs.crypto.public_keys import PublicKey as PublicHalf
from secureblogs.crypto.recovery_keys import RecoveryKey
from secureblogs.crypto.statements import Before, Holder
from secureblogs.crypto.wrapping import public_key_of
from secureblogs.crypto.x_wing import XWingPrivateKey

Json = dict[str, Any]
CONFIRMED = Caller("a session", True)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def fingerprint(key: XWingPrivateKey) -> str:
    return public_key_of(key).fingerprint.hex()


@dataclass
class Account:
    """One person's keys as all their browsers together know them."""

    user: User
    keys: list[AccountKey] = field(default_factory=list)
    devices: dict[str, XWingPrivateKey] = field(default_factory=dict)
    codes: list[RecoveryKey] = field(default_factory=list)
    number: int = 0

    @property
    def newest(self) -> AccountKey:
        return self.keys[-1]

    def device(self, name: str) -> XWingPrivateKey:
        """The key of the browser with this name, made at first use."""
        return self.devices.setdefault(name, XWingPrivateKey(os.urandom(32)))

    def new_code(self) -> RecoveryKey:
        return RecoveryKey(os.urandom(16), user=self.user.uid)

    def listed(
        self,
        key: AccountKey,
        *names: str,
        new: tuple[str, ...] = (),
        codes: list[RecoveryKey],
        new_codes: list[RecoveryKey],
    ) -> Json:
        """The next list, and what comes along with it."""
        holders = [Holder("device", bytes.fromhex(fingerprint(self.device(name))), name) for name in names]
        holders += [Holder("recovery", bytes.fromhex(fingerprint(code.wrapping)), "") for code in codes]
        holders.sort(key=lambda each: each.fingerprint)
        self.number += 1
        statement = statements.keyholders(
            user=self.user.uid, generation=key.generation, list_number=self.number, holders=holders
        )
        plain = [
            {"kind": each.kind, "fingerprint": each.fingerprint.hex(), "name": each.name} for each in holders
        ]
        return {
            "number": self.number,
            "holders": plain,
            "signature": text(key.signing.sign(statement)),
            "devices": [{"public_key": public_key_of(self.device(name)).pem} for name in new],
            "recovery_codes": [self._code(key, code) for code in new_codes],
        }

    def _code(self, key: AccountKey, code: RecoveryKey) -> Json:
        endorsement = statements.recovery(
            user=self.user.uid,
            generation=key.generation,
            fingerprint=key.fingerprint,
            signing_key=key.signing.public,
            recovery_fingerprint=bytes.fromhex(fingerprint(code.wrapping)),
        )
        return {
            "public_key": public_key_of(code.wrapping).pem,
            "signing_key": text(code.signing.public),
            "endorsement": text(code.signing.sign(endorsement)),
        }

    def box(self, key: AccountKey, recipient: XWingPrivateKey) -> Json:
        return {"recipient": fingerprint(recipient), "box": text(key.seal_for(recipient.spki))}

    def body(
        self,
        cause: str,
        *names: str,
        generation: int | None = None,
        new: tuple[str, ...] = (),
        codes: list[RecoveryKey] | None = None,
        new_codes: list[RecoveryKey] | None = None,
        own: dict[str, str] | None = None,
        after: AccountKey | None = None,
    ) -> tuple[AccountKey, Json]:
        """A new generation for these devices and codes, and the body of its request."""
        codes, new_codes = codes or [], new_codes or []
        is_first = cause in statements.WITHOUT_BEFORE
        rows = StoredKey.objects.of(self.user)
        newest = rows.last() if after is None else rows.get(generation=after.generation)
        after = after or (self.newest if self.keys else None)
        number = generation or (newest.generation if newest else 0) + 1
        key = AccountKey(os.urandom(32), user=self.user.uid, generation=number)
        before = None
        if not is_first and newest:
            before = Before(bytes.fromhex(newest.public_key.fingerprint), newest.statement_digest)
        link = Link(number, key.fingerprint, key.signing.public, cause, before, b"", None)
        statement = statement_of(link, user=self.user.uid)
        whole = self.listed(key, *names, new=new, codes=codes, new_codes=new_codes)
        holders = [self.device(name) for name in names] + [code.wrapping for code in codes]
        body = {
            "link": {
                "generation": number,
                "public_key": PublicHalf("x-wing", key.wrapping.spki).pem,
                "signing_key": text(key.signing.public),
                "cause": cause,
                "signature": text(key.signing.sign(statement)),
                "signature_before": None if is_first or not after else text(after.signing.sign(statement)),
            },
            "keyholders": {name: whole.pop(name) for name in ("number", "holders", "signature")},
            **whole,
            "boxes": [self.box(key, holder) for holder in holders],
            "link_box": None if is_first or not after else text(after.seal_for(key.wrapping.spki)),
            "own_keys": [
                {"fingerprint": mark, "label": label, "signature": self.own_signature(key, mark, label)}
                for mark, label in (own or {}).items()
            ],
        }
        return key, body

    def own_signature(self, key: AccountKey, mark: str, label: str) -> str:
        statement = statements.own_key(
            user=self.user.uid, generation=key.generation, fingerprint=bytes.fromhex(mark), label=label
        )
        return text(key.signing.sign(statement))

    def list_body(
        self,
        *names: str,
        new: tuple[str, ...] = (),
        codes: list[RecoveryKey] | None = None,
        new_codes: list[RecoveryKey] | None = None,
        **more: object,
    ) -> Json:
        """The body of a request that changes the list."""
        codes, new_codes = codes or [], new_codes or []
        key = self.newest
        whole = self.listed(key, *names, new=new, codes=codes, new_codes=new_codes)
        recipients = [self.device(name) for name in new] + [code.wrapping for code in new_codes]
        boxes = [self.box(key, each) for each in recipients]
        return {**whole, "generation": key.generation, "boxes": boxes, **more}

    def make(self, *names: str, own: dict[str, str] | None = None) -> StoredKey:
        """The first generation, in the database."""
        return self._send(*self.body("new", *names, new=names, own=own))

    def replace(self, *names: str, cause: str = "routine", **more: Any) -> StoredKey:
        """Another generation that the newest signs."""
        return self._send(*self.body(cause, *names, **more))

    def start_over(self, *names: str, own: dict[str, str] | None = None) -> bool:
        """A generation that nothing signs; whether it is in force."""
        key, body = self.body("reset", *names, new=names, own=own)
        done = starting_over.ask(self.user, body, sent.account_key(Members(body)), session="a session")
        self.keys.append(key)
        return done

    def change(self, body: Json, caller: Caller = CONFIRMED) -> None:
        """Send a list."""
        members = Members(body)
        keyholders.change(
            self.user,
            generation=body["generation"],
            sent=sent.keyholders(members),
            caller=caller,
            confirmed=str(body.get("confirmed", "")),
        )

    def _send(self, key: AccountKey, body: Json) -> StoredKey:
        chain.replace(self.user, sent.account_key(Members(body)), session="a session")
        self.keys.append(key)
        return StoredKey.objects.get(user=self.user, generation=key.generation)

    @property
    def public_key(self) -> PublicKey:
        return PublicKey.objects.get(user=self.user, fingerprint=self.newest.fingerprint.hex())


def new_uid() -> str:
    return str(uuid.uuid4())
