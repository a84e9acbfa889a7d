"""Lengths of time as a policy writes them: ISO 8601, the parts kept apart because they run differently
(months and days on the wall clock, hours as elapsed time)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from weixi.policy.document.base import refusal

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SHAPE = re.compile(
    r"P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    rf"(?:T(?=.)(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?"
)
# Far beyond any promise to a customer; keeps every due time inside the years a date can hold.
_MOST = timedelta(days=36525)
_MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Duration:
    """`months` and `days` are calendar steps, `time` is elapsed; `text` is the form it was written in.

    Two durations are equal when they mean the same: P7D = P1W, PT1H = PT60M.
    """

    months: int = 0
    days: int = 0
    time: timedelta = timedelta()
    weeks_written: bool = field(default=False, compare=False)
    text: str = field(default="PT0S", compare=False)

    @property
    def is_zero(self) -> bool:
        return not (self.months or self.days or self.time)

    def __str__(self) -> str:
        return self.text

    def surely_exceeds(self, other: Duration) -> bool:
        """Longer than `other` from every anchor and on either clock: part by part at least as long, and not equal.

        P2M and P45D are no such pair for this, nor are P1D and PT10H: on the working clock a day has fewer hours.
        """
        return self != other and self.months >= other.months and self.days >= other.days and self.time >= other.time

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `P4M`, `P1Y2M`, `P2W`, `PT2H30M`, `P1DT12H`. Raises ValueError with a plain sentence."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise ValueError(f'"{text}" is no duration; write it like P4M, P7D or PT2H')
        years, months, weeks, days = (int(part or 0) for part in found.group(1, 2, 3, 4))
        written = [part for part in found.group(5, 6, 7) if part is not None]
        if any("." in part for part in written[:-1]):
            raise ValueError(f'in "{text}" only the last part may have decimals')
        hours, minutes, seconds = (float(part or 0) for part in found.group(5, 6, 7))
        if (
            years * 12 + months > _MOST_MONTHS
            or weeks * 7 + days > _MOST.days
            or hours * 3600 + minutes * 60 + seconds > _MOST.total_seconds()
        ):
            raise ValueError(f'"{text}" is longer than 100 years')
        return cls(
            months=years * 12 + months,
            days=weeks * 7 + days,
            time=timedelta(hours=hours, minutes=minutes, seconds=seconds),
            weeks_written=found.group(3) is not None,
            text=text,
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def _read(cls, value: object) -> Duration:
        if isinstance(value, Duration):
            return value
        if not isinstance(value, str):
            raise refusal("duration_type", "a duration is a text like P4M, P7D or PT2H")
        try:
            return cls.parse(value)
        except ValueError as error:
            raise refusal("duration_shape", "{reason}", reason=str(error), value=value) from None


def _days_only(value: Duration) -> Duration:
    if value.months or value.time:
        raise refusal(
            "duration_days_only",
            '"{value}" must be in whole days or weeks, like P3D or P2W',
            value=value.text,
        )
    return value


DaysDuration = Annotated[Duration, AfterValidator(_days_only)]
"""A duration in days or weeks only."""
