from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from weixi.kernel.calendar import lunar
from weixi.kernel.calendar.holidays import HolidayTableError, read_table, shipped_table
from weixi.kernel.calendar.wall import add_months, add_on_wall, midnight, zone
from weixi.kernel.calendar.working import NoWorkingTimeError, WorkingCalendar

SHANGHAI = zone("Asia/Shanghai")
WEEK = range(5)
HOURS = [(540, 720), (810, 1080)]


def at(text: str, tz: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz).astimezone(UTC)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("春节", ["2024-02-10", "2025-01-29", "2026-02-17"]),
        ("中秋节", ["2024-09-17", "2025-10-06", "2026-09-25"]),
        ("除夕", ["2025-01-28", "2026-02-16", "2027-02-05"]),
        ("端午节", ["2024-06-10", "2025-05-31", "2026-06-19"]),
        ("清明节", ["2024-04-04", "2025-04-04", "2026-04-05"]),
        ("元宵节", ["2024-02-24", "2025-02-12", "2026-03-03"]),
        ("七夕", ["2024-08-10", "2025-08-29", "2026-08-19"]),
        ("重阳节", ["2024-10-11", "2025-10-29", "2026-10-18"]),
        ("国庆节", ["2024-10-01", "2025-10-01", "2026-10-01"]),
    ],
)
def test_festivals_of_three_years(name, days):
    assert [lunar.festival(name, year).isoformat() for year in (2024, 2025, 2026)] == days


def test_the_leap_month_of_2033_follows_the_eleventh():
    months = [(month.month, month.leap) for month in lunar.months_of(2033)]
    assert months[10:] == [(11, False), (11, True), (12, False)]
    assert len(lunar.months_of(2032)) == 12


def test_lunar_months_join_without_a_gap_from_1900_to_2100():
    following = lunar.months_of(1900)[0].first
    for year in range(lunar.FIRST_YEAR, lunar.LAST_YEAR + 1):
        months = lunar.months_of(year)
        assert [month.month for month in months if not month.leap] == list(range(1, 13))
        assert sum(month.leap for month in months) <= 1
        for month in months:
            assert month.first == following
            assert month.days in (29, 30)
            following = month.first + timedelta(days=month.days)


def test_solar_and_lunar_lead_to_each_other():
    for offset in range(0, 73000, 37):
        day = date(1900, 2, 1) + timedelta(days=offset)
        found = lunar.from_solar(day)
        if not found.leap:
            assert lunar.to_solar(found.year, found.month, found.day) == day


def test_the_thirtieth_of_a_short_month_is_kept_on_the_29th():
    short = next(month for month in lunar.months_of(2026) if month.days == 29)
    assert lunar.to_solar(2026, short.month, 30) == lunar.to_solar(2026, short.month, 29)


def test_the_lunar_calendar_ends_where_it_is_known():
    for year in (1899, 2101):
        with pytest.raises(ValueError, match="1900-2100"):
            lunar.to_solar(year, 1, 1)
        with pytest.raises(ValueError, match="1900-2100"):
            lunar.festival("春节", year)


@pytest.mark.parametrize(
    ("year", "off", "working"),
    [
        (2024, 28, ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"]),
        (2025, 28, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, 33, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_the_shipped_table_has_the_announced_days(year, off, working):
    table = shipped_table("CN")
    assert sum(not works for day, works in table.working.items() if day.year == year) == off
    made_up = sorted(day for day, works in table.working.items() if works and day.year == year)
    assert [day.isoformat()[5:] for day in made_up] == working
    assert all(day.weekday() >= 5 for day in made_up)


def test_the_table_takes_a_file_of_another_year():
    added = read_table('country = "CN"\n[years.2027]\noff = [["2027-01-01", "2027-01-03"]]\nworking = ["2027-01-09"]')
    table = shipped_table("CN").with_years_of(added)
    assert table.knows(2027) and table.knows(2026) and not shipped_table("CN").knows(2027)
    calendar = WorkingCalendar(SHANGHAI, WEEK, HOURS, table=table)
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.is_working_day(date(2027, 1, 9))
    assert calendar.missing_years == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("country = ", "TOML"),
        ("", "country is missing"),
        ('country = "CN"\nyear = 1', "unknown key year"),
        ('country = "CN"\n[years.27]\noff = []', "four digits"),
        ('country = "CN"\n[years.2027]\noff = ["2027-01-01"]', "years.2027.off"),
        ('country = "CN"\n[years.2027]\noff = [["2027-01-02", "2027-01-01"]]', "before the first"),
        ('country = "CN"\n[years.2027]\noff = [["2026-12-31", "2027-01-01"]]', "not in 2027"),
        ('country = "CN"\n[years.2027]\nworking = ["2027-02-30"]', "no date"),
        ('country = "CN"\n[years.2027]\nworking = ["2027-01-02"]\noff = [["2027-01-02", "2027-01-02"]]', "day off and"),
    ],
)
def test_a_wrong_holiday_file_is_refused_with_the_place(text, said):
    with pytest.raises(HolidayTableError, match=said):
        read_table(text)


def test_the_kind_of_a_date():
    calendar = WorkingCalendar(
        SHANGHAI, WEEK, HOURS, table=shipped_table("CN"),
        extra_holidays=[date(2026, 3, 4), date(2026, 3, 7)], extra_working_days=[date(2026, 3, 7), date(2026, 10, 1)],
    )  # fmt: skip
    works = calendar.is_working_day
    assert [works(date(2026, 3, day)) for day in (2, 4, 7, 8)] == [True, False, True, False]
    assert works(date(2026, 10, 1)) and not works(date(2026, 10, 2)) and works(date(2026, 10, 10))
    assert calendar.missing_years == set()
    assert works(date(2030, 10, 1)) and not works(date(2030, 10, 5))
    assert calendar.missing_years == {2030}


def test_working_time_between_two_instants():
    calendar = WorkingCalendar(SHANGHAI, WEEK, HOURS)
    assert calendar.between(at("2026-03-06 17:00"), at("2026-03-09 10:00")) == timedelta(hours=2)
    assert calendar.between(at("2026-03-07 00:00"), at("2026-03-08 23:00")) == timedelta()
    assert calendar.between(at("2026-03-06 17:00"), at("2026-03-06 16:00")) == timedelta()
    assert calendar.add_time(at("2026-03-07 10:00"), timedelta()) == at("2026-03-07 10:00")


def test_working_time_across_a_change_of_clocks_is_elapsed_time():
    tz = zone("America/New_York")
    calendar = WorkingCalendar(tz, range(7), [(0, 1440)])
    assert calendar.between(at("2026-03-08 00:00", tz), at("2026-03-09 00:00", tz)) == timedelta(hours=23)
    assert calendar.add(at("2026-03-08 01:00", tz), 0, timedelta(hours=2)) == at("2026-03-08 04:00", tz)


def test_a_calendar_without_working_days_ends_the_search():
    with pytest.raises(NoWorkingTimeError):
        WorkingCalendar(SHANGHAI, [], HOURS).next_working_instant(at("2026-03-06 17:00"))
    with pytest.raises(NoWorkingTimeError):
        WorkingCalendar(SHANGHAI, [], HOURS).next_working_day(date(2026, 3, 6))


def test_months_keep_the_day_or_take_the_last():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_a_day_that_begins_after_a_skipped_midnight_begins_with_its_first_instant():
    tz = zone("America/Sao_Paulo")
    assert midnight(date(2018, 11, 4), tz).astimezone(tz).isoformat() == "2018-11-04T01:00:00-02:00"


def test_elapsed_hours_ignore_the_wall():
    tz = zone("America/New_York")
    start = at("2026-03-07 12:00", tz)
    assert add_on_wall(start, 0, 1, timedelta(), tz) == at("2026-03-08 12:00", tz)
    assert add_on_wall(start, 0, 0, timedelta(hours=24), tz) == at("2026-03-08 13:00", tz)
