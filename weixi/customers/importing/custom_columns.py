"""Stored values of custom fields beside the records that an import compares with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

from weixi.customers.fields.typed import is_custom


def custom_keys(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The custom fields that a portion of the file says something of."""
    return {name for name in set[str]().union(*rows) if is_custom(name)}


def lay_beside(
    records: MutableMapping[int, Any], values: Mapping[int, Mapping[str, Any]], blank: Callable[[], Any]
) -> None:
    """Set each value as an attribute of its record, as a row's cleaned value would be; `blank` makes a
    missing record. Nothing of it is saved: the models have no such columns."""
    for pk, given in values.items():
        if given:
            record = records.setdefault(pk, blank())
            vars(record).update({key: tuple(v) if isinstance(v, list) else v for key, v in given.items()})
