"""A person whose browsers change their keys and die in the middle; the next one goes on from what the site says."""

import os
import random
import uuid
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from django.db import Error, connection

from accounts.models import User
from secureblogs.crypto import contexts, statements
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.recovery_keys import RecoveryKey
from secureblogs.crypto.store_objects import open_object, seal_object
from secureblogs.crypto.wrapping import public_key_of, unwrap, wrap
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests.account import Account, fingerprint, new_uid, text
from tests.crowd import Answer, Visitor

Json = dict[str, Any]
ACCOUNT, KEYHOLDERS, ADMISSIONS = "/keys/account/", "/keys/keyholders/", "/keys/admissions/"
LIFT, STORE, OWN = "/keys/lift.json", "/keys/store/", "/keys/"
OBJECTS = ["people", "local/0"]


class Died(Exception):
    """The browser is gone, in the middle of what it did."""


class Refused(Exception):
    """The site said no: somebody was faster."""


@dataclass
class Browsers:
    """All of one person; `done` counts what came about, `wrong` says what must not be."""

    user: User
    port: int
    random: random.Random
    # Of all requests that change something.
    deaths: float = 0.3
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    # Account keys by fingerprint, codes by that of their key.
    drawn: dict[str, AccountKey] = field(default_factory=dict)
    codes: dict[str, RecoveryKey] = field(default_factory=dict)
    # Keys in files, by fingerprint.
    own: dict[str, XWingPrivateKey] = field(default_factory=dict)
    # The newest list that was seen, and those that were sent since and not answered, by signature.
    _seen: tuple[int, str] = (0, "")
    _sent: dict[str, int] = field(default_factory=dict)
    # What was sent of each object of the store, and the highest version of it that was seen.
    saved: dict[str, set[bytes]] = field(default_factory=lambda: {name: set() for name in OBJECTS})
    versions: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.account = Account(self.user)
        while not self._make_first():
            self.done["broken off"] += 1
        self._read(self._visitor())

    def do_something(self) -> None:
        """One thing, in a browser that may die at any of its requests."""
        ways = [self._add, self._let_in, self._make_code, self._confirm, self._rename, self._leave]
        ways += [self._replace, self._replace, self._lose, self._lift, self._lift]
        ways += [self._sign_own, self._sign_own, self._revoke_own]
        way = self.random.choice([*ways, self._save, self._save, self._start_over, self._stop])
        try:
            visitor = self._visitor()
            way(visitor, self._read(visitor))
        except (Died, Refused):
            self.done["broken off"] += 1
        except (OSError, HTTPException, Error):
            # Nobody listened, or no answer came.
            connection.close()

    # What browsers do

    def _make_first(self) -> bool:
        """Whether the person has a key then: this try's, or that of one before whose browser died."""
        visitor = self._visitor()
        if not self._get(visitor, "/keys/account.json")["chain"]:
            key, body = self.account.body(statements.NEW, "First", new=("First",))
            self._know(key)
            try:
                self._post(visitor, ACCOUNT, body)
            except (Died, Refused):
                return False
        return True

    def _add(self, visitor: Visitor, seen: Json) -> None:
        """As with the recovery code."""
        names, name = self._names(seen), self._new_name()
        body = self.account.list_body(*names, name, new=(name,), codes=self._codes_of(seen))
        self._change(visitor, KEYHOLDERS, body, body)

    def _let_in(self, visitor: Visitor, seen: Json) -> None:
        uid, names, name = new_uid(), self._names(seen), self._new_name()
        self._post(visitor, ADMISSIONS, {"uid": uid})
        body = self.account.list_body(*names, name, new=(name,), codes=self._codes_of(seen))
        mac = text(uuid.uuid4().bytes * 2)
        self._post(visitor, f"{ADMISSIONS}{uid}/offers/", {**body["devices"][0], "name": name, "mac": mac})
        (box,) = body["boxes"]
        listed = {member: body[member] for member in ("generation", "number", "holders", "signature")}
        answer = {"fingerprint": box["recipient"], "answer": "allowed", "mac": mac, "box": box["box"]}
        self._change(visitor, f"{ADMISSIONS}{uid}/answer/", {**answer, "keyholders": listed}, listed)

    def _make_code(self, visitor: Visitor, seen: Json) -> None:
        code = self.account.new_code()
        self.codes[fingerprint(code.wrapping)] = code
        codes = [*self._codes_of(seen, confirmed=True), code]
        body = self.account.list_body(*self._names(seen), codes=codes, new_codes=[code])
        self._change(visitor, KEYHOLDERS, body, body)

    def _confirm(self, visitor: Visitor, seen: Json) -> None:
        for code in self._codes_of(seen, confirmed=False):
            mark = fingerprint(code.wrapping)
            body = self.account.list_body(*self._names(seen), codes=[code], confirmed=mark)
            self._change(visitor, KEYHOLDERS, body, body)

    def _rename(self, visitor: Visitor, seen: Json) -> None:
        *names, old = self._names(seen)
        new = self._new_name()
        self.account.devices[new] = self.account.device(old)
        body = self.account.list_body(*names, new, codes=self._codes_of(seen))
        self._change(visitor, KEYHOLDERS, body, body)

    def _leave(self, visitor: Visitor, seen: Json) -> None:
        names = self._names(seen)
        body = self.account.list_body(*names[: max(1, len(names) - 1)], codes=self._codes_of(seen))
        self._change(visitor, KEYHOLDERS, body, body)

    def _replace(self, visitor: Visitor, seen: Json, cause: str = statements.ROUTINE) -> None:
        names = self._names(seen)
        kept = self.random.sample(names, self.random.randint(1, len(names)))
        own = {each["fingerprint"]: each["label"] for each in seen["own_keys"] if self.random.random() < 0.5}
        key, body = self.account.body(cause, *kept, codes=self._codes_of(seen, confirmed=True), own=own)
        self._know(key)
        self._change(visitor, ACCOUNT, body, body["keyholders"])

    def _lose(self, visitor: Visitor, seen: Json) -> None:
        self._replace(visitor, seen, statements.LOST_DEVICE)

    def _sign_own(self, visitor: Visitor, seen: Json) -> None:
        """A key that the person keeps in a file, for which the account's key vouches."""
        private_key, label = XWingPrivateKey(os.urandom(32)), self._new_name()
        mark = fingerprint(private_key)
        self.own[mark] = private_key
        signature = self.account.own_signature(self.account.newest, mark, label)
        pem = public_key_of(private_key).pem
        self._send_form(visitor, OWN, {"label": label, "public_key": pem, "signature": signature})
        self.done["own keys"] += 1

    def _revoke_own(self, visitor: Visitor, seen: Json) -> None:
        for each in seen["own_keys"][:1]:
            self._send_form(visitor, f"{OWN}{each['fingerprint']}/revoke/", {})
            self.done["own keys revoked"] += 1

    def _start_over(self, visitor: Visitor, seen: Json) -> None:
        """Ask for it: nothing comes of it within three days."""
        name = self._new_name()
        _key, body = self.account.body(statements.RESET, name, new=(name,))
        self._post(visitor, ACCOUNT, body)
        self.done["asked to start over"] += 1

    def _stop(self, visitor: Visitor, seen: Json) -> None:
        self._post(visitor, f"{ACCOUNT}stop/", {})
        self.done["stopped"] += 1

    def _save(self, visitor: Visitor, seen: Json) -> None:
        name, data, newest = self.random.choice(OBJECTS), uuid.uuid4().bytes, self.account.newest
        version = self._version(visitor, name) + 1
        self.saved[name].add(data)
        sealed = text(seal_object(data, account_key=newest, name=name, version=version))
        body = {"generation": newest.generation, "version": version, "sealed": sealed}
        self._send(visitor, "PUT", f"{STORE}{name}", body)
        self.versions[name] = version
        self.done["saved"] += 1

    def _lift(self, visitor: Visitor, seen: Json) -> None:
        part = self._get(visitor, LIFT)
        newest = self.account.newest
        wraps = [self._rewrapped(each, newest) for each in part["wraps"]]
        objects = [self._resealed(each, seen, newest) for each in part["objects"]]
        body = {"fingerprint": newest.fingerprint.hex(), "wraps": wraps, "objects": objects}
        self._post(visitor, LIFT, body)
        self.done["lifted"] += len(wraps) + len(objects)

    def _resealed(self, each: Json, seen: Json, newest: AccountKey) -> Json:
        name, version = each["name"], each["version"] + 1
        data = self.opened(each, seen)
        sealed = text(seal_object(data, account_key=newest, name=name, version=version))
        return {"name": name, "version": version, "sealed": sealed}

    def _rewrapped(self, each: Json, newest: AccountKey) -> Json:
        place = {"post": uuid.UUID(each["post"]), "revision": each["revision"]}
        older = self.drawn[each["fingerprint"]]
        context = contexts.wrapped_key(**place, fingerprint=older.fingerprint)
        content_key = unwrap(b64decode(each["wrapped_key"]), older.wrapping, context=context)
        context = contexts.wrapped_key(**place, fingerprint=newest.fingerprint)
        wrapped = wrap(content_key, load_public_key("x-wing", newest.wrapping.spki), context=context)
        names = ("post", "revision", "fingerprint")
        return {**{name: each[name] for name in names}, "wrapped_key": text(wrapped)}

    # What they know

    def _know(self, key: AccountKey) -> None:
        self.drawn[key.fingerprint.hex()] = key

    def _new_name(self) -> str:
        return f"Browser {self.random.getrandbits(40)}"

    def _names(self, seen: Json) -> list[str]:
        return [each["name"] for each in seen["keyholders"]["holders"] if each["kind"] == "device"]

    def _codes_of(self, seen: Json, *, confirmed: bool | None = None) -> list[RecoveryKey]:
        codes = [each for each in seen["recovery_codes"] if confirmed in (None, each["confirmed"])]
        return [self.codes[each["fingerprint"]] for each in codes]

    def opened(self, stored: Json, seen: Json) -> bytes:
        """What an object of the store holds, by the key of its generation."""
        (link,) = (each for each in seen["chain"] if each["generation"] == stored["generation"])
        place = {"name": stored["name"], "version": stored["version"]}
        key = self.drawn[link["fingerprint"]]
        return open_object(b64decode(stored["sealed"]), account_key=key, **place)

    # Requests

    def _visitor(self) -> Visitor:
        """A browser whose person has just logged in."""
        user = User.objects.get(pk=self.user.pk)
        return Visitor(user, port=self.port, timeout=15)

    def _read(self, visitor: Visitor) -> Json:
        """What the site says now, which has to be one of the things that may have come about."""
        seen = self._get(visitor, "/keys/account.json")
        listed, newest = seen["keyholders"], seen["chain"][-1]["fingerprint"]
        found = listed["number"], listed["signature"]
        if self._seen[1] and found != self._seen and self._sent.get(found[1]) != found[0]:
            self.wrong.append(
                f"the list {found[0]} is not the {self._seen[0]}th, nor one of {self._sent.values()}"
            )
        self._saw(found)
        self.account.keys, self.account.number = [self.drawn[newest]], listed["number"]
        return seen

    def _saw(self, found: tuple[int, str]) -> None:
        self._seen = found
        self._sent = {signature: number for signature, number in self._sent.items() if number > found[0]}

    def _version(self, visitor: Visitor, name: str) -> int:
        """The version of an object that the site has, which may not be older than one that was seen."""
        answer = visitor.get(f"{STORE}{name}")
        if answer.status not in (200, 404):
            raise Died
        stored: Json = answer.json() if answer.status == 200 else {"version": 0}
        version: int = stored["version"]
        if version < self.versions[name]:
            self.wrong.append(f"{name} has the version {version} after {self.versions[name]}")
        self.versions[name] = version
        return version

    def _get(self, visitor: Visitor, path: str) -> Json:
        answer = visitor.get(path)
        if answer.status != 200:
            raise Died
        return answer.json()

    def _change(self, visitor: Visitor, path: str, body: Json, listed: Json) -> None:
        """Send what brings a list with it."""
        self._sent[listed["signature"]] = listed["number"]
        try:
            self._post(visitor, path, body)
        except Refused:
            del self._sent[listed["signature"]]
            raise
        self._saw((listed["number"], listed["signature"]))
        self.done[path.split("/")[2]] += 1

    def _post(self, visitor: Visitor, path: str, body: Json) -> None:
        self._send(visitor, "POST", path, body)

    def _send(self, visitor: Visitor, method: str, path: str, body: Json) -> None:
        if self.random.random() < self.deaths:
            visitor.send_and_leave(method, path, body)
            raise Died
        self._judge(visitor.put(path, body) if method == "PUT" else visitor.post(path, body))

    def _send_form(self, visitor: Visitor, path: str, fields: dict[str, str]) -> None:
        if self.random.random() < self.deaths:
            visitor.send_form_and_leave(path, fields)
            raise Died
        self._judge(visitor.post_form(path, fields))

    def _judge(self, answer: Answer) -> None:
        if answer.status >= 500:
            raise Died
        if answer.status >= 400:
            raise Refused(answer.body)

    # The end

    def settle(self) -> Json:
        """What the site says when everything runs again, nobody dies, and all is moved to the newest key."""
        self.deaths = 0
        visitor = self._visitor()
        seen = self._read(visitor)
        for _ in range(20):
            if not self._get(visitor, LIFT)["links"]:
                return seen
            self._lift(visitor, seen)
        self.wrong.append(f"the keys of {self.user.name} are never done with moving")
        return seen
