"""A messy list of Chinese companies made from a clean one: what people write for the same company, and what
looks like it and is another (branches). Seeded: the same list in every run."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weixi.customers.matching.places import PROVINCE_OF
from weixi.customers.matching.traditional import SIMPLIFIED
from weixi.kernel.pinyin import HAN, reading

_FORMS = ("股份有限公司", "有限责任公司", "有限公司")
_BRANCHES = ("苏州分公司", "南京办事处", "第二分厂", "(杭州分公司)", "西安分店", "华南营业部", "成都子公司")
_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_TRADITIONAL = {ord(chr(simple)): chr(old) for old, simple in sorted(SIMPLIFIED.items(), reverse=True)}

_is_han = re.compile(f"[{HAN}]").match


@dataclass(frozen=True, slots=True)
class Mess:
    """`name` was written for company `of` (its place in the clean list) in the way `how`."""

    name: str
    of: int
    how: str


class Messer:
    def __init__(self, companies: Sequence[tuple[str, str]], seed: int = 7) -> None:
        self.companies = companies
        self.random = random.Random(seed)
        self._alike: dict[str, set[str]] = defaultdict(set)
        for _short, name in companies:
            for char in name:
                if _is_han(char):
                    self._alike[reading(char)].add(char)

    def ways(self) -> dict[str, Callable[[str, str], str]]:
        return {
            "full width": lambda short, name: "".join(_WIDE.get(char, char) for char in name).replace("有限", "　有限"),
            "blanks": lambda short, name: " " + name[:2] + " " + name[2:].replace("有限", " 有限") + " ",
            "brackets": lambda short, name: name.replace("(", "【").replace(")", "】"),
            "traditional": lambda short, name: name.translate(_TRADITIONAL),
            "form dropped": lambda short, name: _form(name, ""),
            "another form": lambda short, name: _form(name, "有限责任公司" if "股份" in name else "股份有限公司"),
            "group added": lambda short, name: _form(name, "(集团)有限公司"),
            "市 in or out": lambda short, name: _town(name),
            "place dropped": lambda short, name: _placeless(name),
            "homophone": lambda short, name: self._homophone(name),
            "two swapped": lambda short, name: self._swapped(name),
            "one missing": lambda short, name: self._missing(name),
            "one doubled": lambda short, name: self._doubled(name),
            "short name": lambda short, name: short,
        }

    def make(self, count: int, branches: int) -> tuple[list[Mess], list[Mess]]:
        """(ways of writing companies, branches of companies); each company at most once in either."""
        ways = list(self.ways().items())
        order = self.random.sample(range(len(self.companies)), len(self.companies))
        found: list[Mess] = []
        for place in order:
            if len(found) == count:
                break
            how, make = ways[len(found) % len(ways)]
            short, name = self.companies[place]
            made = make(short, name)
            if made and made != name:
                found.append(Mess(made, place, how))
        parts = [
            Mess(self.companies[place][1] + _BRANCHES[n % len(_BRANCHES)], place, "branch")
            for n, place in enumerate(order[-branches:])
        ]
        return found, parts

    def _place(self, name: str, room: int = 0) -> int:
        """A place in the telling part of the name."""
        end = min((at for form in _FORMS if (at := name.find(form)) > 0), default=len(name))
        return self.random.randrange(max(1, end - room))

    def _homophone(self, name: str) -> str:
        at = self._place(name)
        others = sorted(self._alike[reading(name[at])] - {name[at]}) if _is_han(name[at]) else []
        return name[:at] + self.random.choice(others) + name[at + 1 :] if others else ""

    def _swapped(self, name: str) -> str:
        at = self._place(name, 1)
        return name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]

    def _missing(self, name: str) -> str:
        at = self._place(name)
        return name[:at] + name[at + 1 :]

    def _doubled(self, name: str) -> str:
        at = self._place(name)
        return name[:at] + name[at] + name[at:]


def _form(name: str, other: str) -> str:
    for form in _FORMS:
        if name.endswith(form):
            return name[: -len(form)] + other
    return ""


def _town(name: str) -> str:
    for length in (4, 3, 2):
        if name[:length] in PROVINCE_OF:
            rest = name[length:]
            if rest.startswith(("市", "省")):
                return name[:length] + rest[1:]
            return f"{name[:length]}市{rest}" if PROVINCE_OF[name[:length]] != name[:length] else ""
    return ""


def _placeless(name: str) -> str:
    for length in (4, 3, 2):
        if name[:length] in PROVINCE_OF:
            rest = name[length:]
            return rest[1:] if rest.startswith(("市", "省")) else rest
    return ""
