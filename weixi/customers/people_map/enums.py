from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class BuyingPart(models.TextChoices):
    """The part a person has when the customer buys."""

    DECIDER = "decider", _("Decider")
    INFLUENCER = "influencer", _("Influencer")
    USER = "user", _("End user")
    GATEKEEPER = "gatekeeper", _("Gatekeeper")
    BUYER = "buyer", _("Purchaser")


class Attitude(models.TextChoices):
    """How a person stands to us."""

    SUPPORTER = "supporter", _("Supporter")
    NEUTRAL = "neutral", _("Neutral")
    OPPONENT = "opponent", _("Opponent")
