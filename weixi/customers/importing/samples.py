"""Empty tables to fill in, one per kind, with the names of the columns that need no matching."""

from __future__ import annotations

import io
from typing import Any, Protocol

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from weixi.kernel.currency import with_unit
from weixi.kernel.importing.mapping.spec import FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.reading import NOTES_SHEETS

COLUMNS: dict[str, tuple[str, ...]] = {
    "customers": (
        "number", "name", "short_name", "kind", "industry", "region", "city", "address", "phone", "email", "website",
        "unified_code", "owner", "lifecycle", "source", "tags", "cooperation_since", "founded_on", "headcount",
        "legal_representative", "general_manager", "main_business", "contact_name", "contact_position", "contact_mobile",
        "contact_email", "remark",
    ),
    "contacts": (
        "customer_number", "customer_name", "name", "position", "mobile", "phone", "email", "wechat",
        "preferred_channel", "birthday", "birthday_lunar", "key_person", "decision_maker", "remark",
    ),
    "orders": (
        "number", "line_no", "placed_at", "customer_number", "customer_name", "product_code", "product_name",
        "product_category", "quantity", "unit_price", "amount", "cost", "remark",
    ),
    "interactions": (
        "customer_number", "customer_name", "kind", "purpose", "occurred_at", "minutes", "contact", "participants",
        "content", "need", "solution", "conclusion", "feedback", "direction", "depth", "recorded_by",
    ),
}  # fmt: skip
_ROWS = 2000
# A place for the lists behind the drop-downs: a list written into the rule itself has room for 255 characters.
_LISTS = "lists"
_HINTS: dict[ValueType, tuple[Any, str]] = {
    ValueType.TEXT: (gettext_lazy("Text"), ""),
    ValueType.LONG_TEXT: (gettext_lazy("Text, of several lines if need be"), ""),
    ValueType.ORGANISATION: (gettext_lazy("The full name, as registered"), "上海远大机械有限公司"),
    ValueType.PERSON: (gettext_lazy("A person's name"), "周建国"),
    ValueType.CODE: (gettext_lazy("As it is written elsewhere; leading zeros stay"), "K-00217"),
    ValueType.CREDIT_CODE: (gettext_lazy("18 characters"), "91310000631696382C"),
    ValueType.PHONE: (gettext_lazy("Mobile or landline, with the area code"), "13800138000"),
    ValueType.EMAIL: (gettext_lazy("One address"), "zhou@example.com"),
    ValueType.URL: (gettext_lazy("A web address"), "www.example.com"),
    ValueType.NUMBER: (gettext_lazy("A number"), "12"),
    ValueType.DISCOUNT: (gettext_lazy("A discount, for example 9折 or 10%"), "9折"),
    ValueType.WHOLE: (gettext_lazy("A whole number"), "1"),
    ValueType.DURATION: (gettext_lazy("Minutes, or for example 1小时20分"), "30"),
    ValueType.MONEY: (with_unit(gettext_lazy("An amount in %(unit)s")), "12800.50"),
    ValueType.DATE: (gettext_lazy("A day; year first leaves no doubt"), "2024-03-01"),
    ValueType.MOMENT: (gettext_lazy("A day, with the time if known"), "2024-03-01 14:30"),
    ValueType.BIRTHDAY: (gettext_lazy("A day, with or without its year"), "1980-05-20"),
    ValueType.YES_NO: (gettext_lazy("Choose from the list"), ""),
    ValueType.CHOICE: (gettext_lazy("Choose from the list"), ""),
    ValueType.LIST: (gettext_lazy("Several are parted by 、"), "节能、售后"),
}


class _Book(Protocol):
    def add_worksheet(self, name: str) -> Any: ...
    def add_format(self, properties: dict[str, Any]) -> Any: ...
    def close(self) -> None: ...


def columns_of(spec: KindSpec) -> tuple[str, ...]:
    """The fields of an empty table: the usual ones, and the company's own."""
    if spec.key not in COLUMNS:
        return tuple(field.key for field in spec.fields)
    own = tuple(field.key for field in spec.fields if field.key.startswith("x_"))
    return (*COLUMNS[spec.key], *own)


def sample_workbook(spec: KindSpec) -> bytes:
    """An .xlsx to fill in: a sheet with one row of column names and drop-down lists, and one that explains."""
    # Loaded where a workbook is written: every process would carry its 20 MB.
    import xlsxwriter  # noqa: PLC0415

    stream = io.BytesIO()
    book: _Book = xlsxwriter.Workbook(stream, {"in_memory": True})
    chinese = not (get_language() or "").startswith("en")
    fields = [spec.field(key) for key in columns_of(spec)]
    table = book.add_worksheet(_(spec.label)[:31])
    notes = book.add_worksheet(NOTES_SHEETS[0 if chinese else 1])
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    _write_table(book, table, lists, fields, chinese, _needed(spec))
    _write_notes(book, notes, fields, chinese, spec)
    book.close()
    return stream.getvalue()


def _write_table(
    book: _Book, table: Any, lists: Any, fields: list[FieldSpec], chinese: bool, needed: frozenset[str]
) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1EE"})
    must = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1EE", "font_color": "#B3261E"})
    exact = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    styles = {
        ValueType.CODE: exact, ValueType.PHONE: exact, ValueType.CREDIT_CODE: exact, ValueType.DATE: day,
    }  # fmt: skip
    for column, field in enumerate(fields):
        name = called(field, chinese=chinese)
        table.write_string(0, column, name, must if field.key in needed else head)
        table.set_column(column, column, max(10, len(name) * 2 + 2), styles.get(field.type))
        words = allowed_words(field, chinese=chinese)
        if words:
            lists.write_column(0, column, words)
            letter = _letters(column)
            table.data_validation(
                1,
                column,
                _ROWS,
                column,
                {"validate": "list", "source": f"={_LISTS}!${letter}$1:${letter}${len(words)}"},
            )
    table.freeze_panes(1, 0)


def _write_notes(book: _Book, notes: Any, fields: list[FieldSpec], chinese: bool, spec: KindSpec) -> None:
    head = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    notes.write_string(0, 0, _("Fill in the first sheet, one row each; this sheet is not imported."))
    for place, text in enumerate(_alternatives(spec, chinese), start=1):
        notes.write_string(place, 0, text)
    first = 2 + len(_alternatives(spec, chinese))
    for column, (title, width) in enumerate(
        ((_("Column"), 20), (_("Needed"), 8), (_("How to fill it in"), 34), (_("Allowed"), 48), (_("Example"), 26))
    ):
        notes.write_string(first, column, title, head)
        notes.set_column(column, column, width)
    for row, field in enumerate(fields, start=first + 1):
        hint, example = _HINTS[field.type]
        words = allowed_words(field, chinese=chinese)
        texts = (
            called(field, chinese=chinese), _("yes") if field.required else "", field.hint or str(hint), "、".join(words),
            words[0] if words else field.example or example,
        )  # fmt: skip
        for column, text in enumerate(texts):
            notes.write_string(row, column, text, wrapped)


def _needed(spec: KindSpec) -> frozenset[str]:
    return frozenset(
        [field.key for field in spec.fields if field.required] + [key for group in spec.need_one_of for key in group]
    )


def _alternatives(spec: KindSpec, chinese: bool) -> list[str]:
    """What must be filled in, a sentence per group of columns of which one is enough."""
    texts = []
    for group in spec.need_one_of:
        names = [called(spec.field(key), chinese=chinese) for key in group if key in columns_of(spec)]
        if names:
            texts.append(_("Each row needs one of: %(names)s.") % {"names": _(", ").join(names)})
    return texts


def called(field: FieldSpec, *, chinese: bool) -> str:
    return field.label_zh if chinese else _(field.label)


def allowed_words(field: FieldSpec, *, chinese: bool) -> list[str]:
    """The values to choose from; [] where anything may be written."""
    if field.type is ValueType.CHOICE:
        return [words[0] if chinese and words else code for code, words in field.choices.items()]
    if field.type is ValueType.YES_NO:
        return ["是", "否"] if chinese else ["yes", "no"]
    return []


def _letters(column: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
