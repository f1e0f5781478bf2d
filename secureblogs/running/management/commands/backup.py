"""`manage.py backup FILE`: the whole database, encrypted."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import OperationalError

from secureblogs.queries.outages import first_words
from secureblogs.running.backups import making
from secureblogs.running.backups.archives import NotABackup
from secureblogs.running.backups.clients import ClientFailed


class Command(BaseCommand):
    help = (
        "Back the database up, encrypted for BACKUP_RECIPIENTS, while the site runs. "
        "The workers' sealing key is not in it, and may never be kept beside it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="where to write it, or - for the standard output")
        parser.add_argument(
            "--recipient", action="append", help="a public key of age (age1...), in place of the setting"
        )

    def handle(self, *, file: str, recipient: list[str] | None, **options: object) -> None:
        recipients = recipient or settings.BACKUP_RECIPIENTS
        if not recipients:
            raise CommandError(
                "Nobody could open it: name a public key of age in BACKUP_RECIPIENTS or with --recipient. "
                "`age-keygen -o KEY.txt` makes one; keep KEY.txt off this machine."
            )
        try:
            if file == "-":
                making.back_up(sys.stdout.buffer, recipients=recipients, told=self._tell)
            else:
                with making.whole_file(Path(file)) as target:
                    making.back_up(target, recipients=recipients, told=self._tell)
        except OSError as error:
            raise CommandError(f"The backup could not be written: {file} ({error.strerror}).") from error
        except (NotABackup, ClientFailed) as error:
            raise CommandError(f"There is no backup. {error}") from error
        except OperationalError as error:
            said = first_words(error)
            raise CommandError(
                f"There is no backup. PostgreSQL does not answer as it should: {said}"
            ) from error
        self._tell("done")

    def _tell(self, what: str) -> None:
        # The standard output may be the backup itself.
        sys.stderr.write(f"backup: {what}\n")
