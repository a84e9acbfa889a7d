"""Filters by what is wrong with archives: what they lack, and who may be there twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.customers import upstream
from weixi.customers.duplicates.models import PairKind
from weixi.customers.duplicates.queries import pairs_seen, twins_seen
from weixi.customers.fields.groups import group_title
from weixi.customers.models import ArchiveState
from weixi.kernel.slices import FilterOp, ListFilter
from weixi.organisation.scope import Viewer

LACKS = {
    "missing": (_("key fields missing"), Q(key_gaps__gt=0)),
    "stale": (_("out of date"), Q(stale__gt=0)),
    "invalid": (_("invalid values"), Q(invalid__gt=0)),
}


def quality_filters(viewer: Viewer) -> Iterable[ListFilter]:
    """Of a pair nothing is said to who does not see both, so that the filter is made for each viewer anew."""
    kept = group_title("kept")
    choices = [(code, label) for code, (label, _condition) in LACKS.items()]
    yield ListFilter("quality", _("Archive"), kept, ARCHIVE_OPS, lambda _viewer: choices)
    yield ListFilter("twin", _("Duplicates"), kept, _twin_ops(viewer))
    yield ListFilter("link", _("Link of an indirect customer"), kept, LINK_OPS, None, "reach")


def _states(codes: Iterable[str]) -> QuerySet[ArchiveState]:
    """Uses index: archive_key_gaps, archive_stale, archive_invalid."""
    wanted = Q()
    for code in codes:
        wanted |= LACKS[code][1]
    return ArchiveState.objects.filter(wanted)


def _lacks(codes: Iterable[str]) -> Q:
    return Q(Exists(_states(codes).filter(customer=OuterRef("pk"))))


ARCHIVE_OPS = (
    FilterOp(
        "in", _("has one of"), "%(a)s", ("choices",), _lacks,
        lambda codes: _states(codes).order_by().values_list("customer_id", flat=True),
    ),
    FilterOp("not_in", _("has none of"), _("none of %(a)s"), ("choices",), lambda codes: ~_lacks(codes)),
)  # fmt: skip


def _unlinked() -> Q:
    return Q(Exists(upstream.unlinked().filter(pk=OuterRef("pk"))))


LINK_OPS = (
    FilterOp(
        "missing", _("nobody named"), _("indirect, and nobody says through whom"), (), _unlinked,
        lambda: upstream.unlinked().order_by().values_list("pk", flat=True),
    ),
    FilterOp("none_missing", _("nothing missing"), _("not indirect without a link"), (), lambda: ~_unlinked()),
)  # fmt: skip


def _twin_ops(viewer: Viewer) -> tuple[FilterOp, ...]:
    """Uses index: duplicate_open, the pair's foreign keys."""

    def one_of_pair(kind: str) -> Q:
        rows = pairs_seen(viewer).filter(kind=kind).order_by()
        return Q(Exists(rows.filter(a=OuterRef("pk")))) | Q(Exists(rows.filter(b=OuterRef("pk"))))

    def op(code: str, label: Any, words: Any, kind: str) -> FilterOp:
        few: Callable[[], QuerySet[Any]] = lambda: twins_seen(viewer, kind=kind)  # noqa: E731
        return FilterOp(code, label, words, (), lambda: one_of_pair(kind), few)

    return (
        op("suspected", _("may be there twice"), _("may be there twice"), PairKind.DUPLICATE),
        op("related", _("may belong to another"), _("may belong to another"), PairKind.RELATED),
        FilterOp("none", _("none is suspected"), _("none is suspected"), (), lambda: ~one_of_pair(PairKind.DUPLICATE)),
    )
