"""Each figure of a run opens the rows of the file it counts."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from weixi.customers.importing import run_rows
from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.refused_rows import refused_by_reason
from weixi.customers.importing.tests.helpers import take, write_csv
from weixi.customers.models import Customer
from weixi.kernel.jobs import services as jobs

pytestmark = pytest.mark.django_db
TEXT = "厂家,邮箱\n甲公司,\n乙公司,不是邮箱\n丙公司,b@c.cn\n合计,\n"


@pytest.fixture
def run(cast, client_as) -> ImportRun:
    """A run of the specialist's, checked and waiting."""
    client = client_as(cast.specialist)
    file = SimpleUploadedFile("客户.csv", TEXT.encode())
    client.post(reverse("import-new"), {"kind": "customers", "file": file})
    made = ImportRun.objects.get()
    client.post(reverse("import-map", args=[made.pk]), {"column-0": "name", "column-1": "email"})
    jobs.run_pending()
    made.refresh_from_db()
    return made


def rows(client, run: ImportRun, figure: str, page: int = 1) -> str:
    answer = client.get(reverse("import-rows", args=[run.pk, figure]), {"page": page})
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_and_after_the_writing(cast, client_as, run) -> None:
    client = client_as(cast.specialist)
    shown = client.get(run.get_absolute_url()).content.decode()
    links = dict(re.findall(r'href="([^"]*/rows/\w+/)">(\d+)<', shown))
    assert {url.split("/")[-2]: int(number) for url, number in links.items()} == {
        "new": run.created, "rejected": run.rejected, "skipped": run.skipped,
    }  # fmt: skip
    assert (run.created, run.rejected, run.skipped) == (2, 1, 1)
    page = rows(client, run, "new")
    assert "甲公司" in page and "b@c.cn" in page and "乙公司" not in page
    assert "不是邮箱" in rows(client, run, "rejected")
    assert "合计行" in rows(client, run, "skipped")
    assert "没有这样的行" in rows(client, run, "same")
    client.post(reverse("import-start", args=[run.pk]))
    jobs.run_pending()
    made = Customer.objects.get(name="丙公司")
    page = rows(client, run, "new")
    assert reverse("customer", args=[made.pk]) in page and made.number in page


def test_pages_of_portions(cast, client_as, run, monkeypatch) -> None:
    monkeypatch.setattr(run_rows, "PER_PAGE", 1)
    client = client_as(cast.specialist)
    assert "甲公司" in rows(client, run, "new") and "丙公司" not in rows(client, run, "new")
    assert "丙公司" in rows(client, run, "new", 2)


def test_a_long_or_lost_file_is_told_by_its_numbers(cast, client_as, run, monkeypatch) -> None:
    client = client_as(cast.specialist)
    monkeypatch.setattr(run_rows, "READ_TO", 2)
    page = rows(client, run, "new")
    assert "文件太长" in page and ">4<" in page
    monkeypatch.undo()
    run.source.unlink()
    assert ">4<" in rows(client, run, "new")


def test_nobody_else_opens_them(cast, client_as, run) -> None:
    assert client_as(cast.colleague).get(reverse("import-rows", args=[run.pk, "new"])).status_code == 404
    assert client_as(cast.specialist).get(reverse("import-rows", args=[run.pk, "all"])).status_code == 404


def test_rejected_rows_stand_under_their_reason(cast, client_as, tmp_path) -> None:
    bad = "".join(f"户{number},坏邮箱{number}\n" for number in range(7))
    path = write_csv(tmp_path, "客户名称,邮箱\n甲公司,\n" + bad + "乙公司,b@c.cn\n,c@d.cn\n")
    outcome = take("customers", path, viewer=cast.viewer("specialist"))
    run = ImportRun.objects.get(pk=outcome["run"])
    many, one = refused_by_reason(run)
    assert (many.count, many.numbers, many.more, many.alike) == (7, [3, 4, 5, 6, 7], True, True)
    assert (one.count, one.numbers, one.more, one.alike) == (1, [11], False, False)
    client = client_as(cast.specialist)
    shown = client.get(run.get_absolute_url()).content.decode()
    assert "第 3、4、5、6、7… 行，共 7 行" in shown and "第 11 行<" in shown
    link = html.unescape(re.findall(r'href="([^"]*[?]reason=[^"]*)"', shown)[0])
    page = client.get(link).content.decode()
    assert "坏邮箱6" in page and "c@d.cn" not in page
    assert "没有这样的行" in client.get(link + "0").content.decode()
