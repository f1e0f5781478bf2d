"""What a browser sends about its person's keys, as values."""

from dataclasses import dataclass, field

from accounts.keys.bodies import Members
from secureblogs.crypto.account_keys import BOX_SIZE
from secureblogs.crypto.public_keys import PublicKey
from secureblogs.crypto.statements import DEVICE, LOST_DEVICE, NEW, RECOVERY, RESET, ROUTINE, Holder

MOST_DEVICES, MOST_CODES = 50, 2
MOST_HOLDERS = MOST_DEVICES + MOST_CODES
MOST_OWN_KEYS = 100
CAUSES = [NEW, ROUTINE, LOST_DEVICE, RESET]


@dataclass(frozen=True, slots=True)
class SentCode:
    """A recovery code's public halves, and its endorsement of the account key."""

    public_key: PublicKey
    signing_key: bytes
    endorsement: bytes


@dataclass(frozen=True, slots=True)
class SentList:
    """A list of keyholders with its signature, and what comes along: the keys of new holders, boxes by fingerprint."""

    number: int
    holders: tuple[Holder, ...]
    signature: bytes
    devices: dict[str, PublicKey] = field(default_factory=dict)
    codes: dict[str, SentCode] = field(default_factory=dict)
    boxes: dict[str, bytes] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each holder by fingerprint."""
        return {each.fingerprint.hex(): each.kind for each in self.holders}


@dataclass(frozen=True, slots=True)
class SentOwnKey:
    """An own key that the account key signs."""

    label: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class SentAccountKey:
    """A new generation."""

    generation: int
    public_key: PublicKey
    signing_key: bytes
    cause: str
    signature: bytes
    signature_before: bytes | None
    listed: SentList
    link_box: bytes | None
    own_keys: dict[str, SentOwnKey]

    @property
    def fingerprint(self) -> str:
        return self.public_key.fingerprint.hex()


def account_key(body: Members) -> SentAccountKey:
    """The body of POST /keys/account/. Refused."""
    link = body.object("link")
    cause = link.text("cause", most=20)
    if cause not in CAUSES:
        link.refuse("cause", ", ".join(CAUSES))
    own_keys = {
        each.fingerprint("fingerprint"): SentOwnKey(_label(each), each.signature("signature"))
        for each in body.objects("own_keys", most=MOST_OWN_KEYS)
    }
    return SentAccountKey(
        generation=link.number("generation"),
        public_key=link.public_key("public_key"),
        signing_key=link.signing_key("signing_key"),
        cause=cause,
        signature=link.signature("signature"),
        signature_before=link.signature("signature_before") if link.has("signature_before") else None,
        listed=_list(body.object("keyholders"), body),
        link_box=body.data("link_box", size=BOX_SIZE) if body.has("link_box") else None,
        own_keys=own_keys,
    )


def _label(own_key: Members) -> str:
    # As of one that is added: who lets its owner in may read it. It may be empty.
    return own_key.line("label") if own_key.text("label") else ""


def keyholders(body: Members) -> SentList:
    """The body of POST /keys/keyholders/. Refused."""
    return _list(body, body)


def answered_list(body: Members, *, device: PublicKey, box: bytes) -> SentList:
    """The list in the answer to an admission, which lets this device in. Refused."""
    listed = _list(body, Members({}))
    fingerprint = device.fingerprint.hex()
    return SentList(
        listed.number, listed.holders, listed.signature, {fingerprint: device}, {}, {fingerprint: box}
    )


def _list(listed: Members, rest: Members) -> SentList:
    devices = (each.public_key("public_key") for each in rest.objects("devices", most=MOST_DEVICES))
    codes = (_code(each) for each in rest.objects("recovery_codes", most=MOST_CODES))
    return SentList(
        number=listed.number("number"),
        holders=tuple(_holder(each) for each in listed.objects("holders", most=MOST_HOLDERS)),
        signature=listed.signature("signature"),
        devices={key.fingerprint.hex(): key for key in devices},
        codes={code.public_key.fingerprint.hex(): code for code in codes},
        boxes={
            each.fingerprint("recipient"): each.data("box", size=BOX_SIZE)
            for each in rest.objects("boxes", most=MOST_HOLDERS)
        },
    )


def _holder(holder: Members) -> Holder:
    kind = holder.text("kind", most=10)
    if kind not in {DEVICE, RECOVERY}:
        holder.refuse("kind", f"{DEVICE}, {RECOVERY}")
    # A code has no name, so that nobody can say something by it.
    name = holder.line("name") if kind == DEVICE else holder.text("name", most=0)
    return Holder(kind, bytes.fromhex(holder.fingerprint("fingerprint")), name)


def _code(code: Members) -> SentCode:
    return SentCode(
        code.public_key("public_key"), code.signing_key("signing_key"), code.signature("endorsement")
    )
