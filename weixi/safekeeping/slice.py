"""What safekeeping contributes: its jobs, the worker's minutes, what the doctor asks, its page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.kernel import slices
from weixi.kernel.events import registry, seal
from weixi.kernel.outbox.models import Hold
from weixi.kernel.outbox.registry import register_kind
from weixi.organisation.enums import Right
from weixi.safekeeping import doctor, retention
from weixi.safekeeping.rules import sealed_every
from weixi.safekeeping.services import backup, trying

registry.register("backup.made", "name size files")
registry.register("backup.failed", "name size files")
registry.register("backup.tested", "name ok")
registry.register("backup.restored", "name made_at")
registry.register("outgoing.released", "waited sent")
registry.register("records.removed", "kind rows before")

seal.take_interval_from(sealed_every)
slices.job_kind(backup.JOB, backup.run_job)
slices.job_kind(trying.JOB, trying.run_job)
slices.job_kind(retention.JOB, retention.run_job)
slices.every_minute("backup", backup.every_minute)
slices.every_minute("backup.trial", trying.every_minute)
register_kind(backup.NOTICE_FAILED, _("The backup failed"), _("%(why)s It is tried again within an hour."))
slices.menu_item(
    slices.MenuItem(
        "safekeeping", _("Backup and log"), "shield", "safekeeping", 150, right=Right.SYSTEM_MANAGE, group="admin",
        count=lambda viewer: Hold.objects.all(), owed=True, words=_("restore copy audit trail retention"),
    )
)  # fmt: skip
doctor.register()
