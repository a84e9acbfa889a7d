"""`where` and `qualifies`: what a rule asks of the customer's state and of an event's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from weixi.policy.document.rules import STATE_NAMES

_DATA = "data."


class Test(NamedTuple):
    """The value of `name` must equal one of the options; true and false are kept apart from 1 and 0."""

    name: str
    plain: frozenset[Any]
    truths: frozenset[bool]

    def holds(self, value: Any) -> bool:
        if type(value) is str:
            return value in self.plain
        if isinstance(value, list | tuple):
            return any(self._equals(item) for item in value)
        return self._equals(value)

    def _equals(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value in self.truths
        return isinstance(value, str | int | float) and value in self.plain


class Condition(NamedTuple):
    """The tests on the customer's state and those on named values, all of which must hold."""

    state: tuple[Test, ...]
    data: tuple[Test, ...]

    def state_holds(self, state: Mapping[str, Any]) -> bool:
        for test in self.state:  # noqa: SIM110 - a loop is twice as fast, and this is asked a million times
            if not test.holds(state.get(test.name)):
                return False
        return True

    def data_holds(self, data: Any) -> bool:
        """`data` that is no table holds no names, so nothing asked of it holds."""
        if not self.data:
            return True
        if not isinstance(data, dict):
            return False
        for test in self.data:  # noqa: SIM110 - see above
            if not test.holds(data.get(test.name)):
                return False
        return True


def compile_where(where: Mapping[str, Any]) -> Condition:
    """grade, lifecycle, owner and tags are the customer's; every other name, and any name behind `data.`,
    is the data's."""
    state = [_test(name, value) for name, value in where.items() if name in STATE_NAMES]
    return Condition(tuple(state), _data_tests((n, v) for n, v in where.items() if n not in STATE_NAMES))


def compile_qualifies(qualifies: Mapping[str, Any]) -> Condition:
    """Every name is the event's data."""
    return Condition((), _data_tests(qualifies.items()))


def _data_tests(items: Iterable[tuple[str, Any]]) -> tuple[Test, ...]:
    return tuple(_test(name.removeprefix(_DATA), value) for name, value in items)


def _test(name: str, value: Any) -> Test:
    options = value if isinstance(value, list | tuple) else (value,)
    return Test(
        name,
        frozenset(option for option in options if not isinstance(option, bool)),
        frozenset(option for option in options if isinstance(option, bool)),
    )
