"""Making, describing and locking groups, in the database."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from groups.domain import groups
from groups.models import Group, Joining
from tests.concurrently import concurrently, wait_until_blocked


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Field notes", "field-notes"),
        ("  Über_Café!  ", "uber-cafe"),
        ("C++ & friends", "c-friends"),
        ("日本 2026", "2026"),
        ("<script>alert(1)</script>", "scriptalert1script"),
        ("-- a --", "a"),
        ("News", "news"),
    ],
)
def test_the_slug_is_made_from_the_name(alice, name, slug):
    assert groups.create(name, owner=alice.user).slug == slug


@pytest.mark.parametrize("name", ["田野笔记", "Дневник", "!!!", "🐝"])
def test_a_name_without_latin_letters_or_digits_gets_a_short_random_slug(alice, name):
    slugs = {groups.create(name, owner=alice.user).slug for _ in range(5)}

    assert len(slugs) == 5
    assert all(re.fullmatch(r"[0-9a-f]{6}", slug) for slug in slugs)


@pytest.mark.parametrize("name", ["New", "new", "NEW!", "Join", "Members", "Posts"])
def test_words_of_addresses_are_never_slugs(alice, name):
    slug = groups.create(name, owner=alice.user).slug

    assert re.fullmatch(rf"{re.sub('[^a-z]', '', name.lower())}-[0-9a-f]{{6}}", slug)


def test_groups_of_one_name_have_different_slugs(alice, bob):
    slugs = [groups.create("Walkers", owner=person.user).slug for person in (alice, bob, alice)]

    assert slugs[0] == "walkers"
    assert len(set(slugs)) == 3
    assert all(re.fullmatch(r"walkers-[0-9a-f]{6}", slug) for slug in slugs[1:])


@pytest.mark.django_db
def test_the_longest_names_have_slugs_that_fit(alice):
    # Each sign decomposes into four letters: 200 of them.
    first, second = (groups.create("㎉" * 50, owner=alice.user).slug for _ in range(2))

    assert first == ("kcal" * 50)[:50]
    assert len(second) == 57


@pytest.mark.django_db(transaction=True)
def test_groups_made_at_once_under_one_name_all_come_to_be(alice, bob):
    with concurrently() as run:
        with transaction.atomic():
            first = groups.create("Walkers", owner=alice.user)
            others = [run(groups.create, "Walkers", owner=bob.user) for _ in range(3)]
            wait_until_blocked(3)
        slugs = {first.slug, *(other.result().slug for other in others)}

    assert first.slug == "walkers"
    assert len(slugs) == 4
    assert Group.objects.count() == 4


def test_a_moderator_who_mends_the_words_leaves_it_to_the_owner_who_joins(group):
    read_before = Group.objects.get(pk=group.pk)
    groups.describe(group, name="Walkers", description="", joining=Joining.ANYONE)

    groups.describe(read_before, name="Wanderers", description="We walk.")

    group.refresh_from_db()
    assert (group.name, group.description, group.joining) == ("Wanderers", "We walk.", Joining.ANYONE)


def test_locking_twice_keeps_the_first_time(group):
    groups.lock(group)
    first = group.locked_at

    groups.lock(group)

    assert first is not None
    assert group.locked_at == first


BAD_NAMES = ["", "x" * 51, "a\u202eb", "a\nb", "\u200b", "a\x1bb"]


@pytest.mark.parametrize(
    ("field", "text"), [*(("name", name) for name in BAD_NAMES), ("description", "a\u2066b")]
)
def test_the_model_itself_refuses_bad_names_and_descriptions(group, field, text):
    # So that every form refuses them, the admin's too.
    setattr(group, field, text)
    with pytest.raises(ValidationError) as refused:
        group.full_clean()
    assert list(refused.value.message_dict) == [field]
