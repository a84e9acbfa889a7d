"""Documents that the tests of this folder share."""

from __future__ import annotations

SMALL = """\
[policy]
name = "示例制度"
version = "2026.1"
effective_from = 2026-01-01

[calendar]
working_days = ["mon", "tue", "wed", "thu", "fri"]
working_hours = [["09:00", "12:00"], ["13:30", "18:00"]]

[grading]
preset = "quadrant"                   # quadrant | vip | spend
every = "P3M"
approve_by = "service_manager"
[[grading.indicator]]
key = "annual_amount"
dimension = "value"
weight = 0.4
bands = [[0, 20], [30000, 60], [100000, 100]]
[grading.threshold]
value = 60
potential = 60

[[deadline]]
clause = "N-2a"
title = "需求首次响应"
opens_on = "case.opened"
where = { kind = "need" }
closes_on = ["case.responded"]
within = "PT2H"
clock = "calendar"
assignee = "subject.owner"
escalate = [ { after = "PT0S", to = "supervisor" }, { after = "PT4H", to = "service_manager" } ]
source = "000 §4"

[[cadence]]
clause = "C-1a"
where = { grade = "core" }
every = "P1M"
times = 1
qualifies = { kind = ["visit", "call", "meeting"], depth = "deep" }

[[node]]
clause = "C-4b"
date = "contact.birthday"
where = { key_person = true }
before = "P3D"
"""

BARE = '[policy]\nname = "x"\nversion = "1"\neffective_from = 2026-01-01\n'
