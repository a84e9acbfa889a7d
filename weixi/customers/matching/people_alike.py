"""Evidence from the names, birthdays and addresses of two persons."""

from __future__ import annotations

from rapidfuzz.fuzz import token_sort_ratio

from weixi.customers.matching.likeness import Finding, Reason, edits, like
from weixi.customers.matching.people import PersonName
from weixi.customers.matching.records import Record

_CLOSE = 0.86


def findings(one: Record, other: Record) -> list[Finding]:
    """What speaks for and against; empty when nothing beyond the names can be compared."""
    named = _names(one.person, other.person)
    return [named, *_born(one.birthday, other.birthday), *_where(one, other)]


def _names(mine: PersonName, theirs: PersonName) -> Finding:
    if not mine.text or not theirs.text:
        return Finding(Reason.NAME_PARTLY, 0.0)
    if mine.latin and theirs.latin:
        return _latin(mine, theirs)
    if mine.text == theirs.text:
        # How common it is nobody knows here: a name alone never makes two records one person.
        return Finding(Reason.SAME_NAME, 3.0 if len(mine.text) >= 3 else 2.0)
    apart = edits(mine.text, theirs.text, 1)
    if apart == 1 and min(len(mine.text), len(theirs.text)) >= 3:
        return Finding(Reason.NAME_ALMOST, 1.0)
    return Finding(Reason.OTHER_NAME, -4.0)


def _latin(mine: PersonName, theirs: PersonName) -> Finding:
    if sorted(mine.words) == sorted(theirs.words):
        return Finding(Reason.SAME_NAME, 4.0 if len(mine.words) > 1 else 2.0)
    rest = list(theirs.words)
    equal = close = 0
    for word in mine.words:
        best = max(rest, key=lambda each: like(word, each), default="")
        if not best:
            continue
        if word == best:
            equal += 1
        elif like(word, best) >= _CLOSE or edits(word, best, 2) <= (2 if len(word) > 5 else 1):
            close += 1
        else:
            continue
        rest.remove(best)
    most, least = max(len(mine.words), len(theirs.words)), min(len(mine.words), len(theirs.words))
    if equal + close == most:
        return Finding(Reason.NAME_ALMOST, 3.0)
    if token_sort_ratio(mine.text, theirs.text) >= 85:
        return Finding(Reason.NAME_ALMOST, 2.5)
    if equal + close == least and least < most:
        return Finding(Reason.NAME_WITHIN, 1.0)
    if equal:
        return Finding(Reason.NAME_PARTLY, 0.0)
    return Finding(Reason.OTHER_NAME, -2.5)


def _born(mine: str, theirs: str) -> list[Finding]:
    if not mine or not theirs:
        return []
    if mine == theirs:
        return [Finding(Reason.SAME_BIRTHDAY, 4.5)]
    if edits(mine, theirs, 1) <= 1 or mine[:4] + mine[6:] + mine[4:6] == theirs:
        return [Finding(Reason.BIRTHDAY_ALMOST, 2.5)]
    if edits(mine, theirs, 2) <= 2:
        return [Finding(Reason.BIRTHDAY_ALMOST, 0.0)]
    return [Finding(Reason.OTHER_BIRTHDAY, -3.0)]


def _where(one: Record, other: Record) -> list[Finding]:
    found = []
    near = _near(one, other)
    if near is not None:
        same_house = bool(one.house) and one.house == other.house
        if near >= 0.8:
            found.append(Finding(Reason.SAME_ADDRESS, 3.5 if same_house else 2.5))
        elif near >= 0.55 and same_house:
            found.append(Finding(Reason.ADDRESS_ALMOST, 2.0))
        else:
            found.append(Finding(Reason.OTHER_ADDRESS, 0.0 if same_house else -1.0))
    area = 0.0
    for mine, theirs in ((one.postcode, other.postcode), (one.district, other.district), (one.area, other.area)):
        if mine and theirs:
            area += 1.5 if mine == theirs or edits(mine, theirs, 2) <= min(2, len(mine) // 4) else -0.3
    if area:
        found.append(Finding(Reason.SAME_DISTRICT if area > 0 else Reason.OTHER_ADDRESS, area))
    return found


def _near(one: Record, other: Record) -> float | None:
    """How like the addresses are, whichever line of the form each part stands in."""
    mine, theirs = (f"{each.street} {each.area}".strip() for each in (one, other))
    if not mine or not theirs:
        return None
    near = token_sort_ratio(mine, theirs)
    if one.street and other.street:
        near = max(near, token_sort_ratio(one.street, other.street))
    return float(near) / 100
