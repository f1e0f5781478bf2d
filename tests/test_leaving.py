"""Taking along what the server has of somebody, and deleting one's own account, without anybody of the staff."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry

from accounts import reauthentication
from accounts.domain import former, jobs, provider, users
from accounts.models import AccountKey, Job, OutgoingMail, PublicKey, StoreObject, User
from groups.domain import departures, groups, leaving, members
from groups.models import Group, Membership, Role
from posts.leaving import exporting
from posts.models import Comment, Post, PostKey, StoredFile
from posts.publishing import deletions
from posts.requests import asking
from secureblogs.crypto.documents import Document
from tests.account import Account
from tests.cast import make_person
from tests.concurrently import meanwhile
from tests.pages import article, main, page, signed_in
from tests.posts.comments.writing import comment_by

DATA, DOWNLOAD, DELETE = "/accounts/data/", "/accounts/data/download/", "/accounts/delete/"
# What of a former member stays; everything else that names a person goes with the account.
STAYS = {AccountKey, PublicKey, Post, Comment, LogEntry}
GOES = {
    "Admission", "CompareMark", "Device", "EmailAddress", "Authenticator", "Invitation", "Job", "KeptOut", "Keyholders",
    "LostKey", "Membership", "Mute", "OpenSession", "ReadRequest", "RecoveryCode", "RequestNotice", "SealedSeed",
    "SocialAccount", "StoreObject", "WaitingReset",
}  # fmt: skip


def uncovered(person):
    """A browser whose session has not said lately who it is."""
    browser = signed_in(person)
    session = browser.session
    del session[reauthentication._PROVED]
    session.save()
    return browser


def answer(person, **choices):
    return signed_in(person).post(DELETE, choices)


def test_the_download_has_all_that_is_ones_own_and_nothing_of_others(alice, bob, group):
    mine, theirs = bob.publish(group, title="Mine"), alice.publish(group, title="Hers")
    StoreObject.objects.create(user=bob.user, name="drafts", generation=1, version=1, sealed=b"sealed")

    response = signed_in(bob).get(DOWNLOAD)

    assert response.headers["Content-Disposition"].startswith('attachment; filename="secureblogs-')
    found = response.json()
    assert (found["account"]["name"], found["account"]["email"]) == ("Bob", "bob@example.org")
    assert [each["slug"] for each in found["groups"]] == ["walkers"]
    assert [each["name"] for each in found["store"]] == ["drafts"]
    (post,) = found["posts"]
    assert post["envelope"] == signed_in(bob).get(f"/posts/{mine.uid}/envelope.json").json()
    assert str(theirs.uid) not in response.content.decode()
    assert uncovered(bob).get(DOWNLOAD).headers["Location"].startswith("/accounts/reauthenticate/?next=")


def test_the_download_names_second_factors_and_the_provider_and_no_secret_of_theirs(settings, bob):
    settings.OIDC_SERVER_URL = "https://login.example.org"
    provider.connect(bob.user, uid="bob-there")
    for kind, data in (
        ("totp", {"secret": "sealed"}),
        ("webauthn", {"name": "Stick", "credential": "sealed"}),
    ):
        Authenticator.objects.create(user=bob.user, type=kind, data=data)

    response = signed_in(bob).get(DOWNLOAD)

    found = [(each["type"], each["name"]) for each in response.json()["second_factors"]]
    assert found == [("totp", ""), ("webauthn", "Stick")]
    assert response.json()["provider"].keys() == {"connected", "used"}
    assert "sealed" not in json.dumps(response.json()["second_factors"])


def test_what_does_not_fit_into_one_file_comes_in_several(monkeypatch, bob, group):
    monkeypatch.setattr(exporting, "MOST_IN_A_PART", 2)
    written = [str(bob.publish(group).uid) for _ in range(3)]
    browser = signed_in(bob)
    buttons = page(browser.get(DATA)).one("main").all("button")
    assert [each.text for each in buttons] == ["Download part 1 of 2", "Download part 2 of 2"]

    first, second = (browser.get(DOWNLOAD, {"after": after}).json() for after in ("0", "2"))

    assert [post["uid"] for part in (first, second) for post in part["posts"]] == written
    assert ("account" in first, "account" in second) == (True, False)
    assert browser.get(DOWNLOAD, {"after": "1"}).status_code == 404


def test_everything_that_names_a_person_is_known_to_go_or_to_stay():
    models_of_people = {model for model, _ in former._relations()}
    stays = {model for model in models_of_people if former._stays(model)}
    assert stays == STAYS
    assert {model.__name__ for model in models_of_people - stays} <= GOES


def test_an_account_goes_with_its_posts(alice, bob, group):
    post, hers = bob.publish(group), alice.publish(group)
    browser = signed_in(bob)

    deleted = answer(bob, posts="delete")

    assert main(deleted).one("h1").text == "Your account is deleted"
    assert main(deleted).one("forget-account")["data-account"] == str(bob.user.uid)
    assert not User.objects.filter(pk=bob.user.pk).exists()
    assert signed_in(alice).get(f"/posts/{post.uid}/").status_code == 404
    assert alice.reads(hers) == Document("Hello", "World")
    assert browser.get("/groups/").status_code == 302
    assert OutgoingMail.objects.count() == 1
    assert not Job.objects.exists()


def test_left_posts_are_read_under_a_former_member_of_whom_nothing_else_stays(alice, bob, carol, group):
    post = bob.publish(group)
    members.join(group, user=carol.user)
    EmailAddress.objects.create(user=bob.user, email="bob@example.org", verified=True, primary=True)
    signed_in(bob).get("/groups/")
    rows = people_of(bob)
    assert {"EmailAddress", "Membership", "Post", "PublicKey"} <= rows

    answer(bob, posts="keep")

    there = User.objects.get(pk=bob.user.pk)
    assert (there.uid, there.name, there.is_active) == (bob.user.uid, "a former member", False)
    assert "bob" not in json.dumps(list(User.objects.filter(pk=there.pk).values()), default=str).lower()
    assert people_of(bob) == {"Post"}
    assert not there.has_usable_password()
    assert alice.reads(post) == Document("Hello", "World")
    assert article(alice, post).one("bdi", class_="post__author").text == "a former member"
    assert "By a former member" in main(signed_in(alice).get("/groups/walkers/")).seen
    # Nobody has the address any more, and somebody else may take it.
    assert User.objects.create_user("bob@example.org", name="Another Bob")
    # Whoever joined later hears that nobody can answer.
    assert "has left the group" in article(carol, post).text

    former.forget_needless()
    assert User.objects.filter(pk=there.pk).exists()
    deletions.delete(Post.objects.get(pk=post.pk))
    former.forget_needless()
    assert not User.objects.filter(pk=there.pk).exists()


def people_of(person) -> set[str]:
    """The models that have a row of somebody."""
    return {
        model.__name__
        for model, field in former._relations()
        if model._base_manager.filter(**{field: person.user})
    }


def test_statements_of_the_account_key_stay_as_long_as_a_post(bob, group):
    bob.publish(group)
    account = Account(bob.user)
    account.make("Laptop", own={each.fingerprint: "Laptop" for each in bob.user.public_keys.all()})
    assert {"Device", "Keyholders", "SealedSeed"} <= people_of(bob)

    answer(bob, posts="keep")

    assert people_of(bob) == {"AccountKey", "Post", "PublicKey"}
    assert set(PublicKey.objects.filter(user=bob.user).values_list("kind", flat=True)) == {"account"}
    assert not PublicKey.objects.active_of(bob.user).exists()
    assert not PostKey.objects.filter(public_key__user=bob.user).exists()


def test_groups_are_handed_over_or_deleted_as_chosen_before(alice, bob, group):
    closing, alone = groups.create("Closing", owner=alice.user), groups.create("Alone", owner=alice.user)
    members.join(closing, user=bob.user)
    alice.publish(alone)
    bobs = bob.publish(closing)
    shown = page(signed_in(alice).get(DELETE)).one("main")
    assert "is deleted with everything in it: Alone." in shown.seen
    assert [each.text for each in shown.one("select", name="group-walkers").all("option")] == [
        "Choose",
        "Hand it over to Bob",
        "Delete it, for all its members",
    ]

    undecided = answer(alice, **{"posts": "keep", "group-walkers": str(bob.user.uid)})
    assert "The group “Closing”: Choose what becomes of it." in main(undecided).seen
    assert (
        "Your posts and comments: Choose what becomes of them."
        in main(answer(alice, csrfmiddlewaretoken="")).seen
    )
    assert User.objects.get(pk=alice.user.pk).is_active

    answer(alice, **{"posts": "keep", "group-walkers": str(bob.user.uid), "group-closing": "delete"})

    assert list(Group.objects.all()) == [group]
    assert Membership.objects.get().role == Role.OWNER
    assert not Post.objects.filter(pk=bobs.pk).exists()
    # Nothing was left for anybody to read.
    former.forget_needless()
    assert not User.objects.filter(pk=alice.user.pk).exists()


def test_nobody_deletes_an_account_by_an_open_session_alone_nor_one_that_administers(bob, group):
    assert uncovered(bob).post(DELETE, {"posts": "delete"}).headers["Location"] == (
        "/accounts/reauthenticate/?next=%2Faccounts%2Fdelete%2F"
    )
    User.objects.filter(pk=bob.user.pk).update(is_staff=True)
    refused = answer(bob, posts="delete")
    assert "You may use the administration." in main(refused).seen
    assert User.objects.get(pk=bob.user.pk).is_active


def test_nobody_takes_along_or_deletes_what_is_anothers(alice, carol, mallory, group):
    post = alice.publish(group, files=1)
    members.join(group, user=carol.user)
    asking.ask(post, asker=carol.user)
    comment = comment_by(alice, post)
    file = StoredFile.objects.get()
    words = [str(each.uid) for each in (alice.user, post, comment, file)]
    hers = signed_in(alice).get(DOWNLOAD).content.decode()
    assert [word for word in words if word not in hers] == []
    there = [Group, Membership, Post, PostKey, Comment, StoredFile]
    before = {model: model._base_manager.count() for model in there}

    for person in (mallory, carol):
        taken = signed_in(person).get(DOWNLOAD).content.decode()
        # Whoever asked sees it among their own requests.
        assert [word for word in words if word in taken] == ([str(post.uid)] if person is carol else [])
    signed_in(mallory).post(DELETE, {"posts": "delete", "group-walkers": "delete"})

    assert not User.objects.filter(pk=mallory.user.pk).exists()
    assert {model: model._base_manager.count() for model in there} == before
    # Nor is a member, who goes, asked what becomes of the group.
    assert "group-walkers" not in signed_in(carol).get(DELETE).content.decode()
    answer(carol, **{"posts": "delete", "group-walkers": "delete"})
    assert before[Group] == Group.objects.count()
    assert alice.reads(post) == Document("Hello", "World")


def test_a_large_account_is_closed_at_once_and_a_worker_deletes_the_rest(monkeypatch, bob, group):
    monkeypatch.setattr(jobs, "SECONDS_TO_WAIT", 0)
    monkeypatch.setattr(deletions, "MOST_AT_ONCE", 1)
    for _ in range(3):
        bob.publish(group)

    answer(bob, posts="delete")

    assert not User.objects.get(pk=bob.user.pk).is_active
    assert Post.objects.count() > 0
    jobs.run(Job.objects.get().pk)
    assert not User.objects.filter(pk=bob.user.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_group_that_loses_its_other_owner_in_the_same_moment_is_asked_about(alice, bob, group):
    other = members.join(group, user=make_person("Olga").user, role=Role.OWNER)

    deleting = meanwhile(
        lambda: members.leave(other),
        lambda: leaving.delete_account(alice.user, keep_written=True, heirs={}),
    )

    with pytest.raises(members.LastOwner):
        deleting.result(timeout=10)
    assert User.objects.get(pk=alice.user.pk).is_active
    assert list(departures.needing(alice.user)) == [group]


@pytest.mark.django_db(transaction=True)
def test_who_is_leaving_is_made_an_owner_no_more(alice, bob, group):
    bobs = Membership.objects.get(group=group, user=bob.user)
    mine = Membership.objects.get(group=group, user=alice.user)

    appointing = meanwhile(
        lambda: leaving._close(bob.user, keep_written=False, heirs={}),
        lambda: members.appoint(bobs, role=Role.OWNER, by=mine),
    )

    with pytest.raises(members.CannotOwn):
        appointing.result(timeout=10)
    assert Membership.objects.get(pk=bobs.pk).role == Role.MEMBER


@pytest.mark.django_db(transaction=True)
def test_who_was_to_take_a_group_over_and_leaves_in_the_same_moment_takes_over_nothing(alice, bob, group):
    heir = Membership.objects.get(group=group, user=bob.user)

    deleting = meanwhile(
        lambda: users.deactivate(bob.user),
        lambda: leaving.delete_account(alice.user, keep_written=True, heirs={group.pk: heir}),
    )

    with pytest.raises(members.CannotOwn):
        deleting.result(timeout=10)
    assert User.objects.get(pk=alice.user.pk).is_active
