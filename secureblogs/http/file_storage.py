"""Where pictures and files of posts lie, sealed: a folder, or another storage of Django's that takes its place."""

import os
import secrets

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

_UNFINISHED = ".unfinished-"


def files() -> Storage:
    """The storage that the settings name."""
    return storages["files"]


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
        # Under another name first: a part that is sent again in the same moment stays whole for who reads it, also if
        # this process is killed in the middle.
        unfinished = f"{name}{_UNFINISHED}{secrets.token_hex(8)}"
        super()._save(unfinished, content)  # type: ignore[misc]  # The stubs leave out what backends override.
        # Otherwise a power cut could leave a row in the database that counts a part of which nothing is there.
        _sync(self.path(unfinished))
        os.replace(self.path(unfinished), self.path(name))
        _sync(os.path.dirname(self.path(name)))
        return name

    def delete(self, name: str) -> None:
        folder = self.path(name)
        if os.path.isdir(folder):
            # What nobody finished goes with it.
            for left in os.listdir(folder):
                if _UNFINISHED in left:
                    os.remove(os.path.join(folder, left))
        super().delete(name)


def _sync(path: str) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
