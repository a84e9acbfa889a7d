"""The rows of the bench's installation, made one by one from the number of a customer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bench import names
from bench.tables import Row, stamp
from bench.world import ORDERS, PROMISED, TALKS, World
from weixi.kernel.pinyin import pinyin_key
from weixi.kernel.search.text import Doc, entry_text


def customers(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        name = names.company(i, world.total)
        orders = [world.moment(i, k, 0) for k in range(ORDERS)]
        year = sum(float(names.amount(i, k)) for k in range(ORDERS))
        yield (
            i, names.number(i), name, name, pinyin_key(name), names.INDUSTRIES[i % 8], names.REGIONS[i % 7],
            names.city(i), names.mobile(i), f"c{i}@example.com", world.owner(i)[0],
            world.owner(i + 1)[0] if i % 100 == 0 else None, "established" if i % 4 else "new", names.grade(i),
            f"{year:.2f}", max(orders).date().isoformat(), stamp(world.moment(i, TALKS - 1, 1)),
            _talk(i, TALKS - 1)[0], 30 + names.mixed(i) % 70,
        )  # fmt: skip


def contacts(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        name = names.person(i)
        yield (i, i, name, name, names.mobile(i + 500_000), _birthday(i), names.mixed(i) % 3 == 0)


def _birthday(i: int) -> str:
    return date.fromordinal(719_163 + names.mixed(i) % 14_600).isoformat()


def orders(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        for k in range(ORDERS):
            at = world.moment(i, k, 0)
            key = (i - 1) * ORDERS + k + 1
            yield key, f"D{key:09d}", i, stamp(at), at.date().isoformat(), names.amount(i, k)


def order_lines(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        for k in range(ORDERS):
            price = names.amount(i, k)
            yield (i - 1) * ORDERS + k + 1, 1 + (i + k) % 50, price, price


def talks(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        owner = world.owner(i)[0]
        for k in range(TALKS):
            at = stamp(world.moment(i, k, 1))
            yield (i - 1) * TALKS + k + 1, i, *_talk(i, k), at, i, owner, at


def _talk(i: int, k: int) -> tuple[str, str, str]:
    """Kind, purpose, depth."""
    place = names.mixed(i) + k
    return ("call", "visit", "wechat")[place % 3], ("value", "service", "information")[place // 3 % 3], (
        "deep", "formal", "light"
    )[place // 9 % 3]  # fmt: skip


def promises(world: World) -> Iterator[tuple[int, int]]:
    """`(key, customer)` of the follow-ups that all fall due at one instant."""
    for key in range(1, PROMISED + 1):
        yield key, (key - 1) * 97 % world.total + 1


def events(world: World) -> Iterator[Row]:
    """What the services would have recorded, customer by customer."""
    entered, graded = stamp(world.entered), stamp(world.graded)
    seq = world.events_before
    for i in range(1, world.total + 1):
        owner, login = world.owner(i)
        by = f"user:{owner}"
        created = {"number": names.number(i), "kind": "company", "lifecycle": "new", "owner": login, "tags": []}
        rows: list[tuple[str, str, int, str, Any, Any]] = [
            ("customer.created", "customer", i, entered, entered, created),
            (
                "contact.created",
                "contact",
                i,
                entered,
                entered,
                {"key_person": names.mixed(i) % 3 == 0, "decision_maker": False},
            ),
            ("customer.graded", "customer", i, graded, graded, {"grade": names.grade(i), "source": "grading"}),
        ]
        for k in range(ORDERS):
            at = stamp(world.moment(i, k, 0))
            key = (i - 1) * ORDERS + k + 1
            data = {"number": f"D{key:09d}", "amount": names.amount(i, k), "first": k == 0}
            rows.append(("order.placed", "order", key, at, at, data))
        for k in range(TALKS):
            at = stamp(world.moment(i, k, 1))
            kind, purpose, depth = _talk(i, k)
            data = {"kind": kind, "direction": "out", "depth": depth, "purpose": purpose, "contact": f"contact:{i}"}
            rows.append(("interaction.recorded", "interaction", (i - 1) * TALKS + k + 1, at, at, data))
        for place, (kind, subject, key, occurred, recorded, data) in enumerate(rows):
            seq += 1
            text = json.dumps(data, ensure_ascii=False)
            yield seq, event_id(i, place), kind, i, subject, str(key), by, occurred, recorded, text
    at = stamp(world.now - timedelta(days=3))
    due = world.promised_for.isoformat()
    for key, i in promises(world):
        seq += 1
        owner, login = world.owner(i)
        data = {"due": due, "assignee": login}
        text = json.dumps(data, ensure_ascii=False)
        yield seq, f"f{key:09d}", "followup.promised", i, "followup", str(key), f"user:{owner}", at, at, text


def personal(world: World) -> Iterator[Row]:
    """The personal values of the first two events of each customer."""
    per = 3 + ORDERS + TALKS
    for i in range(1, world.total + 1):
        seq = world.events_before + (i - 1) * per + 1
        yield seq, json.dumps({"name": names.company(i, world.total)}, ensure_ascii=False)
        whom = {"name": names.person(i), "birthday": _birthday(i), "lunar": False}
        yield seq + 1, json.dumps(whom, ensure_ascii=False)


def entries(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        name = names.company(i, world.total)
        doc = Doc("customer", i, name, i, names=(name,), phones=(names.mobile(i),), codes=(names.number(i),))
        yield "customer", i, i, name, entry_text(doc)
        who = names.person(i)
        phones = (names.mobile(i + 500_000), "")
        yield "contact", i, i, who, entry_text(Doc("contact", i, who, i, names=(who,), phones=phones))


def event_id(i: int, place: int) -> str:
    return f"b{i:09d}{place:02d}"
