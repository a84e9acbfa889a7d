"""The parts of a company's name: place, what tells it from others, legal form, branch."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from weixi.customers.matching.company_words import (
    BRANCH,
    FORM,
    FORM_INSIDE,
    GROUP,
    LATIN_FORMS,
    NOTE,
    NOTE_BEHIND,
    OLD,
    SHOP,
    TRADE,
)
from weixi.customers.matching.fold import closed_up, fold, has_han, words_of
from weixi.customers.matching.places import PROVINCE_OF, leading_place


class CompanyName(NamedTuple):
    """`core` tells the company from others, without place and legal form; of it `brand` is its own name and
    `trade` what it does. `branch` is what a part of a company is called, its core being the company's."""

    text: str
    core: str
    brand: str
    trade: str
    # Place and core: the name without its legal form.
    stem: str
    place: str = ""
    branch: str = ""
    words: tuple[str, ...] = ()
    # Whether the branch is a house of a chain, called by where it is.
    house: bool = False
    # What it is counted by among its like: 第12中学 and 第十二中学 have 12, 中铁一局 has 1.
    numbers: frozenset[int] = frozenset()

    @property
    def telling(self) -> int:
        """How many characters of the brand are its own: 中国铁建 has two."""
        return len(self.brand) - 2 * (len(self.brand) > 3 and self.brand.startswith(("中国", "中华", "国家", "全国")))

    @property
    def latin(self) -> bool:
        return bool(self.words)


# 海底捞(西单店), 沃尔玛-深国投店: a house of a chain, called by where it is.
_HOUSE = re.compile(
    r"^(?P<chain>[^()]{2,30}?)(?:\((?P<inside>[^()]{1,12})(?:分店|门店|店|餐厅)\)|[-·—](?P<behind>[^()·—-]{2,12})(?:分店|门店|店|餐厅))$"
)

# Figures, and numerals of Chinese that count: 第二机床厂, 中铁十一局, 一分公司; not those of a brand (三一重工).
_NUMBER = re.compile(
    r"\d{1,9}|(?<=第)[一二三四五六七八九十]{1,3}|[一二三四五六七八九十]{1,3}(?=[局厂院部队矿冶]|分公司|分店|分厂)"
)
# Those of more than one figure: 第十二 and 第12 would be two signs apart. Of one, 第二 and 第2 are near enough.
_LONG_NUMERAL = re.compile(
    r"(?<=第)(?:[一二三四五六七八九十]{2,3}|十)|(?:[一二三四五六七八九十]{2,3}|十)(?=[局厂院部队矿冶]|分公司|分店|分厂)"
)
_FIGURES = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

EMPTY = CompanyName("", "", "", "", "")


@lru_cache(maxsize=16384)
def company_name(name: str) -> CompanyName:
    """The parts of a name as somebody wrote it."""
    folded = fold(name)
    if not has_han(folded):
        return _latin(folded)
    house = _HOUSE.match("".join(folded.split()))
    text, seat, branch = _opened(_in_figures(closed_up(house["chain"] if house is not None else folded)))
    if house is not None:
        branch = closed_up(house["inside"] or house["behind"])
    elif not branch:
        text, branch = _split_branch(text)
    place, length = leading_place(text)
    rest = _without_form(text[length:])
    if place and not _tells(rest):
        # 青岛啤酒, 北京银行: the place is the name.
        rest, place = place + rest, ""
    core = rest or text
    brand, trade = _brand(core)
    # A place in brackets is the company's own, as if it stood in front.
    stem, place = (seat or place) + core, seat or place
    return CompanyName(
        seat + text, core, brand, trade, stem, place, branch, house=house is not None, numbers=_numbers(text)
    )


def _latin(folded: str) -> CompanyName:
    every = words_of(folded)
    words = tuple(word for word in every if word not in LATIN_FORMS) or every
    core = "".join(words)
    numbers = frozenset(int(word) for word in words if word.isdecimal() and len(word) < 10)
    return CompanyName(" ".join(every), core, core, "", core, words=words, numbers=numbers)


def _numbers(text: str) -> frozenset[int]:
    return frozenset(map(_counted, _NUMBER.findall(text)))


def _in_figures(text: str) -> str:
    """第十二中学 as 第12中学: one way of counting."""
    return _LONG_NUMERAL.sub(lambda found: str(_counted(found[0])), text)


def _counted(number: str) -> int:
    """十二 and 12 -> 12; figures without 十 stand for themselves, one by one."""
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.partition("十")
    if not ten:
        return int("".join(str(_FIGURES[figure]) for figure in number))
    return 10 * _FIGURES.get(tens, 1) + _FIGURES.get(ones, 0)


def _opened(text: str) -> tuple[str, str, str]:
    """(the name without brackets, the place that stood in some, the branch that stood in some)."""
    seat = branch = ""
    while (found := re.search(r"\(([^()]*)\)", text)) is not None:
        inside, kept = found[1], found[1]
        place, length = leading_place(inside)
        if place and length == len(inside):
            seat, kept = place, ""
        elif (
            inside in ("中国", "国际")
            or OLD.match(inside)
            or (NOTE.match(inside) and (found.start() == 0 or found.end() == len(text)))
        ):
            kept = ""
        elif BRANCH.search(inside):
            branch, kept = inside, ""
        text = text[: found.start()] + kept + text[found.end() :]
    return NOTE_BEHIND.sub("", text.replace("(", "").replace(")", "")), seat, branch


def _split_branch(text: str) -> tuple[str, str]:
    """(the company's name, the part's name), the second empty when it is the company itself."""
    found = BRANCH.search(text) or SHOP.search(text)
    if found is None or found.start() < 2:
        return text, ""
    company = text[: found.start()]
    inside = list(FORM_INSIDE.finditer(company))
    if inside and inside[-1].end() >= 4:
        # 恒泰纺织有限公司 | 苏州分公司
        end = inside[-1].end()
        return company[:end], text[end:]
    # 恒泰纺织 | 苏州 | 分公司: what stands before the last place that is named.
    for length in (4, 3, 2):
        if len(company) > length + 1 and company[-length:] in PROVINCE_OF:
            return company[:-length], text[len(company) - length :]
    if company.endswith(("市", "县", "区")):
        for length in (4, 3, 2):
            if len(company) > length + 2 and company[-length - 1 : -1] in PROVINCE_OF:
                return company[: -length - 1], text[len(company) - length - 1 :]
    return company, found["name"]


def _without_form(text: str) -> str:
    core = GROUP.sub("", text)
    while (found := FORM.search(core)) is not None and found.start() >= 2:
        core = core[: found.start()]
    return core


def _tells(core: str) -> bool:
    """Whether something is left that other companies of the trade do not have."""
    if len(core) < 2:
        return False
    while (found := TRADE.search(core)) is not None:
        core = core[: found.start()]
    return len(core) > 1


def _brand(core: str) -> tuple[str, str]:
    brand = core
    while (found := TRADE.search(brand)) is not None and found.start() >= 2:
        brand = brand[: found.start()]
    return brand, core[len(brand) :]
