from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from weixi.kernel import clock, doctor
from weixi.kernel.events import guard, seal
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs.models import Heartbeat, Job, JobState
from weixi.kernel.outbox.models import MailState, Notice
from weixi.kernel.search import Doc, index_many
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_user

OWN = [
    "kernel.audit", "kernel.database", "kernel.heartbeat", "kernel.jobs", "kernel.log", "kernel.mail",
    "kernel.search",
]  # fmt: skip


def bad() -> dict[str, str]:
    return {finding.name: finding.detail for finding in doctor.examine(OWN) if not finding.ok}


@pytest.fixture
def person(db) -> User:
    return create_user("qian", viewer=system_viewer("test"))


def test_all_is_well_on_a_sound_installation(cast) -> None:
    seal.seal_pending()
    index_many([Doc("customer", 1, "启明", names=("启明",))])
    assert bad() == {}
    assert [finding.name for finding in doctor.examine(OWN)] == OWN


def test_tampering_is_found(person) -> None:
    with unit_of_work(actor="system:test") as work:
        work.record("user.enabled", subject=("user", person.pk))
    seal.seal_pending()
    guard.lift(connection)
    Event.objects.filter(type="user.enabled").update(actor="user:9")
    assert set(bad()) == {"kernel.audit", "kernel.log"}
    guard.install(connection)
    assert set(bad()) == {"kernel.audit"}


def test_stuck_jobs_are_named(db) -> None:
    long_ago = clock.now() - timedelta(hours=2)
    make = Job.objects.create
    left = make(kind="probe", created_at=long_ago, state=JobState.RUNNING, holder="file:0000#1")
    waiting = make(kind="probe", created_at=long_ago)
    parked = make(kind="probe", created_at=long_ago, state=JobState.PARKED, attempts=5)
    make(kind="probe", created_at=clock.now())
    make(kind="probe", created_at=long_ago, state=JobState.DONE)
    lines = bad()["kernel.jobs"].splitlines()
    assert len(lines) == 3
    for line, job in zip(lines, [left, waiting, parked], strict=True):
        assert str(job.pk) in line


def test_stuck_mail_is_counted(person, settings) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    now = clock.now()

    def notice(key: str, **more) -> None:
        Notice.objects.create(key=key, person=person, kind="probe", created_at=now, **more)

    notice("a", mail_state=MailState.SENT)
    notice("b", mail_state=MailState.WAITING, mail_after=now)
    assert bad() == {}
    notice("c", mail_state=MailState.WAITING, mail_after=now - timedelta(hours=4))
    notice("d", mail_state=MailState.SENDING, mail_holder="file:0000#1")
    notice("e", mail_state=MailState.UNKNOWN)
    assert len(bad()["kernel.mail"].splitlines()) == 3


def test_silent_and_failing_work_is_named(db) -> None:
    now = clock.now()
    Heartbeat.objects.create(name="good", began_at=now)
    assert bad() == {}
    Heartbeat.objects.create(name="fails", began_at=now, error="SMTP away")
    Heartbeat.objects.create(name="silent", began_at=now - timedelta(minutes=6))
    Heartbeat.objects.create(name="future", began_at=now + timedelta(hours=1))
    lines = bad()["kernel.heartbeat"].splitlines()
    assert [line.split()[0] for line in lines] == ["fails", "future", "silent"]
    assert "SMTP away" in lines[0]


def test_broken_check_is_bad_and_stops_no_other(db, monkeypatch) -> None:
    monkeypatch.setattr(doctor, "_checks", {})
    doctor.check("a", "A", lambda: 1 / 0)
    doctor.check("b", "B", lambda: (f"line {n}" for n in range(25)))
    doctor.check("c", "C", list)
    first, second, third = doctor.examine()
    assert not first.ok and "division" in first.detail
    assert len(second.detail.splitlines()) == doctor.SHOWN + 1
    assert third.ok
    with pytest.raises(ValueError, match="twice"):
        doctor.check("a", "A", list)
