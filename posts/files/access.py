"""Which files a person may reach. What they may not is a 404, the same as what is not there."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from posts.models import StoredFile


def file_of(user: User, uid: UUID) -> StoredFile:
    """A file of the user's own, whole or not."""
    return get_object_or_404(StoredFile.objects.kept_of(user), uid=uid)


def file_to_read(user: User, uid: UUID) -> StoredFile:
    """A whole file of the user's own, or of a post that the user may read."""
    return get_object_or_404(StoredFile.objects.readable_by(user), uid=uid)
