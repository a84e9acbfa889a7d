"""What the values of a column say about it, without its header."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weixi.kernel.importing.mapping.spec import FieldSpec, ValueType
from weixi.kernel.importing.values.choices import choice_table, parse_choice, parse_yes_no
from weixi.kernel.importing.values.codes import parse_credit_code, parse_email, parse_phone
from weixi.kernel.importing.values.dates import DMY, SERIAL_1900, DateRule, parse_moment
from weixi.kernel.importing.values.numbers import parse_number
from weixi.kernel.importing.values.outcome import Bad

MOST = 60
_ORGANISATION = re.compile(
    r"(?:公司|集团|厂|店|中心|医院|学校|大学|银行|事务所|合作社|研究院|协会|工作室|酒店|局|委员会"
    r"|\b(?:co|inc|ltd|llc|gmbh|corp|corporation|company|plc|limited)\b\.?)(?:[((].{1,20}[))])?$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"^[\u4e00-\u9fff·]{2,4}(?:先生|女士|总|经理|老师)?$")
_URL = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_MOBILE = re.compile(r"^1[3-9]\d{9}$")


def share(type_: ValueType, texts: Sequence[str]) -> float | None:
    """Share (0 to 1) of the column's values that fit the type; None when the type cannot be told from
    values.
    """
    sample = [text for text in texts[:MOST] if text.strip()]
    if not sample:
        return None
    fits = _FITS.get(type_)
    return None if fits is None else sum(map(fits, sample)) / len(sample)


def telling(texts: Sequence[str]) -> ValueType | None:
    """The one type whose values can hardly be anything else (mobile phones, mail, credit codes,
    companies).
    """
    sample = [text for text in texts[:MOST] if text.strip()]
    if len(sample) < 3:
        return None
    for type_, fits in (
        (ValueType.EMAIL, _is_email),
        (ValueType.CREDIT_CODE, _is_credit_code),
        (ValueType.PHONE, _is_mobile),
        (ValueType.ORGANISATION, _is_organisation),
    ):
        if sum(map(fits, sample)) >= 0.8 * len(sample):
            return type_
    return None


def are_choices(field: FieldSpec, texts: Sequence[str]) -> bool:
    """Whether every value of the column is one of the field's choices, or a yes or no, as people write them."""
    sample = [text for text in texts[:MOST] if text.strip()]
    if field.type is ValueType.YES_NO:
        return bool(sample) and all(_good(parse_yes_no(text)) for text in sample)
    table = choice_table(field.choices)
    return bool(sample) and all(_good(parse_choice(text, table)) for text in sample)


def _good(value: object) -> bool:
    return value is not None and not isinstance(value, Bad)


def _is_email(text: str) -> bool:
    return _good(parse_email(text))


def _is_credit_code(text: str) -> bool:
    return _good(parse_credit_code(text))


def _is_phone(text: str) -> bool:
    # A phone whose digits a spreadsheet has lost is still a column of phones: its rows are refused one by
    # one.
    return _good(parse_phone(text)) or re.fullmatch(r"1\.\d+E\+10", text) is not None


def _is_mobile(text: str) -> bool:
    phone = parse_phone(text)
    return isinstance(phone, str) and _MOBILE.match(phone) is not None


def _is_organisation(text: str) -> bool:
    return len(text) >= 4 and _ORGANISATION.search(text.strip()) is not None


def _is_number(text: str) -> bool:
    return _good(parse_number(text))


def _is_date(text: str) -> bool:
    return _good(parse_moment(text, DateRule(order=DMY))) or _good(parse_moment(text, DateRule(serial=SERIAL_1900)))


_FITS = {
    ValueType.EMAIL: _is_email,
    ValueType.CREDIT_CODE: _is_credit_code,
    ValueType.PHONE: _is_phone,
    ValueType.ORGANISATION: _is_organisation,
    ValueType.PERSON: lambda text: _PERSON.match(text.strip()) is not None,
    ValueType.URL: lambda text: _URL.match(text.strip()) is not None,
    ValueType.NUMBER: _is_number,
    ValueType.WHOLE: _is_number,
    ValueType.MONEY: _is_number,
    ValueType.DATE: _is_date,
    ValueType.MOMENT: _is_date,
}
