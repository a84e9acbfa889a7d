from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.policy.document.dump import dump_policy
from weixi.policy.document.load import load_policy, policy_of
from weixi.policy.document.plain import plain
from weixi.policy.document.shipped import PRESETS, SHIPPED, build_shipped
from weixi.policy.document.tests.samples import BARE, SMALL


@pytest.mark.parametrize("preset", PRESETS)
def test_export_import_export_gives_the_same_bytes(preset: str) -> None:
    policy = build_shipped(preset)
    text = dump_policy(policy)
    again = load_policy(text)
    assert again == policy
    assert dump_policy(again) == text


def test_the_shipped_file_is_canonical() -> None:
    assert dump_policy(build_shipped()) == (SHIPPED / "standard.toml").read_text("utf-8")


def test_the_canonical_text_of_a_rule() -> None:
    text = dump_policy(load_policy(SMALL))
    begin = text.index("[[deadline]]")
    assert text[begin : text.index("[[cadence]]")] == (
        "[[deadline]]\n"
        'clause = "N-2a"\n'
        'title = "需求首次响应"\n'
        'opens_on = "case.opened"\n'
        'where = { kind = "need" }\n'
        'closes_on = ["case.responded"]\n'
        'within = "PT2H"\n'
        'clock = "calendar"\n'
        'assignee = "subject.owner"\n'
        'escalate = [ { after = "PT0S", to = "supervisor" }, { after = "PT4H", to = "service_manager" } ]\n'
        'source = "000 §4"\n'
        "\n"
    )


def test_layout_and_written_defaults_do_not_change_the_canonical_text() -> None:
    spread = SMALL.replace(" = ", "=").replace("\n\n", "\n\n# note\n\n")
    more = spread.replace('clause="N-2a"\n', 'clause="N-2a"\nwithdraws_on=[]\nmeasure="occurred_at"\n')
    assert dump_policy(load_policy(more)) == dump_policy(load_policy(SMALL))


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).filter(
    str.strip
)
numbers = st.integers(1, 99)
durations = st.one_of(
    st.builds("P{}M".format, numbers), st.builds("P{}D".format, numbers), st.builds("PT{}H".format, numbers)
)
scalars = st.one_of(
    texts, st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False)
)
conditions = st.dictionaries(texts, st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=3)
roles = st.sampled_from(["supervisor", "director", "executive"])
events = st.sampled_from(["case.opened", "case.closed", "order.placed", "callback.completed"])


@st.composite
def deadlines(draw: st.DrawFn) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "clause": draw(texts),
        "title": draw(texts),
        "where": draw(conditions),
        "opens_on": draw(events),
        "closes_on": draw(st.lists(events, min_size=1, max_size=3)),
        "assignee": draw(st.sampled_from(["customer.owner", "dept_head", "role:sales"])),
        "escalate": draw(st.lists(st.builds(lambda a, t: {"after": a, "to": t}, durations, roles), max_size=2)),
        "priority": draw(st.one_of(st.sampled_from(["low", "urgent"]), st.integers(-9, 9))),
    }
    if draw(st.booleans()):
        rule["within"] = draw(durations)
    else:
        rule["due_from"] = "data." + draw(st.sampled_from(["due", "期限", "a b", 'q"x']))
    return rule


cadences = st.fixed_dictionaries(
    {
        "clause": texts,
        "every": st.sampled_from(["P1W", "P2W", "P1M", "P3M", "P6M", "P1Y"]),
        "times": numbers,
        "qualifies": conditions,
    }
)
grading = st.fixed_dictionaries(
    {
        "preset": st.just("quadrant"),
        "threshold": st.fixed_dictionaries(
            {"value": st.decimals(0, 100, places=2).map(float), "potential": st.integers(0, 100)}
        ),
    }
)
sections = st.fixed_dictionaries(
    {},
    optional={
        "deadline": st.lists(deadlines(), max_size=3, unique_by=lambda rule: rule["clause"]),
        "node": st.lists(
            st.fixed_dictionaries({"clause": texts.map(lambda t: "n" + t), "date": st.just("--09-10")}), max_size=1
        ),
        "grading": grading,
        "gift": st.fixed_dictionaries({"items": st.lists(st.sampled_from("abc"), unique=True)}),
    },
)


@settings(max_examples=80, deadline=None)
@given(sections, st.lists(cadences, max_size=2, unique_by=lambda rule: rule["clause"]))
def test_any_document_survives_export_and_import(data: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    taken = {rule["clause"] for kind in ("deadline", "node") for rule in data.get(kind, [])}
    rules = [rule for rule in rules if rule["clause"] not in taken]
    deadlines_kept = [r for r in data.get("deadline", []) if r["clause"] not in {"n"}]
    nodes = [r for r in data.get("node", []) if r["clause"] not in {d["clause"] for d in deadlines_kept}]
    head = plain(load_policy(BARE))
    for rule in [*deadlines_kept, *rules, *nodes]:
        for name in ("grade", "lifecycle"):
            rule.get("where", {}).pop(name, None)
    policy = policy_of({**data, **head, "deadline": deadlines_kept, "cadence": rules, "node": nodes})
    text = dump_policy(policy)
    again = load_policy(text)
    assert again == policy
    assert dump_policy(again) == text
