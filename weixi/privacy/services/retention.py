"""Erasing those whose time is over: a job that can be killed anywhere and goes on where it was (D-1)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.kernel.errors import Conflict
from weixi.kernel.jobs.services import RunningJob
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.privacy import retention
from weixi.privacy.enums import ErasureCause
from weixi.privacy.services.erasure import erase_person

PORTION = 50


def run(job: RunningJob) -> None:
    """One unit of work a person; who was erased is due no longer, so that going on needs no memory."""
    starter = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    viewer = viewer_of(starter) if starter else system_viewer("retention")
    total, done = retention.count_due(viewer), 0
    job.progress(done, total)
    while found := retention.due(viewer, limit=PORTION):
        for each in found:
            job.check()
            try:
                erase_person(each.person, viewer=viewer, reason=_("Kept long enough"), cause=ErasureCause.RETENTION)
            except Conflict:
                continue
            done += 1
            job.progress(done, max(total, done))
