"""What a rule demands, in the few words that stand beside its number: `24 小时内`, `每季度 1 次`, `提前 3 天`."""

from __future__ import annotations

from weixi.policy.document.durations import Duration
from weixi.policy.document.labels import Lang
from weixi.policy.document.rules import AnyRule, Cadence, Deadline
from weixi.policy.document.words import duration_in_words, period_in_words, range_in_words


def demand_in_words(rule: AnyRule, lang: Lang = "zh") -> str:
    """By when, how often or how long before; empty where a rule says nothing of it (a day to be kept itself)."""
    if isinstance(rule, Deadline):
        return _deadline(rule, lang)
    if isinstance(rule, Cadence):
        each = period_in_words(rule.every, lang)
        return f"每{each} {rule.times} 次" if lang == "zh" else f"{rule.times} × each {each}"
    if rule.before is None or rule.before.is_zero:
        return ""
    ahead = duration_in_words(rule.before, lang)
    return f"提前 {ahead}" if lang == "zh" else f"{ahead} ahead"


def _deadline(rule: Deadline, lang: Lang) -> str:
    if rule.within is None:
        return "按约定时间" if lang == "zh" else "at the time agreed"
    if rule.after is not None and not rule.after.is_zero:
        span = range_in_words(rule.after, rule.within, lang)
        return f"{span}内" if lang == "zh" else f"after {span}"
    time = duration_in_words(rule.within, lang)
    if rule.within.is_zero:
        return time
    if rule.clock == "working":
        time = _working(rule.within, time, lang)
    return f"{time}内" if lang == "zh" else f"within {time}"


def _working(length: Duration, time: str, lang: Lang) -> str:
    """`15 天` of a working clock are working days, `4 小时` hours of work."""
    if lang == "en":
        return f"{time} of work" if length.time else time.replace("day", "working day")
    return time.replace("小时", "个工作小时") if length.time else time.replace("天", "个工作日")
