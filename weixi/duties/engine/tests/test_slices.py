"""Parts of an evaluation equal slices of the whole, and nothing changes before the instant announced."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.duties.engine.evaluate import evaluate
from weixi.duties.engine.tests.worlds import worlds
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.duties.engine.wake import next_change
from weixi.policy.document.rules import Cadence

moderate = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
MOMENT = timedelta(microseconds=1)


def told(result):
    """The duties without untouched cadence periods that are open: those are computed when read."""
    return [d for d in result.duties if not (isinstance(d.rule, Cadence) and d.state == "open")]


def groups(events):
    """Events that touch each other: by customer, merge, subject, named anchor. Waivers go everywhere."""
    parent = {}

    def find(name):
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    def ties(e):
        yield "event", e.id
        if e.customer:
            yield "customer", e.customer
        if e.subject:
            yield "subject", e.subject
        if e.data.get("into"):
            yield "customer", e.data["into"]
        if e.data.get("merge"):
            yield "event", e.data["merge"]
        if e.data.get("anchor"):
            yield "event", e.data["anchor"]

    for e in events:
        for tie in ties(e):
            parent[find(tie)] = find(("event", e.id))
    found = defaultdict(list)
    for e in events:
        found[find(("event", e.id))].append(e)
    waivers = [e for e in events if e.type == "duty.waived"]
    return [[*group, *(w for w in waivers if w not in group)] for group in found.values()]


@moderate
@given(worlds())
def test_each_groups_duties_are_those_of_the_whole(world):
    versions, events, now = world
    timeline = PolicyTimeline.build(versions)
    whole = evaluate(timeline, events, now)
    parts = {}
    for group in groups(events):
        for duty in evaluate(timeline, group, now).duties:
            assert parts.setdefault(duty.key, duty) == duty
    assert [parts[key] for key in sorted(parts)] == list(whole.duties)


@moderate
@given(worlds(), st.sets(st.sampled_from("ABCD")))
def test_a_subset_of_rules_gives_that_part_of_the_result(world, clauses):
    versions, events, now = world
    timeline = PolicyTimeline.build(versions)
    whole = evaluate(timeline, events, now)
    part = evaluate(timeline, events, now, rules=clauses)
    assert part.duties == tuple(duty for duty in whole.duties if duty.clause in clauses)


@moderate
@given(worlds(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3))
def test_nothing_changes_before_the_instant_announced(world, fractions):
    versions, events, now = world
    timeline = PolicyTimeline.build(versions)
    for _ in range(3):
        before = evaluate(timeline, events, now)
        wake = next_change(before, now)
        until = now + timedelta(days=90) if wake is None else wake
        assert until > now
        for fraction in [1, *fractions]:
            moment = min(until - MOMENT, now + (until - now) * fraction)
            assert told(evaluate(timeline, events, moment)) == told(before)
        if wake is None:
            return
        now = wake


def test_wakes_lead_through_every_change_of_a_deadline():
    from weixi.duties.engine.tests.making import Log, local, policy, result, shown

    rules = policy("""
    [[deadline]]
    clause = "N"
    opens_on = "case.opened"
    closes_on = ["case.responded"]
    after = "PT1H"
    within = "PT2H"
    escalate = [{ after = "PT0S", to = "supervisor" }, { after = "PT4H", to = "director" }]
    """)
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    seen = []
    now = "2026-03-02 09:00"
    while True:
        found = result(rules, log, now)
        seen.append((now, shown(found).get("N|case:1|a")))
        wake = next_change(found, found.now)
        if wake is None:
            break
        now = local(wake)
    assert seen == [
        ("2026-03-02 09:00", None),
        ("2026-03-02 10:00", "open, due 2026-03-02 11:00"),
        ("2026-03-02 11:00", "open, due 2026-03-02 11:00, supervisor 2026-03-02 11:00"),
        ("2026-03-02 11:00:00.000001", "overdue, due 2026-03-02 11:00, supervisor 2026-03-02 11:00"),
        (
            "2026-03-02 15:00",
            "overdue, due 2026-03-02 11:00, supervisor 2026-03-02 11:00, director 2026-03-02 15:00",
        ),
    ]
