"""What is stored beside the database stays while a backup copies it. Locks end with their transactions."""

from django.db import connection

_NUMBER = 7_262_101


def keep_all() -> None:
    """Let nobody delete what is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_NUMBER])


def may_delete() -> bool:
    """Whether no backup is being made; then none begins to copy before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_NUMBER])
        ((is_free,),) = cursor.fetchall()
    return bool(is_free)
