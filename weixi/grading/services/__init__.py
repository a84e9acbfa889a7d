"""Everything that changes grades, judgements and overrides."""

from __future__ import annotations

from weixi.grading.services.compute import compute_run
from weixi.grading.services.falls import judge_all_falls, judge_falls
from weixi.grading.services.judgements import judge_indicator, judged_keys, withdraw_judgement
from weixi.grading.services.overrides import (
    ask_override,
    decide_override,
    end_override,
    expire_overrides,
)
from weixi.grading.services.runs import apply_run, approve_run, include_rows, may_approve, return_run, start_run

__all__ = [
    "apply_run",
    "approve_run",
    "ask_override",
    "compute_run",
    "decide_override",
    "end_override",
    "expire_overrides",
    "include_rows",
    "judge_all_falls",
    "judge_falls",
    "judge_indicator",
    "judged_keys",
    "may_approve",
    "return_run",
    "start_run",
    "withdraw_judgement",
]
