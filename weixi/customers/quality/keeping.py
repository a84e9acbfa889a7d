"""Keeping each archive's state beside it: what it lacks, when it will lack more, and what was asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from weixi.customers.models import ArchiveState, Customer
from weixi.customers.quality.invalid import refused_values
from weixi.customers.quality.judging import ASKS, Judge, settle
from weixi.customers.quality.stamps import TOUCHING, Stamps, day_of, stamps_in_log, touched_keys
from weixi.kernel import clock
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows, insert_values, update_rows
from weixi.policy.queries import version_in_force

KEPT = ("key_gaps", "stale", "invalid", "stale_on", "asked", "ask_from", "stamps", "entered_on")
# What is told of an archive that was just made, in the order of `_first`.
FRESH = ("customer_id", "entered_on", "key_gaps", "stale_on", "ask_from")
PUT_AWAY = frozenset({"customer.archived", "customer.merged"})
Values = Mapping[int, Mapping[str, Any]]


@dataclass
class Touched:
    """What a unit of work did to archives: made on which day, which fields entered anew, put away."""

    made: dict[int, date] = field(default_factory=dict)
    stamps: Stamps = field(default_factory=lambda: defaultdict(dict))
    put_away: set[int] = field(default_factory=set)


def touched_by(work: UnitOfWork, judge: Judge) -> Touched:
    """Read the unit's own facts."""
    found = Touched()
    contact_keys = contact_keys_of(judge)
    days: dict[datetime, date] = {}
    for event in work.written:
        pk = event.customer_id
        if pk is None:
            continue
        if event.type == "customer.created":
            moment = event.recorded_at
            if moment not in days:
                days[moment] = day_of(moment)
            found.made[pk] = days[moment]
        elif event.type in PUT_AWAY:
            found.put_away.add(pk)
        elif event.type in TOUCHING:
            keys = touched_keys(event.type, work.values_of(event), contact_keys)
            found.stamps[pk].update(dict.fromkeys(keys, day_of(event.recorded_at).isoformat()))
    return found


def contact_keys_of(judge: Judge) -> list[str]:
    return [each.key for each in judge.dated if each.of == "contact"]


def keep_states(work: UnitOfWork, values: Values, judge: Judge, touched: Touched) -> None:
    """Judge these archives, whose `values` are known by the judge's keys, and keep what was found.

    States `archive.enriched` where what was asked for has been given, and `archive.demand_dropped` where it is
    no longer demanded. Five statements for any number; two for archives that were just made.
    """
    # Looked up for new ones too: a customer that was put away comes back with `customer.created`.
    states = {state.pk: state for state in ArchiveState.objects.filter(one_of("pk", list(values)))}
    fresh = [pk for pk in values if pk in touched.made and pk not in states and pk not in touched.put_away]
    enter_states({pk: len(judge.missing(values[pk], kind=values[pk]["kind"])) for pk in fresh}, judge, touched)
    rest = [pk for pk in values if pk not in states and pk not in touched.made]
    states.update(_first_states(rest, judge))
    known = [pk for pk in values if pk in states]
    if not known:
        return
    invalid, asks, today = refused_values(known), listening(), clock.today()
    for pk in known:
        state = states[pk]
        state.stamps = {**state.stamps, **touched.stamps.get(pk, {})}
        if pk in touched.put_away:
            # The engine withdraws the duties of who is put away.
            state.asked, state.ask_from = {}, None
            continue
        _judge_again(work, state, values[pk], judge, today, asks)
        state.invalid = len(invalid.get(pk, ()))
    new = [states[pk] for pk in known if states[pk]._state.adding]
    update_rows([states[pk] for pk in known if not states[pk]._state.adding], KEPT)
    insert_rows(new)


def enter_states(gaps: Mapping[int, int], judge: Judge, touched: Touched) -> None:
    """Keep the first state of archives that were just made, given how many key fields each lacks."""
    insert_values(ArchiveState, FRESH, [_first(pk, lacks, judge, touched.made[pk]) for pk, lacks in gaps.items()])


def listening() -> frozenset[str]:
    """The facts of missing and stale fields that a rule in force opens on; nobody is told the others."""
    found = version_in_force()
    rules = found.policy.deadline if found else ()
    return frozenset({rule.opens_on for rule in rules} & set(ASKS.values()))


def asks_for(group: str, asks: Iterable[str]) -> bool:
    """Whether a rule asks for what this group lacks."""
    return ASKS[group.partition("-")[0]] in asks


def subject_of(pk: int, group: str) -> tuple[str, str]:
    """The subject of what is asked: `enrichment:7-missing-owner`."""
    return ("enrichment", f"{pk}-{group}")


def _first(pk: int, gaps: int, judge: Judge, made: date) -> tuple[Any, ...]:
    return pk, made, gaps, judge.first_stale(made), made + timedelta(days=1) if gaps else None


def _first_states(ids: list[int], judge: Judge) -> dict[int, ArchiveState]:
    """Unsaved states of archives that were never judged: stamped by their log."""
    if not ids:
        return {}
    stamps = stamps_in_log(ids, contact_keys_of(judge))
    made = Customer.objects.filter(pk__in=ids).values_list("pk", "created_at")
    return {pk: ArchiveState(customer_id=pk, entered_on=day_of(at), stamps=stamps.get(pk, {})) for pk, at in made}


def _judge_again(
    work: UnitOfWork, state: ArchiveState, values: Mapping[str, Any], judge: Judge, today: date, asks: frozenset[str]
) -> None:
    kind = values["kind"]
    lack = judge.lack(values, kind=kind, entered_on=state.entered_on, stamps=state.stamps, today=today)
    made = settle(judge, state.asked, lack, kind=kind)
    for event, groups in (("archive.enriched", made.enriched), ("archive.demand_dropped", made.dropped)):
        for group, keys in groups.items():
            pk = state.customer_id
            work.record(event, customer=pk, subject=subject_of(pk, group), data={"fields": keys})
    state.asked = made.open
    state.key_gaps, state.stale, state.stale_on = len(lack.missing), len(lack.stale), lack.stale_on
    open_groups = [group for group in judge.groups(lack) if group not in made.open and asks_for(group, asks)]
    if not open_groups:
        state.ask_from = None
    elif state.ask_from is None:
        state.ask_from = today + timedelta(days=1)
