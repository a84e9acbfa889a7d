"""Small files made by hand, so that every byte of a test is in it."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 2, height: int = 1, *notes: tuple[bytes, bytes]) -> bytes:
    raw = b"".join(b"\x00" + b"\x00" * 3 * min(width, 4) for _row in range(min(height, 4)))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), *notes, (b"IDAT", zlib.compress(raw)),
              (b"IEND", b"")]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def exif(orientation: int = 6, order: str = ">") -> bytes:
    """An Exif block with a direction and a place (GPS pointer 0x8825)."""
    mark = b"MM\x00\x2a" if order == ">" else b"II\x2a\x00"
    head = mark + struct.pack(f"{order}IH", 8, 2)
    turned = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    place = struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    gps = struct.pack(f"{order}I", 0) + b"N31.2304 E121.4737 GPSSECRET"
    return b"Exif\x00\x00" + head + turned + place + gps


def jpeg(*segments: tuple[int, bytes], width: int = 3, height: int = 2, tail: bytes = b"") -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\x01\x01\x00\x00\x3f\x00"
    parts = [*segments, (0xC0, frame), (0xDA, scan)]
    made = b"".join(b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body for mark, body in parts)
    return b"\xff\xd8" + made + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9" + tail


def gif(frames: int = 1, width: int = 2, height: int = 2, tail: bytes = b"") -> bytes:
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, width, height) + b"\x00\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00" + frame * frames + b"\x3b" + tail


def webp(*blocks: tuple[bytes, bytes], width: int = 2, height: int = 2) -> bytes:
    canvas = b"\x0c\x00\x00\x00" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    parts = [(b"VP8X", canvas), *blocks]
    inner = b"WEBP" + b"".join(n + struct.pack("<I", len(b)) + b + b"\x00" * (len(b) & 1) for n, b in parts)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner
