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


class FieldOf(models.TextChoices):
    """Whose a field of the data standard is (A-5)."""

    CUSTOMER = "customer", _("Every customer")
    COMPANY = "company", _("Companies")
    PERSON = "person", _("Individuals")
    CONTACT = "contact", _("Contacts")


class FieldType(models.TextChoices):
    """What a custom field takes."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("A number")
    AMOUNT = "amount", _("Amount")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of a list")
    CHOICES = "choices", _("Several of a list")
    FLAG = "flag", _("Yes or no")


class FieldLevel(models.TextChoices):
    """A-11: sensitive fields are masked."""

    ORDINARY = "ordinary", _("Ordinary")
    SENSITIVE = "sensitive", _("Sensitive")


class SeenBy(models.TextChoices):
    """How somebody had a whole record before him."""

    PAGE = "page", _("On screen")
    PRINT = "print", _("Printed")
    API = "api", _("By a program")
    EXPORT = "export", _("In an export")
