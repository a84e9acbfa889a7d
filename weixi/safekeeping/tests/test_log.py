"""How often the log is sealed, how long records are kept, and that nothing goes out while it is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from weixi.customers.access.seen import note_views
from weixi.customers.enums import SeenBy
from weixi.customers.models import RecordView
from weixi.kernel import clock, doctor
from weixi.kernel.errors import Conflict, Forbidden
from weixi.kernel.events import seal
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.outbox import holding
from weixi.kernel.outbox.mail import send_due
from weixi.kernel.outbox.models import MailState, Notice
from weixi.kernel.outbox.services import tell
from weixi.organisation.scope import system_viewer
from weixi.safekeeping import retention
from weixi.safekeeping.services.restore import release_outgoing
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

SYSTEM = system_viewer("test")


def happen() -> None:
    with unit_of_work(actor="system:test") as work:
        work.record("view.removed", data={"name": "x"})


def sealed(**later: float) -> int:
    with clock.at(clock.now() + timedelta(**later)):
        return seal.seal_due()


def test_the_log_is_sealed_as_often_as_the_policy_says(db: None) -> None:
    policy_with({"security.audit.sealed_every": "PT2H"})
    assert seal.seal_due() > 0
    happen()
    assert [sealed(minutes=minutes) for minutes in (1, 119, 121)] == [0, 0, 1]


def test_without_a_rule_it_is_sealed_each_time(db: None) -> None:
    happen()
    assert seal.seal_due() == 1
    happen()
    assert sealed(minutes=1) == 1


def test_a_long_interval_still_finds_late_rows_in_time(db: None) -> None:
    policy_with({"security.audit.sealed_every": "P30D"})
    assert seal.interval() == timedelta(hours=12)


def test_a_link_of_the_future_holds_up_nothing(db: None) -> None:
    policy_with({"security.audit.sealed_every": "PT2H"})
    with clock.at(clock.now() + timedelta(days=3)):
        assert seal.seal_due() > 0
    happen()
    assert seal.seal_due() == 1


def test_the_doctor_says_when_nobody_seals(db: None) -> None:
    shipped_policy("quadrant")
    seal.seal_pending()
    happen()
    for hours, found in ((2.9, 0), (3.2, 1)):
        with clock.at(clock.now() + timedelta(hours=hours)):
            assert len([each for each in doctor.examine(["safekeeping.sealing"]) if not each.ok]) == found


# --- how long ---------------------------------------------------------------------------------------


def old_records(cast: Cast, days: int) -> None:
    with clock.at(clock.now() - timedelta(days=days)):
        note_views(cast.viewer("specialist"), [cast.customer_of("specialist").pk], SeenBy.PAGE)
        tell(cast.specialist, "job.failed", {"job": "x", "number": 1}, key=f"old:{days}")


def test_what_is_over_its_time_goes_on_somebodys_say_so_and_the_log_stays(cast: Cast) -> None:
    policy_with({"security.audit.kept_for": "P1Y"})
    # Who was told of the policy itself.
    told = Notice.objects.count()
    old_records(cast, 400)
    old_records(cast, 300)
    with clock.at(clock.now() + timedelta(days=400)):
        events = Event.objects.count()
        found = {line.kind.code: (line.count, line.over) for line in retention.lines(SYSTEM)}
        assert found["log"] == (events, events), "counted, and never removed"
    found = {line.kind.code: (line.count, line.over) for line in retention.lines(SYSTEM)}
    assert (found["views"], found["notices"]) == ((2, 1), (told + 2, 1))
    assert RecordView.objects.count() == 2, "a look changes nothing"
    assert retention.remove(SYSTEM) == {"views": 1, "notices": 1}
    assert (RecordView.objects.count(), Notice.objects.count()) == (1, told + 1)
    told = Event.objects.filter(type="records.removed").values_list("data__kind", "data__rows")
    assert sorted(told) == [("notices", 1), ("views", 1)]
    assert retention.remove(SYSTEM) == {}
    for act in (lambda: RecordView.objects.all().delete(), lambda: RecordView.objects.update(way="api")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert all(found.ok for found in doctor.examine(["kernel.log"])), "the protection stands again"


def test_a_policy_without_a_time_keeps_everything(cast: Cast) -> None:
    policy_with({"security.audit.kept_for": ""})
    old_records(cast, 4000)
    assert {line.over for line in retention.lines(SYSTEM)} == {0}
    with pytest.raises(Conflict):
        retention.remove(SYSTEM)
    with pytest.raises(Forbidden):
        retention.remove(cast.viewer("director"))


# --- held -------------------------------------------------------------------------------------------


def test_nothing_is_sent_while_it_is_held(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    tell(cast.specialist, "job.failed", {"job": "x", "number": 1}, key="before")
    holding.hold("20260101T000000Z")
    tell(cast.specialist, "job.failed", {"job": "x", "number": 2}, key="after")
    assert send_due() == 0 and mail.outbox == []
    assert dict(Notice.objects.values_list("key", "mail_state")) == {
        "before": MailState.UNKNOWN, "after": MailState.WAITING,
    }  # fmt: skip
    assert release_outgoing(viewer=SYSTEM, send_waiting=True) == 1
    assert send_due() == 1 and len(mail.outbox) == 1
    with pytest.raises(Conflict):
        release_outgoing(viewer=SYSTEM, send_waiting=True)


def test_what_waits_can_stay_in_the_app(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    holding.hold("x")
    tell(cast.specialist, "job.failed", {"job": "x", "number": 2}, key="after")
    assert release_outgoing(viewer=SYSTEM, send_waiting=False) == 1
    assert send_due() == 0 and Notice.objects.get().mail_state == MailState.NONE


def test_a_restore_under_way_holds_too(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
    holding.mark_path().write_text("x")
    assert holding.is_held()


# --- the page ---------------------------------------------------------------------------------------


def test_the_page(cast: Cast, client_as: Callable[..., Any]) -> None:
    shipped_policy("quadrant")
    happen()
    seal.seal_pending()
    browser = client_as(cast.admin)
    page = browser.get(reverse("safekeeping")).content.decode()
    assert Seal.objects.get().digest in page and reverse("safekeeping-outgoing") not in page
    holding.hold("x")
    page = browser.get(reverse("safekeeping")).content.decode()
    assert reverse("safekeeping-outgoing") in page
    assert reverse("safekeeping") in browser.get(reverse("today")).content.decode().split("<main")[1]
    assert reverse("safekeeping") not in client_as(cast.specialist).get(reverse("today")).content.decode()
    assert browser.post(reverse("safekeeping-outgoing"), {"waiting": "drop"}).status_code == 302
    assert not holding.is_held()


def test_the_page_asks_equally_often_however_much_there_is(
    cast: Cast, client_as: Callable[..., Any], assert_queries_same: Callable[..., int]
) -> None:
    shipped_policy("quadrant")
    browser, numbers = client_as(cast.admin), iter(range(9))
    from weixi.safekeeping.models import BackupRun

    def add() -> None:
        BackupRun.objects.create(name=f"x{next(numbers)}", at=clock.now(), folder="x", host="x", made_by=cast.admin)

    assert_queries_same(lambda: browser.get(reverse("safekeeping")), add)
