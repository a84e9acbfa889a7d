"""What pickers and filters offer, within the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.acts.kinds import settable_by
from weixi.customers.enums import Lifecycle
from weixi.customers.grades import grade_labels
from weixi.customers.list_frame import read_ask
from weixi.customers.models import Contact, Customer, Tag
from weixi.customers.queries import visible_customers
from weixi.customers.queries.listing import matching_ids
from weixi.customers.queries.matching import matching_customers
from weixi.kernel.errors import Invalid
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

OFFERED = 12
LONGEST_TEXT = 100

Option = dict[str, Any]


def _working() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("name")


_NAMES = Prepared(lambda: _working().values_list("pk", "name"))
_NAMES_OF = Prepared(lambda ids: _working().filter(one_of("pk", ids)).values_list("pk", "name"), several)


@dataclass(frozen=True, slots=True)
class ListChoices:
    """What the acts of the list offer somebody; told from others' by what it is, so that it is drawn once for all of
    whom it is the same (`{% fixed %}`). `people` and `settable` are keys and names."""

    people: tuple[tuple[int, str], ...]
    lifecycles: tuple[tuple[str, Any], ...]
    settable: tuple[tuple[str, str], ...]
    may_assign: bool
    may_edit: bool
    may_export: bool
    may_archive: bool


def list_choices(viewer: Viewer) -> ListChoices:
    """People are those whose customers the viewer may see."""
    may_edit = viewer.may("customers.edit")
    return ListChoices(
        people=tuple(_NAMES().rows() if viewer.sees_all else _NAMES_OF(viewer.owner_ids).rows()),
        lifecycles=tuple(Lifecycle.choices),
        settable=tuple((each.key, str(each.label)) for each in settable_by(viewer)) if may_edit else (),
        may_assign=viewer.may("customers.assign"),
        may_edit=may_edit,
        may_export=viewer.may("customers.export"),
        may_archive=viewer.may("customers.archive"),
    )


def people_of(viewer: Viewer) -> QuerySet[User]:
    """The people who work here and whose customers the viewer sees."""
    return _working() if viewer.sees_all else _working().filter(pk__in=viewer.owner_ids)


def customer_options(viewer: Viewer, text: str) -> list[Option]:
    """Customers for a picker: what matches the text, or those contacted last."""
    text = _clean(text)
    labels = grade_labels()
    ranks = {code: place for place, code in enumerate(labels, 1)}
    if text:
        ids = matching_customers(viewer, text, limit=OFFERED)
        found = Customer.objects.filter(pk__in=ids).in_bulk()
        rows = [found[pk] for pk in ids if pk in found]
    else:
        rows = list(
            visible_customers(viewer).filter(last_contact_at__isnull=False).order_by("-last_contact_at")[:OFFERED]
        )
    return [
        {
            "value": row.pk, "label": row.name, "sub": row.number,
            "grade_rank": ranks.get(row.grade, 9), "grade_label": labels.get(row.grade, ""),
        }
        for row in rows
    ]  # fmt: skip


def contact_options(viewer: Viewer, customer: str, text: str) -> list[Option]:
    """The people of one customer."""
    if not (customer.isdecimal() and customer.isascii() and len(customer) < 19):
        return []
    rows = Contact.objects.filter(viewer.owned("customer__"), customer_id=int(customer), removed_at=None)
    access = viewer_access(viewer)
    shown = access.present
    if (text := _clean(text)) and access.reads("contact_name"):
        rows = rows.filter(name__icontains=text)
    return [
        {"value": row.pk, "label": shown("contact_name", row.name), "sub": shown("contact_position", row.position)}
        for row in rows[:OFFERED]
    ]


def tag_options(viewer: Viewer, text: str) -> list[Option]:
    """Tags that customers of the viewer's scope carry, or that nobody carries yet."""
    rows = Tag.objects.filter(name__icontains=_clean(text))
    if not viewer.sees_all:
        # A free tag may name what only its own customers should know of.
        rows = rows.filter(used__customer__in=visible_customers(viewer)).distinct()
    return [{"value": row.name, "label": row.name, "sub": row.get_group_display()} for row in rows[:OFFERED]]


def person_of(viewer: Viewer, key: str) -> User:
    """The person a form names. Raises Invalid for nobody; whether he may take customers the service asks."""
    person = User.objects.filter(pk=int(key)).first() if key.isdecimal() and key.isascii() and len(key) < 10 else None
    if person is None:
        raise Invalid(_("Choose a person."), fields={"owner": _("Choose a person.")})
    return person


def picked(viewer: Viewer, posted: QueryDict, *, most: int) -> list[int]:
    """The customers an act on many is about: the boxes, or with `whole` all that the list's address matches.

    Raises Invalid for none, and for more than one act takes.
    """
    if posted.get("whole"):
        ask, _grades = read_ask(viewer, QueryDict(posted.get("query", "")))
        ids = matching_ids(viewer, ask, limit=most + 1)
    else:
        given = posted.getlist("pick")
        ids = [int(text) for text in given if text.isdecimal() and text.isascii() and len(text) < 19]
    if not ids:
        raise Invalid(_("Choose at least one customer."))
    if len(ids) > most:
        raise Invalid(_("At most %(n)d customers at once. Narrow the filter.") % {"n": most})
    return ids


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:LONGEST_TEXT]
