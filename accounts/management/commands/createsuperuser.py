"""`createsuperuser` as Django has it, for whom an address and a password are enough."""

import os

from allauth.account.models import EmailAddress
from django.contrib.auth.management.commands import createsuperuser
from django.core.management import CommandError
from django.db import IntegrityError

from accounts.models import User


class Command(createsuperuser.Command):
    def handle(self, *args: str, **options: str | None) -> None:
        if not options["interactive"] and not options["name"]:
            email = options["email"] or os.environ.get("DJANGO_SUPERUSER_EMAIL", "")
            # The command takes what stands before the @ as a name: an administrator may not even write posts.
            name = email.partition("@")[0][: User._meta.get_field("name").max_length]
            options["name"] = os.environ.get("DJANGO_SUPERUSER_NAME") or name
        try:
            super().handle(*args, **options)
        except IntegrityError:
            # Django looks for `unique` in the field; here it is a constraint on the address in lower case.
            raise CommandError("This address already has an account.") from None
        # The first administrator has to get in before any mail goes out, and nobody else reaches this command.
        for administrator in User.objects.filter(is_superuser=True, emailaddress=None):
            EmailAddress.objects.create(
                user=administrator, email=administrator.email, verified=True, primary=True
            )
