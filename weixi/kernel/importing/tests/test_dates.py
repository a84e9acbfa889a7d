from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.kernel.importing.values.birthdays import Birthday, parse_birthday
from weixi.kernel.importing.values.dates import (
    DMY,
    MDY,
    SERIAL_1900,
    SERIAL_1904,
    YMD,
    DateRule,
    answered_dates,
    decide_dates,
    parse_date,
    parse_moment,
)
from weixi.kernel.importing.values.outcome import Bad, NeedsAnswer


def outcome(value: object) -> object:
    return value.code if isinstance(value, Bad) else value


def question(cells: list[Any]) -> str:
    asked = decide_dates(cells)
    assert isinstance(asked, NeedsAnswer)
    return asked.code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024年3月1日", datetime(2024, 3, 1)),
        ("2024年03月01日 星期五", datetime(2024, 3, 1)),
        ("20240301", datetime(2024, 3, 1)),
        (20240301, datetime(2024, 3, 1)),
        ("2024/3/1", datetime(2024, 3, 1)),
        ("2024.3.1", datetime(2024, 3, 1)),
        ("２０２４－０３－０１", datetime(2024, 3, 1)),
        ("2024-03-01 08:26:00", datetime(2024, 3, 1, 8, 26)),
        ("2024-03-01T08:05:00+08:00", datetime(2024, 3, 1, 8, 5, tzinfo=timezone(timedelta(hours=8)))),
        ("2024-03-01T08:05:00.250Z", datetime(2024, 3, 1, 8, 5, 0, 250000, tzinfo=UTC)),
        ("2024年3月1日 下午3点20分", datetime(2024, 3, 1, 15, 20)),
        ("20240301080509", datetime(2024, 3, 1, 8, 5, 9)),
        ("1 Mar 2016", datetime(2016, 3, 1)),
        ("Mar 1, 2016 3:05 PM", datetime(2016, 3, 1, 15, 5)),
        ("25-03-2016", datetime(2016, 3, 25)),
        ("03/25/2016", datetime(2016, 3, 25)),
        ("04/04/2016", datetime(2016, 4, 4)),
        (date(2024, 3, 1), datetime(2024, 3, 1)),
        (datetime(2024, 3, 1, 8), datetime(2024, 3, 1, 8)),
        ("", None),
        ("01-03-2016", "date_ambiguous"),
        ("24/3/1", "date_ambiguous"),
        ("1980-02-30", "date_impossible"),
        ("2023-02-29", "date_impossible"),
        ("2024-04-31", "date_impossible"),
        ("20240231", "date_impossible"),
        ("2024-03-01 24:00", "date_impossible"),
        ("2024-03-01 23:59:60", "date_impossible"),
        ("2024-13-01", "date_impossible"),
        ("0000-01-01", "date_impossible"),
        ("9999-12-31", "date_impossible"),
        ("10000-01-01", "date_unreadable"),
        ("2024", "date_unreadable"),
        ("明天", "date_unreadable"),
        ("1 Foo 2016", "date_unreadable"),
        (True, "date_unreadable"),
        (45352, "date_serial"),
        ("#VALUE!", "error_cell"),
    ],
)
def test_moments(cell: Any, expected: object) -> None:
    assert outcome(parse_moment(cell)) == expected


def test_order_of_day_and_month_is_decided_by_the_column() -> None:
    assert question(["01-03-2016", "02-03-2016"]) == "date_order"
    assert decide_dates(["01-03-2016", "25-03-2016"]) == DateRule(order=DMY)
    assert decide_dates(["01/03/2016", "03/25/2016"]) == DateRule(order=MDY)
    assert question(["25-03-2016", "03-25-2016"]) == "date_order_conflict"
    assert question(["16-03-01"]) == "date_short_year"
    assert decide_dates(["04-04-2016", "2016-01-02", None, ""]) == DateRule()


def test_answers_settle_the_column() -> None:
    assert parse_date("01-03-2016", answered_dates(DMY)) == date(2016, 3, 1)
    assert parse_date("01-03-2016", answered_dates(MDY)) == date(2016, 1, 3)
    assert parse_date("16-03-01", answered_dates(YMD)) == date(2016, 3, 1)
    assert parse_date("01/03/75", answered_dates(DMY)) == date(1975, 3, 1)
    assert outcome(parse_date("25-13-2016", answered_dates(DMY))) == "date_impossible"
    with pytest.raises(ValueError, match="answers no question"):
        answered_dates("soon")


def test_day_numbers_of_both_epochs_only_in_a_column_of_them() -> None:
    assert question(["45352", 45353, "45354.5"]) == "date_serials"
    assert parse_moment(45352, answered_dates(SERIAL_1900)) == datetime(2024, 3, 1)
    assert parse_moment("45352.5", answered_dates(SERIAL_1900)) == datetime(2024, 3, 1, 12)
    assert parse_moment(43890, answered_dates(SERIAL_1904)) == datetime(2024, 3, 1)
    # Beside real dates the number is a mistake of its row, not a rule of the column.
    assert decide_dates(["2024-03-01", "45352"]) == DateRule()
    assert outcome(parse_date("45352", DateRule())) == "date_serial"


@settings(max_examples=150, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_way_of_writing_a_day_reads_the_same(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    for text in (
        day.isoformat(),
        f"{year}年{month}月{number}日",
        f"{year}/{month}/{number}",
        f"{year}{month:02}{number:02}",
    ):
        assert parse_date(text) == day
    assert parse_date(f"{number:02}-{month:02}-{year}", DateRule(order=DMY)) == day
    assert parse_date(f"{month}/{number}/{year}", DateRule(order=MDY)) == day
    ruled = decide_dates([f"{number:02}-{month:02}-{year}"])
    if isinstance(ruled, DateRule):
        assert parse_date(f"{number:02}-{month:02}-{year}", ruled) == day
    else:
        assert number <= 12 and number != month


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("农历八月十五", Birthday(8, 15, lunar=True)),
        ("阴历1990年8月15日", Birthday(8, 15, 1990, lunar=True)),
        ("1990-08-15(农历)", Birthday(8, 15, 1990, lunar=True)),
        ("正月初一", Birthday(1, 1, lunar=True)),
        ("腊月三十", Birthday(12, 30, lunar=True)),
        ("冬月廿三", Birthday(11, 23, lunar=True)),
        ("闰四月十一", Birthday(4, 11, lunar=True, leap=True)),
        ("农历一九九〇年八月十五", Birthday(8, 15, 1990, lunar=True)),
        ("八月十五日", Birthday(8, 15)),
        ("公历1990-1-2", Birthday(1, 2, 1990)),
        ("--08-15", Birthday(8, 15)),
        ("8月15日", Birthday(8, 15)),
        ("02-29", Birthday(2, 29)),
        ("19900815", Birthday(8, 15, 1990)),
        (date(1990, 8, 15), Birthday(8, 15, 1990)),
        ("", None),
        ("八月十五", "birthday_calendar"),
        ("1980-02-30", "date_impossible"),
        ("1981-02-29", "date_impossible"),
        ("13-01", "date_impossible"),
        ("农历八月卅一", "date_impossible"),
        ("秋天", "date_unreadable"),
    ],
)
def test_birthdays(cell: Any, expected: object) -> None:
    assert outcome(parse_birthday(cell)) == expected


def test_the_calendar_may_stand_in_another_column() -> None:
    assert parse_birthday("八月十五", lunar=True) == Birthday(8, 15, lunar=True)
    assert parse_birthday("1990-02-30", lunar=True) == Birthday(2, 30, 1990, lunar=True)
    assert parse_birthday("公历8月15日", lunar=True) == Birthday(8, 15)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("24年3月2日", datetime(2024, 3, 2)),
        ("98年12月2日 10:00", datetime(1998, 12, 2, 10)),
        ("二〇二四年三月十四日", datetime(2024, 3, 14)),
        ("二○二四年十二月三十一日 9:05", datetime(2024, 12, 31, 9, 5)),
        ("2024-03-03 12:10上午", datetime(2024, 3, 3, 0, 10)),
        ("2024-03-03 1:10:05 下午", datetime(2024, 3, 3, 13, 10, 5)),
        ("2024-03-03 中午1:10", datetime(2024, 3, 3, 13, 10)),
        ("2024-03-17, 10:00", datetime(2024, 3, 17, 10)),
        ("Mar 12, 2024, 3:04 PM", datetime(2024, 3, 12, 15, 4)),
        ("2024-03-20 10:00:00 GMT+0800", datetime(2024, 3, 20, 10, tzinfo=timezone(timedelta(hours=8)))),
        ("2024年3月", "date_unreadable"),
        ("24年13月2日", "date_impossible"),
        ("2024-03-03 晚上12:10", "date_impossible"),
    ],
)
def test_other_ways_to_write_a_time(cell: str, expected: object) -> None:
    assert outcome(parse_moment(cell)) == expected
