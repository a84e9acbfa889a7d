"""Asking for an export, saying yes or no to it, writing it, fetching it (D-1).

What is approved is what is written: the conditions and columns stand under a hash that is compared before the
job writes. Right, data scope and field access are those of the moment of writing, and the file opens only while
they are still the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.access.seen import note_views
from weixi.customers.enums import SeenBy
from weixi.customers.exporting import approving, files
from weixi.customers.exporting.marking import mark
from weixi.customers.exporting.models import ExportFormat, ExportRun, ExportState
from weixi.customers.exporting.rows import Row, sheet_of
from weixi.customers.list_frame import read_ask
from weixi.customers.lists.columns import chosen, shown_of
from weixi.customers.queries.listing import count_customers
from weixi.customers.queries.listing.pages import list_customers
from weixi.customers.services.values import clean_values
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs import services as jobs
from weixi.kernel.outbox.services import Message, tell_many
from weixi.kernel.slices import registry
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.policy.queries.spans import export_file_kept, export_request_waits, later

JOB = "export"
NOTICE_ASKED, NOTICE_ANSWERED = "export.asked", "export.answered"
PORTION = 500
# An archive has more fields than a list has columns.
MOST_COLUMNS = 400
# What a filter is made of; the rest of an address says how a page is looked at.
_LOOKED_AT = ("after", "before", "page", "part", "view", "group")


def kinds() -> tuple[str, ...]:
    return ("customers", "contacts", *registry.exports)


def exports_of(viewer: Viewer) -> QuerySet[ExportRun]:
    """The viewer's own exports, and for who approves, those that wait or were decided by him."""
    rows = ExportRun.objects.select_related("requested_by", "decided_by")
    if viewer.user is None:
        return rows
    seen = Q(requested_by=viewer.user)
    if approving.may_approve_any(viewer):
        seen |= Q(needs_approval=True)
    if viewer.may(Right.AUDIT_VIEW):
        return rows
    return rows.filter(seen)


def get_export_for(viewer: Viewer, pk: int) -> ExportRun:
    """One export the viewer may know of; raises NotFound."""
    run = exports_of(viewer).filter(pk=pk).first()
    if run is None:
        raise NotFound(_("There is no such export."), code="export.not_found")
    return run


def plain_query(query: QueryDict) -> str:
    """The filter of an address, the same text for the same filter."""
    pairs = sorted((name, value) for name, values in query.lists() for value in values if name not in _LOOKED_AT)
    found = QueryDict(mutable=True)
    for name, value in pairs:
        found.appendlist(name, value)
    return str(found.urlencode())


def hash_of(kind: str, query: str, columns: Sequence[Sequence[str]]) -> str:
    """What an approval is about."""
    return hashlib.sha256(json.dumps([kind, query, [c[0] for c in columns]]).encode()).hexdigest()


def request_export(
    viewer: Viewer, kind: str, query: QueryDict, columns: Sequence[Sequence[str]], *, format: str = "xlsx",
    reason: str = "",
) -> ExportRun:  # fmt: skip
    """Ask for a file of what the list shows. It is written at once, or waits for a second person's yes.

    Raises Forbidden without the right or for a filter by what is masked, Invalid for an unknown kind or format.
    """
    viewer.require(Right.CUSTOMERS_EXPORT)
    if kind not in kinds():
        raise Invalid(_("There is no export of “%(kind)s”.") % {"kind": kind[:40]}, fields={"kind": _("Choose one.")})
    if format not in ExportFormat.values:
        raise Invalid(_("There is no such format."), fields={"format": _("xlsx or csv.")})
    reason = clean_values({"reason": reason})["reason"][:200]
    text = plain_query(query)
    ask, _grades = read_ask(viewer, QueryDict(text))
    shown = chosen(viewer, columns, most=MOST_COLUMNS)
    limit = approving.approved_from()
    counted = count_customers(viewer, ask, stop=max(limit or 0, 10_000))
    # The installation's owner at its command line has nobody above.
    much = viewer.user is not None and limit is not None and counted.number >= limit
    if much and not reason:
        raise Invalid(
            _("From %(n)d customers on a second person has to agree: say what the file is for.") % {"n": limit},
            code="export.reason_needed",
            fields={"reason": _("What is the file for?")},
        )
    kept = shown_of(shown)
    with unit_of_work(actor=viewer.actor) as work:
        run = ExportRun.objects.create(
            kind=kind, query=text, filter_hash=hash_of(kind, text, kept), columns=kept,
            masked=sheet_of(viewer, kind, shown).masked, format=format, reason=reason, customers=counted.number,
            state=ExportState.WAITING if much else ExportState.QUEUED, requested_by=viewer.user,
            requested_at=work.now, needs_approval=much, steps=approving.steps_in_force() if much else [],
        )  # fmt: skip
        work.record(
            "export.asked",
            subject=("export", run.pk),
            data={"kind": kind, "customers": counted.number, "columns": [c[0] for c in kept], "approval": much},
            personal={"filter": text},
        )  # fmt: skip
        if much:
            _tell_approvers(run)
        else:
            _queue(run, viewer)
    return run


def _queue(run: ExportRun, viewer: Viewer) -> None:
    run.job_id = jobs.enqueue(JOB, run.pk, viewer=viewer, note=run.number).pk
    ExportRun.objects.filter(pk=run.pk).update(job_id=run.job_id, state=ExportState.QUEUED)
    run.state = ExportState.QUEUED


def _tell_approvers(run: ExportRun) -> None:
    """Tell who may say the next yes."""
    params = {"name": run.requested_by.name if run.requested_by else "", "number": run.number, "count": run.customers}
    place = approving.open_step(run)[0]
    tell_many(
        Message(person.pk, NOTICE_ASKED, f"{NOTICE_ASKED}:{run.pk}:{place}:{person.pk}", params, run.get_absolute_url())
        for person in approving.deciders(run)
    )


def decide(run: ExportRun, *, viewer: Viewer, agree: bool, expected: str, note: str = "") -> ExportRun:
    """Say the next yes, or no, to a large export. `expected` is the hash of the filter that was shown.

    The last yes of the policy's chain has the file written; any no ends it. Raises Forbidden for who asked himself,
    has agreed already or is not asked, Conflict when it was decided already, has waited too long, or is not what
    was shown.
    """
    if not approving.may_approve_any(viewer):
        viewer.require(Right.EXPORTS_APPROVE)
    person = viewer.user
    if person is None or person.pk == run.requested_by_id:
        raise Forbidden(_("Nobody agrees to his own export; a second person has to."))
    note = clean_values({"note": note})["note"][:300]
    with unit_of_work(actor=viewer.actor) as work:
        stored = ExportRun.objects.select_for_update().get(pk=run.pk)
        if stored.state != ExportState.WAITING:
            raise Conflict(_("This export was decided already."))
        if stored.filter_hash != expected:
            raise Conflict(_("This is not the filter that was shown. Open the page again."))
        if work.now > later(stored.requested_at, export_request_waits()):
            raise Conflict(_("This request has waited too long; it has to be made anew."))
        if not approving.may_decide(viewer, stored):
            raise Forbidden(_("The policy asks somebody else to agree to this export."), code="export.not_asked")
        place = approving.open_step(stored)[0]
        if agree:
            told = {"step": place, "role": person.role, "by": person.pk, "name": person.name}
            stored.approvals = [*stored.approvals, {**told, "at": work.now.isoformat(), "note": note}]
        done = not agree or approving.is_complete(stored)
        if done:
            stored.decided_by, stored.decided_at, stored.note = person, work.now, note
            stored.state = ExportState.QUEUED if agree else ExportState.REFUSED
        stored.save(update_fields=["decided_by", "decided_at", "note", "state", "approvals"])
        work.record(
            "export.approved" if agree else "export.refused",
            subject=("export", run.pk),
            data={"hash": stored.filter_hash, "note": note, "step": place + 1, "steps": max(1, len(stored.steps))},
            personal={"filter": stored.query},
        )
        if not done:
            _tell_approvers(stored)
        elif agree:
            _queue(stored, viewer)
        if done and stored.requested_by_id:
            _tell_answer(stored, agree)
    return stored


def _tell_answer(run: ExportRun, agree: bool) -> None:
    assert run.requested_by_id is not None
    params = {"number": run.number, "answer": _("agreed to") if agree else _("refused")}
    key = f"{NOTICE_ANSWERED}:{run.pk}"
    tell_many([Message(run.requested_by_id, NOTICE_ANSWERED, key, params, run.get_absolute_url())])


# --- writing ----------------------------------------------------------------------------------------


def perform(job: Any) -> None:
    """The job: write the file of an export that needs no yes (any more). Safe to call again."""
    run = ExportRun.objects.select_related("requested_by").filter(pk=job.target_id).first()
    if run is None or run.state not in (ExportState.QUEUED, ExportState.FAILED):
        return
    try:
        _write(run, job)
    except (Forbidden, Invalid, Conflict, NotFound) as refusal:
        ExportRun.objects.filter(pk=run.pk).update(state=ExportState.FAILED, note=str(refusal)[:300])
        raise


def _write(run: ExportRun, job: Any) -> None:
    viewer = viewer_of(run.requested_by) if run.requested_by else system_viewer("cli")
    if run.requested_by is not None and not run.requested_by.is_active:
        raise Forbidden(_("Who asked for this export does not work here any more."))
    viewer.require(Right.CUSTOMERS_EXPORT)
    if hash_of(run.kind, run.query, run.columns) != run.filter_hash:
        raise Conflict(_("The filter is not the one that was approved."))
    shown = chosen(viewer, run.columns, most=MOST_COLUMNS)
    ask, _grades = read_ask(viewer, QueryDict(run.query))
    limit = approving.approved_from()
    if limit is not None and viewer.user is not None and run.decided_by_id is None:
        counted = count_customers(viewer, ask, stop=limit)
        if counted.number >= limit:
            raise Conflict(_("Meanwhile so many customers match that a second person has to agree: ask anew."))
    sheet = sheet_of(viewer, run.kind, shown)

    def portions() -> Iterator[Iterator[Row]]:
        after, done = "", 0
        while True:
            page = list_customers(viewer, ask, after=after, size=PORTION)
            ids = [row.pk for row in page.rows]
            note_views(viewer, ids, SeenBy.EXPORT)
            yield sheet.rows(ids)
            done += len(ids)
            job.progress(done, max(run.customers, done))
            after = page.after
            if not after:
                return

    name = f"{run.filter_hash[:8]}-{run.pk}.{run.format}"
    run.file_name = name
    number = files.write(run.path, run.format, sheet.head, portions(), mark_of(run), title=sheet.title)
    with unit_of_work(actor=viewer.actor) as work:
        ExportRun.objects.filter(pk=run.pk).update(
            state=ExportState.DONE, rows=number, file_name=name, masked=sheet.masked, seen_as=seen_as(viewer),
            columns=shown_of(shown), filter_hash=hash_of(run.kind, run.query, shown_of(shown)),
            expires_at=later(work.now, export_file_kept()),
        )  # fmt: skip
        work.record(
            "export.written",
            subject=("export", run.pk),
            data={"kind": run.kind, "rows": number, "columns": sheet.head, "masked": sheet.masked},
            personal={"filter": run.query},
        )


def mark_of(run: ExportRun) -> str:
    """The mark of the policy for this file; see `marking`."""
    return mark(run.number, run.requested_by, run.requested_at)


def seen_as(viewer: Viewer) -> str:
    """Tells whether a viewer still sees the same customers and fields as when the file was written."""
    access = viewer_access(viewer)
    fields = sorted((key, str(access.of(key))) for key in access.fields)
    told = json.dumps([viewer.sees_all, sorted(viewer.owner_ids) if viewer.user else [], fields])
    return hashlib.sha256(told.encode()).hexdigest()


# --- fetching ---------------------------------------------------------------------------------------


def fetch(run: ExportRun, *, viewer: Viewer) -> ExportRun:
    """Let who asked take the file, and note that he did.

    Raises NotFound for anybody else and when there is no file, Forbidden when he may not export any more,
    Conflict when the time is over or he sees other customers or fields than when it was written.
    """
    if viewer.user is not None and run.requested_by_id != viewer.user.pk:
        raise NotFound(_("There is no such export."), code="export.not_found")
    viewer.require(Right.CUSTOMERS_EXPORT)
    if run.state != ExportState.DONE or run.expires_at is None:
        raise Conflict(_("This export is not ready."))
    if over := run.closed_words:
        raise Conflict(over, code="export.expired")
    if run.seen_as != seen_as(viewer):
        raise Conflict(_("What you may see has changed since this file was written; ask for it anew."))
    with unit_of_work(actor=viewer.actor) as work:
        work.record("export.fetched", subject=("export", run.pk), data={"rows": run.rows})
    return run


def drop_old() -> int:
    """Remove the files whose time is over; the rows stay as the log. Returns how many."""
    over = ExportRun.objects.filter(expires_at__lte=clock.now()).exclude(file_name="")
    number = 0
    for run in over[:200]:
        run.path.unlink(missing_ok=True)
        ExportRun.objects.filter(pk=run.pk).update(file_name="")
        number += 1
    return number
