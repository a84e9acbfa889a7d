"""`weixi user add`, `weixi user factor-reset`, `weixi token create`."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    user = commands.add_parser("user", help="people").add_subparsers(dest="verb", required=True, metavar="VERB")
    adding = user.add_parser("add", help="add a person")
    adding.add_argument("name", help="log-in name")
    adding.add_argument("--role", required=True, help="its code, or what the policy calls it")
    adding.add_argument(
        "--department", help="name of a department, as the policy has it; made when there is none of that name"
    )
    adding.add_argument("--full-name", default="", help="name on screen")
    adding.add_argument("--password", help="default: asked for at a terminal, else made up and printed")
    adding.set_defaults(run=_add_user)
    resetting = user.add_parser("factor-reset", help="take away a lost second factor; it is set up anew")
    resetting.add_argument("name", help="log-in name")
    resetting.set_defaults(run=_reset_factor)

    token = commands.add_parser("token", help="API tokens").add_subparsers(dest="verb", required=True, metavar="VERB")
    making = token.add_parser("create", help="make a bearer token; it is printed once")
    making.add_argument("--user", required=True)
    making.add_argument("--scope", action="append", help="read, write, export, admin; may be given more than once")
    making.add_argument("--name", default="weixi token create")
    making.set_defaults(run=_create_token)


def _add_user(args: argparse.Namespace) -> int:
    from weixi.organisation.models import Department
    from weixi.organisation.new_passwords import made_up as make_up
    from weixi.organisation.scope import system_viewer
    from weixi.organisation.services import create_department, create_user
    from weixi.policy.queries.names import department_names, role_named

    viewer = system_viewer("cli")
    department = None
    password, made_up = args.password, False
    if password is None and sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    if not password:
        password, made_up = make_up(), True
    if args.department:
        names = department_names(args.department)
        department = Department.objects.filter(name__in=names).order_by("path").first()
        department = department or create_department(args.department, viewer=viewer)
    user = create_user(
        args.name,
        viewer=viewer,
        name=args.full_name,
        role=role_named(args.role),
        department=department,
        password=password,
        must_change_password=made_up,
    )
    print(f"{user.username}: {user.get_role_display()}")
    if made_up:
        print(_("password (to be changed at the first log-in): %(password)s") % {"password": password})
    return 0


def _reset_factor(args: argparse.Namespace) -> int:
    from weixi.organisation.factor.services import reset
    from weixi.organisation.scope import system_viewer
    from weixi.project.commands.common import user_named

    user = user_named(args.name)
    reset(user, viewer=system_viewer("cli"))
    print(_("%(name)s: the second factor is taken away, all sessions have ended.") % {"name": user.username})
    return 0


def _create_token(args: argparse.Namespace) -> int:
    from weixi.organisation.scope import system_viewer
    from weixi.organisation.services import create_token
    from weixi.project.commands.common import user_named

    scopes = tuple(word for scope in args.scope or ["read"] for word in scope.replace(",", " ").split())
    _, secret = create_token(user_named(args.user), viewer=system_viewer("cli"), name=args.name, scopes=scopes)
    print(secret)
    return 0
