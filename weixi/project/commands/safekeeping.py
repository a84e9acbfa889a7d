"""`weixi backup`, `weixi restore`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


def add(commands: Any) -> None:
    backup = commands.add_parser("backup", help="copy database, files and key to a folder of their own")
    backup.add_argument(
        "--to", type=Path, help="below this folder; default: WEIXI_BACKUPS, where older ones go by the policy"
    )
    backup.add_argument("--list", action="store_true", help="name the backups there are")
    backup.add_argument("--json", action="store_true")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="put a backup in the place of this installation, or try one")
    restore.add_argument("backup", nargs="?", help="its folder, its name in WEIXI_BACKUPS, or `last`")
    restore.add_argument("--replace", action="store_true", help="set aside the installation that is there")
    restore.add_argument(
        "--try", dest="trial", action="store_true", help="bring it back into an empty place and examine it"
    )
    restore.add_argument("--confirm", choices=["send", "drop"],
                         help="let messages go out again; those that wait are sent, or stay in the app")  # fmt: skip
    restore.add_argument("--link", action="store_true", help=argparse.SUPPRESS)
    restore.set_defaults(run=_restore)


def _backup(args: argparse.Namespace) -> int:
    from weixi.organisation.scope import system_viewer
    from weixi.project.commands.common import print_json
    from weixi.safekeeping import manifest
    from weixi.safekeeping.services.backup import folder, make_backup

    if args.list:
        found = [manifest.read(each) for each in manifest.backups_in(args.to or folder())]
        if args.json:
            print_json([{"name": m.name, "made_at": m.made_at, "size": m.size, "files": m.files} for m in found])
        for each in () if args.json else found:
            print(f"{each.name}  {each.size / 1_000_000:,.1f} MB  {each.vendor}")
        return 0
    run = make_backup(viewer=system_viewer("cli"), to=args.to)
    place = Path(run.folder) / run.name
    if args.json:
        print_json({"folder": str(place), "size": run.size, "files": run.files, "seconds": run.seconds})
    else:
        print(_("Backup: %(place)s (%(size).1f MB, %(files)d files)")
              % {"place": place, "size": run.size / 1_000_000, "files": run.files})  # fmt: skip
    return 0


def _restore(args: argparse.Namespace) -> int:
    from weixi.kernel.errors import Invalid
    from weixi.organisation.scope import system_viewer
    from weixi.safekeeping.services.restore import find, release_outgoing, restore
    from weixi.safekeeping.services.trying import try_restore

    viewer = system_viewer("cli")
    if args.confirm:
        number = release_outgoing(viewer=viewer, send_waiting=args.confirm == "send")
        print(_("Messages go out again; %(n)d had waited.") % {"n": number})
        return 0
    if args.trial:
        test = try_restore(find(args.backup or "last"), viewer=viewer)
        if test.error:
            raise Invalid(_("This backup would not have served: %(why)s") % {"why": test.error})
        print(_("%(name)s was brought back and examined: it is whole.") % {"name": test.backup})
        return 0
    if not args.backup:
        raise Invalid(_("Name a backup: its folder, its name, or `last`. `weixi backup --list` names them."))
    restored = restore(find(args.backup), replace=args.replace, link=args.link, say=print)
    print(_("Restored: %(name)s, of %(at)s.") % {"name": restored.manifest.name, "at": restored.manifest.made_at})
    if restored.aside:
        print(_("What was there before: %(place)s") % {"place": restored.aside})
    print(_("Everybody is logged out, and no message goes out until you confirm: look at the installation, then"))
    print("  weixi restore --confirm send | drop")
    return 0
