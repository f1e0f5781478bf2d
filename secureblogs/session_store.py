"""Django's sessions in the database, found by a hash of their key.

Only the browser has the key itself. Whoever gets a copy of the database or of a backup could otherwise go on as anybody
who was signed in then, and have a public key of their own added to that account.
"""

import hashlib

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

Data = dict[str, object]


def stored_key(session_key: str) -> str:
    """What stands in the database: 160 bits of SHA-256, as many as fit. A key is random and longer than that."""
    return hashlib.sha256(session_key.encode("utf-8", "replace")).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """One session."""

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: Data) -> Session:
        session = super().create_model_instance(data)
        assert isinstance(session, Session)
        session.session_key = stored_key(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=stored_key(key)).delete()

    def _get_session_from_db(self) -> Session | None:
        assert self.session_key is not None
        sessions = Session.objects.filter(expire_date__gt=timezone.now())
        session = sessions.filter(session_key=stored_key(self.session_key)).first()
        if session is None:
            # Nobody chooses the key of a session: who comes with one that is not there gets another.
            self._session_key = None
        return session

    # Django has all of it twice.

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data: Data) -> Session:
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)

    async def _aget_session_from_db(self) -> Session | None:
        return await sync_to_async(self._get_session_from_db)()
