"""Lets somebody in by their password alone who lost their second factor, administrators first of all."""

from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError

from accounts.domain import users
from accounts.models import User


class Command(BaseCommand):
    help = "Delete the app, the passkeys and the backup codes of an account. Its person is told by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: str, email: str, **options: object) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        if not users.turn_off_second_factor(user):
            raise CommandError("This account has no second factor.")
        self.stdout.write("The second factor is off. The account is open to its password alone.")
