"""What stands on paper, for whom; sheets; PDF and Word; the company's layouts and what they may name."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
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
from weixi.customers.services.custom_fields import define_field
from weixi.interactions.services import record_interaction
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy
from weixi.web.customer.page import find_customer
from weixi.web.papers import pdf, templates
from weixi.web.papers.content import CARD, FORM, RECORD, Grid, Lines, Paper, as_data, build_paper, kinds_for
from weixi.web.papers.pages import HEAD, LINE, PADDING, ROOM, TITLE, on_one_sheet, sheets_of
from weixi.web.papers.pdf import pdf_of
from weixi.web.papers.placeholders import check_source, names_by_group
from weixi.web.papers.word import check_template, fill, plain_word, sample_template
from weixi.web.views import papers

pytestmark = pytest.mark.usefixtures("own_store")
Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")
EVIL = '$#include("/etc/passwd")$ {{7*7}} <b>&\'"\\'


@pytest.fixture
def customer(cast: Cast) -> Customer:
    shipped_policy("quadrant")
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
            Grid, st.just("g"), st.just(("a", "b")), ROWS, st.just((30, 70)), st.sampled_from([None, 0, 3]),
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
    on_one = (ROOM - TITLE - HEAD) // (LINE + PADDING)
    long = Grid("g", ("a",), tuple((str(n),) for n in range(on_one * 2 + 1)), (100,))
    assert len(sheets_of([long])) == 3


@given(PARTS)
def test_one_sheet_gives_up_rows_only_where_it_may(parts: list[Any]) -> None:
    shorter = on_one_sheet(parts)
    assert len(sheets_of(shorter)) == 1 or all(
        not isinstance(part, Grid) or part.least is None or len(part.rows) <= part.least for part in shorter
    )
    for before, after in zip(parts, shorter, strict=True):
        assert after.rows == before.rows[: len(after.rows)]
        assert after.rows == before.rows or len(after.rows) >= before.least


def pages(made: Paper) -> int:
    """How many the PDF has."""
    import typst

    drawn = typst.compile(
        pdf.TEMPLATE, root=pdf.TEMPLATE.parent, font_paths=[pdf.fonts()],
        sys_inputs={"paper": json.dumps(as_data(made), ensure_ascii=False)}, format="png", ppi=20,
    )  # fmt: skip
    return len(drawn) if isinstance(drawn, list) else 1


def test_the_card_of_an_ordinary_company_is_one_sheet(cast: Cast, customer: Customer, client_as: Desk) -> None:
    """Four people with long names and a year of long talks; the form is not shortened."""
    for name in ("欧阳明月", "司马相如之孙", "王芳", "Alexander Konstantinopoulos"):
        add_contact(
            customer, viewer=SYSTEM, name=name, position="设备与能源管理部副经理", mobile="13800001234",
            preferred_channel="wechat", preferred_time="工作日下午三点以后",
        )  # fmt: skip
    for number in range(20):
        record_interaction(
            customer, viewer=cast.viewer("specialist"), kind="call", content=f"第{number}次：" + "谈了扩产和备件" * 12
        )
    made = papers._made(_asked(cast), find_customer(cast.viewer("specialist"), customer.pk), CARD)
    assert len(sheets_of(made.parts)) == 1 and pages(made) == 1
    people, story = made.parts[2], made.parts[3]
    assert len(people.rows) == 5 and len(story.rows) >= 3
    page = client_as(cast.specialist).get(reverse("customer-paper", args=[customer.pk, CARD])).content.decode()
    assert page.count("wx-form-sheet") == 1


def _asked(cast: Cast) -> Any:
    return SimpleNamespace(viewer=cast.viewer("specialist"))


def test_a_machine_without_chinese_fonts_prints_chinese(cast: Cast, customer: Customer) -> None:
    content = pdf_of(paper(cast, customer, RECORD), own_fonts=True)
    assert content.startswith(b"%PDF") and b"NotoSerifSC" in content and b"LibertinusSerif" not in content


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


def test_a_layout_names_the_companys_own_fields_too(cast: Cast, customer: Customer) -> None:
    with pytest.raises(Invalid):
        check_source("{{ x_area }}")
    define_field(viewer=cast.viewer("data_steward"), title="厂房面积", code="area", type="number")
    change_customer(customer, viewer=SYSTEM, values={"x_area": "9400"})
    check_template(docx("面积 {{ x_area }}"))
    with zipfile.ZipFile(io.BytesIO(fill(docx("面积 {{ x_area }}"), paper(cast, customer, FORM)))) as packed:
        assert "面积 9400" in packed.read("word/document.xml").decode()
    assert ("x_area", "厂房面积") in dict(names_by_group())["单个值"]


@pytest.mark.django_db
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


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A Word file with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx("x"))) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(info.filename, change(body) if info.filename == part else body)
    return made.getvalue()


RELATION = 'Id="rX" Type="{kind}" Target="http://h.test/hyperlink" TargetMode={mode}'
FIELD = (
    '<w:p xmlns:w="{ns}"><w:r><w:instrText>{one}</w:instrText></w:r><w:r><w:instrText>{two}</w:instrText></w:r></w:p>'
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def related(text: str) -> bytes:
    return changed(
        "word/_rels/document.xml.rels",
        lambda body: body.replace(b"</Relationships>", text.encode() + b"</Relationships>"),
    )


def with_field(one: str, two: str = "") -> bytes:
    text = FIELD.format(ns=WORD, one=one, two=two).encode()
    return changed("word/document.xml", lambda body: body.replace(b"<w:body>", b"<w:body>" + text))


@pytest.mark.parametrize("mode", ["'External'", '"External"', '"&#69;xternal"', '"external "'])
def test_a_layout_that_fetches_is_refused_however_it_is_written(mode: str) -> None:
    """A20: whoever opens the paper would fetch the picture, and tell the address that he did."""
    for mark in ("<Relationship {0}/>", '<r:Relationship xmlns:r="x" {0}></r:Relationship>', "<Relationship\n{0}/>"):
        with pytest.raises(Invalid) as caught:
            check_template(related(mark.format(RELATION.format(kind="a/image", mode=mode))))
        assert caught.value.code == "template.outside"


def test_fields_that_fetch_are_refused_and_links_to_click_are_not() -> None:
    for one, two in (
        ("INCLUDEPICTURE ", '"http://h.test/a.png" \\d'),
        ("INCLUDE", "TEXT a"),
        (" dde", "auto cmd x"),
        ("&#76;INK", " a"),
    ):
        with pytest.raises(Invalid) as caught:
            check_template(with_field(one, two))
        assert caught.value.code == "template.outside", one
    check_template(with_field('HYPERLINK "http://h.test/', 'a link"'))
    check_template(with_field(" PAGE "))
    check_template(
        related(f"<Relationship {RELATION.format(kind='a/hyperlink', mode=chr(34) + 'External' + chr(34))}/>")
    )


def test_what_is_no_word_file_is_refused() -> None:
    entity = changed(
        "word/styles.xml", lambda body: body.replace(b"<w:styles", b"<!DOCTYPE a [<!ENTITY b 'c'>]><w:styles", 1)
    )
    wide = changed("word/document.xml", lambda body: body.decode().encode("utf-16"))
    torn = changed("word/_rels/document.xml.rels", lambda body: body[:-5])
    for content in (b"", b"hello", b"PK\x03\x04", docx("{{ name "), entity, wide, torn):
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


FAULTS: dict[str, Any] = {
    "too slow": subprocess.TimeoutExpired("typeset", 100),
    "no process": OSError(12, "Cannot allocate memory"),
    "a fault in it": subprocess.CompletedProcess([], 1, b"", b"panicked"),
    "killed": subprocess.CompletedProcess([], -9, b"", b""),
    "nothing": subprocess.CompletedProcess([], 0, b"", b""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_typesetter_fails_at_is_said_with_the_way_out(
    cast: Cast, customer: Customer, client_as: Any, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def run(*_args: Any, **_more: Any) -> Any:
        if isinstance(FAULTS[fault], Exception):
            raise FAULTS[fault]
        return FAULTS[fault]

    monkeypatch.setattr(subprocess, "run", run)
    desk = client_as(cast.specialist)
    address = reverse("customer-paper-file", args=[customer.pk, FORM, "pdf"])
    answer = desk.get(address)
    page = answer.content.decode()
    assert answer.status_code == 503 and "PDF 没有做成" in page and "打印" in page
    assert ("100 秒" in page) == (fault == "too slow") and "panicked" not in page and "memory" not in page
    # The way out that is named works.
    word = desk.get(reverse("customer-paper-file", args=[customer.pk, FORM, "docx"]))
    assert word.status_code == 200
