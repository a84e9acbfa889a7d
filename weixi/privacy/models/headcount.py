from __future__ import annotations

from django.db import models


class Headcount(models.Model):
    """How many natural persons are held, by day: the law asks more of who holds many (D-1)."""

    day = models.DateField(primary_key=True)
    contacts = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    # The highest alarm of the policy that was told about so far.
    alarm = models.PositiveIntegerField(default=0)

    @property
    def persons(self) -> int:
        return self.contacts + self.customers

    def __str__(self) -> str:
        return f"{self.day} {self.persons}"
