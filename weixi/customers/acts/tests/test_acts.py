from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from weixi.customers.acts import services
from weixi.customers.acts.kinds import settable_by
from weixi.customers.acts.models import ActRow, ActRun, ActState
from weixi.customers.acts.services import counts_of, start, undo
from weixi.customers.enums import Channel
from weixi.customers.fields import values_of
from weixi.customers.models import Customer
from weixi.customers.services import archive_customer, assign_customers, create_customer, tag_customer
from weixi.customers.services.custom_fields import define_field
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.jobs import services as jobs
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
Desk = Callable[[Any], Client]
ACTS: list[tuple[str, dict[str, Any], str]] = [
    ("tag", {"tag": "重点"}, "tags"), ("lifecycle", {"lifecycle": "loyal"}, "lifecycle"),
    ("set", {"field": "city", "value": "苏州"}, "city"), ("set", {"field": "bank", "value": "中国银行"}, "bank"),
    ("archive", {"reason": "停业"}, "archived"),
]  # fmt: skip


def state(customer: Customer) -> tuple[Any, ...]:
    row = Customer.objects.select_related("registration").get(pk=customer.pk)
    tags = sorted(row.tagged.values_list("tag__name", flat=True))
    return row.owner_id, row.lifecycle, row.city, row.registration.bank, row.archived_at is None, tags


def ids(cast: Cast, *who: str) -> list[int]:
    return [cast.customer_of(name).pk for name in who]


@pytest.mark.parametrize(("act", "params", "_what"), ACTS)
def test_each_act_is_done_and_taken_back(cast: Cast, act: str, params: dict[str, Any], _what: str) -> None:
    viewer = cast.viewer("service_manager")
    chosen = ids(cast, "specialist", "colleague")
    before = [state(cast.customer_of(who)) for who in ("specialist", "colleague")]
    run = start(act, chosen, params, viewer=viewer)
    assert (run.state, counts_of(run)) == (ActState.DONE, {"done": 2})
    assert [state(cast.customer_of(who)) for who in ("specialist", "colleague")] != before
    run = undo(run, viewer=viewer)
    assert (run.state, counts_of(run)) == (ActState.UNDONE, {"undone": 2})
    assert [state(cast.customer_of(who)) for who in ("specialist", "colleague")] == before
    with pytest.raises(Conflict):
        undo(run, viewer=viewer)


def test_owners_go_and_come_back(cast: Cast) -> None:
    viewer = cast.viewer("supervisor")
    run = start(
        "assign", ids(cast, "specialist", "colleague"), {"owner": cast.colleague.pk, "reason": "换岗"}, viewer=viewer
    )
    assert counts_of(run) == {"done": 1, "same": 1}
    assert Event.objects.filter(type="customer.owner_changed", data__reason="换岗").count() == 1
    undo(run, viewer=viewer)
    assert Customer.objects.get(pk=cast.customer_of("specialist").pk).owner == cast.specialist
    given, back = Event.objects.filter(
        type="customer.owner_changed", customer_id=cast.customer_of("specialist").pk
    ).order_by("recorded_at", "id")
    assert (back.data["takes_back"], back.data["reason"]) == (given.id, "")


def test_only_the_last_hand_over_is_turned_round(cast: Cast) -> None:
    viewer = cast.viewer("supervisor")
    pk = cast.customer_of("specialist").pk
    assign_customers([pk], cast.colleague, viewer=viewer)
    # Nobody turns that round: it is a hand-over to a third person, then one to the second.
    assign_customers([pk], cast.supervisor, viewer=viewer, taking_back=True)
    assign_customers([pk], cast.colleague, viewer=viewer)
    assign_customers([pk], cast.supervisor, viewer=viewer, taking_back=True)
    # What took something back is not taken back itself.
    assign_customers([pk], cast.colleague, viewer=viewer, taking_back=True)
    events = Event.objects.filter(type="customer.owner_changed", customer_id=pk).order_by("recorded_at", "id")
    assert ["takes_back" in event.data for event in events] == [False, False, False, True, False]


def test_a_refused_row_stops_no_other(cast: Cast) -> None:
    archive_customer(cast.customer_of("colleague"), viewer=system_viewer("test"), reason="停业")
    run = start(
        "set",
        ids(cast, "specialist", "colleague"),
        {"field": "city", "value": "苏州"},
        viewer=cast.viewer("supervisor"),
    )
    assert counts_of(run) == {"done": 1, "refused": 1}
    assert ActRow.objects.get(run=run, result="refused").reason
    assert Customer.objects.get(pk=cast.customer_of("specialist").pk).city == "苏州"


def test_what_was_changed_since_is_left_and_listed(cast: Cast) -> None:
    viewer = cast.viewer("supervisor")
    run = start("set", ids(cast, "specialist", "colleague"), {"field": "city", "value": "苏州"}, viewer=viewer)
    Customer.objects.filter(pk=cast.customer_of("colleague").pk).update(city="无锡")
    run = undo(run, viewer=viewer)
    assert counts_of(run) == {"undone": 1, "kept": 1}
    assert Customer.objects.get(pk=cast.customer_of("colleague").pk).city == "无锡"
    assert ActRow.objects.get(run=run, result="kept").customer_id == cast.customer_of("colleague").pk


def test_rights_scope_and_values_are_asked_before_anything_is_done(cast: Cast) -> None:
    before = Event.objects.count()
    foreign = ids(cast, "specialist", "outsider")
    with pytest.raises(NotFound):
        start("tag", foreign, {"tag": "x"}, viewer=cast.viewer("supervisor"))
    for act, params in (("assign", {"owner": cast.colleague.pk}), ("archive", {"reason": "x"})):
        with pytest.raises(Forbidden):
            start(act, ids(cast, "specialist"), params, viewer=cast.viewer("specialist"))
    bad: list[tuple[str, dict[str, Any]]] = [
        ("tag", {"tag": ""}), ("tag", {"tag": "x" * 41}), ("lifecycle", {"lifecycle": "dead"}),
        ("set", {"field": "name", "value": "x"}), ("set", {"field": "annual_amount", "value": "1"}),
        ("set", {"field": "owner_id", "value": "1"}), ("assign", {"owner": None}), ("archive", {"reason": " "}),
        ("assign", {"owner": cast.outsider.pk}), ("nothing", {}), ("assign", {"owner": cast.disabled.pk}),
    ]  # fmt: skip
    for act, params in bad:
        with pytest.raises((Invalid, Forbidden)):
            start(act, ids(cast, "specialist"), params, viewer=cast.viewer("supervisor"))
    with pytest.raises(Invalid):
        start("tag", [], {"tag": "x"}, viewer=cast.viewer("supervisor"))
    assert Event.objects.count() == before and not ActRun.objects.exists()


def test_many_run_as_a_job_that_goes_on_where_it_was_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 1)
    monkeypatch.setattr(services, "PORTION", 2)
    viewer = cast.viewer("supervisor")
    made = [create_customer(viewer=viewer, name=f"户{number}", owner=cast.colleague).pk for number in range(5)]
    run = start("tag", made, {"tag": "重点"}, viewer=viewer)
    assert run.state == ActState.RUNNING and counts_of(run) == {"": 5}
    original, seen = services._do_row, iter(range(100))

    def dies(*given: Any) -> None:
        if next(seen) == 3:
            raise RuntimeError("killed")
        original(*given)

    monkeypatch.setattr(services, "_do_row", dies)
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    # The portion it died in was not written at all.
    assert counts_of(run) == {"done": 2, "": 3}
    monkeypatch.setattr(services, "_do_row", original)
    services.perform(type("Job", (), {"target_id": run.pk, "progress": lambda *given: None})())
    run.refresh_from_db()
    assert (run.state, counts_of(run)) == (ActState.DONE, {"done": 5})
    assert Event.objects.filter(type="customer.changed").count() == 5


def test_what_follows_is_worked_out_once_for_a_portion(cast: Cast) -> None:
    shipped_policy("quadrant")
    viewer = cast.viewer("supervisor")

    def statements(number: int, tag: str) -> int:
        made = [create_customer(viewer=viewer, name=f"{tag}{n}号", owner=cast.colleague).pk for n in range(number)]
        with CaptureQueriesContext(connection) as asked:
            run = start("tag", made, {"tag": tag}, viewer=viewer)
        assert counts_of(run) == {"done": number}
        return len(asked)

    statements(1, "先行")
    assert statements(24, "二十四") - statements(4, "四") <= 20 * 24


def test_the_time_to_take_back_ends_and_others_cannot(cast: Cast, client_as: Desk) -> None:
    run = start("tag", ids(cast, "specialist"), {"tag": "重点"}, viewer=cast.viewer("supervisor"))
    for other in (cast.director, cast.specialist):
        assert client_as(other).get(run.get_absolute_url()).status_code == 404
        assert client_as(other).post(reverse("customers-act-undo", args=[run.pk])).status_code == 404
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(Conflict):
        undo(run, viewer=cast.viewer("supervisor"))


def test_pages_from_the_list_to_the_undo(cast: Cast, client_as: Desk) -> None:
    client = client_as(cast.supervisor)
    tag_customer(cast.customer_of("colleague"), ["重点"], viewer=system_viewer("test"))
    given = {"whole": "1", "query": "where=tags:has_any:重点", "tag": "重点"}
    answer = client.post(reverse("customers-bulk", args=["untag"]), given, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    run = ActRun.objects.get()
    assert reverse("customers-act-undo", args=[run.pk]) in answer["HX-Trigger"]
    assert counts_of(run) == {"done": 1}
    page = client.get(run.get_absolute_url()).content.decode()
    assert cast.customer_of("colleague").name in page
    client.post(reverse("customers-act-undo", args=[run.pk]))
    assert cast.customer_of("colleague").tagged.count() == 1
    assert client.post(reverse("customers-bulk", args=["nothing"]), given).status_code == 404


def test_the_bar_offers_the_values_of_the_chosen_field(cast: Cast, client_as: Callable[..., Any]) -> None:
    shipped_policy("quadrant")
    define_field(viewer=SYSTEM, code="visited", title="回访日", type="date", of="customer")
    define_field(viewer=SYSTEM, code="public", title="上市", type="flag", of="customer")
    browser, url = client_as(cast.supervisor), reverse("customers-bulk-value")

    def shown(field: str) -> str:
        return browser.get(url, {"field": field}).content.decode()

    listed = shown("service_channel")
    assert "<select" in listed and all(str(label) in listed for label in Channel.labels)
    assert 'type="date"' in shown("x_visited")
    assert 'value="true"' in shown("x_public") and 'value="false"' in shown("x_public")
    assert "<input" in shown("city") and "<input" in shown("nothing")
    assert all(
        'form="bulk-form"' in shown(field) and 'id="bulk-value"' in shown(field) for field in ("city", "x_visited")
    )


def test_a_value_that_is_wrong_for_everybody_is_said_once(cast: Cast) -> None:
    shipped_policy("quadrant")
    define_field(viewer=SYSTEM, code="visited", title="回访日", type="date", of="customer")
    define_field(viewer=SYSTEM, code="public", title="上市", type="flag", of="customer")
    viewer, chosen = cast.viewer("supervisor"), ids(cast, "specialist", "colleague")
    for field, value in (
        ("x_visited", "someday"), ("founded_on", "2026-13-40"), ("city", "x" * 500), ("service_channel", "smoke"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            start("set", chosen, {"field": field, "value": value}, viewer=viewer)
        assert "value" in refused.value.fields
    assert not ActRun.objects.exists()
    for value, counts in (("true", {"done": 2}), ("true", {"same": 2}), ("false", {"done": 2}), ("", {"done": 2})):
        assert counts_of(start("set", chosen, {"field": "x_public", "value": value}, viewer=viewer)) == counts


def test_the_bar_offers_no_field_that_the_role_may_not_enter(cast: Cast) -> None:
    viewer = cast.viewer("supervisor")
    assert "city" in {field.key for field in settable_by(viewer)}
    change_role("supervisor", {"field:city": "read"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=cast.supervisor.pk))
    assert "city" not in {field.key for field in settable_by(viewer)}


def test_several_choices_of_a_custom_field(cast: Cast, client_as: Callable[..., Any]) -> None:
    shipped_policy("quadrant")
    define_field(viewer=SYSTEM, code="lines", title="产品线", type="choices", of="customer", allowed=["泵", "阀", "管"])
    viewer, chosen = cast.viewer("supervisor"), ids(cast, "specialist", "colleague")
    browser = client_as(cast.supervisor)
    shown = browser.get(reverse("customers-bulk-value"), {"field": "x_lines"}).content.decode()
    assert all(f'value="{each}"' in shown for each in ("泵", "阀", "管")) and 'form="bulk-form"' in shown
    with pytest.raises(Invalid) as refused:
        start("set", chosen, {"field": "x_lines", "value": ["泵", "灯"]}, viewer=viewer)
    assert "灯" in str(refused.value) and not ActRun.objects.exists()
    given = {"pick": [str(pk) for pk in chosen], "field": "x_lines", "value": ["阀", "泵"]}
    browser.post(reverse("customers-bulk", args=["set"]), given)
    run = ActRun.objects.get()
    assert counts_of(run) == {"done": 2} and "泵" in run.words and "阀" in run.words
    assert values_of(chosen, ["x_lines"])[chosen[0]]["x_lines"] == ["泵", "阀"]
    for value, counts in (
        (["泵", "阀"], {"same": 2}),
        ("泵、阀", None),
        ("管", {"done": 2}),
        ("", {"done": 2}),
        ([], {"same": 2}),
    ):
        if counts is None:
            continue
        assert counts_of(start("set", chosen, {"field": "x_lines", "value": value}, viewer=viewer)) == counts
    undone = undo(run, viewer=viewer)
    assert counts_of(undone).get("kept") == 2
