"""`weixi`: the command line. Exit status 0 done, 1 refused with a plain sentence, 2 wrong usage.

Each command has a module in `weixi.project.commands` with `add(subparsers)`; what it runs stands beside
its arguments. With `--json` standard output is the JSON and nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from weixi.project import replay
from weixi.project.standard_streams import let_go_of_output, prepare

# Commands that record events.
_RECORDING = frozenset(
    {"init", "user", "token", "import", "export", "merge", "unmerge", "grade", "tick", "policy", "quality"}
)
# Of those, what only reads; files are looked at where there is no database yet.
_READING = frozenset({("policy", "check"), ("policy", "export"), ("policy", "diff"), ("grade", "table")})


class _Parser(argparse.ArgumentParser):
    """Usage errors in one line, exit status 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n{self.format_usage()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="weixi", description="维系 Weixi: carries out a company's written customer policy.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    replaying = commands.add_parser("replay", help="duties from a policy file and an event file, without a database")
    replay.add_arguments(replaying)
    replaying.set_defaults(run=replay.run)

    from weixi.project.commands import ALL

    for module in ALL:
        module.add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["replay"]:
        # Files only: neither Django nor a database is loaded.
        parser = _Parser(prog="weixi replay")
        replay.add_arguments(parser)
        return replay.run(parser.parse_args(arguments[1:]))
    from weixi.kernel.memory import uncollected

    # Commands bring their modules along.
    with uncollected():
        whole = _parser()
    args = whole.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")

    import django
    from django.db import DatabaseError, DataError, IntegrityError

    from weixi.kernel.errors import WeixiError
    from weixi.project.speaking import speak

    try:
        with uncollected():
            django.setup()
        speak()
        records = args.command in _RECORDING and (args.command, getattr(args, "verb", None)) not in _READING
        if records and args.command != "init":
            from weixi.project.commands.installation import require_migrated

            require_migrated()
        status = int(args.run(args) or 0)
        if records:
            from weixi.kernel.events.seal import seal_few

            seal_few()
        sys.stdout.flush()
        return status
    except WeixiError as error:
        print(f"weixi: {error}", file=sys.stderr)
        for name, text in error.fields.items():
            if str(text) != str(error):
                print(f"  {name}: {text}", file=sys.stderr)
        return 1
    except DatabaseError as error:
        if isinstance(error, DataError | IntegrityError):
            raise
        text = str(error).strip().splitlines()[0]
        print(f"weixi: {_of_database(text)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of a pipe had enough.
        let_go_of_output()
        return 0
    except OSError as error:
        let_go_of_output()
        print(f"weixi: {_of_system(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


def _of_system(error: OSError) -> str:
    """A file that cannot be read or written, or a standard output that takes nothing."""
    from django.utils.translation import gettext as _

    from weixi.kernel.os_words import os_reason

    if error.filename is None:
        return _("the result cannot be written: %(reason)s") % {"reason": os_reason(error)}
    return _("%(file)s cannot be used: %(reason)s.") % {"file": error.filename, "reason": os_reason(error)}


def _of_database(text: str) -> str:
    """What the database's refusal means, and the way out."""
    from django.utils.translation import gettext as _

    if "no such column" in text or ("column" in text and "does not exist" in text):
        return _(
            "The database is of an earlier version; `weixi init` brings it up and keeps everything. (%(text)s)"
        ) % {"text": text}
    if "no such table" in text or "does not exist" in text:
        return _("The database has no tables yet. Run `weixi init` or `weixi demo` first. (%(text)s)") % {"text": text}
    if "not a database" in text or "malformed" in text:
        return _(
            "The file of the database is damaged or is no database; `weixi restore` puts a backup in its place. (%(text)s)"
        ) % {"text": text}
    if "locked" in text:
        return _("Another process holds the database; nothing was written. Try again. (%(text)s)") % {"text": text}
    return _("The database answered: %(text)s") % {"text": text}


def entry() -> None:
    prepare()
    sys.exit(main())


if __name__ == "__main__":
    entry()
