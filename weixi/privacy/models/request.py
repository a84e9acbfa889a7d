from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import Channel
from weixi.privacy.enums import RequestKind, RequestState


class PersonRequest(models.Model):
    """A person asks for a copy, a correction, an erasure or withdraws; the policy says by when (D-1)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="person_requests")
    contact = models.ForeignKey(
        "customers.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="person_requests"
    )
    kind = models.CharField(_("what is asked"), max_length=8, choices=RequestKind.choices)
    channel = models.CharField(_("how it came"), max_length=8, choices=Channel.choices)
    words = models.CharField(_("in the person's words"), max_length=500, blank=True)
    # How we know that it is the person.
    identity = models.CharField(_("how the person was recognised"), max_length=200)
    received_at = models.DateTimeField(_("received at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPEN)
    answer = models.CharField(_("what was answered"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "contact"], name="person_request_person"),
            models.Index(fields=["received_at"], name="person_request_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
