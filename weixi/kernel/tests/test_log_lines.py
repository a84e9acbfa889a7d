from __future__ import annotations

import logging
import sys

from weixi.kernel.log_lines import LONGEST, Lines

FORM = Lines("{levelname} {name} {message}", style="{")


def entry(name: str, message: str, *args: object, fault: bool = False) -> str:
    try:
        raise ValueError("x")
    except ValueError:
        told = sys.exc_info() if fault else None
    return FORM.format(logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, told))


def test_what_was_sent_makes_no_second_entry() -> None:
    """A50: line ends, escapes of a terminal, C1 codes and a megabyte."""
    told = entry("weixi", "busy at %s", "/x\r\n2026-01-01 INFO admin logged in\x1b[31m\x85\u2028y")
    assert told.splitlines() == [told]
    assert "\\x0d\\x0a2026" in told and "\x1b" not in told
    assert len(entry("weixi", "%s", "x" * 1_000_000)) < LONGEST + 100


def test_a_refusal_has_no_traceback_and_a_fault_has_one() -> None:
    refused = entry("django.security.RequestDataTooBig", "too big", fault=True)
    assert refused == "ERROR django.security.RequestDataTooBig too big"
    assert "Traceback" in entry("django.request", "oops", fault=True)
