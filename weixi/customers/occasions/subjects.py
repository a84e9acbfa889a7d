"""What `occasion:7-2` stands for: the second day that occasion 7 was set to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weixi.customers.models import Occasion
from weixi.customers.occasions.rules import kind_titles
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.telling import Words
from weixi.kernel.together import ByKeys, Row


def _rows(ids: Iterable[str]) -> object:
    keys = [int(pk) for each in ids if (pk := each.partition("-")[0]).isdecimal()]
    return Occasion.objects.filter(pk__in=keys).order_by().values_list("pk", "turn", "kind", "title", "day", "place")


def _words(rows: Iterable[Row]) -> Mapping[str, Words]:
    titles = kind_titles()
    words: dict[str, Words] = {}
    for pk, turn, kind, title, day, place in rows:
        said = tuple(part for part in (title or titles.get(kind, kind), day_text(day, year=False), place) if part)
        # An earlier day of the same occasion is told as it is now: it was called off.
        for each in range(1, turn + 1):
            words[f"{pk}-{each}"] = said
    return words


occasion_about = ByKeys(_rows, _words)  # type: ignore[arg-type]
