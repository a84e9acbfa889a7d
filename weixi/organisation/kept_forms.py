"""Forms on a stored record that two people may have open at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from weixi.kernel.editing import Rival, VersionConflict, moved
from weixi.kernel.errors import WeixiError
from weixi.kernel.events.models import Event
from weixi.organisation.models import User
from weixi.organisation.refusable import RefusableForm

# What the radios `take_<field>` send for "the other one's value".
THEIRS = "theirs"
# Fields that are about the form itself.
_OWN = frozenset({"version", "seen"})


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a field after a conflict: the other's change, and whether there is a choice.

    `choose`: both changed it, so one is taken by radios; otherwise the field shows the other's value
    already, for the person here had left it as it was.
    """

    rival: Rival
    choose: bool


class RivalForm(RefusableForm):
    """A form that after a conflict keeps what was typed, says beside each field who made what of it, and
    lets mine or theirs be taken per field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rivals: dict[str, Beside] = {}

    def full_clean(self) -> None:
        """Where the other's value was chosen, it is what was sent."""
        if self.is_bound:
            taken = [name for name in self.fields if self.data.get(f"take_{name}") == THEIRS]
            if taken:
                self._put({name: self.get_initial_for_field(self.fields[name], name) for name in taken})
        super().full_clean()

    def take(self, refusal: WeixiError) -> None:
        if not isinstance(refusal, VersionConflict):
            super().take(refusal)
            return
        fresh: dict[str, Any] = {}
        for rival in refusal.rivals:
            if rival.field not in self.fields:
                continue
            mine = self._mine(rival.field)
            if not moved({"": mine}, {"": rival.new}):
                continue
            touched = bool(moved({"": mine}, {"": rival.old}))
            if not touched:
                fresh[rival.field] = rival.new
            self.rivals[rival.field] = Beside(rival, choose=touched)
        if refusal.version is not None:
            fresh["version"] = refusal.version
        self._put(fresh)
        self.add_error(None, str(refusal))

    def _mine(self, name: str) -> Any:
        """What was typed, as a browser sends it."""
        return _plain(self.cleaned_data.get(name))

    def _put(self, values: Mapping[str, Any]) -> None:
        """Values in the place of what was sent."""
        sent: Any = self.data
        data = sent.copy()
        for name, value in values.items():
            key, plain = self.add_prefix(name), _plain(value)
            if isinstance(plain, list):
                data.setlist(key, plain)
            elif plain is None or plain is False:
                data.pop(key, None)
            else:
                data[key] = "on" if plain is True else plain
        self.data = data
        # Bound fields took their values and their help when the form was checked.
        self._bound_fields_cache.clear()  # type: ignore[attr-defined]


class KeptForm(RivalForm):
    """A form on a record that counts its versions: it brings the one it was opened on; the service compares."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SeenForm(RivalForm):
    """A form on a record without versions: it sends along what it was opened on and compares by itself."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._subject: tuple[str, Any] | None = None

    def remember(self, subject: tuple[str, Any]) -> None:
        """Send along what the fields hold as the form opens; `subject` is what the log calls the record."""
        self._subject = subject
        self.initial["seen"] = json.dumps(self._held(), ensure_ascii=False, sort_keys=True)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        try:
            seen = json.loads(data.pop("seen", "") or "{}")
        except ValueError:
            seen = {}
        if self._subject is not None and isinstance(seen, dict):
            now = self._held()
            if names := moved(seen, now):
                self.take(VersionConflict(self._rivals(names, seen, now)))
                self._put({"seen": json.dumps(now, ensure_ascii=False, sort_keys=True)})
        return data

    def _rivals(self, names: list[str], seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[Rival]:
        assert self._subject is not None
        kind, key = self._subject
        last = Event.objects.filter(subject_type=kind, subject_id=str(key)).order_by("-seq").first()
        actor = last.actor.partition(":")[2] if last else ""
        person = User.objects.filter(pk=int(actor)).first() if actor.isdecimal() else None
        who, at = (person.name if person else ""), (last.recorded_at if last else None)
        found = []
        for name in names:
            old, new = (self._in_words(name, value) for value in (seen[name], now[name]))
            found.append(Rival(name, str(self.fields[name].label), seen[name], now[name], old, new, who, at))
        return found

    def _held(self) -> dict[str, Any]:
        return {
            name: _plain(field.prepare_value(self.get_initial_for_field(field, name)))
            for name, field in self.fields.items()
            if name not in _OWN and not field.disabled
        }

    def _in_words(self, name: str, value: Any) -> str:
        choices = getattr(self.fields[name], "choices", ())
        return next((str(label) for code, label in choices if str(code) == str(value)), str(value or "—"))


def _plain(value: Any) -> Any:
    """A value as a browser sends it."""
    if value is None or isinstance(value, bool | list):
        return value
    return str(value.pk) if hasattr(value, "pk") else str(value)
