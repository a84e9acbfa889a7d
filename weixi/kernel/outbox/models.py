from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    NONE = "none", _("In the app only")
    WAITING = "waiting", _("To be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Perhaps sent")


class Notice(models.Model):
    """Something a person is told, in the app and by mail; `key` makes that it is told once.

    `kind` names the sentence, `params` its parts, so that each reader gets it in his language.
    """

    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    customer_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.NONE)
    mail_attempts = models.IntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)
    # Not before then: backoff after a failure, or the pause that quiet pacing asks for.
    mail_after = models.DateTimeField(null=True)
    mail_sent_at = models.DateTimeField(null=True)
    mail_holder = models.CharField(max_length=120, blank=True)
    # Message-ID of the mail it went with; notices of one digest share it, a second copy repeats it.
    mail_id = models.CharField(max_length=120, blank=True)

    class Meta:
        app_label = "kernel"
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_person"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(
                fields=["mail_after"],
                name="notice_mail",
                condition=models.Q(mail_state__in=["waiting", "sending", "unknown"]),
            ),
            models.Index(
                fields=["person", "mail_sent_at"],
                name="notice_pace",
                condition=models.Q(mail_sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Hold(models.Model):
    """Outgoing messages wait since then, for this reason; without a row nothing waits."""

    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.reason
