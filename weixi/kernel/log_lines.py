"""How the log is written: an entry is a line, whatever was sent (A50), and a refused request is no fault of ours."""

from __future__ import annotations

import logging

# Django's own refusals: too large, a foreign host, a broken form. What was wrong stands in the message.
REFUSALS = "django.security"
LONGEST = 2000
_ESCAPED = {number: f"\\x{number:02x}" for number in [*range(32), *range(127, 160)]} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class Lines(logging.Formatter):
    """Escapes control characters of a message and cuts it; a traceback follows real faults only."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class's name
        record.message = record.message[:LONGEST].translate(_ESCAPED)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith(REFUSALS) and record.exc_info:
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return super().format(record)
