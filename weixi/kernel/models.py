"""Django finds the kernel's tables here; each lives beside its topic."""

from __future__ import annotations

from weixi.kernel.events.models import Event, EventPersonal, Seal
from weixi.kernel.jobs.models import Heartbeat, Job
from weixi.kernel.once.models import SentForm
from weixi.kernel.outbox.models import Hold, Notice
from weixi.kernel.search.models import SearchEntry, SearchWords

__all__ = [
    "Event",
    "EventPersonal",
    "Heartbeat",
    "Hold",
    "Job",
    "Notice",
    "Seal",
    "SearchEntry",
    "SearchWords",
    "SentForm",
]
