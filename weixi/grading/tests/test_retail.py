"""Grading real invoices, against an independent computation; and a process killed in the middle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from weixi.commerce.tests.test_retail import RETAIL, load_retail
from weixi.grading import commands
from weixi.organisation.scope import system_viewer
from weixi.policy.document.grading import Spend

pytestmark = [pytest.mark.shared_data, pytest.mark.skipif(not RETAIL.exists(), reason="the real data is not here")]


def test_spend_with_lowered_thresholds_equals_pandas(db: None, in_force: Any) -> None:
    in_force("spend", spend=Spend.model_validate({"high_above": 2000, "mid_from": 500}))
    net = load_retail(RETAIL)
    viewer = system_viewer("test")
    counted = commands.run(viewer=viewer, as_of=date(2011, 1, 1))["grades"]
    rows = commands.table(viewer=viewer, as_of=date(2011, 1, 1))
    expected = {
        number: "high" if amount > 2000 else "mid" if amount >= 500 else "low" for number, amount in net.items()
    }
    assert {row["number"]: row["grade"] for row in rows} == expected
    assert {row["number"]: Decimal(str(row["facts"]["annual_amount"])) for row in rows} == net
    assert counted == {grade: list(expected.values()).count(grade) for grade in ("high", "mid", "low")}
