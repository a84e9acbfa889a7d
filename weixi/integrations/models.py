from __future__ import annotations

from django.conf import settings
from django.db import models

from weixi.kernel.once.claims import Claimed


class IdempotencyRecord(Claimed):
    """What a write with an `Idempotency-Key` was answered, so that sending it again changes nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # SHA-256 over method, address and body.
    request_digest = models.CharField(max_length=64)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
