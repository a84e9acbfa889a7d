"""A model's own rules for many rows: lengths, choices, addresses, without a query or a form per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from weixi.customers.validators import clean_email


@dataclass(frozen=True, slots=True)
class _Rule:
    label: Any
    longest: int | None
    choices: frozenset[Any] | None
    email: bool
    blank: bool


@lru_cache(maxsize=8)
def _rules(model: type[models.Model]) -> dict[str, _Rule]:
    return {
        field.name: _Rule(
            field.verbose_name,
            field.max_length if isinstance(field, models.CharField) else None,
            frozenset(value for value, _text in field.choices) if field.choices else None,
            isinstance(field, models.EmailField),
            field.blank or field.null,
        )
        for field in model._meta.concrete_fields
    }


def faults_of(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, str]:
    """{field: sentence} of the values that the model would refuse; empty when it takes them all."""
    faults: dict[str, str] = {}
    rules = _rules(model)
    for name, value in values.items():
        rule = rules.get(name)
        if rule is None:
            faults[name] = _("There is no such field here.")
        elif value in ("", None):
            if not rule.blank:
                faults[name] = _("This field is needed.")
        elif isinstance(value, str) and (fault := _text_fault(rule, value)):
            faults[name] = fault
    return faults


def _text_fault(rule: _Rule, value: str) -> str:
    if rule.longest is not None and len(value) > rule.longest:
        return _("At most %(count)d characters; this has %(length)d.") % {
            "count": rule.longest,
            "length": len(value),
        }
    if rule.choices is not None and value not in rule.choices:
        return _("“%(value)s” is not in its list.") % {"value": value[:40]}
    if rule.email:
        try:
            clean_email(value)
        except ValueError as error:
            return str(error)
    return ""
