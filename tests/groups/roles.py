from groups.models import Group


def roles(group: Group) -> dict[str, str]:
    """The role of each member, by name."""
    return dict(group.memberships.values_list("user__name", "role"))
