"""`python -m tests.upgrades` writes data.sql and alice.pem anew: a database of this commit, with rows in every table.

As long as nothing is released, who remakes migrations runs it, too. From the first tag on it is run at each tag.
"""

import os
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests import servers

PLACE = Path(__file__).parent
# What psql and PostgreSQL of other versions don't know, and comments.
NOT_FOR_ALL = ("\\restrict", "\\unrestrict", "SET transaction_timeout", "--")


def main() -> None:
    """Make the database, write it down, and remove it."""
    # Not the settings of the tests, whose hashes of passwords no site knows.
    os.environ["DJANGO_SETTINGS_MODULE"] = "secureblogs.settings"
    servers.start()
    import django
    from django.db import connection

    django.setup()
    from secureblogs.crypto.wrapping import export_private_key
    from secureblogs.local.postgresql import programs

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    alice = _write()
    for model in _empty():
        model(**dict(_values(model))).save_base(raw=True, force_insert=True)
    (PLACE / "alice.pem").write_text(export_private_key(next(iter(alice.private_keys.values()))))
    dump = [programs() / "pg_dump", "--no-owner", "--no-privileges", connection.settings_dict["NAME"]]
    where = connection.get_connection_params()
    at = {"PGHOST": where["host"], "PGPORT": str(where.get("port") or ""), "PGUSER": where["user"]}
    written = subprocess.run(dump, env=os.environ | at, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line for line in written.splitlines() if line and not line.startswith(NOT_FOR_ALL)]
    (PLACE / "data.sql").write_text("\n".join(lines) + "\n")


def _write():
    """What people did, by the site's own verbs; Alice, who wrote."""
    from accounts.domain import open_sessions
    from accounts.keys import admissions
    from accounts.models import StoreObject
    from groups.domain import groups, invitations, members, removals
    from groups.models import Membership
    from posts.models import Mute
    from posts.publishing import fanout, posts
    from posts.requests import asking
    from tests.account import Account
    from tests.cast import make_person
    from tests.posts.comments.writing import comment_by

    alice, bob, carol, rita = (make_person(name) for name in ("Alice", "Bob", "Carol", "Rita"))
    group = groups.create("Walkers", owner=alice.user, description="We walk.")
    for person in (bob, rita):
        members.join(group, user=person.user)
    post = alice.publish(group, title="Hello", body="World", files=1)
    comment_by(bob, post)
    alice.edit(post, body="Moon")
    alice.submit(group, title="Waits")
    fanout.BATCH_SIZE = 1
    posts.encrypt(alice.submit(group, title="In batches").current.pk)
    members.join(group, user=carol.user)
    asking.ask(post, asker=carol.user)
    Mute.objects.create(author=bob.user, asker=carol.user)
    invitations.create(group, by=alice.user)
    removals.remove(
        Membership.objects.get(group=group, user=rita.user),
        by=Membership.objects.get(group=group, role="owner"),
    )
    account = Account(bob.user)
    account.make("Laptop", own={each.fingerprint: "Laptop" for each in bob.user.public_keys.all()})
    admissions.open_admission(bob.user, uuid.uuid4(), session="")
    open_sessions.note_use(bob.user, session_key="a" * 32, device="Firefox on Linux", address="192.0.2.1")
    StoreObject.objects.create(user=bob.user, name="people", generation=1, version=1, sealed=b"sealed")
    return alice


def _empty() -> Iterator[type]:
    """The models without a row, those that others refer to first."""
    from django.apps import apps

    models = [each for each in apps.get_models(include_auto_created=True) if each._meta.managed]
    waiting = [each for each in models if not each._meta.proxy and not each._base_manager.exists()]
    while waiting:
        model = next(
            each
            for each in waiting
            if not any(
                f.related_model in waiting and not f.null and f.related_model is not each
                for f in each._meta.fields
            )
        )
        waiting.remove(model)
        yield model


def _values(model) -> Iterator[tuple[str, object]]:
    """Something for each field that must not be empty."""
    from django.db import models

    for field in model._meta.concrete_fields:
        if field.primary_key and not field.remote_field and isinstance(field, models.AutoField):
            continue
        if field.remote_field:
            if not field.null:
                row = field.related_model._base_manager.order_by("pk").first()
                yield field.attname, getattr(row, field.target_field.attname)
        elif not field.has_default() and not field.null:
            yield field.attname, _value(field)


def _value(field) -> object:
    if field.choices:
        return field.choices[0][0]
    return {
        "BinaryField": b"sealed",
        "ArrayField": [],
        "BooleanField": True,
        "DateTimeField": datetime(2026, 1, 2, tzinfo=UTC),
        "EmailField": "alice@example.org",
        "JSONField": {},
        "UUIDField": uuid.uuid4(),
    }.get(field.get_internal_type(), 1 if "Integer" in field.get_internal_type() else "x")


if __name__ == "__main__":
    main()
