from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerKind(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Individual")


class Reach(models.TextChoices):
    """A-12: reached by ourselves or through another customer."""

    DIRECT = "direct", _("Direct")
    INDIRECT = "indirect", _("Indirect")


class Lifecycle(models.TextChoices):
    """C-10."""

    PROSPECT = "prospect", _("Prospect")
    NEW = "new", _("New customer")
    ESTABLISHED = "established", _("Established customer")
    LOYAL = "loyal", _("Loyal customer")
    LOST = "lost", _("Lost")


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    VISIT = "visit", _("Visit")
    ONLINE = "online", _("Online")


class TagGroup(models.TextChoices):
    """A-8: the taxonomy; free tags are the last group."""

    NEED = "need", _("Need")
    VALUE = "value", _("Value level")
    ACTIVITY = "activity", _("Activity")
    FREE = "free", _("Free tag")
