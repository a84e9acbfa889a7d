"""Backed up, lost, brought back: with a database of its own each time, by the commands an owner types."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from weixi.safekeeping import manifest
from weixi.safekeeping.tests.installations import Installation, installation, somebody_at

pytestmark = pytest.mark.both_databases
CUSTOMER = ["上海启明科技有限公司"]

MAKE = """
assert weixi("init")[0] == weixi("user", "add", "root", "--role", "admin", "--password", "a quiet river at dawn")[0] == 0
from django.contrib.sessions.models import Session
from weixi.customers.services import create_customer
from weixi.kernel.files import store
from weixi.kernel.outbox.models import MailState, Notice
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
create_customer(viewer=system_viewer("test"), name="上海启明科技有限公司", number="C-1", phone="021-55512345")
told["file"] = store.keep([b"a contract"], most_bytes=100).name
for number, state in enumerate((MailState.WAITING, MailState.SENDING, MailState.SENT)):
    Notice.objects.create(key=f"n{number}", person=User.objects.get(), kind="job.failed", mail_state=state,
                          created_at=clock.now(), mail_after=clock.now())
Session.objects.create(session_key="x" * 32, session_data="", expire_date=clock.now())
told["backup"] = weixi("backup", "--json")[:2]
told["listed"] = weixi("backup", "--list")[1]
"""


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A backup of an installation that is gone, and the name of the file it holds."""
    with installation(tmp_path_factory.mktemp("lost") / "home") as made:
        told = made.scene(MAKE)
    (backup,) = manifest.backups_in(made.backups)
    assert told["backup"][0] == 0 and backup.name in told["backup"][1] and backup.name in told["listed"]
    yield backup, told["file"]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "home") as made:
        yield made


def test_what_is_lost_comes_back_and_sends_nothing_until_somebody_confirms(
    here: Installation, lost: tuple[Path, str]
) -> None:
    backup, name = lost
    told = here.scene(f"""
told["restored"] = weixi("restore", {str(backup)!r})
told["names"] = names()
from django.contrib.sessions.models import Session
from weixi.kernel.outbox.models import Notice
told["mails"] = list(Notice.objects.order_by("key").values_list("mail_state", flat=True))
told["sessions"] = Session.objects.count()
told["bad"] = list(bad("kernel.audit", "kernel.database", "kernel.log", "kernel.search", "safekeeping.held"))
told["mark"] = (Path(settings.HOME) / "restoring").exists()
told["confirmed"] = [weixi("restore", "--confirm", "drop")[0] for _again in range(2)]
told["after"] = bad("safekeeping.held")
""")
    assert told["restored"][0] == 0, told["restored"]
    assert told["names"] == CUSTOMER
    assert told["mails"] == ["unknown", "unknown", "sent"], "what may have gone out is not sent again by itself"
    assert told["sessions"] == 0
    assert told["bad"] == ["safekeeping.held"] and not told["mark"]
    assert told["confirmed"] == [0, 1] and told["after"] == {}
    assert (here.home / "files" / "kept" / name[:2] / name).read_bytes() == b"a contract"
    assert (here.home / "secret-key").read_text() == (backup / "secret-key").read_text()


def test_what_is_there_is_set_aside_and_a_damaged_backup_touches_nothing(
    here: Installation, lost: tuple[Path, str], tmp_path: Path
) -> None:
    backup, name = lost
    damaged = shutil.copytree(backup, tmp_path / backup.name)
    (damaged / "files" / "kept" / name[:2] / name).write_bytes(b"a contracT")
    told = here.scene(f"""
from weixi.customers.models import Customer
assert weixi("restore", {str(backup)!r})[0] == 0
Customer.objects.update(name="改了")
told["damaged"] = weixi("restore", {str(damaged)!r}, "--replace")
told["full"] = weixi("restore", {str(backup)!r})
told["names"] = names()
told["asides"] = len(list(Path(settings.HOME).glob("before-restore-*")))
told["replaced"] = weixi("restore", {str(backup)!r}, "--replace")
told["then"] = names()
""")
    assert told["damaged"][0] == 1 and name in told["damaged"][2]
    assert told["full"][0] == 1 and "--replace" in told["full"][2]
    assert (told["names"], told["asides"]) == (["改了"], 0)
    assert told["replaced"][0] == 0 and told["then"] == CUSTOMER
    (aside,) = here.home.glob("before-restore-*")
    assert str(aside) in told["replaced"][1]
    assert (aside / "files" / "kept" / name[:2] / name).is_file()
    if "DATABASE_URL" in here.variables:
        assert manifest.backups_in(aside), "a backup of what was there"
    else:
        assert (aside / "weixi.sqlite3").stat().st_size > 100_000


def test_an_installation_that_runs_is_left_alone(here: Installation, lost: tuple[Path, str]) -> None:
    backup, _name = lost
    here.scene(f'assert weixi("restore", {str(backup)!r})[0] == 0')
    with somebody_at(here):
        told = here.scene(f'told["refused"] = weixi("restore", {str(backup)!r}, "--replace")')
    assert told["refused"][0] == 1 and "weixi serve" in told["refused"][2]
    assert not list(here.home.glob("before-restore-*"))


def test_a_restore_killed_on_its_way_is_begun_again(here: Installation, lost: tuple[Path, str]) -> None:
    backup, _name = lost
    told = here.scene(f"""
from weixi.safekeeping.services import restore
told["ended"] = []
for place in ("_bring_files", "_put_in_place", "_settle"):
    child = os.fork()
    if not child:
        setattr(restore, place, lambda *given: os._exit(9))
        restore.restore(Path({str(backup)!r}))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told["ended"].append([status, (Path(settings.HOME) / "restoring").exists()])
told["restored"] = weixi("restore", {str(backup)!r})
told["names"], told["mark"] = names(), (Path(settings.HOME) / "restoring").exists()
told["bad"] = list(bad("safekeeping.held", "kernel.log"))
""")
    assert told["ended"] == [[9, True]] * 3, "nothing goes out meanwhile"
    assert told["restored"][0] == 0 and told["names"] == CUSTOMER
    assert (told["mark"], told["bad"]) == (False, ["safekeeping.held"])


def test_a_backup_is_tried_in_an_empty_place_and_knows_a_log_that_was_cut_off(
    here: Installation, lost: tuple[Path, str]
) -> None:
    backup, _name = lost
    told = here.scene(f"""
assert weixi("restore", {str(backup)!r})[0] == 0
told["before"] = weixi("restore", "--try")
assert weixi("backup")[0] == 0
told["tried"] = weixi("restore", "--try")
told["left"] = [each.name for each in settings.BACKUPS.iterdir() if each.name.startswith(".try")]
told["bad"] = bad("safekeeping.backup", "safekeeping.trial", "safekeeping.chain")
from django.db import connection
from weixi.kernel.events import guard
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.events.seal import seal_pending
guard.lift(connection)
Event.objects.order_by("-seq").first().delete()
Seal.objects.all().delete()
guard.install(connection)
seal_pending()
told["cut"] = list(bad("kernel.audit", "safekeeping.chain"))
""")
    assert told["before"][0] == 1, "there is none here yet"
    assert told["tried"][0] == 0, told["tried"]
    assert (told["left"], told["bad"]) == ([], {})
    assert told["cut"] == ["safekeeping.chain"], "whole in itself, but not what the copy knows"
