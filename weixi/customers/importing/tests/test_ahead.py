"""Processes that read ahead: the same portions as without them, whatever happens to them or to who forked them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from weixi.customers.importing import ahead, cutting, engine
from weixi.customers.importing.kept_rows import unpacked
from weixi.customers.importing.reading import Reading
from weixi.customers.importing.survey import survey
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Customer
from weixi.kernel.importing.reading import open_table
from weixi.kernel.slices import registry

pytestmark = pytest.mark.django_db
HEADER = "客户编号,客户名称,城市,电话\n"
FIELDS = ("number", "name", "city", "phone")


@pytest.fixture
def helping(monkeypatch):
    """Two processes for the shortest file."""
    _OTHERS.clear()
    _OTHERS.update(children())
    monkeypatch.setattr(ahead, "WORTH", 0)
    monkeypatch.setattr(cutting, "PORTION", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})


def rows(count: int) -> str:
    lines = [f"A-{n},苏州琥珀{n}纺织有限公司,苏州,{'wrong' if n % 7 == 3 else 13800000000 + n}" for n in range(count)]
    return HEADER + "\n".join(lines) + "\n合计,,,\n"


def portions(path: Path):
    made = engine.handler_class("customers")
    reading = Reading(registry.imports["customers"].spec, open_table(path), FIELDS)
    looked = survey(reading, made, {})
    found = [unpacked(text) for text in ahead.packed_portions(reading, looked, made)]
    return [(p.seq, p.places, [(r.number, r.values, r.faults, r.digest, r.read.fields) for r in p.rows]) for p in found]


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()) - _OTHERS


# What the tests themselves have running: a database server.
_OTHERS: set[str] = set()


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9])
def test_the_same_portions_as_without_them(tmp_path, monkeypatch, helping, count) -> None:
    path = write_csv(tmp_path, rows(count))
    with_them = portions(path)
    monkeypatch.setattr(ahead, "WORTH", 10**9)
    assert portions(path) == with_them
    assert children() == set()


def test_an_import_with_them_says_the_same(tmp_path, helping, settings) -> None:
    path = write_csv(tmp_path, rows(9))
    made = take("customers", path)
    assert counts(made) == (8, 0, 0, 1, 1)
    assert counts(take("customers", path)) == (0, 0, 8, 1, 1)
    assert Customer.objects.filter(number__startswith="A-").count() == 8


@pytest.mark.parametrize("portion", [0, 1, 3])
def test_when_one_is_killed_the_rest_is_read_here(tmp_path, monkeypatch, helping, portion) -> None:
    path = write_csv(tmp_path, rows(9))
    here, send = portions(path), ahead._sent

    def killed(into: int, *parts: bytes) -> None:
        if len(parts) > 1 and unpacked(parts[1]).seq == portion:
            send(into, parts[0], parts[1][:10])
            os.kill(os.getpid(), signal.SIGKILL)
        send(into, *parts)

    monkeypatch.setattr(ahead, "_sent", killed)
    assert portions(path) == here
    assert children() == set()


def test_one_that_asks_the_database_ends_and_is_replaced(tmp_path, monkeypatch, helping) -> None:
    path = write_csv(tmp_path, rows(5))
    here, parent = portions(path), os.getpid()
    made = engine.handler_class("customers")
    read = made.read

    def asking(row):
        if os.getpid() != parent:
            connection.cursor()
        return read(row)

    monkeypatch.setattr(made, "read", staticmethod(asking))
    assert portions(path) == here
    assert Customer.objects.count() == 0


def test_an_abandoned_check_leaves_none(tmp_path, helping) -> None:
    made = engine.handler_class("customers")
    reading = Reading(registry.imports["customers"].spec, open_table(write_csv(tmp_path, rows(40))), FIELDS)
    texts = ahead.packed_portions(reading, survey(reading, made, {}), made)
    next(texts)
    assert len(children()) == 2
    texts.close()
    assert children() == set()


SCRIPT = """
import os, sys, time
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
django.setup()
from weixi.customers.importing import ahead, cutting, engine
from weixi.customers.importing.survey import Survey
from weixi.customers.importing.rows import Row
from weixi.kernel.importing.reading import SourceRow

class Endless:
    fields = ()
    def source_rows(self):
        n = 0
        while True:
            n += 1
            yield SourceRow(n, n, ("x" * 500,))
    def row(self, source):
        return Row(source.number, {"name": "x" * 500}, [], source.cells)

made = engine.handler_class("orders")
os.sched_getaffinity = lambda pid: {0, 1}
texts = ahead.packed_portions(Endless(), Survey(10**6, {}, [], frozenset(), {}), made)
next(texts)
print(open(f"/proc/self/task/{os.getpid()}/children").read(), flush=True)
time.sleep(60)
"""


def test_who_is_killed_takes_them_along(tmp_path) -> None:
    environment = {**os.environ, "WEIXI_HOME": str(tmp_path), "DATABASE_URL": ""}
    with subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        helpers = [int(text) for text in parent.stdout.readline().split()]
        assert len(helpers) == 2
        parent.kill()
    for _turn in range(200):
        if not any(Path(f"/proc/{pid}").exists() and _runs(pid) for pid in helpers):
            return
        time.sleep(0.05)
    raise AssertionError("a process that reads ahead outlived who forked it")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
