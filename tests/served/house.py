"""The company of tests/security behind `weixi serve`: who asks over the wire, and its database file beside it."""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps

from tests.browser.company import environment_of, running
from tests.security.database import differing, fingerprint_of
from tests.security.matrix.asking import Question
from tests.security.world import World
from tests.served.wire import Answer, Visitor, Wire
from weixi.commerce.models import Contract, Order
from weixi.customers.models import Attachment, Contact, Customer
from weixi.duties.models import Duty
from weixi.interactions.models import Interaction
from weixi.testing.cast import PASSWORD

T, R = TypeVar("T"), TypeVar("R")
_OBJECTS: dict[Any, str] = {Customer: "customer", Contact: "contact", Order: "order", Contract: "contract",
                            Interaction: "interaction", Duty: "duty", Attachment: "attachment"}  # fmt: skip
# Two processes of four threads serve.
AT_ONCE = 6


@dataclass(frozen=True)
class Asked:
    """A line of the matrix for one person and one owner, what is right for it, and the same for what does not exist."""

    name: str
    owner: str
    program: bool
    question: Question
    missing: Question
    expected: frozenset[object]
    owned: bool

    @property
    def passes(self) -> bool:
        return "passes" in self.expected

    def __str__(self) -> str:
        return f"{self.question.method} {self.name} of {self.owner}"


@dataclass(frozen=True)
class Known:
    """What whoever founded the house tells the tests."""

    world: World
    asked: dict[str | None, list[Asked]]
    leaver: str


@dataclass
class House:
    address: str
    home: Path
    process: int
    known: Known
    helper: subprocess.Popen[str]
    _visitors: dict[str | None, Visitor] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.known.world

    @property
    def log(self) -> str:
        return (self.home / "serve.log").read_text()

    def visitor(self, role: str | None, *, anew: bool = False) -> Visitor:
        """A browser this person has logged in with by name and password; None: nobody has."""
        if anew or role not in self._visitors:
            visitor = Visitor(self.address)
            if role is None:
                visitor.get("/login/")
            else:
                assert visitor.log_in(self.world.person(role).username, PASSWORD).status == 302, role
            if anew:
                return visitor
            self._visitors[role] = visitor
        return self._visitors[role]

    def wire(self, role: str | None, scope: str = "admin") -> Wire:
        return Wire(self.address, self.world.token(role, scope) if role else "")

    def ids(self, kind: str, owner: str) -> Any:
        return self.world.objects[kind][owner]

    def send(self, role: str | None, asked: Asked, *, missing: bool = False, scope: str = "admin") -> Any:
        """The line as this person sends it: a form with cookies, an operation with a token."""
        question = asked.missing if missing else asked.question
        if not asked.program:
            return self.visitor(role).send(question)
        return _of_wire(self.wire(role, scope), question)

    def fingerprint(self) -> dict[str, str]:
        """Digests of every table, and the names of all files that are kept."""
        kept = sorted(str(path) for path in (self.home / "files").rglob("*") if path.is_file())
        return {**fingerprint_of(self.home / "weixi.sqlite3"), "files": repr(kept)}

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Whatever is asked inside leaves no trace in the database nor a file."""
        before = self.fingerprint()
        yield
        changed = differing(before, self.fingerprint())
        assert not changed, changed

    def rows(self, question: str, *given: object) -> list[Any]:
        """What the database holds."""
        with closing(sqlite3.connect(f"file:{self.home / 'weixi.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(question, given).fetchall()

    def pointing_at(self, owner: str) -> dict[str, int]:
        """How many rows of each column name an object of this owner; people themselves aside."""
        found = {}
        for model in apps.get_models():
            for column in model._meta.concrete_fields:
                if not column.is_relation or column.related_model not in _OBJECTS:
                    continue
                key = self.ids(_OBJECTS[column.related_model], owner)
                question = f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{column.column}" = ?'
                found[f"{model._meta.db_table}.{column.column}"] = self.rows(question, key)[0][0]
        return found

    def do_the_jobs(self) -> None:
        """What waits in the queue, as the worker does it."""
        self._call("jobs")

    def tick(self) -> None:
        """Time goes on, as the worker lets it."""
        self._call("tick")

    def _call(self, what: str) -> None:
        assert self.helper.stdin is not None and self.helper.stdout is not None
        self.helper.stdin.write(f"{what}\n")
        self.helper.stdin.flush()
        assert self.helper.stdout.readline() == "done\n", "the helper ended: see helper.log beside the database"


def _of_wire(wire: Wire, question: Question) -> Any:
    return Answer(*wire.ask(question.method, question.path, question.body or None, Content_Type=question.kind))


def together(act: Callable[[T], R], each: Iterable[T]) -> list[R]:
    """Several at a time, as people come; the first failure is raised."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, each))


@contextmanager
def standing(home: Path) -> Iterator[House]:
    told = home / "known"
    command = [sys.executable, "-m", "tests.served.found", "found", str(told)]
    subprocess.run(command, env=environment_of(home), check=True, capture_output=True)
    surroundings = {"WEIXI_API_RATE": "1000000"}
    log = (home / "helper.log").open("w")
    calling = subprocess.Popen(
        [*command[:3], "helper"],
        env=environment_of(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    with log, calling as helper, running(home, "--no-worker", surroundings=surroundings) as (address, process):
        yield House(address, home, process.pid, pickle.loads(told.read_bytes()), helper)
