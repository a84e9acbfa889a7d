"""From TOML text to a checked `Policy`, or to the list of everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from weixi.policy.document.checks import MOST_PROBLEMS, check, near
from weixi.policy.document.locate import Places, skeleton, too_deep
from weixi.policy.document.paths import written
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError, Problem

# The shipped policy has about 150 kB; a file beyond this is not a policy.
LARGEST_FILE = 2 * 1024 * 1024

# How the reader of TOML begins its sentence, and what it comes to.
_TOML_FAULTS = {
    "Cannot overwrite a value": "toml_twice",
    "Cannot declare": "toml_twice",
    "Cannot redefine": "toml_twice",
    "Cannot mutate": "toml_twice",
    "Duplicate inline table key": "toml_twice",
    "Invalid date": "toml_date",
    "Invalid value": "toml_value",
    "Unterminated string": "toml_open",
    "Illegal character '\\n'": "toml_open",
    "Unclosed": "toml_open",
    "Unescaped": "toml_escape",
    "Escaped character": "toml_escape",
    "Invalid hex": "toml_escape",
}
_TOML_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


def load_policy(source: str | Path | bytes) -> Policy:
    """Read and check a document: TOML text, its bytes, or the `Path` of a file.

    Raises PolicyError with every problem found (at most 100), never anything else — for a file that
    is missing, too large, not UTF-8, not TOML or nested without end as well.
    """
    return _read(_text(source))


@lru_cache(maxsize=8)
def _read(text: str) -> Policy:
    """A document cannot be changed, so the same text is read once: a version is checked when it is stored, when it is
    put in force and when it is first looked at."""
    bones = skeleton(text)
    deep = too_deep(bones)
    if deep is not None:
        raise _one(deep[0], "this is nested deeper than any policy", line=deep[1])
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(text, error) from None
    except (RecursionError, ValueError, OverflowError) as error:
        # The only number that Python reads no further: one of thousands of digits.
        endless = re.search(r"[0-9_]{1000}", bones)
        line = bones.count("\n", 0, endless.start()) + 1 if endless else None
        raise _one("toml_value", f"this value cannot be read: {str(error)[:200]}", line=line) from None
    return policy_of(data, lambda: Places(text, bones))


def policy_of(data: dict[str, Any], find: Callable[[], Places] | None = None) -> Policy:
    """Check plain data as TOML gives it. Raises PolicyError; `find` gives the lines of its problems, asked for
    only when there are any."""
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        problems = [_from_pydantic(item, data) for item in error.errors(include_url=False)[:MOST_PROBLEMS]]
        raise PolicyError(_placed(problems, find)) from None
    except RecursionError:
        raise _one("too_deep", "this is nested deeper than any policy") from None
    problems = check(policy)
    if problems:
        raise PolicyError(_placed(problems, find))
    return policy


def _one(code: str, message: str, line: int | None = None) -> PolicyError:
    return PolicyError([Problem(code, "", message, line=line)])


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no readable file"
        params = {"file": path.name or str(path), "reason": reason}
        template = "{file} cannot be read: {reason}"
        message = template.format(**params)
        raise PolicyError([Problem("unreadable", "", message, sentence=template, params=params)]) from None


def _text(source: str | Path | bytes) -> str:
    if isinstance(source, Path):
        source = _file(source)
    if len(source) > LARGEST_FILE:
        raise _one("too_large", f"a policy file has at most {LARGEST_FILE // 1024} KiB")
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = bytes(error.object)[: error.start].count(b"\n") + 1
            raise _one("not_utf8", "the file is not UTF-8; save it as UTF-8", line=line) from None
    text = source.removeprefix("\ufeff").replace("\r\n", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _one("nul", "the file contains a NUL character; it is not a text", line=line)
    return text


def _not_toml(text: str, error: tomllib.TOMLDecodeError) -> PolicyError:
    found = _TOML_PLACE.search(str(error))
    line = None
    if found:
        line = int(found.group(1)) if found.group(1) else text.count("\n") + 1
    message = _TOML_PLACE.sub("", str(error)).strip()
    code = next((code for begin, code in _TOML_FAULTS.items() if message.startswith(begin)), "toml")
    if code == "toml_value" and found and not found.group(1):
        # Nothing more came where a value of a list was to come.
        code = "toml_open"
    return _one(code, f"this is not TOML: {message[:300]}", line=line)


def _placed(problems: list[Problem], find: Callable[[], Places] | None) -> list[Problem]:
    """With lines, in the order of the text, the same fault once."""
    places = find() if find else None
    seen: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        line = problem.line if problem.line or places is None else places.line(problem.path)
        placed = replace(problem, line=line)
        seen.setdefault((problem.code, problem.path, problem.message), placed)
    ordered = sorted(seen.values(), key=lambda p: p.line or 0)
    return ordered[:MOST_PROBLEMS]


def _clause_at(data: Any, location: tuple[str | int, ...]) -> str | None:
    """The clause (or id) of the innermost table around a place, if it has one."""
    found = None
    for step in location:
        try:
            data = data[step]
        except (LookupError, TypeError):
            break
        if isinstance(data, dict):
            name = data.get("clause", data.get("id"))
            found = name if isinstance(name, str) and len(name) <= 80 else found
    return found


def _model_at(location: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model of the table that a location lies in."""
    model: type[BaseModel] | None = Policy
    for step in location:
        if isinstance(step, int) or model is None:
            continue
        info = next((i for n, i in model.model_fields.items() if (i.alias or n) == step), None)
        # A step that is no field is a key of a table keyed by name, whose model came with its field.
        if info is not None:
            model = _model_in(info.annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model inside `X | None`, `tuple[X, ...]`, `dict[str, X]`, `Annotated[...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _keys_of(model: type[BaseModel] | None) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items()) if model else ()


_PLAIN = {
    "missing": "this key is missing",
    "string_type": "this must be a text in quotes",
    "int_type": "this must be a whole number",
    "int_from_float": "this must be a whole number",
    "bool_type": "this must be true or false",
    "tuple_type": "this must be a list",
    "list_type": "this must be a list",
    "dict_type": "this must be a table",
    "model_type": "this must be a table",
    "model_attributes_type": "this must be a table",
    "date_type": "this must be a date like 2026-01-31",
    "is_instance_of": "this is of the wrong kind",
}


def _from_pydantic(item: Any, data: dict[str, Any]) -> Problem:
    location = tuple(step for step in item["loc"] if step != "[key]")
    context = item.get("ctx") or {}
    code = str(item["type"])
    if "key" in context and isinstance(context["key"], str):
        location = (*location, *context["key"].split("."))
    message = str(item["msg"])
    allowed: tuple[str, ...] = ()
    hint: str | None = None
    if code == "extra_forbidden":
        allowed = _keys_of(_model_at(location[:-1]))
        name = str(location[-1])
        code, hint = "unknown_key", near(name, allowed)
        message = f'unknown key "{name[:60]}"; allowed: {", ".join(allowed)}'
    elif code == "literal_error":
        allowed = tuple(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
        value = str(item.get("input"))[:60]
        code, hint = "unknown_value", near(value, allowed)
        message = f'"{value}" is not allowed here; allowed: {", ".join(allowed)}'
    elif code in _PLAIN:
        message = _PLAIN[code]
    elif "allowed" in context:
        allowed = tuple(str(context["allowed"]).split(", "))
        hint = near(str(context.get("value", "")), allowed)
    else:
        message = message[:1].lower() + message[1:]
    path = written(tuple(step for step in location if not str(step).startswith("function-")))
    params = {str(name): str(value)[:200] for name, value in context.items()}
    return Problem(
        code,
        path[:300],
        message[:4000],
        allowed=allowed,
        hint=hint,
        clause=_clause_at(data, location),
        sentence=params.pop("sentence", ""),
        params={"input": str(item.get("input"))[:60], **params},
    )
