from __future__ import annotations

from django.conf import settings
from django.db import models

from weixi.kernel.once.claims import Claimed


class SentForm(Claimed):
    """A form that a person has sent, so that sending it again changes nothing; of its content only the digest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # SHA-256 over address and body, the token of this very rendering of the form included.
    digest = models.CharField(max_length=64)
    # Where the person was sent, and what the page was told to refresh.
    location = models.CharField(max_length=500, blank=True)
    events = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="sent_form_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.digest[:12]}"
