"""Sealed objects that a person's browsers keep for one another."""

import os

import pytest

from accounts.keys import store
from accounts.models import StoreObject
from tests.account import text
from tests.accounts.keys.http import post
from tests.pages import signed_in

PEOPLE, DRAFT = "/keys/store/people", "/keys/store/draft/7"


def put(browser, path, version=1, generation=1, sealed=b"sealed"):
    return post(
        browser, path, {"generation": generation, "version": version, "sealed": text(sealed)}, verb="put"
    )


def test_an_object_goes_from_version_to_version(account, browser):
    assert [put(browser, PEOPLE).status_code for _ in range(2)] == [201, 200]
    assert put(browser, PEOPLE, 2, sealed=b"newer").status_code == 200

    newest = {"name": "people", "generation": 1, "version": 2, "sealed": text(b"newer")}
    assert browser.get(PEOPLE).json() == newest
    # Who has an older one in hand is told the newest.
    late = put(browser, PEOPLE, 2, sealed=b"of another tab")
    assert (late.status_code, late.json()) == (409, newest)
    assert [each["name"] for each in browser.get("/keys/store.json").json()["objects"]] == ["people"]


def test_an_object_is_kept_under_the_newest_key_only(account, browser):
    account.replace("Laptop")

    assert put(browser, PEOPLE, generation=1).status_code == 409
    assert put(browser, PEOPLE, generation=2).status_code == 201


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        (PEOPLE, 256 << 10, 201),
        (PEOPLE, (256 << 10) + 1, 422),
        (DRAFT, 5 << 18, 201),
        (DRAFT, (5 << 18) + 1, 422),
        (PEOPLE, 0, 422),
        ("/keys/store/People", 1, 422),
        ("/keys/store/../people", 1, 422),
        (f"/keys/store/{'a' * 101}", 1, 422),
    ],
)
def test_an_object_has_a_name_and_a_size(account, browser, path, size, status):
    assert put(browser, path, sealed=os.urandom(size)).status_code == status


@pytest.mark.parametrize(("path", "most"), [(PEOPLE, "256 KiB"), (DRAFT, "1280 KiB")])
def test_what_is_too_large_is_told_how_large_it_may_be(account, browser, path, most):
    errors = put(browser, path, sealed=bytes((5 << 18) + 1)).json()["errors"]

    assert errors["sealed"][0].endswith(f"too large to be kept: encrypted, it may have {most}.")


def test_there_is_room_for_so_many(account, browser, monkeypatch):
    monkeypatch.setattr(store, "MOST_OBJECTS", 1)
    put(browser, PEOPLE)

    assert put(browser, DRAFT).status_code == 422
    assert [browser.delete(PEOPLE).status_code for _ in range(2)] == [204, 204]
    assert put(browser, DRAFT).status_code == 201


def test_everybody_has_a_store_of_their_own(account, browser, mallory):
    put(browser, PEOPLE)

    assert signed_in(mallory).get(PEOPLE).status_code == 404
    assert put(signed_in(mallory), PEOPLE).status_code == 409
    assert StoreObject.objects.count() == 1


@pytest.mark.parametrize("name", ["a%00b", "%00", "People", "a" * 101])
def test_nothing_is_found_under_what_is_no_name(account, browser, name):
    path = f"/keys/store/{name}"

    assert (browser.get(path).status_code, browser.delete(path).status_code) == (404, 404)
    assert put(browser, path).status_code == 422
