"""The ground that every section of a policy document stands on: strict, closed, unchangeable models."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from weixi.kernel.roles import ROLE_NAMES


class Section(BaseModel):
    """A part of a policy: unknown keys are refused, values are never converted, nothing changes once read.

    Refusals are pydantic errors. Those of our own carry a stable `type` (the code), a `ctx` (the parameters
    of the sentence, all text) and an English sentence; where the fault concerns one key of a whole table,
    `ctx["key"]` names it and belongs at the end of the error's path.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def refusal(code: str, sentence: str, **params: str) -> PydanticCustomError:
    """A typed refusal; `{name}` in `sentence` is filled from `params`, which carry the bare sentence along."""
    return PydanticCustomError(code, sentence, {**params, "sentence": sentence})


def one_of(names: frozenset[str] | tuple[str, ...]) -> str:
    """The allowed names as the reader sees them, in order."""
    return ", ".join(names if isinstance(names, tuple) else sorted(names))


T = TypeVar("T")


def _tuple_of(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _tuple_of_one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else _tuple_of(value)


Items = Annotated[tuple[T, ...], BeforeValidator(_tuple_of)]
"""A TOML array, kept as a tuple so that a document cannot be changed."""

Texts = Annotated[tuple[str, ...], BeforeValidator(_tuple_of_one_or_more)]
"""An array of texts; one text alone stands for an array of one."""


def _role(value: str) -> str:
    if value not in ROLE_NAMES:
        raise refusal(
            "unknown_role",
            'unknown role "{value}"; allowed: {allowed}',
            value=value,
            allowed=one_of(ROLE_NAMES),
        )
    return value


RoleText = Annotated[str, AfterValidator(_role)]

ASSIGNEES = ("subject.owner", "customer.owner", "dept_head")


def _assignee(value: str) -> str:
    if value in ASSIGNEES or (value.startswith("role:") and value.removeprefix("role:") in ROLE_NAMES):
        return value
    raise refusal(
        "unknown_assignee",
        'unknown assignee "{value}"; allowed: {allowed}, or role: followed by one of {roles}',
        value=value,
        allowed=", ".join(ASSIGNEES),
        roles=one_of(ROLE_NAMES),
    )


AssigneeText = Annotated[str, AfterValidator(_assignee)]


def _plain(value: str) -> str:
    """Any text but NUL, which PostgreSQL cannot hold."""
    if "\0" in value:
        raise refusal("nul_sign", "this text may not contain a NUL character")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise refusal("empty_text", "this text may not be empty")
    return value


PlainText = Annotated[str, AfterValidator(_plain)]
FilledText = Annotated[PlainText, AfterValidator(_filled)]

Scalar = str | int | float | bool
Condition = Scalar | tuple[Scalar, ...]


def _condition(value: Any) -> Any:
    """One value, or a list meaning "one of"; tables, dates and NaN cannot be compared with event data."""
    for item in value if isinstance(value, list | tuple) else [value]:
        # TOML has inf and nan; no event carries them.
        if not isinstance(item, str | int | float | bool) or (isinstance(item, float) and not math.isfinite(item)):
            raise refusal("condition_value", "a condition is a text, a number, true/false or a list of these")
    return tuple(value) if isinstance(value, list) else value


ConditionValue = Annotated[Any, BeforeValidator(_condition)]

ClockName = Literal["calendar", "working"]
