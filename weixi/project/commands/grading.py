"""`weixi grade run|approve|table`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    verbs = commands.add_parser("grade", help="grading").add_subparsers(dest="verb", required=True, metavar="VERB")
    run = verbs.add_parser("run", help="compute a grading; it takes effect when approved")
    run.add_argument("--as-of", metavar="D", help="a date; default: today")
    run.add_argument("--preset", choices=["quadrant", "spend", "vip"])
    run.add_argument("--json", action="store_true")
    run.set_defaults(run=_run)

    approve = verbs.add_parser("approve", help="let a computed grading take effect")
    approve.add_argument("grading_run", metavar="RUN", type=int)
    approve.add_argument("--as", dest="as_user", metavar="USER", required=True)
    approve.set_defaults(run=_approve)

    table = verbs.add_parser("table", help="the grading table of the latest run for a date")
    table.add_argument("--as-of", metavar="D")
    table.add_argument("--format", choices=["json", "xlsx"], default="json")
    table.add_argument("-o", "--output", type=Path)
    table.set_defaults(run=_table)


def _as_of(args: argparse.Namespace) -> Any:
    from weixi.project.commands.common import day

    return day(args.as_of) if args.as_of else None


def _run(args: argparse.Namespace) -> int:
    from weixi.customers.grades import grade_labels
    from weixi.grading import commands
    from weixi.organisation.scope import system_viewer
    from weixi.project.commands.common import print_json

    outcome = commands.run(as_of=_as_of(args), preset=args.preset, viewer=system_viewer("cli"))
    if args.json:
        print_json(outcome)
    else:
        labels = grade_labels()
        grades = ", ".join(f"{labels.get(grade, grade)} {count}" for grade, count in outcome["grades"].items())
        print(
            _("run %(run)s as of %(as_of)s: %(grades)s. Approve it with weixi grade approve.")
            % {**outcome, "grades": grades}
        )
    return 0


def _approve(args: argparse.Namespace) -> int:
    from weixi.grading import commands
    from weixi.project.commands.common import viewer_named

    outcome = commands.approve(args.grading_run, viewer=viewer_named(args.as_user))
    if outcome["waits_for"]:
        print(_("run %(run)s: your yes is noted; it waits for the yes of %(waits_for)s.") % outcome)
    else:
        print(_("run %(run)s: in effect, %(changed)s grades changed.") % outcome)
    return 0


def _table(args: argparse.Namespace) -> int:
    from weixi.grading import commands
    from weixi.kernel.errors import Invalid
    from weixi.organisation.scope import system_viewer
    from weixi.project.commands.common import print_json

    viewer = system_viewer("cli")
    if args.format == "xlsx":
        if args.output is None:
            raise Invalid(_("An xlsx table needs a file: -o table.xlsx."))
        commands.table_xlsx(as_of=_as_of(args), viewer=viewer, path=args.output)
        print(_("%(file)s: written.") % {"file": args.output}, file=sys.stderr)
        return 0
    rows = commands.table(as_of=_as_of(args), viewer=viewer)
    if args.output:
        import json

        args.output.write_text(json.dumps(rows, ensure_ascii=False, default=str), encoding="utf-8")
        return 0
    print_json(rows)
    return 0
