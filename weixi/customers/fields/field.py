"""What is known of one field, wherever it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from weixi.policy.document.archive import ArchiveField

# `customer` and `contact` are columns of their table, `registration` of the wide form; `tags` and `custom`
# are rows beside them.
Source = Literal["customer", "registration", "contact", "tags", "custom"]
# Those of the data standard, and what only the product keeps: an instant, a person who works here, another
# customer, tags.
Type = Literal[
    "text", "long_text", "number", "amount", "date", "choice", "choices", "flag", "moment", "person", "customer", "tags"
]
# What two values are compared as. `day_text` is a date written YYYY-MM-DD, or --MM-DD without its year.
Compared = Literal["text", "day_text", "number", "day", "moment", "flag", "key"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    `key`       unique over customers and contacts: a column's name, `contact_` and a column's name, `x_` and
                the code of a custom field; what the data standard calls it
    `of`        customer, company, person or contact
    `group`     code of a group of the registration form, or the title of a custom one
    `column`    the model's attribute; for a custom field its key
    `choices`   (value, label) of a choice; empty otherwise
    `level`     ordinary or sensitive (A-11)
    `personal`  says who somebody is or how to reach him: kept apart in events (D-1)
    `right`     who may type it: the right it takes; empty when it is derived
    `demand`    what the data standard in force says of it; None when it says nothing
    `narrowed`  of the choices those that the policy leaves; empty: as the data standard says
    `field_id`  key of the `CustomField`
    """

    key: str
    label: Any
    of: str
    group: str
    type: Type
    source: Source
    column: str
    choices: tuple[tuple[str, Any], ...] = ()
    level: str = "ordinary"
    personal: bool = False
    right: str = ""
    demand: ArchiveField | None = None
    narrowed: tuple[str, ...] = ()
    field_id: int | None = None

    @property
    def custom(self) -> bool:
        return self.source == "custom"

    @property
    def editable(self) -> bool:
        return bool(self.right)

    @property
    def allowed(self) -> tuple[tuple[str, Any], ...]:
        """(value, label) of what may be typed into a choice today; empty where anything may.

        The data standard may list fewer than `choices`, which words older values too.
        """
        if self.type != "choice":
            return ()
        listed = self.narrowed or (self.demand.allowed if self.demand is not None else ())
        return tuple(choice for choice in self.choices if choice[0] in listed) or self.choices

    @property
    def sensitive(self) -> bool:
        return self.level == "sensitive"

    @property
    def full_label(self) -> Any:
        """The label where fields of customers and contacts stand in one list."""
        return format_lazy(_("Contact: {label}"), label=self.label) if self.of == "contact" else self.label

    @property
    def compared(self) -> Compared:
        """How lists filter and sort by it."""
        if self.type == "date":
            return "day" if self.custom or self.column == "last_order_on" else "day_text"
        if self.type in ("number", "amount"):
            return "text" if self.source == "registration" else "number"
        if self.type in ("moment", "flag"):
            return self.type  # type: ignore[return-value]
        return "key" if self.type in ("person", "customer") else "text"
