"""`manage.py remove_unnamed_files`: what a restored backup knows nothing of."""

from django.core.management import BaseCommand, CommandError, CommandParser

from posts.files import cleaning


class Command(BaseCommand):
    help = (
        "Count the pictures and files in the storage that the database does not know, as after an older backup was "
        "restored, and with --delete remove them. The database that knew them can't be put back then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="remove them, and do not only count them")

    def handle(self, *, delete: bool, **options: object) -> None:
        folders = cleaning.unnamed()
        if not delete:
            self.stdout.write(
                f"Files that the database does not know: {len(folders)}. With --delete they go."
            )
            return
        for folder in folders:
            if not cleaning.delete_unnamed(folder):
                raise CommandError("A backup is being made: remove them when it is done.")
        self.stdout.write(f"Files removed that the database does not know: {len(folders)}.")
