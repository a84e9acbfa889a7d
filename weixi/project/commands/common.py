"""What several commands need: people by log-in name, times, JSON on standard output."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from weixi.organisation.models import User
    from weixi.organisation.scope import Viewer


def user_named(name: str) -> User:
    """The person with this log-in name; raises NotFound with the way out."""
    from weixi.kernel.errors import NotFound
    from weixi.organisation.models import User

    user = User.objects.select_related("department").filter(username__iexact=name).first()
    if user is None:
        raise NotFound(
            _("There is no person with the log-in name %(name)s; `weixi user add` makes one.") % {"name": name}
        )
    return user


def viewer_named(name: str | None) -> Viewer:
    """The viewer for `--as USER`; without it the owner of the installation."""
    from weixi.organisation.scope import system_viewer, viewer_of

    return viewer_of(user_named(name)) if name else system_viewer("cli")


def moment(text: str) -> datetime:
    """An argument like 2026-03-02T09:00:00+08:00, of the years events can have; without an offset the company's wall
    clock."""
    from weixi.duties.engine.events import YEARS
    from weixi.kernel.errors import Invalid

    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("“%(text)s” is no time; write 2026-03-02T09:00:00+08:00.") % {"text": text}) from None
    if value.tzinfo is None:
        from django.utils import timezone

        value = value.replace(tzinfo=timezone.get_default_timezone())
    if value.year not in YEARS:
        # A slip like 20260 for 2026 would hold back every later tick.
        raise Invalid(_("“%(text)s” is no time; write 2026-03-02T09:00:00+08:00.") % {"text": text})
    return value


def day(text: str) -> date:
    """An argument like 2026-03-02."""
    from weixi.kernel.errors import Invalid

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(_("“%(text)s” is no date; write 2026-03-02.") % {"text": text}) from None


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, default=str)
    sys.stdout.write("\n")
