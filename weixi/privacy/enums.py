from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """Why we may use a person's data for a purpose."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Needed for a contract")
    LEGAL = "legal", _("Legal duty")
    PUBLIC = "public", _("Made public by the person")


class RequestKind(models.TextChoices):
    """What a person may ask of us."""

    COPY = "copy", _("A copy of the data")
    CORRECT = "correct", _("A correction")
    ERASE = "erase", _("Erasure")
    WITHDRAW = "withdraw", _("Withdrawal of consent")


class RequestState(models.TextChoices):
    OPEN = "open", _("Open")
    GRANTED = "granted", _("Request granted")
    REFUSED = "refused", _("Request refused")


class ErasureCause(models.TextChoices):
    REQUEST = "request", _("The person asked for it")
    RETENTION = "retention", _("Kept long enough")
