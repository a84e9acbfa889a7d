from __future__ import annotations

from datetime import date

import pytest

from weixi.commerce.services import end_contract, install_asset, renew_contract, sign_contract
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event


def facts_of(customer, prefix):
    rows = Event.objects.filter(customer_id=customer.pk, type__startswith=prefix).order_by("seq")
    return [(row.type, row.data) for row in rows]


def test_first_contract_renewal_and_end(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    viewer, customer = cast.viewer("account_manager"), cast.customer_of("account_manager")
    first = sign_contract(customer, viewer=viewer, number="HT-1", title="年度框架", signed_on=date(2026, 11, 24))
    second = renew_contract(
        first, viewer=viewer, number="HT-2", signed_on=date(2026, 11, 1), ends_on=date(2027, 10, 31)
    )
    sign_contract(customer, viewer=viewer, number="HT-3", title="备件", signed_on=date(2026, 11, 2))
    end_contract(second, viewer=viewer, ended_on=date(2026, 11, 20), reason="换签")
    assert facts_of(customer, "contract.") == [
        ("contract.signed", {"number": "HT-1", "first": True}),
        ("contract.renewed", {"number": "HT-2", "first": False, "ends_on": "2027-10-31"}),
        ("contract.signed", {"number": "HT-3", "first": False}),
        (
            "contract.ended",
            {
                "number": "HT-2",
                "ended_on": "2026-11-20",
                "reason": "换签",
                "version": 2,
                "changes": {"ended_on": [None, "2026-11-20"]},
            },
        ),
    ]
    at = list(Event.objects.filter(type="contract.signed").order_by("seq").values_list("occurred_at", flat=True))
    assert [moment.isoformat() for moment in at] == ["2026-11-24T02:00:00+00:00", "2026-11-01T16:00:00+00:00"]
    with pytest.raises(Conflict):
        end_contract(second, viewer=viewer, ended_on=date(2026, 11, 21))


def test_contract_refusals(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    viewer, customer = cast.viewer("account_manager"), cast.customer_of("account_manager")
    day = date(2026, 11, 1)
    sign_contract(customer, viewer=viewer, number="HT-1", title="x", signed_on=day)
    with pytest.raises(Invalid) as taken:
        sign_contract(customer, viewer=viewer, number="HT-1", title="x", signed_on=day)
    assert list(taken.value.fields) == ["number"]
    with pytest.raises(Invalid) as backwards:
        sign_contract(
            customer, viewer=viewer, number="HT-2", title="x", signed_on=day, starts_on=day, ends_on=date(2026, 1, 1)
        )
    assert list(backwards.value.fields) == ["ends_on"]
    with pytest.raises(NotFound):
        sign_contract(cast.customer_of("sales"), viewer=viewer, number="HT-3", title="x", signed_on=day)
    with pytest.raises(Forbidden):
        sign_contract(
            cast.customer_of("specialist"), viewer=cast.viewer("specialist"), number="HT-3", title="x", signed_on=day
        )


def test_installation_starts_its_clock_only_when_finished(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    viewer, customer = cast.viewer("account_manager"), cast.customer_of("account_manager")
    install_asset(customer, viewer=viewer, name="空压机", serial="S-9", installed_on=date(2026, 11, 20))
    install_asset(customer, viewer=viewer, name="干燥机")
    assert facts_of(customer, "asset.") == [("asset.installed", {"serial": "S-9", "product": None})]
    with pytest.raises(Invalid) as refused:
        install_asset(customer, viewer=viewer, name="泵", installed_on=date(2026, 11, 25))
    assert list(refused.value.fields) == ["installed_on"]
