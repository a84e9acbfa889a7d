"""Counting the board anew because somebody asks for it: after a clean-up one wants to see the new figures."""

from __future__ import annotations

from weixi.customers.quality.nightly import count_now
from weixi.kernel.jobs.models import Job
from weixi.kernel.jobs.services import RunningJob, enqueue
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

JOB = "quality.count"
# The board is counted for all: there is one target, so one counting at a time.
EVERYBODY = 1


def start_count(*, viewer: Viewer) -> Job:
    """Count in the background; who asks meanwhile gets the counting that is under way. Raises Forbidden."""
    viewer.require(Right.CUSTOMERS_EDIT)
    return enqueue(JOB, EVERYBODY, viewer=viewer)


def run_count(job: RunningJob) -> None:
    count_now(job=job)


def last_count() -> Job | None:
    """The counting that is under way, or the last one somebody asked for. Uses index: job_target."""
    return Job.objects.filter(kind=JOB, target_id=EVERYBODY).order_by("-pk").first()
