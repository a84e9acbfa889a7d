"""The clause behind a page, as the policy in force numbers it."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from weixi.kernel.drawing import marks
from weixi.policy.queries import clause_in_force

register = template.Library()


@register.simple_tag
def clause_of(path: str, title: str = "") -> SafeString:
    """The clause that governs a place of the policy (`approval.policy`); nothing when none does."""
    number = clause_in_force(path)
    return marks.clause(number, title) if number else SafeString("")
