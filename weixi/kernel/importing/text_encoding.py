"""Which character encoding a text file is in, decided from all of its bytes, never from its name.

One streaming pass in flat memory: encodings are tried strictly, so that a file damaged in its last line is
refused with that line instead of read wrongly. Only what can be told apart is accepted; a Western or Big5
file that happens to decode as GB18030 is refused with the request to say its encoding.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.wording import Said, say, shown
from weixi.kernel.importing.wording import gettext_noop as _

CHUNK = 1 << 18
SAMPLE = 1 << 16


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text file's bytes become characters: the Python codec, and whether a byte order mark comes
    first.
    """

    codec: str
    mark: bytes = b""

    @property
    def name(self) -> str:
        """The name shown to people: `utf-8`, `utf-8-sig` (with mark), `utf-16-le`, `utf-16-be`, `gb18030`."""
        return "utf-8-sig" if self.mark and self.codec == "utf-8" else self.codec


_MARKED = (
    Encoding("utf-8", b"\xef\xbb\xbf"),
    Encoding("gb18030", b"\x84\x31\x95\x33"),
    Encoding("utf-16-le", b"\xff\xfe"),
    Encoding("utf-16-be", b"\xfe\xff"),
)

# Encodings a person may name when detection refuses to guess.
NAMEABLE = ("utf-8", "gb18030", "gbk", "big5", "utf-16-le", "utf-16-be", "cp1252", "shift_jis", "euc-kr")

_SAVE_AS_UTF8 = _("Save the file again as “CSV UTF-8”, or say which encoding it is in.")


def detect_encoding(path: Path, named: str | None = None) -> Encoding:
    """The encoding of a text file: UTF-8, UTF-16 of either byte order, each with or without mark, or GB18030.

    `named` is a person's answer; it is checked against the whole file like any guess.
    Raises FileRefused: damaged text (with its line), no encoding that fits, NUL characters.
    """
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    if named is not None:
        return _named(path, head, named)
    for marked in _MARKED:
        if head.startswith(marked.mark):
            return _checked(path, marked)
    if b"\0" in head:
        wide = _wide_order(head)
        if wide is None:
            raise _nul_found(None)
        return _checked(path, Encoding(wide))
    fault = _first_fault(path, "utf-8", 0)
    if fault is None:
        return _checked(path, Encoding("utf-8"))
    if _mostly_utf8(path):
        raise _damaged("utf-8", fault)
    gb_fault = _first_fault(path, "gb18030", 0)
    if gb_fault is None and _reads_as_chinese(path):
        return _checked(path, Encoding("gb18030"))
    if gb_fault is not None and _reads_as_chinese(path):
        raise _damaged("gb18030", gb_fault)
    raise FileRefused(
        "encoding_unknown",
        say(_("The character encoding of this file cannot be told for certain.")),
        place=_line(fault),
        way_out=say(_SAVE_AS_UTF8),
    )


def _named(path: Path, head: bytes, named: str) -> Encoding:
    """Accept a person's answer when the whole file decodes by it."""
    for marked in _MARKED:
        if named in (marked.name, marked.codec) and head.startswith(marked.mark):
            return _checked(path, marked)
    if named not in NAMEABLE:
        raise FileRefused(
            "encoding_name",
            say(_("There is no encoding called “%(name)s” here."), name=shown(named)),
            way_out=say(_("Use one of: %(names)s."), names=", ".join(NAMEABLE)),
        )
    return _checked(path, Encoding(named))


def _chunks(path: Path, skip: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(skip)
        while chunk := stream.read(CHUNK):
            yield chunk


def _first_fault(path: Path, codec: str, skip: int) -> int | None:
    """Line number (from 1) of the first byte `codec` cannot read; None when it reads all."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line = 1
    for chunk in _chunks(path, skip):
        try:
            line += _line_ends(decoder.decode(chunk))
        except UnicodeDecodeError as fault:
            return line + _line_ends(bytes(fault.object[: fault.start]).decode(codec, "replace"))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _checked(path: Path, encoding: Encoding) -> Encoding:
    """`encoding` again when the whole file reads by it and holds no NUL, else FileRefused with the line."""
    codec, name = encoding.codec, encoding.name
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line = 1
    for chunk in _chunks(path, len(encoding.mark)):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as fault:
            at = line + _line_ends(bytes(fault.object[: fault.start]).decode(codec, "replace"))
            raise _damaged(name, at) from None
        if "\0" in text:
            raise _nul_found(line + _line_ends(text[: text.index("\0")]))
        line += _line_ends(text)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _damaged(name, line) from None
    return encoding


def _wide_order(head: bytes) -> str | None:
    """Byte order of UTF-16 text without a mark; None when the NULs do not look like UTF-16."""
    even, odd = head[0::2], head[1::2]
    lines_le = head.count(b"\n\0") + head.count(b"\r\0") + head.count(b",\0") + head.count(b"\t\0")
    lines_be = head.count(b"\0\n") + head.count(b"\0\r") + head.count(b"\0,") + head.count(b"\0\t")
    nul_le, nul_be = odd.count(0), even.count(0)
    # A stray NUL in one-byte text shows on one side only and beside no separators of the wide kind.
    for codec, mine, other, marks in (
        ("utf-16-le", nul_le, nul_be, lines_le),
        ("utf-16-be", nul_be, nul_le, lines_be),
    ):
        if mine > 3 * other and marks and mine * 50 >= len(head):
            return codec
    return None


def _mostly_utf8(path: Path) -> bool:
    """True when a file that is not clean UTF-8 is nevertheless UTF-8 with a few damaged places."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for chunk in _chunks(path, 0):
        text = decoder.decode(chunk)
        bad += text.count("\ufffd")
        good += sum(1 for mark in text if mark > "\x7f")
    good -= bad
    return good >= 5 and good > 5 * bad


def _reads_as_chinese(path: Path) -> bool:
    """True when most two-byte characters lie where everyday Chinese text has them: the signs and the characters of the
    GB2312 plane.

    Western text has its accents followed by ASCII letters. Big5 has second bytes below 0xA1 half the time and its commonest
    characters where GB2312 has kana, Greek, Russian and nothing.
    """
    usual = other = 0
    with path.open("rb") as stream:
        head = stream.read(16 * SAMPLE)
    at, end = 0, len(head) - 1
    while at < end:
        lead, trail = head[at], head[at + 1]
        if lead < 0x80:
            at += 1
            continue
        if 0x30 <= trail <= 0x39:
            # Four-byte forms hold the rare characters of names; they speak neither for nor against.
            at += 4
            continue
        if trail >= 0xA1 and (0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xF7):
            usual += 1
        else:
            other += 1
        at += 2
    return usual > 0 and usual >= 0.7 * (usual + other)


def _line(number: int | None) -> Said | None:
    return None if number is None else say(_("Line %(line)s."), line=number)


def _damaged(name: str, line: int) -> FileRefused:
    return FileRefused(
        "damaged_text",
        say(
            _("The text of this file is damaged: it begins as %(encoding)s but does not stay so."),
            encoding=name,
        ),
        place=say(_("Line %(line)s."), line=line),
        way_out=say(_SAVE_AS_UTF8),
    )


def _nul_found(line: int | None) -> FileRefused:
    return FileRefused(
        "nul",
        say(_("The file contains NUL characters; it is damaged or not a text table.")),
        place=None if line is None else say(_("Line %(line)s."), line=line),
        way_out=say(_("Open it in a spreadsheet program and save it again as .xlsx or as CSV UTF-8.")),
    )
