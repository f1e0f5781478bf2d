"""Somebody deletes posts while somebody else ends a key that they are wrapped for."""

import pytest
from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from accounts.domain import keys
from groups.domain import groups, members
from posts.models import Post, PostKey
from posts.publishing import fanout
from tests.cast import finish
from tests.concurrently import concurrently, wait_until_blocked


@pytest.mark.django_db(transaction=True)
def test_both_delete_the_same_wrapped_keys_in_another_order_and_neither_waits_for_ever(
    alice, carol, group, monkeypatch
):
    members.join(group, user=carol.user)
    with monkeypatch.context() as patch:
        # The older one still waits in batches when the newer one is out.
        patch.setattr(fanout, "BATCH_SIZE", 1)
        older = alice.publish(group)
    newer = alice.publish(group)
    finish(older.current)
    hers = carol.user.public_keys.get()
    # A key finds its rows as they were stored, which an index keeps in the order of posts.
    stored = PostKey.objects.filter(public_key=hers).order_by(RawSQL("ctid", []))
    assert [each.revision_id for each in stored] == [newer.current.pk, older.current.pk]

    with concurrently() as run:
        with transaction.atomic():
            # The deletion stops at this row: it has deleted Carol's key of the older post, and not that of the newer.
            held = PostKey.objects.filter(revision=newer.current, public_key__user=alice.user)
            assert len(held.select_for_update(of=("self",))) == 1
            deleted = run(_delete_by_index, group)
            wait_until_blocked()
            revoked = run(keys.revoke, hers)
            wait_until_blocked(2)
        deleted.result()
        revoked.result()

    assert not Post.objects.exists()
    hers.refresh_from_db()
    assert hers.revoked_at is not None


def _delete_by_index(group):
    """As PostgreSQL does it where there are many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan TO off; SET enable_bitmapscan TO off")
    groups.delete(group)
