"""One portion of an import while it is taken back: its facts, who has touched the same things since, the account.

What was before stands in the log, personal values on their own side of it: what was erased there cannot be
put back. Nothing is kept a second time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from weixi.customers.importing.models import ImportPart, ImportRun, RunState
from weixi.customers.models import Customer
from weixi.kernel.events.models import Event
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer

# Facts that follow from others: nobody has worked with a customer because of them.
DERIVED = ("archive.completed", "customer.graded", "grade.fall_noticed")
# Why something stays as it is; `words` has the sentences.
EDITED, USED, NOT_YOURS, ERASED, REFUSED = "edited", "used", "not_yours", "erased", "refused"
IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of the import. `data` has the personal values laid over, unless they were erased."""

    seq: int
    type: str
    customer: int
    kind: str
    subject: int
    data: Mapping[str, Any]
    erased: bool


@dataclass
class Taking:
    """`taken` are things the import had made and that are gone again, `restored` cells with their former
    value, `kept` what stays: [kind of thing, id, field, why]."""

    viewer: Viewer
    ours: Callable[[Collection[str]], set[str]]
    reason: str
    taken: int = 0
    restored: int = 0
    kept: list[list[Any]] = field(default_factory=list)

    def keep(self, kind: str, key: int, why: str, name: str = "") -> None:
        self.kept.append([kind, key, name, why])

    def worked_with(self, facts: Iterable[Fact]) -> set[int]:
        """Customers of these facts with whom anything was done since that is not this import's, or that of
        one taken back before. Uses index: event_customer."""
        since = {fact.customer: fact.seq for fact in facts}
        rows = Event.objects.filter(one_of("customer_id", since)).exclude(type__in=DERIVED)
        return self._foreign(since, rows.values_list("id", "seq", "customer_id"))

    def touched(self, kind: str, facts: Iterable[Fact]) -> set[int]:
        """Things of these facts (`contact`, `order`) of which others have stated something since. Uses index:
        event_subject."""
        since = {fact.subject: fact.seq for fact in facts}
        rows = Event.objects.filter(one_of("subject_id", map(str, since)), subject_type=kind)
        found = rows.exclude(type__in=DERIVED).values_list("id", "seq", "subject_id")
        return self._foreign(since, ((event, seq, int(key)) for event, seq, key in found))

    def _foreign(self, since: Mapping[int, int], rows: Iterable[tuple[str, int, int | None]]) -> set[int]:
        found = {event: key for event, seq, key in rows if key is not None and seq > since[key]}
        ours = self.ours(found)
        return {key for event, key in found.items() if event not in ours}

    def seen(self, customers: Iterable[int]) -> set[int]:
        """Those of these customers the viewer still has in his scope and that are not put away."""
        rows = Customer.objects.filter(one_of("pk", customers), archived_at=None)
        if not self.viewer.sees_all:
            rows = rows.filter(self.viewer.owned())
        return set(rows.values_list("pk", flat=True))


class OwnFacts:
    """Which events are the import's: those of the portion at hand, and (read only when another one turns up)
    of its other portions and of imports that were taken back before."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._all: set[str] | None = None

    def of(self, part: ImportPart) -> Callable[[Collection[str]], set[str]]:
        here = frozenset(part.events)

        def ours(ids: Collection[str]) -> set[str]:
            known = here.intersection(ids)
            return set(known) if len(known) == len(ids) else {*known, *self._every().intersection(ids)}

        return ours

    def add(self, ids: Iterable[str]) -> None:
        """Facts of taking back, which a later portion meets."""
        if self._all is not None:
            self._all.update(ids)

    def _every(self) -> set[str]:
        if self._all is None:
            rows = ImportPart.objects.filter(run=self._run) | ImportPart.objects.filter(run__state=RunState.UNDONE)
            stated = rows.values_list("events", "undo_events").iterator(50)
            self._all = {key for ids, undoing in stated for key in (*ids, *undoing)}
        return self._all


def waiting_parts(run: ImportRun) -> QuerySet[ImportPart]:
    """The portions taking back has before it, the last first: of a run that was taken back those of which something
    has stayed."""
    parts = ImportPart.objects.filter(run=run, done=True).order_by("-seq")
    return parts.exclude(kept=[]) if run.state == RunState.UNDONE else parts.filter(undone=False)


def take_part_back(part: ImportPart, viewer: Viewer, known: OwnFacts, reason: str) -> Taking:
    """Take one portion back in the unit of work around; tried again, only what has stayed of it."""
    taking = Taking(viewer, known.of(part), reason)
    facts = facts_of(part)
    if part.kept:
        stayed = {(kind, key) for kind, key, _name, _why in part.kept}
        facts = [fact for fact in facts if (fact.kind, fact.subject) in stayed]
    for take, of_kind in grouped(facts):
        import_string(take)(taking, of_kind)
    return taking


def facts_of(part: ImportPart) -> list[Fact]:
    """What writing this portion has stated, newest first."""
    columns = ("seq", "type", "customer_id", "subject_type", "subject_id", "data", "personal_digest", "personal__data")
    rows = Event.objects.filter(one_of("id", part.events)).order_by("-seq").values_list(*columns)
    return [
        Fact(seq, type_, customer or 0, kind, int(subject or 0), {**data, **(personal or {})},
             bool(digest) and personal is None)
        for seq, type_, customer, kind, subject, data, digest, personal in rows
    ]  # fmt: skip


def grouped(facts: Sequence[Fact]) -> list[tuple[str, list[Fact]]]:
    """Facts by the function that takes them back, in the order in which these are called."""
    groups: dict[tuple[int, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if (undo := registry.import_undos.get(fact.type)) is not None:
            groups[undo.order, undo.take].append(fact)
    return [(take, groups[order, take]) for order, take in sorted(groups)]


def made_by(run: ImportRun) -> Counter[str]:
    """How many facts of which kind the run has stated: what taking back has before it."""
    counts: Counter[str] = Counter()
    for ids in waiting_parts(run).values_list("events", flat=True).iterator(50):
        counts.update(Event.objects.filter(one_of("id", ids)).values_list("type", flat=True))
    return counts
