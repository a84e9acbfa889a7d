"""The head of the customer page: how we stand in one sentence, and what to look at — each with its why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.customers.completeness import Standing
from weixi.customers.enums import Reach
from weixi.customers.grades import grade_labels, owner_fits, owners_wanted, partner_wanted
from weixi.customers.models import Customer
from weixi.duties.lines import DutyLine
from weixi.grading.models import FallNotice
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.currency import money_text
from weixi.kernel.drawing import moments
from weixi.kernel.errors import NotFound
from weixi.organisation.models import User
from weixi.policy.document.archive import Archive
from weixi.policy.queries import clause_in_force, clause_on_event, policy_in_force
from weixi.web.customer.falls import fall_words

# A change of owner, and so who the owner has to be, stands in one clause.
_OWNERS = "customer.owner_changed"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of the sentence, or an alert: its words, what they rest on, and where that can be seen.

    `state` is empty, `good` or `warn`; `clause` the number of the rule behind it.
    """

    text: str
    why: str
    url: str
    state: str = ""
    clause: str = ""


def standing_sentence(
    customer: Customer, *, change_pct: int | None, amount: Any, orders: int, missed: int, due: int, now: datetime
) -> list[Phrase]:
    """`往来比去年多 18%，有 2 件约定没办，3 天前联系过。` — three phrases, each leading to its evidence."""
    here = reverse("customer", args=[customer.pk])
    return [
        _dealings(customer, here, change_pct, amount, orders),
        _promises(here, missed, due),
        _touch(customer, here, now),
    ]


def _dealings(customer: Customer, here: str, change_pct: int | None, amount: Any, orders: int) -> Phrase:
    url = f"{here}?tab=transactions"
    bought = ngettext("%(n)d order in 12 months", "%(n)d orders in 12 months", orders) % {"n": orders}
    why = f"{money_text(amount)}{_(', ')}{bought}"
    if not orders:
        return Phrase(_("no purchase in 12 months"), why, url, "warn" if customer.last_order_on else "")
    if change_pct is None:
        return Phrase(_("buying, nothing the year before"), why, url, "good")
    if change_pct >= 0:
        return Phrase(_("buying %(n)d%% more than the year before") % {"n": change_pct}, why, url, "good")
    return Phrase(_("buying %(n)d%% less than the year before") % {"n": -change_pct}, why, url, "warn")


def _promises(here: str, missed: int, due: int) -> Phrase:
    url = f"{here}?tab=duties"
    why = ngettext("%(n)d promise came due in 12 months", "%(n)d promises came due in 12 months", due) % {"n": due}
    if not due:
        return Phrase(_("nothing was owed yet"), why, url)
    if missed:
        text = ngettext("%(n)d promise not kept", "%(n)d promises not kept", missed) % {"n": missed}
        return Phrase(text, why, url, "warn")
    return Phrase(_("every promise kept"), why, url, "good")


def _touch(customer: Customer, here: str, now: datetime) -> Phrase:
    url, last = f"{here}?kind=contacts", customer.last_contact_at
    if last is None:
        return Phrase(_("never contacted"), _("No contact is recorded."), url, "warn")
    days = (timezone.localtime(now).date() - timezone.localtime(last).date()).days
    why = _("Last contact: %(day)s") % {"day": moments.near_day_text(timezone.localtime(last).date())}
    if days <= 0:
        return Phrase(_("in touch today"), why, url)
    return Phrase(ngettext("in touch %(n)d day ago", "in touch %(n)d days ago", days) % {"n": days}, why, url)


def alerts_of(
    customer: Customer, judged: Standing, waiting: Sequence[DutyLine], falls: Sequence[FallNotice], now: datetime
) -> list[Phrase]:
    """What to look at: a falling value (G-5), contacts owed and late, an owner whom the grade does not
    allow or who is alone where it asks for two, an archive below its target or stale (A-5, A-7)."""
    if customer.archived_at:
        return []
    here = reverse("customer", args=[customer.pk])
    found = []
    for fall in falls:
        what, why = fall_words(fall)
        found.append(Phrase(what, why, f"{here}?tab=transactions", "warn"))
    owed = [line for line in waiting if line.is_late and line.kind == "cadence"]
    if owed:
        text = ngettext("%(n)d contact owed", "%(n)d contacts owed", len(owed)) % {"n": len(owed)}
        found.append(Phrase(text, owed[0].title, f"{here}?tab=duties", "warn", owed[0].clause))
    if customer.owner and not owner_fits(customer.grade, customer.owner):
        found.append(_owner_alert(customer, customer.owner, here))
    if partner := partner_wanted(customer.grade, customer.owner, customer.co_owner):
        why = _("The policy gives %(grade)s to %(wanted)s together; missing: %(partner)s.") % {
            "grade": grade_labels().get(customer.grade, customer.grade),
            "wanted": owners_wanted(customer.grade),
            "partner": partner,
        }
        found.append(Phrase(_("second owner missing"), why, f"{here}?tab=history", "warn", clause_on_event(_OWNERS)))
    return [*found, *_archive_alerts(customer, judged, now, f"{here}?tab=archive")]


def _owner_alert(customer: Customer, owner: User, here: str) -> Phrase:
    why = _("The policy gives %(grade)s to: %(wanted)s. Now it is %(name)s (%(role)s).") % {
        "grade": grade_labels().get(customer.grade, customer.grade),
        "wanted": owners_wanted(customer.grade),
        "name": owner.name,
        "role": owner.get_role_display(),
    }
    return Phrase(_("owner does not fit the grade"), why, f"{here}?tab=history", "warn", clause_on_event(_OWNERS))


def _archive_alerts(customer: Customer, judged: Standing, now: datetime, url: str) -> list[Phrase]:
    try:
        standard = policy_in_force().archive
    except NotFound:
        return []
    found = []
    target = standard.target
    if target is not None and target.completeness_pct is not None and judged.percent < target.completeness_pct:
        words = {"n": judged.percent, "target": f"{target.completeness_pct:g}"}
        why = _("The policy asks for %(target)s%%.") % words
        found.append(Phrase(_("archive %(n)d%% complete") % words, why, url, "warn", target.clause or ""))
    if customer.reach == Reach.INDIRECT and customer.through_id is None:
        why = _("It is indirect, and nobody says through whom it is reached.")
        clause = clause_in_force("archive.indirect_customers")
        found.append(Phrase(_("not linked to its direct customer"), why, url, "warn", clause))
    if stale := _stale(customer, standard, now):
        found.append(stale)
    return found


def _stale(customer: Customer, standard: Archive, now: datetime) -> Phrase | None:
    """Nothing was changed for longer than the shortest update frequency of a field of customers."""
    changed = timezone.localtime(customer.changed_at).date()
    spans = [field.update_every for field in standard.field if field.update_every and not field.computed]
    due = [add_months(changed, span.months) + timedelta(days=span.days) for span in spans]
    if not due or min(due) >= timezone.localtime(now).date():
        return None
    day = moments.near_day_text(changed)
    return Phrase(
        _("archive stale"), _("Nothing was changed since %(day)s.") % {"day": day},
        f"{reverse('customer', args=[customer.pk])}?tab=archive", "warn", clause_in_force("archive"),
    )  # fmt: skip
