"""`weixi init`, `demo`, `serve`, `worker`, `doctor`, `audit verify`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    init = commands.add_parser("init", help="make an empty installation: database, standard policy from today")
    init.add_argument("--preset", choices=["quadrant", "spend", "vip"], default="quadrant")
    init.set_defaults(run=_init)

    demo = commands.add_parser("demo", help="make the demo company with a story ending today")
    demo.add_argument("--customers", type=int, default=300)
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--if-empty", action="store_true", help="do nothing when there are people already")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="serve the pages and run the worker")
    serve.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")
    serve.add_argument("--bind", default="127.0.0.1")
    serve.add_argument("--workers", type=int, default=2)
    serve.add_argument("--no-worker", action="store_true", help="pages only; `weixi worker` runs elsewhere")
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help="advance time, send notices, do the jobs")
    worker.set_defaults(run=_worker)

    doctor = commands.add_parser("doctor", help="check that what must hold does hold")
    doctor.add_argument("check", nargs="*", help="only these checks, by name; default: all")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=_doctor)

    audit = commands.add_parser("audit", help="the audit trail").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    verify = audit.add_parser("verify", help="check the sealed chain of events")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)


def _port(text: str) -> int:
    """1 to 65535; anything else is wrong usage, in `PORT` too."""
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 1 to 65535")
    return int(text)


def migrate() -> None:
    """Bring the database to this version's shape."""
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def require_migrated() -> None:
    """Raises Conflict where the database has another version's shape: checks and work would stumble over tables."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from weixi.kernel.errors import Conflict

    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations and executor.loader.graph.leaf_nodes():
        raise Conflict(_("The database has no tables yet. Run `weixi init` or `weixi demo` first."))
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Conflict(_("The database is not of this version. `weixi init` brings it up and keeps everything."))


def _init(args: argparse.Namespace) -> int:
    from weixi.organisation.models import User
    from weixi.organisation.scope import system_viewer
    from weixi.policy.services import install_shipped_policy

    migrate()
    version = install_shipped_policy(preset=args.preset, viewer=system_viewer("init"))
    if version is None:
        print(_("There is an installation here already; its policy stays as it is."))
    elif version.effective_at is None:
        print(
            _("Policy %(version)s: a draft. Fill in its blanks and put it in force before grading.")
            % {"version": version}
        )
    else:
        print(_("Policy %(version)s: in force from %(day)s.") % {"version": version, "day": version.effective_from})
    if not User.objects.exists():
        print(_("Next: weixi user add NAME --role admin, then weixi serve."))
    return 0


def _demo(args: argparse.Namespace) -> int:
    from weixi.kernel.errors import Conflict
    from weixi.organisation.models import User

    migrate()
    if User.objects.exists():
        if args.if_empty:
            return 0
        raise Conflict(_("There is a company here already; the demo needs an empty WEIXI_HOME."))
    from weixi.project.demo import build

    build(customers=args.customers, seed=args.seed, say=print)
    return 0


def _serve(args: argparse.Namespace) -> int:
    from weixi.project import serving

    _require_free(args.bind, args.port)
    migrate()
    return serving.serve(f"{args.bind}:{args.port}", workers=args.workers, clock=not args.no_worker)


def _require_free(host: str, port: int) -> None:
    """Raises Conflict where nobody can listen, before anything is started."""
    import socket

    from weixi.kernel.errors import Conflict
    from weixi.kernel.os_words import os_reason

    name = host.strip("[]")
    try:
        with socket.socket(socket.AF_INET6 if ":" in name else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((name, port))
    except OSError as error:
        raise Conflict(
            _("%(host)s:%(port)d cannot be served: %(reason)s. Choose another with --port.")
            % {"host": host, "port": port, "reason": os_reason(error)}
        ) from None


def _worker(args: argparse.Namespace) -> int:
    from weixi.kernel.jobs import worker

    require_migrated()
    worker.run_forever()
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from weixi.kernel import doctor
    from weixi.kernel.errors import Invalid
    from weixi.project.commands.common import print_json

    require_migrated()
    if unknown := sorted(set(args.check) - set(doctor.names())):
        raise Invalid(
            _("There is no check %(name)s; there are: %(all)s.")
            % {"name": ", ".join(unknown), "all": ", ".join(doctor.names())}
        )
    findings = doctor.examine(args.check)
    if args.json:
        print_json([{"name": f.name, "ok": f.ok, "detail": f.detail} for f in findings])
    else:
        for finding in findings:
            print(
                f"{'ok  ' if finding.ok else 'BAD '} {finding.label}{': ' + finding.detail if finding.detail else ''}"
            )
    return 0 if all(finding.ok for finding in findings) else 1


def _verify(args: argparse.Namespace) -> int:
    from weixi.kernel.events import seal
    from weixi.project.commands.common import print_json

    report = seal.verify()
    if report.ok and report.unsealed:
        # What was looked at is guarded from now on, worker or none.
        seal.seal_pending()
    if args.json:
        print_json(report.as_dict())
    else:
        print(report.sentence())
    return 0 if report.ok else 1
