"""Reading event lines for replay: one JSON object a line, any order, refused with the line's number."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from weixi.duties.engine.events import YEARS, Event, read_instant, same_content
from weixi.kernel.importing.wording import Said, SaidError, say
from weixi.kernel.importing.wording import gettext_noop as _


class LogError(SaidError):
    """A log that cannot be taken; the sentence names the line."""


def read_events(path: Path) -> Iterator[Event]:
    """The events of a file, each id once, in the order of the lines.

    Raises LogError: unreadable file or line, a missing or wrong-typed value, a time without offset, an id
    that stands twice with different content.
    """
    seen: dict[str, Event] = {}
    for number, line in _lines(path):
        event = read_event(line, number)
        earlier = seen.setdefault(event.id, event)
        if earlier is event:
            yield event
        elif not same_content(earlier, event):
            raise LogError(
                say(
                    _('line %(line)d: event "%(id)s" stands twice, here with different content'),
                    line=number,
                    id=event.id,
                )
            )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if text.strip():
                    yield number, text
    except OSError as error:
        raise LogError(
            say(_("%(file)s cannot be read: %(reason)s"), file=str(path), reason=Said(error.strerror or str(error)))
        ) from None


def read_event(line: bytes, number: int) -> Event:
    """One line. Raises LogError."""
    try:
        fields = _decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise LogError(say(_("line %(line)d: the line is not UTF-8"), line=number)) from None
    except json.JSONDecodeError as error:
        raise LogError(
            say(_("line %(line)d: the line is not JSON (%(reason)s)"), line=number, reason=error.msg)
        ) from None
    except RecursionError:
        raise LogError(say(_("line %(line)d: the line is nested too deeply to be read"), line=number)) from None
    except _NoNumberError as error:
        raise LogError(
            say(_("line %(line)d: the line is not JSON (%(reason)s)"), line=number, reason=str(error))
        ) from None
    except ValueError:
        # The one thing left that the decoder refuses.
        raise LogError(
            say(
                _("line %(line)d: a number of more than %(digits)d digits"),
                line=number,
                digits=sys.get_int_max_str_digits(),
            )
        ) from None
    if not isinstance(fields, dict):
        raise LogError(say(_("line %(line)d: a line is one JSON object"), line=number))
    data = fields.get("data")
    occurred = _instant(fields, "occurred_at", number)
    # Most lines say the same twice, and a million of them name few customers and people: one object each.
    at_once = fields.get("recorded_at") == fields["occurred_at"]
    return Event(
        _text(fields, "id", number),
        sys.intern(_text(fields, "type", number)),
        _shared(_optional(fields, "customer", number)),
        _optional(fields, "subject", number),
        _shared(_optional(fields, "actor", number)),
        occurred,
        occurred if at_once else _instant(fields, "recorded_at", number),
        {} if data is None else {_shared(name): value for name, value in data.items()} if type(data) is dict else data,
    )


def _shared(text: str | None) -> str | None:
    return text if text is None else sys.intern(text)


def _text(fields: dict[str, Any], name: str, number: int) -> str:
    value = fields.get(name)
    if value is None:
        raise LogError(say(_("line %(line)d: %(name)s is missing"), line=number, name=name))
    if not isinstance(value, str) or not value:
        raise LogError(say(_("line %(line)d: %(name)s must be a text that is not empty"), line=number, name=name))
    return value


def _optional(fields: dict[str, Any], name: str, number: int) -> str | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise LogError(say(_("line %(line)d: %(name)s must be a text"), line=number, name=name))
    return value


def _instant(fields: dict[str, Any], name: str, number: int) -> datetime:
    at = read_instant(_text(fields, name, number))
    if at is None:
        raise LogError(
            say(
                _("line %(line)d: %(name)s must be a time with offset like 2026-03-02T09:10:00+08:00, in the years %(first)d to %(last)d"),
                line=number, name=name, first=YEARS.start, last=YEARS.stop - 1,
            )
        )  # fmt: skip
    return at


class _NoNumberError(ValueError):
    """NaN or Infinity, which Python's decoder would take."""


def _no_constant(name: str) -> Any:
    raise _NoNumberError(f"{name} is no JSON number")


# One decoder for all lines: making one costs as much as reading a line.
_decode = json.JSONDecoder(parse_constant=_no_constant).decode
