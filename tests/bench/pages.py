"""How fast pages are, and whether a million wrapped keys slow anything down."""

import statistics
import time
import uuid

from django.db import connection
from django.db.models.functions import Now

from groups.models import Group
from posts.models import Post, State
from tests.bench.publishing import LARGE, Publisher
from tests.bench.rig import REPEATS, pairs, report
from tests.crowd import Visitor, crowd, owner_of
from tests.site import Site

REQUESTS = 40
MILLION = 1_000_000


def measure(site: Site) -> None:
    group = crowd("Readers", 10)
    add_posts(group, 30)
    visitor = Visitor(owner_of(group), port=site.port)
    empty, page, ratio = pairs(
        lambda: _get(visitor, "/healthz"), lambda: _get(visitor, f"/groups/{group.slug}/")
    )
    report("group page of 20 posts", seconds=page, empty_view=empty, rate_ratio=ratio, at_least=0.3)
    _measure_million(site)


def _measure_million(site: Site) -> None:
    group = Group.objects.filter(name="Large").first() or crowd("Large", LARGE)
    publisher = Publisher(site, group)
    Post.objects.filter(group=group).delete()
    publisher.publish()
    post = Post.objects.filter(group=group)[0]
    path = f"/posts/{post.uid}/"

    def both() -> tuple[float, float]:
        pages = [_get(publisher.visitor, path) for _ in range(REPEATS)]
        posts = [publisher.publish() for _ in range(REPEATS)]
        return statistics.median(pages), statistics.median(posts)

    page_empty, fan_out_empty = both()
    fill(group)
    page_full, fan_out_full = both()
    report(
        "post page with a million wrapped keys",
        seconds=page_full,
        empty_table=page_empty,
        ratio=page_full / page_empty,
        at_most=1.2,
    )
    report(
        "fan-out with a million wrapped keys",
        seconds=fan_out_full,
        empty_table=fan_out_empty,
        ratio=fan_out_full / fan_out_empty,
        at_most=1.2,
    )


def fill(group: Group) -> None:
    """A million wrapped keys: of a hundred older posts, for each of 10,000 members."""
    posts = add_posts(group, MILLION // LARGE)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO posts_postkey (post_id, public_key_id, wrapped_key)"
            " SELECT post, key.id, decode(repeat(md5(key.id::text), 73), 'hex') FROM unnest(%s) AS post,"
            " accounts_publickey AS key JOIN groups_membership AS m ON m.user_id = key.user_id AND m.group_id = %s",
            [[post.pk for post in posts], group.pk],
        )
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")


def add_posts(group: Group, number: int) -> list[Post]:
    """Published posts, without content that opens."""
    return Post.objects.bulk_create(
        Post(
            uid=uuid.uuid4(),
            group=group,
            author=owner_of(group),
            title=f"Post {n}",
            state=State.PUBLISHED,
            published_at=Now(),
            nonce=b"n" * 12,
            ciphertext=b"c" * 1040,
            key_commitment=b"k" * 32,
        )
        for n in range(number)
    )


def _get(visitor: Visitor, path: str) -> float:
    """Seconds for one answer, of many in a row."""
    visitor.close()
    visitor.get(path)
    began = time.perf_counter()
    for _ in range(REQUESTS):
        assert visitor.get(path).status == 200
    return (time.perf_counter() - began) / REQUESTS
