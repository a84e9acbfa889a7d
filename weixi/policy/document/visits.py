"""[visit] and [visit.class.*]: how customers who come to see us are received."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from weixi.policy.document.section import Chain, Cited, Code, Count, Flag, Listed, Role, Span, Text


class VisitClass(Cited):
    """A class of visitors: purpose, notice, company and hospitality.

    `group_at_most`  includes its own number; `larger_groups` says what happens above it
    """

    title: Text
    purpose: Text
    received: Flag = True
    group_at_most: Count | None = None
    larger_groups: Literal["refuse", "same", "as_important", "ask_manager"] | None = None
    guide: Flag = False
    closed_areas: Listed[Text] = ()
    apply_before: Span | None = None
    form: Text | None = None
    companions: Listed[Role] = ()
    room_capacity: Count | None = None
    hospitality: Listed[Text] = ()
    souvenirs: Count | None = None
    preparation: Listed[Text] = ()


class Visit(Cited):
    """What holds for every visit. `class` maps a class code to its rules."""

    pass_required: Flag | None = None
    unapproved_refused: Flag | None = None
    unofficial_tour_is: Text | None = None
    photography: Literal["forbidden", "special_permit", "allowed"] | None = None
    recorded_in_archive: Flag | None = None
    approval: Chain | None = None
    classes: dict[Code, VisitClass] = Field(default_factory=dict, alias="class")
