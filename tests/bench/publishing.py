"""How fast a post is wrapped for a large group."""

import math
import os
import statistics
import time
import uuid
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from accounts.models import PublicKey
from groups.models import Group
from posts.models import Post, PostKey, Revision
from posts.sealing import sealing_keys
from secureblogs.crypto import contexts
from secureblogs.crypto.frames import Frame
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import wrap
from tests.bench import rival
from tests.bench.publishers import LARGE, Publisher, publisher
from tests.bench.rig import REPEATS, pairs, peak, report
from tests.cast import write_rows
from tests.crowd import b64, owner_of
from tests.frames import padded
from tests.site import Site

ROUNDS_WITH_RIVAL = 2
HEAVY, MILLION = 12, 1_000_000
TEXTBOOK = 1_000  # members; it grows in proportion

Key = tuple[str, bytes, bytes]


def measure_wrapping(site: Site) -> None:
    large = publisher(site, "Large")
    keys = keys_of(large.group)
    pure, ours, ratio = pairs(lambda: pure_wrapping(keys), large.publish)
    report("publish to 10,000 X-Wing members", seconds=ours, pure_wrapping=pure, ratio=ratio, at_least=0.95)
    report("peak of a process while it does", worker=peak(site, "worker"), web=peak(site, "web"), unit="MiB")


def measure_rival(site: Site) -> None:
    """Publishing, in turns with the rival, whose members have RSA-2048."""
    groups = {"X-Wing": (publisher(site, "Large"), 1), "RSA-3072": (publisher(site, "Rsa"), 2)}
    rivals = []
    ours: dict[str, list[float]] = {name: [] for name in groups}
    for _ in range(ROUNDS_WITH_RIVAL):
        if measured := rival.measure(LARGE):
            rivals.append(measured.publish)
        for name, (owner, _) in groups.items():
            ours[name] += [owner.publish() for _ in range(REPEATS)]
    for name, (_, at_least) in groups.items():
        seconds = statistics.median(ours[name])
        beside = {"rival": statistics.median(rivals)} if rivals else {}
        more = {"ratio": beside["rival"] / seconds, "at_least": at_least} if beside else {}
        report(f"publish to 10,000 {name} members beside the rival", seconds=seconds, **beside, **more)


def measure_textbook(site: Site) -> None:
    x_wing, rsa = publisher(site, "Large"), publisher(site, "Rsa")
    for what, ours, at_least in (
        ("the textbook way beside X-Wing members", x_wing, 6),
        ("the textbook way beside RSA-3072 members", rsa, 10),
    ):
        slow, seconds, ratio = pairs(lambda: textbook(rsa.group) * LARGE, ours.publish)
        report(what, seconds=seconds, textbook=slow, ratio=ratio, at_least=at_least)


def measure_growth(site: Site) -> None:
    many, few, ratio = pairs(publisher(site, "Large").publish, publisher(site, "Hundred").publish)
    exponent = math.log(ratio) / math.log(LARGE / 100)
    report("growth from 100 to 10,000", seconds=many, for_100=few, exponent=exponent, at_most=1.0)


def measure_requests(site: Site) -> None:
    large, ten = publisher(site, "Large"), publisher(site, "Ten")

    def request(to: Publisher) -> float:
        found = []
        for _ in range(5):
            # What the database still writes of the last post is no part of this request.
            time.sleep(0.3)
            found.append(to.request())
            to.wait()
        return statistics.median(found)

    many, few, ratio = pairs(lambda: request(large), lambda: request(ten))
    report("request to publish, 10,000 members", seconds=many, for_10=few, ratio=ratio, at_most=1.2)


def measure_waiting(site: Site) -> None:
    """A small group's post right behind a large one."""
    large, ten = publisher(site, "Large"), publisher(site, "Ten")

    def behind() -> float:
        large.request()
        time.sleep(0.2)
        seconds = ten.publish()
        large.wait()
        return seconds

    found = [behind() for _ in range(2 * REPEATS)]
    alone = [ten.publish() for _ in range(2 * REPEATS)]
    report(
        "a small group's post behind a large one",
        seconds=statistics.median(found),
        longest=max(found),
        alone=statistics.median(alone),
    )


def measure_heavy(site: Site) -> None:
    """A small group's post right behind twelve drafts of another one, each with a million values for nothing."""
    hundred, ten = publisher(site, "Hundred"), publisher(site, "Ten")
    alone = [ten.publish() for _ in range(2 * REPEATS)]
    drafts = [_heavy_draft(hundred.group) for _ in range(HEAVY)]

    hundred.connect()
    for draft in drafts:
        assert hundred.visitor.post(f"/groups/{hundred.group.slug}/posts/", draft).status == 201
    seconds = ten.publish()

    sizes = [3 * len(draft["draft"]) // 4 for draft in drafts]
    report(
        f"a small group's post behind {HEAVY} drafts of another one with a million values each",
        seconds=seconds,
        alone=statistics.median(alone),
        draft=max(sizes) / (1 << 20),
        unit="MiB",
    )


def _heavy_draft(group: Group) -> dict[str, str]:
    uid, values = uuid.uuid4(), b",".join([b"[[1]]"] * MILLION)
    document = b'{"title": "Hello", "body": "", "more": [%s]}' % values
    place = Revision(post=Post(uid=uid, group=group, author=owner_of(group)), number=1).contexts
    draft = sealing_keys.seal(padded(Frame(document)), context=place.draft)
    return {"uid": str(uid), "title": "Hello", "draft": b64(draft)}


def keys_of(group: Group) -> list[Key]:
    keys = PublicKey.objects.filter(user__memberships__group=group)
    columns = keys.values_list("algorithm", "der", "fingerprint")
    return [(algorithm, bytes(der), bytes.fromhex(fingerprint)) for algorithm, der, fingerprint in columns]


def pure_wrapping(keys: list[Key]) -> float:
    """Seconds to load and wrap for the same keys in two processes, and nothing else."""
    context = get_context("fork")
    start = context.Event()
    halves = [context.Process(target=_wrap_all, args=(keys[part::2], start)) for part in (0, 1)]
    for half in halves:
        half.start()
    time.sleep(0.3)
    began = time.perf_counter()
    start.set()
    for half in halves:
        half.join()
    return time.perf_counter() - began


def textbook(group: Group) -> float:
    """Seconds a member of the textbook way: one task, a PEM parsed for each, RSA, one create() each in autocommit."""
    (post,) = write_rows([Post(uid=uuid.uuid4(), group=group, author=owner_of(group))])
    content_key = os.urandom(32)
    began = time.perf_counter()
    for key in PublicKey.objects.filter(user__memberships__group=group)[:TEXTBOOK]:
        public_key = load_pem_public_key(key.pem.encode())
        assert isinstance(public_key, RSAPublicKey)
        wrapped = public_key.encrypt(content_key, OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None))
        PostKey.objects.create(revision=post.current, public_key=key, wrapped_key=wrapped)
    seconds = (time.perf_counter() - began) / TEXTBOOK
    post.delete()
    return seconds


def _wrap_all(keys: list[Key], start: Event) -> None:
    post, content_key = uuid.uuid4(), os.urandom(32)
    start.wait()
    for algorithm, der, fingerprint in keys:
        context = contexts.wrapped_key(post=post, revision=1, fingerprint=fingerprint)
        wrap(content_key, load_public_key(algorithm, der), context=context)
