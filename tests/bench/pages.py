"""How many pages a second one Daphne answers."""

import asyncio
import time
import uuid

from django.db.models.functions import Now

from groups.models import Group
from posts.models import Post, PostKey, State
from tests.bench.rig import pairs, peak, report
from tests.crowd import Visitor, crowd, owner_of
from tests.site import Site

READERS = 4  # at once, each over one connection
SECONDS = 3.0


def measure(site: Site) -> None:
    group = crowd("Readers", 10)
    add_posts(group, 30)
    visitor = Visitor(owner_of(group), port=site.port)
    page, empty, ratio = pairs(
        lambda: rate(visitor, site.port, f"/groups/{group.slug}/"),
        lambda: rate(visitor, site.port, "/empty/"),
    )
    report("group page of 20 posts", a_second=page, empty_view=empty, rate_ratio=ratio, at_least=0.3)
    report("peak of a process while it does", web=peak(site, "web"), unit="MiB")


def rate(visitor: Visitor, port: int, path: str) -> float:
    """Answers a second, to several readers at once."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{port}",
        f"Cookie: {visitor.cookies}",
        "Accept-Encoding: gzip",
    )
    return asyncio.run(_rate(port, "\r\n".join([*lines, "", ""]).encode()))


async def _rate(port: int, request: bytes) -> float:
    await _read(port, request, time.perf_counter() + SECONDS / 10)
    began = time.perf_counter()
    answers = await asyncio.gather(*(_read(port, request, began + SECONDS) for _ in range(READERS)))
    return sum(answers) / (time.perf_counter() - began)


async def _read(port: int, request: bytes, until: float) -> int:
    """How often it was answered until then."""
    reader, writer = await asyncio.open_connection("localhost", port)
    answers = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        answers += 1
    writer.close()
    return answers


def seconds_for(visitor: Visitor, path: str, *, requests: int = 40) -> float:
    """Seconds for one answer, of many in a row."""
    visitor.close()
    visitor.get(path)
    began = time.perf_counter()
    for _ in range(requests):
        assert visitor.get(path).status == 200
    return (time.perf_counter() - began) / requests


def add_posts(group: Group, number: int) -> list[Post]:
    """Published posts, with keys for the owner alone, and without content that opens."""
    author = owner_of(group)
    posts = Post.objects.bulk_create(
        Post(
            uid=uuid.uuid4(),
            group=group,
            author=author,
            title=f"Post {n}",
            state=State.PUBLISHED,
            published_at=Now(),
            nonce=b"n" * 12,
            ciphertext=b"c" * 1040,
            key_commitment=b"k" * 32,
        )
        for n in range(number)
    )
    for key in author.public_keys.all():
        PostKey.objects.bulk_create(
            PostKey(post=post, public_key=key, wrapped_key=b"w" * 1168) for post in posts
        )
    return posts
