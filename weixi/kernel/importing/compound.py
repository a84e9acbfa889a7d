"""The OLE compound file that holds an old .xls: list its streams and read one, within caps.

Only what the checks need; broken chains are reported, never followed for ever.
"""

from __future__ import annotations

import struct
from pathlib import Path

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFE
_LARGEST_SECTOR = 0xFFFFFFFA


class BrokenCompound(ValueError):
    """The container's own tables contradict themselves."""


class CompoundFile:
    """The streams of a compound file, by path such as `Workbook` or `_VBA_PROJECT_CUR/VBA/dir`."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if not self._data.startswith(SIGNATURE) or len(self._data) < 512:
            raise BrokenCompound("no compound file header")
        shift, mini_shift = struct.unpack_from("<HH", self._data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise BrokenCompound("unknown sector size")
        self._sector = 1 << shift
        (self._directory_start,) = struct.unpack_from("<I", self._data, 48)
        self._mini_cutoff, self._mini_start = struct.unpack_from("<II", self._data, 56)
        self._fat = self._read_fat()
        self._entries = self._read_directory()

    def names(self) -> list[str]:
        """Names of all entries, storages included, without their paths."""
        return [name for name, _kind, _start, _size in self._entries]

    def stream(self, name: str) -> bytes | None:
        """Content of the first stream of that name; None when there is none."""
        for entry, kind, start, size in self._entries:
            if entry.lower() == name.lower() and kind == 2:
                return self._content(start, size)
        return None

    def _block(self, sector: int) -> bytes:
        at = (sector + 1) * self._sector
        return self._data[at : at + self._sector]

    def _read_fat(self) -> list[int]:
        count = self._sector // 4
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        (next_difat, difat_count) = struct.unpack_from("<II", self._data, 68)
        most = len(self._data) // self._sector + 1
        for _turn in range(min(difat_count, most)):
            if next_difat > _LARGEST_SECTOR:
                break
            block = self._block(next_difat)
            if len(block) < self._sector:
                raise BrokenCompound("allocation table ends early")
            numbers = struct.unpack(f"<{count}I", block)
            sectors.extend(numbers[:-1])
            next_difat = numbers[-1]
        table: list[int] = []
        for sector in sectors:
            if sector > _LARGEST_SECTOR:
                continue
            if len(table) > most:
                break
            block = self._block(sector)
            table.extend(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
        return table

    def _chain(self, start: int, table: list[int]) -> list[int]:
        chain: list[int] = []
        sector = start
        while sector <= _LARGEST_SECTOR:
            if sector >= len(table) or len(chain) > len(table):
                raise BrokenCompound("a chain of sectors is broken")
            chain.append(sector)
            sector = table[sector]
        return chain

    def _read_directory(self) -> list[tuple[str, int, int, int]]:
        raw = b"".join(self._block(sector) for sector in self._chain(self._directory_start, self._fat))
        entries = []
        for at in range(0, len(raw) - 127, 128):
            (length,) = struct.unpack_from("<H", raw, at + 64)
            kind = raw[at + 66]
            if kind == 0 or not 2 <= length <= 64:
                continue
            name = raw[at : at + length - 2].decode("utf-16-le", "replace")
            (start, size) = struct.unpack_from("<II", raw, at + 116)
            entries.append((name, kind, start, size))
        return entries

    def _content(self, start: int, size: int) -> bytes:
        if size >= self._mini_cutoff:
            return b"".join(self._block(sector) for sector in self._chain(start, self._fat))[:size]
        root = next((entry for entry in self._entries if entry[1] == 5), None)
        if root is None or size == 0:
            return b""
        mini = b"".join(self._block(sector) for sector in self._chain(root[2], self._fat))
        raw = b"".join(self._block(sector) for sector in self._chain(self._mini_start, self._fat))
        table = list(struct.unpack(f"<{len(raw) // 4}I", raw))
        return b"".join(mini[sector * 64 : sector * 64 + 64] for sector in self._chain(start, table))[:size]
