from __future__ import annotations

from django.db import models


class FiguresDay(models.Model):
    """The day up to which the kept order figures of all customers stand; one row."""

    key = models.CharField(max_length=12, primary_key=True, default="figures")
    day = models.DateField()

    def __str__(self) -> str:
        return self.day.isoformat()
