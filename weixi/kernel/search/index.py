"""Filling and asking the search index; the same answers on SQLite and PostgreSQL.

    index_many([Doc("customer", 7, "上海启明", customer_id=7, names=("上海启明科技",), phones=("138...",))])
    find("启明", kinds=["customer"], within=viewer_condition)

The projection that keeps it up to date calls `index_many` in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Lookup, Q, QuerySet, TextField

from weixi.kernel.search.models import SearchEntry
from weixi.kernel.search.store import DOCUMENT, FTS_TABLE
from weixi.kernel.search.text import Doc, Question, Token, entry_text, question

BATCH = 200
TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found; `title` as it was indexed."""

    kind: str
    object_id: int
    customer_id: int | None
    title: str


# --- filling ----------------------------------------------------------------------------------------


def index_many(docs: Iterable[Doc]) -> None:
    """Make these objects findable by what they are now; what was indexed of them before goes.

    Of two docs of one object the later counts. An entry that did not change costs no index work.
    """
    rows = {
        (doc.kind, doc.object_id): SearchEntry(
            kind=doc.kind,
            object_id=doc.object_id,
            customer_id=doc.customer_id,
            title=doc.title[:TITLE_LENGTH],
            text=entry_text(doc),
        )
        for doc in docs
    }
    SearchEntry.objects.bulk_create(
        rows.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["customer_id", "title", "text"],
    )


def remove(kind: str, object_ids: Iterable[int]) -> None:
    """Let these objects be found no more."""
    SearchEntry.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


def remove_customer(customer_id: int) -> None:
    """Let a customer and all that belongs to it be found no more."""
    SearchEntry.objects.filter(customer_id=customer_id).delete()


# --- asking -----------------------------------------------------------------------------------------


class _Holds(Lookup):
    """`text__holds=<match expression>`: the database's own word index on the entry's text."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        rows = f"SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH %s"  # noqa: S608 - a constant of ours
        return f"{table}.id IN ({rows})", [self.rhs]

    def as_postgresql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, _connection)
        return f"{DOCUMENT.format(column=column)} @@ %s::tsquery", [*parameters, self.rhs]


TextField.register_lookup(_Holds)


def _quoted(token: Token) -> str:
    if connection.vendor == "postgresql":
        text = token.text.replace("\\", "\\\\").replace("'", "''")
        return f"'{text}'{':*' if token.prefix else ''}"
    text = token.text.replace('"', '""')
    return f'"{text}"{"*" if token.prefix else ""}'


def _expression(asked: Question) -> str:
    both, either = ("&", "|") if connection.vendor == "postgresql" else ("AND", "OR")
    groups = (f" {either} ".join(map(_quoted, group)) for group in asked.groups)
    return f" {both} ".join(f"({group})" for group in groups)


def matching(text: str, *, kinds: Sequence[str] = ()) -> QuerySet[SearchEntry]:
    """Entries that have everything asked for, unordered; none for a question without words.

    For another query: `Customer.objects.filter(pk__in=matching(q, kinds=["customer"]).values("object_id"))`.
    """
    asked = question(text)
    if not asked:
        return SearchEntry.objects.none()
    # Uses index: kernel_searchfts, or search_words
    rows = SearchEntry.objects.filter(text__holds=_expression(asked))
    for phrase in asked.phrases:
        rows = rows.filter(text__contains=phrase)
    return rows.filter(kind__in=list(kinds)) if kinds else rows


def find(text: str, *, kinds: Sequence[str] = (), within: Q | None = None, limit: int = 20) -> list[Found]:
    """What is called so, exact titles first, then the newest; at most `limit`.

    `within` narrows to what the asker may see, e.g. `kernel.scope.customers_seen(viewer)`; without it
    nothing is hidden, so every call for a person gives it.
    """
    rows = matching(text, kinds=kinds)
    if within is not None:
        rows = rows.filter(within)
    exact = _read(rows.filter(title=text.replace("\0", "").strip()), limit)
    if len(exact) >= limit:
        return exact
    known = {(hit.kind, hit.object_id) for hit in exact}
    others = [hit for hit in _read(rows, limit + len(exact)) if (hit.kind, hit.object_id) not in known]
    return [*exact, *others[: limit - len(exact)]]


def _read(rows: QuerySet[SearchEntry], limit: int) -> list[Found]:
    columns = rows.order_by("-pk").values_list("kind", "object_id", "customer_id", "title")
    return [Found(*row) for row in columns[:limit]]
