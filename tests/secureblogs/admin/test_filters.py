"""An address filters an administrator's list: whatever it says, it breaks nothing."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin

from accounts.models import PublicKey, User
from groups.domain import groups, invitations
from groups.models import Group, Invitation, Membership
from posts.models import Post
from tests.cast import make_person
from tests.moderation import address, queries_of, said

MODELS = [model for model in admin.site._registry if model._meta.app_label != "sites"]
FILTERS = {
    "": "x",
    "__exact": "9" * 30,
    "__regex": "(",
    "__year": "99999999999",
    "__day": "0",
    "__date": "2026-13-45",
    "__range": "",
    "__in": "a,b",
    "__gt": "-1e999",
    "__isnull": "maybe",
    "__contains": "\0",
    "__trigram_similar": "x",
    "__user__password__startswith": "argon2",
    "__nothing": "x",
}


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_filter_breaks_a_list(administrator, post, model):
    there = address(model, "changelist")
    # One field of each type.
    names = {type(field): field.name for field in model._meta.fields}.values()
    queries = ["", *(urlencode({name + end: value}) for name in names for end, value in FILTERS.items())]
    for number, query in enumerate(queries):
        assert administrator.get(f"{there}?{query}").status_code in {200, 302, 400}, query
        # An action reads the address as the list does: once each way of asking is enough.
        if number <= len(FILTERS):
            assert administrator.post(f"{there}?{query}", {"action": "x"}).status_code in {200, 302, 400}


def test_what_is_no_filter_leads_to_the_whole_list_and_says_so(administrator, alice):
    there = address(User, "changelist")

    response = administrator.get(f"{there}?date_joined__year=99999999999")

    assert (response.status_code, response["Location"]) == (302, f"{there}?e=1")
    assert said(response) == ["The list can't be filtered by that. It shows everything."]
    assert "alice@example.org" in administrator.get(response["Location"]).content.decode()


def test_a_pattern_is_no_filter(administrator):
    assert administrator.get(f"{address(User, 'changelist')}?name__contains=lice").status_code == 200

    assert administrator.get(f"{address(User, 'changelist')}?name__regex=(a*)*b").status_code == 400


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_is_no_key_of_a_row_is_nothing(administrator, model):
    for key in ("abc", "_00", "9" * 30, "-1"):
        there = f"{address(model, 'changelist')}{key}"
        for page in ("change", "delete", "history"):
            assert administrator.get(f"{there}/{page}/").status_code in {302, 403, 404}, (key, page)


MODELS = [User, PublicKey, Group, Membership, Invitation, Post]


@pytest.mark.slow
def test_a_list_costs_the_same_with_one_row_and_with_thirty(administrator):
    def one_more(number: int) -> None:
        person = make_person(f"Person{number}")
        group = groups.create(f"Group {number}", owner=person.user)
        invitations.create(group, by=person.user)
        person.submit(group)

    def costs() -> dict[str, int]:
        return {model.__name__: queries_of(administrator, address(model, "changelist")) for model in MODELS}

    one_more(0)
    costs()
    with_one = costs()

    for number in range(1, 30):
        one_more(number)

    assert costs() == with_one
