"""[archive]: the data standard of the customer archive, its targets, and the taxonomy of tags."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from weixi.policy.document.base import refusal
from weixi.policy.document.section import (
    Cited,
    Code,
    Count,
    Flag,
    Inline,
    Listed,
    Many,
    Percent,
    Role,
    Span,
    Text,
)

FieldType = Literal["text", "long_text", "number", "amount", "date", "choice", "choices", "flag", "file", "list"]


class ArchiveTarget(Cited):
    """How complete the archive has to be, and by when after the policy takes effect."""

    completeness_pct: Percent | None = None
    completeness_within: Span | None = None
    missing_key_fields: Count | None = None
    inventory_within: Span | None = None


class ArchiveField(Cited):
    """One field of the data standard.

    `required_for`  grade codes, or `all`; empty: wished for, never demanded
    `key_field`     its absence is counted apart from completeness
    `computed`      follows from orders or events and is never typed
    """

    key: Code
    title: Text
    group: Code
    of: Literal["customer", "company", "person", "contact"] = "customer"
    type: FieldType = "text"
    allowed: Listed[Text] = ()
    level: Literal["ordinary", "sensitive"] = "ordinary"
    required_for: Listed[Text] = ()
    key_field: Flag = False
    computed: Flag = False
    update_every: Span | None = None
    owner: Role | None = None

    @model_validator(mode="after")
    def _choices_listed(self) -> ArchiveField:
        if self.allowed and self.type not in ("choice", "choices"):
            raise refusal("allowed", "`allowed` belongs to type choice or choices", key="allowed")
        if self.type in ("choice", "choices") and not self.allowed:
            raise refusal("allowed", "type {type} needs `allowed`", key="allowed", type=self.type)
        return self


class ArchiveGroup(Cited):
    code: Code
    title: Text


class TagValue(Inline):
    code: Code
    title: Text


class TagGroup(Cited):
    """A branch of the taxonomy; with `free` people may add tags of their own."""

    code: Code
    title: Text
    free: Flag = False
    values: Many[TagValue] = ()


class ServiceInformation(Cited):
    """A kind of service information that is filed with the customer."""

    code: Code
    title: Text


class Enrichment(Cited):
    """What happens about missing key fields and doubtful records."""

    sources: Listed[Text] = ()
    ways: Listed[Literal["callback", "third_party"]] = ()
    owner: Role | None = None


class Bulk(Cited):
    """Acts on many customers at once: how long one can be taken back."""

    undo_within: Span | None = None


class Card(Cited):
    """The important-customer card, for the grades that are key customers."""

    contents: Listed[Text] = ()
    printable: Flag = True


class Archive(Cited):
    """The data standard. The deadlines of the archive are rules (`[[deadline]]`)."""

    sources: Listed[Text] = ()
    channels: Listed[Text] = ()
    record_card: Listed[Text] = ()
    # Whether customers are kept that are reached through another customer; `false`: direct ones only.
    indirect_customers: Flag = True
    # How long a merge of two customers can be taken back; without it for ever.
    merge_undo_within: Span | None = None
    masked_levels: Listed[Literal["ordinary", "sensitive"]] = ()
    target: ArchiveTarget | None = None
    enrichment: Enrichment | None = None
    bulk: Bulk | None = None
    card: Card | None = None
    group: Many[ArchiveGroup] = ()
    field: Many[ArchiveField] = ()
    tag_group: Many[TagGroup] = ()
    service_information: Many[ServiceInformation] = ()
