"""Identifiers that sort by time and compare by code point."""

from __future__ import annotations

import os
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Two digits at a time; every length here is even.
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
# A random byte as a digit: 32 digits, so each as likely as the others.
_DIGIT_OF_BYTE = bytes(ord(_ALPHABET[byte % 32]) for byte in range(256))
_lock = threading.Lock()
_last = 0


def _base32(number: int, length: int) -> str:
    digits = ""
    for _ in range(length // 2):
        digits = _PAIRS[number & 1023] + digits
        number >>= 10
    return digits


def new_id() -> str:
    """26 characters: 48 bits of milliseconds, a counter within this process, then randomness.

    Two ids of one process compare in the order they were made; ids of two processes never collide
    in practice (62 random bits).
    """
    global _last
    with _lock:
        ticks = time.time_ns() // 1000
        _last = ticks if ticks > _last else _last + 1
        stamp = _last
    return _base32(stamp, 12) + os.urandom(14).translate(_DIGIT_OF_BYTE).decode()
