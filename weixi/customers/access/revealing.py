"""A masked value in full: one at a time, with a right of its own, and on record (D-1)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from weixi.customers.access.deciding import viewer_access
from weixi.customers.fields.catalogue import find_field
from weixi.customers.fields.values import contact_values_of, values_of
from weixi.customers.models import Contact, Customer
from weixi.kernel import clock
from weixi.kernel.errors import Forbidden, Invalid, NotFound, WeixiError
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Access, Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.policy.document.guard import Personal
from weixi.policy.queries import security_rules

REVEALED = "personal.revealed"
LONGEST_REASON = 200


class TooManyReveals(WeixiError):
    """The person has used up what the policy allows in an hour."""

    status = 429
    code = "reveal.too_many"


def reveal_rules() -> Personal:
    """What the policy in force says about seeing masked values."""
    return security_rules().personal or Personal()


def reveal(viewer: Viewer, record: Customer | Contact, key: str, *, reason: str = "") -> str:
    """The value of a field that the viewer sees masked, in full; it is on record who saw what of whom.

    The caller has fetched the record for the viewer. A value he sees anyway is given without a record.
    Raises NotFound for what is no field of the record, Forbidden without the right and for a hidden field,
    Invalid without a reason where the policy asks for one, TooManyReveals.
    """
    of_contact = isinstance(record, Contact)
    field = find_field(key)
    if field is None or (field.of == "contact") != of_contact:
        raise NotFound(_("There is no such field."), code="field.unknown")
    access = viewer_access(viewer).of(key)
    value = str((contact_values_of if of_contact else values_of)([record.pk], [key])[record.pk][key] or "")
    if access.reads:
        return value
    viewer.require(Right.PERSONAL_REVEAL)
    if access == Access.HIDDEN:
        raise Forbidden(_("Your role does not see this field."), code="field.forbidden")
    rules = reveal_rules()
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if rules.reveal_reason_needed and not reason:
        raise Invalid(_("Say what you need it for."), fields={"reason": _("A reason is needed.")})
    with unit_of_work(actor=viewer.actor) as work:
        _count(viewer, rules.reveals_per_hour)
        work.record(
            REVEALED,
            customer=record.customer_id if isinstance(record, Contact) else record.pk,
            subject=("contact" if of_contact else "customer", record.pk),
            data={"fields": [key], **({"reason": reason} if reason else {})},
            touch=False,
        )
    return value


def _count(viewer: Viewer, most: int | None) -> None:
    """Raises TooManyReveals when the hour is used up; the person's row is held, so that two at once count both.

    Uses index: event_type (type, recorded_at).
    """
    if most is None or viewer.user is None:
        return
    User.objects.select_for_update().get(pk=viewer.user.pk)
    since = clock.now() - timedelta(hours=1)
    seen = Event.objects.filter(type=REVEALED, recorded_at__gt=since, actor=viewer.actor).count()
    if seen >= most:
        raise TooManyReveals(
            _("You have looked at %(n)d masked values within an hour; more is not allowed. Try again later.")
            % {"n": most}
        )
