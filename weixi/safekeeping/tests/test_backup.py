"""Making backups: what is in one, which stay, when one is due, what the doctor says."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from weixi.kernel import clock, doctor
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.files import store
from weixi.kernel.jobs.models import Job, JobState
from weixi.kernel.jobs.services import run_pending
from weixi.kernel.outbox.models import Notice
from weixi.organisation.scope import system_viewer
from weixi.safekeeping import manifest
from weixi.safekeeping.models import BackupRun, RestoreTest
from weixi.safekeeping.services import backup, trying
from weixi.safekeeping.services.backup import make_backup
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

SYSTEM = system_viewer("test")
DAY = timedelta(days=1)


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.BACKUPS, settings.MEDIA_ROOT, settings.HOME = tmp_path / "backups", tmp_path / "files", tmp_path
    yield tmp_path / "backups"


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy of the database itself is tried by the whole way; here it is two bytes."""

    def copy_out(folder: Path) -> str:
        (folder / "database.sqlite3").write_bytes(b"db")
        return "database.sqlite3"

    monkeypatch.setattr(backup.databases, "copy_out", copy_out)


def bad(*names: str) -> dict[str, str]:
    return {found.name: found.detail for found in doctor.examine(names) if not found.ok}


def test_a_backup_says_what_it_holds(cast: Cast, place: Path) -> None:
    (place.parent / "secret-key").write_text("k")
    kept = store.keep([b"a contract"], most_bytes=100)
    run = make_backup(viewer=cast.viewer("admin"))
    (folder,) = manifest.backups_in(place)
    made = manifest.read(folder)
    assert (run.name, run.files, run.error, run.made_by) == (folder.name, 1, "", cast.admin)
    assert (made.files, made.vendor, made.head) == (1, connection.vendor, Seal.objects.order_by("pk").last().digest)  # type: ignore[union-attr]
    assert [line.path for line in manifest.lines_of(folder)] == [f"kept/{kept.name[:2]}/{kept.name}"]
    assert list(manifest.faults(folder, made)) == []
    assert {each.name for each in folder.iterdir()} >= {"manifest.json", "files.txt", "files", made.database}
    assert folder.stat().st_mode & 0o077 == 0, "for its owner only"
    assert Event.objects.get(type="backup.made").data == {"name": folder.name, "size": run.size, "files": 1}


def test_who_may(cast: Cast, place: Path) -> None:
    with pytest.raises(Forbidden):
        make_backup(viewer=cast.viewer("director"))
    assert not place.exists() and not BackupRun.objects.exists()


def test_as_many_stay_as_the_policy_asks(cast: Cast, place: Path, copied: None) -> None:
    policy_with({"security.backup.copies_from": 2})
    (place / "notes").mkdir(parents=True)
    for hour in range(4):
        with clock.at(clock.now() + timedelta(hours=hour)):
            make_backup(viewer=SYSTEM)
    names = [each.name for each in manifest.backups_in(place)]
    assert names == list(BackupRun.objects.filter(removed_at=None).order_by("-at").values_list("name", flat=True))
    assert len(names) == 2 and BackupRun.objects.count() == 4
    assert (place / "notes").is_dir(), "nothing else is touched"


def test_without_a_rule_all_stay_and_none_is_made_by_itself(cast: Cast, place: Path, copied: None) -> None:
    for hour in range(2):
        with clock.at(clock.now() + timedelta(hours=hour)):
            make_backup(viewer=SYSTEM)
    assert len(manifest.backups_in(place)) == 2
    backup.every_minute()
    assert not Job.objects.exists()
    assert bad("safekeeping.backup", "safekeeping.trial") == {}


def test_the_same_file_lies_there_once(cast: Cast, place: Path, copied: None) -> None:
    kept, other = (store.keep([text], most_bytes=100) for text in (b"a contract", b"another"))
    path, second = (f"files/kept/{each.name[:2]}/{each.name}" for each in (kept, other))
    make_backup(viewer=SYSTEM)
    other.path.write_bytes(b"anothes")
    with clock.at(clock.now() + DAY):
        make_backup(viewer=SYSTEM)
    new, old = manifest.backups_in(place)
    assert (new / path).stat().st_ino == (old / path).stat().st_ino != kept.path.stat().st_ino
    assert (new / second).read_bytes() == b"anothes" and (old / second).read_bytes() == b"another"
    assert [list(manifest.faults(each, manifest.read(each))) for each in (new, old)] == [[], []]


def test_a_killed_one_leaves_nothing_that_looks_like_a_backup(cast: Cast, place: Path, copied: None) -> None:
    store.keep([b"a contract"], most_bytes=100)

    def die() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(viewer=SYSTEM, check=die)
    (place / "20260101T000000Z.part").mkdir()
    assert manifest.backups_in(place) == []
    with clock.at(clock.now() + DAY):
        make_backup(viewer=SYSTEM)
    assert len(manifest.backups_in(place)) == 1 and not list(place.glob("*.part"))


def test_a_full_disk_is_said_kept_and_told(cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped_policy("quadrant")

    def full(folder: Path) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup.databases, "copy_out", full)
    with pytest.raises(Invalid) as refused:
        make_backup(viewer=SYSTEM)
    assert "No space left" in str(refused.value)
    assert BackupRun.objects.get().error == "No space left on device"
    assert Notice.objects.filter(kind=backup.NOTICE_FAILED, person=cast.admin).count() == 1
    assert "No space left" in bad("safekeeping.backup")["safekeeping.backup"]
    assert list(place.glob("2*")) == []


def test_there_is_room_before_anything_is_copied(cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup.databases, "size", lambda: 10**18)
    with pytest.raises(Invalid) as refused:
        make_backup(viewer=SYSTEM)
    assert "MB" in str(refused.value) and not list(place.glob("2*"))


def test_two_at_once_are_one(cast: Cast, place: Path, copied: None) -> None:
    with backup._alone_in(place), pytest.raises(Conflict):
        make_backup(viewer=SYSTEM)


def test_one_is_made_when_the_policy_says_so(
    cast: Cast, place: Path, copied: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy_with({"security.backup.every": "PT12H"})
    installed = clock.now()
    monkeypatch.setattr(backup.databases, "installed_at", lambda: installed)
    backup.every_minute()
    assert not Job.objects.exists(), "a new installation has a day"
    monkeypatch.setattr(backup.databases, "installed_at", lambda: installed - DAY)
    backup.every_minute()
    backup.every_minute()
    assert [job.kind for job in Job.objects.all()] == [backup.JOB], "queued once"
    run_pending()
    assert Job.objects.get().state == JobState.DONE and BackupRun.objects.count() == 1
    for hours, jobs in ((11.9, 1), (12.1, 2)):
        with clock.at(clock.now() + timedelta(hours=hours)):
            backup.every_minute()
            assert Job.objects.count() == jobs


def test_after_a_failure_it_is_tried_again_in_an_hour(cast: Cast, place: Path) -> None:
    shipped_policy("quadrant")
    BackupRun.objects.create(name="x", at=clock.now(), folder="x", host="x", error="full")
    for minutes, jobs in ((59, 0), (61, 1)):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            backup.every_minute()
            assert Job.objects.count() == jobs


def test_the_doctor_asks_for_what_the_policy_wants(cast: Cast, place: Path, copied: None) -> None:
    shipped_policy("quadrant")
    assert bad("safekeeping.backup", "safekeeping.trial") == {}, "a new installation is in order"
    make_backup(viewer=SYSTEM)
    RestoreTest.objects.create(backup="x", at=clock.now())
    with clock.at(clock.now() + DAY + timedelta(hours=1)):
        assert bad("safekeeping.backup") == {}
    with clock.at(clock.now() + DAY + timedelta(hours=3)):
        assert "24" in bad("safekeeping.backup")["safekeeping.backup"]
    with clock.at(clock.now() + 89 * DAY):
        assert bad("safekeeping.trial") == {}
    with clock.at(clock.now() + 91 * DAY):
        assert "90" in bad("safekeeping.trial")["safekeeping.trial"]


def test_a_trial_is_queued_when_one_is_due_and_there_is_something_to_try(cast: Cast, place: Path, copied: None) -> None:
    shipped_policy("quadrant")
    trying.every_minute()
    assert not Job.objects.exists()
    make_backup(viewer=SYSTEM)
    trying.every_minute()
    assert [job.kind for job in Job.objects.all()] == [trying.JOB]
    Job.objects.all().delete()
    RestoreTest.objects.create(backup="x", at=clock.now())
    trying.every_minute()
    assert not Job.objects.exists()


def test_what_names_a_path_outside_is_no_list(place: Path) -> None:
    folder = place / "20260101T000000Z"
    folder.mkdir(parents=True)
    for path in ("../up", "/etc/passwd", "a/../../up", "%2e%2e/up"):
        (folder / "files.txt").write_text(f"{'0' * 64} 1 {path}\n")
        with pytest.raises(Invalid):
            list(manifest.lines_of(folder))


def test_a_manifest_of_another_format_is_refused(place: Path) -> None:
    folder = place / "20260101T000000Z"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"format": 2}))
    with pytest.raises(Invalid):
        manifest.read(folder)


def test_a_copy_of_sqlite_is_one_whole_file_while_somebody_writes(tmp_path: Path) -> None:
    source = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
    source.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1);")
    source.execute("BEGIN IMMEDIATE")
    source.execute("INSERT INTO t VALUES (2)")
    backup.databases.copy_sqlite(tmp_path / "a.sqlite3", tmp_path / "b.sqlite3")
    source.execute("COMMIT")
    assert sorted(each.name for each in tmp_path.glob("b*")) == ["b.sqlite3"]
    copy = sqlite3.connect(tmp_path / "b.sqlite3")
    assert copy.execute("SELECT n FROM t").fetchall() == [(1,)], "what was committed, and nothing else"
    copy.close()
    source.close()
