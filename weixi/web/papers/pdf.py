"""The paper as PDF: typeset by typst from plain data, so that no text of a customer is ever markup."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pylopdf_fonts_zh_cn
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.kernel.errors import WeixiError
from weixi.web.papers.content import Paper, as_data

log = logging.getLogger("weixi.papers")
TEMPLATE = Path(__file__).with_name("paper.typ")
TYPESET = Path(__file__).with_name("typeset.py")
# A table of the most lines that are taken on paper needs a tenth of it.
MOST_SECONDS = 100


class NotMade(WeixiError):
    """Typesetting took too long, or its process could not be started or ended with a fault."""

    status = 503
    code = "paper.not_made"
    title = gettext_lazy("The PDF was not made")


def pdf_of(paper: Paper, *, own_fonts: bool = False) -> bytes:
    """A4, with page numbers, in the Chinese fonts of the system (Noto CJK and the like) or, where it has none, in
    those that come with the product.

    In a process of its own: typst keeps its last ten papers in memory, 60 MB for a table of 500 lines, and who asked
    for some of them would take that from everybody who shares the process. Raises NotMade when nothing came of it.
    """
    asked = {
        "template": str(TEMPLATE),
        "root": str(TEMPLATE.parent),
        "fonts": str(fonts()),
        "own_fonts": own_fonts,
        "paper": json.dumps(as_data(paper), ensure_ascii=False),
    }
    command = [sys.executable, "-P", str(TYPESET)]
    # A file of ours by our own interpreter; what people typed comes in as data.
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(asked).encode(), capture_output=True, check=False, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        log.error("typesetting took more than %d seconds", MOST_SECONDS)
        why = _("It would have taken more than %(n)d seconds.") % {"n": MOST_SECONDS}
        raise NotMade(f"{why} {_way_out()}") from None
    except OSError as error:
        log.error("typesetting could not be started: %s", error)
        raise NotMade(_way_out()) from None
    if done.returncode or not done.stdout:
        log.error("typesetting ended with %d: %s", done.returncode, done.stderr[-1000:].decode(errors="replace"))
        raise NotMade(_way_out())
    return done.stdout


def _way_out() -> str:
    return _(
        "Nothing is lost. Try again in a moment, or go back and take what stands beside the PDF there: print the page, "
        "or a Word file or workbook of it. If it stays so, tell your administrator the time shown below."
    )


def fonts() -> Path:
    """Where Noto Sans SC and Noto Serif SC lie, whole and under the Open Font License."""
    return Path(pylopdf_fonts_zh_cn.__file__).parent
