"""`weixi policy check|export|import|diff`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    verbs = commands.add_parser("policy", help="the policy document").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    check = verbs.add_parser("check", help="check a file without a database")
    check.add_argument("file", type=Path)
    check.set_defaults(run=_check)

    export = verbs.add_parser("export", help="write the policy in force (or a version) as TOML")
    export.add_argument("--version", help="default: the one in force")
    export.add_argument("-o", "--output", type=Path)
    export.set_defaults(run=_export)

    taking = verbs.add_parser("import", help="store a file as a draft, or put it in force")
    taking.add_argument("file", type=Path)
    taking.add_argument("--activate", action="store_true", help="approve it and put it in force from its date")
    taking.add_argument("--as", dest="as_user", metavar="USER")
    taking.set_defaults(run=_import)

    diff = verbs.add_parser("diff", help="what changes from one to the other; each a file or a version")
    diff.add_argument("a")
    diff.add_argument("b")
    diff.add_argument("--lang", choices=["zh", "en"], default="zh")
    diff.set_defaults(run=_diff)


def _load(source: Path) -> Any:
    """A file's document; raises Invalid with every problem and its line."""
    from weixi.kernel.errors import Invalid
    from weixi.policy.document.load import load_policy
    from weixi.policy.document.problems import PolicyError
    from weixi.policy.problem_words import with_place

    try:
        return load_policy(source)
    except PolicyError as error:
        raise Invalid("\n".join(map(with_place, error.problems)), code="policy.invalid") from None


def _check(args: argparse.Namespace) -> int:
    from weixi.policy.document.activate import can_activate
    from weixi.policy.document.promises import overruled
    from weixi.policy.problem_words import with_place

    policy = _load(args.file)
    print(
        _("%(file)s: %(name)s %(version)s, %(n)d rules, no fault.")
        % {
            "file": args.file.name,
            "name": policy.header.name,
            "version": policy.header.version,
            "n": len(list(policy.rules)),
        }
    )
    for problem in can_activate(policy):
        print(_("before it takes effect: %(problem)s") % {"problem": with_place(problem)})
    for problem in overruled(policy):
        print(_("worth a look: %(problem)s") % {"problem": with_place(problem)})
    return 0


def _named(name: str) -> Any:
    """The document of a file, or of a stored version by its label."""
    from weixi.kernel.errors import NotFound
    from weixi.policy.models import PolicyVersion
    from weixi.policy.queries import document_of, policy_in_force

    if Path(name).is_file():
        return _load(Path(name))
    if name == "in-force":
        return policy_in_force()
    version = PolicyVersion.objects.filter(label=name).order_by("-pk").first()
    if version is None:
        raise NotFound(_("%(name)s is neither a file nor the label of a stored version.") % {"name": name})
    return document_of(version)


def _export(args: argparse.Namespace) -> int:
    from weixi.policy.document.dump import dump_policy

    text = dump_policy(_named(args.version or "in-force"))
    if args.output:
        args.output.write_text(text, encoding="utf-8")
        print(_("%(file)s: written.") % {"file": args.output})
    else:
        sys.stdout.write(text)
    return 0


def _import(args: argparse.Namespace) -> int:
    from weixi.kernel.events.work import unit_of_work
    from weixi.policy.services import activate_version, approve_version, draft_version
    from weixi.project.commands.common import viewer_named

    viewer = viewer_named(args.as_user)
    policy = _load(args.file)
    with unit_of_work(actor=viewer.actor):
        version = draft_version(policy, viewer=viewer)
        if args.activate:
            approve_version(version, viewer=viewer, own=True)
            activate_version(version, viewer=viewer)
    if args.activate and version.effective_at:
        print(
            _("%(version)s: in force from %(at)s.")
            % {"version": version, "at": version.effective_at.isoformat(timespec="seconds")}
        )
    else:
        print(_("%(version)s: stored as a draft.") % {"version": version})
    return 0


def _diff(args: argparse.Namespace) -> int:
    from weixi.policy.document.diff import diff, in_words

    for change in diff(_named(args.a), _named(args.b)):
        print(in_words(change, args.lang))
    return 0
