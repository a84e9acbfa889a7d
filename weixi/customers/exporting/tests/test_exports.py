from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from python_calamine import CalamineWorkbook

from weixi.customers.exporting import services
from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.customers.exporting.services import decide, drop_old, fetch, request_export
from weixi.customers.importing.commands import import_file
from weixi.customers.models import Customer
from weixi.customers.services import add_contact, create_customer
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.jobs import services as jobs
from weixi.kernel.outbox.models import Notice
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
COLUMNS = [["grade", "w-80"], ["owner", "w-80"], ["amount", "w-120"], ["bank", "w-140"], ["city", "w-80"]]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield


@pytest.fixture
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "approved_from", lambda: 3)


def asked(
    viewer: Viewer, kind: str = "customers", form: str = "csv", columns: Any = COLUMNS, **given: str
) -> ExportRun:
    query = QueryDict(mutable=True)
    reason = given.pop("reason", "盘点")
    query.update(given)
    run = request_export(viewer, kind, query, columns, format=form, reason=reason)
    if run.job_id:
        jobs.run_now(run.job_id)
        run.refresh_from_db()
    return run


def table(run: ExportRun) -> list[list[str]]:
    return list(csv.reader(io.StringIO(run.path.read_text("utf-8-sig"))))


def test_only_rows_and_columns_of_ones_own_scope_with_the_mark(cast: Cast) -> None:
    """What the address asks for beyond the scope is not there (A44)."""
    for query in ({}, {"all": "1", "page_size": "100000"}, {"owner": str(cast.outsider.pk)}):
        rows = table(asked(cast.viewer("supervisor"), **query))
        seen = {row[0] for row in rows[1:]}
        assert seen <= {"C-001", "C-002", "C-006"}
        assert len(rows[0]) == 2 + len(COLUMNS) + 1
    run = asked(cast.viewer("supervisor"), where="city:empty")
    assert {row[-1] for row in table(run)[1:]} == {services.mark_of(run)}
    assert run.number in services.mark_of(run) and cast.supervisor.username in services.mark_of(run)
    assert (run.rows, run.customers, run.state) == (3, 3, ExportState.DONE)
    event = Event.objects.get(type="export.written", subject_id=str(run.pk))
    assert event.data["rows"] == 3 and "where=city" in event.personal.data["filter"]  # type: ignore[attr-defined]


def test_masked_as_on_screen(cast: Cast) -> None:
    install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
    mine = cast.customer_of("specialist")
    mine.registration.bank_account = "6222020000001234"
    mine.registration.save()
    add_contact(mine, viewer=cast.viewer("specialist"), name="冯师傅", mobile="13800138000", birthday="1980-05-20")
    run = asked(cast.viewer("supervisor"), columns=[["bank_account", "w-140"]])
    assert "6222020000001234" not in run.path.read_text("utf-8-sig") and "1234" in run.path.read_text("utf-8-sig")
    assert len(run.masked) == 1
    text = asked(cast.viewer("supervisor"), kind="contacts").path.read_text("utf-8-sig")
    assert "冯师傅" in text and "1980" not in text
    with pytest.raises(Forbidden):
        asked(cast.viewer("supervisor"), where="bank_account:filled")


def test_without_the_right_nothing_is_asked(cast: Cast, client_as: Desk) -> None:
    with pytest.raises(Forbidden):
        asked(cast.viewer("specialist"))
    for kind, form in (("secrets", "csv"), ("customers", "exe")):
        with pytest.raises(Invalid):
            asked(cast.viewer("supervisor"), kind=kind, form=form)
    assert not ExportRun.objects.exists()


def test_many_need_a_second_person(cast: Cast, low_limit: None) -> None:
    with pytest.raises(Invalid):
        asked(cast.viewer("supervisor"), reason="")
    run = asked(cast.viewer("supervisor"), sort="-amount")
    assert (run.state, run.job_id, run.path.is_file()) == (ExportState.WAITING, None, False)
    told = set(Notice.objects.filter(kind="export.asked").values_list("person__username", flat=True))
    assert told == {"director", "manager", "ceo", "admin"}
    for who in ("supervisor", "data_steward", "specialist"):
        with pytest.raises(Forbidden):
            decide(run, viewer=cast.viewer(who), agree=True, expected=run.filter_hash)
    with pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("service_manager"), agree=True, expected="something else")
    run = decide(run, viewer=cast.viewer("service_manager"), agree=True, expected=run.filter_hash)
    with pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("director"), agree=False, expected=run.filter_hash)
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    # The file is the asker's, with what the asker sees, not the one's who agreed.
    assert {row[0] for row in table(run)[1:]} == {"C-001", "C-002", "C-006"}
    assert Notice.objects.filter(kind="export.answered", person=cast.supervisor).count() == 1


def test_nobody_agrees_to_his_own(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("director"))
    with pytest.raises(Forbidden):
        decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)


def test_what_was_approved_is_what_is_written(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("supervisor"), where="city:empty")
    run = decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)
    ExportRun.objects.filter(pk=run.pk).update(query="")
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    assert run.state == ExportState.FAILED and not run.file_name


def test_more_customers_than_were_there_need_a_yes_after_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "approved_from", lambda: 4)
    query = QueryDict(mutable=True)
    run = request_export(cast.viewer("supervisor"), "customers", query, COLUMNS, format="csv")
    create_customer(viewer=cast.viewer("supervisor"), name="新来", owner=cast.colleague)
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    assert run.state == ExportState.FAILED


def test_a_request_does_not_wait_for_ever(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("supervisor"))
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)


def test_the_file_is_for_who_asked_and_for_a_day(cast: Cast, client_as: Desk) -> None:
    run = asked(cast.viewer("supervisor"))
    address = reverse("export-file", args=[run.pk])
    answer = client_as(cast.supervisor).post(address)
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    for other in (cast.director, cast.other_supervisor, cast.specialist):
        assert client_as(other).post(address).status_code == 404
    assert client_as(cast.supervisor).get(address).status_code == 405
    assert Event.objects.filter(type="export.fetched").count() == 1
    with clock.at(clock.now() + timedelta(days=2)):
        with pytest.raises(Conflict):
            fetch(run, viewer=cast.viewer("supervisor"))
        assert drop_old() == 1 and not run.path.exists()
    # The row stays: it is the log.
    assert ExportRun.objects.filter(pk=run.pk, file_name="").exists()


def test_after_a_demotion_the_file_stays_shut(cast: Cast) -> None:
    """Rights, scope and fields are those of now, in writing and in fetching (A44)."""
    query = QueryDict(mutable=True)
    before = asked(cast.viewer("director"))
    late = request_export(cast.viewer("director"), "customers", query, COLUMNS, format="csv")
    User.objects.filter(pk=cast.director.pk).update(scope="own")
    now = viewer_of(User.objects.get(pk=cast.director.pk))
    with pytest.raises(Conflict):
        fetch(before, viewer=now)
    assert late.job_id is not None
    jobs.run_now(late.job_id)
    late.refresh_from_db()
    assert len(table(late)) == 1
    User.objects.filter(pk=cast.director.pk).update(role="specialist")
    with pytest.raises(Forbidden):
        fetch(late, viewer=viewer_of(User.objects.get(pk=cast.director.pk)))
    with pytest.raises(NotFound):
        services.get_export_for(cast.viewer("outsider"), before.pk)


FORMULAS = ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\uff1d1+1", "'quoted", "''=1", 'a"b', "a,b"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_formulas_are_text_and_come_back_as_they_were(cast: Cast, form: str) -> None:
    viewer = cast.viewer("director")
    made = [create_customer(viewer=viewer, name=f"户{place}", city=text) for place, text in enumerate(FORMULAS)]
    run = asked(viewer, form=form, columns=[["city", "w-80"]])
    if form == "csv":
        cells = {row[0]: row[2] for row in table(run)}
        for customer, text in zip(made, FORMULAS, strict=True):
            assert cells[customer.number][0] not in "=+-@\uff1d", text
    else:
        sheet = CalamineWorkbook.from_path(str(run.path)).get_sheet_by_index(0).to_python()
        assert {row[2] for row in sheet} >= {"=cmd|'/c calc'!A0", "-2+3"}
    Customer.objects.filter(pk__in=[customer.pk for customer in made]).update(city="变了")
    outcome = import_file("customers", run.path, viewer=viewer, mapping=None, sheet=None, create_customers=False,
                          check_only=False)  # fmt: skip
    assert outcome["rejected"] == 0
    for customer, text in zip(made, FORMULAS, strict=True):
        customer.refresh_from_db()
        assert customer.city == text


def test_pages_from_the_list_to_the_file(cast: Cast, client_as: Desk) -> None:
    client = client_as(cast.supervisor)
    query = urlencode({"where": "region:empty", "sort": "-amount"})
    page = client.get(reverse("export-new"), {"query": query}).content.decode()
    assert "地区" in page and "行业" in page
    answer = client.post(reverse("export-new"), {"query": query, "kind": "customers", "format": "csv", "reason": ""})
    run = ExportRun.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    assert run.query == urlencode({"sort": "-amount", "where": "region:empty"})
    assert client.get(run.get_absolute_url()).status_code == 200
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    assert reverse("export-file", args=[run.pk]) in client.get(run.get_absolute_url()).content.decode()
    assert run.number in client.get(reverse("exports")).content.decode()


def test_orders_one_row_per_line(cast: Cast) -> None:
    from weixi.commerce.tests.helpers import buy

    buy(cast.customer_of("specialist"), "2026-01-05", "1200.50", number="SO-9")
    rows = table(asked(cast.viewer("supervisor"), kind="orders"))
    assert [row[:4] for row in rows[1:]] == [["C-001", "上海启明科技有限公司", "SO-9", "2026-01-05"]]
    assert rows[1][-2] == "1200.50"


def test_a_portion_takes_the_same_queries_however_many_rows(
    cast: Cast, assert_queries_same: Callable[..., int]
) -> None:
    from weixi.customers.exporting.rows import sheet_of
    from weixi.customers.lists.columns import chosen

    viewer = cast.viewer("supervisor")
    numbers = iter(range(100))

    def add() -> Any:
        made = create_customer(viewer=viewer, name=f"甲{next(numbers)}", owner=cast.colleague)
        return add_contact(made, viewer=viewer, name="乙")

    add()
    for kind in ("customers", "contacts", "orders"):

        def ask(kind: str = kind) -> Any:
            sheet = sheet_of(viewer, kind, chosen(viewer, COLUMNS))
            return list(sheet.rows(list(Customer.objects.filter(viewer.owned()).values_list("pk", flat=True))))

        assert_queries_same(ask, add)
