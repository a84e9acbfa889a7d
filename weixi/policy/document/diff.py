"""What changed between two documents, as values and as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from weixi.policy.document.base import Section
from weixi.policy.document.clauses import Clause
from weixi.policy.document.labels import Lang, label
from weixi.policy.document.paths import name_of
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import Rule
from weixi.policy.document.section import Cited
from weixi.policy.document.words import value_in_words

Kind = Literal["added", "removed", "changed", "reordered"]


@dataclass(frozen=True)
class Change:
    """One difference.

    `path`    where (`N-2a.within`, `grading.threshold.value`, `target[churn]`)
    `clause`  the clause it belongs to, if any
    `title`   the title of the rule or item it lies in, if any
    `key`     the last key of the path; empty for a whole rule or item
    `old`, `new`  typed values; a whole table for an item added or removed; None for left out
    """

    path: str
    clause: str | None
    kind: Kind
    old: Any
    new: Any
    title: str = ""
    key: str = ""


def diff(a: Policy, b: Policy) -> list[Change]:
    """Every difference from `a` to `b`, in the order of the document. Equal lengths of time (P7D, P1W)
    and the order of rules are no difference."""
    return list(_tables(a, b, "", None, ""))


def _tables(a: Section, b: Section, path: str, clause: str | None, title: str) -> Iterator[Change]:
    for name, info in type(b).model_fields.items():
        key = info.alias or name
        old, new = getattr(a, name), getattr(b, name)
        if old == new:
            continue
        yield from _values(old, new, f"{path}.{key}" if path else key, clause, title, key)


def _values(old: Any, new: Any, path: str, clause: str | None, title: str, key: str) -> Iterator[Change]:
    if isinstance(old, Section) and type(old) is type(new):
        yield from _tables(old, new, path, _clause_of(new) or clause, title)
    elif _named_list(old) and _named_list(new) and (old or new):
        yield from _lists(old, new, path, clause)
    elif isinstance(old, dict) and isinstance(new, dict) and _tables_by_name(old, new):
        yield from _by_name(old, new, path, clause)
    else:
        yield Change(path, clause, "changed", old, new, title, key)


def _tables_by_name(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return all(isinstance(item, Section) for item in (*old.values(), *new.values()))


def _named_list(value: Any) -> bool:
    if not isinstance(value, tuple) or not all(isinstance(item, Section) for item in value):
        return False
    names = [name_of(item) for item in value]
    return None not in names and len(set(names)) == len(names)


def _lists(old: tuple[Section, ...], new: tuple[Section, ...], path: str, clause: str | None) -> Iterator[Change]:
    before = {str(name_of(item)): item for item in old}
    after = {str(name_of(item)): item for item in new}
    yield from _items(before, after, path, clause, bracketed=True)
    common_before = [name for name in before if name in after]
    common_after = [name for name in after if name in before]
    ordered = not any(isinstance(item, Rule | Clause) for item in (*old, *new))
    if ordered and common_before != common_after:
        names = (tuple(common_before), tuple(common_after))
        yield Change(path, clause, "reordered", *names, key=path.rsplit(".", 1)[-1])


def _by_name(old: dict[str, Section], new: dict[str, Section], path: str, clause: str | None) -> Iterator[Change]:
    yield from _items(old, new, path, clause, bracketed=False)


def _items(
    before: dict[str, Any], after: dict[str, Any], path: str, clause: str | None, *, bracketed: bool
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        item: Any = new if new is not None else old
        place = _place(path, name, item, bracketed)
        here = _clause_of(item) or clause
        title = str(getattr(item, "title", None) or "")
        if old is None or new is None:
            yield Change(place, here, "added" if old is None else "removed", old, new, title)
        else:
            yield from _tables(old, new, place, here, title)


def _place(path: str, name: str, item: Section, bracketed: bool) -> str:
    if isinstance(item, Rule):
        return name
    return f"{path}[{name}]" if bracketed else f"{path}.{name}"


def _clause_of(item: Section) -> str | None:
    if isinstance(item, Rule | Cited):
        return item.clause
    if isinstance(item, Clause):
        return item.id
    return getattr(item, "basis", None)


def in_words(change: Change, lang: Lang = "zh", policy: Policy | None = None) -> str:
    """One sentence: `N-2a 需求首次响应：时限由 2 小时改为 1 小时`. With `policy` codes get the company's names."""
    head = _head(change)
    if change.kind in ("added", "removed"):
        return _whole(change, head, lang)
    colon = "：" if lang == "zh" else ": "
    what = label(change.key, lang, change.path)
    if change.kind == "reordered":
        body = f"{what}的次序有变" if lang == "zh" else f"{what} in another order"
        return f"{head}{colon}{body}" if head else body
    old = value_in_words(change.old, lang, key=change.key, policy=policy)
    new = value_in_words(change.new, lang, key=change.key, policy=policy)
    if lang == "zh":
        body = f"{what}由{_spaced(old)}改为{_spaced(new).rstrip()}"
    else:
        body = f"{what} from {old} to {new}"
    return f"{head}{colon}{body}" if head else body


def _head(change: Change) -> str:
    """Clause and title of what changed, or the path where it has neither."""
    named = " ".join(part for part in (change.clause or "", change.title) if part)
    if named:
        return named
    return "" if change.path.startswith("policy.") else change.path.rpartition(".")[0]


def _whole(change: Change, head: str, lang: Lang) -> str:
    item = change.new if change.kind == "added" else change.old
    kind = label(_group(change.path, item), lang)
    if lang == "zh":
        return f"{'新增' if change.kind == 'added' else '删去'}{kind}：{head or change.path}"
    return f"{kind} {change.kind}: {head or change.path}"


def _group(path: str, item: Any) -> str:
    if isinstance(item, Rule):
        return type(item).__name__.lower()
    return path.split("[", 1)[0].rsplit(".", 1)[-1] if "[" in path else path.split(".", 1)[0]


def _spaced(text: str) -> str:
    """A space where the text begins or ends with a digit or Latin letter, as the screens have it."""
    before = " " if text[:1].isascii() else ""
    after = " " if text[-1:].isascii() else ""
    return f"{before}{text}{after}"
