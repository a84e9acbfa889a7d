"""Rows of interactions: what happened with customers before, each told from others by its row's content."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.customers.importing.linking import Ask, CustomerLinks, Link
from weixi.customers.importing.people import Colleagues
from weixi.customers.importing.reading import iso
from weixi.customers.importing.remarks import SIGN
from weixi.customers.importing.rows import Act, Context, Decision, PlainHandler, Row, rejected
from weixi.customers.importing.specs import INTERACTIONS
from weixi.customers.models import Contact
from weixi.customers.naming import name_key
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import clean_values
from weixi.interactions.enums import Direction, Kind
from weixi.interactions.models import Interaction
from weixi.interactions.services.bulk import NewInteraction, may_record_for, record_interactions
from weixi.interactions.services.interactions import AHEAD, TEXT_FIELDS
from weixi.kernel import clock
from weixi.kernel.errors import Invalid

# A promise of the past is told with what was concluded; duties begin with what is recorded here.
_BEHIND = ("follow_up", "follow_up_on", "number")
_MOST_MINUTES = 60 * 24 * 31


class InteractionRows(PlainHandler):
    """The handler of interactions."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.links = CustomerLinks(context.viewer, create=context.create_customers)
        self._people: Colleagues | None = None
        self._equal: dict[str, int] = {}

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return tuple(spec.key for spec in INTERACTIONS.fields)

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        return (_content(row),)

    @staticmethod
    def group(row: Row) -> str:
        return ""

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        asks = [Ask(row.values.get("customer_number", ""), row.values.get("customer_name", "")) for row in rows]
        links = self.links.resolve(asks)
        keys = [self._key(row) for row in rows]
        known = dict(Interaction.objects.filter(source_key__in=keys).values_list("source_key", "pk"))
        ids = sorted({link.target for link in links if link.target is not None})
        people: dict[tuple[int, str], list[int]] = defaultdict(list)
        if "contact" in self.context.mapped:
            contacts = Contact.objects.filter(customer_id__in=ids, removed_at=None)
            for pk, customer, key in contacts.values_list("pk", "customer_id", "name_key"):
                people[customer, key].append(pk)
        return [
            self._decide(row, link, key, known.get(key), people)
            for row, link, key in zip(rows, links, keys, strict=True)
        ]

    def _key(self, row: Row) -> str:
        """A digest of the row's content and its count among equal rows of the file."""
        content = _content(row)
        count = 0
        if hash(content) in self.context.repeated:
            count = self._equal.get(content, 0)
            self._equal[content] = count + 1
        return hashlib.sha256(f"{content}\x1f{count}".encode()).hexdigest()

    def _decide(self, row: Row, link: Link, key: str, known: int | None, people: Any) -> Decision:
        if row.faults or link.fault:
            return rejected(row, *([link.fault] if link.fault else []))
        if known is not None:
            return Decision(row.number, Act.SAME, known)
        moment = row.values.get("occurred_at")
        if not isinstance(moment, datetime):
            return rejected(row, _("The row has no time."))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.get_default_timezone())
        if moment > clock.now() + AHEAD:
            return rejected(row, _("This time lies in the future. What is still to come is a follow-up."))
        minutes = row.values.get("minutes")
        if minutes is not None and not 0 <= minutes <= _MOST_MINUTES:
            return rejected(row, _("%(count)s minutes are not possible.") % {"count": minutes})
        contact, texts, faults = self._texts(row, link, people)
        if faults:
            return rejected(row, *faults)
        recorded_by = self._recorded_by(row, texts)
        values = {name: row.values[name] for name in ("depth", "purpose") if name in row.values}
        work = (link, NewInteraction(
            customer_id=0, kind=row.values.get("kind", Kind.OTHER), occurred_at=moment, contact_id=contact,
            direction=row.values.get("direction", Direction.OUT), minutes=minutes, recorded_by_id=recorded_by,
            source_key=key, texts=texts, **values,
        ))  # fmt: skip
        return Decision(row.number, Act.CREATE, work=work)

    def _texts(self, row: Row, link: Link, people: Any) -> tuple[int | None, dict[str, str], list[str]]:
        """(contact, texts, faults); a person we do not know as a contact stands among the participants."""
        texts = {name: str(row.values[name]) for name in TEXT_FIELDS if name in row.values}
        behind = [f"{INTERACTIONS.field(name).label_zh}{SIGN}{_plain(row.values[name])}"
                  for name in _BEHIND if name in row.values]  # fmt: skip
        if behind:
            texts["conclusion"] = "\n".join([texts["conclusion"], *behind] if "conclusion" in texts else behind)
        contact = None
        if name := row.values.get("contact"):
            found = people.get((link.target, name_key(name)[:60]), [])
            contact = found[0] if len(found) == 1 else None
            if contact is None:
                texts["participants"] = "、".join([name, *([texts["participants"]] if "participants" in texts else [])])
        try:
            texts = clean_values(texts)
        except Invalid as refusal:
            return None, {}, list(refusal.fields.values())
        return contact, texts, list(faults_of(Interaction, texts).values())

    def _recorded_by(self, row: Row, texts: dict[str, str]) -> int | None:
        """The colleague it was, where the importer may enter it for him; else his name stays in the text."""
        name = row.values.get("recorded_by")
        if not name:
            return None
        if self._people is None:
            self._people = Colleagues(self.context.viewer)
        person = self._people.find(name)
        if person is not None and may_record_for(self.context.viewer, person):
            return person.pk
        label = INTERACTIONS.field("recorded_by").label_zh
        texts["conclusion"] = "\n".join(filter(None, [texts.get("conclusion", ""), f"{label}{SIGN}{name}"]))
        return None

    def write(self, decisions: Sequence[Decision]) -> None:
        fresh = [each for each in decisions if each.work is not None]
        self.links.make([each.work[0] for each in fresh])
        rows = []
        for each in fresh:
            link, new = each.work
            rows.append(NewInteraction(
                link.target, new.kind, new.occurred_at, new.contact_id, new.direction, new.depth, new.purpose,
                new.minutes, new.recorded_by_id, new.source_key, new.texts,
            ))  # fmt: skip
        made = record_interactions(rows, viewer=self.context.viewer)
        for each, interaction in zip(fresh, made, strict=True):
            each.target = interaction.pk

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        for row in rows:
            self._key(row)


def _content(row: Row) -> str:
    return "\x1e".join(f"{key}={_plain(value)}" for key, value in sorted(row.values.items()))


def _plain(value: Any) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) and value.second else iso(value) if isinstance(
        value, datetime) else str(value)  # fmt: skip
