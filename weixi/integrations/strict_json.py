"""Reading JSON without guessing: what two readers could understand in two ways is refused."""

from __future__ import annotations

import json
import math
from typing import Any

from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid

DEEPEST = 12
LARGEST_INTEGER = 2**63 - 1
MOST_VALUES = 20_000


def parse(body: bytes) -> Any:
    """The JSON text as Python values.

    Raises Invalid for text that is no JSON or not UTF-8, a name that stands twice in one object, NaN and
    infinite numbers, integers beyond 64 bits, NUL and half characters in text, and nesting beyond
    `DEEPEST` levels.
    """
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_float,
            parse_int=_integer,
        )  # fmt: skip
    except UnicodeDecodeError:
        raise Invalid(_("The body is not UTF-8 text."), code="json.encoding") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise Invalid(
            _("The body is not JSON: line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno},
            code="json.malformed",
        ) from None
    _inspect(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:60]
        raise Invalid(
            _("The name “%(name)s” stands twice in one object.") % {"name": printable(twice)},
            code="json.duplicate_name",
            fields={printable(twice): _("Send it once.")},
        )
    return made


def _constant(text: str) -> Any:
    raise Invalid(_("%(text)s is not a number that can be stored.") % {"text": text}, code="json.number")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _constant(text[:20])
    return number


def _integer(text: str) -> int:
    if len(text) > 20 or abs(number := int(text)) > LARGEST_INTEGER:
        _constant(f"{text[:20]}…")
    return number


def _inspect(value: Any) -> None:
    """Walk without recursion: depth, number of values, text that no database keeps."""
    todo = [(value, 1)]
    seen = 0
    while todo:
        item, depth = todo.pop()
        seen += 1
        if depth > DEEPEST:
            raise _too_deep()
        if seen > MOST_VALUES:
            raise Invalid(_("The body holds too many values; send it in portions."), code="json.too_many")
        if isinstance(item, str):
            check_text(item)
        elif isinstance(item, dict):
            for name in item:
                check_text(name)
            todo.extend((child, depth + 1) for child in item.values())
        elif isinstance(item, list):
            todo.extend((child, depth + 1) for child in item)


def check_text(text: str) -> None:
    """Raises Invalid for NUL and for half of a surrogate pair."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Invalid(_("A text contains a NUL or half a character."), code="json.text")


def printable(text: str) -> str:
    """A name as somebody sent it, safe to send back."""
    return "".join(char if char.isprintable() else "�" for char in text[:60])


def _too_deep() -> Invalid:
    return Invalid(_("The body is nested more than %(count)d levels deep.") % {"count": DEEPEST}, code="json.too_deep")
