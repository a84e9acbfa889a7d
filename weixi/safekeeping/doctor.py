"""What must hold about backups: there is one as new as the policy wants, it was tried, and the log goes on from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.kernel import clock, doctor
from weixi.kernel.errors import WeixiError
from weixi.kernel.events import seal
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.outbox import holding
from weixi.safekeeping import databases, manifest
from weixi.safekeeping.models import BackupRun, RestoreTest
from weixi.safekeeping.rules import backup_rules
from weixi.safekeeping.services.backup import folder

# What is queued and written takes its time; nobody is told before that is over.
PATIENCE = timedelta(hours=2)


def _when(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _backup() -> Iterator[str]:
    rules = backup_rules()
    if rules is None:
        return
    last = BackupRun.objects.filter(error="").order_by("-at").first()
    if clock.now() - (last.at if last else databases.installed_at()) > rules.every + PATIENCE:
        if last is None:
            yield _("There is no backup yet. Is the worker running? `weixi backup` makes one now.")
        else:
            yield _("The last backup is of %(at)s; the policy wants one every %(hours)d hours.") % {
                "at": _when(last.at),
                "hours": rules.every.total_seconds() // 3600,
            }
    latest = BackupRun.objects.order_by("-at").first()
    if latest is not None and latest.error:
        yield _("The backup of %(at)s failed: %(why)s") % {"at": _when(latest.at), "why": latest.error}


def _trial() -> Iterator[str]:
    rules = backup_rules()
    if rules is None:
        return
    last = RestoreTest.objects.order_by("-at").first()
    if last is not None and last.error:
        yield _("The backup %(name)s was tried on %(at)s and would not have served: %(why)s") % {
            "name": last.backup, "at": _when(last.at), "why": last.error,
        }  # fmt: skip
    good = RestoreTest.objects.filter(error="").order_by("-at").first()
    if clock.now() - (good.at if good else databases.installed_at()) > rules.tested_every + PATIENCE:
        yield _("No backup was tried for %(days)d days, as the policy wants. `weixi restore --try` does it.") % {
            "days": rules.tested_every.days
        }


def _chain() -> Iterator[str]:
    """A chain of which the end was cut off is whole in itself; the copies know a link that is missing then."""
    for place in manifest.backups_in(folder()):
        try:
            made = manifest.read(place)
        except WeixiError:
            yield _("The manifest of the backup %(name)s cannot be read.") % {"name": place.name}
            continue
        if made.head != seal.START and not Seal.objects.filter(digest=made.head).exists():
            yield _("The audit trail does not go on from the backup %(name)s: its last link of then is gone.") % {
                "name": made.name
            }


def _sealing() -> Iterator[str]:
    """Events wait for their link longer than the policy allows."""
    last, now = Seal.objects.order_by("-pk").first(), clock.now()
    if last is None or now - last.sealed_at <= seal.interval() + PATIENCE:
        return
    before = now - seal.interval() - PATIENCE
    if Event.objects.filter(seq__gt=last.last_seq, recorded_at__lt=before).exists():
        yield _("Events have waited for their link since %(at)s; is the worker running?") % {
            "at": _when(last.sealed_at)
        }


def _held() -> Iterator[str]:
    if holding.mark_path().exists():
        yield _("A restore was begun and not finished: call `weixi restore` again.")
    elif since := holding.held_since():
        yield _("Outgoing messages are held since the restore of %(at)s, until somebody confirms.") % {
            "at": _when(since)
        }


def register() -> None:
    doctor.check("safekeeping.backup", gettext_lazy("There is a backup as new as the policy wants"), _backup)
    doctor.check("safekeeping.chain", gettext_lazy("The audit trail goes on from every backup"), _chain)
    doctor.check("safekeeping.held", gettext_lazy("Outgoing messages are not held"), _held)
    doctor.check("safekeeping.sealing", gettext_lazy("The log is sealed as often as the policy wants"), _sealing)
    doctor.check("safekeeping.trial", gettext_lazy("A backup was tried as the policy wants"), _trial)
