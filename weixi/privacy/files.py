"""Stored files that speak of a person: what was imported, error files, exports (D-1).

A file is looked through as bytes in the encodings people use, the parts of a workbook one by one. A file
that speaks of the person is destroyed as a whole: it is a copy of what the archive holds.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from weixi.kernel.personal import Person

# Kept copies of data: each folder below the installation's files.
FOLDERS = ("imports", "exports")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
BLOCK = 4 * 1024 * 1024
# Longer than any mark in any encoding: what stands across two blocks is seen in one of them.
OVERLAP = 1024


def speaking_of(person: Person) -> list[str]:
    """The files that hold a mark of the person, as paths below the installation's files."""
    needles = _needles(person)
    if not needles:
        return []
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(root)) for path in _copies(root) if _holds(path, needles))


def destroy(paths: Iterable[str]) -> None:
    """Remove these files; one that is gone already is no fault. Never reaches outside the folders."""
    root = Path(settings.MEDIA_ROOT).resolve()
    for name in paths:
        path = (root / name).resolve()
        if path.is_relative_to(root):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def _copies(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        base = root / folder
        if base.is_dir():
            yield from (path for path in base.rglob("*") if path.is_file() and not path.is_symlink())


def _needles(person: Person) -> list[bytes]:
    marks = [mark for mark in person.marks if len(mark) > 2 or not mark.isascii()]
    found: set[bytes] = set()
    for mark in marks:
        for encoding in ENCODINGS:
            with contextlib.suppress(UnicodeEncodeError):
                found.add(mark.encode(encoding))
    return sorted(needle for needle in found if len(needle) >= 4)


def _holds(path: Path, needles: list[bytes]) -> bool:
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                return any(_in_stream(archive.open(name), needles) for name in archive.namelist())
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
            # What cannot be read cannot be shown to be free of the person.
            return True
    try:
        with path.open("rb") as stream:
            return _in_stream(stream, needles)
    except FileNotFoundError:
        return False


def _in_stream(stream: object, needles: list[bytes]) -> bool:
    tail = b""
    while block := stream.read(BLOCK):  # type: ignore[attr-defined]
        window = tail + block
        if any(needle in window for needle in needles):
            return True
        tail = window[-OVERLAP:]
    return False
