"""Events as sentences: each slice says how its own are told; one nobody tells stays readable anyway.

    register("order.placed", tell_order, icon="cart", kind=DEALS)

`tell(told)` gives a Sentence, or None to leave the event out of the story. Sentences are plain text:
what people typed stands in them as it is, and the template escapes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.kernel.events import registry
from weixi.kernel.masking import STARS

CONTACTS, DEALS, ARCHIVE, POLICY = "contacts", "deals", "archive", "policy"
# What the timeline can be narrowed to.
KINDS: dict[str, Any] = {
    CONTACTS: gettext_lazy("Interactions"),
    DEALS: gettext_lazy("Transactions"),
    ARCHIVE: gettext_lazy("Archive"),
    POLICY: gettext_lazy("Grades and duties"),
}


def _unseen(key: str, value: Any) -> Any:
    return "" if value is None or value == "" else STARS


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people (by `user:3` or log-in name) and contacts (by `contact:7`) that a page's events mention.

    `shown(key, value)` gives the value of a field as the reader sees it (`customers.access`); who does not
    say how shows none.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    shown: Callable[[str, Any], Any] = _unseen

    def person(self, key: Any) -> str:
        """The person's name; the installation itself is “the system”."""
        text = str(key or "")
        if text.startswith("system:") or not text:
            return _("The system")
        return self.people.get(text, text)

    def contact(self, key: Any) -> str:
        return self.contacts.get(str(key or ""), "")


@dataclass(frozen=True, slots=True)
class Told:
    """One event on its way to become a sentence. `detail` is what its subject's slice loaded for it."""

    id: str
    type: str
    values: Mapping[str, Any]
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    subject: str
    names: Names
    detail: Any = None

    @property
    def who(self) -> str:
        return self.names.person(self.actor)

    def get(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`said` is a quotation below; `facts` are short state words below it: (kind of state, text)."""

    text: str
    icon: str = ""
    said: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    url: str = ""
    link: str = ""


Tell = Callable[[Told], Sentence | None]
Load = Callable[[Mapping[str, list[str]]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Teller:
    tell: Tell
    icon: str
    kind: str


_tellers: dict[str, Teller] = {}
_details: dict[str, Load] = {}


def register(event_type: str, tell: Tell, *, icon: str, kind: str) -> None:
    """Say how events of a type are told; `icon` is the knot on the thread, `kind` one of KINDS."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of the timeline")
    _tellers[event_type] = Teller(tell, icon, kind)


def register_details(subject_types: Iterable[str], load: Load) -> None:
    """`load({type: ids})` gives {subject: anything} for subjects of these types, all of a page at once;
    `told.detail` carries it."""
    _details.update(dict.fromkeys(subject_types, load))


def details_for(subjects: Iterable[str]) -> dict[str, Any]:
    """{subject: detail} of the subjects that some slice loads details for; each slice is asked once."""
    wanted: dict[Load, dict[str, list[str]]] = {}
    for subject in dict.fromkeys(subjects):
        kind, _colon, key = subject.partition(":")
        if kind in _details:
            wanted.setdefault(_details[kind], {}).setdefault(kind, []).append(key)
    return {subject: detail for load, keys in wanted.items() for subject, detail in load(keys).items()}


def types_of(kind: str) -> list[str]:
    return sorted(name for name, teller in _tellers.items() if teller.kind == kind)


def is_told(event_type: str) -> bool:
    """Whether some slice tells events of this type."""
    return event_type in _tellers


def tell(told: Told) -> Sentence | None:
    """The sentence for an event; for a type nobody tells its name and plain values, never personal ones."""
    teller = _tellers.get(told.type)
    if teller is not None:
        made = teller.tell(told)
        if made is None or made.icon:
            return made
        return Sentence(made.text, teller.icon, made.said, made.facts, made.url, made.link)
    ordinary = registry.ordinary_keys(told.type)
    parts = [
        f"{name} {value}"
        for name, value in told.values.items()
        if name in ordinary and isinstance(value, str | int) and value != ""
    ]
    text = _("%(who)s: %(what)s") % {"who": told.who, "what": told.type}
    return Sentence(text, "note", _(", ").join(parts)[:300])
