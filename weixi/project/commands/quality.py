"""`weixi quality`."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    quality = commands.add_parser("quality", help="how complete, current and valid the archives are")
    quality.add_argument("--now", action="store_true", help="judge and count anew although nothing has changed")
    quality.add_argument("--as", dest="as_user", metavar="USER")
    quality.add_argument("--json", action="store_true")
    quality.set_defaults(run=_quality)


def _quality(args: argparse.Namespace) -> int:
    from weixi.customers.quality.board import quality_dict
    from weixi.customers.quality.nightly import count_now, is_behind
    from weixi.project.commands.common import print_json, viewer_named

    viewer = viewer_named(args.as_user)
    if args.now or is_behind():
        count_now()
    found = quality_dict(viewer)
    if args.json:
        print_json(found)
        return 0
    if found["day"] is None:
        print(_("Nothing was counted yet; the worker does it, or `weixi quality --now`."))
        return 0
    columns = ("customers", "completeness_pct", "key_gaps", "stale", "invalid", "ungraded")
    print(f"{found['day']}  {'  '.join(columns)}")
    rows = [(_("all"), found["company"]), *((row["name"], row) for row in found["owners"])]
    for name, row in rows:
        print(f"{name}  " + "  ".join(str(row[column]) for column in columns))
    return 0
