"""Customers and contacts of an import, taken back. A customer nobody has worked with is put away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from weixi.customers.importing.undo.cells import cells_of, erased, former_values, put_back
from weixi.customers.importing.undo.taking import EDITED, IN_USE, NOT_YOURS, REFUSED, USED, Fact, Taking
from weixi.customers.lists.saved import asked_for
from weixi.customers.models import Contact, Customer, CustomerTag, Registration, Tag
from weixi.customers.services.bulk import ContactChange, CustomerChange, update_contacts, update_customers
from weixi.customers.services.lifecycle import change_lifecycle
from weixi.customers.services.owners import assign_customers
from weixi.customers.services.taking_back import (
    take_back_contacts,
    take_back_customers,
    take_back_tags,
    take_off_tags,
    used_tags,
)
from weixi.customers.taxonomy import listed_tags, rivals_of
from weixi.kernel.errors import WeixiError
from weixi.kernel.one_of import one_of
from weixi.organisation.models import User


def customers_changed(taking: Taking, facts: Sequence[Fact]) -> None:
    """Fields of customers and of their registration forms, and tags the import has added."""
    erased(taking, "customer", facts)
    cells = cells_of(facts)
    tags = {pk: names.pop("tags") for pk, names in cells.items() if "tags" in names}
    ids = taking.seen(cells)
    stored: dict[int, list[Any]] = {row.pk: [row] for row in Customer.objects.filter(one_of("pk", ids))}
    for form in Registration.objects.filter(one_of("pk", ids)):
        stored[form.pk].append(form)
    back = former_values(taking, "customer", cells, stored)
    put_back(
        taking,
        "customer",
        back,
        lambda rows: update_customers(
            [CustomerChange(pk, values) for pk, values in rows.items()], viewer=taking.viewer
        ),
    )
    _tags_back(taking, {pk: ({*(old or ())}, {*(new or ())}) for pk, (old, new) in tags.items() if pk in ids})


def _tags_back(taking: Taking, tags: Mapping[int, tuple[set[str], set[str]]]) -> None:
    """Take off what the import has added; a level that gave way to one of these comes back, unless somebody has chosen
    another since. `tags` has what a customer had before and after."""
    now: dict[int, set[str]] = defaultdict(set)
    for pk, name in CustomerTag.objects.filter(one_of("customer_id", tags)).values_list("customer_id", "tag__name"):
        now[pk].add(name)
    listed = listed_tags()
    back: dict[int, tuple[str, ...]] = {}
    for pk, (old, new) in tags.items():
        left = now[pk] - (new - old)
        back[pk] = tuple(name for name in sorted(old - new - left) if not left.intersection(rivals_of(name, listed)))
    taking.restored += take_off_tags({pk: new - old for pk, (old, new) in tags.items()}, viewer=taking.viewer)
    changes = [CustomerChange(pk, tags=names) for pk, names in back.items() if names]
    if changes:
        update_customers(changes, viewer=taking.viewer)
        taking.restored += sum(len(change.tags) for change in changes)


def tags_made(taking: Taking, facts: Sequence[Fact]) -> None:
    """Tags nobody had used before the import: gone, unless a customer carries one by now or a view asks for it."""
    names = dict(Tag.objects.filter(one_of("pk", {fact.subject for fact in facts})).values_list("pk", "name"))
    used = used_tags(names)
    asked = asked_for(names.values())
    for pk in sorted(names):
        if pk in used or names[pk] in asked:
            taking.keep("tag", pk, IN_USE)
    gone = [pk for pk in sorted(names) if pk not in used and names[pk] not in asked]
    taking.taken += take_back_tags(gone, viewer=taking.viewer, reason=taking.reason)


def stages_changed(taking: Taking, facts: Sequence[Fact]) -> None:
    """Lifecycle stages the import has set."""
    seen = taking.seen({fact.subject for fact in facts})
    stages = dict(Customer.objects.filter(one_of("pk", seen)).values_list("pk", "lifecycle"))
    for fact in facts:
        if fact.subject not in seen:
            taking.keep("customer", fact.subject, NOT_YOURS)
        elif stages[fact.subject] == fact.data.get("lifecycle"):
            change_lifecycle(Customer(pk=fact.subject), fact.data["old"], viewer=taking.viewer, reason=taking.reason)
            taking.restored += 1
        elif stages[fact.subject] != fact.data.get("old"):
            taking.keep("customer", fact.subject, EDITED, "lifecycle")


def owners_changed(taking: Taking, facts: Sequence[Fact]) -> None:
    """Owners the import has set."""
    seen = taking.seen({fact.subject for fact in facts})
    now = dict(Customer.objects.filter(one_of("pk", seen)).values_list("pk", "owner__username"))
    people = {
        user.username: user for user in User.objects.filter(username__in={fact.data.get("old") for fact in facts})
    }
    groups: dict[str | None, list[int]] = defaultdict(list)
    for fact in facts:
        if fact.subject not in seen:
            taking.keep("customer", fact.subject, NOT_YOURS)
        elif now[fact.subject] == fact.data.get("owner"):
            groups[fact.data.get("old")].append(fact.subject)
        elif now[fact.subject] != fact.data.get("old"):
            taking.keep("customer", fact.subject, EDITED, "owner")
    for name, ids in groups.items():
        try:
            to = people[name] if name else None
            moved = assign_customers(ids, to, viewer=taking.viewer, reason=taking.reason, taking_back=True)
        except (WeixiError, KeyError):
            # The former owner has left, or is not of this viewer's people.
            for pk in ids:
                taking.keep("customer", pk, REFUSED, "owner")
        else:
            taking.restored += len(moved)


def customers_made(taking: Taking, facts: Sequence[Fact]) -> None:
    """Customers the import has entered: put away, their numbers free again, unless somebody works with them."""
    ids = {fact.customer for fact in facts}
    away = set(Customer.objects.filter(one_of("pk", ids), archived_at__isnull=False).values_list("pk", flat=True))
    ids -= away
    seen = taking.seen(ids)
    used = taking.worked_with(fact for fact in facts if fact.customer in seen)
    for pk in sorted(ids):
        if pk not in seen:
            taking.keep("customer", pk, NOT_YOURS)
        elif pk in used:
            taking.keep("customer", pk, USED)
    taking.taken += take_back_customers(sorted(seen - used), viewer=taking.viewer, reason=taking.reason)


def contacts_changed(taking: Taking, facts: Sequence[Fact]) -> None:
    erased(taking, "contact", facts)
    cells = cells_of(facts)
    stored = {row.pk: [row] for row in _contacts(taking, cells)}
    back = former_values(taking, "contact", cells, stored)
    put_back(
        taking,
        "contact",
        back,
        lambda rows: update_contacts([ContactChange(pk, values) for pk, values in rows.items()], viewer=taking.viewer),
    )


def contacts_made(taking: Taking, facts: Sequence[Fact]) -> None:
    ids = {fact.subject for fact in facts}
    ids -= set(Contact.objects.filter(one_of("pk", ids), removed_at__isnull=False).values_list("pk", flat=True))
    seen = {row.pk for row in _contacts(taking, ids)}
    used = taking.touched("contact", (fact for fact in facts if fact.subject in seen))
    for pk in sorted(ids):
        if pk not in seen:
            taking.keep("contact", pk, NOT_YOURS)
        elif pk in used:
            taking.keep("contact", pk, EDITED)
    taking.taken += take_back_contacts(sorted(seen - used), viewer=taking.viewer, reason=taking.reason)


def _contacts(taking: Taking, ids: Any) -> list[Contact]:
    rows = list(Contact.objects.filter(one_of("pk", ids), removed_at=None))
    seen = taking.seen({row.customer_id for row in rows})
    return [row for row in rows if row.customer_id in seen]
