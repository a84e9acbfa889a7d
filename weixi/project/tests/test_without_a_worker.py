"""The command line alone, no worker: figures are of now, and what was recorded is sealed."""

from __future__ import annotations

import argparse
import json

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from weixi.customers.services import create_customer
from weixi.kernel.errors import Conflict
from weixi.kernel.events import guard, seal
from weixi.kernel.events.models import Event, Seal
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.project.commands import installation, quality

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _policy(cast):
    install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))


def board(capsys) -> dict:
    quality._quality(argparse.Namespace(as_user=None, now=False, json=True))
    return json.loads(capsys.readouterr().out)


def test_the_quality_of_archives_is_counted_when_something_happened(capsys, cast) -> None:
    before = board(capsys)["company"]["customers"]
    create_customer(viewer=system_viewer("cli"), name="上海远大机械有限公司")
    assert board(capsys)["company"]["customers"] == before + 1


def test_nothing_is_counted_again_when_nothing_happened(capsys, monkeypatch) -> None:
    board(capsys)
    monkeypatch.setattr("weixi.customers.quality.nightly.take_snapshot", lambda _day: pytest.fail("counted"))
    board(capsys)


def test_a_change_behind_the_back_is_found_though_no_worker_ever_ran(capsys) -> None:
    create_customer(viewer=system_viewer("cli"), name="上海远大机械有限公司")
    assert installation._verify(argparse.Namespace(json=True)) == 0
    assert json.loads(capsys.readouterr().out)["ok"]
    event = Event.objects.order_by("-seq").first()
    guard.lift(connection)
    Event.objects.filter(pk=event.pk).update(actor="somebody")
    guard.install(connection)
    assert installation._verify(argparse.Namespace(json=True)) == 1
    assert json.loads(capsys.readouterr().out)["faults"][0]["seq"] == event.seq


def test_a_command_seals_what_it_recorded_but_not_a_mountain() -> None:
    create_customer(viewer=system_viewer("cli"), name="上海远大机械有限公司")
    assert seal.seal_few(most=0) == 0 and not Seal.objects.exists()
    assert seal.seal_few() == Event.objects.count() and seal.verify().unsealed == 0


def test_a_database_of_another_version_is_told_in_one_sentence(monkeypatch) -> None:
    installation.require_migrated()
    # Tests make their tables without migrations.
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_given: [("kernel.0001_initial", False)])
    with pytest.raises(Conflict, match="weixi init"):
        installation.require_migrated()
