from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weixi.customers.enums import Channel


class Contact(models.Model):
    """A person at a customer (A-1)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    name_key = models.CharField(max_length=60, editable=False)
    position = models.CharField(_("position"), max_length=60, blank=True)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=8, choices=Channel.choices, blank=True)
    preferred_time = models.CharField(_("preferred time"), max_length=60, blank=True)
    # As stored: YYYY-MM-DD or --MM-DD, in the calendar `birthday_lunar` says.
    birthday = models.CharField(_("birthday"), max_length=10, blank=True)
    birthday_lunar = models.BooleanField(_("lunar calendar"), default=False)
    key_person = models.BooleanField(_("key person"), default=False)
    decision_maker = models.BooleanField(_("decision maker"), default=False)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-decision_maker", "-key_person", "id"]
        indexes = [
            models.Index(fields=["customer", "name_key"], name="contact_name"),
            # Birthdays, counted for plans; queries say `filled("birthday")`.
            models.Index(
                fields=["birthday", "birthday_lunar", "key_person", "customer"],
                name="contact_birthday",
                condition=models.Q(birthday__gt="", removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
