"""`weixi user add`, `weixi token create`."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    user = commands.add_parser("user", help="people").add_subparsers(dest="verb", required=True, metavar="VERB")
    adding = user.add_parser("add", help="add a person")
    adding.add_argument("name", help="log-in name")
    adding.add_argument("--role", required=True)
    adding.add_argument("--department", help="name of a department; made when there is none of that name")
    adding.add_argument("--full-name", default="", help="name on screen")
    adding.add_argument("--password", help="default: asked for at a terminal, else made up and printed")
    adding.set_defaults(run=_add_user)

    token = commands.add_parser("token", help="API tokens").add_subparsers(dest="verb", required=True, metavar="VERB")
    making = token.add_parser("create", help="make a bearer token; it is printed once")
    making.add_argument("--user", required=True)
    making.add_argument("--scope", action="append", help="read, write, export, admin; may be given more than once")
    making.add_argument("--name", default="weixi token create")
    making.set_defaults(run=_create_token)


def _add_user(args: argparse.Namespace) -> int:
    from weixi.organisation.models import Department
    from weixi.organisation.scope import system_viewer
    from weixi.organisation.services import create_department, create_user

    viewer = system_viewer("cli")
    department = None
    password, made_up = args.password, False
    if password is None and sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    if not password:
        password, made_up = secrets.token_urlsafe(12), True
    if args.department:
        department = Department.objects.filter(name=args.department).order_by("path").first()
        department = department or create_department(args.department, viewer=viewer)
    user = create_user(
        args.name,
        viewer=viewer,
        name=args.full_name,
        role=args.role,
        department=department,
        password=password,
        must_change_password=made_up,
    )
    print(f"{user.username}: {user.get_role_display()}")
    if made_up:
        print(_("password (to be changed at the first log-in): %(password)s") % {"password": password})
    return 0


def _create_token(args: argparse.Namespace) -> int:
    from weixi.organisation.scope import system_viewer
    from weixi.organisation.services import create_token
    from weixi.project.commands.common import user_named

    scopes = tuple(word for scope in args.scope or ["read"] for word in scope.replace(",", " ").split())
    _, secret = create_token(user_named(args.user), viewer=system_viewer("cli"), name=args.name, scopes=scopes)
    print(secret)
    return 0
