"""The admin's pages of groups, memberships and invitations."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from accounts.domain import jobs
from accounts.models import Job, User
from groups.domain import groups, invitations, members
from groups.models import Group, Invitation, Joining, Membership, Role
from posts.models import Post, PostKey
from posts.publishing import deletions
from tests.bench.pages import add_posts
from tests.groups.roles import roles
from tests.moderation import act, address, asked, delete, listed, said
from tests.pages import page, signed_in

LAST_OWNER = "Alice is the only owner of “Walkers”: make another member its owner first, or delete it."


def test_locking_a_group_keeps_people_from_posting_and_joining_until_it_is_unlocked(
    moderator, alice, carol, group
):
    response = act(moderator, "lock", group)

    assert said(response) == ["Lock: 1 done."]
    with pytest.raises(members.GroupLocked):
        members.join(group, user=carol.user)
    with pytest.raises(members.GroupLocked):
        alice.submit(group)

    act(moderator, "unlock", group)

    alice.submit(group)
    members.join(group, user=carol.user)
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == ["Locked.", "Unlocked."]


def test_a_moderator_mends_what_a_group_is_called_and_opens_it_to_nobody(moderator, group):
    changes = {"name": "Hikers", "description": "We hike.", "joining": "anyone", "slug": "mine"}

    moderator.post(address(group, "change"), changes)

    after = Group.objects.get(pk=group.pk)
    assert (after.name, after.description) == ("Hikers", "We hike.")
    assert (after.joining, after.slug) == (Joining.INVITATION, group.slug)


def test_a_group_is_made_on_its_own_page_and_a_membership_ended_by_the_action_only(administrator, bob, group):
    assert administrator.get(address(Group, "add")).status_code == 403
    assert administrator.get(address(Membership, "add")).status_code == 403
    assert administrator.get(address(Invitation, "add")).status_code == 403

    membership = group.memberships.get(user=bob.user)

    assert delete(administrator, membership).status_code == 403
    assert administrator.post(address(membership, "change"), {"role": "owner"}).status_code == 403
    act(administrator, "delete_selected", membership)

    assert Membership.objects.get(pk=membership.pk).role == Role.MEMBER


def test_deleting_a_group_says_what_goes_with_it_and_deletes_its_posts(moderator, alice, bob, group, post):
    invitations.create(group, by=alice.user)
    alice.submit(group, title="Still queued")

    page = moderator.get(address(group, "delete"))

    assert dict(page.context["goes_along"]) == {
        "memberships": 2,
        "invitations": 1,
        "posts, for all their readers": 2,
    }

    delete(moderator, group)

    assert [model.objects.count() for model in (Group, Membership, Invitation, Post, PostKey)] == [0] * 5


def test_a_large_group_goes_piece_by_piece_and_for_its_members_at_once(
    moderator, bob, group, post, monkeypatch
):
    monkeypatch.setattr(deletions, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "SECONDS_TO_WAIT", 0)
    add_posts(group, 2)

    response = delete(moderator, group)

    job = Job.objects.get()
    assert response["Location"] == address(job, "change")
    assert not Membership.objects.exists()
    lefts = []
    while Post.objects.exists():
        lefts.append(
            re.findall(r"<li>Posts, for all their readers: (\d+)", moderator.get(response["Location"]).text)
        )
        jobs.run(job.pk, seconds=0)
    jobs.run(job.pk)

    assert lefts == [["3"], ["2"], ["1"]]
    job.refresh_from_db()
    assert (job.position, job.total, job.finished_at is None) == (1, 1, False)
    assert [model.objects.count() for model in (Group, PostKey)] == [0] * 2


def test_chosen_groups_are_deleted_the_same_way(moderator, alice, group, post):
    other = groups.create("Other", owner=alice.user)

    act(moderator, "delete_selected", group, other)

    assert [model.objects.count() for model in (Group, Membership, Post, PostKey)] == [0] * 4


def test_removing_a_member_asks_first_and_then_ends_what_they_could_read(moderator, bob, group, post):
    bobs, membership = signed_in(bob), group.memberships.get(user=bob.user)
    assert bobs.get(group.get_absolute_url()).status_code == 200

    page = asked(moderator, "remove", membership)

    assert page.context["title"] == "Remove these members?"
    assert bob.reads(post) is not None

    response = act(moderator, "remove", membership)

    assert said(response) == ["Remove from the group: 1 done."]
    assert bobs.get(group.get_absolute_url()).status_code == 404
    assert bob.reads(post) is None
    with pytest.raises(members.IsKeptOut):
        members.join(group, user=bob.user)


def test_who_may_come_back_after_a_removal_by_the_site_does(moderator, bob, group):
    membership = group.memberships.get(user=bob.user)
    labels = page(asked(moderator, "remove", membership)).all("label")
    assert [each.text for each in labels if each.get("for") == "id_may_come_back"] == ["May come back"]

    act(moderator, "remove", membership, may_come_back="on")
    members.join(group, user=bob.user)

    assert group.memberships.filter(user=bob.user).exists()


def test_the_last_owner_stays_and_the_moderator_is_told(moderator, administrator, alice, bob, group):
    owner = group.memberships.get(user=alice.user)

    removed = act(moderator, "remove", owner)
    changed = act(moderator, "make_member", owner)

    assert (said(removed), said(changed)) == ([LAST_OWNER], [LAST_OWNER])
    assert Membership.objects.get(pk=owner.pk).role == Role.OWNER

    act(administrator, "make_owner", group.memberships.get(user=bob.user))
    act(moderator, "make_member", owner)

    assert roles(group) == {"Alice": Role.MEMBER, "Bob": Role.OWNER}


@pytest.mark.parametrize(
    ("action", "role", "words"),
    [
        ("make_owner", Role.OWNER, "Make owner: 1 done."),
        ("make_moderator", Role.MODERATOR, "Make moderator: 1 done."),
        ("make_member", Role.MEMBER, "Make ordinary member: 1 done."),
    ],
)
def test_an_administrator_changes_a_role(administrator, bob, group, action, role, words):
    response = act(administrator, action, group.memberships.get(user=bob.user))

    assert said(response) == [words]
    assert group.memberships.get(user=bob.user).role == role


def test_nobody_gives_a_role_to_themselves(administrator, alice):
    group = groups.create("Open air", owner=alice.user, joining=Joining.ANYONE)
    mine = members.join(group, user=User.objects.get(name="Root"))

    response = act(administrator, "make_owner", mine)

    assert said(response) == ["Nobody gives a role to themselves."]
    assert Membership.objects.get(pk=mine.pk).role == Role.MEMBER


def test_no_action_of_a_moderator_makes_a_member_or_gives_a_role(moderator, mona, alice, bob):
    group = groups.create("Open air", owner=alice.user, joining=Joining.ANYONE)
    mine = members.join(group, user=mona.user)

    offered = {
        model: [action for action, _ in page.context["action_form"].fields["action"].choices if action]
        for model in (User, Group, Membership, Invitation)
        if (page := moderator.get(address(model, "changelist")))
    }

    assert offered == {
        User: ["deactivate", "activate", "turn_off_second_factor"],
        Group: ["lock", "unlock", "delete_selected"],
        Membership: ["remove", "make_member"],
        Invitation: ["revoke"],
    }
    for action in ("make_owner", "make_moderator"):
        act(moderator, action, mine)
    assert Membership.objects.get(pk=mine.pk).role == Role.MEMBER


def test_an_invitation_is_revoked_and_its_token_seen_by_nobody(administrator, alice, carol, group):
    token = invitations.create(group, by=alice.user)
    invitation = Invitation.objects.get()

    pages = [address(Invitation, "changelist"), address(invitation, "change"), address(invitation, "history")]
    for each in pages:
        text = administrator.get(each).text
        assert "Walkers" in text
        assert token not in text
        assert invitation.token_hash not in text
    assert administrator.get(address(invitation, "delete")).status_code == 403

    response = act(administrator, "revoke", invitation)

    assert said(response) == ["Revoke: 1 done."]
    with pytest.raises(invitations.NotUsable):
        invitations.accept(invitation, user=carol.user)


def test_members_are_listed_by_group_by_person_and_by_name(administrator, alice, bob, group):
    other = groups.create("Other", owner=alice.user)

    def found(query: str) -> list[str]:
        return sorted(f"{each.user}/{each.group}" for each in listed(administrator, Membership, query))

    assert found(f"group__id__exact={other.pk}") == ["Alice/Other"]
    assert found(f"user__id__exact={bob.user.pk}") == ["Bob/Walkers"]
    assert found("q=walkers") == ["Alice/Walkers", "Bob/Walkers"]
    assert found("role__exact=member") == ["Bob/Walkers"]


def test_groups_are_listed_with_their_size_and_by_whether_they_are_locked(administrator, alice, group):
    groups.lock(groups.create("Shut", owner=alice.user))

    def found(query: str) -> dict[str, int]:
        return {each.name: vars(each)["number_of_members"] for each in listed(administrator, Group, query)}

    assert found("") == {"Walkers": 2, "Shut": 1}
    assert found("locked=yes") == {"Shut": 1}
    assert found("locked=no") == {"Walkers": 2}
    assert found("q=we+walk") == {"Walkers": 2}


@pytest.mark.parametrize("state", ["open", "expired", "revoked"])
def test_invitations_are_listed_by_state(administrator, alice, group, state):
    made = {}
    for name in ("open", "expired", "revoked"):
        invitations.create(group, by=alice.user)
        made[name] = Invitation.objects.latest("pk")
    Invitation.objects.filter(pk=made["expired"].pk).update(expires_at="2026-01-01T00:00:00Z")
    invitations.revoke(made["revoked"])

    assert listed(administrator, Invitation, f"state={state}") == [made[state]]
