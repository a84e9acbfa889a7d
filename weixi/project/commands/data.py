"""`weixi import KIND FILE` and `weixi import undo RUN`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

KINDS = ("customers", "contacts", "orders", "interactions", "need_tags", "judgements")


def add(commands: Any) -> None:
    taking = commands.add_parser("import", help="take in a file, or take an import back: import undo RUN")
    taking.add_argument("kind", choices=[*KINDS, "undo"])
    taking.add_argument("file", type=Path, metavar="FILE|RUN")
    taking.add_argument("--mapping", type=Path, metavar="F", help='JSON {"header": "field"}; "#1" is the first column')
    taking.add_argument("--sheet", metavar="S")
    taking.add_argument("--encoding", metavar="E", help="of a text that does not tell: big5, cp1252, gb18030 ...")
    taking.add_argument("--header-row", type=int, metavar="N", help="row of the column names; 0: there are none")
    taking.add_argument("--create-customers", action="store_true", help="make customers that the file names")
    taking.add_argument("--check", action="store_true", help="check only, write nothing")
    taking.add_argument("--as", dest="as_user", metavar="USER")
    taking.add_argument("--json", action="store_true")
    taking.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from weixi.customers.importing import commands
    from weixi.project.commands.common import print_json, viewer_named

    if args.kind == "undo":
        return _undo(args)
    mapping = _mapping(args.mapping) if args.mapping else None
    outcome = commands.import_file(
        args.kind,
        args.file,
        viewer=viewer_named(args.as_user),
        mapping=mapping,
        sheet=args.sheet,
        encoding=args.encoding,
        header_row=args.header_row,
        create_customers=args.create_customers,
        check_only=args.check,
    )
    if outcome["other_sheets"]:
        words = {"sheet": outcome["sheet"], "names": _(", ").join(outcome["other_sheets"])}
        print(_("sheet %(sheet)s was read; also there: %(names)s (choose with --sheet).") % words, file=sys.stderr)
    if args.json:
        print_json(outcome)
        return 0
    print(
        _(
            "read %(read)d: created %(created)d, updated %(updated)d, unchanged %(unchanged)d, "
            "rejected %(rejected)d, skipped %(skipped)d (%(encoding)s)."
        )
        % outcome
    )
    if outcome["contacts_created"] or outcome["contacts_updated"]:
        print(
            _("people of these customers: contacts created %(contacts_created)d, updated %(contacts_updated)d.")
            % outcome
        )
    if outcome.get("error_file"):
        print(_("rejected rows with their reasons: %(file)s") % {"file": outcome["error_file"]}, file=sys.stderr)
    return 0


def _mapping(path: Path) -> Any:
    """What the file of `--mapping` says; raises Invalid with the place of the fault."""
    import json

    from weixi.kernel.errors import Invalid
    from weixi.kernel.os_words import os_reason

    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Invalid(
            _("The file %(path)s cannot be read: %(reason)s.") % {"path": path, "reason": os_reason(error)}
        ) from None
    except json.JSONDecodeError as error:
        raise Invalid(
            _('%(file)s is no JSON: line %(line)d, sign %(place)d. Write it like {"客户名": "name"}.')
            % {"file": path, "line": error.lineno, "place": error.colno}
        ) from None
    except (ValueError, RecursionError):
        raise Invalid(_('%(file)s is no JSON in UTF-8. Write it like {"客户名": "name"}.') % {"file": path}) from None


def _undo(args: argparse.Namespace) -> int:
    from weixi.customers.importing import commands
    from weixi.project.commands.common import print_json, viewer_named

    outcome = commands.undo_import(str(args.file), viewer=viewer_named(args.as_user), check_only=args.check)
    if args.json:
        print_json(outcome)
        return 0
    words = {**outcome, "kept": len(outcome["kept"])}
    if args.check:
        print(_("would be taken back: %(taken_back)d, cells restored: %(restored)d, left: %(kept)d.") % words)
    else:
        print(_("%(taken_back)d taken back, %(restored)d cells restored, %(kept)d left as they are.") % words)
    for each in outcome["kept"]:
        print(
            " ".join(filter(None, [each["number"] or str(each["id"]), each["field"], each["reason"]])), file=sys.stderr
        )
    return 0
