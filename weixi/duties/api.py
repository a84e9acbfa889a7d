"""Duties in the API: what is owed, why, and saying that something need not be done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from weixi.customers.queries import get_customer_for
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.duties.queries import DutyLine, duties_of_customer, get_duty_for, listed_duties
from weixi.duties.services.waive import waive_duty
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged
from weixi.kernel.api.values import Given, Id, Moment, PersonRef, Ref, Taken
from weixi.kernel.errors import NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.requests import Asked
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import document_of, version_in_force

router = Router(tags=["duties"])
MOST_SETTLED = 200


class DutiesAsked(Paged):
    customer: str | None = Field(None, min_length=1, max_length=40, description=gettext_noop("Number of a customer."))
    assignee: str | None = Field(None, min_length=1, max_length=40, description=gettext_noop("Log-in name."))
    state: DutyState | None = None


class WaiveDuty(Taken):
    reason: str = Field(min_length=1, max_length=300)


class WaivePeriod(WaiveDuty):
    """A period nobody has touched has no id yet: it is named by its key."""

    customer_id: Id
    key: str = Field(min_length=1, max_length=200)


class StepOut(Given):
    """A step of escalation that has fired."""

    role: str
    person: str
    at: Moment


class DutyOut(Given):
    """What somebody must do by when. `id` is null for a cadence period that nobody has touched yet."""

    id: int | None
    key: str
    clause: str
    title: str
    kind: str
    state: str
    customer: Ref | None
    subject: str
    about: str
    anchor: str
    opens_at: Moment
    due_at: Moment | None
    closed_at: Moment | None
    closed_by: str
    late_seconds: int | None
    priority: int
    assignee: PersonRef | None
    escalations: list[StepOut]


class DutyPage(Page[DutyOut]):
    """One page of duties. `total` is counted up to some thousands; `total_is_more`: there are more than that."""

    total_is_more: bool = False


class AnchorOut(Given):
    """The event a duty began with."""

    seq: int
    id: str
    type: str
    occurred_at: Moment
    actor: str


class VersionOut(Given):
    """The version of the policy that decides about a duty."""

    id: int
    label: str
    effective_at: Moment | None


class WhyOut(Given):
    """Why somebody owes this: the clause, its rule as written, what it began with, by which version."""

    clause: str
    rule: dict[str, Any] | None
    anchor_event: AnchorOut | None
    policy_version: VersionOut | None


class DutyDetail(DutyOut):
    """A duty with its reasons."""

    closes_on: list[str]
    why: WhyOut


@router.get(
    "/duties",
    summary=gettext_noop("List duties by due time"),
    description=gettext_noop("Open cadence periods are included; they are computed, not stored."),
    **read(DutyPage),
)
def list_duties(request: Asked, asked: Query[DutiesAsked]) -> DutyPage:
    stream = listed_duties(
        request.viewer,
        customer_number=asked.customer,
        assignee=asked.assignee,
        state=asked.state.value if asked.state else None,
    )
    first = (asked.page - 1) * asked.page_size
    lines = list(stream.lines(first, asked.page_size + 1))
    total, is_more = stream.count()
    return DutyPage(
        items=[DutyOut(**_values(line)) for line in lines[: asked.page_size]],
        page=asked.page,
        page_size=asked.page_size,
        total=total,
        total_is_more=is_more,
        more=len(lines) > asked.page_size,
    )


@router.get("/duties/{int:duty_id}", summary=gettext_noop("One duty and why it is owed"), **read(DutyDetail))
def get_duty(request: Asked, duty_id: int) -> DutyDetail:
    return _detail(get_duty_for(request.viewer, duty_id))


@router.post("/duties/{int:duty_id}/waive", summary=gettext_noop("This duty need not be done"), **write(DutyDetail))
def waive(request: Asked, duty_id: int, payload: WaiveDuty) -> DutyDetail:
    waive_duty(get_duty_for(request.viewer, duty_id), viewer=request.viewer, reason=payload.reason)
    return _detail(get_duty_for(request.viewer, duty_id))


@router.post(
    "/duties/waive",
    summary=gettext_noop("This period need not be done"),
    description=gettext_noop("For what a list of duties shows without an id; it may name a stored duty as well."),
    **write(DutyDetail),
)
def waive_period(request: Asked, payload: WaivePeriod) -> DutyDetail:
    line = _by_key(request, payload)
    waive_duty(line, viewer=request.viewer, reason=payload.reason)
    return _detail(_by_key(request, payload))


def _by_key(request: Asked, payload: WaivePeriod) -> DutyLine:
    customer = get_customer_for(request.viewer, payload.customer_id)
    for line in duties_of_customer(request.viewer, customer, settled=MOST_SETTLED):
        if line.key == payload.key:
            return line
    raise NotFound(_("There is no such duty among those you see."), code="duty.not_found")


def _values(line: DutyLine) -> dict[str, Any]:
    same = (
        "key", "clause", "title", "kind", "subject", "about", "anchor", "opens_at", "due_at", "closed_at", "closed_by",
        "late_seconds", "priority",
    )  # fmt: skip
    customer = assignee = None
    if line.customer_id is not None:
        customer = Ref(id=line.customer_id, number=line.customer_number, name=line.customer_name)
    if line.assignee_id is not None:
        assignee = PersonRef(id=line.assignee_id, username=line.assignee, name=line.assignee_name)
    return {
        **{name: getattr(line, name) for name in same},
        "id": line.pk,
        "state": str(line.state),
        "customer": customer,
        "assignee": assignee,
        "escalations": [StepOut.model_validate(step) for step in line.told],
    }


def _detail(line: DutyLine) -> DutyDetail:
    return DutyDetail(**_values(line), closes_on=list(line.closes_on), why=_why(line))


def _why(line: DutyLine) -> WhyOut:
    version = _version_of(line)
    rule = document_of(version).rule(line.clause) if version else None
    event = Event.objects.filter(id=line.anchor).first()
    return WhyOut(
        clause=line.clause,
        rule=rule.model_dump(mode="json") if rule else None,
        anchor_event=AnchorOut.model_validate(event) if event else None,
        policy_version=VersionOut(id=version.pk, label=version.label, effective_at=version.effective_at)
        if version
        else None,
    )


def _version_of(line: DutyLine) -> PolicyVersion | None:
    """The version the row names; for a period without a row the one in force."""
    if line.pk is not None:
        return PolicyVersion.objects.filter(pk__in=Duty.objects.filter(pk=line.pk).values("version_id")).first()
    in_force = version_in_force()
    return PolicyVersion.objects.filter(pk=in_force.pk).first() if in_force else None
