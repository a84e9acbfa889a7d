"""`weixi duplicates`, `weixi merge A B`, `weixi unmerge A`."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    finding = commands.add_parser("duplicates", help="customers that are there twice, or belong together")
    finding.add_argument("--all", action="store_true", help="look through the whole base again first")
    finding.add_argument("--as", dest="as_user", metavar="USER")
    finding.add_argument("--json", action="store_true")
    finding.set_defaults(run=_duplicates)


def _duplicates(args: argparse.Namespace) -> int:
    from weixi.customers.duplicates.queries import pairs_seen
    from weixi.customers.duplicates.scan import look_at_changed, note_everybody
    from weixi.customers.duplicates.words import reason_words
    from weixi.project.commands.common import print_json, viewer_named

    viewer = viewer_named(args.as_user)
    if args.all:
        note_everybody()
    look_at_changed()
    rows = pairs_seen(viewer).values_list("a__number", "b__number", "kind", "score", "reasons")
    found: list[dict[str, Any]] = [
        {"a": a, "b": b, "kind": kind, "score": score, "reasons": reason_words(reasons)}
        for a, b, kind, score, reasons in rows.iterator(chunk_size=2000)
    ]
    if args.json:
        print_json(found)
        return 0
    for pair in found:
        print(pair["a"], pair["b"], pair["kind"], f"{pair['score']:.2f}", ", ".join(pair["reasons"]), sep="\t")
    print(_("%(count)d pairs") % {"count": len(found)})
    return 0
