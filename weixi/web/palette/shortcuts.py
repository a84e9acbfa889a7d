"""What a person opened lately and what he pinned. No business events: how somebody finds his way is his own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Invalid, NotFound
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.web.models import Shortcut
from weixi.web.palette.sources import recall

# So many are kept of what was opened; and so many may be pinned.
OPENED_KEPT = 12
MOST_PINNED = 30
# Opened again within this time is the same visit and writes nothing.
SAME_VISIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing by its source and the key the source knows it by; `text` is how pages name it in forms."""

    source: str
    key: str

    @property
    def text(self) -> str:
        return f"{self.source}:{self.key}"


def read_item(text: str) -> Item:
    """`customers:7`. Raises NotFound for anything else."""
    source, _colon, key = text.partition(":")
    if not source or not key or len(source) > 16 or len(key) > 64:
        raise _gone()
    return Item(source, key)


def shortcuts_of(person: User) -> tuple[list[Item], list[Item]]:
    """Pinned (the first one first) and lately opened (the last one first, pinned ones left out). One query."""
    rows = list(Shortcut.objects.filter(person=person).values_list("source", "key", "opened_at", "pinned_at"))
    pinned = sorted((at, source, key) for source, key, _opened, at in rows if at)
    opened = sorted(((at, source, key) for source, key, at, pin in rows if at and not pin), reverse=True)
    return [Item(source, key) for _at, source, key in pinned], [Item(source, key) for _at, source, key in opened]


def remember_opened(viewer: Viewer, item: Item) -> None:
    """Put `item` first among what was opened lately. Raises NotFound for what the viewer does not see."""
    person, now = _person(viewer), clock.now()
    _require(viewer, item)
    known = Shortcut.objects.filter(person=person, source=item.source, key=item.key).first()
    if known and known.opened_at and known.opened_at > now - SAME_VISIT:
        return
    with transaction.atomic():
        _keep(person, item, opened_at=now)
        lately = Shortcut.objects.filter(person=person, pinned_at=None).order_by("-opened_at", "-pk")
        Shortcut.objects.filter(pk__in=list(lately.values_list("pk", flat=True)[OPENED_KEPT:])).delete()


def pin(viewer: Viewer, item: Item) -> None:
    """Keep `item` at hand. Raises NotFound for what the viewer does not see, Invalid beyond `MOST_PINNED`."""
    person = _person(viewer)
    _require(viewer, item)
    with transaction.atomic():
        pinned = Shortcut.objects.filter(person=person, pinned_at__isnull=False)
        if pinned.count() >= MOST_PINNED:
            raise Invalid(_("At most %(n)d things can be pinned. Unpin one first.") % {"n": MOST_PINNED})
        _keep(person, item, pinned_at=clock.now())


def unpin(viewer: Viewer, item: Item) -> None:
    """Pin `item` no more, seen or not; what was opened lately stays in that list."""
    rows = Shortcut.objects.filter(person=_person(viewer), source=item.source, key=item.key)
    with transaction.atomic():
        rows.filter(opened_at=None).delete()
        rows.update(pinned_at=None)


def _keep(person: User, item: Item, **values: object) -> None:
    Shortcut.objects.update_or_create(person=person, source=item.source, key=item.key, defaults=values)


def _require(viewer: Viewer, item: Item) -> None:
    if item.key not in recall(viewer, item.source, [item.key]):
        raise _gone()


def _person(viewer: Viewer) -> User:
    if viewer.user is None:
        raise _gone()
    return viewer.user


def _gone() -> NotFound:
    return NotFound(_("This is not there (any more)."), code="shortcut.not_found")
