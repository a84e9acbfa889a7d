"""What is derived from the archive's events and kept beside: completeness, and what search finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from weixi.customers.attachments.index import index_files
from weixi.customers.completeness import FULL, Standard
from weixi.customers.entered import Entered, just_entered
from weixi.customers.fields import standard_fields
from weixi.customers.merging.queries import parts_of
from weixi.customers.models import Contact, Customer
from weixi.customers.quality.judging import Judge
from weixi.customers.quality.keeping import Touched, enter_states, keep_states, touched_by
from weixi.customers.queries.archive import archive_values
from weixi.kernel import search
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import update_all

ARCHIVE_EVENTS = frozenset(
    {
        "customer.created", "customer.changed", "customer.graded", "customer.merged", "customer.unmerged",
        "customer.archived",
        "contact.created", "contact.changed", "contact.removed", "contract.signed", "contract.renewed",
        "contract.ended", "archive.confirmed",
    }
)  # fmt: skip
SEARCH_EVENTS = frozenset(
    {
        "customer.created", "customer.changed", "customer.archived", "customer.merged", "customer.unmerged",
        "contact.created",
        "contact.changed", "contact.removed",
    }
)  # fmt: skip
MERGE_EVENTS = frozenset({"customer.merged", "customer.unmerged"})
CHUNK = 2000
# Names and numbers of what was made part of a customer.
Parts = tuple[tuple[str, ...], tuple[str, ...]]
NO_PARTS: Parts = ((), ())


def _touched(work: UnitOfWork, types: frozenset[str]) -> list[int]:
    return sorted(work.customers_of(types))


def _parts(ids: list[int]) -> Iterable[list[int]]:
    return (ids[place : place + CHUNK] for place in range(0, len(ids), CHUNK))


def project_completeness(work: UnitOfWork) -> None:
    """Keep `Customer.completeness` and the `ArchiveState`; state `archive.completed` when one becomes complete.

    It is stated again at the signing of a contract that finds the archive complete already: the duty
    that the signing opens is closed by what is there. Set-based: its statements grow with the batch's
    portions, not with its customers. Uses index: primary keys, the contacts' customer.
    """
    judge_archives(work, _touched(work, ARCHIVE_EVENTS))


def judge_archives(work: UnitOfWork, ids: list[int]) -> None:
    """Judge these archives by the standard in force: completeness, what is missing, stale or invalid."""
    fields = standard_fields() if ids else ()
    if not fields:
        return
    standard, judge = Standard(fields), Judge(fields)
    touched = touched_by(work, judge)
    new = just_entered(work, ids)
    _judge_entered(work, new, standard, judge, touched)
    ids = [pk for pk in ids if pk not in new]
    signed = {e.customer_id for e in work.written if e.type == "contract.signed"}
    for part in _parts(ids):
        # Of archives that were just entered nothing can be stale: less has to be read.
        fresh = all(pk in touched.made for pk in part)
        found = archive_values(part, standard.keys | (judge.key_keys if fresh else judge.keys))
        _keep_completeness(work, found, standard, signed)
        keep_states(work, found, judge, touched)
    # The duties, derived later in this unit, read it in the log.
    work.flush()


def _judge_entered(
    work: UnitOfWork, new: Mapping[int, Entered], standard: Standard, judge: Judge, touched: Touched
) -> None:
    """As the others, of customers who were entered just now: those alike are judged once, and nothing is read."""
    alike: dict[int, list[int]] = defaultdict(list)
    for pk, each in new.items():
        alike[id(each.archive)].append(pk)
    changed: dict[int, list[int]] = defaultdict(list)
    complete: list[int] = []
    gaps: dict[int, int] = {}
    # Of archives that were just entered nothing can be stale.
    for ids in alike.values():
        archive = new[ids[0]].archive
        percent = standard.percent(archive, kind=archive["kind"], grade=archive["grade"])
        changed[percent] += [pk for pk in ids if new[pk].customer.completeness != percent]
        complete += ids if percent == FULL else ()
        gaps |= dict.fromkeys(ids, len(judge.missing(archive, kind=archive["kind"])))
    for pk in sorted(complete):
        _state_complete(work, pk)
    _set_completeness(changed)
    enter_states(gaps, judge, touched)


def _keep_completeness(
    work: UnitOfWork, found: dict[int, dict[str, Any]], standard: Standard, signed: set[int | None]
) -> None:
    changed: dict[int, list[int]] = defaultdict(list)
    for pk, values in found.items():
        percent = standard.percent(values, kind=values["kind"], grade=values["grade"])
        before = values["completeness"]
        if percent != before:
            changed[percent].append(pk)
        # Rounded down: everything demanded is there.
        if percent == FULL and (before < FULL or pk in signed):
            _state_complete(work, pk)
    _set_completeness(changed)


def _set_completeness(ids: Mapping[int, list[int]]) -> None:
    for percent, pks in ids.items():
        if pks:
            update_all(Customer.objects.filter(one_of("pk", pks)), completeness=percent)


def _state_complete(work: UnitOfWork, pk: int) -> None:
    work.record("archive.completed", customer=pk, subject=("customer", pk), data={"completeness": FULL})


def project_search(work: UnitOfWork) -> None:
    """Keep what search finds of the touched customers and of their people."""
    ids = _touched(work, SEARCH_EVENTS)
    new = just_entered(work, ids)
    entered = ((pk, each.customer, each.form) for pk, each in new.items())
    search.index_many(
        [_doc(pk, c.number, c.name, c.short_name, (c.phone, form.other_phone)) for pk, c, form in entered]
    )
    for part in _parts([pk for pk in ids if pk not in new]):
        index_customers(part)
    # Files go with the customer that became part of another.
    if moved := _touched(work, MERGE_EVENTS):
        index_files(moved)


def _former_names(ids: list[int]) -> dict[int, Parts]:
    """{customer: (names, numbers) of those that were made part of it}."""
    parts = parts_of(ids)
    rows = Customer.objects.in_bulk(sorted({pk for each in parts.values() for pk in each})) if parts else {}
    return {
        pk: (tuple(rows[part].name for part in each), tuple(rows[part].number for part in each))
        for pk, each in parts.items()
    }


def _doc(pk: int, number: str, name: str, short: str, phones: tuple[str, str], parts: Parts = NO_PARTS) -> search.Doc:
    called, numbers = parts
    names = (name, short, *called) if short else (name, *called)
    return search.Doc("customer", pk, name, pk, names=names, phones=phones, codes=(number, *numbers))


def index_customers(ids: list[int]) -> None:
    """Index these customers and their people anew; those put away or removed are no longer found."""
    docs: list[search.Doc] = []
    gone: list[int] = []
    columns = ("pk", "number", "name", "short_name", "phone", "registration__other_phone", "archived_at")
    parts = _former_names(ids)
    rows = Customer.objects.filter(one_of("pk", ids)).values_list(*columns)
    for pk, number, name, short, phone, other, archived in rows:
        if archived:
            gone.append(pk)
            continue
        # What was made part of it is found under its old name and number as well.
        docs.append(_doc(pk, number, name, short, (phone, other or ""), parts.get(pk, NO_PARTS)))
    lost: list[int] = []
    people = Contact.objects.filter(one_of("customer_id", ids)).order_by()
    persons = people.values_list("pk", "customer_id", "name", "mobile", "phone", "removed_at", "customer__archived_at")
    for pk, customer, name, mobile, phone, removed, archived in persons:
        if removed or archived:
            lost.append(pk)
            continue
        docs.append(search.Doc("contact", pk, name, customer, names=(name,), phones=(mobile, phone)))
    search.index_many(docs)
    if gone:
        search.remove("customer", gone)
    if lost:
        search.remove("contact", lost)
