"""Bodies that two readers could understand in two ways never reach a service."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.integrations.strict_json import parse
from weixi.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json.malformed"),
        (b"{", "json.malformed"),
        (b"{'a': 1}", "json.malformed"),
        (b'{"a": 1} x', "json.malformed"),
        (b'{"a": 1, "a": 2}', "json.duplicate_name"),
        (b'{"a": {"b": 1, "b": 1}}', "json.duplicate_name"),
        (b'{"a": NaN}', "json.number"),
        (b'{"a": Infinity}', "json.number"),
        (b'{"a": -Infinity}', "json.number"),
        (b'{"a": 1e309}', "json.number"),
        (b'{"a": 9223372036854775808}', "json.number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "json.number"),
        (b'{"a": "x\\u0000y"}', "json.text"),
        (b'{"x\\u0000": 1}', "json.text"),
        (b'{"a": "\\ud800"}', "json.text"),
        (b'{"a": "\xff"}', "json.encoding"),
        (b"[" * 13 + b"]" * 13, "json.too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "json.too_deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "json.too_deep"),
        (b"[" + b"0," * 30_000 + b"0]", "json.too_many"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_refused(body, code):
    with pytest.raises(Invalid) as refusal:
        parse(body)
    assert refusal.value.code == code


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé汉", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_what_is_plain_is_read_as_it_is(value):
    assert parse(json.dumps(value).encode()) == value


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body):
    try:
        parse(body)
    except Invalid as refusal:
        assert refusal.code.startswith("json.")
