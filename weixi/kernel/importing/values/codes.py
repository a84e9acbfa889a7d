"""Codes, phones, identity numbers and mail addresses: digits that must not be lost or changed."""

from __future__ import annotations

import re
import unicodedata

from weixi.kernel.importing.cells import EXACT_FLOAT, Cell, cell_text
from weixi.kernel.importing.values.outcome import Bad, bad
from weixi.kernel.importing.values.text import parse_line
from weixi.kernel.importing.wording import gettext_noop as _

_LOST = _("“%(value)s” has lost digits in the spreadsheet; enter it again in a column formatted as text.")
_SCIENTIFIC = re.compile(r"^[-+]?(\d+)(?:\.(\d+))?E\+?(\d{1,3})$", re.IGNORECASE)
# With a decimal comma one 0 only: 1,000 is a thousand.
_WHOLE_FLOAT = re.compile(r"^(\d{1,15})(?:\.0+|,0)$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})$")
_PHONE = re.compile(r"^(?P<main>[+\d\s\-().·/]+?)(?:\s*(?:ext\.?|x|#|转|分机|\*)\s*(?P<ext>\d{1,6}))?$", re.IGNORECASE)
_DASHED = re.compile(r"^(\(?0\d{2,3}\)?[-\s]?\d{7,8})-(\d{1,6})$")
_BETWEEN_PHONES = (re.compile(r"[、,，;；/／|和或及]+"), re.compile(r"[、,，;；/／|和或及\s]+"))
# The code of the mainland without a +, set apart: 86-755-26001234.
_MAINLAND = re.compile(r"^(?:\(86\)[-\s]?|86[-\s])")
# Ten digits of Taiwan run together, or a number of the mainland that is short of one.
_SHORT_OR_TAIWAN = re.compile(r"^0[2-8]\d{7,8}$")
_NO_DIGIT = re.compile(r"\D")
_LINE_END = re.compile(r"[\r\n\0]")
_SERVICE = re.compile(r"^(?:400|800)\d{7}$|^(?:95|96)\d{3,6}$|^1[012]\d{3,4}$")
# Ten digits are one number only as they are grouped in North America; run together they are a mobile short of one.
_TEN = re.compile(r"^\(?([1-9]\d{2})\)?[\s./-]{1,2}([2-9]\d{2})[\s.-]{1,2}(\d{4})\.?$")
# Taiwan: ten digits of a mobile (no number of the mainland has so few behind 09), and what is written with one of its area
# codes apart: run together it could be a number of the mainland that is short of digits.
_TAIWAN_MOBILE = re.compile(r"^09\d{8}$")
_TAIWAN = re.compile(r"^(?:\((0[2-8])\)[\s-]?|(0[2-8])[\s-])(\d{3,4})[\s-]?(\d{4})$")
# Hong Kong, Macau, Taiwan with their code and no + before it.
_CODE_WITHOUT_PLUS = re.compile(r"^(?:852[2-9]\d{7}|853[268]\d{7}|886[2-9]\d{7,8})$")
_EMAIL = re.compile(r"^[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\s@.<>,;:\"()\[\]\\]{1,63}\.)+[^\s@.<>,;:\"()\[\]\\\d]{2,63}$")
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def exact_text(cell: Cell) -> str | Bad | None:
    """The characters of a code cell, `17850.0` and `17850,0` as `17850`, full width as half width.

    Bad when digits are lost: a number cell beyond 15 digits, or scientific notation with fewer digits than
    the number it stands for.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= EXACT_FLOAT:
        return bad("digits_lost", _LOST, cell_text(cell))
    if isinstance(cell, float):
        return cell_text(cell)
    text = parse_line(cell)
    if not isinstance(text, str):
        return text
    text = unicodedata.normalize("NFKC", text).strip().removeprefix("'")
    if (whole := _WHOLE_FLOAT.match(text)) is not None:
        return whole[1]
    # Only a number that a spreadsheet would show so: "12E5" is a product code, "1.2E+5" is not.
    if ("." in text or "+" in text) and (power := _SCIENTIFIC.match(text)) is not None:
        digits, exponent = power[1] + (power[2] or ""), int(power[3])
        if len(power[1]) + exponent != len(digits):
            return bad("digits_lost", _LOST, text)
        return digits
    return text


def parse_code(cell: Cell, *, longest: int = 64) -> str | Bad | None:
    """A customer, order or product number as one line of text."""
    text = exact_text(cell)
    if isinstance(text, str) and len(text) > longest:
        return bad("code_too_long", _("“%(value)s” is too long for a number."), text)
    return text


def parse_phone(cell: Cell) -> str | Bad | None:
    """One phone number: `13800138000`, `010-12345678`, with extension `010-12345678-801`, abroad
    `+442079460000`.

    +86 and 0086 are dropped, blanks, dashes, points and brackets ignored. Seven or eight digits are a local number (all of
    Hong Kong and Macau are); `0912-345-678` and `02-23456789` of Taiwan get its code. Bad: lost digits, a wrong number of digits.
    """
    text = exact_text(cell)
    if not isinstance(text, str):
        return text
    found = _phone(text)
    if found is not None:
        return found
    if any(_several(marks, text) for marks in _BETWEEN_PHONES):
        several = _(
            "“%(value)s” holds several phone numbers; leave one here, the second goes into a column “Other phone”."
        )
        return bad("phone_several", several, text)
    if _SHORT_OR_TAIWAN.match(text):
        short = _("“%(value)s” is too short for a phone number; one of Taiwan has its area code apart: 04-23591234.")
        return bad("phone_unreadable", short, text)
    return bad("phone_unreadable", _("“%(value)s” is not a phone number."), text)


def _several(marks: re.Pattern[str], text: str) -> bool:
    pieces = [piece.strip() for piece in marks.split(text) if piece.strip()]
    return len(pieces) > 1 and all(map(_phone, pieces))


def _phone(text: str) -> str | None:
    if _MOBILE.match(text):
        return text
    found = _PHONE.match(text)
    if found is None:
        return None
    extension = found["ext"]
    main = found["main"].strip()
    dashed = _DASHED.match(main)
    if dashed is not None and extension is None:
        main, extension = dashed[1], dashed[2]
    digits = _NO_DIGIT.sub("", main)
    tail = f"-{extension}" if extension else ""
    abroad = main.startswith("+") or digits.startswith("00") or (len(digits) > 11 and _MAINLAND.match(main) is not None)
    if abroad:
        digits = digits.removeprefix("00")
        if not digits.startswith("86"):
            return f"+{digits}{tail}" if 7 <= len(digits) <= 15 else None
        digits = digits[2:]
    elif len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if _MOBILE.match(digits):
        return digits
    if abroad and not digits.startswith("0") and _LANDLINE.match("0" + digits):
        digits = "0" + digits
    # With its code, so that it is the same number once its dashes are gone.
    if (there := _TAIWAN.match(main)) is not None:
        return f"+886{(there[1] or there[2])[1:]}{there[3]}{there[4]}{tail}"
    if _TAIWAN_MOBILE.match(digits):
        return f"+886{digits[1:]}{tail}"
    if _CODE_WITHOUT_PLUS.match(digits):
        return f"+{digits}{tail}"
    if (line := _LANDLINE.match(digits)) is not None:
        return f"{line[1]}-{line[2]}{tail}"
    if _SERVICE.match(digits) or re.match(r"^[2-9]\d{6,7}$", digits):
        return digits + tail
    if (ten := _TEN.match(main)) is not None:
        return f"+1{''.join(ten.groups())}{tail}"
    return None


def parse_email(cell: Cell) -> str | Bad | None:
    """One mail address, its domain in lower case. Bad: line ends (header injection), several or malformed
    addresses.
    """
    if isinstance(cell, str) and _LINE_END.search(cell.strip()):
        return bad("email_unreadable", _("“%(value)s” is not a mail address."), cell)
    text = parse_line(cell)
    if not isinstance(text, str):
        return text
    address = unicodedata.normalize("NFKC", text).removeprefix("mailto:")
    if len(address) > 254 or not _EMAIL.match(address) or ".." in address or address.startswith("."):
        return bad("email_unreadable", _("“%(value)s” is not a mail address."), text)
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def parse_credit_code(cell: Cell) -> str | Bad | None:
    """A 统一社会信用代码 of 18 signs with a true check digit. Bad: lost digits, wrong length, sign or check
    digit.
    """
    text = exact_text(cell)
    if not isinstance(text, str):
        return text
    code = re.sub(r"[\s\-]", "", text).upper()
    if len(code) != 18 or any(sign not in _CREDIT_SIGNS for sign in code):
        return bad("credit_code_shape", _("“%(value)s” is not a unified social credit code of 18 signs."), text)
    total = sum(_CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(code, _CREDIT_WEIGHTS, strict=False))
    if _CREDIT_SIGNS[(31 - total % 31) % 31] != code[17]:
        return bad("credit_code_check", _("The check digit of “%(value)s” is wrong."), text)
    return code
