"""Who logs in, and whose a request is: Django's way, with the person asked for by a statement written once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from weixi.kernel.prepared import Prepared, plain
from weixi.organisation.models import User

_PERSON = Prepared(lambda pk: User.objects.filter(pk=pk).order_by(), plain)


class PersonBackend(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:  # type: ignore[override]
        found = _PERSON(user_id).objects()
        return found[0] if found and self.user_can_authenticate(found[0]) else None
