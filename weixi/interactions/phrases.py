"""Reading a follow-up as people type it: “周四前发出报价 @沈亦舟” is a date, a person and what to do.

Pure: no database, no clock. What cannot be read stays text; nothing is guessed — without a date the
caller asks for one.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

# A promise "by Thursday" is kept when it is done by the end of that working day.
END_OF_DAY = time(18, 0)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10}
_BEFORE = r"(?:之前|以前|前)?"
_CLOCK = r"(?:\s*(?P<part>上午|下午|晚上)?\s*(?P<hour>\d{1,2})(?:[:点时](?P<minute>[0-5]\d)?分?)(?P<half>半)?)?"

_SHAPES = (
    ("day", r"(?P<word>今天|今日|明天|明日|后天|大后天)"),
    ("week", r"(?P<next>下下|下|本|这)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"),
    ("full", r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<dom>\d{1,2})日?"),
    ("month", r"(?P<month>\d{1,2})(?:月|/)(?P<dom>\d{1,2})[日号]?"),
    ("after", r"(?P<count>\d{1,3}|[一两二三四五六七十])(?P<unit>天|日|周|个星期|星期|个月)(?:后|之后|内|以内)"),
    ("end", r"(?P<edge>本月底|月底|下月底|年底|本周末|周末)"),
)
_DATES = [(kind, re.compile(f"{shape}{_CLOCK}{_BEFORE}")) for kind, shape in _SHAPES]
_PERSON = re.compile(r"@\s*([\w.+\-·]{1,40})")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was read: `text` without the date and the person; either may be None."""

    text: str
    due_at: datetime | None
    person: str | None
    date_words: str = ""


def read(line: str, now: datetime, names: Mapping[str, str]) -> Phrase:
    """Read one line. `now` is aware, on the writer's wall clock; `names` maps what follows @ (a name or a
    log-in name) to a log-in name. A date that has passed in this year means the next one."""
    text = unicodedata.normalize("NFKC", line).strip()
    person = None
    if (match := _PERSON.search(text)) and (known := _known(match[1], names)):
        person = names[known]
        text = (text[: match.start()] + text[match.start() + len(match[0]) - (len(match[1]) - len(known)) :]).strip()
    for kind, shape in _DATES:
        match = shape.search(text)
        if match is None:
            continue
        day = _day(kind, match.groupdict(), now.date())
        if day is None:
            continue
        rest = re.sub(r"\s{2,}", " ", (text[: match.start()] + text[match.end() :])).strip(" ,，、;；")
        return Phrase(rest, datetime.combine(day, _time(match.groupdict()), tzinfo=now.tzinfo), person, match[0])
    return Phrase(text, None, person)


def _known(word: str, names: Mapping[str, str]) -> str | None:
    """The longest beginning of `word` that is a name: Chinese text runs on without a space."""
    for length in range(len(word), 0, -1):
        if word[:length] in names:
            return word[:length]
    return None


def _time(parts: Mapping[str, str | None]) -> time:
    if parts.get("hour") is None:
        return END_OF_DAY
    hour = int(parts["hour"] or 0)
    minute = 30 if parts.get("half") else int(parts.get("minute") or 0)
    if parts.get("part") in ("下午", "晚上") and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 else END_OF_DAY


def _day(kind: str, parts: Mapping[str, str | None], today: date) -> date | None:
    try:
        return _READERS[kind](parts, today)
    except (ValueError, OverflowError):
        return None


def _named(parts: Mapping[str, str | None], today: date) -> date:
    steps = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
    return today + timedelta(days=steps[parts["word"] or ""])


def _weekday(parts: Mapping[str, str | None], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    weeks = {"下": 1, "下下": 2}.get(parts["next"] or "", 0)
    day = monday + timedelta(days=_WEEKDAYS[parts["weekday"] or ""], weeks=weeks)
    # Said on a Friday, plain “周三” is the coming one; “本周三” is the past one as said.
    return day + timedelta(weeks=1) if parts["next"] is None and day < today else day


def _full(parts: Mapping[str, str | None], today: date) -> date:
    return date(int(parts["year"] or 0), int(parts["month"] or 0), int(parts["dom"] or 0))


def _month(parts: Mapping[str, str | None], today: date) -> date:
    day = date(today.year, int(parts["month"] or 0), int(parts["dom"] or 0))
    return day if day >= today else day.replace(year=today.year + 1)


def _after(parts: Mapping[str, str | None], today: date) -> date:
    word = parts["count"] or ""
    count = int(word) if word.isdigit() else _NUMBERS[word]
    unit = parts["unit"] or ""
    if unit == "个月":
        year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return today + timedelta(days=count * (1 if unit in ("天", "日") else 7))


def _edge(parts: Mapping[str, str | None], today: date) -> date:
    edge = parts["edge"] or ""
    if edge.endswith("周末"):
        return today + timedelta(days=6 - today.weekday())
    if edge == "年底":
        return date(today.year, 12, 31)
    year, month = divmod(today.year * 12 + today.month - 1 + (edge == "下月底"), 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


_READERS = {"day": _named, "week": _weekday, "full": _full, "month": _month, "after": _after, "end": _edge}
