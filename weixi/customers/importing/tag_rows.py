"""Rows of need tags: put on customers that are there; none is taken off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from weixi.customers.enums import TagGroup
from weixi.customers.importing.linking import Ask, CustomerLinks, Link
from weixi.customers.importing.rows import Act, Context, Decision, PlainHandler, Row, rejected
from weixi.customers.models import CustomerTag
from weixi.customers.services.bulk import CustomerChange, update_customers
from weixi.customers.services.tags import LONGEST, make_tags
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of


class TagRows(PlainHandler):
    """The handler of need tags. A row that brings no tag the customer lacks changes nothing."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.links = CustomerLinks(context.viewer, create=context.create_customers)

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return ()

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        return ()

    @staticmethod
    def group(row: Row) -> str:
        return ""

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        asks = [Ask(row.values.get("customer_number", ""), row.values.get("customer_name", "")) for row in rows]
        links = self.links.resolve(asks)
        known: dict[str, set[str]] = defaultdict(set)
        ids = {link.target for link in links if link.target is not None}
        for pk, name in CustomerTag.objects.filter(one_of("customer_id", ids)).values_list("customer_id", "tag__name"):
            known[f"id:{pk}"].add(name)
        decisions = [self._decide(row, link, known) for row, link in zip(rows, links, strict=True)]
        for link, decision in zip(links, decisions, strict=True):
            decision.warning = link.note
        return decisions

    @staticmethod
    def _decide(row: Row, link: Link, known: dict[str, set[str]]) -> Decision:
        reasons = [link.fault] if link.fault else []
        tags = list(dict.fromkeys(row.values.get("tags", ())))
        if not tags and not row.faults:
            reasons.append(_("The row names no tag."))
        reasons += [
            _("The tag “%(tag)s” is longer than %(count)d characters.") % {"tag": tag[:LONGEST], "count": LONGEST}
            for tag in tags
            if len(tag) > LONGEST
        ]
        if reasons or row.faults:
            return rejected(row, *reasons)
        fresh = [tag for tag in tags if tag not in known[link.key]]
        # A further row of the same portion sees what this one is about to add.
        known[link.key].update(fresh)
        if not fresh:
            return Decision(row.number, Act.SAME, link.target)
        return Decision(row.number, Act.CREATE, link.target, work=(link, tuple(fresh)))

    def write(self, decisions: Sequence[Decision]) -> None:
        fresh = [each for each in decisions if each.work is not None]
        self.links.make([each.work[0] for each in fresh])
        names = {name for each in fresh for name in each.work[1]}
        with unit_of_work(actor=self.context.viewer.actor) as work:
            make_tags(sorted(names), work, group=TagGroup.NEED)
        tags: dict[int, list[str]] = defaultdict(list)
        for each in fresh:
            link, added = each.work
            each.target = link.target
            tags[link.target] += added
        update_customers(
            [CustomerChange(pk, {}, tuple(dict.fromkeys(added))) for pk, added in tags.items()],
            viewer=self.context.viewer,
        )

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        """What was written stands in the database."""
