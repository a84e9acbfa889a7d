from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RunState(models.TextChoices):
    COMPUTING = "computing", _("Being computed")
    PREVIEW = "preview", _("For review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Returned")
    FAILED = "failed", _("Failed")


class OverrideState(models.TextChoices):
    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("In force")
    REJECTED = "rejected", _("Refused")
    ENDED = "ended", _("Ended")


class Cause(models.TextChoices):
    """Why a customer's grade changed."""

    RUN = "run", _("Grading")
    OVERRIDE = "override", _("Override")
    EXPIRY = "expiry", _("Override ended")


class Preset(models.TextChoices):
    QUADRANT = "quadrant", _("Value and potential (core, important, normal)")
    VIP = "vip", _("VIP, important, normal, high potential")
    SPEND = "spend", _("Spending (high, mid, low)")


class Advice(models.TextChoices):
    """G-8: what to do with the relationship."""

    IMPROVE = "improve", _("Improve")
    MAINTAIN = "maintain", _("Maintain")
    END = "end", pgettext_lazy("relationship", "End")
