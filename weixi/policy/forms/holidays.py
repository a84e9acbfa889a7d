"""A year's days off and make-up working days as text and as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.kernel.calendar.holidays import HolidayTableError, read_table
from weixi.organisation.forms import RefusableForm

LARGEST = 64 * 1024
MOST_DAYS = 60
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_SPAN = re.compile(rf"{_DAY}(?:\s*(?:至|到|~|～|—|–|-|to|\.\.)\s*{_DAY})?")
_OFF = frozenset({"off", "holiday", "休", "休息", "放假", "假", "节假日"})
_WORK = frozenset({"work", "working", "班", "上班", "调休上班", "补班", "工作日"})


class DaysError(ValueError):
    """A text that holds no days; the sentence names the place."""


def days_of(text: str) -> list[date]:
    """Dates or spans, one in a line or separated by commas. Raises DaysError naming the piece that is none."""
    found: set[date] = set()
    for piece in re.split(r"[\n,，、;；]+", text):
        if not piece.strip():
            continue
        match = _SPAN.fullmatch(piece.strip())
        if match is None:
            raise DaysError(
                str(_("“%(piece)s” is no date; write 2027-01-01 or 2027-01-01 至 2027-01-03."))
                % {"piece": piece.strip()[:40]}
            )
        found |= _between(match, piece.strip())
    return sorted(found)


def _between(match: re.Match[str], piece: str) -> set[date]:
    numbers = [int(part) if part else None for part in match.groups()]
    try:
        first = date(*numbers[:3])  # type: ignore[arg-type]
        last = date(*numbers[3:]) if numbers[3] else first  # type: ignore[arg-type]
    except ValueError:
        raise DaysError(str(_("“%(piece)s” is no day of the calendar.")) % {"piece": piece[:40]}) from None
    if last < first:
        raise DaysError(str(_("“%(piece)s”: the last day lies before the first.")) % {"piece": piece[:40]})
    if (last - first).days > MOST_DAYS:
        raise DaysError(str(_("“%(piece)s” is longer than 60 days.")) % {"piece": piece[:40]})
    return {first + timedelta(days=offset) for offset in range((last - first).days + 1)}


def spans_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in a row as (first, last)."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def text_of(days: Iterable[date]) -> str:
    return "\n".join(
        first.isoformat() if first == last else f"{first.isoformat()} 至 {last.isoformat()}"
        for first, last in spans_of(days)
    )


class DaysField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        try:
            return days_of(super().clean(value))
        except DaysError as error:
            raise forms.ValidationError(str(error)) from None


class YearForm(RefusableForm):
    holidays = DaysField(
        label=_("Days off"),
        required=False,
        help_text=_("One date or span in each line, like 2027-01-01 至 2027-01-03; weekend days inside a holiday too."),
    )
    working_days = DaysField(
        label=_("Make-up working days"),
        required=False,
        help_text=_("Weekend days that are worked in exchange."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class HolidayFileForm(RefusableForm):
    """A TOML file of the shape of the shipped table, or CSV lines `date,off|work`."""

    file = forms.FileField(
        label=_("TOML or CSV file"), widget=forms.FileInput(attrs={"accept": ".toml,.csv,text/plain"})
    )

    def clean_file(self) -> dict[int, tuple[list[date], list[date]]]:
        file: Any = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("A year's holidays fit into 64 KiB; this file is larger."))
        content = file.read(LARGEST + 1)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = content.decode("gb18030")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("The file is not a text.")) from None
        try:
            years = _from_csv(text) if str(file.name).lower().endswith(".csv") else _from_toml(text)
        except (HolidayTableError, DaysError) as error:
            raise forms.ValidationError(
                _("The file cannot be taken: %(why)s"), params={"why": str(error)[:300]}
            ) from None
        if not years:
            raise forms.ValidationError(_("The file holds no days."))
        return years


def _from_toml(text: str) -> dict[int, tuple[list[date], list[date]]]:
    table = read_table(text)
    years: dict[int, tuple[list[date], list[date]]] = {year: ([], []) for year in table.years}
    for day, works in sorted(table.working.items()):
        years[day.year][1 if works else 0].append(day)
    return years


def _from_csv(text: str) -> dict[int, tuple[list[date], list[date]]]:
    years: dict[int, tuple[list[date], list[date]]] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells:
            continue
        if number == 1 and not _SPAN.fullmatch(cells[0]):
            # A head line.
            continue
        kind = cells[1].lower() if len(cells) > 1 else "off"
        if kind not in _OFF | _WORK:
            raise DaysError(
                str(_("line %(line)d: “%(kind)s” is neither off (休) nor work (班)."))
                % {"line": number, "kind": kind[:20]}
            )
        for day in days_of(cells[0]):
            years.setdefault(day.year, ([], []))[1 if kind in _WORK else 0].append(day)
    return years
