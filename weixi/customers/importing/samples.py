"""Empty tables to fill in, one per kind, with the names of the columns that need no matching."""

from __future__ import annotations

import io
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.kernel.importing.mapping.spec import KindSpec, ValueType

COLUMNS: dict[str, tuple[str, ...]] = {
    "customers": (
        "number", "name", "short_name", "kind", "industry", "region", "city", "address", "phone", "email", "website",
        "unified_code", "owner", "lifecycle", "source", "tags", "cooperation_since", "founded_on", "headcount",
        "legal_representative", "general_manager", "main_business", "remark",
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


class _Book(Protocol):
    def close(self) -> None: ...


def sample_workbook(spec: KindSpec) -> bytes:
    """An .xlsx with one row of column names, lists of the possible values where there are lists."""
    # Loaded where a workbook is written: every process would carry its 20 MB.
    import xlsxwriter  # noqa: PLC0415

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(_(spec.label)[:31])
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    chinese = not (get_language() or "").startswith("en")
    for column, key in enumerate(COLUMNS[spec.key]):
        field = spec.field(key)
        name = field.label_zh if chinese else field.label
        sheet.write_string(0, column, name, head)
        # Numbers and phones typed into a text column keep every digit.
        exact = field.type in (ValueType.CODE, ValueType.PHONE, ValueType.CREDIT_CODE)
        sheet.set_column(column, column, max(10, len(name) * 2 + 2), text if exact else None)
        if field.type is ValueType.CHOICE:
            words = [words[0] if chinese and words else code for code, words in field.choices.items()]
            sheet.data_validation(1, column, _ROWS, column, {"validate": "list", "source": words})
        elif field.type is ValueType.YES_NO:
            words = ["是", "否"] if chinese else ["yes", "no"]
            sheet.data_validation(1, column, _ROWS, column, {"validate": "list", "source": words})
    sheet.freeze_panes(1, 0)
    closing: _Book = book
    closing.close()
    return stream.getvalue()
