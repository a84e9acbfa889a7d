"""Import of judged indicators: a customer, an indicator of the policy, a score and what it rests on (G-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.linking import Ask, CustomerLinks, Link
from weixi.customers.importing.rows import Act, Context, Decision, PlainHandler, Row, rejected
from weixi.customers.importing.specs.need_tags import CUSTOMER_NAME, CUSTOMER_NUMBER
from weixi.customers.importing.specs.shared import HOUSEKEEPING
from weixi.customers.services.values import clean_values
from weixi.grading.models import Judgement
from weixi.grading.sections import grading_in_force
from weixi.grading.services.judgements import FULL, judged_keys
from weixi.grading.services.judging import NewJudgement, judge_many
from weixi.grading.words import indicator_titles
from weixi.kernel.errors import Invalid
from weixi.kernel.importing.mapping.spec import FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop, shown
from weixi.kernel.one_of import one_of
from weixi.policy.document.grading import Grading

LONGEST_BASIS = 300

JUDGEMENTS = KindSpec(
    key="judgements",
    label=gettext_noop("Judged indicators"),
    label_zh="判断指标",
    fields=(
        CUSTOMER_NUMBER,
        CUSTOMER_NAME,
        FieldSpec(
            "indicator", gettext_noop("Indicator"), "指标", ValueType.CHOICE,
            ("判断指标", "指标名称", "评价指标", "评分项", "评分指标", "项目", "indicator name", "criterion"), required=True,
        ),
        FieldSpec(
            "score", gettext_noop("Score"), "评分", ValueType.TEXT,
            ("得分", "分数", "分值", "打分", "评价", "等次", "答案", "rating", "points", "answer"), required=True,
        ),
        FieldSpec(
            "basis", gettext_noop("Basis"), "依据", ValueType.LONG_TEXT,
            ("评分依据", "理由", "判断依据", "说明", "备注", "reason", "evidence", "remark", "notes"), required=True,
        ),
    ),
    elsewhere=(*HOUSEKEEPING, "评分人", "评分时间", "打分人"),
    need_one_of=(("customer_number", "customer_name"),),
)  # fmt: skip


def with_indicators(spec: KindSpec) -> KindSpec:
    """The kind with the judged indicators of the policy in force."""
    section = grading_in_force()
    titles = indicator_titles(section) if section else {}
    choices = {key: (titles.get(key, key),) for key in judged_keys(section)}
    found: dict[str, dict[str, Any]] = {"indicator": {"choices": choices}, "score": _answers(section, titles)}
    return replace(spec, fields=tuple(replace(field, **found.get(field.key, {})) for field in spec.fields))


def _answers(section: Grading | None, titles: Mapping[str, str]) -> dict[str, str]:
    """What may stand under the score: the answers of each judged indicator that has some, else a number."""
    judged = judged_keys(section)
    named = [row for row in section.indicator if row.key in judged and row.levels] if section else []
    lines = [
        _("%(act)s: %(what)s") % {"act": titles.get(row.key, row.key), "what": _named(row.levels or ())}
        for row in named
    ]  # fmt: skip
    hint = _("; ").join([*lines, *([_("others: a number from 0 to 100")] if len(named) < len(judged) else [])])
    return {"hint": hint, "example": str((named[0].levels or (("", 80),))[0][0]) if named else "80"}


def _named(levels: Iterable[tuple[Any, Any]]) -> str:
    return _(", ").join(f"{name} {Decimal(score).normalize():f}" for name, score in levels)


class JudgementRows(PlainHandler):
    """The handler of judged indicators."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.links = CustomerLinks(context.viewer, create=context.create_customers)
        section = grading_in_force()
        levels = {row.key: row.levels or () for row in section.indicator} if section else {}
        self._titles = indicator_titles(section) if section else {}
        self._levels = {key: {str(name): Decimal(score) for name, score in each} for key, each in levels.items()}
        # What the file said of a customer's indicator before: (score, basis, row).
        self._said: dict[tuple[str, str], tuple[Decimal, str, int]] = {}

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return ()

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        return ()

    @staticmethod
    def group(row: Row) -> str:
        return ""

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        links = self.links.resolve([_ask(row) for row in rows])
        ids = {link.target for link in links if link.target is not None}
        stored = {
            (f"id:{one.customer_id}", one.indicator): one
            for one in Judgement.objects.filter(one_of("customer_id", ids), replaced_at=None)
        }
        self._now = dict(self._said)
        return [self._decide(row, link, stored) for row, link in zip(rows, links, strict=True)]

    def _decide(self, row: Row, link: Link, stored: Any) -> Decision:
        reasons = [link.fault] if link.fault else []
        indicator = str(row.values.get("indicator", ""))
        if not indicator and not row.faults:
            reasons.append(_("The row names no indicator."))
        score = self._score(indicator, str(row.values.get("score", "")))
        if isinstance(score, str):
            reasons.append(score)
        try:
            basis = str(clean_values({"basis": str(row.values.get("basis", ""))})["basis"])
        except Invalid as refusal:
            return rejected(row, *reasons, *refusal.fields.values())
        if not basis or len(basis) > LONGEST_BASIS:
            reasons.append(_("Say what the score rests on, in at most 300 characters."))
        if reasons or row.faults or isinstance(score, str):
            return rejected(row, *reasons)
        key = (link.key, indicator)
        if (said := self._now.get(key)) is not None:
            if said[:2] == (score, basis):
                return Decision(row.number, Act.SAME)
            return rejected(row, _("Row %(row)d says something else of the same indicator.") % {"row": said[2]})
        self._now[key] = (score, basis, row.number)
        known = stored.get(key)
        if known is not None and (known.score, known.basis) == (score, basis):
            return Decision(row.number, Act.SAME, known.pk)
        return Decision(
            row.number,
            Act.UPDATE if known else Act.CREATE,
            known.pk if known else None,
            work=(link, indicator, score, basis),
        )

    def _score(self, indicator: str, text: str) -> Decimal | str:
        """The score, by number or by the name of an answer; a sentence when it is none."""
        levels = self._levels.get(indicator, {})
        if text in levels:
            return levels[text].quantize(Decimal("0.01"))
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if levels and value not in levels.values():
            return _("“%(value)s” is none of the answers of %(indicator)s: %(levels)s.") % {
                "value": shown(text), "indicator": self._titles.get(indicator, indicator),
                "levels": _named(levels.items()),
            }  # fmt: skip
        if not value.is_finite() or not 0 <= value <= FULL:
            return _("“%(value)s” is no score from 0 to 100.") % {"value": shown(text)}
        return value.quantize(Decimal("0.01"))

    def write(self, decisions: Sequence[Decision]) -> None:
        fresh = [each for each in decisions if each.work is not None]
        before = {id(each.work[0]): each.work[0].key for each in fresh}
        self.links.make([each.work[0] for each in fresh])
        made = judge_many(
            [
                NewJudgement(link.target, indicator, score, basis)
                for link, indicator, score, basis in (e.work for e in fresh)
            ],
            viewer=self.context.viewer,
        )
        for each, one in zip(fresh, made, strict=True):
            each.target = one.pk
            link, indicator = each.work[:2]
            # What was said of a customer that was new is from now on found under its id.
            if (said := self._now.pop((before[id(link)], indicator), None)) is not None:
                self._now[link.key, indicator] = said
        self._said = self._now

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        for row, link in zip(rows, self.links.resolve([_ask(row) for row in rows]), strict=True):
            indicator = str(row.values.get("indicator", ""))
            score = self._score(indicator, str(row.values.get("score", "")))
            if not isinstance(score, str):
                basis = str(clean_values({"basis": str(row.values.get("basis", ""))})["basis"])
                self._said.setdefault((link.key, indicator), (score, basis, row.number))


def _ask(row: Row) -> Ask:
    return Ask(row.values.get("customer_number", ""), row.values.get("customer_name", ""))
