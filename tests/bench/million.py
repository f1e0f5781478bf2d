"""Whether a million wrapped keys slow anything down."""

import statistics

from django.db import connection

from groups.models import Group
from posts.models import Post
from tests.bench.pages import add_posts, seconds_for
from tests.bench.publishers import LARGE, publisher
from tests.bench.rig import REPEATS, report
from tests.site import Site

MILLION = 1_000_000


def measure(site: Site) -> None:
    large = publisher(site, "Large")
    Post.objects.all().delete()
    large.publish()
    vacuum()
    path = f"/posts/{Post.objects.get().uid}/"

    def both() -> tuple[float, float]:
        pages = [seconds_for(large.visitor, path) for _ in range(REPEATS)]
        posts = [large.publish() for _ in range(REPEATS)]
        return statistics.median(pages), statistics.median(posts)

    empty = both()
    fill(large.group, MILLION)
    for what, before, after in zip(("post page", "fan-out"), empty, both(), strict=True):
        report(
            f"{what} with a million wrapped keys",
            seconds=after,
            empty_table=before,
            ratio=after / before,
            at_most=1.2,
        )


def fill(group: Group, keys: int) -> None:
    """As many wrapped keys: of older posts, each for 10,000 members."""
    posts = add_posts(group, keys // LARGE)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO posts_postkey (revision_id, public_key_id, wrapped_key)"
            " SELECT revision, key.id, decode(repeat(md5(key.id::text), 73), 'hex') FROM unnest(%s) AS revision,"
            " accounts_publickey AS key JOIN groups_membership AS m ON m.user_id = key.user_id AND m.group_id = %s"
            " ON CONFLICT DO NOTHING",
            [[post.current.pk for post in posts], group.pk],
        )
    vacuum()


def vacuum() -> None:
    """Leave the table as autovacuum does after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) posts_postkey")
