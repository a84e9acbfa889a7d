"""Evidence from the names and addresses of two companies."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.fuzz import ratio, token_sort_ratio

from weixi.customers.matching.companies import CompanyName
from weixi.customers.matching.likeness import Finding, Reason, edits, like
from weixi.customers.matching.places import same_place
from weixi.customers.matching.points import share_line
from weixi.customers.matching.records import Record
from weixi.customers.matching.sounds import spoken

# Made once: a scan judges millions.
_OTHER_NUMBER = Finding(Reason.OTHER_NAME, -5.0)
_OTHER_SCRIPT = Finding(Reason.OTHER_NAME, -4.0)
_OTHER_PLACE = Finding(Reason.OTHER_PLACE, -6.0)
_OTHER_TRADE = Finding(Reason.OTHER_NAME, -2.0)
_SAME_BRAND = Finding(Reason.NAME_PARTLY, -2.0)


@dataclass(frozen=True, slots=True)
class Relation:
    """A part of a company and the company, or two parts of it; `share` between 0 and 1."""

    share: float
    reasons: tuple[Reason, ...]


def relation(one: Record, other: Record) -> Relation | None:
    """Whether one is a branch of the other, or both of the same company."""
    mine, theirs = one.company, other.company
    if not mine.branch and not theirs.branch:
        return None
    if mine.branch == theirs.branch or mine.latin or theirs.latin or _one_house(one, other):
        return None
    if not (mine.core == theirs.core or (len(mine.core) > 3 and edits(mine.core, theirs.core, 1) <= 1)):
        return None
    if mine.core != mine.brand + mine.trade or len(mine.core) < 2 or same_place(mine.place, theirs.place) is False:
        return None
    sure = 0.95 if mine.core == theirs.core else 0.8
    if mine.branch and theirs.branch:
        return Relation(sure - 0.1, (Reason.TWO_BRANCHES,))
    return Relation(sure, (Reason.BRANCH,))


def _one_house(one: Record, other: Record) -> bool:
    """Whether a chain and a house of it are the same place: 全聚德 is 全聚德(前门店) where both have its telephone."""
    if one.company.house == other.company.house and one.company.branch and other.company.branch:
        return False
    # The number of a whole chain (400…) rings in every house of it.
    lines = [phone for phone in one.phones if not phone.startswith(("400", "800"))]
    return (one.company.house or other.company.house) and bool(lines) and share_line(lines, other.phones)


def findings(one: Record, other: Record) -> list[Finding]:
    """What the names and the addresses say."""
    if one.company.branch != other.company.branch and not _one_house(one, other):
        return [Finding(Reason.OTHER_NAME, -20.0)]
    named = _named(one, other)
    return [named, *_where(one, other)] if one.street and other.street else [named]


def _named(one: Record, other: Record) -> Finding:
    best = _names(one, other)
    if best.points >= 8 or not (one.short.text or other.short.text):
        return best
    for short, full in ((one.short, other.company), (other.short, one.company)):
        if len(short.text) > 1 and short.text == full.text and best.reason is not Reason.OTHER_PLACE:
            best = max(best, Finding(Reason.SHORT_NAME, 6.5), key=lambda each: each.points)
    return best


def _names(one: Record, other: Record) -> Finding:
    mine, theirs = one.company, other.company
    if mine.text == theirs.text:
        # A Latin name is often that of a house of a chain: the Chinese register knows a full name once.
        return Finding(Reason.SAME_NAME, 7.0 if mine.latin else 9.0)
    if mine.numbers and theirs.numbers and not (mine.numbers <= theirs.numbers or theirs.numbers <= mine.numbers):
        # 第12中学 and 第21中学, 中铁一局 and 中铁二局: counted, not mistyped.
        return _OTHER_NUMBER
    if mine.latin or theirs.latin:
        if not (mine.latin and theirs.latin):
            return _OTHER_SCRIPT
        return _latin(mine, theirs, frozenset((*one.town, *other.town)))
    if _slipped(mine, theirs):
        return Finding(Reason.NAME_ALMOST, 6.0)
    place = same_place(mine.place, theirs.place)
    if place is False:
        return _OTHER_PLACE
    # Neither says where it is, or both the same: else the name must tell more.
    settled = place is True or mine.place == theirs.place
    if mine.core == theirs.core:
        if settled:
            return Finding(Reason.SAME_NAME_OTHERWISE, 8.0)
        return Finding(Reason.SAME_NAME_OTHERWISE, {2: 3.5, 3: 5.5}.get(len(mine.core), 6.5))
    return _spelt(mine, theirs, 0.0 if settled else -1.5)


def _slipped(mine: CompanyName, theirs: CompanyName) -> bool:
    """A slip of the fingers that makes no other company: a character doubled, left out or swapped with its
    neighbour, a homophone in the place. (A character for another is different: see `_slip`.)"""
    for one, other in ((mine.stem, theirs.stem), (mine.text, theirs.text)):
        long, longer = len(one), len(one) - len(other)
        if not -1 <= longer <= 1 or long < 4 or long - longer < 4 or edits(one, other, 1) != 1:
            continue
        if longer == 0:
            if sorted(one) == sorted(other):
                return True
        elif _doubled(one, other) or min(long, long - longer) >= 5:
            return not (mine.trade and theirs.trade and mine.trade != theirs.trade and mine.brand == theirs.brand)
    return mine.place != theirs.place and min(len(mine.stem), len(theirs.stem)) >= 5 and _sound_alike(mine, theirs)


def _doubled(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return any(long[at] == long[at - 1] and long[:at] + long[at + 1 :] == short for at in range(1, len(long)))


def _sound_alike(mine: CompanyName, theirs: CompanyName) -> bool:
    return spoken(mine.stem) == spoken(theirs.stem)


def _spelt(mine: CompanyName, theirs: CompanyName, away: float) -> Finding:
    """Names that are not equal: mistyped, shortened, or of two companies."""
    long = min(len(mine.core), len(theirs.core))
    if long >= 4 and spoken(mine.core) == spoken(theirs.core):
        return Finding(Reason.SOUNDS_THE_SAME, 5.5 + away + (1.0 if min(mine.telling, theirs.telling) > 2 else 0.0))
    if mine.trade and theirs.trade and mine.trade != theirs.trade:
        # Two trades that there are: 能源 and 发展 are no slip of the keyboard.
        return _SAME_BRAND if mine.brand == theirs.brand else _OTHER_TRADE
    apart = edits(mine.core, theirs.core, 2)
    if apart <= 2 and long >= 4 and (points := _slip(mine, theirs, apart)):
        return Finding(Reason.NAME_ALMOST, points + away)
    short, full = sorted((mine, theirs), key=lambda name: len(name.core))
    if full.core.startswith(short.core) and not short.trade and full.trade:
        return Finding(Reason.NAME_WITHIN, {2: 2.0, 3: 3.0}.get(short.telling, 5.0) + away)
    if len(short.core) >= 3 and full.core.startswith(short.core):
        return Finding(Reason.NAME_WITHIN, 2.0 + away)
    return Finding(Reason.OTHER_NAME, -5.0)


def _slip(mine: CompanyName, theirs: CompanyName, apart: int) -> float:
    """Points for names that differ in one or two characters: many where the slip is in what the company does,
    few where it is in a brand of two characters, of which there are very many."""
    if mine.trade == theirs.trade:
        brand = min(mine.telling, theirs.telling)
        least = {1: 4, 2: 6}[apart]
        if brand >= least:
            return 5.5
        return {3: 3.5, 2: 1.0}.get(brand, 0.5) if apart == 1 else 0.5
    known = mine if mine.trade else theirs
    other = theirs if mine.trade else mine
    if other.core.startswith(known.brand) and known.brand not in ("中国", "中华"):
        # The brand stands, and what follows is no trade that there is.
        return 6.0 if apart == 1 else 5.0 if len(known.brand) >= 3 else 3.0
    return 3.0 if apart == 1 and known.telling >= 4 else 1.0


def _latin(mine: CompanyName, theirs: CompanyName, towns: frozenset[str]) -> Finding:
    if mine.core == theirs.core or sorted(mine.words) == sorted(theirs.words):
        return Finding(Reason.SAME_NAME_OTHERWISE, 7.0)
    one, other = " ".join(mine.words), " ".join(theirs.words)
    alike = max(token_sort_ratio(one, other), ratio(mine.core, theirs.core)) / 100
    if alike >= 0.9:
        return Finding(Reason.NAME_ALMOST, 5.0)
    own, others = (_own(*pair, towns) for pair in ((mine, theirs), (theirs, mine)))
    if not own or not others:
        return Finding(Reason.NAME_WITHIN, 3.5)
    if len(own) == len(mine.words) and alike < 0.6:
        return Finding(Reason.OTHER_NAME, -4.5)
    # The café and the dining room of one hotel: each has a word that the other lacks.
    return Finding(Reason.NAME_PARTLY, -3.5 if alike < 0.75 else -1.0)


def _own(mine: CompanyName, theirs: CompanyName, towns: frozenset[str]) -> list[str]:
    """The words that the other has nothing like, the town's name aside."""
    return [
        word
        for word in mine.words
        if word not in towns
        and not any(word == each or like(word, each) >= 0.85 or _abbreviates(word, each) for each in theirs.words)
    ]


def _abbreviates(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.startswith(short)


def _where(one: Record, other: Record) -> list[Finding]:
    near = token_sort_ratio(one.street, other.street) / 100
    same_number = one.house == other.house
    if same_number and near >= 0.85:
        return [Finding(Reason.SAME_ADDRESS, 3.5)]
    if (same_number and near >= 0.5) or near >= 0.95:
        return [Finding(Reason.ADDRESS_ALMOST, 2.0)]
    if near < 0.6 or not same_number:
        return [Finding(Reason.OTHER_ADDRESS, -2.0)]
    return []
