"""`weixi export customers|contacts|orders`."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    taking = commands.add_parser("export", help="put customers, contacts or orders into a file")
    taking.add_argument("kind", choices=["customers", "contacts", "orders"])
    taking.add_argument("--view", metavar="V", help="name or number of a view")
    taking.add_argument("--where", metavar="F", default="", help="a filter, as in the address of the list")
    taking.add_argument("--format", choices=["csv", "xlsx"])
    taking.add_argument("--reason", default="", help="what the file is for; needed for large ones")
    taking.add_argument("-o", "--output", type=Path, metavar="F", help="default: CSV on standard output")
    taking.add_argument("--as", dest="as_user", metavar="USER")
    taking.add_argument("--json", action="store_true", help="with -o: say what was written")
    taking.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    from weixi.commerce.figures import roll_figures
    from weixi.customers.exporting import commands
    from weixi.kernel.errors import Invalid
    from weixi.kernel.os_words import os_reason
    from weixi.project.commands.common import print_json, viewer_named

    output: Path | None = args.output
    form = args.format or (output.suffix.removeprefix(".").lower() if output else "") or "csv"
    if form not in ("csv", "xlsx"):
        raise Invalid(_("Write to a file that ends in .csv or .xlsx, or say --format."))
    # Amounts are of today though no worker has run.
    roll_figures()
    run = commands.export_now(
        args.kind, viewer=viewer_named(args.as_user), view=args.view, where=args.where, format=form, reason=args.reason
    )
    with run.path.open("rb") as source:
        if output is None:
            shutil.copyfileobj(source, sys.stdout.buffer)
            return 0
        try:
            with output.open("wb") as target:
                shutil.copyfileobj(source, target)
        except OSError as error:
            raise Invalid(
                _("%(file)s cannot be written: %(reason)s.") % {"file": output, "reason": os_reason(error)}
            ) from None
    if args.json:
        print_json(
            {"number": run.number, "rows": run.rows, "columns": run.columns, "masked": run.masked, "file": str(output)}
        )
    else:
        print(_("%(number)s: %(rows)d rows in %(file)s.") % {"number": run.number, "rows": run.rows, "file": output})
    return 0
