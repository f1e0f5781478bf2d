"""The lists of the administration."""

from accounts.models import PublicKey, User
from groups.domain import groups, invitations
from groups.models import Group, Invitation, Membership
from posts.models import Post
from tests.cast import make_person
from tests.moderation import address, queries_of

MODELS = [User, PublicKey, Group, Membership, Invitation, Post]


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
