#!/usr/bin/env python
"""Run a command with a private, empty PostgreSQL: `python tools/pg.py COMMAND ...`.

`DATABASE_URL` names a fresh database `weixi` on it; both are gone when the command ends. Its exit
status is the command's, or 1 with one sentence when there is no PostgreSQL to start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from weixi.testing.postgres import NoPostgresError, private_postgres


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with private_postgres() as server:
            subprocess.run([server.programs / "createdb", "-h", server.folder, "-U", "weixi", "weixi"], check=True)
            environment = {**os.environ, "DATABASE_URL": server.url}
            return subprocess.run(arguments, env=environment, check=False).returncode
    except NoPostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
