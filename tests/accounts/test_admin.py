"""The admin's pages of people, their public keys and permissions."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as Permissions
from django.test import Client
from django.urls import reverse

from accounts.models import PermissionGroup, PublicKey, User
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from posts.models import Post, PostKey
from tests.cast import PASSWORD, make_person
from tests.moderation import act, address, browser_of, queries_of, said

# What a browser sends of the list of addresses, which nobody edits.
ADDRESSES = {"emailaddress_set-TOTAL_FORMS": "0", "emailaddress_set-INITIAL_FORMS": "0"}
NEW = {"name": "Dora", "email": "Dora@Example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/nothing/", "/admin/login/"])
def test_the_admin_leads_who_is_signed_out_to_the_log_in_of_the_site(db, client, path):
    response = client.get(path)

    there = "/admin/" if path == "/admin/login/" else path
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={there}")


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/nothing/", "/admin/login/"])
def test_the_admin_is_nothing_to_who_may_not_use_it(mallory, path):
    assert browser_of(mallory).get(path).status_code == 404


def test_who_may_use_the_admin_logs_in_as_everywhere(client, mona):
    response = client.post("/accounts/login/?next=/admin/", {"login": mona.user.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_the_admin_logs_out_and_changes_passwords_as_everywhere(moderator):
    assert moderator.get("/admin/password_change/").url == reverse("account_change_password")

    response = moderator.post("/admin/logout/")

    assert (response.status_code, response.url) == (302, "/")
    assert moderator.get("/admin/").status_code == 302


def test_an_administrator_adds_somebody_who_can_log_in(administrator, client):
    response = administrator.post(address(User, "add"), NEW)

    dora = User.objects.get(email="dora@example.org")
    assert response.url == address(dora, "change")
    assert (dora.name, dora.is_staff, dora.is_superuser) == ("Dora", False, False)
    assert (
        client.post("/accounts/login/", {"login": "dora@example.org", "password": PASSWORD}).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"email": "ALICE@example.org"}, {"__all__": ["This address is already in use."]}),
        ({"password2": "something else"}, {"password2": ["The two password fields didn\u2019t match."]}),
        (
            {"password1": "password", "password2": "password"},
            {"password2": ["This password is too common."]},
        ),
        ({"name": ""}, {"name": ["This field is required."]}),
    ],
)
def test_nobody_is_added_with_a_used_address_or_a_weak_password(administrator, alice, changes, errors):
    response = administrator.post(address(User, "add"), NEW | changes)

    assert response.context["adminform"].form.errors == errors
    assert not User.objects.filter(name="Dora").exists()


def test_nobody_sets_a_password_or_an_address_for_somebody_else(administrator, alice):
    before = User.objects.get(pk=alice.user.pk)
    page = address(alice.user, "change")

    assert administrator.get(page.replace("change", "password")).status_code == 302
    administrator.post(page, ADDRESSES | {"name": "Alicia", "email": "root@example.org", "password": "x"})

    after = User.objects.get(pk=alice.user.pk)
    assert after.name == "Alicia"
    assert (after.email, after.password) == (before.email, before.password)


def test_a_moderator_deactivates_and_activates_an_account(moderator, bob):
    bobs = browser_of(bob)
    assert bobs.get("/groups/").status_code == 200

    response = act(moderator, "deactivate", bob.user)

    assert said(response) == ["1 account changed."]
    assert bobs.get("/groups/").status_code == 302
    assert not Client().login(email=bob.user.email, password=PASSWORD)
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Deactivated."]

    act(moderator, "activate", bob.user)

    assert Client().login(email=bob.user.email, password=PASSWORD)


def test_the_form_deactivates_too(administrator, bob):
    bobs = browser_of(bob)

    administrator.post(address(bob.user, "change"), ADDRESSES | {"name": "Robert"})

    assert User.objects.values_list("name", "is_active").get(pk=bob.user.pk) == ("Robert", False)
    assert bobs.get("/groups/").status_code == 302


def test_a_moderator_acts_upon_nobody_who_may_use_the_admin(moderator, mona, administrator):
    root = User.objects.get(name="Root")

    response = act(moderator, "deactivate", root, mona.user)

    left = "Your own account and those of people who may use the admin were left as they are."
    assert said(response) == [left]
    assert moderator.post(address(root, "change"), ADDRESSES | {"name": "Taken"}).status_code == 403
    assert User.objects.values_list("name", "is_active").get(pk=root.pk) == ("Root", True)


def test_a_moderator_hands_out_no_permissions_and_makes_and_deletes_no_accounts(moderator, bob):
    moderator.post(
        address(bob.user, "change"),
        ADDRESSES
        | {"name": "Robert", "is_active": "on", "is_staff": "on", "is_superuser": "on", "groups": ["1"]},
    )

    robert = User.objects.get(pk=bob.user.pk)
    assert (robert.name, robert.is_staff, robert.is_superuser, robert.groups.count()) == (
        "Robert",
        False,
        False,
        0,
    )
    assert moderator.get(address(User, "add")).status_code == 403
    assert moderator.get(address(bob.user, "delete")).status_code == 403
    assert moderator.get(address(PermissionGroup, "changelist")).status_code == 403


def test_nobody_locks_themselves_out(administrator):
    root = User.objects.get(name="Root")

    administrator.post(
        address(root, "change"), ADDRESSES | {"name": "Ruth", "is_staff": "on", "is_superuser": "on"}
    )
    act(administrator, "deactivate", root)

    assert User.objects.values_list("name", "is_active").get(pk=root.pk) == ("Ruth", True)


def test_staff_without_permissions_see_and_do_nothing(mallory, bob, group):
    mallory.user.is_staff = True
    mallory.user.save()
    mallorys = browser_of(mallory)
    things = [bob.user, bob.user.public_keys.get(), group, group.memberships.get(user=bob.user)]

    assert mallorys.get("/admin/").status_code == 200
    for thing in things:
        assert mallorys.get(address(type(thing), "changelist")).status_code == 403
        assert mallorys.get(address(thing, "change")).status_code == 403
        assert mallorys.get(address(thing, "delete")).status_code == 403
        assert act(mallorys, "delete_selected", thing, post="yes").status_code == 403


def test_who_may_only_look_acts_upon_nothing(moderator, mona, bob, group):
    mona.user.groups.clear()
    looking = ["view_user", "view_publickey", "view_group", "view_membership", "view_invitation", "view_post"]
    mona.user.user_permissions.set(
        Permissions.objects.get(name="Moderators").permissions.filter(codename__in=looking)
    )
    key, membership = bob.user.public_keys.get(), group.memberships.get(user=bob.user)

    assert moderator.get(address(key, "change")).status_code == 200
    for action, thing in [
        ("deactivate", bob.user),
        ("revoke", key),
        ("lock", group),
        ("remove", membership),
        ("make_owner", membership),
        ("delete_selected", group),
    ]:
        act(moderator, action, thing, confirmed=True, post="yes")

    assert User.objects.get(pk=bob.user.pk).is_active
    assert PublicKey.objects.get(pk=key.pk).revoked_at is None
    assert Group.objects.get(pk=group.pk).locked_at is None
    assert Membership.objects.get(pk=membership.pk).role == Role.MEMBER


def test_revoking_a_key_asks_first_and_then_deletes_what_was_wrapped_for_it(moderator, bob, post):
    key = bob.user.public_keys.get()
    assert bob.reads(post) is not None

    page = act(moderator, "revoke", key)

    assert page.context["title"] == "Revoke these keys?"
    assert bob.reads(post) is not None

    act(moderator, "revoke", key, confirmed=True)

    assert PublicKey.objects.get(pk=key.pk).revoked_at is not None
    assert bob.reads(post) is None


def test_everything_is_chosen_without_naming_each(moderator, alice, bob):
    page = act(moderator, "revoke", bob.user.public_keys.get(), select_across="1", index="0")

    assert (len(page.context["things"]), len(page.context["selected"])) == (3, 1)

    moderator.post(
        address(PublicKey, "changelist"),
        {
            "action": "revoke",
            "select_across": "1",
            "confirmed": "Revoke",
            "_selected_action": page.context["selected"],
        },
    )

    assert not PublicKey.objects.active().exists()


def test_a_key_is_shown_as_people_compare_it_and_changed_by_nobody(administrator, bob):
    key = bob.user.public_keys.get()

    page = administrator.get(address(key, "change"))

    assert f"<code>{key.fingerprint_groups}</code>" in page.text
    assert f"<pre>{key.pem}</pre>" in page.text
    assert (
        "<input"
        not in page.text.split('<div id="content-main">')[1].split("</form>")[0].split("csrf")[1][80:]
    )
    assert administrator.post(address(key, "change"), {"label": "Mine"}).status_code == 403
    assert administrator.get(address(PublicKey, "add")).status_code == 403
    assert administrator.get(address(key, "delete")).status_code == 403


def test_people_are_found_by_name_address_and_whether_they_have_a_key(administrator, alice, bob):
    make_person("Keyless", with_key=False)

    def found(query: str) -> list[str]:
        page = administrator.get(f"{address(User, 'changelist')}?{query}")
        return sorted(user.name for user in page.context["cl"].result_list)

    assert found("q=ali") == ["Alice"]
    assert found("q=bob@example.org") == ["Bob"]
    assert found("key=yes") == ["Alice", "Bob"]
    assert found("key=no") == ["Keyless", "Root"]
    assert found("is_staff__exact=1") == ["Root"]


def test_keys_are_found_by_fingerprint_as_it_is_read_aloud(administrator, alice, bob):
    key = bob.user.public_keys.get()

    page = administrator.get(address(PublicKey, "changelist"), {"q": key.fingerprint_groups})

    assert list(page.context["cl"].result_list) == [key]


@pytest.mark.parametrize("state", ["active", "revoked", "unusable"])
def test_keys_are_listed_by_state(administrator, bob, state):
    keys = {"active": bob.user.public_keys.get(), "revoked": bob.add_key(), "unusable": bob.add_key()}
    for other in ("revoked", "unusable"):
        PublicKey.objects.filter(pk=keys[other].pk).update(**{f"{other}_at": "2026-01-01T00:00:00Z"})

    page = administrator.get(address(PublicKey, "changelist"), {"state": state})

    assert list(page.context["cl"].result_list) == [keys[state]]


@pytest.mark.parametrize("model", [User, PublicKey])
def test_a_list_costs_the_same_with_one_row_and_with_thirty(administrator, model):
    make_person("First")
    administrator.get(address(model, "changelist"))
    with_one = queries_of(administrator, address(model, "changelist"))

    for number in range(30):
        make_person(f"Person{number}")

    assert queries_of(administrator, address(model, "changelist")) == with_one


def test_an_account_goes_with_everything_it_wrote_and_its_groups_of_one(administrator, alice, bob, group):
    bobs_post = bob.publish(group, title="Bob's")
    alone = groups.create("Alone", owner=bob.user)
    bob.publish(alone)

    page = administrator.get(address(bob.user, "delete"))

    assert dict(page.context["model_count"]) == {
        "users": 1,
        "public keys": 1,
        "memberships (and groups that have no other member)": 2,
        "posts, for all their readers": 2,
    }
    assert User.objects.filter(pk=bob.user.pk).exists()

    administrator.post(address(bob.user, "delete"), {"post": "yes"})

    assert not User.objects.filter(pk=bob.user.pk).exists()
    assert not PublicKey.objects.filter(fingerprint__in=bob.private_keys).exists()
    assert not PostKey.objects.exists()
    assert list(Group.objects.all()) == [group]
    assert not Post.objects.filter(pk=bobs_post.pk).exists()


def test_the_only_owner_of_a_group_with_others_is_kept(administrator, alice, bob, group):
    page = administrator.get(address(alice.user, "delete"))
    administrator.post(address(alice.user, "delete"), {"post": "yes"})

    reason = "Alice is the only owner of “Walkers”: make another member its owner first, or delete it."
    assert page.context["protected"] == [reason]
    assert User.objects.filter(pk=alice.user.pk).exists()

    members.change_role(group.memberships.get(user=bob.user), role=Role.OWNER)
    administrator.post(address(alice.user, "delete"), {"post": "yes"})

    assert not User.objects.filter(pk=alice.user.pk).exists()
    assert [membership.user for membership in group.memberships.all()] == [bob.user]


def test_permissions_come_in_groups_that_nobody_takes_for_the_groups_people_read_in(administrator):
    page = administrator.get("/admin/")

    names = {model["name"] for app in page.context["app_list"] for model in app["models"]}
    assert names == {
        "Users",
        "Public keys",
        "Permission groups",
        "Groups",
        "Memberships",
        "Invitations",
        "Posts",
    }
    moderators = PermissionGroup.objects.get(name="Moderators")
    assert administrator.get(address(moderators, "change")).status_code == 200
    assert {permission.codename for permission in moderators.permissions.all()} == {
        "view_user",
        "change_user",
        "view_publickey",
        "change_publickey",
        "view_group",
        "change_group",
        "delete_group",
        "view_membership",
        "change_membership",
        "delete_membership",
        "view_invitation",
        "change_invitation",
        "view_post",
        "change_post",
        "delete_post",
    }


def test_the_history_says_who_did_what(moderator, bob):
    act(moderator, "revoke", bob.user.public_keys.get(), confirmed=True)

    entry = LogEntry.objects.get()

    assert (entry.user.name, str(entry.object_repr), entry.change_message) == ("Mona", "Laptop", "Revoked.")
