"""Checks shared by forms, API and import. Each returns the cleaned value or raises ValueError with a
sentence for the person who typed it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

# Marks that reorder or hide text, and control characters that no file of a workbook or document may hold.
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile("[\t\n\r\x85\u2028\u2029]+")
_BETWEEN_DIGITS = re.compile(r"[\s()\-–—.]")
_PHONE = re.compile(r"(\+?\d{5,20})(?:(?:x|转|ext)(\d{1,6}))?", re.IGNORECASE)
# Addresses that `validate_email` takes for certain, told in a tenth of its time.
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,40}", re.ASCII
)
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def clean_text(value: str) -> str:
    """Trimmed; without control characters and the invisible marks that reorder or hide text. Raises ValueError for NUL."""
    if "\x00" in value:
        raise ValueError(_("The text contains a NUL character; type it again."))
    return value.strip() if value.isascii() and value.isprintable() else _HIDDEN.sub("", value).strip()


def clean_line(value: str) -> str:
    """As `clean_text`, on one line: a line end or tab inside becomes a blank, as in a file that is imported."""
    text = clean_text(value)
    return text if text.isprintable() else " ".join(part for each in _LINE_ENDS.split(text) if (part := each.strip()))


def clean_phone(value: str) -> str:
    """Digits with an optional leading +, half width; the separators people type are dropped.

    Raises ValueError for letters and for fewer than 5 or more than 20 digits.
    """
    text = unicodedata.normalize("NFKC", clean_text(value))
    if not text:
        return ""
    match = _PHONE.fullmatch(_BETWEEN_DIGITS.sub("", text))
    if not match:
        raise ValueError(
            _("“%(value)s” is not a phone number: 5 to 20 digits, “转” before an extension.") % {"value": value[:40]}
        )
    number, extension = match.groups()
    return f"{number}转{extension}" if extension else number


def clean_email(value: str) -> str:
    """An address of mail as it was typed. Raises ValueError for what is none."""
    text = clean_line(value)
    if text and not (len(text) <= 64 and _PLAIN_EMAIL.fullmatch(text)):
        try:
            validate_email(text)
        except ValidationError:
            raise ValueError(_("“%(value)s” is not an e-mail address.") % {"value": value[:40]}) from None
    return text


def clean_unified_code(value: str) -> str:
    """统一社会信用代码 (GB 32100): 18 characters, the last one is a check character."""
    text = unicodedata.normalize("NFKC", clean_text(value)).upper().replace(" ", "")
    if not text:
        return ""
    if len(text) != 18 or any(char not in _CODE_ALPHABET for char in text):
        raise ValueError(_("A unified social credit code has 18 digits and capital letters, without I, O, S, V, Z."))
    total = sum(_CODE_ALPHABET.index(char) * weight for char, weight in zip(text, _CODE_WEIGHTS, strict=False))
    if text[17] != _CODE_ALPHABET[-total % 31]:
        raise ValueError(
            _("The check character of the unified social credit code does not fit; compare it with the licence.")
        )
    return text


def clean_partial_date(value: str, *, lunar: bool = False) -> str:
    """A date as stored with a person or company: `YYYY-MM-DD`, or `--MM-DD` when the year is unknown.

    Lunar dates have months of up to 30 days, so 1980-02-30 is right there. Raises ValueError otherwise.
    """
    text = unicodedata.normalize("NFKC", clean_text(value))
    if not text:
        return ""
    match = re.fullmatch(r"(?:(\d{4})|-)[-/.年]?(\d{1,2})[-/.月](\d{1,2})日?", text)
    if not match:
        raise ValueError(
            _("“%(value)s” is not a date; write 1980-05-20, or --05-20 without the year.") % {"value": value[:40]}
        )
    year, month, day = match[1], int(match[2]), int(match[3])
    if lunar:
        if not (1 <= month <= 12 and 1 <= day <= 30):
            raise ValueError(_("There is no such day in the lunar calendar."))
    else:
        try:
            date(int(year) if year else 2024, month, day)
        except ValueError:
            raise ValueError(_("There is no such day: %(value)s.") % {"value": value[:40]}) from None
    return f"{year or '-'}-{month:02d}-{day:02d}"
