"""The mark of an exported file: who took it and when, where the policy asks for one."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from weixi.organisation.models import User
from weixi.policy.document.guard import Personal
from weixi.policy.queries import security_rules


def mark(number: str, person: User | None, at: datetime) -> str:
    """What stands in every row, in the head of the sheets and in the file's own properties: `number`, under which the
    log knows the file, who took it and when, on the company's wall clock. Empty where the policy wants no mark."""
    if not (security_rules().personal or Personal()).export_watermark:
        return ""
    who = f"{person.name} ({person.username})" if person else "weixi"
    return f"{number} {who} {timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
