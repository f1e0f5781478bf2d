"""Many members with real public keys, and people who are signed in, made as rows without a page or a password."""

import http.client
import json
import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.models import PublicKey, User
from groups.domain import groups
from groups.models import Group, Membership
from secureblogs.crypto import public_keys, wrapping
from tests.cast import sealed_draft, session_of

MakeKey = Callable[[int], public_keys.PublicKey]

# RSA keys take half a second each to make. Loading and wrapping cost the same when some are the same.
RSA_KEYS = 20
AS_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def x_wing_key(number: int) -> public_keys.PublicKey:
    """A fresh X-Wing public key."""
    return wrapping.public_key_of(wrapping.generate_private_key())


def rsa_key(number: int) -> public_keys.PublicKey:
    """One of a few RSA-3072 public keys."""
    return _rsa_keys()[number % RSA_KEYS]


def crowd(name: str, size: int, *, key: MakeKey = x_wing_key) -> Group:
    """A group of that many members, each with one public key; the first one owns it."""
    people = User.objects.bulk_create(
        User(email=f"{name.lower()}-{number}@example.org", name=f"{name} {number}", password="!")
        for number in range(size)
    )
    group = groups.create(name, owner=people[0])
    Membership.objects.bulk_create(Membership(group=group, user=person) for person in people[1:])
    add_keys(people, key=key)
    return group


def add_keys(people: Sequence[User], *, key: MakeKey = x_wing_key) -> None:
    """One more public key for each of them."""
    made = [key(number) for number in range(len(people))]
    PublicKey.objects.bulk_create(
        (
            PublicKey(
                user=person,
                label="Laptop",
                algorithm=public_key.algorithm,
                der=public_key.der,
                fingerprint=public_key.fingerprint.hex(),
            )
            for person, public_key in zip(people, made, strict=True)
        ),
        batch_size=1000,
    )


def owner_of(group: Group) -> User:
    return group.memberships.select_related("user").order_by("pk")[0].user


@dataclass(frozen=True)
class Answer:
    """The answer to an HTTP request."""

    status: int
    body: bytes

    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


class Visitor:
    """Somebody who is signed in at a site, with a connection that stays open."""

    def __init__(self, user: User, *, port: int, timeout: float = 30) -> None:
        self.user = user
        self.cookies = f"sessionid={session_of(user)}; csrftoken={'t' * 32}"
        self._timeout = timeout
        self.go_to(port)

    def go_to(self, port: int) -> None:
        """From now on to the web process on this port."""
        self._connection = http.client.HTTPConnection("localhost", port, timeout=self._timeout)

    def get(self, path: str) -> Answer:
        return self._request("GET", path)

    def post(self, path: str, members: object) -> Answer:
        return self._request("POST", path, json.dumps(members))

    def put(self, path: str, members: object) -> Answer:
        return self._request("PUT", path, json.dumps(members))

    def put_bytes(self, path: str, content: bytes) -> Answer:
        return self._request("PUT", path, content, {"Content-Type": "application/octet-stream"})

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Post a form, as a script does that wants JSON."""
        return self._request("POST", path, urlencode(fields), AS_FORM)

    def send_and_leave(self, method: str, path: str, members: object) -> None:
        """Send JSON, and be gone before any answer comes."""
        self._connection.request(method, path, json.dumps(members), self._headers)
        self._connection.close()

    def leave_while_sending(self, method: str, path: str, body: bytes, *, kind: str, sent: int) -> None:
        """Announce a body, send so many bytes of it, and be gone."""
        self._connection.putrequest(method, path)
        headers = {**self._headers, "Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in headers.items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body[:sent])
        self._connection.close()

    def send_form_and_leave(self, path: str, fields: Mapping[str, str]) -> None:
        self._connection.request("POST", path, urlencode(fields), {**self._headers, **AS_FORM})
        self._connection.close()

    def publish(
        self, group: Group, *, title: str = "Hello", body: str = "World", uid: uuid.UUID | None = None
    ) -> Answer:
        """Seal a draft as a browser does, and send it."""
        return self.post(
            f"/groups/{group.slug}/posts/", submission(self.user, group, title=title, body=body, uid=uid)
        )

    def close(self) -> None:
        self._connection.close()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookies, "X-CSRFToken": "t" * 32, "Content-Type": "application/json"}

    def _request(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        try:
            self._connection.request(method, path, body, {**self._headers, **(headers or {})})
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException):
            # The next request shall not find half an answer.
            self._connection.close()
            raise


def submission(
    author: User, group: Group, *, title: str = "Hello", body: str = "World", uid: uuid.UUID | None = None
) -> dict[str, str]:
    """The body with which a client publishes."""
    uid = uid or uuid.uuid4()
    draft = sealed_draft(author, group, uid=uid, title=title, body=body)
    return {"uid": str(uid), "title": title, "draft": b64(draft)}


def b64(data: bytes) -> str:
    return b64encode(data).decode()


@cache
def _rsa_keys() -> list[public_keys.PublicKey]:
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_make_rsa_key, range(RSA_KEYS)))


def _make_rsa_key(number: int) -> public_keys.PublicKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072).public_key()
    return public_keys.PublicKey(
        "rsa-oaep-256", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
