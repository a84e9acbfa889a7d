from __future__ import annotations

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, transaction

from weixi.kernel.events import guard
from weixi.kernel.events.models import Event, EventPersonal, Seal
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import system_viewer


def record_one() -> Event:
    with unit_of_work(actor=system_viewer("test").actor) as work:
        return work.record("user.disabled", subject=("user", 7))


@pytest.mark.django_db
def test_event_update_and_delete_are_refused_by_the_database() -> None:
    event = record_one()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(actor="user:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()
    assert Event.objects.get(pk=event.pk).actor == "system:test"


@pytest.mark.django_db
def test_personal_values_may_go_but_not_change() -> None:
    event = record_one()
    EventPersonal.objects.create(event=event, data={"name": "张三"})
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPersonal.objects.update(data={})
    assert EventPersonal.objects.all().delete()[0] == 1


@pytest.mark.django_db
def test_missing_trigger_is_noticed_and_put_back_by_migrate() -> None:
    assert guard.missing(connection) == []
    guard.lift(connection)
    assert guard.missing(connection) == sorted(guard.trigger_names(connection.vendor))
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert guard.missing(connection) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_flush_between_tests_empties_the_log_and_keeps_its_protection(turn: int) -> None:
    assert guard.missing(connection) == []
    assert not Event.objects.exists() and not Seal.objects.exists()
    record_one()
