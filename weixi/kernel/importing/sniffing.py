"""What kind of file this is, from its first bytes. Its name is never asked."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from weixi.kernel.importing.compound import SIGNATURE
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.text_encoding import Encoding, detect_encoding
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say

HEAD = 4096


class FileKind(StrEnum):
    """Kinds of files that can be read; `CSV` is any delimited text but tabs."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    TSV = "tsv"
    HTML = "html"


_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", _("This is a PDF document, not a table.")),
    (b"\x89PNG", _("This is a picture, not a table.")),
    (b"\xff\xd8\xff", _("This is a picture, not a table.")),
    (b"GIF8", _("This is a picture, not a table.")),
    (b"BM", _("This is a picture, not a table.")),
    (b"Rar!", _("This is a packed archive, not a table.")),
    (b"7z\xbc\xaf", _("This is a packed archive, not a table.")),
    (b"\x1f\x8b", _("This is a packed archive, not a table.")),
    (b"BZh", _("This is a packed archive, not a table.")),
    (b"\xfd7zXZ", _("This is a packed archive, not a table.")),
    (b"SQLite format 3", _("This is a database file, not a table.")),
    (b"{\\rtf", _("This is a text document, not a table.")),
    (b"MZ", _("This is a program, not a table.")),
    (b"\x7fELF", _("This is a program, not a table.")),
)
# Short magics are ordinary letters too ("BM,…" may begin a list); they count only with bytes no text has.
_ALSO_LETTERS = frozenset({b"BM", b"MZ", b"BZh"})
_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|meta|table|div|style|tr)\b", re.IGNORECASE)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[{\"\]]")
_SAVE_AGAIN = _("Open it in a spreadsheet program and save the table as .xlsx or CSV UTF-8.")


def sniff_binary(path: Path) -> FileKind | None:
    """XLSX or XLS when the first bytes say so; None for what may be text.

    Raises FileRefused for an empty file and for kinds that are no table.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\0 \t\r\n"):
        raise FileRefused(
            "empty",
            say(_("The file is empty.")),
            way_out=say(_("Choose a file with a row of column names and rows below it.")),
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return FileKind.XLSX
    if head.startswith(SIGNATURE):
        return FileKind.XLS
    for magic, what in _FOREIGN:
        if head.startswith(magic) and (magic not in _ALSO_LETTERS or b"\0" in head):
            raise FileRefused("wrong_type", say(what), way_out=say(_SAVE_AGAIN))
    return None


def sniff_text(path: Path, encoding: Encoding) -> FileKind:
    """CSV or HTML. Raises FileRefused for other languages made of text (XML, mail, JSON)."""
    with path.open("rb") as stream:
        stream.seek(len(encoding.mark))
        start = stream.read(HEAD).decode(encoding.codec, "ignore").lstrip()
    low = start[:64].lower()
    if low.startswith("<?xml") and "<html" not in start.lower():
        raise FileRefused(
            "wrong_type",
            say(_("This is an XML document, perhaps an XML spreadsheet of 2003.")),
            way_out=say(_SAVE_AGAIN),
        )
    if low.startswith("mime-version:"):
        raise FileRefused("wrong_type", say(_("This is a web archive (MHTML).")), way_out=say(_SAVE_AGAIN))
    if _JSON.match(low):
        raise FileRefused("wrong_type", say(_("This is JSON, not a table.")), way_out=say(_SAVE_AGAIN))
    if low.startswith("<") and _HTML.search(start):
        return FileKind.HTML
    return FileKind.CSV


def text_encoding(path: Path, named: str | None) -> Encoding:
    """The encoding of a text file, as `detect_encoding`; binary rubbish is called by its name."""
    try:
        return detect_encoding(path, named)
    except FileRefused:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        controls = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 13, 12, 27))
        if controls * 20 > len(head):
            raise FileRefused(
                "wrong_type", say(_("This is not a table of text, nor a workbook.")), way_out=say(_SAVE_AGAIN)
            ) from None
        raise
