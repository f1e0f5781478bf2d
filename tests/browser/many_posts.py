"""Very many posts, published in a site's database by a program's author. Runs in `manage.py shell`."""

from groups.domain import members
from groups.models import Group
from tests.cast import make_person

# About three pages of a book.
TEXT = "# A heading\n\n" + "\n\n".join(
    f"It was *windy* on day {day}, and **nobody** was there. " * 4 for day in range(30)
)


def publish_many(group: Group, name: str, *, posts: int) -> None:
    """As many posts of a new author, encrypted for the group's members of this moment."""
    author = make_person(name)
    members.join(group, user=author.user)
    for number in range(posts):
        author.publish(group, title=f"Number {number}", body=TEXT)
