"""`weixi tick`, `weixi duties`."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    tick = commands.add_parser("tick", help="bring all duties up to now")
    tick.add_argument("--now", metavar="TS", help="a time with offset; default: the clock")
    tick.add_argument("--json", action="store_true")
    tick.set_defaults(run=_tick)

    duties = commands.add_parser("duties", help="list duties")
    duties.add_argument("--customer", metavar="NO")
    duties.add_argument("--assignee", metavar="USER")
    duties.add_argument("--state", choices=["open", "overdue", "paused", "done", "missed", "withdrawn", "waived"])
    duties.add_argument("--json", action="store_true")
    duties.set_defaults(run=_duties)


def _tick(args: argparse.Namespace) -> int:
    from weixi.commerce.figures import roll_figures
    from weixi.customers.quality.nightly import look_after_archives
    from weixi.duties.services.tick import tick
    from weixi.project.commands.common import moment, print_json

    if args.now is None:
        # The rest of what a day changes by itself: amounts, and what archives lack.
        roll_figures()
        look_after_archives()
    report = tick(moment(args.now) if args.now else None)
    if args.json:
        print_json(report.as_dict())
    else:
        print(report.sentence())
    return 0


def _duties(args: argparse.Namespace) -> int:
    from weixi.duties.queries.listing import listed_duties
    from weixi.organisation.scope import system_viewer
    from weixi.project.commands.common import print_json, user_named

    assignee = user_named(args.assignee).username if args.assignee else None
    found = listed_duties(system_viewer("cli"), customer_number=args.customer, assignee=assignee, state=args.state)
    if args.json:
        print_json([row.as_dict() for row in found.lines()])
        return 0
    for row in found.lines():
        due = row.due_at.isoformat(timespec="seconds") if row.due_at else "-"
        print(f"{row.state:<10}{due:<27}{row.clause:<8}{row.customer_number:<16}{row.assignee or '-':<14}{row.title}")
    return 0
