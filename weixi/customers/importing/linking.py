"""Which customer a row of contacts, orders or interactions belongs to: by an equal number or an equal full name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.customers.importing.customer_entries import followed
from weixi.customers.importing.customer_known import OWN_NUMBER
from weixi.customers.importing.links import Link
from weixi.customers.merging.queries import roots_of
from weixi.customers.models import Customer
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import NewCustomer, create_customers
from weixi.customers.services.values import clean_values
from weixi.kernel.errors import Invalid
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Ask:
    """What a row says of its customer; `values` go into a customer made for it."""

    number: str
    name: str
    values: tuple[tuple[str, Any], ...] = ()


class CustomerLinks:
    """Finds the customers that rows name, and makes those that are missing when that was asked for."""

    def __init__(self, viewer: Viewer, *, create: bool) -> None:
        self.viewer = viewer
        self.create = create
        self._new: dict[str, Link] = {}

    def resolve(self, asks: Sequence[Ask]) -> list[Link]:
        """One link per ask, found in one query; equal new customers share one."""
        numbers = {ask.number for ask in asks if ask.number}
        names = {name_key(ask.name) for ask in asks if ask.name}
        numbered: dict[str, Customer] = {}
        named: dict[str, list[Customer]] = defaultdict(list)
        # Uses index: the number's, customer_name_key.
        rows = Customer.objects.filter(one_of("number", numbers) | one_of("name_key", names) & Q(archived_at=None))
        columns = ("number", "name", "name_key", "owner_id", "co_owner_id", "archived_at", "merged_into_id")
        for customer in rows.only(*columns):
            numbered[customer.number] = customer
            if customer.archived_at is None and self._seen(customer):
                named[customer.name_key].append(customer)
        merged = [customer.pk for customer in numbered.values() if customer.merged_into_id]
        roots = roots_of(merged) if merged else {}
        whole = Customer.objects.only(*columns).in_bulk(sorted(set(roots.values()))) if roots else {}
        self._became = {pk: whole[root] for pk, root in roots.items()}
        return [self._link(ask, numbered.get(ask.number), named.get(name_key(ask.name), [])) for ask in asks]

    def _seen(self, customer: Customer) -> bool:
        return self.viewer.sees(customer)

    def _link(self, ask: Ask, stored: Customer | None, named: list[Customer]) -> Link:
        if not ask.number and not ask.name:
            return Link(fault=_("The row names no customer: it has neither a number nor a name."))
        if stored is not None and ask.number:
            if not self._seen(stored):
                return Link(fault=self._taken(ask) if self.create else self._unknown(ask))
            became = self._became.get(stored.pk)
            if became is not None and became.archived_at is None and self._seen(became):
                return Link(became.pk, became.number, became.name, note=followed(ask.number, became.number))
            if stored.archived_at is not None:
                return Link(fault=_("The customer %(number)s was put away; bring it back before importing for it.")
                            % {"number": ask.number})  # fmt: skip
            return Link(stored.pk, stored.number, stored.name)
        if ask.number:
            # A number that we gave ourselves says nothing about the number elsewhere: the equal name links.
            named = [customer for customer in named if OWN_NUMBER.match(customer.number)]
        if len(named) > 1:
            return Link(fault=_("Several customers are called “%(name)s” (%(numbers)s); give the number.") % {
                "name": ask.name[:60], "numbers": ", ".join(each.number for each in named[:5])})  # fmt: skip
        if named:
            return Link(named[0].pk, named[0].number, named[0].name)
        return self._made(ask) if self.create else Link(fault=self._unknown(ask))

    def _taken(self, ask: Ask) -> str:
        return _("The customer number %(number)s is taken.") % {"number": ask.number}

    def _unknown(self, ask: Ask) -> str:
        text = _("There is no customer %(name)s among those you look after. Import the customers first, or let the "
                 "import make those that are missing.")  # fmt: skip
        return text % {"name": f"“{(ask.number or ask.name)[:60]}”"}

    def _made(self, ask: Ask) -> Link:
        link = Link(None, ask.number, ask.name or ask.number, dict(ask.values))
        if len(link.name) > 200 or len(link.number) > 40:
            return Link(fault=_("The number or name of the customer is too long."))
        try:
            link.name = clean_values({"name": link.name})["name"]
        except Invalid as refusal:
            return Link(fault=str(refusal))
        known = self._new.get(link.key) or (None if ask.number else self._named_new(ask))
        if known is None:
            self._new[link.key] = known = link
        return known

    def _named_new(self, ask: Ask) -> Link | None:
        """A row that gives the name alone means the customer an earlier row made with number and name."""
        found = (
            [link for link in self._new.values() if name_key(link.name) == name_key(ask.name)]
            if len(self._new) < 5000
            else []
        )
        return found[0] if len(found) == 1 else None

    def make(self, links: Sequence[Link]) -> None:
        """Enter the customers that are missing; their links get their ids."""
        missing = list({id(link): link for link in links if link.target is None and not link.fault}.values())
        if not missing:
            return
        made = create_customers(
            [NewCustomer(name=link.name, number=link.number, values=link.values) for link in missing],
            viewer=self.viewer,
        )
        for link, customer in zip(missing, made, strict=True):
            self._new.pop(link.key, None)
            link.target = customer.pk
