"""Where files lie: WEIXI_HOME/files/kept, each under a generated name in one of 256 folders.

First the file stands in its place, then the row that names it is committed: a process that dies between leaves a
file without a row, never a row without its file; `sweep` takes such files away after an hour.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid, WeixiError
from weixi.kernel.os_words import os_reason

# A file that no row names yet may belong to an upload still under way.
GRACE_SECONDS = 3600
_BLOCK = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")


class TooLarge(WeixiError):
    """A file larger than is taken, or one for which no room is left."""

    status = 413
    code = "file.too_large"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that stands in its place: its generated name, bytes and SHA-256."""

    name: str
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        return path_of(self.name)


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "kept"


def path_of(name: str) -> Path:
    """Raises ValueError for what this store never named: no path is ever built from outside."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of the store")
    return root() / name[:2] / name


def keep(blocks: Iterable[bytes], *, most_bytes: int) -> Kept:
    """Write a file as it comes. Raises TooLarge beyond `most_bytes`, Invalid for an empty one or a full disk."""
    name = secrets.token_hex(16)
    path, size = path_of(name), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            for block in blocks:
                size += len(block)
                if size > most_bytes:
                    raise TooLarge(_("A file may have at most %(limit)s MB.") % {"limit": most_bytes // 1_000_000})
                stream.write(block)
            stream.flush()
            os.fsync(stream.fileno())
        if not size:
            raise Invalid(_("The file is empty."), code="file.empty")
    except OSError as error:
        drop(name)
        raise Invalid(
            _("The file cannot be kept: %(reason)s. Make room and try again.") % {"reason": os_reason(error)},
            code="file.disk",
        ) from None
    except BaseException:
        drop(name)
        raise
    return measured(Kept(name, size, ""))


def measured(kept: Kept) -> Kept:
    """The same with size and digest as they stand on the disk."""
    digest, size = hashlib.sha256(), 0
    for block in blocks_of(kept.path):
        digest.update(block)
        size += len(block)
    return replace(kept, size=size, sha256=digest.hexdigest())


def blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def is_whole(kept: Kept, *, digest: bool = True) -> bool:
    """Whether the file is there as it was kept; without `digest` only by its size, which costs nothing."""
    try:
        if kept.path.stat().st_size != kept.size:
            return False
        return not digest or measured(kept).sha256 == kept.sha256
    except OSError:
        return False


def drop(name: str) -> None:
    path_of(name).unlink(missing_ok=True)
    path_of(name).with_suffix(".clean").unlink(missing_ok=True)


def strays(known: Callable[[Collection[str]], Collection[str]], now: datetime) -> Iterator[str]:
    """Files older than an hour that no row names; `known(names)` gives those of the names that are known."""
    for folder in sorted(root().glob("[0-9a-f][0-9a-f]")):
        old = [path.name for path in folder.iterdir() if now.timestamp() - path.stat().st_mtime > GRACE_SECONDS]
        found = set(known([name for name in old if _NAME.fullmatch(name)]))
        yield from (f"{folder.name}/{name}" for name in sorted(old) if name not in found)


def sweep(known: Callable[[Collection[str]], Collection[str]], now: datetime) -> int:
    """Take strays away; returns how many."""
    count = 0
    for place in strays(known, now):
        (root() / place).unlink(missing_ok=True)
        count += 1
    return count
