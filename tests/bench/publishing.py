"""How fast a post is wrapped for a large group."""

import math
import os
import statistics
import time
import uuid
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import connection
from redis import Redis

from accounts.models import PublicKey
from groups.models import Group
from posts.models import Post, PostKey
from secureblogs import live
from secureblogs.crypto import contexts
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import wrap
from tests.bench.rig import REPEATS, pairs, report
from tests.crowd import Visitor, crowd, owner_of, rsa_key
from tests.site import Site

LARGE = 10_000
TEXTBOOK = 1_000  # members; it grows in proportion
SECONDS_TO_PUBLISH = 120

Key = tuple[str, bytes, bytes]


class Publisher:
    """The owner of a group, who publishes and waits until everybody can read."""

    def __init__(self, site: Site, group: Group) -> None:
        self.group = group
        self.visitor = Visitor(owner_of(group), port=site.port)
        self._events = Redis.from_url(site.redis_url).pubsub()
        self._events.subscribe(f"live__group__{live.group_channel(group)}")
        self._events.get_message(timeout=1)

    def request(self) -> float:
        """Seconds until the request was answered."""
        self.connect()
        began = time.perf_counter()
        assert self.visitor.publish(self.group).status == 201
        return time.perf_counter() - began

    def publish(self) -> float:
        """Seconds until the last key was committed."""
        seconds = self.request()
        began = time.perf_counter()
        self.wait()
        return seconds + time.perf_counter() - began

    def connect(self) -> None:
        """Anew: the server closes what was not used for a minute."""
        self.visitor.close()
        self.visitor.get("/healthz")

    def wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_PUBLISH
        while time.monotonic() < deadline:
            message = self._events.get_message(timeout=1)
            if message and message["type"] == "message" and b"post.published" in message["data"]:
                return
        raise TimeoutError("The post was not published.")


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


def textbook(group: Group, keys: list[PublicKey]) -> float:
    """Seconds a member of the textbook way: one task, a PEM parsed for each, RSA, one create() each in autocommit."""
    pems = [(key.pk, key.pem.encode()) for key in keys]
    post = Post.objects.create(uid=uuid.uuid4(), group=group, author=owner_of(group), title="Textbook")
    content_key = os.urandom(32)
    began = time.perf_counter()
    for pk, pem in pems:
        public_key = load_pem_public_key(pem)
        assert isinstance(public_key, RSAPublicKey)
        wrapped = public_key.encrypt(content_key, OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None))
        PostKey.objects.create(post=post, public_key_id=pk, wrapped_key=wrapped)
    seconds = (time.perf_counter() - began) / len(pems)
    post.delete()
    return seconds


def measure(site: Site) -> None:
    large = crowd("Large", LARGE)
    rsa = crowd("Rsa", LARGE, key=rsa_key)
    hundred, ten = crowd("Hundred", 100), crowd("Ten", 10)
    _analyse()
    publishers = {group.name: Publisher(site, group) for group in (large, rsa, hundred, ten)}
    for publisher in publishers.values():
        publisher.publish()
    keys = keys_of(large)
    pure, ours, ratio = pairs(lambda: pure_wrapping(keys), publishers["Large"].publish)
    report("publish to 10,000 X-Wing members", seconds=ours, pure_wrapping=pure, ratio=ratio, at_least=0.7)
    report("peak of a worker process", mebibytes=_peak(site), members=LARGE)

    rsa_keys = list(PublicKey.objects.filter(user__memberships__group=rsa)[:TEXTBOOK])
    slow, ours, ratio = pairs(lambda: textbook(rsa, rsa_keys) * LARGE, publishers["Large"].publish)
    report("the textbook way beside it", seconds=ours, textbook=slow, ratio=ratio, at_least=6)
    slow, ours, ratio = pairs(lambda: textbook(rsa, rsa_keys) * LARGE, publishers["Rsa"].publish)
    report("the same with RSA-3072 members", seconds=ours, textbook=slow, ratio=ratio, at_least=10)

    many, few, ratio = pairs(publishers["Large"].publish, publishers["Hundred"].publish)
    exponent = math.log(ratio) / math.log(LARGE / 100)
    report("growth from 100 to 10,000", seconds=many, for_100=few, exponent=exponent, at_most=1.0)
    _measure_requests(publishers["Large"], publishers["Ten"])
    _measure_waiting(publishers["Large"], publishers["Ten"])


def _measure_requests(large: Publisher, ten: Publisher) -> None:
    def request(publisher: Publisher) -> float:
        found = []
        for _ in range(5):
            found.append(publisher.request())
            publisher.wait()
        return statistics.median(found)

    many, few, ratio = pairs(lambda: request(large), lambda: request(ten))
    report("request to publish, 10,000 members", seconds=many, for_10=few, ratio=ratio, at_most=1.2)


def _measure_waiting(large: Publisher, ten: Publisher) -> None:
    """A small group's post right behind a large one."""
    found = []
    for _ in range(REPEATS):
        large.request()
        time.sleep(0.2)
        found.append(ten.publish())
        large.wait()
    alone = statistics.median(ten.publish() for _ in range(REPEATS))
    report("a small group's post behind a large one", seconds=statistics.median(found), alone=alone)


def _wrap_all(keys: list[Key], start: Event) -> None:
    post, content_key = uuid.uuid4(), os.urandom(32)
    start.wait()
    for algorithm, der, fingerprint in keys:
        context = contexts.wrapped_key(post=post, revision=1, fingerprint=fingerprint)
        wrap(content_key, load_public_key(algorithm, der), context=context)


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _peak(site: Site) -> float:
    """The largest resident memory that any process of the worker ever had."""
    group = site.processes["worker"].pid
    peaks = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group:
                peaks += [int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line]
        except OSError:
            continue
    return max(peaks) / 1024
