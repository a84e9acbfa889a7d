"""What a content is, what is taken out of pictures, names in headers."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.kernel.errors import Invalid
from weixi.kernel.files.images import clean_image
from weixi.kernel.files.kinds import recognise
from weixi.kernel.files.names import disposition, shown_name
from weixi.kernel.files.store import path_of
from weixi.kernel.files.tests.samples import exif, gif, jpeg, png, webp

PIXELS = 1_000_000


def packed(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as into:
        for name in names:
            into.writestr(name, b"x")
    return stream.getvalue()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (png(), "png"),
        (jpeg(), "jpg"),
        (gif(), "gif"),
        (webp((b"VP8 ", b"\x00" * 10)), "webp"),
        (b"%PDF-1.7\n/JavaScript (app.alert(1))", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20, "doc"),
        (packed("[Content_Types].xml", "word/document.xml"), "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("a.txt"), "zip"),
        ("会议纪要：扩产\n".encode(), "txt"),
        ("会议纪要".encode("gb18030"), "txt"),
        (b"#!AMR\n\x00", "amr"),
    ],
)
def test_a_content_says_what_it_is(place: Path, content: bytes, suffix: str) -> None:
    place.write_bytes(content)
    assert recognise(place, most_pixels=PIXELS).suffix == suffix


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\n\n  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/>",
        b"hello <IFRAME src=x>",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01\x01\x00",
        b"\x00\x01\x02\x03",
        b"\xff\xfe\x00\x00junk",
        packed("[Content_Types].xml", "word/vbaProject.bin"),
        b"PK\x03\x04broken",
        png()[:40],
        png(50_000, 50_000),
        jpeg()[:-6],
        jpeg(width=50_000, height=50_000),
        gif(10_000),
        gif()[:20],
        webp(width=16_000, height=16_000),
        b"\xff\xd8\xff\xe1\x00\x01",
        b"II*\x00" + b"\x08\x00\x00\x00" * 50,
    ],
)
def test_what_is_not_known_or_not_safe_is_refused(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        recognise(place, most_pixels=PIXELS)
    assert caught.value.code.startswith("file.")


@pytest.mark.parametrize("order", [">", "<"])
def test_a_photograph_loses_its_place_and_stays_turned(place: Path, order: str) -> None:
    note = b"http://ns.adobe.com/xap/1.0/\x00<x GPSSECRET/>"
    place.write_bytes(jpeg((0xE0, b"JFIF\x00"), (0xE1, exif(6, order)), (0xE1, note), (0xFE, b"GPSSECRET")))
    clean_image(place, "jpeg", most_pixels=PIXELS)
    cleaned = place.read_bytes()
    assert b"GPSSECRET" not in cleaned and b"\x88\x25" not in cleaned and b"\x25\x88" not in cleaned
    assert b"JFIF" in cleaned and b"Exif\x00\x00MM" in cleaned and cleaned.endswith(b"\xff\xd9")
    assert cleaned.count(b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06") == 1
    clean_image(place, "jpeg", most_pixels=PIXELS)
    assert place.read_bytes() == cleaned, "what is clean stays as it is"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("png", png(2, 1, (b"eXIf", b"GPSSECRET"), (b"iTXt", b"GPSSECRET"))),
        ("webp", webp((b"VP8 ", b"\x00" * 10), (b"EXIF", b"GPSSECRET"), (b"XMP ", b"GPSSECRET!"))),
        ("gif", gif(tail=b"PK\x03\x04GPSSECRET")),
        ("jpeg", jpeg(tail=b"\xff\xd8GPSSECRET\xff\xd9")),
    ],
)
def test_notes_and_what_hangs_behind_fall_away(place: Path, kind: str, content: bytes) -> None:
    place.write_bytes(content)
    clean_image(place, kind, most_pixels=PIXELS)
    assert b"GPSSECRET" not in place.read_bytes()


@given(content=st.binary(max_size=400), kind=st.sampled_from(["png", "jpeg", "gif", "webp"]))
def test_no_content_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, content: bytes, kind: str) -> None:
    head = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF89a", "webp": b"RIFF\x00\x00\x00\x00WEBP"}
    place = tmp_path_factory.mktemp("any") / "file"
    place.write_bytes(head[kind] + content)
    with suppress(Invalid):
        clean_image(place, kind, most_pixels=PIXELS)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("报价单.pdf", "报价单.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\win.ini", "win.png"),
        ("a.html;.png", "a.html;.png"),
        ("con", "file-con.png"),
        ("nul.png", "file-nul.png"),
        ("...", "file.png"),
        ("", "file.png"),
        ("x\r\nSet-Cookie: a=b.png", "xSet-Cookie a=b.png"),
        ("\u202egnp.exe", "gnp.png"),
        ("长" * 300 + ".jpg", "长" * 120 + ".png"),
        ("trailing. ", "trailing.png"),
    ],
)
def test_a_name_is_only_shown(given_name: str, shown: str) -> None:
    assert shown_name(given_name, "png") == shown


@given(st.text(max_size=200))
def test_no_name_leaves_its_header(name: str) -> None:
    header = disposition(shown_name(name, "pdf"))
    assert header.isascii() and not set(header) & {"\r", "\n", "\x00"}
    assert header.count('"') == 2 and "/" not in header and "\\" not in header


@pytest.mark.parametrize("name", ["", "../x", "a" * 31, "A" * 32, "0" * 31 + "/", "%2e%2e%2f" * 4])
def test_no_path_is_built_from_outside(name: str) -> None:
    with pytest.raises(ValueError):
        path_of(name)
