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
    merging = commands.add_parser("merge", help="make customer A a part of customer B, by their numbers")
    merging.add_argument("a", metavar="A", help="number of the customer that goes")
    merging.add_argument("b", metavar="B", help="number of the customer that stays")
    merging.add_argument("--preview", action="store_true", help="say what would happen, write nothing")
    merging.add_argument("--as", dest="as_user", metavar="USER", required=True)
    merging.add_argument("--json", action="store_true")
    merging.set_defaults(run=_merge)
    parting = commands.add_parser("unmerge", help="take a merge back, by the number of the customer that went")
    parting.add_argument("number", metavar="A")
    parting.add_argument("--as", dest="as_user", metavar="USER", required=True)
    parting.add_argument("--json", action="store_true")
    parting.set_defaults(run=_unmerge)


def _duplicates(args: argparse.Namespace) -> int:
    from weixi.customers.duplicates.queries import pairs_seen
    from weixi.customers.duplicates.scan import look_at_changed, look_at_everybody
    from weixi.customers.duplicates.words import reason_words
    from weixi.project.commands.common import print_json, viewer_named

    viewer = viewer_named(args.as_user)
    if args.all:
        look_at_everybody()
    else:
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


def _merge(args: argparse.Namespace) -> int:
    from weixi.customers.merging.plan import plan_merge
    from weixi.customers.merging.services import merge_customers
    from weixi.project.commands.common import print_json, viewer_named

    viewer = viewer_named(args.as_user)
    loser, winner = (_numbered(viewer, number) for number in (args.a, args.b))
    plan = plan_merge(loser, winner, viewer=viewer)
    told: dict[str, Any] = {
        "from": loser.number,
        "into": winner.number,
        "moves": {str(each.label): each.moves for each in plan.moves if each.moves},
        "stays": {str(each.label): each.stays for each in plan.moves if each.stays},
        "fields": {choice.key: choice.words(choice.take) for choice in plan.fields if choice.take != choice.winner},
        "conflicts": {
            choice.key: [choice.words(choice.winner), choice.words(choice.loser)]
            for choice in plan.fields
            if choice.differs
        },
        "people": [[str(each.loser), str(each.winner)] for each in plan.people],
        "merged": not args.preview,
    }
    if not args.preview:
        merge_customers(loser, winner, viewer=viewer, people={each.loser.pk: each.winner.pk for each in plan.people})
    if args.json:
        print_json(told)
        return 0
    text = _("%(a)s would become part of %(b)s.") if args.preview else _("%(a)s is now part of %(b)s.")
    print(text % {"a": f"{loser.name} ({loser.number})", "b": f"{winner.name} ({winner.number})"})
    for label, count in told["moves"].items():
        print(f"  {label}: {count}")
    for key, value in told["fields"].items():
        print(f"  {key} = {value}")
    for key, (stays, goes) in told["conflicts"].items():
        print(f"  {key}: {stays} | {goes}")
    return 0


def _unmerge(args: argparse.Namespace) -> int:
    from weixi.customers.merging.queries import merges_seen
    from weixi.customers.merging.services import unmerge_customers
    from weixi.kernel.errors import NotFound
    from weixi.project.commands.common import print_json, viewer_named

    viewer = viewer_named(args.as_user)
    record = merges_seen(viewer).filter(loser__number=args.number, undone_at=None).first()
    if record is None:
        raise NotFound(_("There is no such merge among the customers you look after."))
    done = unmerge_customers(record, viewer=viewer)
    if args.json:
        print_json({"from": done.loser.number, "into": done.winner.number, "left": done.left})
    else:
        print(_("%(a)s is a customer of its own again.") % {"a": f"{done.loser.name} ({done.loser.number})"})
    return 0


def _numbered(viewer: Any, number: str) -> Any:
    """The customer of that number in the viewer's scope; raises NotFound as for a missing one."""
    from weixi.customers.models import Customer
    from weixi.customers.queries import get_customer_for

    found = Customer.objects.filter(number=number).values_list("pk", flat=True).first()
    return get_customer_for(viewer, found or 0)
