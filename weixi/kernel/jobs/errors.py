"""Why a job's work has to stop."""

from __future__ import annotations


class JobInterrupted(Exception):
    """Raised by `progress` and `check` inside a job's work; let it through."""


class LeaseLost(JobInterrupted):
    """Another process has taken this job over, or it was cancelled: nothing more may be written for it."""


class Stopping(JobInterrupted):
    """The worker is to end; the job goes back to the queue and goes on later from what it has done."""
