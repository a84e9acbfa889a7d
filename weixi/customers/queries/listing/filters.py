"""The filters of the customer list: names of an allow-list in the address, each a sentence in a chip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.access import viewer_access
from weixi.customers.enums import CustomerKind, Lifecycle, Reach
from weixi.customers.models import CustomerTag
from weixi.kernel import clock
from weixi.kernel.currency import money_text, unsigned
from weixi.kernel.walked import Walked
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# Values of one filter; an address with more is not one a person made.
MOST_VALUES = 60
MOST_DAYS = 36_500
DUE_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter in effect. `label` and `words` are its chip: “Region 华东, 华中”.

    `rare`: an index answers it, so that few matches are found without walking the list's order.
    `owners`: the owners it restricts the list to, when it does.
    """

    name: str
    label: Any
    words: str
    values: tuple[str, ...]
    where: Q
    rare: bool = False
    owners: frozenset[int] | None = None
    # The same condition for a walk along an order, where its own index is of no use.
    walked: Q | None = None
    # Ids that an index gives and among which all are who meet it; instead of `rare`.
    lookups: tuple[QuerySet[Any], ...] = ()
    # The grade that it asks for when it is one alone (empty: none): an index holds it with the order by name.
    grade: str | None = None
    # Whether rows of each customer have to be counted for it.
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and the names of the grades in force (code -> name, the best first)."""

    viewer: Viewer
    grades: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter the list knows. `read` makes the condition or raises ValueError with the reason."""

    name: str
    label: Any
    read: Callable[[Asker, tuple[str, ...]], Condition]
    many: bool = False


def _texts(name: str, label: Any) -> Filter:
    def read(asker: Asker, values: tuple[str, ...]) -> Condition:
        walked = Q(In(Walked(F(name), output_field=CharField()), values))
        return Condition(name, label, _(", ").join(values), values, Q(**{f"{name}__in": values}), True, walked=walked)

    return Filter(name, label, read, many=True)


def _choices(
    name: str, label: Any, choices: Callable[[Asker], Iterable[tuple[str, Any]]], *, indexed: bool = False
) -> Filter:
    """`indexed`: the column has an index of its own, which knows the few of a rare value."""

    def read(asker: Asker, values: tuple[str, ...]) -> Condition:
        known = {code: str(text) for code, text in choices(asker)}
        if unknown := [value for value in values if value not in known]:
            raise ValueError(_("“%(value)s” is not in its list.") % {"value": unknown[0][:40]})
        words = _(", ").join(known[value] for value in values)
        walked = Q(In(Walked(F(name), output_field=CharField()), values)) if indexed else None
        return Condition(name, label, words, values, Q(**{f"{name}__in": values}), indexed, walked=walked)

    return Filter(name, label, read, many=True)


def _grades(asker: Asker) -> list[tuple[str, Any]]:
    return [*asker.grades.items(), ("none", _("not graded"))]


def _grade(asker: Asker, values: tuple[str, ...]) -> Condition:
    """Codes of the grades in force, or `none`."""
    known = _choices("grade", gettext_lazy("Grade"), _grades).read(asker, values)
    codes = ["" if value == "none" else value for value in values]
    return replace(known, where=Q(grade__in=codes), grade=codes[0] if len(codes) == 1 else None)


def _owner(asker: Asker, values: tuple[str, ...]) -> Condition:
    """`me`, `none` (nobody's), or ids of people; somebody outside the scope matches nothing."""
    user = asker.viewer.user
    ids: set[int] = set()
    words: list[str] = []
    where = Q()
    for value in values:
        if value == "me" and user:
            ids.add(user.pk)
            words.append(_("me"))
        elif value == "none":
            where |= Q(owner__isnull=True)
            words.append(_("nobody"))
        elif value.isdecimal() and value.isascii() and len(value) < 10:
            ids.add(int(value))
        else:
            raise ValueError(_("“%(value)s” is nobody.") % {"value": value[:40]})
    named = ids - ({user.pk} if user and "me" in values else set())
    words += User.objects.filter(pk__in=named).values_list("name", flat=True)
    owners = frozenset(ids) if not where else None
    where |= Q(owner_id__in=ids)
    return Condition("owner", gettext_lazy("Owner"), _(", ").join(words) or "—", values, where, False, owners)


def read_amount(text: str) -> Decimal:
    """An amount typed into a filter; raises ValueError with the reason."""
    bare = unsigned(text).replace(",", "").replace("，", "")
    try:
        amount = Decimal(bare)
    except InvalidOperation:
        raise ValueError(_("“%(value)s” is not an amount.") % {"value": text[:40]}) from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 16:
        raise ValueError(_("“%(value)s” is not an amount.") % {"value": text[:40]})
    return amount.quantize(Decimal("0.01"))


def _amount_from(asker: Asker, values: tuple[str, ...]) -> Condition:
    amount = read_amount(values[0])
    words = _("from %(amount)s") % {"amount": money_text(amount)}
    return Condition("amount_from", AMOUNT, words, values, Q(annual_amount__gte=amount), rare=True)


def _amount_to(asker: Asker, values: tuple[str, ...]) -> Condition:
    amount = read_amount(values[0])
    words = _("up to %(amount)s") % {"amount": money_text(amount)}
    return Condition("amount_to", AMOUNT, words, values, Q(annual_amount__lte=amount))


def _days(text: str) -> int:
    if not (text.isdecimal() and text.isascii()) or len(text) > 6 or not 0 < int(text) <= MOST_DAYS:
        raise ValueError(_("“%(value)s” is not a number of days.") % {"value": text[:40]})
    return int(text)


def _quiet(asker: Asker, values: tuple[str, ...]) -> Condition:
    days = _days(values[0])
    since = clock.now() - timedelta(days=days)
    where = Q(last_contact_at__lt=since) | Q(last_contact_at__isnull=True, created_at__lt=since)
    return Condition("quiet", gettext_lazy("Last contact"), _("more than %(n)d days ago") % {"n": days}, values, where)


def _entered(asker: Asker, values: tuple[str, ...]) -> Condition:
    if values[0] == "quarter":
        today = clock.today()
        start = datetime(today.year, (today.month - 1) // 3 * 3 + 1, 1, tzinfo=timezone.get_current_timezone())
        words = _("this quarter")
    else:
        days = _days(values[0])
        start, words = clock.now() - timedelta(days=days), _("in the last %(n)d days") % {"n": days}
    where = Q(created_at__gte=start)
    return Condition("entered", gettext_lazy("Entered"), words, values, where, rare=True)


def _due(asker: Asker, values: tuple[str, ...]) -> Condition:
    now = clock.now()
    known = {
        "overdue": (_("overdue"), Q(next_due_at__lt=now), True),
        "week": (_("within 7 days"), Q(next_due_at__gte=now, next_due_at__lt=now + DUE_SOON), True),
        "none": (_("none"), Q(next_due_at__isnull=True), False),
    }
    if values[0] not in known:
        raise ValueError(_("“%(value)s” is not in its list.") % {"value": values[0][:40]})
    words, where, rare = known[values[0]]
    return Condition("due", gettext_lazy("Next duty"), words, values, where, rare)


def _complete(asker: Asker, values: tuple[str, ...]) -> Condition:
    text = values[0]
    if not (text.isdecimal() and text.isascii()) or len(text) > 3 or int(text) > 100:
        raise ValueError(_("“%(value)s” is not a percentage.") % {"value": text[:40]})
    words = _("below %(n)d %%") % {"n": int(text)}
    return Condition("complete_below", gettext_lazy("Completeness"), words, values, Q(completeness__lt=int(text)))


def _tags(asker: Asker, values: tuple[str, ...]) -> Condition:
    """Customers that carry every one of the tags."""
    where = Q()
    for value in values:
        where &= Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__name=value)))
    return Condition("tag", gettext_lazy("Tag"), _(", ").join(values), values, where, rare=True)


def _quality(asker: Asker, values: tuple[str, ...]) -> Condition:
    """What archives lack. Uses index: archive_key_gaps, archive_stale, archive_invalid."""
    known = {
        "missing": (_("key fields missing"), Q(archive_state__key_gaps__gt=0)),
        "stale": (_("out of date"), Q(archive_state__stale__gt=0)),
        "invalid": (_("invalid values"), Q(archive_state__invalid__gt=0)),
    }
    if unknown := [value for value in values if value not in known]:
        raise ValueError(_("“%(value)s” is not in its list.") % {"value": unknown[0][:40]})
    where = Q()
    for value in values:
        where |= known[value][1]
    words = _(", ").join(known[value][0] for value in values)
    return Condition("quality", gettext_lazy("Archive"), words, values, where, rare=True)


AMOUNT = gettext_lazy("Amount of 12 months")

FILTERS: dict[str, Filter] = {
    item.name: item
    for item in (
        Filter("owner", gettext_lazy("Owner"), _owner, many=True),
        Filter("grade", gettext_lazy("Grade"), _grade, many=True),
        _choices("lifecycle", gettext_lazy("Lifecycle"), lambda asker: Lifecycle.choices, indexed=True),
        _choices("kind", gettext_lazy("Kind"), lambda asker: CustomerKind.choices),
        _choices("reach", gettext_lazy("Direct or indirect"), lambda asker: Reach.choices),
        _texts("region", gettext_lazy("Region")),
        _texts("city", gettext_lazy("City")),
        _texts("industry", gettext_lazy("Industry")),
        Filter("amount_from", AMOUNT, _amount_from),
        Filter("amount_to", AMOUNT, _amount_to),
        Filter("quiet", gettext_lazy("Last contact"), _quiet),
        Filter("entered", gettext_lazy("Entered"), _entered),
        Filter("due", gettext_lazy("Next duty"), _due),
        Filter("quality", gettext_lazy("Archive"), _quality, many=True),
        Filter("complete_below", gettext_lazy("Completeness"), _complete),
        Filter("tag", gettext_lazy("Tag"), _tags, many=True),
    )
}
# Those whose field a role may have masked; the others stand in clear for everybody.
_MASKABLE = frozenset({"region", "city", "industry"})
# Names of the address that are no filters: known to the page, never a fault.
OTHER_NAMES = frozenset(
    {"q", "where", "view", "group", "sum", "sort", "after", "before", "archived", "page", "part", "csrfmiddlewaretoken"}
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an address asks for: conditions in effect, and notes about what was not understood."""

    items: tuple[Condition, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> Q:
        condition = Q()
        for item in self.items:
            condition &= item.where
        return condition

    @property
    def walked(self) -> Q:
        condition = Q()
        for item in self.items:
            condition &= item.where if item.walked is None else item.walked
        return condition

    @property
    def owners(self) -> frozenset[int] | None:
        found = [item.owners for item in self.items if item.owners is not None]
        return frozenset.intersection(*found) if found else None

    @property
    def grade(self) -> str | None:
        return next((item.grade for item in self.items if item.grade is not None), None)

    def get(self, name: str) -> Condition | None:
        return next((item for item in self.items if item.name == name), None)


def read_conditions(asker: Asker, given: Mapping[str, Sequence[str]]) -> Conditions:
    """Read an address. What it does not know or cannot read is left out with a note, never a fault.

    Raises Forbidden for a filter by what is masked: the count behind it would tell it.
    """
    items: list[Condition] = []
    notes: list[str] = []
    for name, values in given.lists() if isinstance(given, MultiValueDict) else given.items():
        if name in OTHER_NAMES:
            continue
        known = FILTERS.get(name)
        if known is None:
            notes.append(_("The list has no filter “%(name)s”; it was left out.") % {"name": name[:40]})
            continue
        if name in _MASKABLE:
            viewer_access(asker.viewer).require_reads(name)
        clean = tuple(dict.fromkeys(text for value in values if (text := _readable(value))))
        if not clean:
            continue
        try:
            condition = known.read(asker, clean[:MOST_VALUES] if known.many else clean[:1])
        except ValueError as error:
            notes.append(_("%(filter)s: %(reason)s It was left out.") % {"filter": known.label, "reason": error})
            continue
        items.append(condition)
    return Conditions(tuple(items), tuple(notes))


def _readable(value: str) -> str:
    """Trimmed text without NUL and lone surrogates, which no database takes."""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:200]
