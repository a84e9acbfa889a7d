"""The files of imports, under WEIXI_HOME/files/imports: each run in a folder of its own."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid
from weixi.kernel.importing.limits import DEFAULT_LIMITS
from weixi.kernel.os_words import os_reason

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was taken in."""

    folder: str
    name: str
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        return root() / self.folder / self.name


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def blocks_of(path: Path) -> Iterator[bytes]:
    """The file's bytes in portions. Raises Invalid when it cannot be read."""
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise Invalid(
            _("The file %(path)s cannot be read: %(reason)s.") % {"path": path, "reason": os_reason(error)},
            code="import.unreadable",
        ) from None


def digest_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    for block in blocks_of(path):
        digest.update(block)
    return digest.hexdigest()


def take_in(blocks: Iterable[bytes]) -> Stored:
    """Keep a file as it came. Raises Invalid when it is empty, larger than allowed, or the disk is full."""
    folder = secrets.token_hex(12)
    place = root() / folder
    digest = hashlib.sha256()
    size = 0
    try:
        place.mkdir(parents=True)
        # No suffix of the sender: the kind of a file is told from its content.
        with (place / "source").open("wb") as stream:
            for block in blocks:
                size += len(block)
                if size > DEFAULT_LIMITS.text_file_bytes:
                    raise Invalid(
                        _("The file is larger than %(limit)s MB. Split it into several files.")
                        % {"limit": DEFAULT_LIMITS.text_file_bytes // (1024 * 1024)},
                        code="file.too_large",
                    )
                digest.update(block)
                stream.write(block)
        if not size:
            raise Invalid(
                _("The file is empty. Choose one with a row of column names and rows below it."), code="file.empty"
            )
    except Invalid:
        drop(folder)
        raise
    except OSError as error:
        drop(folder)
        raise Invalid(
            _("The file cannot be kept: %(reason)s. Make room and try again.") % {"reason": os_reason(error)},
            code="import.disk",
        ) from None
    return Stored(folder, "source", size, digest.hexdigest())


def drop(folder: str) -> None:
    """Remove the files of a run that did not come to be."""
    shutil.rmtree(root() / folder, ignore_errors=True)
