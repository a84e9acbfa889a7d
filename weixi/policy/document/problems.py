"""What is wrong with a document, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    `code`     stable, for programs (`unknown_key`)
    `path`     key path, lists counted from 0 (`deadline[3].within`); empty for the whole file
    `line`     line in the text from 1, or None where there is no text
    `message`  one English sentence
    `allowed`  what may stand there instead, if it can be listed
    `hint`     the nearest allowed name, if one is near
    `clause`   the rule or clause the fault lies in, if it has one
    `sentence` `message` before its `{parameters}` were filled in, for readers of another language
    `params`   what fills it
    """

    code: str
    path: str
    message: str
    line: int | None = None
    allowed: tuple[str, ...] = ()
    hint: str | None = None
    clause: str | None = None
    sentence: str = field(default="", compare=False)
    params: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)

    def __str__(self) -> str:
        place = f"line {self.line}, {self.path}" if self.line and self.path else self.path
        if self.line and not self.path:
            place = f"line {self.line}"
        if self.clause and self.path and "clause" not in self.path:
            place += f" ({self.clause})"
        body = self.message
        if self.hint:
            body += f"; did you mean {self.hint}?"
        return f"{place}: {body}" if place else body


class PolicyError(ValueError):
    """A document that cannot be taken, with everything found wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
