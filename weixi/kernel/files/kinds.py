"""What a file is, from its content alone. What is not on this list is refused: the sender's name and type say nothing."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid
from weixi.kernel.files.images import clean_image

# Enough for every signature, and for a text to show whether it is markup.
HEAD = 4096
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<xsl", b"<iframe", b"<object")
_OFFICE = {"word/": ("docx", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
           "xl/": ("xlsx", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
           "ppt/": ("pptx", "vnd.openxmlformats-officedocument.presentationml.presentation")}  # fmt: skip
_MACROS = ("vbaproject.bin",)
# More parts than any document has: a bomb.
_MOST_PARTS = 5000


@dataclass(frozen=True, slots=True)
class Kind:
    """`suffix` is the one its name gets, `media_type` what it is served as; `picture`: shown in the page."""

    suffix: str
    media_type: str
    picture: bool = False


PICTURES = {
    "png": Kind("png", "image/png", True),
    "jpeg": Kind("jpg", "image/jpeg", True),
    "gif": Kind("gif", "image/gif", True),
    "webp": Kind("webp", "image/webp", True),
}
PDF = Kind("pdf", "application/pdf")
OLD_OFFICE = Kind("doc", "application/x-ole-storage")
ZIP = Kind("zip", "application/zip")
TEXT = Kind("txt", "text/plain; charset=utf-8")
_SOUND = (
    (0, b"ID3", Kind("mp3", "audio/mpeg")),
    (0, b"\xff\xfb", Kind("mp3", "audio/mpeg")),
    (0, b"#!AMR", Kind("amr", "audio/amr")),
    (8, b"WAVE", Kind("wav", "audio/wav")),
    (4, b"ftyp", Kind("mp4", "video/mp4")),
)


def recognise(path: Path, *, most_pixels: int) -> Kind:
    """The kind of a stored file; pictures lose what says where and with what they were taken.

    Raises Invalid for a content that is not taken, a picture larger than `most_pixels`, or one that is damaged.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if picture := _picture(head):
        clean_image(path, picture, most_pixels=most_pixels)
        return PICTURES[picture]
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLD_OFFICE
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    for at, mark, kind in _SOUND:
        if head[at : at + len(mark)] == mark:
            return kind
    if _is_text(path, head):
        return TEXT
    raise refused()


def refused() -> Invalid:
    return Invalid(
        _("This kind of file is not taken. Bring a picture, a PDF, an Office document, a text, a recording or a ZIP."),
        code="file.kind",
    )


def _picture(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def _packed(path: Path) -> Kind:
    """An Office document without macros, or a plain archive. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = [info.filename for info in packed.infolist()[: _MOST_PARTS + 1]]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Invalid(_("This file is damaged; save it anew and bring it again."), code="file.damaged") from None
    if len(parts) > _MOST_PARTS:
        raise refused()
    if any(part.lower().endswith(_MACROS) for part in parts):
        raise Invalid(_("Documents with macros are not taken; save it without them."), code="file.macros")
    if "[Content_Types].xml" in parts:
        for folder, (suffix, media_type) in _OFFICE.items():
            if any(part.startswith(folder) for part in parts):
                return Kind(suffix, f"application/{media_type}")
    return ZIP


def _is_text(path: Path, head: bytes) -> bool:
    """Plain text in UTF-8 or GB18030 that no browser would take for a page."""
    if b"\x00" in head or any(mark in head.lower() for mark in _MARKUP):
        return False
    whole = BytesIO(path.read_bytes()).getvalue()
    if b"\x00" in whole:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
