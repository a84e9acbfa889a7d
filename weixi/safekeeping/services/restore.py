"""Bringing a backup back: whole or not at all, what was there set aside, and nothing sent until somebody confirms."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.outbox import holding
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer, system_viewer
from weixi.safekeeping import databases, manifest
from weixi.safekeeping.manifest import FILES, Manifest
from weixi.safekeeping.services.backup import folder, make_backup

_NEW = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside`: where what was there before lies now; None for an empty home."""

    manifest: Manifest
    aside: Path | None


def find(name: str) -> Path:
    """The folder of a backup named by its path or by its name in the installation's place; `last` is the newest."""
    if name == "last":
        found = manifest.backups_in(folder())
        if not found:
            raise Invalid(_("There is no backup in %(folder)s.") % {"folder": folder()}, code="restore.none")
        return found[0]
    return folder() / name if manifest.NAME.fullmatch(name) else Path(name)


def restore(
    source: Path, *, replace: bool = False, link: bool = False, say: Callable[[str], object] = lambda text: None
) -> Restored:
    """Put a backup in the place of this installation, which must not be running.

    Every byte is compared with the manifest before anything is touched. What is there is set aside and never deleted;
    it takes `replace` to do that to an installation that holds something. Sessions end, and outgoing messages are held
    (`holding`). Killed anywhere it can be called again. `link` takes the backup's own files instead of copies: for a
    trial that is thrown away. Raises NotFound and Invalid for a backup that is not whole, of
    another database or of a newer version, Conflict for an installation that runs, or holds something.
    """
    made = manifest.read(source)
    _require_fitting(made)
    if faults := list(manifest.faults(source, made)):
        raise Invalid(
            _("This backup is not whole; nothing was touched. %(faults)s") % {"faults": " ".join(faults[:5])},
            code="restore.damaged",
        )
    databases.require_alone()
    empty = databases.is_empty()
    # What an interrupted restore left is nobody's installation.
    if not empty and not replace and not holding.mark_path().exists():
        raise Conflict(
            _("This home holds an installation. `--replace` sets it aside and puts the backup in its place."),
            code="restore.not_empty",
        )
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    # From here on nothing goes out, wherever this process ends.
    holding.mark_path().write_text(made.name, encoding="utf-8")
    aside = None if empty else home / f"before-restore-{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    _bring_files(source, home, link)
    say(_("Files: %(n)d, all as they were copied.") % {"n": made.files})
    if connection.vendor == "postgresql":
        if aside is not None:
            make_backup(viewer=system_viewer("restore"), to=aside)
        databases.read_in(source / made.database)
    else:
        _bring_sqlite(source / made.database, home, aside)
    _put_in_place(home, aside)
    for name in made.beside:
        _put_beside(source / name, home / name, aside)
    call_command("migrate", verbosity=0, interactive=False)
    _settle(made)
    return Restored(made, aside)


def _require_fitting(made: Manifest) -> None:
    if made.vendor != connection.vendor:
        words = {"theirs": made.vendor, "ours": connection.vendor}
        raise Invalid(
            _("This backup is of %(theirs)s, this installation runs on %(ours)s: set DATABASE_URL accordingly.")
            % words,
            code="restore.other_database",
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    if any((app, name) not in known for app, name in made.migrations):
        raise Invalid(
            _("This backup was made by a newer version (%(version)s) than this one. Update Weixi first.")
            % {"version": made.version},
            code="restore.newer",
        )


def _bring_files(source: Path, home: Path, link: bool) -> None:
    """The files beside those that are there, under another name."""
    new = home / f"{FILES}{_NEW}"
    shutil.rmtree(new, ignore_errors=True)
    if (source / FILES).is_dir():
        shutil.copytree(source / FILES, new, copy_function=os.link if link else shutil.copy2)
    else:
        new.mkdir()


def _bring_sqlite(dump: Path, home: Path, aside: Path | None) -> None:
    path = Path(connection.settings_dict["NAME"])
    new = path.with_name(path.name + _NEW)
    shutil.copyfile(dump, new)
    new.chmod(0o600)
    if aside is not None:
        aside.mkdir(mode=0o700, exist_ok=True)
        path.rename(aside / path.name)
    for left in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        left.unlink(missing_ok=True)
    new.rename(path)
    connections.close_all()


def _put_in_place(home: Path, aside: Path | None) -> None:
    files = Path(settings.MEDIA_ROOT)
    if files.exists():
        target = (aside or home / f"before-restore-{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}") / FILES
        if aside is None and not any(files.iterdir()):
            files.rmdir()
        else:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            files.rename(target)
    (home / f"{FILES}{_NEW}").rename(files)
    os.sync()


def _put_beside(source: Path, target: Path, aside: Path | None) -> None:
    if target.exists() and aside is not None:
        shutil.copy2(target, aside / target.name)
    shutil.copy2(source, target)


def _settle(made: Manifest) -> None:
    """Make what came back safe to open: nobody is logged in, and nothing goes out."""
    with unit_of_work(actor="system:restore") as work:
        Session.objects.all().delete()
        holding.hold(made.name)
        work.record("backup.restored", data={"name": made.name, "made_at": made.made_at})
    holding.mark_path().unlink(missing_ok=True)


def release_outgoing(*, viewer: Viewer, send_waiting: bool) -> int:
    """Let messages go out again; returns how many waited. Raises Conflict when none are held."""
    viewer.require(Right.SYSTEM_MANAGE)
    if not holding.is_held():
        raise Conflict(_("Outgoing messages are not held."), code="outgoing.free")
    with unit_of_work(actor=viewer.actor) as work:
        number = holding.let_go(send_waiting=send_waiting)
        work.record("outgoing.released", data={"waited": number, "sent": send_waiting})
    return number
