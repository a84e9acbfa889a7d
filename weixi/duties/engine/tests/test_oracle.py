"""The engine against the slow second implementation, on random policies and logs."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.duties.engine.evaluate import evaluate
from weixi.duties.engine.tests.oracle import oracle
from weixi.duties.engine.tests.worlds import starts, worlds
from weixi.duties.engine.timeline import PolicyTimeline

moderate = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def as_dict(duty):
    values = duty._asdict()
    del values["rule"], values["version"]
    return values | {"state": str(duty.state), "escalations": tuple(tuple(step) for step in duty.escalations)}


@moderate
@given(worlds())
def test_engine_and_oracle_agree(world):
    versions, events, now = world
    found = evaluate(PolicyTimeline.build(versions), events, now)
    expected = oracle(starts(versions), events, now)
    assert {duty.key: as_dict(duty) for duty in found.duties} == expected
    assert [duty.key for duty in found.duties] == sorted(expected)


@moderate
@given(worlds(), st.randoms(use_true_random=False))
def test_order_of_arrival_and_repetition_do_not_matter(world, random):
    versions, events, now = world
    timeline = PolicyTimeline.build(versions)
    shuffled = events + random.sample(events, len(events) // 2)
    random.shuffle(shuffled)
    assert evaluate(timeline, shuffled, now) == evaluate(PolicyTimeline.build(versions), events, now)
