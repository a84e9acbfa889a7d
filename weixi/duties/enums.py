from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DutyState(models.TextChoices):
    OPEN = "open", _("Open")
    OVERDUE = "overdue", _("Overdue")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    MISSED = "missed", _("Missed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    WAIVED = "waived", _("Waived")


# What still waits for somebody.
WAITING = (DutyState.OPEN, DutyState.OVERDUE, DutyState.PAUSED)


class Behind(models.TextChoices):
    """Which duties a number counts: of those that wait with a person, and of a month's by how they were kept."""

    OPEN = "open", _("Waiting this week")
    OVERDUE = "overdue", _("Late")
    TODAY = "today", _("Due today")
    WEEK = "week", _("Due later this week")
    DUE = "due", _("Fallen due this month")
    KEPT = "kept", _("Kept in time this month")
    LATE = "late", _("Done late this month")
    MISSED = "missed", _("Not done this month")


# Those that are counted now; the others are a month's.
OF_NOW: tuple[Behind, ...] = (Behind.OPEN, Behind.OVERDUE, Behind.TODAY, Behind.WEEK)
OF_MONTH: tuple[Behind, ...] = (Behind.DUE, Behind.KEPT, Behind.LATE, Behind.MISSED)


class RuleKind(models.TextChoices):
    DEADLINE = "deadline", _("Deadline")
    CADENCE = "cadence", _("Cadence")
    NODE = "node", _("Node")


# What the calendar asks for: plans are made of it (C-8), and of days that come once.
PLANNED = (RuleKind.CADENCE, RuleKind.NODE)

# C-12: how urgent duties are told apart before their lateness is; the policy names one per rule.
PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
