"""Need tags by file: put on, told apart from free ones, never taken off; and taken back again."""

from __future__ import annotations

import pytest

from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import Customer, Tag
from weixi.customers.services import create_customer, tag_customer
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("cli")


def tags_of(number: str) -> list[str]:
    return sorted(Customer.objects.get(number=number).tagged.values_list("tag__name", flat=True))


def test_tags_are_added_and_taken_back(tmp_path) -> None:
    one = create_customer(viewer=SYSTEM, number="1", name="甲公司")
    create_customer(viewer=SYSTEM, number="2", name="乙公司")
    tag_customer(one, ["节能"], viewer=SYSTEM)
    path = write_csv(
        tmp_path,
        f"客户编号,客户名称,需求标签\n1,,节能、售后\n,乙公司,备件；售后\n1,,售后\n2,,\n3,,售后\n2,,{'长' * 41}\n",
    )
    outcome = take("need_tags", path)
    assert counts(outcome) == (2, 0, 1, 3, 0)
    assert tags_of("1") == ["售后", "节能"] and tags_of("2") == ["售后", "备件"]
    assert dict(Tag.objects.values_list("name", "group")) == {"节能": "free", "售后": "need", "备件": "need"}
    assert len(reasons(outcome)) == 3 and all(reasons(outcome))
    assert counts(take("need_tags", path)) == (0, 0, 3, 3, 0)
    assert undo_import(str(outcome["run"]), viewer=SYSTEM)["restored"] == 3
    assert tags_of("1") == ["节能"] and tags_of("2") == []


def test_nobody_tags_what_he_does_not_see(tmp_path, cast) -> None:
    foreign = cast.customer_of("outsider")
    outcome = take(
        "need_tags",
        write_csv(tmp_path, f"客户编号,标签\n{foreign.number},售后\nNICHTS,售后\n"),
        cast.viewer("specialist"),
    )
    assert counts(outcome) == (0, 0, 0, 2, 0)
    # A hidden customer is told as one that does not exist.
    first, second = (text.replace(foreign.number, "#").replace("NICHTS", "#") for text in reasons(outcome))
    assert first == second
