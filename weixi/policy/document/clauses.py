"""[[chapter]] and [[clause]]: the policy as a text that people read."""

from __future__ import annotations

from weixi.policy.document.base import Section
from weixi.policy.document.section import Code, Listed, Proposal, Text


class Chapter(Section):
    letter: Code
    title: Text


class Clause(Section):
    """One clause. `text` may hold `{path}` placeholders whose values are shown in place.

    `rules`     clauses of the rules and paths of the sections that carry it out
    `note`      what about it is our own proposal, in words
    """

    id: Text
    chapter: Code
    title: Text
    text: Text
    rules: Listed[Text] = ()
    source: Text | None = None
    proposal: Proposal | None = None
    note: Text | None = None
