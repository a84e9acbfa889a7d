"""The wizard as a browser walks through it, and who may not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from urllib.parse import quote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from weixi.customers.importing.models import ImportRun, RunState
from weixi.customers.importing.samples import columns_of
from weixi.customers.importing.storage import root
from weixi.customers.models import Customer
from weixi.kernel.jobs import services as jobs
from weixi.kernel.slices import registry
from weixi.project.cli import main

pytestmark = pytest.mark.django_db
TEXT = "客户名称,合作日期,邮箱\n甲公司,01-03-2016,\n乙公司,02-03-2016,不是邮箱\n"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(client, text: str | bytes = TEXT, kind: str = "customers", name: str = "客户.csv"):
    content = text.encode("gb18030") if isinstance(text, str) else text
    return client.post(reverse("import-new"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_the_way_through(cast, client_as) -> None:
    client = client_as(cast.specialist)
    assert client.get(reverse("import-new")).status_code == 200
    answer = send(client)
    run = ImportRun.objects.get()
    assert answer.url == reverse("import-map", args=[run.pk]) and run.encoding == "gb18030"
    page = client.get(answer.url)
    assert page.status_code == 200 and "甲公司" in page.content.decode()
    fields = {"column-0": "name", "column-1": "cooperation_since", "column-2": "email"}
    client.post(answer.url, fields)
    assert "hx-trigger" in client.get(run.get_absolute_url()).content.decode()
    jobs.run_pending()
    run.refresh_from_db()
    assert run.state == RunState.ASKING
    assert 'name="answer-1"' in client.get(run.get_absolute_url()).content.decode()
    client.post(reverse("import-answer", args=[run.pk]), {"answer-1": "dmy"})
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.read, run.created, run.rejected) == (RunState.CHECKED, 2, 1, 1)
    assert not Customer.objects.filter(name="甲公司").exists()
    assert "不是邮箱" in client.get(run.get_absolute_url()).content.decode()
    client.post(reverse("import-start", args=[run.pk]))
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.created) == (RunState.DONE, 1)
    made = Customer.objects.get(name="甲公司")
    assert (made.owner, made.cooperation_since) == (cast.specialist, "2016-03-01")
    assert "甲公司" in client.get(run.get_absolute_url()).content.decode()
    errors = client.get(reverse("import-error-file", args=[run.pk]))
    assert errors["Content-Disposition"].startswith("attachment")
    assert "不是邮箱" in b"".join(errors.streaming_content).decode("gb18030")
    assert "客户.csv" in client.get(reverse("import")).content.decode()


def test_why_there_is_nothing_to_begin_is_said(cast, client_as) -> None:
    client = client_as(cast.specialist)
    told = "没有可写入的新内容"
    for text, silent in (("客户名称,邮箱\n乙公司,不是邮箱\n", False), ("客户名称,邮箱\n丙公司,\n", True)):
        page = send(client, text).url
        client.post(page, {"column-0": "name", "column-1": "email"})
        jobs.run_pending()
        run = ImportRun.objects.latest("pk")
        assert run.state == RunState.CHECKED
        shown = client.get(run.get_absolute_url()).content.decode()
        assert (told in shown) is not silent
        assert ("disabled" in shown[shown.index("import") : shown.index("开始导入")]) is not silent


def test_choices_and_answers_are_remembered(cast, client_as) -> None:
    client = client_as(cast.specialist)
    text = "厂家,合作日期\n甲公司,01-03-2016\n"
    send(client, text)
    run = ImportRun.objects.get()
    client.post(reverse("import-map", args=[run.pk]), {"column-0": "name", "column-1": "cooperation_since"})
    jobs.run_pending()
    client.post(reverse("import-answer", args=[run.pk]), {"answer-1": "mdy"})
    send(client, text)
    second = ImportRun.objects.exclude(pk=run.pk).get()
    page = client.get(reverse("import-map", args=[second.pk])).content.decode()
    assert 'value="name" selected' in page
    client.post(reverse("import-map", args=[second.pk]), {"column-0": "name", "column-1": "cooperation_since"})
    jobs.run_pending()
    assert 'value="mdy" required checked' in client.get(second.get_absolute_url()).content.decode()


def test_a_mapping_that_cannot_work_is_told(cast, client_as) -> None:
    client = client_as(cast.specialist)
    send(client)
    run = ImportRun.objects.get()
    answer = client.post(reverse("import-map", args=[run.pk]), {"column-0": "email", "column-2": "email"})
    assert answer.status_code == 422
    answer = client.post(reverse("import-map", args=[run.pk]), {"column-0": "owner__password"})
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.state == RunState.UPLOADED


def test_nobody_opens_the_imports_of_others(cast, client_as) -> None:
    send(client_as(cast.specialist))
    run = ImportRun.objects.get()
    for who in (cast.colleague, cast.supervisor):
        client = client_as(who)
        for name in ("import-run", "import-map", "import-error-file"):
            assert client.get(reverse(name, args=[run.pk])).status_code == 404
        for name in ("import-start", "import-cancel", "import-again", "import-answer", "import-read"):
            assert client.post(reverse(name, args=[run.pk])).status_code == 404
    assert client_as(cast.admin).get(reverse("import-map", args=[run.pk])).status_code == 200
    for name in ("import-start", "import-cancel", "import-again", "import-answer", "import-read"):
        assert client_as(cast.specialist).get(reverse(name, args=[run.pk])).status_code == 405


def test_rights(cast, client_as) -> None:
    for who in (cast.sales, cast.executive):
        assert client_as(who).get(reverse("import")).status_code == 403
        assert send(client_as(who)).status_code == 403
    assert send(client_as(cast.specialist), kind="orders").status_code == 403
    assert send(client_as(cast.specialist), kind="nothing").status_code == 404
    assert not ImportRun.objects.exists() and not list(root().glob("*/source"))


def test_a_cancelled_run_writes_nothing(cast, client_as) -> None:
    client = client_as(cast.specialist)
    send(client, "客户名称\n甲公司\n")
    run = ImportRun.objects.get()
    client.post(reverse("import-map", args=[run.pk]), {"column-0": "name"})
    client.post(reverse("import-cancel", args=[run.pk]))
    jobs.run_pending()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED and not run.parts.exists()
    assert client.post(reverse("import-start", args=[run.pk])).status_code == 409


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 1024 * 1024))
    return stream.getvalue()


def test_customers_that_are_missing_are_made_with_one_button(cast, client_as) -> None:
    client = client_as(cast.director)
    file = SimpleUploadedFile("订单.csv", "订单号,客户名称,订单日期,金额\nA-1,没有的公司,2026-01-05,100\n".encode())
    client.post(reverse("import-new"), {"kind": "orders", "file": file})
    run = ImportRun.objects.get()
    fields = {"column-0": "number", "column-1": "customer_name", "column-2": "placed_at", "column-3": "amount"}
    client.post(reverse("import-map", args=[run.pk]), fields)
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.created, run.rejected) == (RunState.CHECKED, 0, 1)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "一并建档" in page and "没有的公司" in page
    form = dict(re.findall(r'<input type="hidden" name="(column-\d|create_customers)" value="([^"]*)">', page))
    client.post(reverse("import-map", args=[run.pk]), form)
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.created, run.rejected) == (1, 0)
    assert "一并建档，重新检查" not in client.get(run.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 4000, b"%PDF-1.7\n%\xe2\xe3", b"MZ\x90\x00" + b"\x00" * 500, b"\xff\xd8\xff\xe0" + b"x" * 200, _bomb(),
     b"PK\x03\x04broken", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'],
    ids=["empty", "zeros", "pdf", "program", "picture", "bomb", "broken zip", "entities"],
)  # fmt: skip
def test_hostile_files_are_refused_and_leave_nothing(cast, client_as, content) -> None:
    answer = send(client_as(cast.specialist), content, name="../../etc/passwd.xlsx")
    assert answer.status_code == 422
    assert not ImportRun.objects.exists() and not list(root().glob("*/source"))


def test_text_from_files_stays_text(cast, client_as) -> None:
    client = client_as(cast.specialist)
    send(client, "客户名称,邮箱\n<script>alert(1)</script>,=cmd|' /C calc'!A0\n", name="<b>.csv")
    run = ImportRun.objects.get()
    page = client.get(reverse("import-map", args=[run.pk])).content.decode()
    assert "<script>alert" not in page and "<b>.csv" not in page
    client.post(reverse("import-map", args=[run.pk]), {"column-0": "name", "column-1": "email"})
    jobs.run_pending()
    assert "<script>alert" not in client.get(run.get_absolute_url()).content.decode()
    errors = b"".join(client.get(reverse("import-error-file", args=[run.pk])).streaming_content).decode("gb18030")
    assert ",'=cmd" in errors or ",\"'=cmd" in errors


@pytest.mark.parametrize("kind", ["customers", "contacts", "orders", "interactions", "need_tags", "judgements"])
def test_empty_tables_need_no_matching(cast, client_as, kind) -> None:
    answer = client_as(cast.director).get(reverse("import-sample", args=[kind]))
    assert quote("导入模板-") in answer["Content-Disposition"] and ".xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    header = [cell.value for cell in next(iter(book.active.rows))]
    from weixi.kernel.importing.mapping.suggest import suggest_mapping

    made = suggest_mapping(registry.imports[kind].spec, header)
    assert tuple(one.field for one in made) == columns_of(registry.imports[kind].spec)


def test_the_command_names_the_sheets_it_has_not_read(tmp_path, capsys) -> None:
    book = openpyxl.Workbook()
    for number, name in enumerate(("华东", "华南", "藏着")):
        sheet = book.active if not number else book.create_sheet()
        sheet.title = name
        sheet.sheet_state = "hidden" if number == 2 else "visible"
        for row in (("客户名称", "城市"), (f"{name}公司", "上海")):
            sheet.append(row)
    path = tmp_path / "客户.xlsx"
    book.save(path)
    assert main(["import", "customers", str(path), "--check", "--json"]) == 0
    told = capsys.readouterr()
    outcome = json.loads(told.out)
    assert (outcome["sheet"], outcome["other_sheets"]) == ("华东", ["华南"]) and "华南" in told.err
    assert list(outcome)[:6] == ["read", "created", "updated", "unchanged", "rejected", "skipped"]
    assert main(["import", "customers", str(path), "--check", "--json", "--sheet", "华南"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["other_sheets"] == [] and told.err == ""


def test_pages_cost_the_same_for_many_runs(cast, client_as, assert_queries_same) -> None:
    client = client_as(cast.specialist)
    assert_queries_same(lambda: client.get(reverse("import")), lambda: send(client))


BARE = "苏州恒昌纺织有限公司,13812340001,2024-01-02\n无锡琥珀机械有限公司,13812340002,2024-01-03\n南通启明泵业有限公司,不是电话,2024-01-04\n"


def test_a_file_without_column_names(cast, client_as) -> None:
    client = client_as(cast.specialist)
    page = client.get(send(client, BARE).url)
    run = ImportRun.objects.get()
    # It is noticed, with the way out beside it.
    assert 'name="header_row" value="0"' in page.content.decode()
    answer = client.post(reverse("import-read", args=[run.pk]), {"header_row": "0"})
    lines = client.get(answer.url).context["lines"]
    # Proposed from the values as far as these tell.
    assert (lines[0].field, len(lines)) == ("name", 3)
    page = client.get(answer.url).content.decode()
    assert "第 1 列" in page and "没有列名" in page and 'value="0"' in page
    client.post(answer.url, {"column-0": "name", "column-1": "phone", "column-2": ""})
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.read, run.created, run.rejected) == (RunState.CHECKED, 3, 2, 1)
    client.post(reverse("import-start", args=[run.pk]))
    jobs.run_pending()
    assert Customer.objects.filter(name__in=["苏州恒昌纺织有限公司", "无锡琥珀机械有限公司"]).count() == 2
    # The error file comes back as it is: its first row holds nothing but the name of the reasons.
    run.refresh_from_db()
    assert run.error_file is not None
    corrected = run.error_file.read_bytes().replace("不是电话".encode("gb18030"), b"13812340003", 1)
    again = send(client, corrected, name="again.csv")
    run = ImportRun.objects.first()
    client.post(reverse("import-read", args=[run.pk]), {"header_row": "0"})
    client.post(again.url, {"column-0": "name", "column-1": "phone", "column-2": ""})
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.read, run.created, run.rejected) == (RunState.CHECKED, 1, 1, 0)


def test_a_text_that_does_not_tell_its_encoding_is_asked_about_where_it_is_given(cast, client_as) -> None:
    client = client_as(cast.specialist)
    text = "客戶名稱,電話\n臺灣積體電路製造股份有限公司,\n鴻海精密工業,\n".encode("big5")
    answer = send(client, text)
    page = answer.content.decode()
    assert answer.status_code == 422 and '<select class="form-control sm" name="encoding">' in page and "big5" in page
    assert not ImportRun.objects.exists()
    again = {"kind": "customers", "file": SimpleUploadedFile("客户.csv", text), "encoding": "big5"}
    assert client.post(reverse("import-new"), again).status_code == 302
    run = ImportRun.objects.get()
    assert (run.encoding, run.header) == ("big5", ["客戶名稱", "電話"])
