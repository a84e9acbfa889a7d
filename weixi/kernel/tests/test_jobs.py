from __future__ import annotations

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction

from weixi.kernel import clock, slices
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.jobs import lease, services, worker
from weixi.kernel.jobs.errors import LeaseLost, Stopping
from weixi.kernel.jobs.models import Heartbeat, Job, JobState
from weixi.kernel.outbox.models import Notice
from weixi.organisation.enums import Role
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_user

SYSTEM = system_viewer("test")


@pytest.fixture
def kind(monkeypatch):
    """`kind(work)`: the work of jobs of the kind `probe` in this test."""

    def register(work) -> None:
        monkeypatch.setitem(slices.registry.job_kinds, "probe", work)

    register(lambda job: None)
    return register


def person(name: str = "qian", role: str = Role.SPECIALIST) -> User:
    return create_user(name, viewer=SYSTEM, role=role)


@pytest.mark.django_db
def test_job_runs_and_tells_how_far_it_is(kind) -> None:
    def work(job) -> None:
        job.progress(3, 10, "rows")
        stored = Job.objects.get(pk=job.id)
        assert (stored.done, stored.total, stored.note, stored.percent) == (3, 10, "rows", 30)
        job.progress(10)

    kind(work)
    job = services.enqueue("probe", 7, viewer=SYSTEM)
    assert services.enqueue("probe", 7, viewer=SYSTEM) == job
    assert services.run_pending() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempts, job.holder) == (JobState.DONE, 10, 10, 1, "")
    assert services.enqueue("probe", 7, viewer=SYSTEM) != job


@pytest.mark.django_db
def test_unregistered_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not registered"):
        services.enqueue("nonsense", viewer=SYSTEM)


@pytest.mark.django_db
def test_kind_unknown_to_this_version_fails_with_a_sentence(kind, monkeypatch) -> None:
    job = services.enqueue("probe", viewer=SYSTEM)
    monkeypatch.delitem(slices.registry.job_kinds, "probe")
    assert services.run_now(job.pk).state == JobState.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "text"), [(Invalid("第 3 行没有名称"), "第 3 行没有名称"), (KeyError("x"), "KeyError: 'x'")]
)
def test_failed_job_keeps_the_reason_and_tells_its_owner_once(kind, error, text) -> None:
    def work(job) -> None:
        raise error

    kind(work)
    owner = person()
    job = services.enqueue("probe", viewer=viewer_of(owner))
    services.run_pending()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, text)
    notice = Notice.objects.get(person=owner)
    assert notice.kind == "job.failed" and notice.params == {"job": "probe", "number": job.pk}


@pytest.mark.django_db
def test_fault_of_the_database_is_tried_again_later_and_not_for_ever(kind, moved_clock) -> None:
    def work(job) -> None:
        raise OperationalError("database is locked")

    kind(work)
    job = services.enqueue("probe", viewer=SYSTEM)
    moved_clock("2026-03-02T09:00:00+08:00")
    start = clock.now()
    assert services.run_pending() == 1
    assert services.run_pending() == 0
    for minute in range(1, 10):
        moved_clock(start + timedelta(minutes=minute))
        services.run_pending()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, services.MAX_ATTEMPTS)


@pytest.mark.django_db
def test_lost_lease_takes_the_chunk_back_and_ends_nothing(kind) -> None:
    def work(job) -> None:
        Job.objects.filter(pk=job.id).update(holder="file:other#1")
        with transaction.atomic():
            person("chunk")
            job.progress(1)

    kind(work)
    job = services.enqueue("probe", viewer=SYSTEM)
    taken = services.claim()
    assert taken is not None and services.run(taken) is None
    assert not User.objects.filter(username="chunk").exists()
    job.refresh_from_db()
    assert (job.state, job.holder) == (JobState.RUNNING, "file:other#1")


@pytest.mark.django_db
def test_cancel_stops_a_running_job_and_only_its_owner_may(kind) -> None:
    owner, other = person(), person("sun")
    job = services.enqueue("probe", viewer=viewer_of(owner))
    with pytest.raises(Forbidden):
        services.cancel(job, viewer=viewer_of(other))
    taken = services.claim()
    assert taken is not None
    services.cancel(job, viewer=viewer_of(owner))
    with pytest.raises(LeaseLost):
        taken.check()
    with pytest.raises(LeaseLost):
        taken.progress(1)
    with pytest.raises(Conflict):
        services.cancel(job, viewer=viewer_of(owner))
    assert services.retry(job, viewer=viewer_of(owner)).state == JobState.QUEUED


@pytest.mark.django_db
def test_orderly_stop_puts_the_job_back_without_counting(kind) -> None:
    stop = threading.Event()

    def work(job) -> None:
        stop.set()
        job.check()

    kind(work)
    job = services.enqueue("probe", viewer=SYSTEM)
    services.run_pending(stop=stop)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.holder) == (JobState.QUEUED, 0, "")
    with pytest.raises(Stopping):
        services.RunningJob(job.pk, "probe", None, None, 1, "x", stop).check()


@pytest.mark.django_db
def test_job_of_a_dead_process_is_parked_in_the_end(kind) -> None:
    owner = person()
    job = services.enqueue("probe", viewer=viewer_of(owner))
    other = services.enqueue("probe", viewer=SYSTEM)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=services.MAX_ATTEMPTS, holder="file:0000#1")
    assert services.run_pending() == 1
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.state, other.state) == (JobState.PARKED, JobState.DONE)
    assert Notice.objects.get(person=owner).kind == "job.parked"


@pytest.mark.django_db
def test_who_asks_by_hand_is_not_told_of_earlier_ends(kind) -> None:
    kind(lambda job: None)
    job = services.enqueue("probe", viewer=SYSTEM)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=services.MAX_ATTEMPTS, holder="file:0000#1")
    assert services.run_now(job.pk).state == JobState.DONE


@pytest.mark.django_db
def test_a_job_that_gets_on_is_not_parked_however_often_its_process_ends(kind) -> None:
    class Killed(BaseException):
        pass

    def work(job) -> None:
        job.progress(job.came_to + 1 if job.came_to < 9 else job.came_to)
        if job.came_to < 9:
            raise Killed

    kind(work)
    job = services.enqueue("probe", viewer=SYSTEM)
    for _end in range(9):
        taken = services.claim()
        assert taken is not None
        with pytest.raises(Killed):
            services.run(taken)
        # What a killed process leaves behind.
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, holder="file:0000#1")
    services.run_pending()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 9)


HOLDING = """
import sys, time
from weixi.kernel import slices
from weixi.kernel.jobs import services
slices.registry.job_kinds["probe"] = lambda job: None
job = services.claim()
print("took" if job else "nothing", flush=True)
sys.stdin.readline()
try:
    job.progress(5)
    print("written", flush=True)
except services.LeaseLost:
    print("lost", flush=True)
"""


def test_killed_process_loses_its_job_at_once_and_a_stopped_one_does_not(kind, child) -> None:
    job = services.enqueue("probe", viewer=SYSTEM)
    first = child(HOLDING)
    assert first.line() == "took"
    assert services.claim() is None
    os.kill(first.process.pid, signal.SIGSTOP)
    assert services.claim() is None
    first.kill()
    for _ in range(100):  # the server may need a moment to see the connection end
        taken = services.claim()
        if taken is not None:
            break
        threading.Event().wait(0.05)
    assert taken is not None and taken.attempts == 2
    taken.progress(9)
    assert services.run(taken) == JobState.DONE
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 9)


def test_process_that_lost_its_job_can_write_nothing_more(kind, child) -> None:
    job = services.enqueue("probe", viewer=SYSTEM)
    first = child(HOLDING)
    assert first.line() == "took"
    Job.objects.filter(pk=job.pk).update(holder="file:0000#1")
    taken = services.claim()
    assert taken is not None
    out = first.process.communicate("go on\n", timeout=60)[0]
    assert out.strip() == "lost"
    assert Job.objects.get(pk=job.pk).done == 0
    services.run(taken)


def test_of_many_claims_at_once_each_job_goes_to_one(kind, at_once) -> None:
    for _ in range(6):
        services.enqueue("probe", viewer=SYSTEM)

    def claim_two() -> list[int]:
        taken = [services.claim(), services.claim()]
        return [job.id for job in taken if job]

    results = at_once(*[claim_two] * 4)
    ids = [number for result in results for number in result]
    assert len(ids) == len(set(ids)) == 6
    holders = list(Job.objects.values_list("holder", flat=True))
    assert lease.living(holders) == set(holders)
    lease.release_all()
    # PostgreSQL lets go of a closed connection's locks in its own time.
    for _ in range(100):
        if not lease.living(holders):
            break
        time.sleep(0.05)
    assert lease.living(holders) == set()


# --- the worker -------------------------------------------------------------------------------------


@pytest.fixture
def ticks(monkeypatch):
    works: dict[str, object] = {}
    monkeypatch.setattr(slices.registry, "ticks", works)
    return works


@pytest.mark.django_db
def test_minute_runs_each_work_once_whatever_fails(ticks, moved_clock) -> None:
    moved_clock("2026-03-02T09:00:00+08:00")
    start = clock.now()
    calls: list[str] = []
    ticks["bad"] = lambda: 1 / 0
    ticks["good"] = lambda: calls.append("good")
    assert worker.run_minute() == {"worker": "", "bad": "ZeroDivisionError: division by zero", "good": ""}
    assert worker.run_minute() == {}
    bad = Heartbeat.objects.get(name="bad")
    assert bad.ended_well_at is None and bad.error.startswith("ZeroDivisionError")
    moved_clock(start + timedelta(seconds=61))
    ticks["bad"] = lambda: calls.append("mended")
    assert set(worker.run_minute()) == {"worker", "bad", "good"}
    assert calls == ["good", "mended", "good"]
    assert Heartbeat.objects.get(name="bad").error == ""


@pytest.mark.django_db
def test_clock_set_back_does_not_silence_the_worker(ticks, moved_clock) -> None:
    calls: list[int] = []
    ticks["tick"] = lambda: calls.append(1)
    moved_clock("2026-03-02T09:00:00+08:00")
    worker.run_minute()
    moved_clock("2026-03-01T09:00:00+08:00")
    worker.run_minute()
    assert len(calls) == 2


def test_two_workers_share_a_minute(ticks, at_once) -> None:
    calls: list[int] = []
    ticks["tick"] = lambda: calls.append(1)
    results = at_once(worker.run_minute, worker.run_minute, worker.run_minute)
    assert not [result for result in results if isinstance(result, Exception)]
    assert len(calls) == 1


def test_worker_takes_jobs_until_it_is_stopped(kind, ticks, transactional_db) -> None:
    done = threading.Event()
    kind(lambda job: done.set())
    job = services.enqueue("probe", viewer=SYSTEM)
    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(stop,), kwargs={"pause": 0.01})
    running.start()
    assert done.wait(30)
    while Job.objects.get(pk=job.pk).state == JobState.RUNNING:
        threading.Event().wait(0.01)
    stop.set()
    running.join(30)
    assert not running.is_alive()
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert Heartbeat.objects.get(name="worker").ended_well_at is not None


def test_worker_process_ends_well_on_sigterm(child) -> None:
    code = "from weixi.kernel.jobs import worker; print('up', flush=True); worker.run_forever(pause=0.05)"
    started = child(code)
    assert started.line() == "up"
    while not Heartbeat.objects.filter(name="worker").exists():
        threading.Event().wait(0.05)
    started.process.terminate()
    status, _out, errors = started.finish()
    assert status == 0, errors
