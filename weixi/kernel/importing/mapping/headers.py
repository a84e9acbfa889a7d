"""The normal form of column names: `*客户名称（必填）`, `客户 名称` and `customer_name` / `CustomerName`
pairwise meet.
"""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[((\[【〔<《{](?P<inside>[^()()\[\]【】〔〕<>《》{}]{0,60})[))\]】〕>》}]")
_UNITS = re.compile(
    r"^(?:人民币)?(?:元|万元|千元|亿元|万|亿|人|人数|个|件|天|%|百分比|分钟|小时|次|rmb|cny|usd|¥|年|月|日|岁|单位[::].*|yuan)$",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"必填|选填|可选|必选|非必填|唯一|格式|例如|如[::]|示例|required|optional|yyyy|填写|多个|请|下拉|不超过|字以内|字符",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\s_\-*＊★☆#.·・、,，/\\|:：;；'\"“”‘’?？!！&+]+")
_UNIT_WORDS = {"万元": "10000", "万": "10000", "千元": "1000", "亿元": "100000000", "亿": "100000000"}

# When and by whom a row was kept in another system, and its keys.
_HOUSEKEEPING = re.compile(
    r"^(?:创建|建立|修改|更新|编辑|录入|登记|导入|同步|审核|审批|删除|最后修改|最近修改|最后更新|最近更新|分配|领取|回收)(?:人|者|时间|日期|于|部门|人员|用户)?(?:id|编号)?$"
    r"|^(?:date|time)?(?:created|modified|updated|entered|deleted|synced)(?:on|at|by|date|time|byid|bydelegate|userid|byname)*$"
    r"|^(?:date|time)(?:entered|created|modified|updated)$|^(?:last)(?:modified|updated|activity|viewed|referenced|contacted|login)\w*$"
    r"|^(?:create|creation|update|modify|modification)(?:date|time|d|user)?\w{0,6}$|^[a-z]{3,30}(?:ids?|guid|uuid)$"
    r"|^(?:organization|company|person|contact|deal|lead)?(?:created|updated)$"
)


def is_housekeeping(header: str) -> bool:
    """True for names of columns that say something about the other system's row, not about the customer."""
    return _HOUSEKEEPING.match(header_key(header)) is not None


def header_key(header: str) -> str:
    """For comparing: one width, lower case, no marks or blanks, notes and units in brackets dropped.

    Brackets that are neither a note nor a unit stay as text: 电话（公司） is not 电话.
    """
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header))
    text = _BRACKETS.sub(_kept, text).lower()
    return _MARKS.sub("", text)


def header_unit(header: str) -> str | None:
    """The factor a unit in brackets stands for, as digits (`销售额(万元)` -> "10000"); None without such a
    unit.
    """
    for match in _BRACKETS.finditer(unicodedata.normalize("NFKC", header)):
        inside = match["inside"].strip().removeprefix("单位").lstrip(":：").strip()
        if inside in _UNIT_WORDS:
            return _UNIT_WORDS[inside]
    return None


def _kept(match: re.Match[str]) -> str:
    inside = match["inside"].strip()
    if not inside or _UNITS.match(inside) or _NOTES.search(inside):
        return " "
    return f" {inside} "
