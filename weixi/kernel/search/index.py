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
from django.db.models import BigIntegerField, CharField, Exists, F, Func, Lookup, OuterRef, Q, QuerySet, TextField
from django.db.models.lookups import In

from weixi.kernel.pinyin import plain
from weixi.kernel.rows import upsert_values
from weixi.kernel.search.models import SearchEntry, SearchWords
from weixi.kernel.search.store import DOCUMENT, FTS_TABLE
from weixi.kernel.search.text import Doc, Question, Token, entry_text, question
from weixi.kernel.walked import Walked

TITLE_LENGTH = 200
LOOKED_AT = 100


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
        (doc.kind, doc.object_id): (
            doc.kind, doc.object_id, doc.customer_id, doc.title[:TITLE_LENGTH], entry_text(doc)
        )
        for doc in docs
    }  # fmt: skip
    upsert_values(SearchEntry, ("kind", "object_id"), ("customer_id", "title", "text"), list(rows.values()))


def remove(kind: str, object_ids: Iterable[int]) -> None:
    """Let these objects be found no more."""
    SearchEntry.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


def remove_customer(customer_id: int) -> None:
    """Let a customer and all that belongs to it be found no more."""
    SearchEntry.objects.filter(customer_id=customer_id).delete()


# --- asking -----------------------------------------------------------------------------------------


class _Holds(Lookup):
    """`text__holds=<match expression>`: the database's own word index."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        # FTS5 is asked through a column named like its table.
        return f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{FTS_TABLE} MATCH %s", [self.rhs]

    def as_postgresql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, _connection)
        return f"{DOCUMENT.format(column=column)} @@ %s::tsquery", [*parameters, self.rhs]


class _OfKinds(In):
    """`kind__of_kinds=[...]`: as `in`, but SQLite shall not think of beginning with it (the plus says so)."""

    lookup_name = "of_kinds"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = super().as_sql(compiler, connection)
        return f"+{sql}", parameters


class _RowId(Func):
    """The word index's own row number, by which it can give its rows newest first without sorting."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, _connection: Any, **_more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"{compiler.quote_name_unless_alias(self.source_expressions[0].alias)}.rowid", []  # type: ignore[attr-defined]


TextField.register_lookup(_Holds)
CharField.register_lookup(_OfKinds)


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


def matching(text: str, *, kinds: Sequence[str] = (), phones: bool = True) -> QuerySet[SearchEntry]:
    """Entries that have everything asked for, unordered; none for a question without words. `phones`: also by
    telephone.

    For another query: `Customer.objects.filter(pk__in=matching(q, kinds=["customer"]).values("object_id"))`.
    """
    asked = question(text, phones=phones)
    if not asked:
        return SearchEntry.objects.none()
    # Uses index: kernel_searchfts, or search_words
    words = "text" if connection.vendor == "postgresql" else "words__text"
    rows = SearchEntry.objects.filter(**{f"{words}__holds": _expression(asked)})
    for phrase in asked.phrases:
        rows = rows.filter(text__contains=phrase)
    return rows.filter(kind__of_kinds=list(kinds)) if kinds else rows


def newest(rows: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
    """What `matching` gave, the latest entered first: read no further than somebody takes."""
    if connection.vendor == "sqlite" and rows.query.where:
        return rows.order_by(_RowId(F("words__text")).desc())
    return rows.order_by("-pk")


def of_customer(text: str, *, kinds: Sequence[str], phones: bool = True, above: int) -> Q | None:
    """Condition on a customer: one of his entries of these kinds has everything asked for. For a walk over some of all
    customers, where the entries that match are many more than these; None for at most `above` entries, which are better
    fetched by `matching`, and on PostgreSQL, which chooses between the two by itself.

    The index is asked once per statement, then each customer's entries are looked up among what it gave.
    Uses index: search_customer.
    """
    asked = question(text, phones=phones)
    if not asked or connection.vendor != "sqlite":
        return None
    hits = SearchWords.objects.filter(text__holds=_expression(asked)).order_by().values("pk")
    if hits[: above + 1].count() <= above:
        return None
    own = SearchEntry.objects.filter(
        In(Walked(F("pk"), output_field=BigIntegerField()), hits),
        customer_id=OuterRef("pk"),
        kind__of_kinds=list(kinds),
    )
    for phrase in asked.phrases:
        own = own.filter(text__contains=phrase)
    return Q(Exists(own))


def find(
    text: str, *, kinds: Sequence[str] = (), within: Q | None = None, limit: int = 20, phones: bool = True
) -> list[Found]:
    """What is called so: at most `limit`, exact titles first, then those that begin so, then the newest.

    `within` narrows to what the asker may see, e.g. `kernel.scope.customers_seen(viewer)`; without it
    nothing is hidden, so every call for a person gives it. Only the newest `LOOKED_AT` are put in order.
    """
    rows = matching(text, kinds=kinds, phones=phones)
    if within is not None:
        rows = rows.filter(within)
    columns = newest(rows).values_list("kind", "object_id", "customer_id", "title")
    hits = [Found(*row) for row in columns[: max(limit, LOOKED_AT)]]
    wanted = plain(text).strip()
    hits.sort(key=lambda hit: _rank(plain(hit.title), wanted))
    return hits[:limit]


def _rank(title: str, wanted: str) -> int:
    return 0 if title == wanted else 1 if title.startswith(wanted) else 2
