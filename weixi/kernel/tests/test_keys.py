from __future__ import annotations

import pytest

from weixi.kernel.keys import key_in


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", " 1", "²", "１", "٣", "9" * 19, "9" * 5000, "0x10", "1_000"])
def test_what_is_no_key_is_none(text: str) -> None:
    """A59: Python reads other digits, and refuses thousands of them with an error."""
    assert key_in(text) is None


def test_keys_are_read() -> None:
    assert (key_in("0"), key_in("42"), key_in("9" * 18)) == (0, 42, 10**18 - 1)
