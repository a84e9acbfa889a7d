"""Names like those in the archive: told, never acted upon."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from weixi.customers.models import Customer
from weixi.customers.queries import visible_customers
from weixi.kernel.one_of import one_of
from weixi.kernel.pinyin import pinyin_key
from weixi.organisation.scope import Viewer

# What names of the same company end with or leave out.
_ENDS = ("", "公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "厂")
_END = re.compile("(?:集团)?(?:股份有限公司|有限责任公司|有限公司|公司|集团|厂)$")
_BRACKETS = re.compile(r"[()\[\]【】〔〕\s·.,，。-]")


def core(name: str) -> str:
    """The name without the legal form, brackets and blanks."""
    plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", name))
    return _END.sub("", plain) or plain


def similar_customers(viewer: Viewer, names: Mapping[int, str]) -> dict[int, list[Customer]]:
    """For rows that bring new customers (row -> name): customers in scope that sound the same, the legal
    form aside. Two queries; uses index: customer_pinyin."""
    if not visible_customers(viewer).exists():
        return {}
    ends = [f" {pinyin_key(end)}" if end else "" for end in _ENDS]
    sounds: dict[str, list[int]] = {}
    for row, name in names.items():
        stem = pinyin_key(core(name))
        for end in ends:
            sounds.setdefault((stem + end)[:200], []).append(row)
    found: dict[int, list[Customer]] = {}
    for customer in visible_customers(viewer).filter(one_of("pinyin", sounds)).only("number", "name", "pinyin"):
        for row in dict.fromkeys(sounds[customer.pinyin]):
            if names[row] != customer.name:
                found.setdefault(row, []).append(customer)
    return found
