"""How long something took, in whole minutes: 90, 5分30秒, 1小时20分, 00:05:30, 1 h 20 min."""

from __future__ import annotations

import re
import unicodedata
from datetime import time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from weixi.kernel.importing.cells import Cell, cell_text, is_blank
from weixi.kernel.importing.values.numbers import parse_number
from weixi.kernel.importing.values.outcome import Bad, bad, error_cell
from weixi.kernel.importing.wording import gettext_noop as _

_CLOCK = re.compile(r"^(\d{1,3}):([0-5]?\d):([0-5]?\d)$")
_PARTS = re.compile(
    r"^(?:(?P<hours>\d{1,4}(?:\.\d+)?)\s*(?:个?小时|时|hours?|hrs?|h)\s*)?"
    r"(?:(?P<minutes>\d{1,6}(?:\.\d+)?)\s*(?:分钟?|minutes?|mins?|m|')\s*)?"
    r"(?:(?P<seconds>\d{1,7}(?:\.\d+)?)\s*(?:秒钟?|seconds?|secs?|s|\"|''))?$",
    re.IGNORECASE,
)
_SECONDS = re.compile(r"秒|\bsec(?:ond)?s?\b|\(s\)", re.IGNORECASE)
_HOURS = re.compile(r"小时|\b(?:hours?|hrs?)\b|\(h\)", re.IGNORECASE)
_UNREADABLE = _("“%(value)s” is no duration; write minutes, or for example 1小时20分, 00:05:30.")


def seconds_of_one(header: str) -> int:
    """How many seconds a plain number in a column of this name stands for: minutes, where it says nothing else."""
    text = unicodedata.normalize("NFKC", header).replace("_", " ")
    return 1 if _SECONDS.search(text) else 3600 if _HOURS.search(text) else 60


def parse_minutes(cell: Cell, one: int = 60) -> int | Bad | None:
    """Minutes, rounded to the nearest, what is less than one counted as one; `one` as `seconds_of_one`.

    Bad: no duration, `5:30` (minutes or hours?).
    """
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    if isinstance(cell, time):
        return _minutes(Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second))
    if isinstance(cell, timedelta):
        return _minutes(Decimal(str(cell.total_seconds())))
    number = parse_number(cell)
    if isinstance(number, Decimal):
        return _minutes(number * one)
    text = unicodedata.normalize("NFKC", cell_text(cell)).strip()
    if (match := _CLOCK.match(text)) is not None:
        hours, minutes, seconds = map(int, match.groups())
        return _minutes(Decimal(hours * 3600 + minutes * 60 + seconds))
    if (match := _PARTS.match(text)) is not None and any(match.groups()):
        hour, minute, second = (Decimal(match[name] or 0) for name in ("hours", "minutes", "seconds"))
        return _minutes(hour * 3600 + minute * 60 + second)
    return bad("duration_unreadable", _UNREADABLE, text)


def _minutes(seconds: Decimal) -> int:
    if 0 < seconds < 60:
        return 1
    return int((seconds / 60).quantize(Decimal(1), ROUND_HALF_UP))
