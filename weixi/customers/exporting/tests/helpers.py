"""Asking for an export and reading it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.test import Client

from weixi.customers.exporting.models import ExportRun
from weixi.customers.exporting.services import request_export
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import Viewer

Desk = Callable[[Any], Client]
COLUMNS = [["grade", "w-80"], ["owner", "w-80"], ["amount", "w-120"], ["bank", "w-140"], ["city", "w-80"]]


def asked(
    viewer: Viewer, kind: str = "customers", form: str = "csv", columns: Any = COLUMNS, **given: str
) -> ExportRun:
    query = QueryDict(mutable=True)
    reason = given.pop("reason", "盘点")
    query.update(given)
    run = request_export(viewer, kind, query, columns, format=form, reason=reason)
    if run.job_id:
        jobs.run_now(run.job_id)
        run.refresh_from_db()
    return run


def table(run: ExportRun) -> list[list[str]]:
    return list(csv.reader(io.StringIO(run.path.read_text("utf-8-sig"))))
