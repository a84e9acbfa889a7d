"""Pieces of evidence, and how like two texts are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA, JaroWinkler


class Reason(StrEnum):
    """Why two records are held for one customer, for related ones, or not; said in words by `duplicates.words`."""

    SAME_NAME = "same_name"
    SAME_NAME_OTHERWISE = "same_name_otherwise"
    SOUNDS_THE_SAME = "sounds_the_same"
    NAME_ALMOST = "name_almost"
    NAME_WITHIN = "name_within"
    NAME_PARTLY = "name_partly"
    SHORT_NAME = "short_name"
    OTHER_NAME = "other_name"
    OTHER_PLACE = "other_place"
    SAME_CODE = "same_code"
    SAME_PHONE = "same_phone"
    OTHER_PHONE = "other_phone"
    SAME_EMAIL = "same_email"
    OTHER_EMAIL = "other_email"
    SAME_ADDRESS = "same_address"
    ADDRESS_ALMOST = "address_almost"
    OTHER_ADDRESS = "other_address"
    SAME_DISTRICT = "same_district"
    SAME_BIRTHDAY = "same_birthday"
    BIRTHDAY_ALMOST = "birthday_almost"
    OTHER_BIRTHDAY = "other_birthday"
    BRANCH = "branch"
    TWO_BRANCHES = "two_branches"


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of evidence; negative points speak against."""

    reason: Reason
    points: float


def edits(one: str, other: str, most: int = 3) -> int:
    """Characters wrong, missing, too many or swapped; more than `most` is `most` + 1."""
    return int(OSA.distance(one, other, score_cutoff=most))


def like(one: str, other: str) -> float:
    """0..1 for words: a common beginning counts more."""
    return float(JaroWinkler.similarity(one, other))
