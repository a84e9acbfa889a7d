"""Sessions in the database, as Django keeps them; the one of a request is asked for by a statement written once."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from weixi.kernel.prepared import Prepared, moment, plain

_LIVING = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), plain, moment)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        found = _LIVING(self.session_key, timezone.now()).objects()
        if found:
            return found[0]
        self._session_key = None
        return None
