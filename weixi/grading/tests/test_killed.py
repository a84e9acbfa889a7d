"""A process that is really killed (SIGKILL) while it grades or while an approval takes effect."""

from __future__ import annotations

from typing import Any

import pytest

from weixi.commerce.tests.helpers import buy
from weixi.customers.models import Customer
from weixi.grading.enums import RunState
from weixi.grading.models import GradeHistory, GradeResult, GradingRun
from weixi.grading.services import apply_run, approve_run, compute_run, start_run
from weixi.grading.services.compute import COLUMNS
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.policy.services.versions import install_shipped_policy

SYSTEM = system_viewer("test")
pytestmark = pytest.mark.django_db(transaction=True)

# Works on run argv[1] in chunks of one and hangs inside the transaction of the third.
HANGS = """
import sys, time
from weixi.grading.models import GradingRun
from weixi.grading.services import apply_run, compute_run

def progress(done, total):
    if done == 3:
        print("in the middle", flush=True)
        time.sleep(60)

run = GradingRun.objects.get(pk=int(sys.argv[1]))
{work}(run, chunk=1, progress=progress)
"""


@pytest.fixture
def world(transactional_db: None, cast: Any) -> Any:
    install_shipped_policy(preset="spend", viewer=SYSTEM)
    buy(cast.customer_of("sales"), "2026-03-01", "40000")
    buy(cast.customer_of("specialist"), "2026-03-01", "140000")
    return cast


def results_of(run: GradingRun) -> list[Any]:
    names = [name for name in COLUMNS if name != "run_id"]
    return list(GradeResult.objects.filter(run=run).order_by("customer_id").values_list(*names))


def test_grading_killed_in_the_middle_goes_on(world: Any, child: Any) -> None:
    undisturbed = compute_run(start_run(viewer=SYSTEM))
    run = start_run(viewer=SYSTEM)
    process = child(HANGS.format(work="compute_run"), str(run.pk))
    assert process.line() == "in the middle"
    process.kill()
    run.refresh_from_db()
    assert (run.state, GradeResult.objects.filter(run=run).count()) == (RunState.COMPUTING, 2)
    finished = compute_run(run)
    assert results_of(finished) == results_of(undisturbed)
    assert finished.counts == undisturbed.counts


def test_approval_killed_in_the_middle_goes_on(world: Any, child: Any) -> None:
    run = approve_run(compute_run(start_run(viewer=SYSTEM)), viewer=world.viewer("service_manager"))
    process = child(HANGS.format(work="apply_run"), str(run.pk))
    assert process.line() == "in the middle"
    process.kill()
    assert Event.objects.filter(type="customer.graded").count() == 2
    assert apply_run(run) == 4
    assert GradeHistory.objects.filter(run=run).count() == Event.objects.filter(type="customer.graded").count() == 6
    expected = {"C-001": "high", "C-005": "mid"}
    graded = dict(Customer.objects.values_list("number", "grade"))
    assert graded == dict.fromkeys(graded, "low") | expected
