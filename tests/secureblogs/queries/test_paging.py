"""A list by key shows every row once, forwards and backwards, whatever is equal and whatever is gone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from accounts.models import CacheEntry
from secureblogs.queries.paging import Page, Pager

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=[True, False], ids=["newest first", "oldest first"])
def pager(request, db) -> Pager[CacheEntry, CacheEntry]:
    """Eight rows, three for each time, in pages of three."""
    CacheEntry.objects.bulk_create(
        CacheEntry(key=f"k{number}", value=0, expires_at=START + timedelta(days=number // 3))
        for number in range(8)
    )
    return Pager(
        CacheEntry.objects.all(),
        read=list,
        key=("expires_at", "pk"),
        size=3,
        newest_first=request.param,
        prefix="x_",
    )


def keys(page: Page[CacheEntry]) -> list[str]:
    return [row.key for row in page.rows]


def follow(pager: Pager[CacheEntry, CacheEntry], address: str) -> Page[CacheEntry]:
    return pager.page(QueryDict(address[1:]))


def test_every_row_is_shown_once_there_and_back(pager):
    pages = [follow(pager, "?")]
    while pages[-1].next:
        pages.append(follow(pager, pages[-1].next))

    found = [key for page in pages for key in keys(page)]
    assert found == sorted(found, reverse=pager.newest_first)
    assert len(found) == 8
    assert [bool(page.previous) for page in pages] == [False, True, True]
    back = follow(pager, pages[2].previous)
    assert keys(back) == keys(pages[1])
    assert keys(follow(pager, back.previous)) == keys(pages[0])
    assert follow(pager, back.previous).previous == ""


def test_where_nothing_is_left_on_that_side_the_list_begins_anew(pager):
    first = follow(pager, "?")
    for row in CacheEntry.objects.all():
        if row not in [*first.rows]:
            row.delete()

    assert keys(follow(pager, first.next)) == keys(first)


@pytest.mark.parametrize("name", ["", "k99", "%00", "K1", "k1'", "x" * 61])
def test_what_names_no_row_is_ignored(pager, name):
    assert keys(follow(pager, f"?x_before={name}&x_after={name}")) == keys(follow(pager, "?"))


def test_an_address_of_another_list_of_the_page_is_ignored(pager):
    assert keys(follow(pager, "?before=k4")) == keys(follow(pager, "?"))
