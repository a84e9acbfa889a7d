"""A backup on the disk: a folder that is whole once its manifest stands in it.

    20261129T112500Z/
      manifest.json      what it is, and the digests of what it holds
      database.sqlite3   or database.dump (PostgreSQL, `pg_restore` reads it)
      files.txt          digest, bytes and path of each file
      files/             as in WEIXI_HOME
      secret-key         where the installation keeps it in its home

A file that is the same as in the backup before is the same file on the disk (a hard link), so that a copy of every day
costs what changed. Nothing here needs a database: this is what one has when the database is gone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid, NotFound

FORMAT = 1
MANIFEST, LIST, FILES = "manifest.json", "files.txt", "files"
NAME = re.compile(r"\d{8}T\d{6}Z")
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """`head` and `last_seq`: the last link of the audit chain and the last event when the copy was made."""

    format: int
    name: str
    made_at: str
    version: str
    vendor: str
    database: str
    database_sha256: str
    list_sha256: str
    size: int
    files: int
    migrations: list[list[str]]
    beside: list[str]
    head: str
    last_seq: int

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def write(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Raises NotFound for a folder that is no whole backup, Invalid for one of a format this version cannot read."""
    try:
        data: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotFound(
            _("%(folder)s is no backup: it has no manifest that can be read.") % {"folder": folder}
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Invalid(_("The backup %(folder)s is of a format this version does not read.") % {"folder": folder})
    try:
        return Manifest(**data)
    except TypeError:
        raise Invalid(_("The manifest of %(folder)s is not complete.") % {"folder": folder}) from None


def backups_in(folder: Path) -> list[Path]:
    """The whole backups of a folder, the newest first."""
    if not folder.is_dir():
        return []
    found = [each for each in folder.iterdir() if NAME.fullmatch(each.name) and (each / MANIFEST).is_file()]
    return sorted(found, key=lambda each: each.name, reverse=True)


def digest_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One file of a backup; `path` is relative to `files/`."""

    sha256: str
    size: int
    path: str

    @property
    def text(self) -> str:
        return f"{self.sha256} {self.size} {quote(self.path)}\n"


def lines_of(folder: Path) -> Iterator[Line]:
    """Raises Invalid for a list that cannot be read, or that names a path outside."""
    with (folder / LIST).open(encoding="utf-8") as stream:
        for text in stream:
            parts = text.rstrip("\n").split(" ", 2)
            if len(parts) != 3 or not parts[1].isdecimal() or not _is_inside(path := unquote(parts[2])):
                raise Invalid(_("The list of files of %(folder)s is damaged.") % {"folder": folder})
            yield Line(parts[0], int(parts[1]), path)


def _is_inside(path: str) -> bool:
    pure = Path(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts


def faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is not as it was copied, a sentence each; reads every byte."""
    for name, digest in ((manifest.database, manifest.database_sha256), (LIST, manifest.list_sha256)):
        if not (folder / name).is_file():
            yield _("%(name)s is missing in the backup.") % {"name": name}
        elif digest_of(folder / name) != digest:
            yield _("%(name)s is not as it was copied.") % {"name": name}
    if (folder / LIST).is_file():
        for line in lines_of(folder):
            path = folder / FILES / line.path
            if not path.is_file():
                yield _("%(name)s is missing in the backup.") % {"name": line.path}
            elif path.stat().st_size != line.size or digest_of(path) != line.sha256:
                yield _("%(name)s is not as it was copied.") % {"name": line.path}
    for name in manifest.beside:
        if not (folder / name).is_file():
            yield _("%(name)s is missing in the backup.") % {"name": name}
