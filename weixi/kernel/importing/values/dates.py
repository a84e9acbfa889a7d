"""Dates and moments. How a column writes them is decided once for the column, never cell by cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from weixi.kernel.importing.cells import Cell, cell_text, is_blank
from weixi.kernel.importing.values.chinese_numbers import DIGITS, number_in_words
from weixi.kernel.importing.values.outcome import Bad, NeedsAnswer, Option, bad, error_cell
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say

_LONGEST = 40
_TIME = (
    r"(?:,?[T\s]*(?P<half>上午|下午|晚上|凌晨|中午)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?(?:[:分](?P<second>\d{1,2})?秒?)?"
    r"(?:\.(?P<part>\d{1,9}))?\s*(?:(?P<noon>[ap]\.?m\.?)|(?P<after>上午|下午|晚上|凌晨|中午))?"
    r"\s*(?P<zone>Z|(?:UTC|GMT)?[-+]\d{2}:?\d{2}|UTC|GMT)?)?"
)
_WEEKDAY = r"\s*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_YEAR_FIRST = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?" + _WEEKDAY + _TIME + "$", re.I
)
_YEAR_LAST = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _WEEKDAY + r",?" + _TIME + "$", re.I)
_SHORT_YEAR = re.compile(r"^(?=.*\d\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)" + _TIME + "$", re.I)
# 24年3月1日 says which is which, and the century goes without saying; 二〇二四年三月一日 is the long way to write it.
_SHORT_CHINESE = re.compile(r"^(\d{2})年(?=\d{1,2}月)")
_LONG_CHINESE = re.compile(
    r"^([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_COMPACT = re.compile(r"^((?:1[89]|2[01])\d{2})(\d{2})(\d{2})(?:[T\s]?(\d{2})(\d{2})(\d{2})?)?$")
_WORDS = re.compile(
    r"^(?:(?P<d1>\d{1,2})[\s\-.]+(?P<m1>[a-z]{3,9})\.?|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?)"
    r"[\s,\-]+(?P<year>\d{4}),?" + _TIME + "$",
    re.I,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
# Serials of 1954 to 2119: what a business column can mean by a five-digit number.
_SERIAL_RANGE = (20_000, 80_000)
_YEARS = range(1800, 2201)
_LATE = {"下午", "晚上"}

YMD, DMY, MDY = "ymd", "dmy", "mdy"
SERIAL_1900, SERIAL_1904 = "serial1900", "serial1904"
_UNREADABLE = _("“%(value)s” is not a date.")
_IMPOSSIBLE = _("There is no such day or time: “%(value)s”.")


@dataclass(frozen=True, slots=True)
class DateRule:
    """How a column writes dates. `order` settles 01-03-2016 and two-digit years; `serial` the epoch of day
    numbers.

    None means that nothing in the column needs it; a cell that does need it is then Bad.
    """

    order: str | None = None
    serial: str | None = None


def decide_dates(cells: Iterable[Cell]) -> DateRule | NeedsAnswer:
    """The rule of a column from all its values, or the question to ask.

    01-03-2016 asks unless another row (25-03-2016) decides; rows that contradict each other ask as well.
    """
    day_first: list[str] = []
    month_first: list[str] = []
    either: list[str] = []
    short: list[str] = []
    serials: list[str] = []
    readable = 0
    for cell in cells:
        if is_blank(cell) or isinstance(cell, bool):
            continue
        if isinstance(cell, date | datetime):
            readable += 1
            continue
        text = _plain(cell_text(cell))
        if (match := _YEAR_LAST.match(text)) is not None:
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                _note(day_first, text)
            elif second > 12 >= first:
                _note(month_first, text)
            elif first != second:
                _note(either, text)
        elif _SHORT_YEAR.match(text):
            _note(short, text)
        elif _is_serial(cell, text):
            _note(serials, text)
        elif _COMPACT.match(text) or _YEAR_FIRST.match(text) or _WORDS.match(text):
            readable += 1
    if short:
        return _ask_order("date_short_year", short, (YMD, DMY, MDY))
    if day_first and month_first:
        return _ask_order("date_order_conflict", [day_first[0], month_first[0], *either], (DMY, MDY))
    if either and not day_first and not month_first:
        return _ask_order("date_order", either, (DMY, MDY))
    order = DMY if day_first else MDY if month_first else None
    if serials and not (readable or day_first or month_first or either):
        return NeedsAnswer(
            "date_serials",
            say(_("This column holds day numbers of a spreadsheet. Where do they count from?")),
            (
                Option(SERIAL_1900, say(_("From 1900 (Excel on Windows, the usual case)"))),
                Option(SERIAL_1904, say(_("From 1904 (old Excel on Macintosh)"))),
            ),
            tuple(serials),
        )
    return DateRule(order=order)


def answered_dates(key: str) -> DateRule:
    """The rule for an answer to `decide_dates`. Raises ValueError for a key that is no answer."""
    if key in (YMD, DMY, MDY):
        return DateRule(order=key)
    if key in (SERIAL_1900, SERIAL_1904):
        return DateRule(serial=key)
    raise ValueError(f"{key!r} answers no question about dates")


def parse_date(cell: Cell, rule: DateRule = DateRule()) -> date | Bad | None:
    """The day of a cell, its time of day left out. Bad: no date, no such day, or one the rule does not
    settle.
    """
    moment = parse_moment(cell, rule)
    return moment.date() if isinstance(moment, datetime) else moment


def parse_moment(cell: Cell, rule: DateRule = DateRule()) -> datetime | Bad | None:
    """Day and time of a cell, midnight when no time is written.

    Naive (local time of the company) unless the text names a zone. Bad as `parse_date`.
    """
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    if isinstance(cell, datetime):
        return cell if cell.year in _YEARS else bad("date_impossible", _IMPOSSIBLE, cell_text(cell))
    if isinstance(cell, date):
        return parse_moment(datetime.combine(cell, time()), rule)
    if isinstance(cell, bool | time | timedelta):
        return bad("date_unreadable", _UNREADABLE, cell_text(cell))
    raw = cell_text(cell)
    text = _plain(raw)
    if len(text) > _LONGEST:
        return bad("date_unreadable", _UNREADABLE, raw)
    if _is_serial(cell, text):
        return _from_serial(text, rule)
    try:
        moment = _read(text, rule)
    except (ValueError, OverflowError):
        return bad("date_impossible", _IMPOSSIBLE, raw)
    if moment is None:
        unsettled = _YEAR_LAST.match(text) or _SHORT_YEAR.match(text)
        if unsettled:
            return bad("date_ambiguous", _("“%(value)s” can be read as two different dates."), raw)
        return bad("date_unreadable", _UNREADABLE, raw)
    return moment


def _read(text: str, rule: DateRule) -> datetime | None:
    """Raises ValueError for a day or time that does not exist; None when no form fits."""
    if (match := _YEAR_FIRST.match(text)) is not None:
        return _made(int(match[1]), int(match[2]), int(match[3]), match)
    if (match := _COMPACT.match(text)) is not None:
        hour, minute, second = (int(match[group] or 0) for group in (4, 5, 6))
        return datetime(int(match[1]), int(match[2]), int(match[3]), hour, minute, second)  # noqa: DTZ001 - local
    if (match := _WORDS.match(text)) is not None:
        month = _MONTHS.get((match["m1"] or match["m2"])[:3].lower())
        if month is None:
            return None
        return _made(int(match["year"]), month, int(match["d1"] or match["d2"]), match)
    if (match := _YEAR_LAST.match(text)) is not None:
        first, second = int(match[1]), int(match[2])
        order = rule.order or (DMY if first > 12 >= second else MDY if second > 12 >= first else None)
        if first != second and order not in (DMY, MDY):
            return None
        day, month = (first, second) if order != MDY else (second, first)
        return _made(int(match[3]), month, day, match)
    if (match := _SHORT_YEAR.match(text)) is not None and rule.order is not None:
        numbers = {"ymd": (3, 2, 1), "dmy": (1, 2, 3), "mdy": (2, 1, 3)}[rule.order]
        day, month, year = (int(match[group]) for group in numbers)
        if len(match[numbers[2]]) != 2:
            return None
        return _made(year + (2000 if year < 70 else 1900), month, day, match)
    return None


def _made(year: int, month: int, day: int, match: re.Match[str]) -> datetime:
    if year not in _YEARS:
        raise ValueError("year out of range")
    parts = match.groupdict()
    if parts.get("hour") is None:
        return datetime(year, month, day)  # noqa: DTZ001 - local
    hour = int(parts["hour"])
    noon = (parts["noon"] or "").lower()[:1]
    half = parts["half"] or parts["after"]
    if half == "晚上" and hour == 12:
        raise ValueError("midnight of which day")
    if (half == "中午" and hour < 3) or ((half in _LATE or noon == "p") and hour < 12):
        hour += 12
    elif (half in ("上午", "凌晨") or noon == "a") and hour == 12:
        hour = 0
    micro = int((parts["part"] or "0").ljust(6, "0")[:6])
    zone = _zone(parts["zone"])
    return datetime(year, month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0), micro, zone)


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    text = text.upper()
    if text in ("Z", "UTC", "GMT"):
        return timezone.utc  # noqa: UP017 - one name for both branches
    text = text.removeprefix("UTC").removeprefix("GMT")
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _is_serial(cell: Cell, text: str) -> bool:
    if isinstance(cell, bool) or not _SERIAL.match(text):
        return False
    return _SERIAL_RANGE[0] <= float(text) < _SERIAL_RANGE[1]


def _from_serial(text: str, rule: DateRule) -> datetime | Bad:
    if rule.serial is None:
        return bad(
            "date_serial",
            _("“%(value)s” may be a day number of a spreadsheet, but this column holds dates."),
            text,
        )
    # Excel's 1900 epoch counts a 29 February that never was; from March 1900 on, this start is right.
    start = datetime(1899, 12, 30) if rule.serial == SERIAL_1900 else datetime(1904, 1, 1)  # noqa: DTZ001 - local
    return start + timedelta(seconds=round(float(text) * 86_400))


def _ask_order(code: str, examples: list[str], orders: tuple[str, ...]) -> NeedsAnswer:
    labels = {
        YMD: _("year, month, day (two-digit years 00-69 are 2000-2069)"),
        DMY: _("day, month, year"),
        MDY: _("month, day, year"),
    }
    return NeedsAnswer(
        code,
        say(_("In which order does this column write dates?")),
        tuple(Option(order, say(labels[order])) for order in orders),
        tuple(examples[:5]),
    )


def _note(examples: list[str], text: str) -> None:
    if len(examples) < 5:
        examples.append(text)


def _plain(raw: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", raw[: _LONGEST * 2]).split())
    if "年" not in text[:5]:
        return text
    if (match := _LONG_CHINESE.match(text)) is not None:
        year = int("".join(str(DIGITS[sign]) for sign in match[1].replace("○", "〇")))
        return f"{year}-{number_in_words(match[2])}-{number_in_words(match[3])}{text[match.end() :]}"
    return _SHORT_CHINESE.sub(lambda match: f"{(2000 if int(match[1]) < 70 else 1900) + int(match[1])}年", text)
