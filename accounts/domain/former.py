"""Former members: what is left of people who deleted their accounts, and left what they wrote to its readers.

Name and address are gone, and with them everything but the uid, to which what they wrote is bound, and the public
statements of their account key, by which it is checked. It stays for as long as something of theirs is there.
"""

import uuid
from collections.abc import Iterator

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from accounts.domain import keys, locks
from accounts.models import AccountKey, Kind, PublicKey, User
from accounts.signals import user_leaving

# A former member who has nothing but these is deleted.
STATEMENTS: list[type[models.Model]] = [AccountKey, PublicKey]


@transaction.atomic
def make(user: User) -> None:
    """Take everything from an account, which is closed, but what its posts need; it comes back to nobody."""
    locks.lock_people(user)
    user_leaving.send(sender=User, user=user, keep_written=True)
    for public_key in user.public_keys.all():
        keys.end(public_key)
    user.public_keys.filter(kind=Kind.OWN).delete()
    for model, field in _relations():
        if not _stays(model):
            model._base_manager.filter(**{field: user}).delete()
    user.groups.clear()
    user.user_permissions.clear()
    User.objects.filter(pk=user.pk).update(
        name="",
        # The name of a host that nobody has (RFC 2606).
        email=f"{user.uid}@former.invalid",
        password=make_password(None),
        session_seed=uuid.uuid4(),
        is_active=False,
        last_login=None,
        date_joined=Now(),
        left_at=Now(),
    )


def forget_needless() -> None:
    """Delete the former members of whom nothing is there any more."""
    written = [(model, field) for model, field in _relations() if _stays(model) and model not in STATEMENTS]
    nothing = [~Exists(model._base_manager.filter(**{field: OuterRef("pk")})) for model, field in written]
    User.objects.filter(*nothing, left_at__isnull=False).delete()


def _relations() -> Iterator[tuple[type[models.Model], str]]:
    """Every model whose rows go with the person that they name, with the field that does."""
    for relation in User._meta.get_fields(include_hidden=True):
        # What outlives its person by itself, as a file does, is not ours to delete.
        if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not models.CASCADE:
            continue
        model = relation.related_model
        assert isinstance(model, type)
        if not model._meta.auto_created:
            yield model, relation.field.name


def _stays(model: type[models.Model]) -> bool:
    # A model says so itself (posts.models.post). What somebody did in the administration is on record there.
    return model in [*STATEMENTS, LogEntry] or getattr(model, "stays_of_former_members", False)
