"""The admin's pages of people, their public keys and permissions."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as Permissions
from django.test import Client
from django.urls import reverse

from accounts.domain import jobs, users
from accounts.models import Job, PermissionGroup, PublicKey, User
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from posts.models import Post, PostKey
from posts.publishing import deletions
from tests.cast import PASSWORD, make_person
from tests.moderation import act, address, asked, delete, listed, said
from tests.pages import signed_in

# A browser sends this of the list of addresses, which nobody edits.
ADDRESSES = {"emailaddress_set-TOTAL_FORMS": "0", "emailaddress_set-INITIAL_FORMS": "0"}
NEW = {"name": "Dora", "email": "Dora@Example.org", "password1": PASSWORD, "password2": PASSWORD}


pages = pytest.mark.parametrize(
    "path", ["/admin/", "/admin/accounts/user/", "/admin/nothing/", "/admin/login/"]
)


@pages
def test_the_admin_leads_who_is_signed_out_to_the_log_in_of_the_site(db, client, path):
    response = client.get(path)

    there = "/admin/" if path == "/admin/login/" else path
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={there}")


@pages
def test_the_admin_is_nothing_to_who_may_not_use_it(mallory, path):
    assert signed_in(mallory).get(path).status_code == 404


def test_the_admin_logs_in_and_out_and_changes_passwords_as_everywhere(client, mona, moderator):
    response = client.post("/accounts/login/?next=/admin/", {"login": mona.user.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200

    assert moderator.get("/admin/password_change/").url == reverse("account_change_password")

    response = moderator.post("/admin/logout/")

    assert (response.status_code, response.url) == (302, "/")
    assert moderator.get("/admin/").status_code == 302


def test_an_administrator_adds_somebody_who_can_log_in(administrator, client):
    response = administrator.post(address(User, "add"), NEW)

    dora = User.objects.get(email="dora@example.org")
    assert response.url == address(dora, "change")
    assert (dora.name, dora.is_staff, dora.is_superuser) == ("Dora", False, False)
    assert client.post("/accounts/login/", {"login": dora.email, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"email": "ALICE@example.org"}, {"__all__": ["This address is already in use."]}),
        ({"password2": "something else"}, {"password2": ["The two password fields didn\u2019t match."]}),
        ({"password1": "password", "password2": "password"}, {"password2": ["This password is too common."]}),
        ({"name": ""}, {"name": ["This field is required."]}),
        (
            {"email": f"{'a' * 65}@example.org"},
            {"email": ["No mail can be sent to this address. Is it written correctly?"]},
        ),
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
    bobs = signed_in(bob)
    assert bobs.get("/groups/").status_code == 200

    response = act(moderator, "deactivate", bob.user)

    assert said(response) == ["Deactivate: 1 done."]
    assert bobs.get("/groups/").status_code == 302
    assert not Client().login(email=bob.user.email, password=PASSWORD)
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Deactivated."]

    act(moderator, "activate", bob.user)

    assert Client().login(email=bob.user.email, password=PASSWORD)


def test_the_form_closes_no_account_without_asking_and_nobody_locks_themselves_out(administrator, bob):
    administrator.post(address(bob.user, "change"), ADDRESSES | {"name": "Robert"})
    assert User.objects.values_list("name", "is_active").get(pk=bob.user.pk) == ("Robert", True)

    act(administrator, "deactivate", bob.user)
    administrator.post(address(bob.user, "change"), ADDRESSES | {"name": "Bob", "is_active": "on"})

    assert User.objects.values_list("name", "is_active").get(pk=bob.user.pk) == ("Bob", False)

    root = User.objects.get(name="Root")

    without_active = {"name": "Ruth", "is_staff": "on", "is_superuser": "on"}
    administrator.post(address(root, "change"), ADDRESSES | without_active)
    act(administrator, "deactivate", root)

    assert User.objects.values_list("name", "is_active").get(pk=root.pk) == ("Ruth", True)


def test_a_moderator_acts_upon_nobody_who_may_use_the_admin(moderator, mona, administrator):
    root = User.objects.get(name="Root")

    response = act(moderator, "deactivate", root, mona.user)

    assert said(response) == [
        "Your own account was left as it is.",
        "Accounts of people who may use the admin are left to administrators.",
    ]
    assert moderator.post(address(root, "change"), ADDRESSES | {"name": "Taken"}).status_code == 403
    assert User.objects.values_list("name", "is_active").get(pk=root.pk) == ("Root", True)


def test_a_moderator_hands_out_no_permissions_and_makes_and_deletes_no_accounts(moderator, bob):
    taken = {"is_active": "on", "is_staff": "on", "is_superuser": "on", "groups": ["1"]}
    moderator.post(address(bob.user, "change"), ADDRESSES | {"name": "Robert"} | taken)

    robert = User.objects.values_list("name", "is_staff", "is_superuser").get(pk=bob.user.pk, groups=None)
    assert robert == ("Robert", False, False)
    for thing, page in [(User, "add"), (bob.user, "delete"), (PermissionGroup, "changelist")]:
        assert moderator.get(address(thing, page)).status_code == 403


def test_staff_without_permissions_see_and_do_nothing(mallory, bob, group, post):
    mallory.user.is_staff = True
    mallory.user.save()
    mallorys = signed_in(mallory)
    things = [bob.user, bob.user.public_keys.get(), group, group.memberships.get(user=bob.user), post]

    assert mallorys.get("/admin/").status_code == 200
    for thing in things:
        for page in (address(type(thing), "changelist"), address(thing, "change"), address(thing, "delete")):
            assert mallorys.get(page).status_code == 403
        assert act(mallorys, "delete_selected", thing).status_code == 403


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
        act(moderator, action, thing)

    assert User.objects.get(pk=bob.user.pk).is_active
    assert PublicKey.objects.get(pk=key.pk).revoked_at is None
    assert Group.objects.get(pk=group.pk).locked_at is None
    assert Membership.objects.get(pk=membership.pk).role == Role.MEMBER


def test_revoking_a_key_asks_first_and_then_deletes_what_was_wrapped_for_it(moderator, bob, post):
    key = bob.user.public_keys.get()
    assert bob.reads(post) is not None

    page = asked(moderator, "revoke", key)

    assert page.context["title"] == "Revoke these keys?"
    # By its fingerprint alone nobody would know whose it is.
    assert f"(Bob, {bob.user.email})" in page.text
    assert bob.reads(post) is not None

    act(moderator, "revoke", key)

    assert PublicKey.objects.get(pk=key.pk).revoked_at is not None
    assert bob.reads(post) is None


def test_a_key_is_shown_as_people_compare_it_and_changed_by_nobody(administrator, bob):
    key = bob.user.public_keys.get()

    page = administrator.get(address(key, "change"))

    assert f"<code>{key.fingerprint_groups}</code>" in page.text
    assert f"<pre>{key.pem}</pre>" in page.text
    form = page.text.split('<div id="content-main">')[1].split("</form>")[0]
    assert "<input" not in form.split("csrf")[1][80:]
    assert administrator.post(address(key, "change"), {"label": "Mine"}).status_code == 403
    for there in (address(PublicKey, "add"), address(key, "delete")):
        assert administrator.get(there).status_code == 403


def test_people_are_found_by_name_address_and_key_and_keys_by_fingerprint(administrator, alice, bob):
    make_person("Keyless", with_key=False)

    def found(query: str) -> list[str]:
        return sorted(str(user) for user in listed(administrator, User, query))

    assert found("q=ali") == ["Alice"]
    assert found("q=bob@example.org") == ["Bob"]
    assert found("key=yes") == ["Alice", "Bob"]
    assert found("key=no") == ["Keyless", "Root"]
    assert found("is_staff__exact=1") == ["Root"]

    key = bob.user.public_keys.get()

    assert listed(administrator, PublicKey, f"q={key.fingerprint_groups}") == [key]


@pytest.mark.parametrize("state", ["active", "superseded", "revoked", "unusable"])
def test_keys_are_listed_by_state(administrator, bob, state):
    others = ("superseded", "revoked", "unusable")
    keys = {"active": bob.user.public_keys.get(), **{other: bob.add_key() for other in others}}
    for other in others:
        PublicKey.objects.filter(pk=keys[other].pk).update(**{f"{other}_at": "2026-01-01T00:00:00Z"})

    assert listed(administrator, PublicKey, f"state={state}") == [keys[state]]


def test_an_account_goes_with_everything_it_wrote_and_its_groups_of_one(administrator, alice, bob, group):
    bobs_post = bob.publish(group, title="Bob's")
    alone = groups.create("Alone", owner=bob.user)
    bob.publish(alone)

    page = administrator.get(address(bob.user, "delete"))

    assert dict(page.context["goes_along"]) == {
        "public keys": 1,
        "memberships (and groups that have no other member)": 2,
        "posts, for all their readers": 2,
    }
    assert User.objects.filter(pk=bob.user.pk).exists()

    delete(administrator, bob.user)

    assert not User.objects.filter(pk=bob.user.pk).exists()
    assert not PublicKey.objects.filter(fingerprint__in=bob.private_keys).exists()
    assert not PostKey.objects.exists()
    assert list(Group.objects.all()) == [group]
    assert not Post.objects.filter(pk=bobs_post.pk).exists()


def test_a_large_account_is_closed_at_once_and_goes_piece_by_piece(
    administrator, alice, bob, group, monkeypatch
):
    monkeypatch.setattr(deletions, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "SECONDS_TO_WAIT", 0)
    alone = groups.create("Alone", owner=bob.user)
    kept = alice.publish(group)
    for place in (alone, group, group):
        bob.publish(place)

    delete(administrator, bob.user)

    assert not User.objects.get(pk=bob.user.pk).is_active
    left, job = [], Job.objects.get()
    while User.objects.filter(pk=bob.user.pk).exists():
        left.append(
            (Post.objects.filter(author=bob.user).count(), Membership.objects.filter(user=bob.user).count())
        )
        jobs.run(job.pk, seconds=0)
    assert left == [(3, 2), (2, 2), (1, 2), (0, 2), (0, 1)]
    assert (list(Post.objects.all()), list(Group.objects.all())) == ([kept], [group])


def test_the_only_owner_of_a_group_with_others_is_kept(administrator, alice, bob, group):
    page = administrator.get(address(alice.user, "delete"))
    delete(administrator, alice.user)

    reason = "Alice is the only owner of “Walkers”: make another member its owner first, or delete it."
    assert page.context["reasons"] == [reason]
    assert User.objects.filter(pk=alice.user.pk).exists()

    members.change_role(group.memberships.get(user=bob.user), role=Role.OWNER)
    delete(administrator, alice.user)

    assert not User.objects.filter(pk=alice.user.pk).exists()
    assert [membership.user for membership in group.memberships.all()] == [bob.user]


def test_what_somebody_did_in_the_administration_outlives_their_account(
    administrator, moderator, mona, bob, group
):
    act(moderator, "deactivate", bob.user)
    done = list(LogEntry.objects.filter(user=mona.user))
    root = User.objects.get(is_superuser=True)

    refused = {}
    for who in (mona.user, root):
        page = administrator.get(address(who, "delete"))
        refused[who.name] = page.context["reasons"]
        delete(administrator, who)
        act(administrator, "delete_selected", who)
    with pytest.raises(users.HasActed):
        users.delete(mona.user)

    kept = (
        "Mona has acted in the administration, whose list of actions is kept: deactivate the account instead."
    )
    assert refused == {"Mona": [kept], "Root": ["Root may use the admin: take that away first."]}
    assert User.objects.filter(pk__in=[mona.user.pk, root.pk]).count() == 2
    assert list(LogEntry.objects.all()) == done


def test_permissions_come_in_groups_that_nobody_takes_for_the_groups_people_read_in(administrator):
    page = administrator.get("/admin/")

    names = {model["name"] for app in page.context["app_list"] for model in app["models"]}
    of_people = {"Users", "Public keys", "Jobs", "Log entries", "Permission groups"}
    assert names == of_people | {"Groups", "Memberships", "Invitations", "Posts", "Comments", "Files"}
    moderators = PermissionGroup.objects.get(name="Moderators")
    assert administrator.get(address(moderators, "change")).status_code == 200
    things = {
        "view": ["user", "publickey", "group", "membership", "invitation", "post", "comment", "storedfile"]
    }
    things |= {"change": ["user", "publickey", "group", "invitation", "post"]}
    things |= {"delete": ["group", "membership", "post", "comment"]}
    assert {permission.codename for permission in moderators.permissions.all()} == {
        f"{verb}_{name}" for verb, names in things.items() for name in names
    }


def test_administrators_see_on_one_page_all_that_was_done_to_whom_and_by_whom(
    administrator, moderator, mona, bob, group, post
):
    act(moderator, "deactivate", bob.user)
    act(moderator, "lock", group)
    act(administrator, "delete_selected", post)
    page = address(LogEntry, "changelist")

    def shown(query: str = "") -> list[tuple[str, str, str]]:
        entries = administrator.get(f"{page}?{query}").context["cl"].result_list
        return [(each.user.name, str(each.object_repr), each.get_change_message()) for each in entries]

    everything = [("Root", "Hello", ""), ("Mona", "Walkers", "Locked."), ("Mona", "Bob", "Deactivated.")]
    assert shown() == everything
    assert shown(f"user__id__exact={mona.user.pk}") == everything[1:]
    assert shown("q=walkers") == [everything[1]]
    assert "Deleted." in administrator.get(page).text
    assert address(group, "change") in administrator.get(page).text


def test_nobody_else_sees_that_page_and_nobody_changes_it(administrator, moderator, bob):
    act(moderator, "deactivate", bob.user)
    entry, page = LogEntry.objects.get(), address(LogEntry, "changelist")
    assert administrator.get(page).status_code == 200

    assert moderator.get(page).status_code == 403
    assert "logentry" not in moderator.get("/admin/").text
    assert administrator.post(address(entry, "change"), {"change_message": ""}).status_code == 403
    assert delete(administrator, entry).status_code == 403
    assert administrator.get(address(LogEntry, "add")).status_code == 403
