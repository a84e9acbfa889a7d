"""Forms that change values of a draft, and find out whether somebody else changed the same values meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from weixi.kernel.editing import Rival, VersionConflict, moved
from weixi.organisation.kept_forms import RivalForm
from weixi.policy.document.base import Section
from weixi.policy.document.edit import set_values
from weixi.policy.document.labels import Lang
from weixi.policy.document.paths import PathError, absolute, follow, written
from weixi.policy.document.paths import field_of as attribute_of
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError
from weixi.policy.document.words import value_in_words
from weixi.policy.forms.fields import field_of, sent
from weixi.policy.models import PolicyVersion
from weixi.policy.problem_words import in_words
from weixi.policy.queries.changes import LastHand, last_hand


@dataclass(frozen=True, slots=True)
class Place:
    """One value of the document: `path` from the top, the kind of table it stands in, its key."""

    path: str
    model: type[Section]
    key: str
    value: Any


def place_of(policy: Policy, path: str) -> Place:
    """Raises PathError for what is no single value in a table of this document."""
    keys = absolute(policy, path)
    parent = follow(policy, keys[:-1])
    key = str(keys[-1])
    attribute = attribute_of(parent, key) if isinstance(parent, Section) else None
    if attribute is None:
        raise PathError(f'"{path}" is no value of its own')
    value = getattr(parent, attribute)
    if isinstance(value, Section) or (isinstance(value, tuple) and value and isinstance(value[0], Section)):
        raise PathError(f'"{path}" is a table, not a value')
    return Place(written(keys), type(parent), key, value)


class DraftForm(RivalForm):
    """A form over a draft. `seen` carries what the fields held when it was opened: a value that somebody
    else has changed since is shown beside the one typed, and saved only when sent once more."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    # The draft whose log says who changed what.
    row: PolicyVersion | None = None

    def __init__(self, data: Mapping[str, Any] | None, *, policy: Policy, lang: Lang) -> None:
        super().__init__(data)
        self.policy, self.lang = policy, lang

    def _now(self) -> dict[str, Any]:
        """Field name -> what the stored draft holds there now."""
        raise TypeError("a form over a draft says what its fields hold now")

    def _remember(self) -> None:
        self.initial["seen"] = json.dumps(self._now(), ensure_ascii=False, sort_keys=True)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        try:
            seen = json.loads(data.get("seen") or "{}")
        except ValueError:
            seen = {}
        now = self._now()
        keys = self._keys()
        names = moved(seen, now) if isinstance(seen, dict) else []
        rivals = [
            self._rival(name, keys.get(name, name), seen[name], now[name])
            for name in names
            if name in self.fields and self._typed(name) != now[name]
        ]
        if rivals:
            self.take(VersionConflict(rivals))
        if self.errors and names:
            # What is sent next was typed in the knowledge of the other value.
            self._put({"seen": json.dumps(now, ensure_ascii=False, sort_keys=True)})
        return data

    def _keys(self) -> dict[str, str]:
        """Field name -> the last key of its path, where they differ."""
        return {}

    def _rival(self, name: str, key: str, seen: Any, now: Any) -> Rival:
        hand = last_hand(self.row, [key]) if self.row is not None else LastHand()
        label = str(self.fields[name].label)
        return Rival(name, label, seen, now, _text(seen), _text(now), hand.who, hand.at)

    def _typed(self, name: str) -> Any:
        field = self.fields[name]
        return field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    _mine = _typed

    def _refuse(self, error: PolicyError, where: Mapping[str, str], prefix: str = "") -> None:
        """Each problem beside its field: `where` is path -> field; what lies elsewhere is said above."""
        for problem in error.problems:
            name = where.get(problem.path)
            if name is None and prefix and problem.path.startswith(prefix):
                rest = problem.path.removeprefix(prefix).lstrip(".")
                name = rest.split(".", 1)[0].split("[", 1)[0] or None
            if name in self.fields:
                self.add_error(name, in_words(problem))
            else:
                head = " ".join(part for part in (problem.clause or "", problem.path) if part)
                self.add_error(None, f"{head}: {in_words(problem)}" if head else in_words(problem))


def _text(value: Any) -> str:
    return (value if isinstance(value, str) else "、".join(value)) or _("(blank)")


def about(policy: Policy, path: str) -> str:
    """The grade that a place of the grading section is about, by its title; else empty."""
    tables = path.split(".")
    grades = {one.grade: one.title for one in policy.grading.grade} if policy.grading else {}
    return grades.get(tables[-2], "") if len(tables) > 3 else ""


class ValuesForm(DraftForm):
    """Values of the document by their paths; the fields are called v0, v1 ... in the order of `paths`."""

    def __init__(self, data: Mapping[str, Any] | None, *, policy: Policy, paths: Sequence[str], lang: Lang) -> None:
        super().__init__(data, policy=policy, lang=lang)
        self.places = [place_of(policy, path) for path in paths]
        for number, place in enumerate(self.places):
            name = f"v{number}"
            self.fields[name] = field_of(policy, place.model, place.key, lang, path=place.path)
            if len(paths) > 1 and (whose := about(policy, place.path)):
                self.fields[name].label = f"{whose} {self.fields[name].label}"
            self.initial[name] = sent(self.fields[name], place.value, lang)
        self._remember()

    def _now(self) -> dict[str, Any]:
        names = [f"v{number}" for number in range(len(self.places))]
        return {
            name: sent(self.fields[name], place.value, self.lang)
            for name, place in zip(names, self.places, strict=True)
        }

    def _keys(self) -> dict[str, str]:
        return {f"v{number}": place.key for number, place in enumerate(self.places)}

    @property
    def rows(self) -> list[tuple[Place, Any, str]]:
        """(place, field, what it is now in words), for templates."""
        return [
            (place, self[f"v{number}"], value_in_words(place.value, self.lang, key=place.key, policy=self.policy))
            for number, place in enumerate(self.places)
        ]

    def changed(self) -> Policy | None:
        """The document with what was typed; None when it is refused, with the reasons beside the fields."""
        values = {place.path: self.cleaned_data[f"v{number}"] for number, place in enumerate(self.places)}
        try:
            return set_values(self.policy, values)
        except PolicyError as error:
            self._refuse(error, {place.path: f"v{number}" for number, place in enumerate(self.places)})
            return None
