"""What the kernel contributes: the worker's own regular works and the notices about jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.kernel import held, personal, slices
from weixi.kernel.events import seal
from weixi.kernel.once import forms as sent_forms
from weixi.kernel.outbox import mail
from weixi.kernel.outbox.registry import register_kind

register_kind(
    "job.failed",
    _("A job did not succeed: %(job)s, number %(number)s"),
    _("Open it to read why. It can be started again there."),
)
register_kind(
    "job.parked",
    _("A job was given up: %(job)s, number %(number)s"),
    _("Its process ended several times while it ran. An administrator should look at it."),
)

personal.source(held.EVENTS)
personal.source(held.NOTICES)
slices.every_minute("mail", mail.send_due)
slices.every_minute("seal", seal.seal_due)
slices.every_minute("sent-forms", sent_forms.forget_old)
