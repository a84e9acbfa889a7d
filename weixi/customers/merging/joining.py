"""Saying of two freely chosen customers that they are one, or belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.groups.models import LinkKind
from weixi.customers.groups.services import link_customers
from weixi.customers.merging.page import number_of
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.kernel.errors import Invalid, NotFound
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

SAME, BELOW, ABOVE, PARTNER = "same", "below", "above", "partner"
WAYS = {
    SAME: gettext_lazy("is the same as"),
    BELOW: gettext_lazy("is a branch or subsidiary of"),
    ABOVE: gettext_lazy("is the parent company of"),
    PARTNER: gettext_lazy("is a partner of"),
}


@dataclass
class Joining:
    """What the form holds: two customers in the viewer's scope, as far as they are chosen, and how they belong
    together; `faults` by field, `fault` of the whole."""

    one: Customer | None = None
    other: Customer | None = None
    how: str = BELOW
    faults: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def ways_for(viewer: Viewer) -> list[tuple[str, str]]:
    """What the viewer may say of two: making one of them needs the right to put customers away."""
    return [(code, str(text)) for code, text in WAYS.items() if code != SAME or viewer.may(Right.CUSTOMERS_ARCHIVE)]


def read_joining(viewer: Viewer, given: Mapping[str, str]) -> Joining:
    """What was typed; a customer out of scope is as one that is not there."""
    known = dict(ways_for(viewer))
    found = Joining(how=given.get("how", "") if given.get("how", "") in known else next(iter(known)))
    for name in ("one", "other"):
        text = given.get(name, "")
        try:
            setattr(found, name, get_customer_for(viewer, number_of(text) or 0) if text else None)
        except NotFound as error:
            found.faults[name] = str(error)
    return found


def checked(found: Joining) -> tuple[Customer, Customer]:
    """Both, or Invalid naming what is missing."""
    faults = dict(found.faults)
    for name in ("one", "other"):
        if getattr(found, name) is None and name not in faults:
            faults[name] = _("Choose a customer.")
    if not faults and found.one == found.other:
        faults["other"] = _("Choose two different customers.")
    if faults or found.one is None or found.other is None:
        raise Invalid(_("Choose two different customers."), fields=faults)
    return found.one, found.other


def relate(found: Joining, *, viewer: Viewer) -> str:
    """Link the two as was said; returns what was done, in words. Raises as `link_customers`."""
    one, other = checked(found)
    if found.how == PARTNER:
        link_customers(other, one, viewer=viewer, kind=LinkKind.PARTNER)
        return _("%(one)s and %(other)s are partners now.") % {"one": one.name, "other": other.name}
    whole, part = (other, one) if found.how == BELOW else (one, other)
    link_customers(whole, part, viewer=viewer)
    return _("%(part)s now belongs to the group of %(whole)s.") % {"part": part.name, "whole": whole.name}
