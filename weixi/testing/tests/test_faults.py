from __future__ import annotations

import pytest
from django.db import connection, transaction

from weixi.kernel import slices
from weixi.kernel.events import seal
from weixi.kernel.events.models import Event
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.models import Job, JobState
from weixi.organisation.models import Department, User
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_department, create_user
from weixi.testing import faults
from weixi.testing.dump import differences, logical_dump
from weixi.testing.faults import Killed, empty_database, run_until

SYSTEM = system_viewer("test")


def test_dump_is_free_of_keys_and_times(transactional_db) -> None:
    def company() -> None:
        department = create_department("甲", viewer=SYSTEM)
        create_user("qian", viewer=SYSTEM, department=department)

    company()
    first = logical_dump()
    assert set(first) == {"kernel.event", "organisation.department", "organisation.rolesstate", "organisation.user"}
    empty_database()
    with pytest.raises(RuntimeError), transaction.atomic():
        company()
        raise RuntimeError
    create_department("later gone", viewer=SYSTEM).delete()
    company()
    second = logical_dump()
    assert second["organisation.user"] == first["organisation.user"]
    first["kernel.event"] = second["kernel.event"]
    assert differences(first, second) == []
    User.objects.update(name="x")
    (gone, new) = differences(first, logical_dump())
    assert gone.startswith("- organisation.user") and new.startswith("+ organisation.user")


def test_dead_process_commits_nothing_more(transactional_db) -> None:
    def run() -> None:
        with transaction.atomic():
            create_department("甲", viewer=SYSTEM)

    points = run_until(None, run).points
    empty_database()
    assert run_until(points, run).dead
    assert Department.objects.count() == 1  # the last point lies behind the commit
    empty_database()
    assert run_until(points - 1, run).dead
    assert Department.objects.count() == 0 and Event.objects.count() == 0


def test_program_cannot_swallow_its_death(transactional_db) -> None:
    def run() -> None:
        try:
            create_department("甲", viewer=SYSTEM)
        except Exception:
            create_department("乙", viewer=SYSTEM)

    for at in range(1, run_until(None, run).points):
        empty_database()
        run_until(at, run)
        assert not Department.objects.exists()


def test_sound_work_survives_a_kill_at_every_statement(for_every_statement) -> None:
    seen: list[int] = []

    def run() -> None:
        for name in ("甲", "乙"):
            if not Department.objects.filter(name=name).exists():
                create_department(name, viewer=SYSTEM)

    def no_department_without_its_event() -> None:
        assert Department.objects.count() == Event.objects.filter(type="department.created").count()
        seen.append(Department.objects.count())

    points = for_every_statement(run, between=no_department_without_its_event)
    assert len(seen) == points and set(seen) == {0, 1, 2}


@pytest.mark.parametrize("fault", ["loses", "doubles"])
def test_unsound_work_is_found_out(for_every_statement, fault) -> None:
    def run() -> None:
        if fault == "loses" and Department.objects.exists():
            return
        for name in ("甲", "乙"):
            Department(name=name + str(Department.objects.count()), path="/").save()

    with pytest.raises(AssertionError, match="the end differs"):
        for_every_statement(run)


def test_job_killed_at_every_statement_ends_as_undisturbed(for_every_statement, monkeypatch) -> None:
    def work(job) -> None:
        for number in range(job.target_id):
            with transaction.atomic():
                if not Department.objects.filter(name=f"d{number}").exists():
                    create_department(f"d{number}", viewer=SYSTEM)
                job.progress(number + 1, job.target_id)

    monkeypatch.setitem(slices.registry.job_kinds, "probe", work)

    def all_done(dump) -> None:
        (job,) = Job.objects.all()
        assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
        assert Department.objects.count() == 3

    points = for_every_statement(
        jobs.run_pending, prepare=lambda: jobs.enqueue("probe", 3, viewer=SYSTEM), check=all_done
    )
    assert points > 30


def test_sealing_killed_at_every_statement_leaves_one_chain(for_every_statement) -> None:
    def prepare() -> None:
        for number in range(4):
            create_department(f"d{number}", viewer=SYSTEM)

    def whole(dump) -> None:
        verdict = seal.verify()
        assert verdict.ok and verdict.events == 4 and verdict.unsealed == 0

    assert for_every_statement(lambda: seal.seal_pending(batch=3), prepare=prepare, check=whole) > 5


CHILD = """
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_department
from weixi.testing.faults import die_when_told
with die_when_told():
    create_department("甲", viewer=system_viewer("child"))
print("alive")
"""


def test_child_process_dies_for_real(child) -> None:
    started = child(CHILD, WEIXI_FAULT_AT="3")
    status, out, _errors = started.finish()
    assert (status, out) == (faults.STATUS, "")
    assert not Department.objects.exists()
    status, out, errors = child(CHILD).finish()
    assert (status, out.strip()) == (0, "alive"), errors
    assert Department.objects.count() == 1
    connection.close()


def test_killed_is_no_exception_a_handler_takes() -> None:
    assert not issubclass(Killed, Exception)


def test_department_names_are_unique_per_run(transactional_db) -> None:
    create_user("sun", viewer=SYSTEM)
    empty_database()
    assert not User.objects.exists() and not Event.objects.exists()
