"""Reads of grading: viewer first, already scoped."""

from __future__ import annotations

from weixi.grading.queries.customer import customer_grading, evaluation_of
from weixi.grading.queries.runs import get_run_for, list_runs, runs_waiting_for
from weixi.grading.queries.table import latest_run, register, table_rows

__all__ = [
    "customer_grading",
    "evaluation_of",
    "get_run_for",
    "latest_run",
    "list_runs",
    "register",
    "runs_waiting_for",
    "table_rows",
]
