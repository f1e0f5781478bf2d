"""The folder in which pictures and files of posts lie, sealed. Another storage of Django's can take its place."""

import os

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class FolderStorage(FileSystemStorage):
    """Django's, below FILES_ROOT. Web processes and workers may be two users of one group. What it took is on disk."""

    def __init__(self) -> None:
        super().__init__(
            location=settings.FILES_ROOT,
            file_permissions_mode=0o640,
            directory_permissions_mode=0o770,
            allow_overwrite=True,
        )

    def _save(self, name: str, content: File[bytes]) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # The stubs leave out what backends override.
        # Otherwise a power cut could leave a row in the database that counts a part of which nothing is there.
        with open(self.path(saved), "rb") as file:
            os.fsync(file.fileno())
        return saved
