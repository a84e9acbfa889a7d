"""[gift] and [gift.class.*]: programmes of gifts, their limits and their ways."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from weixi.policy.document.section import Amount, Chain, Cited, Code, Count, Dept, Flag, Listed, Role, Text


class GiftClass(Cited):
    """A class of recipients. Limits include their own number; blank ones are set by the programme."""

    title: Text
    also_called: Listed[Text] = ()
    chosen_by: Listed[Role] = ()
    listed_by: Role | None = None
    approval: Chain
    amount_at_most: Amount | None = None
    customers_at_most: Count | None = None
    estimated_customers: Count | None = None
    told_before_mailing: Flag = False


class GiftDelivery(Cited):
    """Sending by mail (one day for all) or by hand, and what becomes of what cannot be delivered."""

    ways: Listed[Literal["mail", "in_person"]] = ()
    one_dispatch_date: Flag = True
    packaging_checked_by: Dept | None = None
    people_from: Dept | None = None
    vehicles_from: Role | None = None
    undeliverable_to: Literal["same_class", "any_class", "return"] | None = None


class Gift(Cited):
    """The rules of a programme. `class` maps a class code to its rules."""

    items: Listed[Text] = ()
    items_decided_by: Listed[Role] = ()
    list_approval: Chain | None = None
    list_copies_to: Listed[Dept] = ()
    bought_by: Dept | None = None
    blocked_by_recipient_rules: Flag = False
    festivals_count: Flag = False
    delivery: GiftDelivery | None = None
    classes: dict[Code, GiftClass] = Field(default_factory=dict, alias="class")
