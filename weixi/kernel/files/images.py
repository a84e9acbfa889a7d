"""Pictures by their segments: how large they are, and the same picture without place, device and notes.

Nothing is decoded, so a picture cannot exhaust anything: 50,000 x 50,000 points are refused by the header.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid

_PNG_NOTES = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_NOTES = frozenset({b"EXIF", b"XMP "})
_MOST_FRAMES = 500


class Damaged(Exception):
    """The segments do not fit together."""


def clean_image(path: Path, kind: str, *, most_pixels: int) -> None:
    """Write the picture anew without its notes; a turned JPEG keeps the way it is turned.

    Raises Invalid when it is damaged, larger than allowed, or an endless animation.
    """
    content = path.read_bytes()
    try:
        (width, height), cleaned = _READ[kind](content)
    except (Damaged, struct.error, IndexError):
        raise Invalid(_("This picture is damaged; save it anew and bring it again."), code="file.damaged") from None
    if not width or not height or width * height > most_pixels:
        raise Invalid(
            _("This picture has %(width)d × %(height)d points, which is more than is taken. Bring a smaller one.")
            % {"width": width, "height": height},
            code="file.pixels",
        )
    if cleaned != content:
        fresh = path.with_suffix(".clean")
        with fresh.open("wb") as stream:
            stream.write(cleaned)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)


Read = tuple[tuple[int, int], bytes]


def _png(content: bytes) -> Read:
    width, height = struct.unpack(">II", content[16:24])
    kept, ended, frames = [content[:8]], False, 0
    for name, whole in _png_chunks(content):
        frames += name == b"fcTL"
        if name not in _PNG_NOTES:
            kept.append(whole)
        ended = name == b"IEND"
    if not ended or frames > _MOST_FRAMES:
        raise Damaged
    return (width, height), b"".join(kept)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        end = at + 12 + size
        if end > len(content):
            raise Damaged
        name = content[at + 4 : at + 8]
        yield name, content[at:end]
        if name == b"IEND":
            return
        at = end


def _jpeg(content: bytes) -> Read:
    at, kept, size = 2, [content[:2]], (0, 0)
    while True:
        if content[at] != 0xFF:
            raise Damaged
        mark = content[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark == 0xD9:
            # What hangs behind the picture (a second one, an archive) is no part of it.
            return size, b"".join([*kept, content[at : at + 2]])
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise Damaged
        body = content[at + 4 : end]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", body[1:5])
            size = (width, height)
        if mark == 0xE1:
            if body.startswith(b"Exif\x00\x00") and (turned := _orientation(body[6:])):
                kept.append(_turned(turned))
        # Device notes (APP2 is the colour profile, APP14 how colours are kept) and comments fall away.
        elif mark in (0xE0, 0xE2, 0xEE) or not (0xE0 <= mark <= 0xEF or mark == 0xFE):
            kept.append(content[at:end])
        at = end
        if mark == 0xDA:
            at = _scan_end(content, end)
            kept.append(content[end:at])


def _scan_end(content: bytes, at: int) -> int:
    """Where the next segment begins: within a scan an FF is followed by 00 or by a restart mark."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Damaged
        if content[at + 1] != 0x00 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _orientation(tiff: bytes) -> int:
    """1 to 8 from the first directory of an Exif block; 0 when it says nothing readable."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack(f"{order}I", tiff[4:8])
        (count,) = struct.unpack(f"{order}H", tiff[start : start + 2])
        for place in range(min(count, 200)):
            entry = tiff[start + 2 + place * 12 : start + 14 + place * 12]
            tag, _type, _number, value = struct.unpack(f"{order}HHIH", entry[:10])
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _turned(orientation: int) -> bytes:
    """An Exif block that says only how the picture is turned."""
    tiff = b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _gif(content: bytes) -> Read:
    width, height = struct.unpack("<HH", content[6:10])
    at = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    frames = 0
    while content[at] != 0x3B:
        block = content[at]
        if block == 0x2C:
            frames += 1
            packed = content[at + 9]
            at += 11 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
        elif block == 0x21:
            at += 2
        else:
            raise Damaged
        while content[at]:
            at += content[at] + 1
        at += 1
        if frames > _MOST_FRAMES:
            raise Damaged
    return (width, height), content[: at + 1]


def _webp(content: bytes) -> Read:
    kept, size, frames = [], (0, 0), 0
    for name, body, whole in _riff(content):
        if name == b"VP8X":
            size = (int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
            # The flags for Exif and XMP go with their blocks.
            whole = whole[:8] + bytes([body[0] & ~0x0C]) + whole[9:]
        elif name == b"VP8 " and size == (0, 0):
            size = tuple(value & 0x3FFF for value in struct.unpack("<HH", body[6:10]))  # type: ignore[assignment]
        elif name == b"VP8L" and size == (0, 0):
            bits = int.from_bytes(body[1:5], "little")
            size = ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        frames += name == b"ANMF"
        if name not in _WEBP_NOTES:
            kept.append(whole)
    if frames > _MOST_FRAMES:
        raise Damaged
    inner = b"WEBP" + b"".join(kept)
    return size, b"RIFF" + struct.pack("<I", len(inner)) + inner


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    (length,) = struct.unpack("<I", content[4:8])
    last = 8 + length
    if last > len(content):
        raise Damaged
    at = 12
    while at + 8 <= last:
        (size,) = struct.unpack("<I", content[at + 4 : at + 8])
        end = at + 8 + size + (size & 1)
        if at + 8 + size > last:
            raise Damaged
        yield content[at : at + 4], content[at + 8 : at + 8 + size], content[at:end]
        at = end


_READ: dict[str, Callable[[bytes], Read]] = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp}
