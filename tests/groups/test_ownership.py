"""An owner hands a group over, or deletes it, without anybody of the staff."""

import pytest
from django.conf import settings

from accounts import reauthentication
from accounts.domain import jobs, users
from accounts.models import Job
from groups.domain import members, ownership
from groups.models import Group, Membership, Role
from posts.models import Post, PostKey
from posts.publishing import deletions
from tests.cast import make_person
from tests.concurrently import meanwhile
from tests.mails import delivered
from tests.pages import main, page, signed_in

EDIT, HAND_OVER, DELETE = (f"/groups/walkers/{verb}/" for verb in ("edit", "hand_over", "delete"))


def role_of(person, group):
    return Membership.objects.values_list("role", flat=True).get(group=group, user=person.user)


def membership(person, group):
    return Membership.objects.get(group=group, user=person.user)


def test_a_group_is_handed_over_at_once_to_who_is_chosen_from_its_members(alice, bob, mallory, group):
    browser = signed_in(alice)
    options = page(browser.get(EDIT)).one("select", name="to").all("option")
    assert [option.text for option in options] == ["Choose a member", "Bob"]

    refused = browser.post(HAND_OVER, {"to": str(mallory.user.uid)})
    assert "New owner" in main(refused).seen
    assert role_of(alice, group) == Role.OWNER

    answer = browser.post(HAND_OVER, {"to": str(bob.user.uid)}, follow=True)

    assert "Bob owns Walkers now. You are an ordinary member." in main(answer).seen
    assert (role_of(alice, group), role_of(bob, group)) == (Role.MEMBER, Role.OWNER)
    assert browser.get(EDIT).status_code == 404
    (mail,) = delivered()
    assert (mail.to, mail.subject) == (["bob@example.org"], "A group is yours now")
    assert f"{settings.SITE_URL}/groups/walkers/" in str(mail.body)


def test_nobody_hands_over_what_is_not_theirs_and_to_nobody_whose_account_is_closed(alice, bob, group):
    with pytest.raises(members.NotAllowed):
        ownership.hand_over(membership(alice, group), by=membership(bob, group))
    with pytest.raises(members.NotAllowed):
        ownership.hand_over(membership(alice, group), by=membership(alice, group))
    users.deactivate(bob.user)
    with pytest.raises(members.CannotOwn):
        ownership.hand_over(membership(bob, group), by=membership(alice, group))
    assert not ownership.heirs(group, of=alice.user).exists()
    assert role_of(alice, group) == Role.OWNER


def test_an_owner_deletes_a_group_with_all_that_is_in_it_after_saying_who_they_are(alice, bob, group):
    post = bob.publish(group)
    browser = signed_in(alice)
    session = browser.session
    del session[reauthentication._PROVED]
    session.save()
    assert browser.post(DELETE).headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert Group.objects.exists()

    answer = signed_in(alice).post(DELETE, follow=True)

    assert "“Walkers” is deleted." in main(answer).seen
    assert not Group.objects.exists()
    assert not PostKey.objects.exists()
    assert signed_in(bob).get(f"/posts/{post.uid}/").status_code == 404


def test_of_a_large_group_a_worker_deletes_the_rest_whoever_the_owner_is_by_then(
    alice, bob, group, monkeypatch
):
    monkeypatch.setattr(jobs, "SECONDS_TO_WAIT", 0)
    monkeypatch.setattr(deletions, "MOST_AT_ONCE", 1)
    for _ in range(3):
        bob.publish(group)

    ownership.delete(group, by=alice.user)

    # For its members it is gone.
    assert not Membership.objects.exists()
    assert Post.objects.count() == 3
    users.deactivate(alice.user)
    jobs.run(Job.objects.get().pk)
    assert not Group.objects.exists()
    assert Job.objects.get().finished_at


def test_an_administrator_does_not_see_what_people_do_with_their_own_groups(alice, group, administrator):
    ownership.delete(group, by=alice.user)

    assert Job.objects.exists()
    assert administrator.get("/admin/accounts/job/").context["cl"].result_count == 0


@pytest.mark.django_db(transaction=True)
def test_who_stops_being_an_owner_in_the_same_moment_deletes_nothing(alice, bob, group):
    other = make_person("Olga")
    theirs = members.join(group, user=other.user, role=Role.OWNER)

    deleting = meanwhile(
        lambda: members.appoint(membership(alice, group), role=Role.MEMBER, by=theirs),
        lambda: ownership.delete(group, by=alice.user),
    )

    with pytest.raises(members.NotAllowed):
        deleting.result(timeout=10)
    assert Group.objects.get().memberships.count() == 3
