"""Random small policies and logs for comparing the engine with the oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from weixi.duties.engine.events import Event
from weixi.duties.engine.tests.oracle_time import zone_of
from weixi.policy.document.load import policy_of

ZONES = ["Asia/Shanghai", "America/New_York"]
FIRST_DAY = datetime(2026, 2, 20, tzinfo=UTC)
CUSTOMERS = ["C1", "C2", "C3"]
SUBJECTS = ["case:1", "case:2"]
CONTACTS = ["contact:P1", "contact:P2"]
GRADES = ["core", "normal", None]
DAYS = ["2026-02-27", "2026-03-01", "2026-03-08", "2026-03-20"]

calendar_lengths = st.sampled_from(["PT0S", "PT2H", "P1D", "P3D", "P1M", "P1W", "P1DT3H", "P1M2DT5H"])
working_lengths = st.sampled_from(["PT0S", "PT2H", "P1D", "P2D", "P1DT3H", "PT9H"])
escalations = st.lists(
    st.fixed_dictionaries(
        {
            "after": st.sampled_from(["PT0S", "PT4H", "P1D", "P1W"]),
            "to": st.sampled_from(["supervisor", "director"]),
        }
    ),
    max_size=2,
)
state_where = st.sampled_from(
    [
        {},
        {},
        {},
        {},
        {},
        {"grade": "core"},
        {"grade": ["core", "normal"]},
        {"tags": ["a"]},
        {"lifecycle": "loyal"},
        {"owner": 1},
    ]
)
event_where = st.sampled_from(
    [{}, {}, {}, {}, {"kind": "need"}, {"kind": ["need", 1]}, {"kind": True, "grade": "core"}]
)


def only_given(values):
    return {name: value for name, value in values.items() if value not in (None, [])}


@st.composite
def deadlines(draw, clause):
    clock = draw(st.sampled_from(["calendar", "calendar", "working"]))
    lengths = working_lengths if clock == "working" else calendar_lengths
    rule = {
        "clause": clause,
        "opens_on": draw(st.sampled_from(["case.opened", "interaction.recorded", "customer.archived"])),
        "closes_on": draw(
            st.sampled_from([["case.responded"], ["interaction.recorded"], ["case.opened", "case.responded"]])
        ),
        "withdraws_on": draw(st.sampled_from([[], ["case.cancelled"], ["case.opened"]])),
        "clock": clock,
        "after": draw(st.one_of(st.none(), lengths)),
        "where": draw(st.one_of(event_where, state_where)),
        "escalate": draw(escalations),
        "measure": draw(st.sampled_from(["occurred_at", "occurred_at", "recorded_at"])),
    }
    if draw(st.integers(0, 2)):
        rule["pauses_on"], rule["resumes_on"] = ["case.planned"], ["case.reported"]
    if draw(st.integers(0, 3)):
        rule["within"] = draw(lengths)
    else:
        rule["due_from"] = "data.due"
    rule.update(draw(st.sampled_from([{}, {}, {"same": "customer"}, {"same": "subject"}, {"match": "anchor"}])))
    return only_given(rule)


@st.composite
def cadences(draw, clause):
    return only_given(
        {
            "clause": clause,
            "every": draw(st.sampled_from(["P1W", "P2W", "P1M"])),
            "times": draw(st.sampled_from([1, 1, 2])),
            "where": draw(state_where),
            "qualifies": draw(event_where),
            "escalate": draw(escalations),
        }
    )


@st.composite
def nodes(draw, clause):
    when = draw(
        st.sampled_from(
            [
                {"date": "contact.birthday"},
                {"date": "contact.birthday"},
                {"date": "contact.birthday"},
                {"date": "customer.founded_on"},
                {"festival": "元宵节"},
                {"date": "--03-10"},
                {"date": "--01-30", "lunar": True},
            ]
        )
    )
    birthday = when.get("date") == "contact.birthday"
    where = st.one_of(
        state_where,
        st.sampled_from([{"key_person": True}, {"data.key_person": True}, {"grade": "core", "data.grade": "x"}]),
    )
    return only_given(
        {
            "clause": clause,
            **when,
            "where": draw(where if birthday else state_where),
            "before": draw(st.sampled_from([None, "P0D", "P3D", "P1W"])),
            "grace": draw(st.sampled_from([None, "P0D", "PT5H", "P1W"])),
            "qualifies": draw(event_where),
            "escalate": draw(escalations),
        }
    )


@st.composite
def policies(draw, tz, since):
    used = draw(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3, unique=True))
    sections = {"deadline": [], "cadence": [], "node": []}
    for clause in used:
        kind = draw(st.sampled_from(["deadline", "deadline", "deadline", "cadence", "node", "node"]))
        made = {"deadline": deadlines, "cadence": cadences, "node": nodes}[kind](clause)
        sections[kind].append(draw(made))
    head = {"name": "t", "version": "1", "effective_from": since, "timezone": tz}
    calendar = {
        "working_days": ["mon", "tue", "wed", "thu", "fri"],
        "working_hours": [["09:00", "12:00"], ["13:30", "18:00"]],
        "holidays": "CN",
        "extra_holidays": ["2026-03-05"],
        "extra_working_days": ["2026-03-07"],
    }
    return policy_of({"policy": head, "calendar": calendar, **sections})


minutes = st.builds(
    lambda day, minute: day * 1440 + minute,
    st.integers(0, 30),
    st.sampled_from([0, 60, 240, 300, 330, 600, 601, 900, 960, 1439]),
)


@st.composite
def events(draw, number):
    kind = draw(
        st.sampled_from(
            [
                "case.opened",
                "case.opened",
                "case.opened",
                "case.opened",
                "case.responded",
                "interaction.recorded",
                "case.responded",
                "case.cancelled",
                "case.planned",
                "case.reported",
                "interaction.recorded",
                "interaction.recorded",
                "customer.created",
                "customer.graded",
                "customer.changed",
                "customer.archived",
                "customer.merged",
                "customer.merged",
                "customer.unmerged",
                "contact.changed",
                "duty.waived",
                "contact.removed",
                "duty.waived",
                "duty.opened",
            ]
        )
    )
    early = kind in ("customer.created", "contact.created") and draw(st.booleans())
    occurred = FIRST_DAY + timedelta(minutes=draw(minutes)) - timedelta(days=20 if early else 0)
    lag = draw(st.sampled_from([0, 0, 0, 60, 1440, 5 * 1440, -1440]))
    subject = draw(st.sampled_from(CONTACTS if kind.startswith("contact.") else [*SUBJECTS, *SUBJECTS, None]))
    return Event(
        f"e{number}",
        kind,
        draw(st.sampled_from([*CUSTOMERS, *CUSTOMERS, None])),
        subject,
        "u",
        occurred,
        occurred + timedelta(minutes=lag),
        draw(content(kind)),
    )


@st.composite
def beginning(draw, name, number):
    """A customer or contact that was there before."""
    contact = number.startswith("contact:")
    kind = "contact.created" if contact else "customer.created"
    when = FIRST_DAY - timedelta(days=draw(st.sampled_from([40, 5])))
    customer = draw(st.sampled_from(CUSTOMERS)) if contact else number
    return Event(name, kind, customer, number if contact else None, "u", when, when, draw(content(kind)))


@st.composite
def story(draw):
    """A case from its opening through what may happen to it."""
    when = FIRST_DAY + timedelta(minutes=draw(minutes))
    subject, customer = draw(st.sampled_from(SUBJECTS)), draw(st.sampled_from(CUSTOMERS))
    told = [("case.opened", 0, 0)]
    told += draw(
        st.lists(
            st.tuples(
                st.sampled_from(
                    [
                        "case.planned",
                        "case.reported",
                        "case.planned",
                        "case.reported",
                        "case.responded",
                        "case.cancelled",
                    ]
                ),
                st.sampled_from([0, 30, 90, 600, 1440, 3000]),
                st.sampled_from([0, 0, 60, 2880]),
            ),
            max_size=6,
        )
    )
    found = []
    for number, (kind, later, lag) in enumerate(told):
        when += timedelta(minutes=later)
        found.append(
            Event(f"s{number}", kind, customer, subject, "u", when, when + timedelta(minutes=lag), {"kind": "need"})
        )
    return found


@st.composite
def waiver(draw, name, log):
    """Somebody waives a duty that one of the events may have made."""
    anchor = draw(st.sampled_from(log))
    when = anchor.recorded_at + timedelta(minutes=draw(st.sampled_from([0, 60, 3000, -60])))
    key = f"{draw(st.sampled_from('ABCD'))}|{anchor.subject or ''}|{anchor.id}"
    return Event(name, "duty.waived", anchor.customer, anchor.subject, "u", when, when, {"key": key})


@st.composite
def content(draw, kind):
    grade = draw(st.sampled_from(GRADES))
    if kind == "customer.created":
        tags = draw(st.sampled_from([["a", "b"], "a", [], None]))
        founded = draw(st.sampled_from([None, "2020-03-05", "2026-03-05", "--03-10"]))
        return {"grade": grade, "tags": tags, "owner": draw(st.sampled_from([1, True, "1"])), "founded_on": founded}
    if kind == "customer.graded":
        return draw(st.sampled_from([{"grade": grade}, {}]))
    if kind == "customer.changed":
        return {
            "changes": {draw(st.sampled_from(["grade", "lifecycle"])): [None, draw(st.sampled_from(["core", "loyal"]))]}
        }
    if kind == "customer.merged":
        return {"into": draw(st.sampled_from(CUSTOMERS))}
    if kind == "customer.unmerged":
        return {"merge": f"e{draw(st.integers(0, 8))}"}
    if kind in ("contact.created", "contact.changed"):
        return only_given(
            {
                "birthday": draw(
                    st.sampled_from(["1980-03-08", "--01-30", "1990-02-29", "2000-02-29", "--03-01", None])
                ),
                "lunar": draw(st.sampled_from([None, True, False])),
                "key_person": draw(st.sampled_from([None, True, 1])),
                "grade": draw(st.sampled_from([None, "x"])),
            }
        )
    if kind == "duty.waived":
        return {"key": draw(waived_keys())}
    return only_given(
        {
            "kind": draw(st.sampled_from(["need", 1, True, None])),
            "grade": draw(st.sampled_from(["core", None])),
            "due": draw(st.sampled_from([None, "2026-03-02", "2026-03-01T10:00:00+08:00", "2026-02-30", "soon", 5])),
            "anchor": draw(st.sampled_from([None, "e0", "e1", "e2"])),
        }
    )


@st.composite
def waived_keys(draw):
    clause = draw(st.sampled_from("ABCD"))
    if draw(st.booleans()):
        return f"{clause}|{draw(st.sampled_from([*SUBJECTS, '']))}|e{draw(st.integers(0, 6))}"
    subject = draw(st.sampled_from(["customer:C1", "customer:C2", *CONTACTS]))
    return f"{clause}|{subject}|{draw(st.sampled_from([*DAYS, '2026-03-02', '2026-03-09', '2026-03-10']))}"


@st.composite
def worlds(draw):
    """(versions as (policy, activated_at), events, now)."""
    tz = draw(st.sampled_from(ZONES))
    versions = [(draw(policies(tz, draw(st.sampled_from(["2026-01-20", "2026-01-20", "2026-02-25"])))), None)]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        since = draw(st.sampled_from(["2026-02-01", "2026-03-03", "2026-03-06", "2026-03-10"]))
        activated = FIRST_DAY + timedelta(minutes=draw(minutes))
        versions.append((draw(policies(tz, since)), activated))
    log = [draw(events(number)) for number in range(draw(st.integers(4, 24)))]
    log += [draw(beginning(f"c{number}", name)) for number, name in enumerate([*CUSTOMERS[:2], *CONTACTS])]
    log += draw(story())
    log += [draw(waiver(f"w{number}", log)) for number in range(draw(st.integers(0, 2)))]
    now = FIRST_DAY + timedelta(minutes=draw(minutes), days=draw(st.sampled_from([0, 5, 10, 20, 30])))
    return versions, log, now


def starts(versions):
    """The versions with the instant each takes effect, as the contract says it."""
    found = []
    for number, (policy, activated) in enumerate(versions):
        tz = zone_of(policy)
        day = policy.header.effective_from
        if number:
            day = max(day, activated.astimezone(tz).date() + timedelta(days=1))
        start = datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)
        found = [(other, when) for other, when in found if when != start] + [(policy, start)]
    return sorted(found, key=lambda pair: pair[1])
