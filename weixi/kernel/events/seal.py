"""The audit chain: batches of events, each sealed by a digest over its rows and over the link before (D-3).

Whoever changes, removes or slips in a row — with whatever rights to the database — has to rewrite every
later link, and then the last digest differs from the one noted elsewhere (`Verdict.head`).

A row's digest covers every column in a form that is the same on both databases. Personal values enter
it by their own salted digest only; values and that salt stand in `EventPersonal`, so erasing them (D-1)
leaves the chain whole and nothing to try values against.

On PostgreSQL numbers are given out before they are committed: a batch may find numbers missing. They
are noted as `gaps`. A row that turns up in one within `LATE` belonged to a transaction still open then
and is sealed as `late`; one that turns up afterwards was slipped in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.events.work import canonical, personal_digest

BATCH = 5000
LATE = timedelta(days=1)
START = "0" * 64
_ROW_DIGITS = 16
Range = list[int]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was sealed. `kind`: `altered`, `missing`, `added`, `personal`, `link`.

    `seq` is the event's number, `seal` the link's; where one is not known it is None.
    """

    kind: str
    seq: int | None = None
    seal: int | None = None

    def sentence(self) -> str:
        sentences = {
            "altered": _("Event %(seq)s was changed after link %(seal)s sealed it."),
            "missing": _("Event %(seq)s is gone; link %(seal)s sealed it."),
            "added": _("Event %(seq)s was slipped in after link %(seal)s."),
            "personal": _("The personal values of event %(seq)s are not those recorded."),
            "link": _("Link %(seal)s does not follow from the one before, or was changed."),
        }
        return str(sentences[self.kind] % {"seq": self.seq, "seal": self.seal})


@dataclass
class Verdict:
    """What `verify` found. `head` is the last link's digest: note it down outside the database."""

    events: int = 0
    seals: int = 0
    erased: int = 0
    unsealed: int = 0
    head: str = START
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ok": self.ok, **asdict(self)}

    def sentence(self) -> str:
        """What was found, in words; faults one per line, the first hundred of them."""
        numbers = {"events": self.events, "seals": self.seals, "unsealed": self.unsealed, "erased": self.erased}
        if self.ok:
            return (
                _("The audit trail is whole: %(events)s events in %(seals)s links; %(unsealed)s not sealed yet; "
                  "personal values of %(erased)s erased.") % numbers
                + "\n" + _("Last link: %(head)s") % {"head": self.head}
            )  # fmt: skip
        lines = [_("The audit trail was tampered with: %(count)s faults.") % {"count": len(self.faults)}]
        lines += [f"  {fault.sentence()}" for fault in self.faults[:100]]
        return "\n".join(lines)


def row_digest(event: Event) -> str:
    """SHA-256 of an event as sealed; the same on both databases."""
    return hashlib.sha256(
        canonical(
            [
                event.salt,
                event.seq,
                event.id,
                event.type,
                event.customer_id,
                event.subject_type,
                event.subject_id,
                event.actor,
                _instant(event.occurred_at),
                _instant(event.recorded_at),
                event.data,
                event.personal_digest,
            ]
        ).encode()
    ).hexdigest()


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link_digest(seal: Seal, digests: Iterable[str]) -> str:
    """The digest of a link over its rows' digests and the link before."""
    sealed = hashlib.sha256(
        canonical(
            [seal.previous, seal.first_seq, seal.last_seq, seal.count, seal.gaps, seal.late,
             _instant(seal.sealed_at)]
        ).encode()
    )  # fmt: skip
    for digest in digests:
        sealed.update(digest.encode())
    return sealed.hexdigest()


# --- sealing ----------------------------------------------------------------------------------------


def seal_pending(batch: int = BATCH) -> int:
    """Seal every event that is not sealed yet, in batches; gives how many were sealed.

    Safe to call from several processes at once: one wins each link, the others leave it to it.
    """
    count = 0
    while True:
        sealed = _seal_batch(batch)
        count += sealed
        if sealed < batch:
            return count


def seal_few(most: int = BATCH) -> int:
    """Seal what a command has just recorded, so that a base without a worker is guarded as well; more than `most`
    events are left to the worker or to `weixi audit verify`. Gives how many were sealed.
    """
    last = Seal.objects.order_by("-pk").values_list("last_seq", flat=True).first() or 0
    waiting = Event.objects.filter(seq__gt=last).order_by("seq").values_list("seq", flat=True)[: most + 1]
    return seal_pending() if 0 < len(waiting) <= most else 0


def _seal_batch(size: int) -> int:
    try:
        with transaction.atomic():
            last = Seal.objects.order_by("-pk").first()
            after = last.last_seq if last else 0
            late = list(_late_events())
            fresh = list(Event.objects.filter(seq__gt=after).order_by("seq")[:size])
            if not fresh and not late:
                return 0
            _write_seal(last, after, fresh, late)
    except IntegrityError:
        # Another process has written this link.
        return 0
    return len(fresh) + len(late)


def _write_seal(last: Seal | None, after: int, fresh: list[Event], late: list[Event]) -> None:
    end = fresh[-1].seq if fresh else after
    digests = [row_digest(event) for event in [*fresh, *late]]
    seal = Seal(
        first_seq=after + 1,
        last_seq=end,
        count=len(digests),
        gaps=_ranges_missing(after + 1, end, [event.seq for event in fresh]),
        late=[event.seq for event in late],
        rows="".join(digest[:_ROW_DIGITS] for digest in digests),
        previous=last.digest if last else START,
        sealed_at=clock.now(),
    )
    seal.digest = link_digest(seal, digests)
    seal.save(force_insert=True)


def _ranges_missing(first: int, last: int, there: list[int]) -> list[Range]:
    """The numbers of [first, last] that are not in the sorted list, as [from, to] pairs."""
    missing, expected = [], first
    for number in [*there, last + 1]:
        if number > expected:
            missing.append([expected, number - 1])
        expected = number + 1
    return missing


def _late_events() -> Iterator[Event]:
    """Events that have appeared in recent gaps and that no link has sealed."""
    recent = Seal.objects.filter(sealed_at__gte=clock.now() - LATE)
    sealed = {number for late in recent.exclude(late=[]).values_list("late", flat=True) for number in late}
    gaps = [part for gap in recent.exclude(gaps=[]).order_by("pk").values_list("gaps", flat=True) for part in gap]
    for start in range(0, len(gaps), 200):
        inside = Q()
        for first, last in gaps[start : start + 200]:
            inside |= Q(seq__gte=first, seq__lte=last)
        yield from Event.objects.filter(inside).exclude(seq__in=sealed).order_by("seq")


_interval: list[Callable[[], timedelta | None]] = [lambda: None]


def take_interval_from(source: Callable[[], timedelta | None]) -> None:
    """The policy says here how often the log is sealed (it stands above the kernel)."""
    _interval[0] = source


def interval() -> timedelta:
    """How long an event may stay unsealed: what the policy says, and at most half the time in which a late row can
    still turn up in a gap."""
    return min(_interval[0]() or timedelta(0), LATE / 2)


def seal_due() -> int:
    """The worker's minute: seal what waits, once the last link is older than the policy's interval."""
    last, now = Seal.objects.order_by("-pk").values_list("sealed_at", flat=True).first(), clock.now()
    # A link of the future was written before the clock was set back: it holds up nothing.
    if last is not None and last <= now < last + interval():
        return 0
    return seal_pending()


# --- verifying --------------------------------------------------------------------------------------


def verify(batch: int = BATCH) -> Verdict:
    """Read the whole log and chain again and say what is not as it was sealed; changes nothing.

    Memory stays that of one batch. Works on one snapshot as far as the log only grows: what is added
    meanwhile counts as not sealed yet.
    """
    verdict = Verdict()
    late_seqs = {n for late in Seal.objects.exclude(late=[]).values_list("late", flat=True) for n in late}
    previous, covered = START, 0
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=50):
        verdict.seals += 1
        if seal.previous != previous or seal.first_seq != covered + 1 or seal.last_seq < covered:
            verdict.faults.append(Fault("link", seal=seal.pk))
        _check_seal(seal, late_seqs, verdict)
        previous, covered = seal.digest, max(covered, seal.last_seq)
    verdict.head = previous
    for event in _events(Event.objects.filter(seq__gt=covered), batch):
        verdict.unsealed += 1
        _check_personal(event, None, verdict)
    return verdict


def _events(rows: Any, batch: int) -> Iterator[Event]:
    return iter(rows.select_related("personal").order_by("seq").iterator(chunk_size=batch))


def _check_seal(seal: Seal, late_seqs: set[int], verdict: Verdict) -> None:
    found = {
        event.seq: event
        for event in Event.objects.filter(seq__gte=seal.first_seq, seq__lte=seal.last_seq).select_related("personal")
    }
    in_gap = {n for first, last in seal.gaps for n in found if first <= n <= last}
    for number in sorted(in_gap - late_seqs):
        if clock.now() - seal.sealed_at > LATE:
            verdict.faults.append(Fault("added", seq=number, seal=seal.pk))
        else:
            verdict.unsealed += 1
    late = {e.seq: e for e in Event.objects.filter(seq__in=seal.late).select_related("personal")} if seal.late else {}
    expected = [n for n in range(seal.first_seq, seal.last_seq + 1) if not _inside(n, seal.gaps)]
    digests: list[str] = []
    bad = len(verdict.faults)
    for place, (number, event) in enumerate(
        [*((n, found.get(n)) for n in expected), *((n, late.get(n)) for n in seal.late)]
    ):
        if event is None:
            verdict.faults.append(Fault("missing", seq=number, seal=seal.pk))
            continue
        verdict.events += 1
        digest = row_digest(event)
        digests.append(digest)
        if seal.rows[place * _ROW_DIGITS : (place + 1) * _ROW_DIGITS] != digest[:_ROW_DIGITS]:
            verdict.faults.append(Fault("altered", seq=number, seal=seal.pk))
        _check_personal(event, seal.pk, verdict)
    rows_fault = any(fault.kind in {"missing", "altered"} for fault in verdict.faults[bad:])
    if not rows_fault and (seal.count != len(digests) or link_digest(seal, digests) != seal.digest):
        verdict.faults.append(Fault("link", seal=seal.pk))


def _inside(number: int, ranges: list[Range]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def _check_personal(event: Event, seal: int | None, verdict: Verdict) -> None:
    """Personal values are as recorded, or gone; they cannot have become others."""
    personal = getattr(event, "personal", None)
    if personal is None:
        verdict.erased += bool(event.personal_digest)
    elif personal_digest(personal.salt, personal.data) != event.personal_digest:
        verdict.faults.append(Fault("personal", seq=event.seq, seal=seal))
