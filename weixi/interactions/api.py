"""Interactions and follow-ups in the API."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.customers.access import present
from weixi.customers.models import Customer
from weixi.customers.queries import get_contact_for, get_customer_for
from weixi.interactions.enums import Depth, Direction, Kind, Purpose
from weixi.interactions.models import FollowUp, Interaction
from weixi.interactions.queries.records import INCOMPLETE, get_interaction_for, visible_interactions
from weixi.interactions.services import Evidence, amend_interaction, complete_followup, record_interaction
from weixi.interactions.services.followups import Promise
from weixi.interactions.services.interactions import PROVABLE
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Given, Id, Moment, MomentIn, PersonRef, Ref, Taken, person_ref
from weixi.kernel.errors import Invalid
from weixi.organisation.models import User
from weixi.organisation.requests import Asked
from weixi.organisation.scope import Viewer

router = Router(tags=["interactions"])
Text = Annotated[str, Field(max_length=10_000)]
EvidenceKind: Any = StrEnum("EvidenceKind", {name.upper().replace(".", "_"): name for name in PROVABLE})  # type: ignore[misc]


class InteractionsAsked(Paged):
    customer_id: Id | None = None
    kind: Kind | None = None
    recorded_by: str | None = Field(None, max_length=40, description=gettext_noop("Log-in name."))
    incomplete: bool | None = Field(
        None, description=gettext_noop("Whether parts are missing that the policy asks for.")
    )
    since: MomentIn | None = Field(None, description=gettext_noop("Happened at this time or later."))
    until: MomentIn | None = Field(None, description=gettext_noop("Happened before this time."))


class FollowUpIn(Taken):
    text: str = Field(min_length=1, max_length=300)
    due_at: MomentIn
    assignee: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        None, description=gettext_noop("Log-in name; left out: whoever records it.")
    )


class EvidenceIn(Taken):
    """A further fact that this interaction proves, as the rule of a duty asks for it."""

    type: Annotated[EvidenceKind, Field(strict=False)]
    subject: str | None = Field(None, pattern=r"^[a-z]{1,24}:[0-9]{1,18}$", description=gettext_noop("As followup:7."))
    anchor: str | None = Field(None, max_length=64, description=gettext_noop("The `anchor` of the duty it answers."))
    outcome: str | None = Field(None, max_length=200)


class RecordInteraction(Taken):
    customer_id: Id
    kind: Annotated[Kind, Field(strict=False)]
    occurred_at: MomentIn | None = Field(None, description=gettext_noop("Left out: now."))
    contact_id: Id | None = None
    direction: Annotated[Direction, Field(strict=False)] = Direction.OUT
    depth: Annotated[Depth, Field(strict=False)] | None = None
    purpose: Annotated[Purpose, Field(strict=False)] | None = None
    minutes: int | None = Field(None, ge=0, le=100_000)
    visit_system: str | None = Field(
        None,
        max_length=20,
        description=gettext_noop("Of a visit: a code of the policy's visit systems; left out: the customer's."),
    )
    participants: str = Field("", max_length=200)
    content: Text = ""
    need: Text = ""
    solution: Text = ""
    conclusion: Text = ""
    feedback: Text = ""
    followups: list[FollowUpIn] = Field(default_factory=list, max_length=20)
    evidence: list[EvidenceIn] = Field(default_factory=list, max_length=20)


class AmendInteraction(Taken):
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    participants: str = Field("", max_length=200)
    content: Text = ""
    need: Text = ""
    solution: Text = ""
    conclusion: Text = ""
    feedback: Text = ""


class CompleteFollowUp(Taken):
    result: str = Field(min_length=1, max_length=300)


class FollowUpOut(Given):
    """A promise to a customer."""

    id: int
    customer_id: int
    interaction_id: int | None
    text: str
    due_at: Moment
    assignee: PersonRef | None
    done_at: Moment | None
    result: str


class InteractionOut(Given):
    """What happened with a customer. `late`: entered after the limit of the policy. `lacking`: parts the policy asks
    for that are missing."""

    id: int
    customer: Ref
    kind: str
    purpose: str
    depth: str
    direction: str
    occurred_at: Moment
    minutes: int | None
    visit_system: str
    contact_id: int | None
    contact_name: str
    participants: str
    content: str
    need: str
    solution: str
    conclusion: str
    feedback: str
    recorded_by: PersonRef | None
    recorded_at: Moment
    late: bool
    lacking: list[str]
    version: int
    withdrawn_at: Moment | None
    followups: list[FollowUpOut]


@router.get("/interactions", summary=gettext_noop("List interactions, the latest first"), **read(Page[InteractionOut]))
def list_interactions(request: Asked, asked: Query[InteractionsAsked]) -> Page[InteractionOut]:
    viewer = request.viewer
    rows = visible_interactions(viewer)
    if asked.customer_id is not None:
        rows = rows.filter(customer=get_customer_for(viewer, asked.customer_id))
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    if asked.recorded_by is not None:
        rows = rows.filter(recorded_by__username__iexact=asked.recorded_by)
    if asked.incomplete is not None:
        rows = rows.filter(INCOMPLETE if asked.incomplete else ~Q(INCOMPLETE))
    if asked.since is not None:
        rows = rows.filter(occurred_at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(occurred_at__lt=asked.until)
    return Page[InteractionOut](
        **page_of(rows.order_by("-occurred_at", "-id"), asked, partial(interaction_out, viewer))
    )


@router.get("/interactions/{int:interaction_id}", summary=gettext_noop("One interaction"), **read(InteractionOut))
def get_interaction(request: Asked, interaction_id: int) -> InteractionOut:
    return interaction_out(request.viewer, get_interaction_for(request.viewer, interaction_id))


@router.post(
    "/interactions",
    summary=gettext_noop("Record an interaction"),
    description=gettext_noop("Follow-ups become duties with their date; `evidence` closes the duties that ask for it."),
    **write(InteractionOut, 201),
)
def create_interaction(request: Asked, payload: RecordInteraction) -> Status[InteractionOut]:
    viewer = request.viewer
    values = payload.given()
    customer = get_customer_for(viewer, values.pop("customer_id"), joined=("owner",))
    contact_id = values.pop("contact_id", None)
    followups, evidence = values.pop("followups", []), values.pop("evidence", [])
    made = record_interaction(
        customer,
        viewer=viewer,
        contact=get_contact_for(viewer, contact_id) if contact_id is not None else None,
        depth=values.pop("depth", None) or "",
        purpose=values.pop("purpose", None) or "",
        visit_system=values.pop("visit_system", None) or "",
        followups=[_promise(item) for item in followups],
        evidence=[_evidence(customer, item) for item in evidence],
        **values,
    )
    return Status(201, interaction_out(viewer, get_interaction_for(viewer, made.pk)))


@router.patch(
    "/interactions/{int:interaction_id}",
    summary=gettext_noop("Correct the words of a record"),
    description=gettext_noop(
        "Only what is sent is changed. Kind, time and person stay: they are what duties were closed by. With "
        "`version` an older state is refused (409 version.conflict)."
    ),
    **write(InteractionOut),
)
def patch_interaction(request: Asked, interaction_id: int, payload: AmendInteraction) -> InteractionOut:
    interaction = get_interaction_for(request.viewer, interaction_id)
    texts = payload.given()
    version = texts.pop("version", None)
    amend_interaction(interaction, viewer=request.viewer, version=version, texts=texts)
    return interaction_out(request.viewer, get_interaction_for(request.viewer, interaction_id))


@router.post("/followups/{int:followup_id}/done", summary=gettext_noop("A promise was kept"), **write(FollowUpOut))
def finish_followup(request: Asked, followup_id: int, payload: CompleteFollowUp) -> FollowUpOut:
    return followup_out(complete_followup(followup_id, viewer=request.viewer, result=payload.result))


def interaction_out(viewer: Viewer, row: Interaction) -> InteractionOut:
    names = [
        name
        for name in InteractionOut.model_fields
        if name not in {"customer", "contact_name", "recorded_by", "followups", "lacking"}
    ]
    return InteractionOut(
        **{name: getattr(row, name) for name in names},
        customer=Ref(id=row.customer.pk, number=row.customer.number, name=row.customer.name),
        contact_name=present(viewer, "contact_name", row.contact.name) if row.contact else "",
        recorded_by=person_ref(row.recorded_by),
        lacking=[code for code in row.lacking.split(",") if code],
        followups=[followup_out(followup) for followup in row.followups.all()],
    )


def followup_out(row: FollowUp) -> FollowUpOut:
    names = [name for name in FollowUpOut.model_fields if name != "assignee"]
    return FollowUpOut(**{name: getattr(row, name) for name in names}, assignee=person_ref(row.assignee))


def _promise(item: FollowUpIn) -> Promise:
    if item.assignee is None:
        return Promise(item.text, item.due_at)
    person = User.objects.filter(username__iexact=item.assignee).first()
    if person is None:
        raise Invalid(
            _("There is nobody with the log-in name %(name)s.") % {"name": item.assignee},
            fields={"followups": _("Choose somebody who works here.")},
        )
    return Promise(item.text, item.due_at, person)


def _evidence(customer: Customer, item: EvidenceIn) -> Evidence:
    kind, _colon, key = (item.subject or "").partition(":")
    if kind == "followup" and not FollowUp.objects.filter(Q(pk=int(key)), customer=customer).exists():
        raise Invalid(
            _("This follow-up does not belong to this customer."),
            fields={"evidence": _("Choose one of its follow-ups.")},
        )
    data = {name: value for name in ("anchor", "outcome") if (value := getattr(item, name)) is not None}
    return Evidence(str(item.type.value), (kind, key) if item.subject else None, data)
