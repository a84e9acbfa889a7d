"""A mapped file as rows of values: which column feeds which field, read by the rule of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.customers.importing.rows import Row
from weixi.customers.importing.samples import allowed_words
from weixi.kernel.importing.cells import Cell, is_blank
from weixi.kernel.importing.mapping.headers import header_unit
from weixi.kernel.importing.mapping.spec import FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.reading import SourceRow, Table
from weixi.kernel.importing.values.birthdays import parse_birthday, says_lunar
from weixi.kernel.importing.values.choices import choice_table, parse_choice, parse_yes_no
from weixi.kernel.importing.values.codes import parse_code, parse_credit_code, parse_email, parse_phone
from weixi.kernel.importing.values.dates import DateRule, parse_date, parse_moment
from weixi.kernel.importing.values.discounts import DiscountRule, parse_discount
from weixi.kernel.importing.values.durations import parse_minutes, seconds_of_one
from weixi.kernel.importing.values.nothing import says_nothing
from weixi.kernel.importing.values.numbers import NumberRule, parse_money, parse_number, parse_whole
from weixi.kernel.importing.values.outcome import Bad
from weixi.kernel.importing.values.text import parse_line, parse_person_name, parse_text, split_list
from weixi.kernel.masking import STARS

Reader = Callable[[Cell], Any]
# So many of a column's values are named beside one that is not among them.
_OFFERED = 12
DATES = frozenset({ValueType.DATE, ValueType.MOMENT, ValueType.BIRTHDAY})
NUMBERS = frozenset({ValueType.NUMBER, ValueType.MONEY, ValueType.WHOLE})
_PLAIN: dict[ValueType, Reader] = {
    ValueType.TEXT: parse_line,
    ValueType.LONG_TEXT: partial(parse_text, longest=5000),
    ValueType.ORGANISATION: parse_line,
    ValueType.PERSON: parse_person_name,
    ValueType.CODE: parse_code,
    ValueType.CREDIT_CODE: parse_credit_code,
    ValueType.PHONE: parse_phone,
    ValueType.EMAIL: parse_email,
    ValueType.URL: parse_line,
    ValueType.YES_NO: parse_yes_no,
    ValueType.LIST: split_list,
}
# Where 无, NULL or - is a blank.
OR_NOTHING = DATES | {
    ValueType.PHONE, ValueType.EMAIL, ValueType.URL, ValueType.CODE, ValueType.CREDIT_CODE, ValueType.ORGANISATION, ValueType.PERSON,
}  # fmt: skip
_MASKED = frozenset({ValueType.PHONE, ValueType.EMAIL, ValueType.CREDIT_CODE})
_RULED: dict[ValueType, Callable[[Cell, Any], Any]] = {
    ValueType.NUMBER: parse_number,
    ValueType.WHOLE: parse_whole,
    ValueType.MONEY: parse_money,
    ValueType.DATE: parse_date,
    ValueType.MOMENT: parse_moment,
}


@dataclass
class Reading:
    """The table with its mapping: `fields` has the field of every column or None."""

    spec: KindSpec
    table: Table
    fields: Sequence[str | None]
    rules: dict[int, DateRule | NumberRule | DiscountRule] = field(default_factory=dict)
    # What people said of columns whose way of writing could not be told, by column.
    answers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.prepare()

    def prepare(self) -> None:
        """Make the readers of the columns; again when rules were decided."""
        self._columns: list[tuple[int, str, bool, Reader]] = []
        self._some: dict[frozenset[str], list[tuple[int, str, bool, Reader]]] = {}
        self._birthdays: list[int] = []
        for column, key in enumerate(self.fields):
            if key is None:
                continue
            spec = self.spec.field(key)
            if spec.type is ValueType.BIRTHDAY:
                self._birthdays.append(column)
            else:
                read = self._reader(column, spec)
                self._columns.append((column, key, spec.many, _or_nothing(read) if spec.type in OR_NOTHING else read))
        self._many = {key for _column, key, many, _read in self._columns if many}

    def _chosen(self, only: frozenset[str]) -> list[tuple[int, str, bool, Reader]]:
        if only not in self._some:
            self._some[only] = [entry for entry in self._columns if entry[1] in only]
        return self._some[only]

    def source_rows(self) -> Iterator[SourceRow]:
        return self.table.rows()

    def row(self, source: SourceRow, *, only: frozenset[str] | None = None) -> Row:
        """The values of a record; what cannot be read is a fault that names its column."""
        values: dict[str, Any] = {}
        faults: list[str] = [source.fault.render(_)] if source.fault is not None else []
        cells = source.cells
        for column, key, many, read in self._columns if only is None else self._chosen(only):
            cell = cells[column]
            if is_blank(cell):
                continue
            value = read(cell)
            if isinstance(value, Bad):
                faults.append(self._fault(column, value))
            elif value is None:
                continue
            elif many:
                values.setdefault(key, []).append(value)
            else:
                values[key] = value
        for key in self._many & values.keys():
            values[key] = _joined(self.spec.field(key), values[key])
        for column in self._birthdays if only is None else ():
            self._birthday(column, cells[column], values, faults)
        return Row(source.number, values, faults, cells)

    def _birthday(self, column: int, cell: Cell, values: dict[str, Any], faults: list[str]) -> None:
        rule = self.rules.get(column, DateRule())
        assert isinstance(rule, DateRule)
        key = self.fields[column]
        lunar = values.get(f"{key}_lunar")
        if lunar is None and says_lunar(self.table.header[column]):
            lunar = True
        value = None if says_nothing(cell) else parse_birthday(cell, rule, lunar=lunar)
        if isinstance(value, Bad):
            faults.append(self._fault(column, value))
        elif value is not None and f"{key}".endswith("other_birthday"):
            values[f"{key}"] = value.in_words
        elif value is not None:
            values[f"{key}"] = value.text
            values[f"{key}_lunar"] = value.lunar

    def _fault(self, column: int, value: Bad) -> str:
        name = self.table.header[column] or _("column %(number)d") % {"number": column + 1}
        return _("%(column)s: %(reason)s") % {"column": name, "reason": value.reason.render(_)}

    def _reader(self, column: int, spec: FieldSpec) -> Reader:
        if spec.type is ValueType.CHOICE:
            table, offered = choice_table(spec.choices), _offered(spec)
            return lambda cell: parse_choice(cell, table, offered)
        if spec.type is ValueType.DURATION:
            one = seconds_of_one(self.table.header[column])
            return lambda cell: parse_minutes(cell, one)
        if spec.type is ValueType.DISCOUNT:
            discounts = self.rules.get(column)
            return partial(parse_discount, rule=discounts if isinstance(discounts, DiscountRule) else DiscountRule())
        unit = header_unit(self.table.header[column])
        if spec.type in _RULED:
            parse, rule = _RULED[spec.type], self.rules.get(column)
            if rule is None:
                rule = DateRule() if spec.type in DATES else NumberRule()
            if unit is not None and spec.type in NUMBERS:
                return lambda cell: _times(parse(cell, rule), unit)
            return lambda cell: parse(cell, rule)
        if unit is not None and spec.type is ValueType.TEXT:
            return lambda cell: _number_text(cell, unit)
        plain = _PLAIN[spec.type]
        if spec.type in _MASKED:
            # A masked one is no number to be read, but whoever compares it with what is stored knows it.
            return lambda cell: cell.strip() if isinstance(cell, str) and STARS in cell else plain(cell)
        return plain


def _or_nothing(read: Reader) -> Reader:
    return lambda cell: None if says_nothing(cell) else read(cell)


def iso(value: date) -> str:
    """A day, or a moment by the minute, as it stands in a remark."""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat()


def _times(value: Any, unit: str) -> Any:
    return value * Decimal(unit) if isinstance(value, Decimal) else value


def _number_text(cell: Cell, unit: str) -> Any:
    """A size kept as text, `1200` under 年营业额（万元）: in full units where it is a number."""
    number = parse_number(cell)
    if isinstance(number, Decimal):
        return format((number * Decimal(unit)).normalize(), "f")
    return parse_line(cell)


def _joined(spec: FieldSpec, parts: list[Any]) -> Any:
    if spec.type is ValueType.LIST:
        return list(dict.fromkeys(item for part in parts for item in part))
    texts = list(dict.fromkeys(str(part) for part in parts))
    if spec.mute and len(texts) > 1:
        texts = [text for text in texts if text.casefold() not in spec.mute] or texts[:1]
    return ("\n" if spec.type is ValueType.LONG_TEXT else " ").join(texts)


def _offered(spec: FieldSpec) -> str:
    words = allowed_words(spec, chinese=not (get_language() or "").startswith("en"))
    return _(", ").join(words[:_OFFERED]) + (" …" if len(words) > _OFFERED else "")
