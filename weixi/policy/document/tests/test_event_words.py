"""Every event a rule may name is said in words, in both languages."""

from __future__ import annotations

import pytest

from weixi.policy.document.catalogue import EVENT_TYPES
from weixi.policy.document.event_words import FAMILIES, WORDS, event_in_words, events_by_family


def test_the_whole_catalogue_has_words() -> None:
    assert set(WORDS) == EVENT_TYPES
    assert set(FAMILIES) == {one.partition(".")[0] for one in EVENT_TYPES}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_events_are_called_alike(lang: str) -> None:
    said = [event_in_words(one, lang) for one in EVENT_TYPES]  # type: ignore[arg-type]
    assert len(set(said)) == len(said)
    assert not set(said) & EVENT_TYPES


def test_the_groups_hold_each_event_once() -> None:
    rows = [one for _, group in events_by_family() for one, _ in group]
    assert sorted(rows) == sorted(EVENT_TYPES)


def test_a_type_without_words_keeps_its_name() -> None:
    assert event_in_words("moon.rose") == "moon.rose"
