"""Making a backup, keeping as many as the policy asks, and doing it by itself when one is due."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid, WeixiError
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.events.seal import START, seal_pending
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs.services import RunningJob, enqueue
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.queries import people_with
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.safekeeping import databases, manifest
from weixi.safekeeping.manifest import FILES, LIST, Line, Manifest
from weixi.safekeeping.models import BackupRun
from weixi.safekeeping.rules import backup_rules

JOB = "safekeeping.backup"
NOTICE_FAILED = "backup.failed"
# A backup that did not succeed is tried again after so long, not each minute.
AGAIN_AFTER = timedelta(hours=1)
# What lies beside the files in the home and belongs to the installation.
BESIDE = ("secret-key", "demo")
_PART = ".part"
# No trial of a restore takes so long: its place was left by one that died.
_TRIAL_SECONDS = 24 * 3600


def folder() -> Path:
    """Where this machine keeps its backups: `WEIXI_BACKUPS`, else `backups` in the home."""
    return Path(settings.BACKUPS)


def make_backup(*, viewer: Viewer, to: Path | None = None, check: Callable[[], None] = lambda: None) -> BackupRun:
    """Copy database, files and key into a folder of their own below `to` (default: the installation's place).

    It is whole or not there: the folder gets its name when everything is in it. In the installation's own place older
    ones go, as many as the policy allows. `check` is called between files and may raise to stop. Raises Forbidden
    without the right, Conflict while another one is being made there, Invalid for a disk without room and a database
    that cannot be copied; every fault stands in a row as well.
    """
    viewer.require(Right.SYSTEM_MANAGE)
    place, began, now = to or folder(), time.monotonic(), clock.now()
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    try:
        with _alone_in(place):
            made = _copy(place, name, now, check)
            if to is None:
                _drop_old(place)
    except (WeixiError, OSError) as error:
        text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        _note(viewer, name, now, began, place, error=text)
        if isinstance(error, OSError):
            raise Invalid(
                _("The backup could not be written to %(place)s: %(why)s.") % {"place": place, "why": text},
                code="backup.disk",
            ) from None
        raise
    return _note(viewer, name, now, began, place, made=made)


def _note(
    viewer: Viewer, name: str, at: datetime, began: float, place: Path, *, made: Manifest | None = None, error: str = ""
) -> BackupRun:
    with unit_of_work(actor=viewer.actor) as work:
        run = BackupRun.objects.create(
            name=name, at=at, seconds=round(time.monotonic() - began, 3), folder=str(place), error=error[:500],
            host=socket.gethostname()[:100], made_by=viewer.user,
            size=made.size if made else 0, files=made.files if made else 0,
        )  # fmt: skip
        data = {"name": name, "size": run.size, "files": run.files}
        work.record("backup.failed" if error else "backup.made", subject=("backup", run.pk), data=data)
        if error:
            day = f"{at:%Y-%m-%d}"
            tell_many(
                Message(pk, NOTICE_FAILED, f"{NOTICE_FAILED}:{day}:{pk}", {"why": error[:300]}, "/safekeeping/")
                for pk in people_with(Right.SYSTEM_MANAGE)
            )
    return run


@contextmanager
def _alone_in(place: Path) -> Iterator[None]:
    """One backup at a time in a place; what a killed one left is taken away."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(place / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(_("A backup is being made there just now."), code="backup.running") from None
        old_trials = (each for each in place.glob(".try-*") if time.time() - each.stat().st_mtime > _TRIAL_SECONDS)
        for left in (*place.glob(f"*{_PART}"), *old_trials):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(lock)


def _copy(place: Path, name: str, now: datetime, check: Callable[[], None]) -> Manifest:
    if (place / name).exists():
        raise Conflict(_("There is a backup of this second already."), code="backup.running")
    before = next(iter(manifest.backups_in(place)), None)
    part = place / f"{name}{_PART}"
    part.mkdir(mode=0o700)
    try:
        _require_room(place, before)
        # The head noted here is of before the copy: the copy holds it, whatever is written meanwhile.
        seal_pending()
        head = Seal.objects.order_by("-pk").values_list("digest", flat=True).first() or START
        last = Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        migrations = [list(each) for each in sorted(databases.applied())]
        database = databases.copy_out(part)
        (part / database).chmod(0o600)
        # After the database: every file its rows name is there by then.
        number, size = _copy_files(part, before, check)
        beside = [each for each in BESIDE if _copy_beside(each, part)]
        made = Manifest(
            format=manifest.FORMAT, name=name, made_at=now.isoformat(), version=version("weixi"),
            vendor=connection.vendor, database=database, database_sha256=manifest.digest_of(part / database),
            list_sha256=manifest.digest_of(part / LIST), size=size + (part / database).stat().st_size, files=number,
            migrations=migrations, beside=beside, head=head, last_seq=last,
        )  # fmt: skip
        manifest.write(part, made)
        os.sync()
        part.rename(place / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return made


def _require_room(place: Path, before: Path | None) -> None:
    """Raises Invalid when the disk has no room for the database, and for the files of a first copy."""
    need = databases.size()
    if before is None:
        need += sum(path.stat().st_size for path in _files())
    free = shutil.disk_usage(place).free
    if free < need * 1.05:
        raise Invalid(
            _("The backup needs about %(need)d MB, %(place)s has %(free)d MB left. Make room and try again.")
            % {"need": need // 1_000_000 + 1, "free": free // 1_000_000, "place": place},
            code="backup.disk",
        )


def _files() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    return (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())


def _copy_files(part: Path, before: Path | None, check: Callable[[], None]) -> tuple[int, int]:
    """Copy the files and write their list; (how many, how many bytes). One that goes away meanwhile is left out."""
    root, number, size = Path(settings.MEDIA_ROOT), 0, 0
    known = {line.path: line for line in manifest.lines_of(before)} if before else {}
    with (part / LIST).open("w", encoding="utf-8") as stream:
        for path in _files():
            check()
            relative = path.relative_to(root).as_posix()
            target = part / FILES / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                line = _same(path, before, known.get(relative), target) or _fresh(path, relative, target)
                stream.write(line.text)
                number, size = number + 1, size + line.size
    return number, size


def _same(path: Path, before: Path | None, line: Line | None, target: Path) -> Line | None:
    """The file of the backup before once more, where it is the same by size and time; None where it is not."""
    if before is None or line is None:
        return None
    old, now = before / FILES / line.path, path.stat()
    try:
        kept = old.stat()
        if (kept.st_size, kept.st_mtime_ns) != (now.st_size, now.st_mtime_ns) or kept.st_size != line.size:
            return None
        target.hardlink_to(old)
    except OSError:
        # Gone, or a disk that knows no links: copied anew.
        return None
    return line


def _fresh(path: Path, relative: str, target: Path) -> Line:
    shutil.copy2(path, target)
    return Line(manifest.digest_of(target), target.stat().st_size, relative)


def _copy_beside(name: str, part: Path) -> bool:
    source = Path(settings.HOME) / name
    if not source.is_file() or (name == "secret-key" and os.environ.get("WEIXI_SECRET_KEY")):
        return False
    shutil.copy2(source, part / name)
    return True


def _drop_old(place: Path) -> None:
    """Take away what the policy does not ask to keep; without a rule everything stays."""
    rules = backup_rules()
    if rules is None:
        return
    for old in manifest.backups_in(place)[rules.copies :]:
        # Without its manifest it is no backup, also when the rest is only half gone.
        (old / manifest.MANIFEST).unlink()
        shutil.rmtree(old, ignore_errors=True)
        BackupRun.objects.filter(name=old.name, folder=str(place), removed_at=None).update(removed_at=clock.now())


# --- by itself --------------------------------------------------------------------------------------


def every_minute() -> None:
    """The worker's minute: queue a backup when the last one, or the installation, is as old as the policy lets it
    become."""
    rules = backup_rules()
    if rules is None:
        return
    last, now = BackupRun.objects.order_by("-at").first(), clock.now()
    since = last.at if last else databases.installed_at()
    wait = min(AGAIN_AFTER, rules.every) if last is not None and last.error else rules.every
    if since <= now < since + wait:
        return
    enqueue(JOB, 0, viewer=system_viewer("backup"))


def run_job(job: RunningJob) -> None:
    """The job of a backup; one that a kill left half is made anew."""
    starter = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    run = make_backup(viewer=viewer_of(starter) if starter else system_viewer("backup"), check=job.check)
    job.progress(1, 1, note=run.name)
