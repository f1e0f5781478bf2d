"""The admin's pages of groups, memberships and invitations."""

import pytest
from django.contrib.admin.models import LogEntry

from groups.domain import groups, invitations, members
from groups.models import Group, Invitation, Joining, Membership, Role
from posts.models import Post, PostKey
from tests.cast import make_person
from tests.moderation import act, address, browser_of, queries_of, said

LAST_OWNER = "Alice is the only owner of “Walkers” and stays it: make another member its owner first."


def test_locking_a_group_keeps_people_from_posting_and_joining_until_it_is_unlocked(
    moderator, alice, carol, group
):
    response = act(moderator, "lock", group)

    assert said(response) == ["1 group locked."]
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


def test_a_group_is_made_on_its_own_page_only(administrator):
    assert administrator.get(address(Group, "add")).status_code == 403
    assert administrator.get(address(Membership, "add")).status_code == 403
    assert administrator.get(address(Invitation, "add")).status_code == 403


def test_deleting_a_group_says_what_goes_with_it_and_deletes_its_posts(moderator, alice, bob, group, post):
    invitations.create(group, by=alice.user)
    alice.submit(group, title="Still queued")

    page = moderator.get(address(group, "delete"))

    assert dict(page.context["model_count"]) == {
        "groups": 1,
        "memberships": 2,
        "invitations": 1,
        "posts, for all their readers": 2,
    }

    moderator.post(address(group, "delete"), {"post": "yes"})

    assert [model.objects.count() for model in (Group, Membership, Invitation, Post, PostKey)] == [0] * 5


def test_chosen_groups_are_deleted_the_same_way(moderator, alice, group, post):
    other = groups.create("Other", owner=alice.user)

    act(moderator, "delete_selected", group, other, post="yes")

    assert [model.objects.count() for model in (Group, Membership, Post, PostKey)] == [0] * 4


def test_removing_a_member_asks_first_and_then_ends_what_they_could_read(moderator, bob, group, post):
    bobs, membership = browser_of(bob), group.memberships.get(user=bob.user)
    assert bobs.get(group.get_absolute_url()).status_code == 200

    page = act(moderator, "remove", membership)

    assert page.context["title"] == "Remove these members?"
    assert bob.reads(post) is not None

    response = act(moderator, "remove", membership, confirmed=True)

    assert said(response) == ["1 member removed."]
    assert bobs.get(group.get_absolute_url()).status_code == 404
    assert bob.reads(post) is None


def test_the_last_owner_stays_and_the_moderator_is_told(moderator, alice, bob, group):
    owner = group.memberships.get(user=alice.user)

    removed = act(moderator, "remove", owner, confirmed=True)
    changed = act(moderator, "make_member", owner)

    assert (said(removed), said(changed)) == ([LAST_OWNER], [LAST_OWNER])
    assert Membership.objects.get(pk=owner.pk).role == Role.OWNER

    act(moderator, "make_owner", group.memberships.get(user=bob.user))
    act(moderator, "make_member", owner)

    assert dict(group.memberships.values_list("user__name", "role")) == {
        "Alice": Role.MEMBER,
        "Bob": Role.OWNER,
    }


@pytest.mark.parametrize(
    ("action", "role"),
    [("make_owner", Role.OWNER), ("make_moderator", Role.MODERATOR), ("make_member", Role.MEMBER)],
)
def test_a_moderator_changes_a_role(moderator, bob, group, action, role):
    response = act(moderator, action, group.memberships.get(user=bob.user))

    assert said(response) == ["1 role changed."]
    assert group.memberships.get(user=bob.user).role == role


def test_memberships_are_ended_by_the_action_only(administrator, bob, group):
    membership = group.memberships.get(user=bob.user)

    assert administrator.post(address(membership, "delete"), {"post": "yes"}).status_code == 403
    assert administrator.post(address(membership, "change"), {"role": "owner"}).status_code == 403
    act(administrator, "delete_selected", membership, post="yes")

    assert Membership.objects.get(pk=membership.pk).role == Role.MEMBER


def test_an_invitation_is_revoked_and_its_token_seen_by_nobody(administrator, alice, carol, group):
    token = invitations.create(group, by=alice.user)
    invitation = Invitation.objects.get()

    pages = [address(Invitation, "changelist"), address(invitation, "change"), address(invitation, "history")]
    for page in pages:
        text = administrator.get(page).text
        assert "Walkers" in text
        assert token not in text
        assert invitation.token_hash not in text
    assert administrator.get(address(invitation, "delete")).status_code == 403

    response = act(administrator, "revoke", invitation)

    assert said(response) == ["1 invitation revoked."]
    with pytest.raises(invitations.NotUsable):
        invitations.accept(invitation, user=carol.user)


def test_members_are_listed_by_group_by_person_and_by_name(administrator, alice, bob, group):
    other = groups.create("Other", owner=alice.user)

    def found(query: str) -> list[str]:
        page = administrator.get(f"{address(Membership, 'changelist')}?{query}")
        return sorted(f"{each.user}/{each.group}" for each in page.context["cl"].result_list)

    assert found(f"group__id__exact={other.pk}") == ["Alice/Other"]
    assert found(f"user__id__exact={bob.user.pk}") == ["Bob/Walkers"]
    assert found("q=walkers") == ["Alice/Walkers", "Bob/Walkers"]
    assert found("role__exact=member") == ["Bob/Walkers"]


def test_groups_are_listed_with_their_size_and_by_whether_they_are_locked(administrator, alice, group):
    groups.lock(groups.create("Shut", owner=alice.user))

    def found(query: str) -> dict[str, int]:
        page = administrator.get(f"{address(Group, 'changelist')}?{query}")
        return {each.name: each.number_of_members for each in page.context["cl"].result_list}

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

    page = administrator.get(address(Invitation, "changelist"), {"state": state})

    assert list(page.context["cl"].result_list) == [made[state]]


@pytest.mark.parametrize("model", [Group, Membership, Invitation])
def test_a_list_costs_the_same_with_one_row_and_with_thirty(administrator, alice, model):
    def one_more(number: int) -> None:
        person = make_person(f"Person{number}", with_key=False)
        invitations.create(groups.create(f"Group {number}", owner=person.user), by=person.user)

    one_more(0)
    administrator.get(address(model, "changelist"))
    with_one = queries_of(administrator, address(model, "changelist"))

    for number in range(1, 30):
        one_more(number)

    assert queries_of(administrator, address(model, "changelist")) == with_one
