from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """A version is written, submitted, approved, and put in force from a date; then it never changes again."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Awaits approval")
    APPROVED = "approved", _("Approved")
    ACTIVATED = "activated", _("In force from its date")
    DROPPED = "dropped", _("Dropped")


# state -> the states it may go to
MOVES: dict[str, tuple[str, ...]] = {
    VersionState.DRAFT: (VersionState.SUBMITTED, VersionState.DROPPED),
    VersionState.SUBMITTED: (VersionState.DRAFT, VersionState.APPROVED, VersionState.DROPPED),
    VersionState.APPROVED: (VersionState.DRAFT, VersionState.ACTIVATED, VersionState.DROPPED),
    VersionState.ACTIVATED: (),
    VersionState.DROPPED: (),
}
