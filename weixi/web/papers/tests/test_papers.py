"""What stands on paper, for whom; sheets; PDF and Word; the company's layouts and what they may name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from weixi.customers.models import Customer, RecordView
from weixi.customers.services import add_contact, change_customer
from weixi.interactions.services import record_interaction
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast
from weixi.web.customer.page import find_customer
from weixi.web.papers import templates
from weixi.web.papers.content import CARD, FORM, RECORD, Grid, Lines, Paper, build_paper, kinds_for
from weixi.web.papers.pages import ROOM, sheets_of
from weixi.web.papers.pdf import pdf_of
from weixi.web.papers.placeholders import check_source
from weixi.web.papers.word import check_template, fill, plain_word, sample_template

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")
EVIL = '$#include("/etc/passwd")$ {{7*7}} <b>&\'"\\'


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    customer = cast.customer_of("specialist")
    change_customer(customer, viewer=SYSTEM, values={"address": "锡山路 8 号", "bank_account": "6222020200012345678"})
    add_contact(
        customer, viewer=SYSTEM, name="陈立群", position="设备部经理", mobile="13800001234", decision_maker=True
    )
    record_interaction(customer, viewer=cast.viewer("specialist"), kind="call", content="谈了扩产")
    Customer.objects.filter(pk=customer.pk).update(grade="core")
    customer.refresh_from_db()
    return customer


def paper(cast: Cast, customer: Customer, kind: str, role: str = "specialist") -> Paper:
    viewer = cast.viewer(role)
    return build_paper(viewer, find_customer(viewer, customer.pk), kind)


def texts(made: Paper) -> str:
    return "\n".join(" ".join(row) for part in made.parts for row in part.rows)


def test_the_form_has_every_group_and_what_orders_say(cast: Cast, customer: Customer) -> None:
    made = paper(cast, customer, FORM)
    titles = [part.title for part in made.parts]
    assert len(titles) >= 9 and made.clause == "A-2"
    assert "锡山路 8 号" in texts(made) and "陈立群" in texts(made)


def test_the_record_card_has_the_policys_lines(cast: Cast, customer: Customer) -> None:
    first = paper(cast, customer, RECORD).parts[0]
    found = dict(first.rows)
    assert list(found) == ["客户姓名", "工作单位", "职位", "住址", "联络方式", "联络频率"]
    assert (found["客户姓名"], found["工作单位"], found["职位"]) == ("陈立群", customer.name, "设备部经理")
    assert "13800001234" in found["联络方式"] and found["住址"] == "锡山路 8 号"


def test_the_card_is_for_key_customers_with_the_policys_contents(cast: Cast, customer: Customer) -> None:
    made = paper(cast, customer, CARD)
    assert [part.title for part in made.parts][1:] == ["联络频率", "全部联系人", "往来经过", "未了事项"]
    assert "谈了扩产" in texts(made)
    Customer.objects.filter(pk=customer.pk).update(grade="normal")
    customer.refresh_from_db()
    assert CARD not in dict(kinds_for(customer))
    with pytest.raises(NotFound):
        paper(cast, customer, CARD)


def test_masked_stays_masked_on_paper(cast: Cast, customer: Customer) -> None:
    for kind, make in [(FORM, plain_word), (FORM, lambda made: fill(sample_template(), made))]:
        made = paper(cast, customer, kind)
        content = make(made)
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.read("word/document.xml").decode()
        assert "6222020200012345678" not in texts(made) + inside + str(made.values)


# --- sheets -----------------------------------------------------------------------------------------

ROWS = st.lists(st.integers(0, 300).map(lambda n: ("a", "字" * n)), min_size=1, max_size=30).map(tuple)
PARTS = st.lists(
    st.one_of(
        st.builds(
            Lines, st.just("t"), ROWS
        ),
        st.builds(
            Grid, st.just("g"), st.just(("a", "b")), ROWS, st.just((30, 70)),
        ),
    ),
    max_size=8,
)  # fmt: skip


@given(PARTS)
def test_nothing_is_lost_between_sheets(parts: list[Any]) -> None:
    sheets = sheets_of(parts)
    wanted = [row for part in parts for row in part.rows]
    assert [row for sheet in sheets for part in sheet for row in part.rows] == wanted
    assert all(sheet for sheet in sheets[:-1])


def test_many_rows_take_more_sheets() -> None:
    long = Grid("g", ("a",), tuple((str(n),) for n in range(ROOM * 2)), (100,))
    assert len(sheets_of([long])) == 3


# --- files ------------------------------------------------------------------------------------------


def test_a_text_is_never_markup(cast: Cast, customer: Customer) -> None:
    change_customer(customer, viewer=SYSTEM, values={"remark": EVIL})
    made = paper(cast, customer, FORM)
    assert pdf_of(made).startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(plain_word(made))) as packed:
        assert "{{7*7}}" in packed.read("word/document.xml").decode()


def docx(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_the_file_to_begin_with_is_a_layout(cast: Cast, customer: Customer) -> None:
    check_template(sample_template())
    made = paper(cast, customer, FORM)
    with zipfile.ZipFile(io.BytesIO(fill(sample_template(), made))) as packed:
        inside = packed.read("word/document.xml").decode()
    assert customer.name in inside and "陈立群" in inside and "{{" not in inside and "{%" not in inside


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ nothing }}", "nothing"),
        ("{{ 7*7 }}", "Mul"),
        ("{{ request.user.password }}", "request.user"),
        ("{{ name.__class__ }}", "name.__class__"),
        ("{{ name.delete() }}", "Call"),
        ("{{ name|upper }}", "Filter"),
        ("{% include 'x' %}", "Include"),
        ("{% import 'x' as y %}", "Import"),
        ("{% set x = 1 %}", "Assign"),
        ("{% for x in range(1000000000) %}a{% endfor %}", "For"),
        ("{% for p in people %}{% for q in people %}a{% endfor %}{% endfor %}", "For"),
        ("{% for p in people %}{{ p.password }}{% endfor %}", "p.password"),
        ("{% for p in people %}{{ p['name'] }}{% endfor %}", "Getitem"),
        ("{{ people }}", "people"),
        ("{{ cycler.__init__.__globals__ }}", "cycler.__init__"),
        ("{{ ''.__class__ }}", "Getattr"),
        ("{% macro m() %}{% endmacro %}", "Macro"),
        ("{{ name if name else number }}", "CondExpr"),
    ],
)
def test_what_is_not_on_the_list_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_source(text)
    assert named.split(".")[0] in str(caught.value)
    with pytest.raises(Invalid):
        check_template(docx(text))


def test_what_is_no_word_file_is_refused() -> None:
    outside = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx("x"))) as old, zipfile.ZipFile(outside, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "word/_rels/document.xml.rels":
                evil = (
                    b'<Relationship Id="rX" Type="a/image" Target="http://x/" TargetMode="External"/></Relationships>'
                )
                body = body.replace(b"</Relationships>", evil)
            new.writestr(info.filename, body)
    for content in (b"", b"hello", b"PK\x03\x04", docx("{{ name "), outside.getvalue()):
        with pytest.raises(Invalid):
            check_template(content)


def test_a_layout_is_kept_used_and_taken_off(cast: Cast, client_as: Desk, customer: Customer) -> None:
    desk, url = client_as(cast.admin), reverse("paper-template-keep", args=[FORM])
    bad = desk.post(url, {"file": SimpleUploadedFile("x.docx", docx("{{ secret }}"))})
    assert bad.status_code == 422 and "secret" in bad.content.decode()
    assert templates.template_for(FORM) is None
    assert desk.post(url, {"file": SimpleUploadedFile("我们的.docx", docx("甲 {{ name }} 乙"))}).status_code == 302
    mine = client_as(cast.specialist).get(reverse("customer-paper-file", args=[customer.pk, FORM, "docx"]))
    with zipfile.ZipFile(io.BytesIO(mine.content)) as packed:
        assert f"甲 {customer.name} 乙" in packed.read("word/document.xml").decode()
    with pytest.raises(Forbidden):
        templates.keep_template(FORM, "x.docx", [docx("x")], viewer=cast.viewer("specialist"))
    assert desk.post(reverse("paper-template-end", args=[FORM])).status_code == 302
    with pytest.raises(Conflict):
        templates.end_template(FORM, viewer=SYSTEM)


def test_each_print_is_on_record(cast: Cast, client_as: Desk, customer: Customer) -> None:
    desk = client_as(cast.specialist)
    page = desk.get(reverse("customer-paper", args=[customer.pk, CARD]))
    assert page.status_code == 200 and "wx-a4" in page.content.decode() and customer.name in page.content.decode()
    pdf = desk.get(reverse("customer-paper-file", args=[customer.pk, FORM, "pdf"]))
    assert pdf.content.startswith(b"%PDF-") and "filename*=UTF-8''" in pdf["Content-Disposition"]
    seen = RecordView.objects.filter(customer_id=customer.pk, person=cast.specialist)
    assert list(seen.values_list("way", flat=True)) == ["print"]
    assert client_as(cast.outsider).get(reverse("customer-paper", args=[customer.pk, FORM])).status_code == 404
    assert desk.get(f"/customers/{customer.pk}/paper/form/exe/").status_code == 404
