from __future__ import annotations

import importlib
import re

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.kernel.pinyin import HAN, plain
from weixi.kernel.search import Doc, find, index_many, matching, remove, remove_customer, store
from weixi.kernel.search.models import SearchEntry
from weixi.kernel.search.text import entry_text, meets, question, runs

DOCS = [
    Doc("customer", 1, "上海启明科技有限公司", 1, names=("上海启明科技有限公司", "启明"), codes=("KH-2024-0017",)),
    Doc("customer", 2, "重庆长江机械厂", 2, names=("重庆长江机械厂",), phones=("023-6888 4321",)),
    Doc("customer", 3, "曾诗瑶", 3, names=("曾诗瑶",), phones=("+86 138 0013 8765",)),
    Doc("contact", 4, "张启", 1, names=("张启",), phones=("13912345678",)),
    Doc("customer", 5, "Müller & Söhne GmbH", 5, names=("Müller & Söhne GmbH",), words=('purchase @ o\'neil \\ "x"',)),
    Doc("customer", 6, "启星明珠", 6, names=("启星明珠",)),
    Doc("customer", 7, "𠮷野家𬭩业", 7, names=("𠮷野家𬭩业",)),
    Doc("customer", 8, "ＡＢＣ贸易", 8, names=("ＡＢＣ贸易",)),
]


@pytest.fixture
def filled(db) -> None:
    index_many(DOCS)


def ids(text: str, **more) -> list[int]:
    return sorted(hit.object_id for hit in find(text, **more))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("启明", [1]),
        ("明科", [1]),
        ("科技", [1]),
        ("启明科技", [1]),
        ("启星明", [6]),
        ("启科", []),
        ("上海 科技", [1]),
        ("瑶", [3]),
        ("启", [1, 4, 6]),
        ("司", [1]),
        ("shanghai", [1]),
        ("shangh", [1]),
        ("qiming", [1]),
        ("shqmkj", [1]),
        ("qmkj", [1]),
        ("zengshiyao", [3]),
        ("cengshi", [3]),
        ("zsy", [3]),
        ("zeng shi", [3]),
        ("cqcj", [2]),
        ("8765", [3]),
        ("0138765", [3]),
        ("13800138765", [3]),
        ("8613800138765", [3]),
        ("1380013", [3]),
        ("4321", [2]),
        ("5678", [4]),
        ("765", []),
        ("KH-2024-0017", [1]),
        ("kh20240017", [1]),
        ("0017", [1]),
        ("H-2024", []),
        ("a 4321", []),
        ("muller", [5]),
        ("MÜLLER", [5]),
        ("söhne gm", [5]),
        ("o'neil", [5]),
        ("𠮷野", [7]),
        ("𬭩", [7]),
        ("abc", [8]),
        ("ＡＢＣ", [8]),
        ("启明 muller", []),
        ("", []),
        ("  '\"*()%_ & | ! : ", []),
        ("AND OR NOT NEAR", []),
    ],
)
def test_found_by(filled, asked: str, found: list[int]) -> None:
    assert ids(asked) == found


def test_kind_scope_and_limit(filled) -> None:
    assert ids("启", kinds=["contact"]) == [4]
    assert ids("启", within=Q(customer_id__in=[6])) == [6]
    assert len(find("启", limit=2)) == 2
    assert [hit.object_id for hit in find("启", limit=9)] == [6, 4, 1]
    assert find("张启")[0].title == "张启"


def test_exact_title_stands_first(filled) -> None:
    index_many([Doc("customer", 11, "启明", 11, names=("启明",)), Doc("customer", 12, "启明星", 12, names=("启明星",))])
    assert [hit.object_id for hit in find("启明")] == [11, 12, 1]


def test_changed_and_removed_entries_are_found_as_they_are(filled) -> None:
    index_many([Doc("customer", 1, "广州南方", 1, names=("广州南方",))])
    assert ids("启明") == [] and ids("南方") == [1]
    assert SearchEntry.objects.filter(kind="customer", object_id=1).count() == 1
    remove("customer", [1])
    assert ids("南方") == []
    remove_customer(1)
    assert ids("张启") == []
    assert store.faults(connection) == []


def test_later_doc_of_one_object_counts(db) -> None:
    index_many([Doc("customer", 1, "甲乙", names=("甲乙",)), Doc("customer", 1, "丙丁", names=("丙丁",))])
    assert ids("甲乙") == [] and ids("丙丁") == [1]


def test_matching_goes_into_another_query(filled) -> None:
    entries = SearchEntry.objects.filter(object_id__in=matching("启", kinds=["customer"]).values("object_id"))
    assert sorted(entries.values_list("object_id", flat=True)) == [1, 6]


def test_index_stands_after_migrate_and_is_put_back(filled) -> None:
    assert store.missing(connection) == []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP INDEX {store.GIN_INDEX}")
        else:
            cursor.execute("DROP TRIGGER search_added")
    index_many([Doc("customer", 21, "后来", names=("后来",))])
    assert store.faults(connection) != []
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert store.faults(connection) == [] and ids("后来") == [21]


def test_an_index_of_before_is_told_how_often_to_merge(filled) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("SQLite's word index")
    asked = f"SELECT v FROM {store.FTS_TABLE}_config WHERE k = 'automerge'"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        told = cursor.fetchone()
        cursor.execute(f"INSERT INTO {store.FTS_TABLE}({store.FTS_TABLE}, rank) VALUES ('automerge', 4)")
        store.install(connection)
        cursor.execute(asked)
        assert cursor.fetchone() == told != (4,)
    assert ids("启明") and store.faults(connection) == []


def test_bulk_rebuild_finds_the_same(db) -> None:
    with store.bulk_rebuild():
        index_many(DOCS)
    assert ids("启明") == [1] and store.faults(connection) == []


def test_question_uses_the_word_index(filled) -> None:
    plan = matching("启明").explain()
    if connection.vendor == "sqlite":
        assert "VIRTUAL TABLE INDEX" in plan and "kernel_searchfts" in plan
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert store.GIN_INDEX in matching("启明").explain()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("启明a1'\"\\*:&|¬ "))))
def test_anything_can_be_asked_and_indexed(filled, text: str) -> None:
    find(text)
    clean = text.replace("\x00", "")
    index_many([Doc("probe", 1, clean[:50], names=(clean,), words=(clean,), phones=(clean,), codes=(clean,))])
    for _han, run in list(runs(plain(clean)))[:1]:
        if run.isascii() and len(run) < 20:
            assert 1 in [hit.object_id for hit in find(run, kinds=["probe"])]


def test_tokens_of_an_entry() -> None:
    text = entry_text(Doc("customer", 1, "x", names=("启明星A6",), phones=("1234567",)))
    assert text.split() == [
        "启明", "明星", "星", "a6", "qimingxinga6", "qmxa", "mingxinga6", "mxa", "xinga6", "xa",
        "¦1234567", "¬7654321",
    ]  # fmt: skip
    assert question("") == question("!!") and not question("!!")


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_the_whole_name_is_asked_for_meets_it(name: str, more: str) -> None:
    """A short list in memory answers as the index does: asked for a part of a name, the name is found."""
    tokens = entry_text(Doc("x", 1, name, names=(name + more,))).split()
    asked = question(name)
    if len(name) > 1 and re.fullmatch(f"[{HAN}]+", name):
        assert meets(tokens, asked)
    assert not meets((), asked)


def test_entries_of_before_get_the_mark() -> None:
    """What the migration makes of an entry is what would be written today."""
    mark = importlib.import_module("weixi.kernel.migrations.0002_telephones_stand_apart_in_the_index").mark
    doc = Doc("customer", 1, "x", names=("启明星A6",), phones=("1234567", "13800138000"), codes=("C-0123",))
    now = entry_text(doc)
    before = " ".join(token.removeprefix("¦") for token in now.split(" "))
    assert mark(before) == now
    assert mark(now) == now
