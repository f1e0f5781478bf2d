"""People by the thousand, without a key or a password."""

from accounts.models import User


def many_people(number: int) -> list[User]:
    """Accounts that nobody uses."""
    return User.objects.bulk_create(
        User(name=f"Person {count}", email=f"person{count}@example.org", password="!")
        for count in range(number)
    )
