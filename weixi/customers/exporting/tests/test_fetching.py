"""From asking for an export to its file: on the pages, by a program, and by nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from weixi.customers.exporting import services
from weixi.customers.exporting.models import ExportRun
from weixi.customers.exporting.services import drop_old, fetch, request_export
from weixi.customers.exporting.tests.helpers import COLUMNS, Desk, asked, table
from weixi.customers.lists.saved import save_view
from weixi.customers.models import CustomField, CustomValue
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.jobs import services as jobs
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_token
from weixi.testing.cast import Cast


def test_without_the_right_nothing_is_asked(cast: Cast, client_as: Desk) -> None:
    with pytest.raises(Forbidden):
        asked(cast.viewer("specialist"))
    for kind, form in (("secrets", "csv"), ("customers", "exe")):
        with pytest.raises(Invalid):
            asked(cast.viewer("supervisor"), kind=kind, form=form)
    assert not ExportRun.objects.exists()


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


def test_a_destroyed_file_is_not_offered(cast: Cast, client_as: Desk) -> None:
    run = asked(cast.viewer("supervisor"))
    desk = client_as(cast.supervisor)
    address = reverse("export-file", args=[run.pk])
    assert address in desk.get(run.get_absolute_url()).content.decode()
    # As an erasure of somebody in it does.
    run.path.unlink()
    page = desk.get(run.get_absolute_url()).content.decode()
    assert address not in page and "文件已销毁" in page
    assert "已不保存" in desk.get(reverse("exports")).content.decode()
    refused = desk.post(address)
    assert refused.status_code == 409 and "文件已销毁" in refused.content.decode()


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
    listed = client.get(reverse("exports")).content.decode()
    assert run.number in listed and "客户（按列表的列） · CSV" in listed


def test_the_chosen_lines_are_what_is_exported(cast: Cast, client_as: Desk) -> None:
    """Those ticked in the list, whatever its filter says; one of them out of scope is none at all."""
    client = client_as(cast.supervisor)
    mine, other = cast.customer_of("specialist"), cast.customer_of("colleague")
    given = {"query": "where=city:in:无&sort=-name", "pick": [mine.pk]}
    page = client.get(reverse("export-new"), given).content.decode()
    assert mine.number in page and other.number not in page
    query = re.search(r'name="query" value="([^"]*)"', page)
    assert query
    asked = {"query": unescape(query[1]), "kind": "customers", "format": "csv", "reason": ""}
    assert client.post(reverse("export-new"), asked).status_code == 302
    run = ExportRun.objects.get()
    assert run.job_id
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    text = run.path.read_text("utf-8-sig")
    assert mine.name in text and other.name not in text
    foreign = cast.customer_of("outsider")
    assert client.get(reverse("export-new"), {"query": "", "pick": [mine.pk, foreign.pk]}).status_code == 404
    whole = client.get(reverse("export-new"), {"query": "sort=-name", "pick": [mine.pk], "whole": "1"})
    assert 'value="sort=-name"' in whole.content.decode()


def test_a_program_fetches_the_file_of_its_own_export(cast: Cast, client: Client) -> None:
    _token, secret = create_token(cast.supervisor, viewer=system_viewer("test"), scopes=("read", "export"))
    _other, foreign = create_token(cast.director, viewer=system_viewer("test"), scopes=("read", "export"))
    head = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "once"}
    asked = {"kind": "customers", "format": "csv", "reason": "盘点"}
    made = client.post("/api/v1/exports", asked, content_type="application/json", headers=head).json()
    jobs.run_now(ExportRun.objects.get().job_id or 0)
    address = f"/api/v1/exports/{made['id']}/file"
    for _again in range(2):
        answer = client.generic("POST", address, headers={**head, "Idempotency-Key": "file"})
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
        assert cast.customer_of("specialist").name in b"".join(answer.streaming_content).decode("utf-8-sig")
    assert Event.objects.filter(type="export.fetched").count() == 2
    assert client.generic("POST", address, headers={"Authorization": f"Bearer {foreign}"}).status_code == 404
    assert client.get(address, headers=head).status_code == 405


def test_the_list_of_the_api_takes_a_view_and_gives_custom_values(cast: Cast, client: Client) -> None:
    now = clock.now()
    area = CustomField.objects.create(code="area", title="面积", type="number", created_at=now, changed_at=now)
    mine = cast.customer_of("specialist")
    CustomValue.objects.create(field=area, customer=mine, number=Decimal("24000"))
    view = save_view(cast.viewer("supervisor"), values={"name": "有面积", "where": "x_area:filled", "sort": "-name"})
    _token, secret = create_token(cast.supervisor, viewer=system_viewer("test"), scopes=("read",))
    _other, foreign = create_token(cast.outsider, viewer=system_viewer("test"), scopes=("read",))
    head = {"Authorization": f"Bearer {secret}"}
    items = client.get("/api/v1/customers", {"view_id": view.pk}, headers=head).json()["items"]
    assert [(each["id"], each["custom"]["x_area"]) for each in items] == [(mine.pk, "24000")]
    said = client.get("/api/v1/customers", {"view_id": view.pk, "where": "x_area:empty"}, headers=head).json()["items"]
    assert mine.pk not in {each["id"] for each in said} and said
    answer = client.get("/api/v1/customers", {"view_id": view.pk}, headers={"Authorization": f"Bearer {foreign}"})
    assert answer.status_code == 404
