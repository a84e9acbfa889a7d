"""What exporting contributes: its job, the minute's tidying, notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers.exporting import services
from weixi.customers.exporting.decisions import DECISION
from weixi.kernel import slices
from weixi.kernel.outbox.registry import register_kind


def register() -> None:
    slices.decision(DECISION)
    slices.job_kind(services.JOB, services.perform)
    slices.every_minute("export.files", services.drop_old)
    register_kind(
        services.NOTICE_ASKED,
        _("%(name)s asks to export %(count)s customers"),
        _("Export %(number)s waits for your yes or no."),
    )
    register_kind(
        services.NOTICE_ANSWERED,
        _("Your export %(number)s was answered"),
        _("A second person %(answer)s it."),
    )
