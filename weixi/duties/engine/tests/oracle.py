"""A second engine, slow and plain, written from the contract's words: it scans the whole log again for every
question. Only for tests; it shares no code with the engine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from weixi.duties.engine.tests.oracle_time import (
    DAY,
    Office,
    begin,
    begins_period,
    due_date,
    end_of_period,
    holds,
    is_day,
    is_festival,
    plus,
    zone_of,
)

FOUR = ("grade", "lifecycle", "owner", "tags")
FAR = datetime(9000, 1, 1, tzinfo=UTC)


def occurrence(e):
    return (e.occurred_at, e.recorded_at, e.id)


def recording(e):
    return (e.recorded_at, e.id)


class World:
    """All that is known at `now`, and the versions as (policy, start) in order of start."""

    def __init__(self, versions, events, now):
        self.now = now
        self.known = [
            e
            for e in {e.id: e for e in events}.values()
            if e.recorded_at <= now and e.type not in ("duty.opened", "duty.escalated")
        ]
        self.versions = versions
        self.offices = [Office(policy.calendar, zone_of(policy)) for policy, _ in versions]
        self.parents = []  # (loser, into, merge), in order
        for e in sorted(self.known, key=recording):
            if e.type == "customer.merged" and e.customer and e.data.get("into"):
                if self.end_of(e) == e.recorded_at:
                    continue
                loser = self.counts_for(e.customer, e.recorded_at)
                into = self.part_of(e.data["into"], e.recorded_at)
                taken = [name for name, _, merge in self.parents if self.end_of(merge) > e.recorded_at]
                if loser != into and loser not in taken:
                    self.parents.append((loser, into, e))

    def end_of(self, merge):
        """When it was taken back: then its two are two again."""
        ends = [
            e.recorded_at
            for e in self.known
            if e.type == "customer.unmerged" and e.data.get("merge") == merge.id and e.recorded_at >= merge.recorded_at
        ]
        return min(ends, default=FAR)

    def counts_for(self, customer, recorded_at):
        while True:
            for loser, into, e in self.parents:
                if loser == customer and e.recorded_at < recorded_at < self.end_of(e):
                    customer = into
                    break
            else:
                return customer

    def part_of(self, customer, at):
        while True:
            for loser, into, e in self.parents:
                if loser == customer and e.recorded_at <= at < self.end_of(e):
                    customer = into
                    break
            else:
                return customer

    def customer_of(self, e):
        return None if e.customer is None else self.counts_for(e.customer, e.recorded_at)

    def in_force(self, at):
        found = None
        for number, (_, start) in enumerate(self.versions):
            if start <= at:
                found = number
        return found

    def customer(self, name, at):
        """(there, fields) as known at that instant."""
        there, fields = False, {}
        for e in sorted(self.known, key=recording):
            if self.customer_of(e) != name or e.recorded_at > at:
                continue
            if e.type == "customer.created":
                there = True
                fields.update({k: v for k, v in e.data.items() if k in (*FOUR, "founded_on", "cooperation_since")})
            elif e.type == "customer.archived":
                there = False
            elif e.type == "customer.changed":
                fields.update({k: pair[1] for k, pair in e.data.get("changes", {}).items()})
            for kind, field in (("graded", "grade"), ("lifecycle_changed", "lifecycle"), ("owner_changed", "owner")):
                if e.type == f"customer.{kind}" and field in e.data:
                    fields[field] = e.data[field]
        return there and self.part_of(name, at) == name, fields

    def contact(self, subject, at):
        """(there, fields, customer) as known at that instant."""
        there, fields, customer = False, {}, None
        for e in sorted(self.known, key=recording):
            if e.subject != subject or e.recorded_at > at:
                continue
            if e.type == "contact.removed":
                there = False
            if e.type in ("contact.created", "contact.changed"):
                there = there or e.type == "contact.created"
                fields.update(e.data)
                customer = self.customer_of(e) or customer
        return there, fields, None if customer is None else self.part_of(customer, at)


def settled(closing, times, withdrawing, at):
    """'done', 'withdrawn' or None, from what was recorded by `at`; `closing` in the order that decides."""
    seen = [e for e in closing if e.recorded_at <= at]
    first = min((e for e in withdrawing if e.recorded_at <= at), key=recording, default=None)
    if first is not None and len([e for e in closing if e.recorded_at <= first.recorded_at]) < times:
        return "withdrawn"
    return "done" if len(seen) >= times else None


def first_waiver(world, key):
    waivers = [e for e in world.known if e.type == "duty.waived" and e.data.get("key") == key]
    return min(waivers, key=recording, default=None)


def pauses(world, number, rule, anchor, due, closed, at):
    """(due moved, whether a pause is still open), from what was recorded by `at`."""
    office = world.offices[number]
    paused_since = None
    events = [
        e
        for e in world.known
        if e.recorded_at <= at
        and e.occurred_at >= anchor.occurred_at
        and (e is anchor or (anchor.subject is not None and e.subject == anchor.subject))
        and e.type in (*rule.pauses_on, *rule.resumes_on)
    ]

    def move(due, start, end):
        if rule.clock == "working":
            return office.work(due, office.minutes_in(start, end))
        return due + (end - start)

    for e in sorted(events, key=occurrence):
        if paused_since is None:
            if e.type in rule.pauses_on and e.occurred_at < due and (closed is None or e.occurred_at < closed):
                paused_since = e.occurred_at
        elif e.type in rule.resumes_on:
            due = move(due, paused_since, e.occurred_at if closed is None else min(closed, e.occurred_at))
            paused_since = None
    if paused_since is not None and closed is not None:
        return move(due, paused_since, closed), False
    return due, paused_since is not None


def deadline(world, number, rule, anchor):
    policy = world.versions[number][0]
    tz = zone_of(policy)
    customer = world.customer_of(anchor)
    fields = {} if customer is None else world.customer(customer, anchor.recorded_at)[1]
    for name, wanted in rule.where.items():
        value = fields.get(name) if name in FOUR else anchor.data.get(name.removeprefix("data."))
        if not holds(wanted, value):
            return None

    def after(duration):
        if rule.clock == "working":
            return world.offices[number].plus(anchor.occurred_at, duration)
        return plus(anchor.occurred_at, duration, tz)

    opens = after(rule.after) if rule.after else anchor.occurred_at
    start_due = after(rule.within) if rule.within else due_date(anchor.data.get(rule.due_from[5:]), tz)
    if start_due is None or opens > world.now:
        return None

    def around(e, at):
        if rule.same == "customer":
            mine, other = customer, world.customer_of(e)
            return mine is not None and other is not None and world.part_of(mine, at) == world.part_of(other, at)
        return anchor.subject is not None and e.subject == anchor.subject

    def closing(at):
        found = []
        for e in world.known:
            if e.type not in rule.closes_on or e.recorded_at > at or e.occurred_at < anchor.occurred_at:
                continue
            near = e.data.get("anchor") == anchor.id if rule.match else e is anchor or around(e, at)
            if near and (e is not anchor or rule.measure == "recorded_at"):
                found.append(e)
        return sorted(found, key=recording if rule.measure == "recorded_at" else occurrence)

    def withdrawing(at):
        found = []
        for e in world.known:
            if e is anchor or e.recorded_at > at or e.occurred_at < anchor.occurred_at:
                continue
            owner = world.customer_of(e)
            archived = e.type == "customer.archived" and owner is not None
            if (e.type in rule.withdraws_on and around(e, at)) or (
                archived and (owner == customer or (rule.same == "customer" and around(e, at)))
            ):
                found.append(e)
        return found

    def outcome(at):
        return settled(closing(at), 1, withdrawing(at), at)

    key = f"{rule.clause}|{anchor.subject or ''}|{anchor.id}"
    waiver = first_waiver(world, key)
    if waiver and anchor.recorded_at <= waiver.recorded_at and outcome(waiver.recorded_at):
        waiver = None
    state = "waived" if waiver else outcome(world.now)
    closer = closing(world.now)[0] if state == "done" else None
    closed = closer and (closer.recorded_at if rule.measure == "recorded_at" else closer.occurred_at)
    due, still = pauses(world, number, rule, anchor, start_due, closed, world.now)
    if state is None:
        state = "paused" if still else "open" if world.now <= due else "overdue"
    steps = []
    for step in rule.escalate if not still else ():
        at = max(plus(due, step.after, tz), anchor.recorded_at)
        if at > world.now or outcome(at) or (waiver and waiver.recorded_at <= at):
            continue
        if not pauses(world, number, rule, anchor, start_due, None, at)[1]:
            steps.append((step.to, at))
    return {
        "key": key,
        "clause": rule.clause,
        "customer": customer,
        "subject": anchor.subject,
        "anchor": anchor.id,
        "opens_at": opens,
        "due_at": None if still else due,
        "state": state,
        "closed_at": closed,
        "closed_by": closer and closer.id,
        "late_seconds": closer and max(0, (closed - due) // timedelta(seconds=1)),
        "escalations": tuple(steps),
    }


def in_window(world, number, rule, times, customer, subject, day, opens, due, over):
    tz = zone_of(world.versions[number][0])
    closing = sorted(
        (
            e
            for e in world.known
            if world.customer_of(e) == customer
            and e.type in rule.on
            and opens <= e.occurred_at < over
            and all(holds(w, e.data.get(n.removeprefix("data."))) for n, w in rule.qualifies.items())
        ),
        key=occurrence,
    )
    withdrawing = [
        e
        for e in world.known
        if opens < e.recorded_at < over
        and (
            (e.type == "customer.archived" and world.customer_of(e) == customer)
            or any(loser == customer and merge is e for loser, _, merge in world.parents)
        )
    ]
    key = f"{rule.clause}|{subject}|{day.isoformat()}"
    waiver = first_waiver(world, key)
    if waiver and settled(closing, times, withdrawing, waiver.recorded_at):
        waiver = None
    state = "waived" if waiver else settled(closing, times, withdrawing, world.now)
    closer = closing[times - 1] if state == "done" else None
    if state is None:
        state = "missed" if world.now >= over else "overdue" if world.now > due else "open"
    steps = []
    for step in rule.escalate:
        at = plus(due, step.after, tz)
        fires = at <= world.now and not settled(closing, times, withdrawing, at)
        if fires and not (waiver and waiver.recorded_at <= at):
            steps.append((step.to, at))
    closed = closer and closer.occurred_at
    return {
        "key": key,
        "clause": rule.clause,
        "customer": customer,
        "subject": subject,
        "anchor": day.isoformat(),
        "opens_at": opens,
        "due_at": due,
        "state": state,
        "closed_at": closed,
        "closed_by": closer and closer.id,
        "late_seconds": closer and max(0, (closed - due) // timedelta(seconds=1)),
        "escalations": tuple(steps),
    }


def cadence(world, number, rule, customer, day):
    tz = zone_of(world.versions[number][0])
    start = begin(day, tz)
    if not begins_period(rule.every, day) or start > world.now or world.in_force(start) != number:
        return None
    there, fields = world.customer(customer, start)
    if not there or not all(holds(wanted, fields.get(name)) for name, wanted in rule.where.items()):
        return None
    end = begin(end_of_period(rule.every, day), tz)
    return in_window(world, number, rule, rule.times, customer, f"customer:{customer}", day, start, end, end)


def kept_on(rule, fields, day):
    """Whether the node's date, with what is known of the contact or customer, falls on `day`."""
    if rule.festival:
        return is_festival(rule.festival, day)
    if rule.date.startswith("--"):
        return is_day(int(rule.date[2:4]), int(rule.date[5:]), bool(rule.lunar), day)
    text = fields.get(rule.date.split(".")[1])
    found = re.fullmatch(r"(\d{4}|-)-(\d\d)-(\d\d)", text) if isinstance(text, str) else None
    if not found:
        return False
    month, number = int(found[2]), int(found[3])
    if rule.date != "contact.birthday":
        return is_day(month, number, False, day) and (found[1] == "-" or day.year > int(found[1]))
    lunar = fields.get("lunar") is True
    if not lunar and found[1] != "-" and due_date(text, UTC) is None:
        return False  # no such day ever was
    return is_day(month, number, lunar, day)


def node(world, number, rule, subject, day):
    policy, effective = world.versions[number]
    tz = zone_of(policy)
    before = rule.before.days if rule.before else 0
    opens = begin(day - DAY * before, tz)
    earlier = None
    if world.in_force(opens) != number:
        if number:
            rules = [r for r in world.versions[number - 1][0].node if r.clause == rule.clause]
            earlier = rules[0] if rules else None
        if earlier is None or (earlier.date == "contact.birthday") != (rule.date == "contact.birthday"):
            return None
        would = begin(
            day - DAY * (earlier.before.days if earlier.before else 0), zone_of(world.versions[number - 1][0])
        )
        if not (would >= effective > opens):
            return None
        opens = effective
    if opens > world.now:
        return None
    fields, where = {}, rule.where
    if rule.date == "contact.birthday":
        there, fields, customer = world.contact(subject, opens)
        if not there or customer is None:
            return None
        where = {n: w for n, w in where.items() if n in FOUR}
        if not all(holds(w, fields.get(n.removeprefix("data."))) for n, w in rule.where.items() if n not in FOUR):
            return None
    else:
        customer = subject.removeprefix("customer:")
    there, state = world.customer(customer, opens)
    if not there or not all(holds(wanted, state.get(name)) for name, wanted in where.items()):
        return None
    known = fields if rule.date == "contact.birthday" else state
    if not kept_on(rule, known, day) or (earlier is not None and not kept_on(earlier, known, day)):
        return None
    due = begin(day + DAY, tz)
    return in_window(world, number, rule, 1, customer, subject, day, opens, due, plus(due, rule.grace, tz))


def oracle(versions, events, now):
    """{key: duty as a dict}; `versions` are (policy, start) in order of start."""
    world = World(versions, events, now)
    duties = {}

    def add(duty):
        if duty is not None:
            duties.setdefault(duty["key"], duty)

    customers = {world.customer_of(e) for e in world.known} - {None}
    contacts = {e.subject for e in world.known if e.type.startswith("contact.") and e.subject}
    days = []
    day = versions[0][1].date() - DAY
    while day <= now.date() + DAY * 40:
        days.append(day)
        day += DAY
    for number, (policy, _) in enumerate(versions):
        for rule in policy.deadline:
            for e in world.known:
                if e.type == rule.opens_on and world.in_force(e.occurred_at) == number:
                    add(deadline(world, number, rule, e))
        for rule in policy.cadence:
            for customer in customers:
                for day in days:
                    add(cadence(world, number, rule, customer, day))
        for rule in policy.node:
            birthday = rule.date == "contact.birthday"
            for subject in contacts if birthday else {f"customer:{c}" for c in customers}:
                for day in days:
                    add(node(world, number, rule, subject, day))
    return duties
