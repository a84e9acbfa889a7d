"""What `where` sees, customer state, merged customers, versions. Computed by hand."""

from __future__ import annotations

import pytest

from weixi.duties.engine.conditions import compile_where
from weixi.duties.engine.evaluate import evaluate
from weixi.duties.engine.events import json_equal
from weixi.duties.engine.tests.making import Log, at, local, policy, result, shown
from weixi.duties.engine.timeline import PolicyTimeline


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("need", "need", True),
        ("need", "Need", False),
        (["need", "issue"], "issue", True),
        (1, 1.0, True),
        (1, True, False),
        (True, 1, False),
        (True, True, True),
        (0, False, False),
        ("1", 1, False),
        (1, "1", False),
        ("a", ["b", "a"], True),
        (["a", "c"], ["b", "c"], True),
        ("a", [["a"]], False),
        ("a", {"a": "a"}, False),
        ("a", None, False),
        ([], "a", False),
        (1, [True], False),
    ],
)
def test_values_compare_as_json_does(wanted, value, expected):
    assert compile_where({"name": wanted}).data_holds({"name": value}) is expected
    assert compile_where({"grade": wanted}).state_holds({"grade": value}) is expected


def test_a_missing_value_matches_nothing_and_no_condition_asks_nothing():
    assert not compile_where({"name": "a"}).data_holds({})
    assert not compile_where({"name": "a"}).data_holds([1])
    assert compile_where({}).data_holds([1])


def test_equality_of_repeated_events():
    assert json_equal({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]})
    assert not json_equal({"a": [1]}, {"a": [True]})
    assert not json_equal({"a": 1}, {"a": 1, "b": 2})


def deadline(where: str, extra: str = "") -> str:
    return f"""
[[deadline]]
clause = "N"
opens_on = "case.opened"
closes_on = ["case.responded"]
within = "PT2H"
where = {{ {where} }}
{extra}
"""


def made(rules: str, log: Log, now: str = "2026-04-01 00:00") -> bool:
    return "N|case:1|a" in shown(result(rules, log, now))


def test_the_four_names_are_the_customers_and_data_names_the_events():
    log = Log()
    log.customer(grade="core", tags=["x", "y"], owner="u1", lifecycle="loyal")
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a", grade="big", kind="need")
    for where in ('grade = "core"', 'tags = "y"', 'owner = ["u1", "u2"]', 'lifecycle = "loyal"', 'kind = "need"',
                  '"data.grade" = "big"', '"data.kind" = "need"', 'grade = "core", kind = "need"'):  # fmt: skip
        assert made(deadline(where), log)
    for where in ('grade = "big"', '"data.grade" = "core"', 'kind = "need", grade = "x"', "other = 1"):
        assert not made(deadline(where), log)


def test_state_is_what_was_known_at_the_anchors_recording():
    log = Log()
    log.customer(grade="normal")
    log.add("customer.graded", "2026-03-01", recorded="2026-03-02 10:00", grade="core", id="g")
    log.add("case.opened", "2026-03-02 09:00", recorded="2026-03-02 09:59", subject="case:1", id="a")
    log.add("case.opened", "2026-03-02 09:00", recorded="2026-03-02 10:00", subject="case:2", id="b")
    log.add("customer.graded", "2026-03-03", grade="normal")
    found = shown(result(deadline('grade = "core"'), log, "2026-04-01 00:00"))
    assert set(found) == {"N|case:2|b"}


def test_the_last_recorded_value_of_each_field_counts_and_null_is_no_value():
    log = Log()
    log.customer(grade="core", owner="u1")
    log.add("customer.changed", "2026-02-02", changes={"grade": ["core", None]})
    log.add("customer.owner_changed", "2026-02-03", owner="u2")
    log.add("customer.graded", "2026-02-05", id="z", grade="core")
    log.add("customer.graded", "2026-02-05", id="y", grade="normal")
    log.add("customer.created", "2026-02-06", lifecycle="new")
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    assert made(deadline('grade = "core", owner = "u2", lifecycle = "new"'), log)
    log.add("customer.changed", "2026-02-20", changes={"grade": ["core", None]})
    assert not made(deadline('grade = "core"'), log)


def test_the_anchor_itself_is_included_in_the_state():
    rules = """
[[deadline]]
clause = "N"
opens_on = "customer.created"
closes_on = ["archive.completed"]
within = "P1D"
where = { grade = "core" }
"""
    log = Log()
    log.customer("C1", "2026-03-01", grade="core")
    assert set(shown(result(rules, log, "2026-03-10 00:00"))) == {"N||e1"}


CADENCE = """
[[cadence]]
clause = "C"
every = "P1M"
"""


def test_merging_withdraws_the_losers_cadence_and_into_keeps_its_own_state():
    log = Log()
    log.customer("A", grade="core")
    log.customer("B", grade="normal")
    log.add("customer.merged", "2026-01-10", customer="A", into="B")
    log.add("interaction.recorded", "2026-01-05 10:00", recorded="2026-01-11", customer="A", id="late")
    found = shown(result(CADENCE, log, "2026-03-10 00:00"))
    assert found["C|customer:A|2026-01-01"].startswith("withdrawn")
    assert found["C|customer:B|2026-01-01"].startswith("done") and "by late" in found["C|customer:B|2026-01-01"]
    assert "C|customer:A|2026-02-01" not in found
    assert "C|customer:B|2026-02-01" in found
    graded = CADENCE + 'where = { grade = "core" }'
    assert set(shown(result(graded, log, "2026-03-10 00:00"))) == {"C|customer:A|2026-01-01"}


def test_events_of_the_loser_recorded_later_count_as_intos_through_chains():
    log = Log()
    for name in "ABC":
        log.customer(name)
    log.add("customer.merged", "2026-01-10", customer="A", into="B")
    log.add("customer.merged", "2026-01-20", customer="B", into="C")
    log.add("customer.graded", "2026-02-01", customer="A", grade="core")
    log.add("case.opened", "2026-03-02 09:00", customer="A", subject="case:1", id="a")
    (duty,) = result(deadline('grade = "core"'), log, "2026-04-01 00:00").duties
    assert (duty.key, duty.customer) == ("N|case:1|a", "C")


def test_the_losers_deadlines_stay_and_same_customer_sees_both_from_the_merge_on():
    rules = deadline("").replace("where = {  }", 'same = "customer"')
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", customer="A", subject="case:1", id="a")
    log.add("case.responded", "2026-03-02 10:00", customer="B", subject="case:2", id="r")
    log.add("customer.merged", "2026-03-05 12:00", customer="A", into="B")
    before = result(rules, log, "2026-03-05 11:59").duties[0]
    after = result(rules, log, "2026-03-05 12:00").duties[0]
    assert (before.state, before.customer) == ("overdue", "A")
    assert (after.state, after.customer, after.closed_by) == ("done", "A", "r")


def test_a_merge_that_was_taken_back_leaves_two_customers_from_then_on():
    log = Log()
    log.customer("A", grade="core")
    log.customer("B", grade="normal")
    log.add("customer.merged", "2026-01-10", customer="A", into="B", id="m")
    log.add("case.opened", "2026-01-15 09:00", customer="A", subject="case:1", id="between")
    log.add("customer.unmerged", "2026-01-20", customer="A", into="B", merge="m")
    log.add("case.opened", "2026-01-21 09:00", customer="A", subject="case:2", id="after")
    duties = {duty.key: duty for duty in result(deadline(""), log, "2026-02-01 00:00").duties}
    # What was recorded in between counts as the other's for good, what comes later is its own again.
    assert {key: duty.customer for key, duty in duties.items()} == {
        "N|case:1|between": "B",
        "N|case:2|after": "A",
    }
    found = shown(result(CADENCE + 'where = { grade = "core" }', log, "2026-03-10 00:00"))
    # January was withdrawn and stays so; from February on it counts with the state it had.
    assert found["C|customer:A|2026-01-01"].startswith("withdrawn")
    assert {"C|customer:A|2026-02-01", "C|customer:A|2026-03-01"} <= set(found)


def test_evidence_of_the_other_counts_only_while_the_two_are_one():
    rules = deadline("").replace("where = {  }", 'same = "customer"')
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", customer="A", subject="case:1", id="a")
    log.add("case.responded", "2026-03-02 10:00", customer="B", subject="case:2", id="r")
    log.add("customer.merged", "2026-03-05 12:00", customer="A", into="B", id="m")
    log.add("customer.unmerged", "2026-03-06 12:00", customer="A", into="B", merge="m")
    states = [result(rules, log, when).duties[0].state for when in ("2026-03-05 12:00", "2026-03-06 12:00")]
    assert states == ["done", "overdue"]


def test_a_merge_taken_back_can_be_made_again_and_an_unknown_one_is_passed_over():
    log = Log()
    log.customer("A")
    log.customer("B")
    log.add("customer.unmerged", "2026-01-05", customer="A", into="B", merge="nothing")
    log.add("customer.merged", "2026-01-10", customer="A", into="B", id="m")
    log.add("customer.unmerged", "2026-01-12", customer="A", into="B", merge="m")
    log.add("customer.merged", "2026-01-14", customer="A", into="B", id="n")
    log.add("case.opened", "2026-03-02 09:00", customer="A", subject="case:1", id="a")
    assert result(deadline(""), log, "2026-04-01 00:00").duties[0].customer == "B"


def test_two_customers_merged_into_each_other_are_one():
    log = Log()
    log.customer("A")
    log.customer("B")
    log.add("customer.merged", "2026-01-10", customer="A", into="B")
    log.add("customer.merged", "2026-01-20", customer="B", into="A")
    log.add("case.opened", "2026-03-02 09:00", customer="A", subject="case:1", id="a")
    assert result(deadline(""), log, "2026-04-01 00:00").duties[0].customer == "B"


def test_a_merged_contact_is_intos_from_then_on():
    rules = '[[node]]\nclause = "F"\ndate = "contact.birthday"\nbefore = "P3D"'
    log = Log()
    log.customer("A")
    log.customer("B")
    log.add("contact.created", "2025-12-02", customer="A", subject="contact:P1", birthday="--03-10")
    log.add("contact.created", "2025-12-02", customer="A", subject="contact:P2", birthday="--03-12")
    log.add("customer.merged", "2026-03-08", customer="A", into="B")
    found = {duty.subject: (duty.customer, str(duty.state)) for duty in result(rules, log, "2026-03-10 00:00").duties}
    assert found == {"contact:P1": ("A", "withdrawn"), "contact:P2": ("B", "open")}


def versions(*made: tuple[str, str, str | None], log: Log, now: str):
    """Each version: rules, effective_from, activated at."""
    built = [(policy(rules, since=since), at(when) if when else None) for rules, since, when in made]
    return evaluate(PolicyTimeline.build(built), log.events, at(now))


def test_before_the_first_effective_from_there_are_no_duties():
    log = Log()
    log.customer("C1")
    log.add("case.opened", "2026-01-14 23:59", subject="case:1", id="a")
    log.add("case.opened", "2026-01-15 00:00", subject="case:1", id="b")
    rules = policy(deadline("") + CADENCE, since="2026-01-15")
    assert set(shown(result(rules, log, "2026-02-10 00:00"))) == {"N|case:1|b", "C|customer:C1|2026-02-01"}


def test_the_version_at_the_anchors_occurrence_decides_for_ever():
    log = Log()
    log.add("case.opened", "2026-03-09 23:59", recorded="2026-03-20", subject="case:1", id="a")
    log.add("case.opened", "2026-03-10 00:00", subject="case:1", id="b")
    longer = deadline("").replace("PT2H", "PT5H")
    found = versions(
        (deadline(""), "2026-01-01", None), (longer, "2026-03-10", "2026-03-01 09:00"), log=log, now="2026-04-01 00:00"
    )
    assert [local(duty.due_at) for duty in found.duties] == ["2026-03-10 01:59", "2026-03-10 05:00"]


def test_a_later_version_takes_effect_at_the_earliest_on_the_day_after_its_activation():
    log = Log()
    log.add("case.opened", "2026-03-10 12:00", subject="case:1", id="a")
    log.add("case.opened", "2026-03-11 00:00", subject="case:1", id="b")
    longer = deadline("").replace("PT2H", "PT5H")
    found = versions(
        (deadline(""), "2026-01-01", None), (longer, "2026-01-01", "2026-03-10 09:00"), log=log, now="2026-04-01 00:00"
    )
    assert [local(duty.due_at) for duty in found.duties] == ["2026-03-10 14:00", "2026-03-11 05:00"]


def test_of_two_versions_that_take_effect_together_the_later_activated_counts():
    log = Log()
    log.add("case.opened", "2026-03-12 12:00", subject="case:1", id="a")
    longer, longest = deadline("").replace("PT2H", "PT5H"), deadline("").replace("PT2H", "PT9H")
    found = versions(
        (deadline(""), "2026-01-01", None), (longer, "2026-03-11", "2026-03-01 09:00"),
        (longest, "2026-03-11", "2026-03-02 09:00"), log=log, now="2026-04-01 00:00",
    )  # fmt: skip
    assert [local(duty.due_at) for duty in found.duties] == ["2026-03-12 21:00"]


def test_a_period_that_began_under_a_version_without_the_rule_has_no_duty():
    log = Log()
    log.customer("C1")
    found = versions(
        (deadline(""), "2026-01-01", None), (CADENCE, "2026-02-10", "2026-02-01 09:00"), log=log, now="2026-03-10 00:00"
    )
    assert [duty.anchor for duty in found.duties] == ["2026-03-01"]


def node(before: str, more: str = "") -> str:
    return f'[[node]]\nclause = "F"\ndate = "--03-10"\nbefore = "{before}"\n{more}'


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("P3D", "P3D", ["2026-03-07 00:00"]),
        ("P1W", "P1D", ["2026-03-03 00:00"]),  # both would make the key: the earlier one's holds
        ("P1D", "P1W", ["2026-03-05 00:00"]),  # between the two openings: when the later takes effect
        ("P1D", "P2D", ["2026-03-08 00:00"]),
    ],
)
def test_a_day_between_two_versions_openings(first, second, expected):
    log = Log()
    log.customer("C1")
    found = versions(
        (node(first), "2026-01-01", None),
        (node(second), "2026-03-05", "2026-03-01 09:00"),
        log=log,
        now="2026-03-20 00:00",
    )
    assert [local(duty.opens_at) for duty in found.duties] == expected


def test_a_node_that_only_the_later_version_has_waits_for_next_year():
    log = Log()
    log.customer("C1")
    found = versions(
        (CADENCE, "2026-01-01", None), (node("P1W"), "2026-03-05", "2026-03-01 09:00"), log=log, now="2026-03-20 00:00"
    )
    assert [duty.clause for duty in found.duties] == ["C"] * 3
