"""Values of a policy in plain words, Chinese first.

Chinese text puts a space between a number and its unit where the screens do (`2 小时`).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from weixi.kernel.currencies import currency_of
from weixi.policy.document.base import Section
from weixi.policy.document.durations import Duration
from weixi.policy.document.event_words import WORDS as EVENT_WORDS
from weixi.policy.document.event_words import event_in_words
from weixi.policy.document.labels import Lang, label
from weixi.policy.document.plain import CITATION
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import Escalation

_UNITS = {
    "zh": {"y": "年", "m": "个月", "w": "周", "d": "天", "h": "小时", "min": "分钟", "s": "秒"},
    "en": {"y": "year", "m": "month", "w": "week", "d": "day", "h": "hour", "min": "minute", "s": "second"},
}
_PERIODS = {
    "P1D": ("天", "day"),
    "P1W": ("周", "week"),
    "P2W": ("两周", "two weeks"),
    "P1M": ("月", "month"),
    "P3M": ("季度", "quarter"),
    "P6M": ("半年", "half-year"),
    "P1Y": ("年", "year"),
    "PT1H": ("小时", "hour"),
}
ROLES = {
    "director": ("客户总监", "director"),
    "service_manager": ("客户服务经理", "service manager"),
    "supervisor": ("客户关系主管", "supervisor"),
    "specialist": ("客户关系专员", "specialist"),
    "account_manager": ("客户经理", "account manager"),
    "sales": ("销售", "sales"),
    "sales_manager": ("销售经理", "sales manager"),
    "marketing": ("市场人员", "marketing"),
    "data_steward": ("数据专员", "data steward"),
    "after_sales": ("售后服务人员", "after-sales"),
    "executive": ("总经理/副总经理", "executive"),
    "department_member": ("相关部门人员", "department member"),
    "admin": ("系统管理员", "administrator"),
    "subject.owner": ("事项负责人", "owner of the matter"),
    "customer.owner": ("客户负责人", "owner of the customer"),
    "dept_head": ("部门负责人", "head of department"),
}
_CODES = {
    "calendar": ("日历钟点", "calendar clock"),
    "working": ("工作钟点", "working clock"),
    "none": ("不作条件", "no test"),
    "further": ("另作一项条件", "a further test"),
    "instead": ("代替满意度条件", "in place of CSAT"),
    "enough": ("一项即足", "enough by itself"),
    "low": ("低", "low"),
    "high": ("高", "high"),
    "urgent": ("紧急", "urgent"),
    "occurred_at": ("发生时间", "time it occurred"),
    "recorded_at": ("录入时间", "time it was entered"),
    "quadrant": ("四象限", "quadrant"),
    "spend": ("消费额", "spend"),
    "vip": ("VIP", "VIP"),
    "skip": ("不计，权重另摊", "left out, weights rescaled"),
    "zero": ("计 0 分", "scored 0"),
    "bands": ("分段", "bands"),
    "linear": ("线性", "linear"),
    "percentile": ("排名", "rank"),
    "levels": ("分档", "levels"),
    "value": ("价值", "value"),
    "potential": ("潜力", "potential"),
    "complaint": ("投诉", "complaint"),
    "low_score": ("低分", "low score"),
    "bad_remark": ("差评", "bad remark"),
    "aligned": ("对齐日历", "aligned to the calendar"),
    "subject": ("同一事项", "the same matter"),
    "customer": ("同一客户", "the same customer"),
    "anchor": ("写明起因", "names its anchor"),
    "normal": ("普通", "normal"),
    "need": ("需求", "need"),
    "question": ("咨询", "question"),
    "issue": ("问题", "issue"),
    "repair": ("报修", "repair"),
    "general": ("一般", "general"),
    "complex": ("复杂", "complex"),
    "major": ("重大", "major"),
    "letter": ("信函", "letter"),
    "email": ("邮件", "e-mail"),
    "visit": ("拜访", "visit"),
    "call": ("电话", "call"),
    "meeting": ("会议", "meeting"),
    "video": ("视频", "video"),
    "bulk": ("群发触达", "bulk touch"),
    "sms": ("短信", "text message"),
    "wechat": ("微信", "WeChat"),
    "deep": ("深度", "deep"),
    "formal": ("正式", "formal"),
    "needs": ("需求访谈", "needs interview"),
    "emotional": ("情感", "emotional"),
    "information": ("信息", "information"),
    "service": ("服务", "service"),
    "contact.birthday": ("联系人生日", "birthday of a contact"),
    "customer.founded_on": ("客户司庆", "founding day of the customer"),
    "customer.cooperation_since": ("合作纪念日", "day the cooperation began"),
    "mon": ("周一", "Monday"),
    "tue": ("周二", "Tuesday"),
    "wed": ("周三", "Wednesday"),
    "thu": ("周四", "Thursday"),
    "fri": ("周五", "Friday"),
    "sat": ("周六", "Saturday"),
    "sun": ("周日", "Sunday"),
}
BLANK = ("（未填）", "(blank)")


def _pick(pair: tuple[str, str], lang: Lang) -> str:
    return pair[0] if lang == "zh" else pair[1]


def number_in_words(value: Decimal | int | float) -> str:
    """`100000` as `100,000`, `0.40` as `0.4`."""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        return str(number)
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.normalize():,f}"


def duration_in_words(value: Duration, lang: Lang = "zh") -> str:
    """`PT2H` -> 2 小时, `P1Y2M` -> 1 年 2 个月, `P1W` -> 1 周 (as it was written); zero -> 即时."""
    if value.is_zero:
        return "即时" if lang == "zh" else "at once"
    return " ".join(_amount(number, unit, lang) for number, unit in _parts(value) if number)


def _parts(value: Duration) -> list[tuple[Decimal, str]]:
    years = value.months // 12 if "Y" in value.text else 0
    weeks = value.days // 7 if value.weeks_written else 0
    seconds = Decimal(str(value.time.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return [
        (Decimal(years), "y"),
        (Decimal(value.months - 12 * years), "m"),
        (Decimal(weeks), "w"),
        (Decimal(value.days - 7 * weeks), "d"),
        (hours, "h"),
        (minutes, "min"),
        (left, "s"),
    ]


def _amount(number: Decimal, unit: str, lang: Lang) -> str:
    plural = "s" if lang == "en" and number != 1 else ""
    return f"{number_in_words(number)} {_UNITS[lang][unit]}{plural}"


def range_in_words(first: Duration, last: Duration, lang: Lang = "zh") -> str:
    """`P4M`, `P6M` -> 4—6 个月; with different units both are said in full."""
    parts = [[pair for pair in _parts(one) if pair[0]] for one in (first, last)]
    joint = "—" if lang == "zh" else "–"
    if all(len(part) == 1 for part in parts) and parts[0][0][1] == parts[1][0][1]:
        return f"{number_in_words(parts[0][0][0])}{joint}{_amount(*parts[1][0], lang)}"
    return f"{duration_in_words(first, lang)}{joint}{duration_in_words(last, lang)}"


def period_in_words(value: Duration, lang: Lang = "zh") -> str:
    """What follows 每: `P3M` -> 季度, `P2W` -> 两周; any other length as a duration."""
    for text, pair in _PERIODS.items():
        if Duration.parse(text) == value:
            return _pick(pair, lang)
    return duration_in_words(value, lang)


def date_in_words(value: dt.date, lang: Lang = "zh") -> str:
    """2026年1月1日, or the ISO date."""
    return f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else value.isoformat()


def role_in_words(code: str, lang: Lang = "zh", policy: Policy | None = None) -> str:
    """The company's own name of a role, post or assignee; else the usual one; else the code."""
    code = code.removeprefix("role:")
    if policy is not None and lang == "zh":
        for item in policy.organisation.role:
            if item.role == code:
                return item.title
        for post in policy.organisation.position:
            if post.code == code:
                return post.title
    return _pick(ROLES[code], lang) if code in ROLES else code.replace("_", " ")


def code_in_words(code: str, lang: Lang = "zh", policy: Policy | None = None) -> str:
    """A code as people read it: grade, department, role, clock, event ...; text that is no code stays as it is."""
    if policy is not None and lang == "zh":
        named = _named(policy).get(code)
        if named is not None:
            return named
    if code.removeprefix("role:") in ROLES:
        return role_in_words(code, lang, policy)
    if code in _CODES:
        return _pick(_CODES[code], lang)
    if code in EVENT_WORDS:
        return event_in_words(code, lang)
    # Better the company's own name in its own language than a code.
    return code if policy is None else _named(policy).get(code, code)


def _named(policy: Policy) -> dict[str, str]:
    grades = policy.grading.grade if policy.grading is not None else ()
    names = {grade.grade: grade.title for grade in grades}
    names.update((one.code, one.title) for one in policy.organisation.position)
    names.update((one.code, one.title) for one in policy.organisation.department)
    names.update((one.role, one.title) for one in policy.organisation.role)
    return names


def value_in_words(value: Any, lang: Lang = "zh", *, key: str = "", policy: Policy | None = None) -> str:
    """Any value of a policy in words. `key` decides between 每季度 and 3 个月 for a length of time, and tells a currency."""
    if value is None or value == ():
        return _pick(BLANK, lang)
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, Duration):
        if key == "every" or key.endswith("_every"):
            return period_in_words(value, lang)
        return duration_in_words(value, lang)
    if isinstance(value, Decimal | int | float):
        return number_in_words(value)
    if isinstance(value, dt.date):
        return date_in_words(value, lang)
    if isinstance(value, str):
        if key == "currency":
            # In a sentence of the company's own language its word, as 10,000元; elsewhere its code.
            return currency_of(value).chinese if lang == "zh" else value
        if key == "priority":
            # Not the grade of the same code.
            return code_in_words(value, lang)
        return code_in_words(value, lang, policy)
    return _many_in_words(value, lang, policy)


def _many_in_words(value: Any, lang: Lang, policy: Policy | None) -> str:
    comma = "、" if lang == "zh" else ", "
    if isinstance(value, Escalation):
        after, role = duration_in_words(value.after, lang), role_in_words(value.to, lang, policy)
        if lang == "zh":
            return f"逾时即报{role}" if value.after.is_zero else f"逾时 {after}报{role}"
        return f"{role} {after if value.after.is_zero else after + ' late'}"
    if isinstance(value, Section):
        names = [name for name in type(value).model_fields if name not in CITATION]
        pairs = [(name, getattr(value, name)) for name in names]
        shown = [value_in_words(item, lang, key=name, policy=policy) for name, item in pairs if item is not None]
        return " ".join(shown)
    if isinstance(value, dict):
        equals = "＝" if lang == "zh" else " = "
        shown = [f"{label(k, lang)}{equals}{value_in_words(v, lang, policy=policy)}" for k, v in value.items()]
        return ("；" if lang == "zh" else "; ").join(shown) or _pick(BLANK, lang)
    if isinstance(value, tuple):
        nested = any(isinstance(item, tuple) for item in value)
        shown = [value_in_words(item, lang, policy=policy) for item in value]
        return ("；" if lang == "zh" else "; ").join(shown) if nested else comma.join(shown)
    return str(value)
