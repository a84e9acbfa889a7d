"""What the frame of every page needs; worked out only when a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from weixi.kernel import clock
from weixi.kernel.counting import Question, count_together
from weixi.kernel.drawing.addresses import maybe_url
from weixi.kernel.outbox.queries import unread_of
from weixi.kernel.replies import is_fragment
from weixi.kernel.slices import Decision, MenuItem, Waiting, registry
from weixi.organisation.scope import Viewer

# Pages that the bar at the foot of a phone leads to and marks.
PHONE_PLACES = frozenset({"today", "customers", "me"})


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One line of the menu, told from others by where it leads: an item's words follow from its place and the language."""

    item: MenuItem = field(compare=False)
    url: str
    active: bool
    count: int | None


@lru_cache(maxsize=256)
def _menu_url(name: str) -> str:
    """The address of a page of the menu; empty when it is not part of this installation."""
    return str(maybe_url(name))


class Shell:
    """Rail, counts and switches of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.viewer: Viewer | None = getattr(request, "viewer", None)

    @cached_property
    def _lines(self) -> dict[str, list[MenuLine]]:
        groups: dict[str, list[MenuLine]] = {"work": [], "rules": [], "admin": []}
        viewer = self.viewer
        if viewer is None or viewer.user is None:
            return groups
        found: list[tuple[MenuItem, str]] = []
        for item in sorted(registry.menu.values(), key=lambda each: (each.order, each.code)):
            if item.right and not viewer.may(item.right):
                continue
            if url := _menu_url(item.url_name):
                found.append((item, url))
        here = [
            (len(each), url)
            for item, url in found
            for each in (url, *map(_menu_url, item.also))
            if each not in ("", "/") and self.request.path.startswith(each)
        ]
        active = max(here)[1] if here else self.request.path
        for item, url in found:
            number = self._numbers.get(item.code)
            groups.setdefault(item.group, []).append(MenuLine(item, url, url == active, number or None))
        return groups

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The numbers of the menu by code, and of unread notices under ""; one query."""
        viewer = self.viewer
        if viewer is None or viewer.user is None:
            return {}
        asked: dict[str, Question] = {}
        if (unread := unread_of(viewer)) is not None:
            asked[""] = unread
        for item in registry.menu.values():
            if item.count and (not item.right or viewer.may(item.right)):
                rows = item.count(viewer)
                if rows is not None:
                    asked[item.code] = rows
        return dict(zip(asked, count_together(list(asked.values())), strict=True))

    @cached_property
    def work(self) -> tuple[MenuLine, ...]:
        return tuple(self._lines["work"])

    @cached_property
    def rules(self) -> tuple[MenuLine, ...]:
        return tuple(self._lines["rules"])

    @cached_property
    def admin(self) -> tuple[MenuLine, ...]:
        return tuple(self._lines["admin"])

    @property
    def here(self) -> str:
        """The place of the phone's bar where the person stands, or an empty text."""
        match = self.request.resolver_match
        name = match.url_name if match else None
        return name if name in PHONE_PLACES else ""

    @cached_property
    def decisions(self) -> list[tuple[Decision, Waiting]]:
        """What waits for this person's yes or no, kind by kind."""
        if self.viewer is None or self.viewer.user is None:
            return []
        kinds = sorted(registry.decisions.values(), key=lambda each: (each.order, each.code))
        return [(kind, found) for kind in kinds if (found := kind.waiting(self.viewer)) is not None]

    @property
    def in_admin(self) -> bool:
        return any(line.active for line in self.admin)

    @cached_property
    def notices(self) -> int:
        return self._numbers.get("", 0)

    @property
    def held(self) -> int:
        """Above 0 while outgoing messages are held after a restore, for who can let them go."""
        return self._numbers.get("safekeeping", 0)

    @property
    def may_see_styleguide(self) -> bool:
        return settings.DEBUG or settings.DEMO or bool(self.viewer and self.viewer.may("system.manage"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`, `viewer`, `layout` (the base of pages that can also be a panel)."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return {
        "shell": Shell(request),
        "viewer": viewer,
        "person": viewer.user if viewer else None,
        "layout": "web/panel.html" if is_fragment(request) else "web/panel_page.html",
        "now": clock.now,
        "demo": settings.DEMO,
    }
