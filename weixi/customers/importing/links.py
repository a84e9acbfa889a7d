"""The customer of something that a file brings, whether he is there already or about to be made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from weixi.customers.naming import name_key


@dataclass(slots=True)
class Link:
    """The customer of a row: `target` is its id, or None while this import has yet to make it."""

    target: int | None = None
    number: str = ""
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    # What there is to tell of the link.
    note: str = ""
    # What stands for a customer that has no name or number to go by yet.
    mark: str = ""

    @property
    def key(self) -> str:
        """Equal for equal customers, made or not."""
        if self.target is not None:
            return f"id:{self.target}"
        return self.mark or f"new:{self.number}|{name_key(self.name)}"
