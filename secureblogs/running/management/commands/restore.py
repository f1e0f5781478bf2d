"""`manage.py restore FILE`: a backup, into an empty database."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError

from secureblogs.queries.outages import first_words
from secureblogs.running.backups import restoring
from secureblogs.running.backups.archives import NotABackup
from secureblogs.running.backups.clients import ClientFailed


class Command(BaseCommand):
    help = "Restore a backup into the empty database of the settings, wholly or not at all, and migrate it."
    # Before a restore there are no tables to check.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--identity",
            required=True,
            help="the file of the private key that age-keygen made; - is the standard input",
        )

    def handle(self, *, file: Path, identity: str, **options: object) -> None:
        try:
            # The shell of root opens a file that the user of this process may not.
            identities = sys.stdin.read() if identity == "-" else Path(identity).read_text()
            source = file.open("rb")
        except OSError as error:
            raise CommandError(f"{error.filename} can't be read ({error.strerror}).") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{identity} is no file of private keys.") from error
        try:
            with source:
                manifest = restoring.restore(source, identities=identities, told=self._tell)
        except OSError as error:
            words = "Nothing was restored. The backup can't be read to its end, or its files not be stored"
            raise CommandError(f"{words}: {error.strerror}.") from error
        except (NotABackup, restoring.NotEmpty, ClientFailed) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        except OperationalError as error:
            said = first_words(error)
            raise CommandError(
                f"Nothing was restored. PostgreSQL does not answer as it should: {said}"
            ) from error
        self._tell(f"done: as it was at {manifest.made_at}, by version {manifest.version}")

    def _tell(self, what: str) -> None:
        self.stdout.write(f"restore: {what}")
