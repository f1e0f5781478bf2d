"""What a page takes."""

import http.client
import time
import uuid

from groups.models import Group
from posts.models import Post, PostKey
from tests.bench.comparing import Reader, in_turns, reader_of_twenty, site_before
from tests.bench.rig import cpu, peak, report
from tests.cast import write_rows
from tests.crowd import Visitor, owner_of
from tests.site import Site

ROUNDS, PAGES = 5, 100


def measure(site: Site) -> None:
    """The CPU of the web process for a group's page, beside that of another checkout if one is named."""
    with site_before(site) as before:
        readers = [reader_of_twenty(each) for each in (site, before) if each]
        rounds = [[cpu_of_pages(reader) for reader in readers] for _ in range(ROUNDS)]
    report("CPU of a group page of 20 posts", **in_turns(rounds, at_most=0.65))
    report("peak of a process while it does", web=peak(site, "web"), unit="MiB")


def cpu_of_pages(reader: Reader) -> float:
    """Seconds of a core for one page, of many in a row over one connection."""
    connection = http.client.HTTPConnection("localhost", reader.site.port, timeout=30)
    headers = {"Cookie": reader.cookies, "Accept-Encoding": "gzip"}

    def read() -> None:
        connection.request("GET", reader.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200

    for _ in range(PAGES // 10):
        read()
    began = cpu(reader.site, "web")
    for _ in range(PAGES):
        read()
    connection.close()
    return (cpu(reader.site, "web") - began) / PAGES


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
    posts = write_rows(Post(uid=uuid.uuid4(), group=group, author=author) for _ in range(number))
    for key in author.public_keys.all():
        PostKey.objects.bulk_create(
            PostKey(revision=post.current, public_key=key, wrapped_key=b"w" * 1168) for post in posts
        )
    return posts
