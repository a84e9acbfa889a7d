from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.services import add_contact
from weixi.interactions.enums import Kind
from weixi.interactions.models import Interaction
from weixi.interactions.services.bulk import NewInteraction, record_interactions
from weixi.kernel.errors import Invalid, NotFound
from weixi.kernel.events.models import Event

pytestmark = pytest.mark.django_db


def test_history_comes_in_once_and_equal_rows_are_kept_apart(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    contact = add_contact(customer, viewer=cast.viewer("specialist"), name="张三")
    path = write_csv(tmp_path, """
        客户编号,联系人,跟进方式,跟进时间,跟进内容,负责人,下一步,时长
        C-001,张三,电话,2025-03-01 10:00,问候,qian,寄样品,5
        C-001,张三,电话,2025-03-01 10:00,问候,qian,寄样品,5
        C-001,李四,拜访,2025-03-03 09:30,谈合同,周强,,
        """)  # fmt: skip
    viewer = cast.viewer("specialist")
    assert counts(take("interactions", path, viewer)) == (3, 0, 0, 0, 0)
    first, second, third = Interaction.objects.order_by("pk")
    assert (first.contact, first.minutes, first.recorded_by, first.conclusion) == (
        contact,
        5,
        cast.specialist,
        "待跟进事项：寄样品",
    )
    assert first.source_key != second.source_key
    assert third.participants == "李四" and "周强" in third.conclusion and third.recorded_by == cast.specialist
    customer.refresh_from_db()
    assert (customer.last_contact_at, customer.last_contact_kind) == (datetime(2025, 3, 3, 1, 30, tzinfo=UTC), "visit")
    events = Event.objects.filter(type="interaction.recorded")
    assert events.count() == 3 and events.first().occurred_at == first.occurred_at
    assert counts(take("interactions", path, viewer)) == (0, 0, 3, 0, 0)


def test_rows_that_cannot_be(tmp_path, cast) -> None:
    path = write_csv(tmp_path, """
        客户编号,跟进方式,跟进时间
        C-003,电话,2025-03-01
        C-001,飞鸽,2025-03-01
        C-001,电话,2999-03-01
        C-001,电话,
        C-001,,2025-03-02
        """)  # fmt: skip
    outcome = take("interactions", path, cast.viewer("specialist"))
    assert counts(outcome) == (1, 0, 0, 4, 0)
    assert "C-003" in reasons(outcome)[0]
    assert Interaction.objects.get().kind == Kind.OTHER


def test_bulk_service_refuses_what_one_by_one_is_refused(cast) -> None:
    viewer = cast.viewer("specialist")
    own, foreign = cast.customer_of("specialist"), cast.customer_of("outsider")
    moment = datetime(2025, 3, 1, tzinfo=UTC)
    with pytest.raises(NotFound):
        record_interactions([NewInteraction(foreign.pk, "call", moment)], viewer=viewer)
    with pytest.raises(NotFound):
        record_interactions([NewInteraction(own.pk, "call", moment, recorded_by_id=cast.outsider.pk)], viewer=viewer)
    with pytest.raises(Invalid) as refusal:
        record_interactions([NewInteraction(own.pk, "pigeon", moment)], viewer=viewer)
    assert list(refusal.value.fields) == ["0.kind"]
    assert not Interaction.objects.exists()
