from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The channel of an interaction."""

    CALL = "call", _("Call")
    WECHAT = "wechat", _("WeChat")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Meeting")
    VIDEO = "video", _("Video")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    BULK = "bulk", _("Bulk touch")
    EVENT = "event", _("Event")
    OTHER = "other", _("Other")


class Purpose(models.TextChoices):
    """C-5: what an interaction is for; N-1 adds the talk about needs."""

    VALUE = "value", _("Value")
    EMOTIONAL = "emotional", _("Emotional")
    INFORMATION = "information", _("Information")
    SERVICE = "service", _("Service")
    NEEDS = "needs", _("Needs interview")


class Direction(models.TextChoices):
    OUT = "out", _("We contacted them")
    IN = "in", _("They contacted us")


class Depth(models.TextChoices):
    """What the cadence asks for (C-1): a deep talk, a formal callback, or a light touch."""

    DEEP = "deep", _("Deep talk")
    FORMAL = "formal", _("Formal callback")
    LIGHT = "light", _("Light touch")
