"""What each slice contributes: one `slice.py` per slice calls these, and one snapshot test lists them all.

Facts name things one can know of a customer on a date; grading and insight use their codes. Panels are
blocks of the customer page. Import kinds are what the wizard and `weixi import` take.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from weixi.kernel.list_parts import CardMove as CardMove
from weixi.kernel.list_parts import ExportKind as ExportKind
from weixi.kernel.list_parts import FilterOp as FilterOp
from weixi.kernel.list_parts import ListColumn as ListColumn
from weixi.kernel.list_parts import ListFilter as ListFilter
from weixi.kernel.list_parts import ListShape as ListShape
from weixi.kernel.list_parts import ListSum as ListSum
from weixi.kernel.prepared import Statement
from weixi.kernel.together import ByKeys


@dataclass(frozen=True, slots=True)
class Fact:
    """`compute(customer_ids, as_of)` gives {customer id: value}; a missing id means not known.

    `customer_ids` may be None for all customers. Values are Decimal, int, float or date by `unit`
    (`yuan`, `times`, `days`, `points`, `percent`, `kinds`). `field` is as in `ListFilter`: who may not read that
    field does not learn it from the fact either.
    """

    code: str
    unit: str
    label: Any
    compute: Callable[[Iterable[int] | None, date], Mapping[int, Any]]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A block on the customer page. `data(viewer, customer)` gives the template's context, or None to
    leave the block out. `place` is `main`, `side` or `tab`; `order` sorts within a place."""

    code: str
    title: Any
    template: str
    data: Callable[[Any, Any], Mapping[str, Any] | None]
    place: str = "tab"
    order: int = 100
    count: Callable[[Any, Any], int | None] | None = None


@dataclass(frozen=True, slots=True)
class ImportKind:
    """`built_in` describes the fields that every installation has, `extend` adds the company's own to them;
    `handler` is the dotted path of the class that plans and writes rows."""

    code: str
    label: Any
    built_in: Any
    handler: str
    right: str
    extend: Callable[[Any], Any] | None = None

    @property
    def spec(self) -> Any:
        """The fields as they are now."""
        return self.extend(self.built_in) if self.extend else self.built_in


@dataclass(frozen=True, slots=True)
class ImportUndo:
    """How the facts of these event types, stated by an import, are taken back: `take` is the dotted path of a
    function of (Taking, facts, newest first). What hangs on something else has the smaller `order`."""

    events: tuple[str, ...]
    take: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the left rail. `group` is `work` (daily work), `rules` (team, policy, data) or `admin`
    (tabs of the administration page). `count(viewer)` gives the rows (or the prepared statement) whose number is shown, so that one
    query counts for the whole menu, or None; `owed` draws the number as something late.
    `words` are further words the palette finds it by, `also` names further pages that stand under it: it is marked
    there too. An item whose `url_name` does not exist is left out."""

    code: str
    label: Any
    icon: str
    url_name: str
    order: int
    right: str | None = None
    group: str = "work"
    count: Callable[[Any], QuerySet[Any] | Statement | None] | None = None
    owed: bool = False
    words: Any = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody's decision, where it is decided (the thing itself where it is one), and since when
    the first waits."""

    count: int
    url: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A kind of thing that people decide: an approval, a request. `waiting(viewer)` tells what waits for this very
    person, who may say yes or no to it now; None where nothing does. Today shows them by `order`."""

    code: str
    label: Any
    waiting: Callable[[Any], Waiting | None]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing the palette found. `panel=True` opens it beside the present page. `key` is what its source
    knows it by later; a hit without one cannot be pinned."""

    title: str
    url: str
    sub: str = ""
    icon: str = "right"
    panel: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class SearchSource:
    """`find(viewer, text, limit)` gives what this slice knows under `text`, best first, within scope;
    `recall(viewer, keys)` the same hits again by their keys: those that are still there and still in scope."""

    code: str
    label: Any
    find: Callable[[Any, str, int], Iterable[Hit]]
    order: int = 100
    recall: Callable[[Any, Sequence[str]], Mapping[str, Hit]] | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A page or an act the palette offers; the lines of the menu are commands by themselves. `words` are further
    words people call it by, with blanks between; label and words are found in every language, Chinese by sound and
    initials too. Left out where its `url_name` does not exist."""

    code: str
    label: Any
    icon: str
    url_name: str
    words: Any = ""
    right: str | None = None
    panel: bool = False
    order: int = 100


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """What the part before the colon of an event's subject (`followup:7`) stands for.

    Both take ids as text and answer for those they know: `owners` the person responsible for the thing itself
    (`subject.owner` of a rule), `about` a few words saying which thing it is, which become text for a viewer only
    (`kernel.telling`).
    """

    code: str
    owners: Callable[[Iterable[str]], Mapping[str, int]]
    about: ByKeys


@dataclass(frozen=True, slots=True)
class CustomerChild:
    """A model whose rows hang on a customer by the foreign key `field`.

    When customers are merged the rows move to the one that stays, unless `stays` says that they are the
    other's own story (its grades, its duties). `once` names columns that stand once for each customer
    together with `field`: a row the customer that stays has already remains where it is. `only` narrows that
    to the rows the rule counts (a condition on columns). A row whose column `apart` names the one that stays
    remains too: nothing is tied to itself. `label` is what people call the rows, in the plural.
    """

    model: str
    label: Any
    field: str = "customer"
    stays: bool = False
    once: tuple[str, ...] | None = None
    only: tuple[tuple[str, Any], ...] = ()
    apart: str = ""

    @property
    def code(self) -> str:
        return f"{self.model}.{self.field}"


@dataclass(frozen=True, slots=True)
class Kept:
    """How the duties of one rule were kept in a month: done in time, done late, due and not done; and how
    many wait now (`waiting`), late ones counted in both."""

    in_time: int = 0
    late: int = 0
    missed: int = 0
    waiting: int = 0

    @property
    def due(self) -> int:
        return self.in_time + self.late + self.missed

    @property
    def percent(self) -> int | None:
        return round(100 * self.in_time / self.due) if self.due else None

    def plus(self, other: Kept) -> Kept:
        return Kept(
            self.in_time + other.in_time,
            self.late + other.late,
            self.missed + other.missed,
            self.waiting + other.waiting,
        )


@dataclass
class _Registry:
    facts: dict[str, Fact] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    imports: dict[str, ImportKind] = field(default_factory=dict)
    import_undos: dict[str, ImportUndo] = field(default_factory=dict)
    menu: dict[str, MenuItem] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    searches: dict[str, SearchSource] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    subjects: dict[str, SubjectKind] = field(default_factory=dict)
    figures: dict[str, Callable[[Any], Mapping[str, Kept]]] = field(default_factory=dict)
    notes: dict[str, Callable[[Any], Mapping[str, tuple[Any, str]]]] = field(default_factory=dict)
    children: dict[str, CustomerChild] = field(default_factory=dict)
    contact_children: dict[str, CustomerChild] = field(default_factory=dict)
    job_kinds: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    ticks: dict[str, Callable[[], Any]] = field(default_factory=dict)
    filters: dict[str, ListFilter] = field(default_factory=dict)
    columns: dict[str, ListColumn] = field(default_factory=dict)
    sums: dict[str, ListSum] = field(default_factory=dict)
    shapes: dict[str, ListShape] = field(default_factory=dict)
    moves: dict[str, CardMove] = field(default_factory=dict)
    exports: dict[str, ExportKind] = field(default_factory=dict)


registry = _Registry()


def _add(table: dict[str, Any], key: str, thing: Any) -> None:
    if key in table and table[key] is not thing:
        raise ValueError(f"{key} is registered twice")
    table[key] = thing


def fact(thing: Fact) -> None:
    _add(registry.facts, thing.code, thing)


def panel(thing: Panel) -> None:
    _add(registry.panels, thing.code, thing)


def import_kind(thing: ImportKind) -> None:
    _add(registry.imports, thing.code, thing)


def import_undo(thing: ImportUndo) -> None:
    for event in thing.events:
        _add(registry.import_undos, event, thing)


def subject_kind(thing: SubjectKind) -> None:
    _add(registry.subjects, thing.code, thing)


def menu_item(thing: MenuItem) -> None:
    _add(registry.menu, thing.code, thing)


def decision(thing: Decision) -> None:
    _add(registry.decisions, thing.code, thing)


def command(thing: Command) -> None:
    _add(registry.commands, thing.code, thing)


def search_source(thing: SearchSource) -> None:
    _add(registry.searches, thing.code, thing)


def customer_child(
    model: str,
    label: Any,
    *,
    field: str = "customer",
    stays: bool = False,
    once: tuple[str, ...] | None = None,
    only: Mapping[str, Any] | None = None,
) -> None:
    """`model` (`commerce.Order`) points at a customer; see `CustomerChild` for what then happens to its rows."""
    child = CustomerChild(model, label, field, stays, once, tuple((only or {}).items()))
    if registry.children.setdefault(child.code, child) != child:
        raise ValueError(f"{child.code} is registered twice")


def list_filter(thing: ListFilter) -> None:
    _add(registry.filters, thing.code, thing)


def list_column(thing: ListColumn) -> None:
    _add(registry.columns, thing.code, thing)


def list_sum(thing: ListSum) -> None:
    _add(registry.sums, thing.code, thing)


def list_shape(thing: ListShape) -> None:
    _add(registry.shapes, thing.code, thing)


def card_move(thing: CardMove) -> None:
    _add(registry.moves, thing.by, thing)


def export_kind(thing: ExportKind) -> None:
    _add(registry.exports, thing.code, thing)


def contact_child(
    model: str,
    label: Any,
    *,
    field: str = "contact",
    once: tuple[str, ...] | None = None,
    only: Mapping[str, Any] | None = None,
    apart: str = "",
) -> None:
    """`model` points at a person at a customer; its rows move when two people are made one."""
    child = CustomerChild(model, label, field, once=once, only=tuple((only or {}).items()), apart=apart)
    if registry.contact_children.setdefault(child.code, child) != child:
        raise ValueError(f"{child.code} is registered twice")


def clause_figures(code: str, find: Callable[[Any], Mapping[str, Kept]]) -> None:
    """`find(viewer)` gives, by the clause of a rule, how its duties are kept this month within scope."""
    _add(registry.figures, code, find)


def clause_notes(code: str, find: Callable[[Any], Mapping[str, tuple[Any, str]]]) -> None:
    """`find(viewer)` gives, by a section of the policy (`interaction`), a sentence on how it is kept within scope and the
    address of what it counts; it stands beside the clauses that name the section."""
    _add(registry.notes, code, find)


def job_kind(code: str, run: Callable[[Any], None]) -> None:
    """`run(job)` does the work of a `Job` row of this kind and may be called again after a kill."""
    _add(registry.job_kinds, code, run)


def every_minute(code: str, run: Callable[[], Any]) -> None:
    """Work of the worker's minute that is safe to run twice and safe to skip."""
    _add(registry.ticks, code, run)


def load_all() -> None:
    """Import the `slice` module of every installed Weixi app; called once when the apps are ready."""
    for config in apps.get_app_configs():
        if config.name.startswith("weixi."):
            name = f"{config.name}.slice"
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
