"""Which column feeds which field: by its name, checked against its values, each with a reason a person can
judge.

Nothing is dropped in silence: every column comes back, mapped, contested, known to belong elsewhere, or
unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from weixi.kernel.importing.mapping.evidence import are_choices, share, telling
from weixi.kernel.importing.mapping.headers import header_key, is_housekeeping, without_subject
from weixi.kernel.importing.mapping.spec import FalseFriend, FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import Said, say
from weixi.kernel.importing.wording import gettext_noop as _

CERTAIN, FURTHER, LIKELY, WEAK, NONE = 1.0, 0.9, 0.8, 0.5, 0.0
_STRICT = frozenset(
    {
        ValueType.EMAIL,
        ValueType.PHONE,
        ValueType.DATE,
        ValueType.MOMENT,
        ValueType.NUMBER,
        ValueType.WHOLE,
        ValueType.MONEY,
        ValueType.CREDIT_CODE,
    }
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one column is taken for.

    `field` is None when it feeds nothing: `state` then says whether it is `unknown`, `elsewhere`
    (understood, no place here) or `contested` (another column has the field; `rival` is that column's index).
    `doubt` is a sentence to show beside a mapped column whose values or name do not quite fit.
    """

    column: int
    header: str
    field: str | None
    confidence: float
    state: str
    reason: Said
    doubt: Said | None = None
    rival: int | None = None


MAPPED, UNKNOWN, ELSEWHERE, CONTESTED = "mapped", "unknown", "elsewhere", "contested"


def suggest_mapping(
    spec: KindSpec,
    header: Sequence[str],
    *,
    parts: Sequence[Sequence[str]] | None = None,
    samples: Sequence[Sequence[str]] | None = None,
    remembered: Mapping[str, str | None] | None = None,
    shared: Mapping[str, str] | None = None,
) -> list[Suggestion]:
    """One suggestion per column, in order.

    `parts` are the texts of a two-row header; `samples` some texts per column; `remembered` maps normal
    forms of headers (`header_key`) to fields a person chose before (None: leave out) and wins over
    everything; `shared` is what his colleagues chose, for names that say nothing by themselves.
    """
    friends = spec.friends_in({header_key(name) for name in header})
    # A file of rejected rows has the two rows of its table's header as one text.
    whole = [(name,) for name in header] if parts is None else parts
    parts = [name.split(" / ") if len(own) < 2 else own for name, own in zip(header, whole, strict=True)]
    made = [
        _by_name(
            spec,
            friends,
            column,
            name,
            list(parts[column]),
            list(samples[column]) if samples is not None and column < len(samples) else [],
            remembered or {},
            shared or {},
        )
        for column, name in enumerate(header)
    ]
    made = _weak_names_second(spec, made, parts, {*spec.friends, *(remembered or {})})
    if spec.companions:
        made = _with_companions(spec, made, {*spec.friends, *(remembered or {})})
    made = _one_column_per_field(spec, _not_needed_out(spec, _with_seconds(spec, made)))
    return _by_values(spec, made, samples)


def missing_fields(spec: KindSpec, fields: Sequence[str | None]) -> list[tuple[str, ...]]:
    """What is still needed before rows can be read: each entry is a group of which one field must be
    mapped.
    """
    mapped = {field for field in fields if field is not None}
    groups = [(field.key,) for field in spec.fields if field.required] + list(spec.need_one_of)
    return [group for group in groups if not mapped.intersection(group)]


def _by_name(
    spec: KindSpec,
    friends: Mapping[str, FalseFriend],
    column: int,
    name: str,
    parts: list[str],
    texts: list[str],
    remembered: Mapping[str, str | None],
    shared: Mapping[str, str],
) -> Suggestion:
    whole = header_key(name)
    if whole in remembered:
        chosen = remembered[whole]
        if chosen is None:
            return Suggestion(column, name, None, CERTAIN, ELSEWHERE, say(_("Left out, as last time.")))
        if spec.has_field(chosen):
            return Suggestion(column, name, chosen, CERTAIN, MAPPED, say(_("As chosen last time.")))
    # 联系方式 / 手机 is asked as a whole, then by its own name, then by its group.
    for text in dict.fromkeys([name, "".join(parts), *reversed(parts)]):
        key = header_key(text)
        if not key:
            continue
        if (friend := friends.get(key)) is not None:
            if friend.means is None:
                return Suggestion(column, name, None, CERTAIN, ELSEWHERE, say(friend.why))
            return Suggestion(column, name, friend.means, CERTAIN, MAPPED, say(friend.why))
        told = spec.names_by_values.get(key)
        if told is not None and are_choices(told, texts):
            reason = say(_("All its first values are choices of this field."))
            return Suggestion(column, name, told.key, FURTHER, MAPPED, reason)
        if (field := spec.strong_names.get(key)) is not None:
            certain = (CERTAIN if key in spec.own_names else FURTHER) if text == name else LIKELY
            found = _checked(column, name, field, certain, texts)
            if found.doubt and text == parts[0] and len(parts) > 1:
                # 联系方式 over 微信: what is no telephone is not one because of the heading it shares.
                continue
            return found
        if key in spec.foreign:
            return Suggestion(
                column,
                name,
                None,
                CERTAIN,
                ELSEWHERE,
                say(_("This column has no place in this kind of import.")),
            )
    if whole in shared and spec.has_field(shared[whole]):
        return Suggestion(column, name, shared[whole], LIKELY, MAPPED, say(_("As colleagues chose for such a column.")))
    if (field := _plain_field(spec, whole)) is not None:
        return _checked(column, name, field, LIKELY, texts)
    if is_housekeeping(name):
        return Suggestion(
            column, name, None, LIKELY, ELSEWHERE, say(_("What the other system keeps about its own rows."))
        )
    return Suggestion(column, name, None, NONE, UNKNOWN, say(_("No field goes by this name.")))


def _plain_field(spec: KindSpec, key: str) -> FieldSpec | None:
    """The field of 企业传真 or 手机号码1: a name with the word for whom it is about, or a first number, around it."""
    bare = key[:-1] if key[-1:] in ("1", "一") and len(key) > 2 else key
    for text in (bare, without_subject(bare, spec.subjects)):
        field = spec.strong_names.get(text) if text and text != key else None
        if field is not None and field.key in spec.plain:
            return field
    return None


def _checked(column: int, name: str, field: FieldSpec, confidence: float, texts: list[str]) -> Suggestion:
    """A match by name, with a doubt when the values speak against it."""
    reason = say(_("The column's name is a name of this field."))
    fitting = share(field.type, texts) if field.type in _STRICT else None
    if fitting is not None and fitting < 0.5:
        doubt = say(_("Only %(percent)s %% of its first values fit this field."), percent=round(100 * fitting))
        return Suggestion(column, name, field.key, min(confidence, WEAK), MAPPED, reason, doubt)
    return Suggestion(column, name, field.key, confidence, MAPPED, reason)


def _weak_names_second(
    spec: KindSpec, made: list[Suggestion], parts: Sequence[Sequence[str]], settled: Collection[str]
) -> list[Suggestion]:
    """Names such as 名称 or 电话 go to their field when no column has it by a better name; of several for one
    field the one it names first. `settled` are normal forms of headers whose meaning is decided."""
    open_ = [one.state in (UNKNOWN, ELSEWHERE) and header_key(one.header) not in settled for one in made]
    found = [_weak_field(spec, one, parts) if may else None for one, may in zip(made, open_, strict=True)]
    best: dict[str, int] = {}
    for field, rank in filter(None, found):
        best[field.key] = min(rank, best.get(field.key, rank))
    taken = {suggestion.field for suggestion in made}
    result: list[Suggestion] = []
    for suggestion, weak in zip(made, found, strict=True):
        if weak is None or (not weak[0].many and (weak[0].key in taken or weak[1] > best[weak[0].key])):
            result.append(suggestion)
            continue
        taken.add(weak[0].key)
        reason = say(_("A general name; in this kind of import it usually means this field."))
        result.append(replace(suggestion, field=weak[0].key, confidence=LIKELY, state=MAPPED, reason=reason))
    return result


def _weak_field(spec: KindSpec, one: Suggestion, parts: Sequence[Sequence[str]]) -> tuple[FieldSpec, int] | None:
    """The field that goes by the column's name in general, and the place of the name among those."""
    for name in (one.header, *reversed(parts[one.column])):
        key = header_key(name)
        if (field := spec.weak_names.get(key)) is not None:
            return field, [header_key(weak) for weak in field.weak].index(key)
    return None


def _with_companions(spec: KindSpec, made: list[Suggestion], settled: Collection[str]) -> list[Suggestion]:
    """Columns of a general name right behind that of somebody (联系人, 手机, 邮箱) are about him: 手机2 as well, behind 联系人2."""
    if all(one.field != spec.beside_of for one in made):
        return made
    taken = {one.field for one in made}
    result: list[Suggestion] = []
    meant: Mapping[str, str] = {}
    for one in made:
        field = one.field or _numbered_name(spec, one) or ""
        if field in spec.companions:
            meant = spec.companions[field]
        elif (to := meant.get(field)) is not None:
            if to not in taken and header_key(one.header) not in settled:
                taken.add(to)
                reason = say(_("It stands behind the column of a contact."))
                one = replace(one, field=to, confidence=max(one.confidence, LIKELY), state=MAPPED, reason=reason)
        elif field not in spec.between and field not in meant.values():
            meant = {}
        result.append(one)
    return result


def _with_seconds(spec: KindSpec, made: list[Suggestion]) -> list[Suggestion]:
    """An unknown column called like a mapped one with a number behind it (电话2 beside 电话) feeds that field's second."""
    taken = {one.field: one.header for one in made if one.field is not None}
    result = []
    for one in made:
        first = _numbered_name(spec, one)
        second = spec.field(first).second if first in taken else ""
        if second and second not in taken:
            reason = say(_("Beside “%(other)s” this is the other one."), other=taken[first])
            taken[second] = one.header
            one = replace(one, field=second, confidence=LIKELY, state=MAPPED, reason=reason)
        result.append(one)
    return result


def _numbered_name(spec: KindSpec, one: Suggestion) -> str:
    """The field of an unknown column called like one with a number behind it (手机2)."""
    key = header_key(one.header)
    found = spec.strong_names.get(key[:-1]) if one.state == UNKNOWN and key[-1:].isdigit() else None
    return found.key if found is not None else ""


def _one_column_per_field(spec: KindSpec, made: list[Suggestion]) -> list[Suggestion]:
    """Of two columns for one field the surer one keeps it, of equals the one called exactly like the field (金额 before
    价税合计), else the first; the other is reported contested.
    """

    def rank(one: Suggestion) -> tuple[float, bool]:
        named = one.field is not None and header_key(one.header) == header_key(spec.field(one.field).label_zh)
        return one.confidence, named

    holder: dict[str, Suggestion] = {}
    for suggestion in made:
        if suggestion.field is None or spec.field(suggestion.field).many:
            continue
        current = holder.get(suggestion.field)
        if current is None or rank(suggestion) > rank(current):
            holder[suggestion.field] = suggestion
    result = []
    for suggestion in made:
        keeper = holder.get(suggestion.field) if suggestion.field is not None else None
        if keeper is None or keeper.column == suggestion.column:
            result.append(suggestion)
            continue
        second = spec.field(keeper.field or "").second
        if second and all(second != one.field for one in (*made, *result)):
            reason = say(_("Beside “%(other)s” this is the other one."), other=keeper.header)
            result.append(
                replace(suggestion, field=second, confidence=min(suggestion.confidence, LIKELY), reason=reason)
            )
            continue
        reason = say(_("The column “%(other)s” already feeds this field; choose one of them."), other=keeper.header)
        result.append(replace(suggestion, field=None, state=CONTESTED, reason=reason, rival=keeper.column))
    return result


def _not_needed_out(spec: KindSpec, made: list[Suggestion]) -> list[Suggestion]:
    """Fields that say nothing more beside another one (`FieldSpec.unless`) are left out."""
    fed = {one.field for one in made}
    reason = say(_("Another column has it in it already."))
    return [
        replace(one, field=None, state=ELSEWHERE, reason=reason)
        if one.field is not None and fed.intersection(spec.field(one.field).unless)
        else one
        for one in made
    ]


def _by_values(spec: KindSpec, made: list[Suggestion], samples: Sequence[Sequence[str]] | None) -> list[Suggestion]:
    """Unknown columns whose values can only be one thing feed the one free field of that type."""
    if samples is None:
        return made
    result = list(made)
    for suggestion in made:
        if suggestion.state != UNKNOWN or suggestion.column >= len(samples):
            continue
        type_ = telling(samples[suggestion.column])
        taken = {other.field for other in result}
        free = [
            field for field in spec.fields if field.type is type_ and field.key not in taken and not field.by_name_only
        ]
        if type_ is None or not free:
            continue
        result[suggestion.column] = replace(
            suggestion,
            field=free[0].key,
            confidence=WEAK,
            state=MAPPED,
            reason=say(_("Its name is unknown, but its values look like this field.")),
            doubt=say(_("Guessed from the values: please check.")),
        )
    return result
