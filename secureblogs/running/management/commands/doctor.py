"""`manage.py doctor`: what a deployer got wrong, and how to mend it."""

from argparse import ArgumentParser
from functools import partial

from django.core.management import BaseCommand, CommandError

from secureblogs.running.doctor.examination import ALL, examine
from secureblogs.running.doctor.mail import check_mail


class Command(BaseCommand):
    help = (
        "Say in plain words what is wrong with this installation, and how to mend it. Run it as the web user."
    )
    # It tells itself what the checks find.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail-to", help="an address of yours: send a mail to it")

    def handle(self, *, mail_to: str | None, **options: object) -> None:
        found = examine((*ALL, partial(check_mail, mail_to)) if mail_to else ALL)
        for finding in found:
            self.stdout.write(f"{'could be better' if finding.is_warning else 'WRONG'}: {finding.what}")
            self.stdout.write(f"    {finding.mend}")
        wrong = sum(not finding.is_warning for finding in found)
        if wrong:
            raise CommandError(f"{wrong} of these {len(found)} keep the site from working as it should.")
        self.stdout.write("Nothing is wrong.")
