"""Colleagues named in a file, by name or log-in name; and who may be made owner by whom."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer


class Colleagues:
    """Everybody of the company, looked up once per pass over a file."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._by_name: dict[str, list[User]] = {}
        for person in User.objects.all():
            for key in {person.name.strip().casefold(), person.username.casefold()}:
                self._by_name.setdefault(key, []).append(person)

    def find(self, name: str) -> User | None:
        """The one person of that name or log-in name; None when nobody or several go by it."""
        found = self._by_name.get(name.strip().casefold(), [])
        living = [person for person in found if person.is_active] or found
        return living[0] if len(living) == 1 else None

    def owner(self, name: str) -> tuple[User | None, str]:
        """(the person, why not): who may become an owner by this viewer's hand."""
        found = self._by_name.get(name.strip().casefold(), [])
        active = [person for person in found if person.is_active]
        if not active:
            if found:
                return None, _("%(name)s is disabled; name somebody who works here.") % {"name": name[:40]}
            return None, _(
                "Nobody here is called “%(name)s”; write the name or the log-in name, or leave this column out."
            ) % {"name": name[:40]}
        if len(active) > 1:
            names = ", ".join(sorted(person.username for person in active))
            return None, _("Several people are called %(name)s; write the log-in name: %(names)s.") % {
                "name": name[:40],
                "names": names,
            }
        person, viewer = active[0], self.viewer
        if viewer.user is None or person.pk == viewer.user.pk:
            return person, ""
        if not viewer.may(Right.CUSTOMERS_ASSIGN) or not (viewer.sees_all or person.pk in viewer.owner_ids):
            return None, _("You cannot give customers to %(name)s.") % {"name": person.name}
        return person, ""
