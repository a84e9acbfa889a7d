"""Runs that are ended, disturbed, repeated: the end is that of one clean run."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from weixi.customers.importing import commands, cutting, engine
from weixi.customers.importing.models import ImportRun, RunState
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Contact, Customer
from weixi.customers.services import create_customer
from weixi.kernel.events.models import Event
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.models import Job, JobState
from weixi.organisation.scope import system_viewer
from weixi.testing.faults import run_until

SYSTEM = system_viewer("cli")
# Hold keys in plain columns, which differ where a sequence has skipped numbers; the doctor looks at them.
KEYED = ("kernel.job", "kernel.searchentry", "duties.dutyclock")
TEXT = """
    客户编号,客户名称,城市
    1,甲公司,上海
    2,乙公司,
    1,,
    ,丙公司,北京
    坏,,这里没有名称但有编号
    """


@pytest.fixture
def small_portions(monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 2)
    monkeypatch.setattr(engine, "PLANS", 2)


def test_killed_anywhere_and_resumed_is_one_clean_run(tmp_path, for_every_statement, small_portions) -> None:
    path = write_csv(tmp_path, TEXT)

    def run() -> None:
        take("customers", path)

    def whole(_dump) -> None:
        (done,) = ImportRun.objects.all()
        assert (done.state, done.read) == (RunState.DONE, 5)
        assert Customer.objects.count() == 4

    def between() -> None:
        assert Customer.objects.count() == Event.objects.filter(type="customer.created").count()
        written = sum(part.created for part in engine.ImportPart.objects.filter(done=True))
        assert Customer.objects.count() == written

    def resume() -> None:
        # Killed behind the last commit, the command run again is a second import that changes nothing.
        if not ImportRun.objects.filter(state=RunState.DONE).exists():
            run()
        Job.objects.exclude(state=JobState.DONE).update(state=JobState.DONE)

    points = for_every_statement(
        run, recover=resume, check=whole, between=between, stride=5,
        columns=("folder", "customers.importrun.job_id", "plan", "events"), without=KEYED,
    )  # fmt: skip
    assert points > 60


PEOPLE = """
    客户编号,客户名称,联系人,联系人手机,联系人2,联系人职务
    1,甲公司,张三,13800138000,李四,
    2,乙公司,王五,,,
    1,,张三,,,经理
    1,,张三,13900139000,,
    ,丙公司,,,,
    1,,李四,13700137000,,
    """


def test_people_of_customers_killed_anywhere_and_resumed(tmp_path, for_every_statement, small_portions) -> None:
    path = write_csv(tmp_path, PEOPLE)

    def run() -> None:
        take("customers", path)

    def whole(_dump) -> None:
        (done,) = ImportRun.objects.all()
        assert (done.state, done.read, done.contacts_created) == (RunState.DONE, 6, 4)
        people = set(Contact.objects.values_list("customer__name", "name", "mobile", "position"))
        assert people == {
            ("甲公司", "张三", "13800138000", "经理"), ("甲公司", "张三", "13900139000", ""),
            ("甲公司", "李四", "13700137000", ""), ("乙公司", "王五", "", ""),
        }  # fmt: skip

    def between() -> None:
        written = sum(part.contacts_created for part in engine.ImportPart.objects.filter(done=True))
        assert Contact.objects.count() == written == Event.objects.filter(type="contact.created").count()

    def resume() -> None:
        if not ImportRun.objects.filter(state=RunState.DONE).exists():
            run()
        Job.objects.exclude(state=JobState.DONE).update(state=JobState.DONE)

    points = for_every_statement(
        run, recover=resume, check=whole, between=between, stride=11,
        columns=("folder", "customers.importrun.job_id", "plan", "events"), without=KEYED,
    )  # fmt: skip
    assert points > 30


@pytest.mark.parametrize("portion", [2, 3])
def test_an_ended_run_is_taken_up_not_repeated(
    tmp_path, transactional_db, small_portions, monkeypatch, portion
) -> None:
    """Also by a version of the program that takes more rows at once."""
    path = write_csv(tmp_path, TEXT)
    points = run_until(None, lambda: take("customers", path)).points
    Customer.objects.all()
    from weixi.testing.faults import empty_database

    empty_database()
    assert run_until(points * 2 // 3, lambda: take("customers", path)).dead
    (run,) = ImportRun.objects.all()
    assert run.state == RunState.RUNNING
    before = Customer.objects.count()
    monkeypatch.setattr(cutting, "PORTION", portion)
    outcome = take("customers", path)
    assert outcome["run"] == run.pk
    assert counts(outcome)[0] == 4 and before < 4


def test_the_base_may_change_between_check_and_write(tmp_path, transactional_db, monkeypatch) -> None:
    path = write_csv(tmp_path, TEXT)
    write = engine.write

    def meanwhile(*given) -> None:
        create_customer(viewer=SYSTEM, number="2", name="乙公司", city="天津")
        write(*given)

    monkeypatch.setattr(engine, "write", meanwhile)
    outcome = take("customers", path)
    run = ImportRun.objects.get(pk=outcome["run"])
    assert run.redecided == [[3, "c", "s"]]
    assert counts(outcome) == (3, 0, 2, 0, 0)
    assert Customer.objects.get(number="2").city == "天津"


def test_two_imports_at_once(tmp_path, at_once, small_portions) -> None:
    rows = "\n".join(f"N{n},公司{n}" for n in range(30))
    paths = [write_csv(tmp_path, f"客户编号,客户名称\n{rows}", name) for name in ("one.csv", "two.csv")]
    paths[1].write_text(paths[1].read_text(encoding="utf-8") + "N99,另一家\n", encoding="utf-8")
    results = at_once(*(lambda path=path: take("customers", path) for path in paths))
    assert [type(each) for each in results] == [dict, dict], results
    assert Customer.objects.count() == 31
    assert sum(each["created"] for each in results) == 31
    assert sum(each["unchanged"] for each in results) == 30


def test_a_child_killed_for_real_is_resumed(tmp_path, child) -> None:
    rows = "\n".join(f"N{n},公司{n}" for n in range(2500))
    path = write_csv(tmp_path, f"客户编号,客户名称\n{rows}")
    code = (
        "import sys; from pathlib import Path; from weixi.testing.faults import die_when_told\n"
        "from weixi.customers.importing.commands import import_file\n"
        "from weixi.organisation.scope import system_viewer\n"
        "with die_when_told():\n"
        "    print(import_file('customers', Path(sys.argv[1]), viewer=system_viewer('cli'))['created'])\n"
    )
    status, out, errors = child(code, str(path), WEIXI_FAULT_AT="110").finish()
    assert (status, out) == (137, ""), errors
    status, out, errors = child(code, str(path)).finish()
    assert (status, out.strip()) == (0, "2500"), errors
    assert Customer.objects.count() == 2500 and ImportRun.objects.count() == 1


def test_a_fault_of_the_database_that_stays_ends_the_command_and_the_next_one_goes_on(
    db, tmp_path, monkeypatch
) -> None:
    path = write_csv(tmp_path, TEXT)
    tried = []

    def full(*_: object) -> None:
        tried.append(1)
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(engine, "write", full)
        patched.setattr(commands, "WAIT_SECONDS", 0)
        with pytest.raises(commands.Refused, match="database or disk is full"):
            take("customers", path)
    assert len(tried) == jobs.MAX_ATTEMPTS
    assert take("customers", path)["created"] == 4
    (done,) = ImportRun.objects.all()
    assert (done.state, done.read) == (RunState.DONE, 5)
