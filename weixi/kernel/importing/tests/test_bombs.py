"""What a bomb costs the whole process: measured in one of its own, as the worker would open it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from weixi.kernel.importing.tests.making import simple_xlsx, with_parts

SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
# Processor seconds and memory that opening may cost; the process itself is some 60 MB.
MOST_SECONDS, MOST_BYTES = 5.0, 300 * 1024 * 1024

OPEN_IT = r"""
import json, re, sys, time
from pathlib import Path
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.reading import open_table
began = time.process_time()
try:
    rows = sum(1 for _ in open_table(Path(sys.argv[1])).rows())
    told = f"rows {rows}"
except FileRefused as refused:
    told = refused.code
# The peak of this program alone: `ru_maxrss` begins with what the process that started it had.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps({"told": told, "seconds": time.process_time() - began, "bytes": int(peak[1]) * 1024}))
"""


def shared_strings(tmp_path: Path) -> Path:
    """A gigabyte of shared strings in some megabytes."""
    path = with_parts(simple_xlsx(tmp_path, ("名称",), ("甲",)), {}, drop=("xl/sharedStrings.xml",))
    block = b"<si><t>aaaaaaaaaaaaaaaaaaaaaaaa</t></si>" * 200_000
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle,
        bundle.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        for _turn in range(1024**3 // len(block)):
            part.write(block)
    return path


def dimension(tmp_path: Path) -> Path:
    """A sheet that says it reaches to the last corner, with one row."""
    sheet = (
        MAIN
        + b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    )
    return with_parts(simple_xlsx(tmp_path, ("名称",), ("甲",)), {SHEET: sheet})


def last_corner(tmp_path: Path) -> Path:
    """A cell in the last corner: 17,000,000,000 cells for who makes a rectangle of it."""
    row = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = MAIN + b"<sheetData>" + row + b"</sheetData></worksheet>"
    return with_parts(simple_xlsx(tmp_path, ("名称",), ("甲",)), {SHEET: sheet})


def styles(tmp_path: Path) -> Path:
    """A million styles."""
    xml = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="1000000">'
    xml += b'<xf numFmtId="0"/>' * 1_000_000 + b"</cellXfs></styleSheet>"
    return with_parts(simple_xlsx(tmp_path, ("名称",), ("甲",)), {"xl/styles.xml": xml})


def nested(tmp_path: Path) -> Path:
    """42.zip: archives of archives, none of which is ever opened."""
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("0", b"\0" * 50_000_000)
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number in range(400):
            bundle.write(inner, f"lib {number}.zip")
    return path


@pytest.mark.parametrize("make", [shared_strings, dimension, last_corner, styles, nested])
def test_a_bomb_is_refused_within_seconds_and_memory(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """A23. Processor time, so that a busy machine changes nothing."""
    path = make(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", OPEN_IT, str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    cost = json.loads(done.stdout)
    harmless = make is dimension
    assert cost["told"].startswith("rows" if harmless else "file."), cost
    assert make is not shared_strings or cost["told"] == "file.bomb", cost
    assert cost["seconds"] < MOST_SECONDS, cost
    assert cost["bytes"] < MOST_BYTES, cost
