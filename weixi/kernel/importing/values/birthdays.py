"""Birthdays: solar or lunar, with or without a year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from weixi.kernel.importing.cells import Cell, cell_text, is_blank
from weixi.kernel.importing.values.chinese_numbers import DIGITS, number_in_words
from weixi.kernel.importing.values.dates import DateRule, parse_date
from weixi.kernel.importing.values.outcome import Bad, bad, error_cell
from weixi.kernel.importing.wording import gettext_noop as _

_NO_RULE = DateRule()
_LUNAR_MARK = re.compile(r"[((]?\s*(?:农历|阴历|旧历|夏历|lunar)\s*[))]?[::]?", re.IGNORECASE)
_SOLAR_MARK = re.compile(r"[((]?\s*(?:公历|阳历|新历|国历|solar)\s*[))]?[::]?", re.IGNORECASE)
_MONTH_WORDS = {"正": 1, "冬": 11, "腊": 12}
_CHINESE = re.compile(
    r"^(?:(?P<year>[〇零一二三四五六七八九\d]{4})年)?(?P<leap>闰)?(?P<month>[正冬腊一二三四五六七八九十]{1,2})月"
    r"(?P<day>初?[一二三四五六七八九十廿卅]{1,3})(?P<end>[日号])?$"
)
_PLAIN = re.compile(r"^(?:(?P<year>\d{4})[-/.年])?(?P<leap>闰)?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?$")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_IMPOSSIBLE = _("There is no such day: “%(value)s”.")


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of the year in one of two calendars; `year` is None when only month and day are known.

    A lunar day is checked to be possible at all (30 days, 12 months); whether that year has it is the
    calendar's question. `leap` marks a lunar leap month (闰四月).
    """

    month: int
    day: int
    year: int | None = None
    lunar: bool = False
    leap: bool = False

    @property
    def text(self) -> str:
        """1980-05-20, or --05-20 without its year."""
        year = f"{self.year:04d}" if self.year else "-"
        return f"{year}-{self.month:02d}-{self.day:02d}"

    @property
    def in_words(self) -> str:
        """With its calendar, as `parse_birthday` reads it again."""
        return f"{'农历' if self.lunar else '公历'} {self.text}"


def says_lunar(header: str) -> bool:
    """Whether a column's name says that its days are of the lunar calendar, and of no other (生日(农历), not 农历/公历)."""
    return bool(_LUNAR_MARK.search(header)) and not _SOLAR_MARK.search(header)


def parse_birthday(cell: Cell, rule: DateRule = _NO_RULE, *, lunar: bool | None = None) -> Birthday | Bad | None:
    """农历八月十五, 1990年8月15日, 8-15, --08-15, 19900815, a date cell.

    `lunar` is what another column says (历法); a mark in the cell itself wins. Bad: no such day, 八月十五
    without a word on which calendar, or whatever `parse_date` refuses.
    """
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    if isinstance(cell, date) or not isinstance(cell, str):
        return _from_date(cell, rule, bool(lunar))
    raw = cell_text(cell)
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw))[:60]
    if _LUNAR_MARK.search(text):
        lunar, text = True, _LUNAR_MARK.sub("", text)
    elif _SOLAR_MARK.search(text):
        lunar, text = False, _SOLAR_MARK.sub("", text)
    if (match := _CHINESE.match(text)) is not None:
        return _from_words(match, raw, lunar)
    if (match := _PLAIN.match(text.removeprefix("--"))) is not None:
        year = int(match["year"]) if match["year"] else None
        return _checked(
            raw,
            year,
            int(match["month"]),
            int(match["day"]),
            bool(lunar) or bool(match["leap"]),
            bool(match["leap"]),
        )
    return _from_date(text if lunar is not None else cell, rule, bool(lunar))


def _from_date(cell: Cell, rule: DateRule, lunar: bool) -> Birthday | Bad | None:
    day = parse_date(cell, rule)
    if not isinstance(day, date):
        return day
    return _checked(cell_text(cell), day.year, day.month, day.day, lunar, leap=False)


def _from_words(match: re.Match[str], raw: str, lunar: bool | None) -> Birthday | Bad:
    month = _MONTH_WORDS.get(match["month"]) or number_in_words(match["month"])
    day = number_in_words(match["day"].removeprefix("初"))
    only_lunar = match["leap"] or match["month"] in _MONTH_WORDS or match["day"][0] in "初廿卅"
    if lunar is None and not only_lunar and not match["end"]:
        return bad(
            "birthday_calendar",
            _("“%(value)s” does not say which calendar; write 农历 or 公历 before it."),
            raw,
        )
    year = match["year"]
    number = int("".join(str(DIGITS.get(sign, sign)) for sign in year)) if year else None
    return _checked(raw, number, month, day, bool(lunar or (lunar is None and only_lunar)), bool(match["leap"]))


def _checked(raw: str, year: int | None, month: int, day: int, lunar: bool, leap: bool) -> Birthday | Bad:
    fits = 1 <= month <= 12 and 1 <= day <= (30 if lunar else _DAYS[month - 1])
    if fits and year is not None and not lunar:
        try:
            date(year, month, day)
        except ValueError:
            fits = False
    if not fits or (year is not None and not 1850 <= year <= 2200):
        return bad("date_impossible", _IMPOSSIBLE, raw)
    return Birthday(month, day, year, lunar, leap)
