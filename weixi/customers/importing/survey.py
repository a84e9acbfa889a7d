"""The first look through a file: how many rows, how columns write dates and numbers, which keys repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.reading import DATES, NUMBERS, OR_NOTHING, Reading
from weixi.customers.importing.rows import Handler
from weixi.kernel.errors import Invalid
from weixi.kernel.importing.cells import Cell
from weixi.kernel.importing.mapping.spec import ValueType
from weixi.kernel.importing.values.dates import DateRule, answered_dates, decide_dates
from weixi.kernel.importing.values.discounts import MONEY, OFF, PAID, DiscountRule, answered_discounts, decide_discounts
from weixi.kernel.importing.values.nothing import says_nothing
from weixi.kernel.importing.values.numbers import COMMA, POINT, NumberRule, decide_numbers
from weixi.kernel.importing.values.outcome import NeedsAnswer

# Different cells of one column kept to decide its rule; a column with more is read once more.
MOST_KEPT = 200_000
# The field by which a row names another one.
FORWARD = "through"


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a column, with the keys of its answers."""

    column: int
    header: str
    asked: NeedsAnswer

    @property
    def called(self) -> str:
        """The column's name, else its place as a mapping says it."""
        return self.header or f"#{self.column + 1}"

    def as_json(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "header": self.header,
            "question": self.asked.question.render(_),
            "options": [[option.key, option.label.render(_)] for option in self.asked.options],
            "examples": list(self.asked.examples),
        }


@dataclass(frozen=True)
class Survey:
    """`repeated` and `last_row` go by hash: equal hashes of different keys only make more rows be looked at."""

    rows: int
    rules: dict[int, DateRule | NumberRule | DiscountRule]
    questions: list[Question]
    repeated: frozenset[int]
    last_row: dict[int, int]
    # All keys of the file, by hash as well, where rows may name rows further down; else none.
    present: frozenset[int] = frozenset()
    # What is told of words that stand for a blank (无, NULL) and of decimal commas: the first row of a column that has one,
    # the sentence.
    blanks: tuple[tuple[int, str], ...] = ()


def survey(reading: Reading, handler: type[Handler], answers: Mapping[str, str]) -> Survey:
    """Read the whole file once. Sets the rules of the reading as far as they are decided.

    Raises Invalid for an answer that is none of its question's options.
    """
    watched = _watched(reading)
    kept: dict[int, dict[Cell, int]] = {column: {} for column in watched if str(column) not in answers}
    key_fields = frozenset(handler.key_fields())
    seen: set[int] = set()
    repeated: set[int] = set()
    last_row: dict[int, int] = {}
    count = 0
    may_be_blank = _may_be_blank(reading)
    blanks: dict[int, tuple[int, str]] = {}
    for source in reading.source_rows():
        count += 1
        if source.skipped is not None:
            continue
        for column, cells in kept.items():
            if len(cells) <= MOST_KEPT:
                cells.setdefault(source.cells[column], source.number)
        for column in may_be_blank:
            if says_nothing(source.cells[column]):
                blanks.setdefault(column, (source.number, str(source.cells[column]).strip()))
        row = reading.row(source, only=key_fields)
        for key in handler.keys(row):
            mark = hash(key)
            if mark in seen:
                repeated.add(mark)
            seen.add(mark)
        if group := handler.group(row):
            last_row[hash(group)] = source.number
    questions: list[Question] = []
    marks: dict[int, tuple[int, str]] = {}
    reading.answers = {column: answer for column, answer in answers.items() if int(column) in watched}
    for column, decide in watched.items():
        if str(column) in answers:
            reading.rules[column] = _answered(reading, column, decide, answers[str(column)])
            continue
        full = len(kept[column]) <= MOST_KEPT
        decided = decide(iter(kept[column]) if full else _cells(reading, column))
        if isinstance(decided, NeedsAnswer):
            questions.append(Question(column, reading.table.header[column], decided))
        else:
            reading.rules[column] = decided
            if isinstance(decided, NumberRule) and decided.decimal == COMMA:
                texts = ((row, cell) for cell, row in kept[column].items() if isinstance(cell, str))
                first = next(((row, cell) for row, cell in texts if "," in cell or "，" in cell), None)
                if first is not None:
                    marks[column] = first
    reading.prepare()
    present = frozenset(seen) if FORWARD in reading.fields else frozenset()
    told = tuple(
        (row, say(reading, column, word))
        for say, columns in ((_blank, blanks), (_comma, marks))
        for column, (row, word) in sorted(columns.items())
    )
    return Survey(count, dict(reading.rules), questions, frozenset(repeated), last_row, present, told)


def _may_be_blank(reading: Reading) -> list[int]:
    """The columns in which 无, NULL or - is a blank."""
    named = [(column, key) for column, key in enumerate(reading.fields) if key is not None]
    return [column for column, key in named if reading.spec.field(key).type in OR_NOTHING]


def _blank(reading: Reading, column: int, word: str) -> str:
    name = reading.table.header[column] or f"#{column + 1}"
    return _("“%(word)s” in the column “%(column)s” is taken for a blank, here and below.") % {
        "word": word[:20], "column": name}  # fmt: skip


def _comma(reading: Reading, column: int, number: str) -> str:
    name = reading.table.header[column] or f"#{column + 1}"
    return _("The comma in “%(number)s” of the column “%(column)s” is taken for a decimal point, here and below.") % {
        "number": number.strip()[:20], "column": name}  # fmt: skip


def _watched(reading: Reading) -> dict[int, Callable[[Iterator[Cell]], Any]]:
    """The columns whose way of writing has to be decided, with what decides it."""
    found: dict[int, Callable[[Iterator[Cell]], Any]] = {}
    for column, key in enumerate(reading.fields):
        type_ = reading.spec.field(key).type if key is not None else None
        if type_ in DATES:
            found[column] = decide_dates
        elif type_ in NUMBERS:
            found[column] = decide_numbers
        elif type_ is ValueType.DISCOUNT:
            found[column] = partial(decide_discounts, reading.table.header[column])
    return found


def _cells(reading: Reading, column: int) -> Iterator[Cell]:
    return (source.cells[column] for source in reading.source_rows() if source.skipped is None)


def _answered(reading: Reading, column: int, decide: Any, answer: str) -> DateRule | NumberRule | DiscountRule:
    if isinstance(decide, partial):
        try:
            return answered_discounts(answer, _cells(reading, column))
        except ValueError:
            options = f"{OFF}, {PAID}, {MONEY}"
    elif decide is decide_dates:
        try:
            return answered_dates(answer)
        except ValueError:
            options = "dmy, mdy, ymd, serial1900, serial1904"
    elif answer in (POINT, COMMA):
        return NumberRule(decimal=answer)
    else:
        options = f"{POINT}, {COMMA}"
    raise Invalid(
        _("“%(answer)s” is no answer for the column “%(column)s”; use one of: %(options)s.")
        % {"answer": answer[:40], "column": reading.table.header[column], "options": options},
        fields={"answers": _("Choose one of the list.")},
    )
