"""Everything an .xlsx must pass before its reader may open it.

An .xlsx is a zip of XML parts. Sizes are checked from its directory first (a bomb costs nothing to refuse),
then every XML part is unpacked once in small pieces, which also proves the sizes true (the checksums of a
lying directory fail). Nothing here ever follows a link or expands an entity.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.wording import Said, say, shown
from weixi.kernel.importing.wording import gettext_noop as _

CHUNK = 1 << 20
_DIRECTORY_ENTRY_BYTES = 400
_PART_LIST_BYTES = 8 * 1024 * 1024
_SHARED_TEXTS = 3_000_000
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_MACRO = re.compile(rb"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
_SHARED = re.compile(rb"<(?:[^\s<>/:!?]+:)?si[\s/>]")

SAVE_PLAIN = _("Open it in a spreadsheet program, save it as an ordinary .xlsx or as CSV UTF-8, and try again.")
SAVE_VALUES = _("Copy the table as values into a new workbook, or save it as CSV UTF-8, and try again.")


@dataclass(frozen=True, slots=True)
class PackageSheet:
    """One worksheet of the package: its name and the zip entry with its cells."""

    name: str
    part: str


def broken_workbook(place: str | None = None) -> FileRefused:
    """The refusal for a workbook whose inside contradicts itself."""
    return FileRefused(
        "broken",
        say(_("The workbook is damaged and cannot be read.")),
        place=None if place is None else say(_("Part “%(part)s” of the file."), part=shown(place)),
        way_out=say(SAVE_PLAIN),
    )


def check_package(path: Path, limits: Limits) -> list[PackageSheet]:
    """Check the whole package; its worksheets in order.

    Raises FileRefused: too_large, bomb, password, macros, external_links, xml_entities, wrong_type, broken.
    """
    _check_directory_size(path, limits)
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            _check_entries(entries, limits)
            for entry in entries:
                if _is_markup(entry.filename):
                    _check_part(package, entry, limits)
            return _worksheets(package)
    except ElementTree.ParseError as fault:
        raise broken_workbook("xl/workbook.xml") from fault
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, struct.error) as fault:
        raise broken_workbook() from fault
    except (LookupError, ValueError) as fault:
        # Names that are no text, XML in an encoding nobody knows.
        raise broken_workbook() from fault


def part_chunks(path: Path, part: str) -> Iterator[bytes]:
    """The unpacked bytes of one part, in pieces."""
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _check_directory_size(path: Path, limits: Limits) -> None:
    """Refuse a zip whose directory is itself the bomb: millions of entries are objects once it is opened."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 66_000))
        tail = stream.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + 22 > len(tail):
            raise broken_workbook()
        (directory_bytes,) = struct.unpack_from("<I", tail, at + 12)
        if tail[max(0, at - 20) :].startswith(b"PK\x06\x07"):
            (wide_at,) = struct.unpack_from("<Q", tail, at - 12)
            stream.seek(min(wide_at, size))
            wide = stream.read(56)
            if len(wide) == 56:
                (directory_bytes,) = struct.unpack_from("<Q", wide, 40)
    if directory_bytes > limits.zip_entries * _DIRECTORY_ENTRY_BYTES:
        raise _bomb(say(_("It lists more than %(limit)s parts."), limit=limits.zip_entries))


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.zip_entries:
        raise _bomb(say(_("It lists more than %(limit)s parts."), limit=limits.zip_entries))
    names = {entry.filename.lower().replace("\\", "/").lstrip("/") for entry in entries}
    if len(names) != len(entries):
        raise broken_workbook()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise password_needed()
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise broken_workbook(entry.filename)
        if entry.file_size > limits.zip_ratio_from_bytes and entry.file_size > limits.zip_ratio * max(
            entry.compress_size, 1
        ):
            raise _bomb(say(_("Part “%(part)s” of the file."), part=shown(entry.filename)))
        most = _part_cap(entry.filename, limits)
        if entry.file_size > most:
            raise _bomb(say(_("Part “%(part)s” of the file."), part=shown(entry.filename)))
    if sum(entry.file_size for entry in entries) > limits.zip_unpacked_bytes:
        raise _bomb(None)
    _check_kind(names)


def _part_cap(name: str, limits: Limits) -> int:
    base = PurePosixPath(name.lower()).name
    if base == "sharedstrings.xml":
        return limits.shared_text_bytes
    if base == "styles.xml":
        return limits.styles_bytes
    if base in ("workbook.xml", "[content_types].xml") or base.endswith(".rels"):
        return _PART_LIST_BYTES
    return limits.zip_unpacked_bytes


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise _wrong_kind(say(_("This is a binary workbook (.xlsb).")))
    if "content.xml" in names and "mimetype" in names:
        raise _wrong_kind(say(_("This is an OpenDocument file.")))
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise _wrong_kind(say(_("This is a text document or a presentation, not a table.")))
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise _wrong_kind(say(_("This is a zip archive, not a workbook.")))
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise macros_found()
    if any(name.startswith("xl/externallinks/") or name == "xl/connections.xml" for name in names):
        raise external_found()


def _is_markup(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    name = entry.filename
    shared_texts = 0
    tail = b""
    is_list = name.lower().endswith(".rels") or name.lower() == "[content_types].xml"
    with package.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            if not tail and is_wide(chunk):
                raise broken_workbook(name)
            window = tail + chunk
            if has_declaration(window):
                raise FileRefused(
                    "xml_entities",
                    say(_("The workbook contains XML declarations that a table does not need.")),
                    place=say(_("Part “%(part)s” of the file."), part=shown(name)),
                    way_out=say(SAVE_PLAIN),
                )
            if name.lower().endswith("sharedstrings.xml"):
                shared_texts += len(_SHARED.findall(chunk))
                if shared_texts > _SHARED_TEXTS:
                    raise _bomb(say(_("Part “%(part)s” of the file."), part=shown(name)))
            tail = window if is_list else window[-16:]
    if name.lower() == "[content_types].xml" and _MACRO.search(tail):
        raise macros_found()
    if name.lower().endswith(".rels"):
        try:
            outside = reaches_outside(tail)
        except expat.ExpatError as fault:
            raise broken_workbook(name) from fault
        if outside:
            raise external_found()


def is_wide(head: bytes) -> bool:
    """XML in two or four bytes a letter: it would pass patterns of bytes unseen, and no office program writes it."""
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:8]


def has_declaration(part: bytes) -> bool:
    """Whether XML declares a document type or an entity, which no office program writes."""
    return _DECLARATION.search(part) is not None


def reaches_outside(relations: bytes) -> bool:
    """Whether a list of relations (`.rels`) names what a program that opens the file fetches from elsewhere.

    An address to click on is none. Read by a parser: quotes, prefixes and references of letters (`&#69;xternal`)
    hide a word from patterns. Raises ExpatError for what is no XML; declarations are refused before.
    """
    found = False

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal found
        if tag.rpartition(":")[2] == "Relationship" and attributes.get("TargetMode", "").strip().lower() == "external":
            found = found or not attributes.get("Type", "").endswith("/hyperlink")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.Parse(relations, True)
    return found


def _worksheets(package: zipfile.ZipFile) -> list[PackageSheet]:
    """Worksheets of the workbook with their parts, by its relations. DTDs are already refused, so parsing is
    safe.
    """
    names = {name.lower().lstrip("/"): name for name in package.namelist()}
    book = names.get("xl/workbook.xml")
    relations = names.get("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        raise broken_workbook("xl/workbook.xml")
    targets: dict[str, str] = {}
    for relation in ElementTree.fromstring(package.read(relations)):  # noqa: S314 - see the docstring
        targets[relation.get("Id", "")] = relation.get("Target", "")
    sheets: list[PackageSheet] = []
    for element in ElementTree.fromstring(package.read(book)).iter():  # noqa: S314 - see the docstring
        if not element.tag.endswith("}sheet"):
            continue
        link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
        target = targets.get(link, "")
        full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        sheets.append(PackageSheet(element.get("name", ""), names.get(full.lower(), "")))
    return sheets


def password_needed() -> FileRefused:
    """The refusal of a protected file."""
    return FileRefused(
        "password",
        say(_("The file is protected by a password.")),
        way_out=say(_("Open it, remove the password (Save as, without encryption) and try again.")),
    )


def macros_found() -> FileRefused:
    """The refusal of a workbook with macros."""
    return FileRefused(
        "macros",
        say(_("The workbook contains macros; such files are not taken.")),
        way_out=say(SAVE_PLAIN),
    )


def external_found() -> FileRefused:
    """The refusal of a workbook with links to other files, data connections or DDE."""
    return FileRefused(
        "external_links",
        say(_("The workbook contains links to other files or programs; such files are not taken.")),
        way_out=say(SAVE_VALUES),
    )


def _bomb(place: Said | None) -> FileRefused:
    return FileRefused(
        "bomb",
        say(_("Unpacked, this file would be far too large.")),
        place=place,
        way_out=say(SAVE_VALUES),
    )


def _wrong_kind(what: Said) -> FileRefused:
    return FileRefused("wrong_type", what, way_out=say(SAVE_PLAIN))
