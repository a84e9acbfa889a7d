"""What a kind of import can take: its fields, the names they go by elsewhere, and names that mislead.

The kernel knows no customers; slices describe their kinds with these classes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from weixi.kernel.importing.mapping.headers import header_key


class ValueType(StrEnum):
    """How a field's cells are read (and what a column's values are compared with)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    ORGANISATION = "organisation"
    PERSON = "person"
    CODE = "code"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    NUMBER = "number"
    WHOLE = "whole"
    DURATION = "duration"
    MONEY = "money"
    DISCOUNT = "discount"
    DATE = "date"
    MOMENT = "moment"
    BIRTHDAY = "birthday"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True)
class FieldSpec:
    """One field a column can feed.

    `aliases` are other systems' names for just this field, `further` those that give way to any field's own. `weak` names are taken only when no other field
    claims them by an alias and no better column exists (名称, name, 电话). `many` fields may be fed by
    several columns.
    `choices` maps stored keys to the words people write.
    """

    key: str
    label: str
    label_zh: str
    type: ValueType
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    required: bool = False
    many: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    further: tuple[str, ...] = ()
    # Names that mean this field where all values of the column are its choices, and another one elsewhere.
    by_values: tuple[str, ...] = ()
    # Never guessed from values alone: any column of companies (曾用名, 开票抬头) would look like it.
    by_name_only: bool = False
    # Left out where one of these fields has a column: an amount has its discount in it.
    unless: tuple[str, ...] = ()
    # The field that a second column of this one feeds.
    second: str = ""
    # Parts in lower case that say nothing beside another column of the same field: the country beside the province.
    mute: frozenset[str] = frozenset()
    # How an empty table says it is filled in, where its type alone does not tell; and a value as it may stand there.
    hint: str = ""
    example: str = ""


@dataclass(frozen=True)
class FalseFriend:
    """A header that looks like one field and means another, or none (`means` None), with the reason to
    show. With `beside` it does so only in files that have one of these columns as well.
    """

    header: str
    means: str | None
    why: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindSpec:
    """A kind of import. `elsewhere` lists headers that are understood but have no place in this kind.

    `need_one_of` are groups of which at least one field must be mapped, besides the fields marked required.
    `subjects` are words that many systems put before a field's name without changing it (客户邮箱, 企业传真) and `plain`
    the fields for which that holds: 单位负责人 is the head of the company, 负责人 a colleague.
    """

    key: str
    label: str
    label_zh: str
    fields: tuple[FieldSpec, ...]
    false_friends: tuple[FalseFriend, ...] = ()
    elsewhere: tuple[str, ...] = ()
    need_one_of: tuple[tuple[str, ...], ...] = ()
    subjects: tuple[str, ...] = ()
    plain: frozenset[str] = frozenset()
    # {field: {general field: the field it is behind that one's column}}: in 联系人, 手机, 邮箱 the phone and the address are
    # the person's. Holds as far as such columns and those of `between` follow one another, in files that have `beside_of`.
    companions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    between: frozenset[str] = frozenset()
    beside_of: str = ""

    def field(self, key: str) -> FieldSpec:
        """The field of that key. Raises KeyError."""
        return self._by_key[key]

    def has_field(self, key: str) -> bool:
        """True when the kind has such a field."""
        return key in self._by_key

    def knows(self, header: str) -> bool:
        """True when the text is a header of this kind by label, alias or as one that belongs elsewhere."""
        key = header_key(header)
        return key in self.strong_names or key in self.weak_names or key in self.friends or key in self.foreign

    @cached_property
    def _by_key(self) -> dict[str, FieldSpec]:
        return {spec.key: spec for spec in self.fields}

    @cached_property
    def strong_names(self) -> dict[str, FieldSpec]:
        """Normal form of every label and alias -> its field. The field named first keeps a shared name."""
        names: dict[str, FieldSpec] = {}
        for spec in self.fields:
            for name in (spec.key, spec.label, spec.label_zh, *spec.aliases):
                names.setdefault(header_key(name), spec)
        for spec in self.fields:
            for name in spec.further:
                names.setdefault(header_key(name), spec)
        return names

    @cached_property
    def own_names(self) -> frozenset[str]:
        """Normal forms of the labels and aliases that are no `further` names."""
        return frozenset(
            header_key(name) for spec in self.fields for name in (spec.key, spec.label, spec.label_zh, *spec.aliases)
        )

    @cached_property
    def names_by_values(self) -> dict[str, FieldSpec]:
        """Normal form of every name that is told by the column's values -> the field they would mean."""
        return {header_key(name): spec for spec in self.fields for name in spec.by_values}

    @cached_property
    def weak_names(self) -> dict[str, FieldSpec]:
        """Normal form of every weak name -> its field."""
        names: dict[str, FieldSpec] = {}
        for spec in self.fields:
            for name in spec.weak:
                names.setdefault(header_key(name), spec)
        return names

    @cached_property
    def friends(self) -> dict[str, FalseFriend]:
        """Normal form of the misleading headers, wherever they stand."""
        return {header_key(friend.header): friend for friend in self.false_friends if not friend.beside}

    def friends_in(self, keys: Collection[str]) -> Mapping[str, FalseFriend]:
        """Those of a file with these columns (normal forms)."""
        found = {
            header_key(friend.header): friend
            for friend in self.false_friends
            if friend.beside and any(header_key(name) in keys for name in friend.beside)
        }
        return {**self.friends, **found} if found else self.friends

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Normal forms of headers that belong elsewhere."""
        return frozenset(header_key(name) for name in self.elsewhere)
